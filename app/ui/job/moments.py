"""How moments, spans and money are written on the screens of a job."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from PySide6.QtCore import QDateTime, QLocale, QTime

from app.ui.widgets.table_cells import MISSING


def read_moment(text: str) -> datetime | None:
    """Read a moment as the engine writes it; None when there is none."""
    return datetime.fromisoformat(text) if text else None


def clock(moment: datetime | None) -> str:
    """Return the local time of day, as the system writes it."""
    if moment is None:
        return MISSING
    here = moment.astimezone()
    return QLocale().toString(QTime(here.hour, here.minute), QLocale.FormatType.ShortFormat)


def day_and_clock(moment: datetime | None, now: datetime, *, inside: bool = False) -> str:
    """Return the local time with its day, which is named when it is near.

    `inside` a sentence such a name has no capital.
    """
    if moment is None:
        return MISSING
    here = moment.astimezone()
    days = (here.date() - now.astimezone().date()).days
    near = {0: "Today", 1: "Tomorrow", -1: "Yesterday"}
    named = QDateTime.fromSecsSinceEpoch(int(here.timestamp())).date()
    if days in near:
        day = near[days].lower() if inside else near[days]
    else:
        day = QLocale().toString(named, "ddd d MMM")
    return f"{day} {clock(moment)}"


def span(length: timedelta) -> str:
    """Return how long something took, in the two largest units."""
    minutes = max(0, int(length.total_seconds() // 60))
    if minutes < 1:
        return "under 1 min"
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} days {hours} h" if hours else f"{days} days"


def row_price(amount: Decimal | None) -> str:
    """Return what one row cost: up to five decimals, never a false zero."""
    if amount is None:
        return "price not known"
    if 0 < amount < Decimal("0.00001"):
        return "under $0.00001"
    cents = Decimal("0.01") if amount >= 1 or amount == 0 else Decimal("0.00001")
    return f"${amount.quantize(cents, rounding=ROUND_HALF_UP):,}"
