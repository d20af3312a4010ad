"""An engine process for tests of the pipe: it speaks the protocol and misbehaves on request.

Verbs steer it: CheckId("die", …) ends it at once, CheckId("flood", …) says progress 5,000 times
before it answers, CheckId("noise", …) writes a line that is no protocol first. Everything else is
answered plainly.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import msgspec

from app.engine.events import Progress
from app.engine.protocol import Ask, Done, Failed, Said
from app.engine.replies import IdCheck, Welcome
from app.engine.verbs import PROTOCOL, CheckId, Hello


def say(line: Any) -> None:
    """Write one line to the window."""
    sys.stdout.buffer.write(msgspec.json.encode(line) + b"\n")
    sys.stdout.buffer.flush()


def answer(number: int, value: Any) -> None:
    """Answer a verb."""
    say(Done(number, msgspec.Raw(msgspec.json.encode(value))))


def act(number: int, verb: CheckId) -> None:
    """Do what the test wants."""
    if verb.job == "die":
        os._exit(3)
    if verb.job == "refuse":
        say(Failed(number, "There is no such column.", "It was renamed.", "Choose another."))
        return
    if verb.job == "noise":
        sys.stdout.buffer.write(b"this is no protocol\n")
    if verb.job == "flood":
        for done in range(1, 5001):
            say(Said(Progress("job", "loading", done, 5000)))
    answer(number, IdCheck(verb.column, len(sys.argv), 0))


def main() -> None:
    """Answer until the input closes."""
    if "dead" in sys.argv:
        sys.exit(1)
    protocol = 999 if "stranger" in sys.argv else PROTOCOL
    for line in sys.stdin.buffer:
        asked = msgspec.json.decode(line, type=Ask)
        if isinstance(asked.ask, Hello):
            answer(asked.id, Welcome("test", protocol, os.getpid()))
        elif isinstance(asked.ask, CheckId):
            act(asked.id, asked.ask)
        else:
            answer(asked.id, None)
    if marker := os.environ.get("PLAYED_ENGINE_ENDED"):
        with open(marker, "w", encoding="utf-8") as file:  # noqa: PTH123
            file.write("ended")


if __name__ == "__main__":
    main()
