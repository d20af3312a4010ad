"""The one banner above a job: what stopped or waits, and the one thing to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import msgspec

from app.core.job import BatchState, JobState, Mode
from app.engine.events import Trouble
from app.engine.replies import Exported, JobLine, KeyReply
from app.ui.desk import USABLE_KEYS
from app.ui.job.moments import clock
from app.ui.widgets.tone import Tone

_SAFE = "Nothing is lost: answers that exist are kept, and rows that were not sent cost nothing."
_ABOUT_THE_KEY = (" key ", " key.", " key,")


class Act(StrEnum):
    """What the banner's button does."""

    NOTHING = ""
    CONTINUE = "Continue"
    SETTINGS = "Open Settings…"
    SHOW_FILE = "Show in folder"


@dataclass(frozen=True, slots=True)
class Message:
    """What a banner says, and what its button does."""

    tone: Tone
    title: str
    text: str
    icon: str = ""
    act: Act = Act.NOTHING
    path: str = ""
    """The file that the button is about."""


def message_for(line: JobLine, key: KeyReply | None) -> Message | None:
    """Say what a person should know about a job before anything else; None when all is well."""
    if line.read_only:
        return Message(
            Tone.RUN,
            "Open in another Sheaf window",
            "Here you can look at it and export. Work on it goes on over there.",
        )
    if line.state is JobState.PAUSED:
        return _paused(line, key, "This job is paused")
    if line.state is JobState.CANCELLING and line.trouble:
        return _paused(line, key, "Cancelling has stopped half-way")
    if line.state is JobState.CANCELLING:
        return Message(
            Tone.RUN, "Cancelling", "The rows that have been begun are being finished.", "loader"
        )
    if line.batches.get(BatchState.UNSURE, 0) and line.state is JobState.RUNNING:
        return Message(
            Tone.RUN,
            "The connection broke while a batch was being sent",
            "Sheaf is asking Anthropic whether it arrived, so that you never pay twice.",
            "search-check",
        )
    return _practice(line)


def noticed_message(text: str, now: datetime) -> Message:
    """Show a sentence that the engine thought worth showing once, and when it was said."""
    return Message(Tone.RUN, text, f"Noticed at {clock(now)}. Sheaf goes on by itself.")


def trouble_message(line: JobLine, key: KeyReply | None, trouble: Trouble) -> Message:
    """Say why work on a job has stopped although the job itself is not paused."""
    text = " ".join(part for part in (trouble.why, trouble.fix) if part)
    stopped = msgspec.structs.replace(line, trouble=f"{trouble.what} {text}")
    return Message(Tone.BAD, trouble.what, text, act=_way_out(stopped, key))


def exported_message(reply: Exported) -> Message:
    """Say where the answers were written."""
    rows = "1 row" if reply.rows == 1 else f"{reply.rows:,} rows"
    text = reply.path
    if reply.guarded:
        cells = "1 cell" if reply.guarded == 1 else f"{reply.guarded:,} cells"
        text += f"\n{cells} got an apostrophe in front, so that no program takes it for a formula."
    return Message(Tone.OK, f"{rows} exported", text, act=Act.SHOW_FILE, path=reply.path)


def _paused(line: JobLine, key: KeyReply | None, title: str) -> Message:
    text = line.trouble
    if "othing" not in text:
        text = f"{text} {_SAFE}".strip()
    return Message(Tone.BAD, title, text, "circle-pause", _way_out(line, key))


def _way_out(line: JobLine, key: KeyReply | None) -> Act:
    return Act.SETTINGS if key_is_the_cause(line, key) else Act.CONTINUE


def key_is_the_cause(line: JobLine, key: KeyReply | None) -> bool:
    """Say whether a paused job waits for a key, so that going on would only stop again."""
    if line.mode is Mode.PRACTICE:
        return False
    if key is not None and key.outcome not in USABLE_KEYS:
        return True
    words = f" {line.trouble.casefold()} "
    return any(each in words for each in _ABOUT_THE_KEY)


def _practice(line: JobLine) -> Message | None:
    if line.mode is Mode.REAL:
        return None
    return Message(
        Tone.RUN,
        "Practice: these answers are made up on this computer. Nothing is sent or charged.",
        "",
        "shield-check",
    )
