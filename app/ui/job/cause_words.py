"""What the causes are called for which rows have no fitting answer, and what each means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.core.causes import Cause, Fix
from app.core.job import JobSettings, Mode
from app.engine.replies import CauseGroup


@dataclass(frozen=True, slots=True)
class CauseWord:
    """A cause as a person reads it: title, one plain sentence, icon and its token."""

    title: str
    sentence: str
    icon: str
    ink: str = "text2"


_WORDS: Mapping[Cause, CauseWord] = {
    Cause.EXPIRED: CauseWord("Ran out of time", "Not answered within 24 hours.", "clock"),
    Cause.CREDIT: CauseWord(
        "Credit ran out", "Your Anthropic credit ran out before their turn.", "credit-card", "warn"
    ),
    Cause.CUT_OFF: CauseWord(
        "Cut off",
        "The answer reached {tokens:,} tokens before it was complete.",
        "scissors",
        "warn",
    ),
    Cause.MISFIT: CauseWord(
        "Did not fit your labels", "Claude used a label that is not on your list.", "tag", "warn"
    ),
    Cause.DECLINED: CauseWord(
        "Declined by Claude", "Claude chose not to answer these rows.", "hand"
    ),
    Cause.REFUSED: CauseWord(
        "Refused by Anthropic",
        "Change these rows in your file, then run them anew.",
        "circle-x",
        "warn",
    ),
    Cause.KEY: CauseWord(
        "Key not accepted", "Your key was no longer accepted at their turn.", "key-round", "warn"
    ),
    Cause.FAULT: CauseWord(
        "Fault at Anthropic", "Anthropic’s service could not answer them.", "cloud-off"
    ),
    Cause.NO_RESULT: CauseWord(
        "No result came back", "Anthropic returned nothing for these rows.", "circle-dashed", "warn"
    ),
    Cause.TOO_LARGE: CauseWord(
        "Too long to send",
        "Shorten these rows in your file, then run them anew.",
        "file-text",
        "warn",
    ),
    Cause.CANCELLED: CauseWord(
        "Cancelled", "The job was cancelled before their turn.", "circle-slash"
    ),
    Cause.UNKNOWN: CauseWord(
        "Something Sheaf does not know",
        "What came back is kept; it could not be read as an answer.",
        "circle-question-mark",
        "warn",
    ),
}
_MISFIT_ANYWHERE = CauseWord(
    "Did not fit your columns", "Claude’s reply does not fill your answer columns.", "tag", "warn"
)


def cause_word(group: CauseGroup, settings: JobSettings, mode: Mode) -> CauseWord:
    """Say what a group is, and that nothing was charged where that is so."""
    word = _WORDS[group.cause]
    if group.cause is Cause.MISFIT and not any(column.choices for column in settings.answers):
        word = _MISFIT_ANYWHERE
    sentence = word.sentence.format(tokens=settings.max_tokens)
    if mode is Mode.REAL and group.cost_usd == 0 and group.fix is not Fix.CHANGE_DATA:
        sentence += " Not charged."
    return CauseWord(word.title, sentence, word.icon, word.ink)
