"""Days as people write them: the one way in which Sheaf names them."""

from __future__ import annotations

from datetime import date

_NAMES = "January February March April May June July August September October November December"
_MONTHS = tuple(_NAMES.split())


def in_words(iso: str) -> str:
    """Write a day like 2026-11-30 as 30 November 2026; anything else as it stands."""
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
