"""Requests out: a .jsonl of {"custom_id", "params"}, complete or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from app.core.errors import SheafError
from app.files.target import Announce, replacing

ENDING = ".jsonl"
_ENDINGS = frozenset({ENDING, ".ndjson", ".json", ".txt"})


def check_requests_ending(target: Path) -> None:
    """Refuse a name that would say something else of the file.

    Raises:
        SheafError: its ending is one of another kind of file.
    """
    if target.suffix.lower() not in _ENDINGS:
        raise SheafError(
            f'"{target.name}" does not end in {ENDING}.',
            "Requests are saved one to a line, as JSON Lines.",
            f'Call it "{target.stem}{ENDING}".',
        )


def write_requests(
    path: Path,
    requests: Iterable[tuple[str, bytes]],
    never_over: Sequence[Path] = (),
    announce: Announce | None = None,
) -> int:
    """Write (custom_id, params) to a file, one to a line; return how many.

    The ids are such that the service takes them; the params are JSON on one line.

    Raises:
        SheafError: the file cannot be written there, or is one of `never_over`.
    """
    check_requests_ending(path)
    count = 0
    with replacing(path, never_over, announce) as file:
        for custom_id, params in requests:
            file.write(b'{"custom_id":"%b","params":%b}\n' % (custom_id.encode("ascii"), params))
            count += 1
    return count
