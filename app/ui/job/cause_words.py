"""What the causes are called for which rows have no fitting answer, and what each means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.core.causes import Cause, Fix
from app.core.job import JobSettings, Mode
from app.engine.replies import CauseGroup


@dataclass(frozen=True, slots=True)
class CauseWord:
    """A cause as a person reads it: title, one plain sentence, icon and its token.

    `of_one` is the sentence for a single row where that reads otherwise.
    """

    title: str
    sentence: str
    icon: str
    ink: str = "text2"
    of_one: str = ""


_WORDS: Mapping[Cause, CauseWord] = {
    Cause.EXPIRED: CauseWord("Ran out of time", "Not answered within 24 hours.", "clock"),
    Cause.CREDIT: CauseWord(
        "Credit ran out",
        "Your Anthropic credit ran out before their turn.",
        "credit-card",
        "warn",
        "Your Anthropic credit ran out before its turn.",
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
    Cause.LEFT_OUT: CauseWord(
        "Not surely answered",
        "Claude’s reply to several rows at once left them out. Retry asks each of them alone.",
        "circle-dashed",
        "warn",
        "Claude’s reply to several rows at once left it out. Retry asks it alone.",
    ),
    Cause.DECLINED: CauseWord(
        "Declined by Claude",
        "Claude chose not to answer these rows.",
        "hand",
        of_one="Claude chose not to answer this row.",
    ),
    Cause.REFUSED: CauseWord(
        "Refused by Anthropic",
        "Change these rows in your file, then run them in a new job.",
        "circle-x",
        "warn",
        "Change this row in your file, then run it in a new job.",
    ),
    Cause.KEY: CauseWord(
        "Key not accepted",
        "Your key was no longer accepted at their turn.",
        "key-round",
        "warn",
        "Your key was no longer accepted at its turn.",
    ),
    Cause.FAULT: CauseWord(
        "Fault at Anthropic",
        "Anthropic’s service could not answer them.",
        "cloud-off",
        of_one="Anthropic’s service could not answer it.",
    ),
    Cause.NO_RESULT: CauseWord(
        "No result came back",
        "Anthropic returned nothing for these rows.",
        "circle-dashed",
        "warn",
        "Anthropic returned nothing for this row.",
    ),
    Cause.NOT_SENT: CauseWord(
        "Not sent",
        "Anthropic would refuse these requests. Correct them in your file, then run them in a "
        "new job.",
        "circle-x",
        "warn",
        "Anthropic would refuse this request. Correct it in your file, then run it in a new job.",
    ),
    Cause.TOO_LARGE: CauseWord(
        "Too long to send",
        "Shorten these rows in your file, then run them in a new job.",
        "file-text",
        "warn",
        "Shorten this row in your file, then run it in a new job.",
    ),
    Cause.FILE: CauseWord(
        "Changed or missing file",
        "The file named in the row is not the one you checked, or cannot be read. Not sent.",
        "file-diff",
    ),
    Cause.CANCELLED: CauseWord(
        "Cancelled",
        "The job was cancelled before their turn.",
        "circle-slash",
        of_one="The job was cancelled before its turn.",
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
_CUT_OFF_ANYWHERE = CauseWord(
    "Cut off", "The answer was longer than its request allows.", "scissors", "warn"
)


def cause_word(group: CauseGroup, settings: JobSettings, mode: Mode) -> CauseWord:
    """Say what a group is, and that nothing was charged where that is so."""
    word = _WORDS[group.cause]
    tokens = group.asked_tokens or settings.max_tokens
    if group.cause is Cause.MISFIT and not any(column.choices for column in settings.answers):
        word = _MISFIT_ANYWHERE
    if group.cause is Cause.CUT_OFF and not tokens:
        word = _CUT_OFF_ANYWHERE
    sentence = word.of_one if group.rows == 1 and word.of_one else word.sentence
    sentence = sentence.format(tokens=tokens)
    if mode is Mode.REAL and group.cause is Cause.NO_RESULT:
        sentence += (
            " They may have been charged." if group.rows > 1 else " It may have been charged."
        )
    elif mode is Mode.REAL and group.cost_usd == 0 and group.fix is not Fix.CHANGE_DATA:
        sentence += " Not charged."
    return CauseWord(word.title, sentence, word.icon, word.ink)
