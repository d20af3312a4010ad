"""What is said of a job at work whose answers are mostly cut off or do not fit."""

from __future__ import annotations

from app.core.job import Mode
from app.core.spoilt import Spoilt, spoilt
from app.engine.replies import JobLine
from app.ui.job.message import Message
from app.ui.widgets.tone import Tone


def spoilt_message(line: JobLine) -> Message | None:
    """Warn quietly while most answers are paid for in vain; the job does not stop by itself."""
    found = spoilt(line.counts)
    if found is None:
        return None
    paid = " and paid for" if line.mode is Mode.REAL else ""
    text = f"{found.helps} {_next(found)} Until then every row is still asked{paid}."
    return Message(Tone.WARN, found.title, text, "scissors")


def _next(found: Spoilt) -> str:
    if found.cut_off >= found.misfit:
        return "Cancel the job, then ask its rows again under Needs you with a longer answer."
    return "Look at some under Answers, then cancel the job and use it as a template."
