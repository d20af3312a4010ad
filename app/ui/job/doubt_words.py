"""The facts and the choices of a batch of which nobody can tell yet whether it arrived."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from PySide6.QtCore import QLocale, QTime

from app.core.money_words import about
from app.engine.replies import CandidateLine, DoubtLine
from app.ui.job.moments import day_and_clock, read_moment
from app.ui.job.sums import never_more_than, up_to
from app.ui.models.batches_model import short_id
from app.ui.widgets.table_cells import MISSING

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six")


def heading(doubt: DoubtLine) -> str:
    """Ask the question."""
    return f"Did batch {doubt.batch:,} arrive? Sheaf cannot tell yet"


def facts(doubt: DoubtLine, now: datetime) -> tuple[tuple[str, str], ...]:
    """Say what is known: when it was sent, what went wrong, what was found, when it is certain."""
    return (
        ("Sent", f"{_second(doubt.sent_at)}, {rows_of(doubt)}"),
        ("In doubt since", f"{_second(doubt.since)}. {doubt.reason}".strip()),
        ("Found at Anthropic", _found(doubt)),
        ("Known for sure", _known(doubt, now)),
    )


def rows_of(doubt: DoubtLine) -> str:
    """Write the number of rows in the batch."""
    return "1 row" if doubt.rows == 1 else f"{doubt.rows:,} rows"


def consequence(doubt: DoubtLine, expected: Decimal | None) -> str:
    """Say what sending again may cost; `expected` is about what the rows cost."""
    if doubt.resend_usd is None:
        price = "the price of this model is not known"
    else:
        usual = f"{about(expected)} more, " if expected is not None else ""
        price = f"{usual}{never_more_than(doubt.resend_usd)}"
    these = "this row is" if doubt.rows == 1 else "these rows are"
    return f"If batch {doubt.batch:,} did arrive, {these} paid for twice: {price}."


def send_again(doubt: DoubtLine) -> str:
    """Name the act that may cost money, with its price."""
    if doubt.resend_usd is None:
        return "Send again · price not known"
    return f"Send again · {up_to(doubt.resend_usd)} more"


def _second(moment: str) -> str:
    """Return the local time of day to the second: a batch may be told by it."""
    read = read_moment(moment)
    if read is None:
        return MISSING
    here = read.astimezone()
    whole_day = "H" in QLocale().timeFormat(QLocale.FormatType.ShortFormat)
    form = "HH:mm:ss" if whole_day else "h:mm:ss AP"
    return QLocale().toString(QTime(here.hour, here.minute, here.second), form)


def _found(doubt: DoubtLine) -> str:
    found = doubt.candidates
    ids = _listed([short_id(candidate.id) for candidate in found])
    if len(found) == 1:
        return f"One batch of {rows_of(doubt)} from that time, {_progress(found)}: {ids}."
    count = _NUMBERS[len(found)] if len(found) < len(_NUMBERS) else f"{len(found):,}"
    others = "the other is" if len(found) == 2 else "the others are"
    return (
        f"{count.capitalize()} batches of {rows_of(doubt)} from that time, {_progress(found)}: "
        f"{ids}. One may be ours, {others} somebody else’s."
    )


def _progress(found: Sequence[CandidateLine]) -> str:
    ended = sum(candidate.ended for candidate in found)
    if not ended:
        every = {1: "", 2: "both "}.get(len(found), "all ")
        return f"{every}still working"
    if ended == len(found):
        return "ended"
    return f"{_NUMBERS[ended] if ended < len(_NUMBERS) else f'{ended:,}'} of them ended"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _known(doubt: DoubtLine, now: datetime) -> str:
    moment = read_moment(doubt.known_by)
    if moment is None:
        return "In a moment: their rows are being looked at"
    when = "When both have ended" if len(doubt.candidates) == 2 else "When all have ended"
    return f"{when}, {day_and_clock(moment, now, inside=True)} at the latest"
