"""What is said when a job stands still: what stopped, what is safe and unpaid, what it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from app.core.errors import Halt
from app.core.job import JobState, Mode
from app.core.money_words import about
from app.engine.replies import JobLine
from app.ui.job.left import Left
from app.ui.job.words import rows_of


@dataclass(frozen=True, slots=True)
class HaltWords:
    """One kind of standstill: in the banner's title, in the list, and what mends it.

    Without `mend` the engine's own sentences say what happened and what to do.
    """

    title: str
    short: str
    mend: str | None = None


_PAUSED, _SENDS_NOTHING = "Paused: ", "Nothing more is sent: "
WORDS: Mapping[Halt, HaltWords] = {
    Halt.NONE: HaltWords("This job is paused", ""),
    Halt.CREDIT: HaltWords(
        "Paused: your Anthropic credit ran out",
        "credit ran out",
        "",
    ),
    Halt.USAGE_LIMIT: HaltWords(
        "Paused: the spend limit in the Anthropic Console is reached",
        "Console limit reached",
        "Raise the limit there or wait for the next month. Then continue the job.",
    ),
    Halt.KEY: HaltWords(
        "Paused: your key was not accepted",
        "key not accepted",
        "The key may have been deleted or copied incompletely. Put a working one into "
        "Settings. Then continue the job.",
    ),
    Halt.RIGHTS: HaltWords(
        "Paused: your key may not send batches",
        "key lacks rights",
        "Ask whoever gave you the key to allow batches for its workspace, or put another key "
        "into Settings. Then continue the job.",
    ),
    Halt.HOLD: HaltWords(
        "Paused: Anthropic has put your organisation on hold",
        "organisation on hold",
        "Write to Anthropic’s support. Once the hold has ended, continue the job.",
    ),
    Halt.SPEND_LIMIT: HaltWords("Paused: your spend limit cannot hold", "spend limit"),
    Halt.ACCOUNT: HaltWords("Paused: this job belongs to another account", "needs its own key"),
    Halt.REFUSED: HaltWords("Paused: Anthropic refused a batch", "batch refused"),
    Halt.DISK: HaltWords("Paused: Sheaf cannot write to the disk", "cannot write"),
    Halt.EXISTS: HaltWords("Paused: a file would be replaced", "file exists"),
    Halt.READING: HaltWords("Paused: a file could not be read", "not read"),
    Halt.FAULT: HaltWords("Paused: Sheaf made a mistake of its own", "Sheaf stopped"),
    Halt.ELSEWHERE: HaltWords("This job was made elsewhere", "made elsewhere"),
    Halt.OLDER: HaltWords("Paused: this file is an older copy of the job", "older copy"),
    Halt.LOCKED: HaltWords("This job is open in another Sheaf", "open elsewhere"),
}


def title_of(line: JobLine, left: Left) -> str:
    """Say what stopped, and in which batch where that is known."""
    title = WORDS[line.halt].title
    if line.state is JobState.RUNNING:
        title = title.replace(_PAUSED, _SENDS_NOTHING)
    if line.halt is Halt.CREDIT and len(left.not_run) == 1:
        title += f" in batch {next(iter(left.not_run)):,}"
    return title


def text_of(line: JobLine, left: Left) -> str:
    """Say that nothing is lost, what is not paid, and what it takes to go on."""
    mend = WORDS[line.halt].mend
    said = "" if mend is not None else line.trouble
    stays = _still_at_work(line, left)
    unpaid, takes = _unpaid(line, left), _takes(line, left)
    safe = "" if line.halt is Halt.OLDER else "Nothing is lost."
    parts = (said, safe, unpaid, stays, takes, mend)
    return " ".join(part for part in parts if part)


def _unpaid(line: JobLine, left: Left) -> str:
    sentence = "; ".join(part for part in (_not_run(line, left), _unsent(line, left)) if part)
    return f"{sentence[0].upper()}{sentence[1:]}." if sentence else ""


def _not_run(line: JobLine, left: Left) -> str:
    if not left.not_run:
        return ""
    numbers = tuple(left.not_run)
    where = f"batch {numbers[0]:,}" if len(numbers) == 1 else f"{len(numbers):,} batches"
    cost = "" if line.mode is Mode.PRACTICE else " and cost nothing"
    return f"{rows_of(sum(left.not_run.values()))} of {where} came back unanswered{cost}"


def _unsent(line: JobLine, left: Left) -> str:
    if not left.unsent:
        return ""
    has = "has" if len(left.unsent) == 1 else "have"
    free = line.mode is Mode.REAL and not left.not_run
    return f"{named_batches(left.unsent)} {has} not been sent{' and cost nothing' if free else ''}"


def _still_at_work(line: JobLine, left: Left) -> str:
    if not left.at_work or line.state is JobState.CANCELLING:
        return ""
    if line.state is JobState.RUNNING:
        return "What is at work is still fetched."
    if left.at_work == 1:
        return "One batch is still at work; its answers are fetched when the job goes on."
    return f"{left.at_work:,} batches are still at work; their answers are fetched when it goes on."


def _takes(line: JobLine, left: Left) -> str:
    if not left.rows or line.mode is Mode.PRACTICE:
        return ""
    # Rows that Anthropic still has count as left elsewhere on the page.
    to_send = " to send" if left.at_work else ""
    if line.halt is Halt.CREDIT and left.usd is not None:
        needs = "that is left{} needs" if left.rows == 1 else "that are left{} need"
        return f"The {rows_of(left.rows)} {needs.format(to_send)} {about(left.usd)} of credit."
    is_left = "is" if left.rows == 1 else "are"
    return f"{rows_of(left.rows)} {is_left} left{to_send}: {about(left.usd)}."


def named_batches(numbers: tuple[int, ...]) -> str:
    """Name batches: "batch 7", "batches 7 to 12", "batches 7 and 9", "5 batches"."""
    if len(numbers) == 1:
        return f"batch {numbers[0]:,}"
    if len(numbers) > 2 and all(after == before + 1 for before, after in pairwise(numbers)):
        return f"batches {numbers[0]:,} to {numbers[-1]:,}"
    if len(numbers) == 2:
        return f"batches {numbers[0]:,} and {numbers[1]:,}"
    return f"{len(numbers):,} batches"
