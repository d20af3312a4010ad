"""A workbook's typed values as text that means the same everywhere."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

Value = int | float | str | bool | date | datetime | time | timedelta

_DURATION = re.compile(r"(-?)PT(\d+)H(\d{1,2})M(\d{1,2})(?:[.,](\d+))?S")


def plain(value: Value) -> str:
    """Write a cell's value: ISO dates, no exponents, no ".0", text untouched."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return plain_float(value)
    if isinstance(value, int):
        return str(value)
    return plain_time(value)


def plain_float(value: float) -> str:
    """Write the shortest text that reads back as the same number, never with an exponent."""
    if value.is_integer() and abs(value) < 1e16:
        return str(int(value))
    return format(Decimal(repr(value)), "f").removesuffix(".0")


def plain_time(value: date | time | timedelta) -> str:
    """Write a date, a time of day, both, or a length of time."""
    if isinstance(value, datetime):
        return f"{value.date().isoformat()} {_clock(value.time())}"
    if isinstance(value, date):
        return value.isoformat()
    return _clock(value) if isinstance(value, time) else _hours(value)


def plain_duration(text: str) -> str:
    """Write an ODS length of time, such as PT30H04M05S, as hours, minutes and seconds."""
    match = _DURATION.fullmatch(text)
    if not match:
        return text
    sign, hours, minutes, seconds, part = match.groups()
    fraction = f".{part}".rstrip("0").rstrip(".") if part else ""
    return f"{sign}{int(hours):02}:{int(minutes):02}:{int(seconds):02}{fraction}"


def _clock(value: time) -> str:
    text = value.isoformat()
    return text.rstrip("0") if "." in text else text


def _hours(value: timedelta) -> str:
    """Write as many hours as there are, then minutes and seconds."""
    sign = "-" if value < timedelta(0) else ""
    length = abs(value)
    minutes, seconds = divmod(length.days * 86_400 + length.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    text = f"{sign}{hours:02}:{minutes:02}:{seconds:02}"
    return f"{text}.{length.microseconds:06}".rstrip("0") if length.microseconds else text
