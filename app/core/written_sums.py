"""Sums of money and numbers of tokens as people write them, read without guessing.

What could mean two sums is refused with both named, and nothing is ever read as another sum.
"""

from __future__ import annotations

import re
from decimal import ROUND_FLOOR, Decimal

from app.core.errors import SheafError
from app.core.limit import Unit

PLACES = 6
"""The most digits behind the decimal sign: a millionth of a dollar is the least limit."""
_SPACES = re.compile(r"[\s\u00a0\u202f'\u2019_]")
_CURRENCY = re.compile(r"^(US\s?\$|USD|\$)\s*|\s*(USD|US\s?\$|\$)$", re.IGNORECASE)
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:([.,])\d{3})(?:\1\d{3})*", re.ASCII)
_DIGITS = re.compile(r"\d{1,15}", re.ASCII)
_FRACTION = re.compile(r"(\d{0,15})[.,](\d*)", re.ASCII)
_MOST = {Unit.DOLLARS: Decimal(10**9), Unit.TOKENS: Decimal(10**15)}


def read_sum(text: str, unit: Unit, decimal_sign: str = ".") -> Decimal | None:
    """Read what somebody wrote into a field; None where it is empty.

    `decimal_sign` is the system's: where it is a comma, "1,500" and "1.500" could mean two sums.

    Raises:
        SheafError: it is no sum, or could be two.
    """
    said = text.strip()
    if not said:
        return None
    plain = _ungrouped(_CURRENCY.sub("", said) if unit is Unit.DOLLARS else said)
    amount = _whole(plain) if unit is Unit.TOKENS else _dollars(plain, decimal_sign, said)
    if amount is None or amount > _MOST[unit]:
        raise _unreadable(said, unit)
    return amount


def write_sum(amount: Decimal, unit: Unit) -> str:
    """Write a sum for a field, so that every system reads it as the same."""
    if unit is Unit.TOKENS:
        return f"{amount:.0f}"
    whole, _, rest = f"{amount.quantize(Decimal(1).scaleb(-PLACES), ROUND_FLOOR):f}".partition(".")
    rest = rest.rstrip("0").ljust(2, "0")
    # Three digits behind a point are thousands to many people: a fourth makes it a fraction.
    return f"{whole}.{rest.ljust(4, '0') if len(rest) == 3 and whole != '0' else rest}"


def _ungrouped(text: str) -> str:
    """Take out spaces and apostrophes that stand between groups of three digits."""
    parts = _SPACES.split(text)
    later = (re.match(r"\d{3}(?!\d)", part, re.ASCII) for part in parts[1:])
    return "".join(parts) if all(later) and len(parts[0]) <= 3 else text


def _whole(text: str) -> Decimal | None:
    if _GROUPED.fullmatch(text):
        text = re.sub(r"[.,]", "", text)
    return Decimal(text) if _DIGITS.fullmatch(text) else None


def _dollars(text: str, decimal_sign: str, said: str) -> Decimal | None:
    if _DIGITS.fullmatch(text):
        return Decimal(text)
    signs = re.findall(r"[.,]", text)
    if len(signs) == 1:
        return _with_one_sign(text, signs[0], decimal_sign, said)
    if len(set(signs)) == 1:
        return _whole(text)
    whole, last, rest = text.rpartition(signs[-1]) if signs else (text, "", "")
    grouped = _GROUPED.fullmatch(whole)
    return _fraction(re.sub(r"[.,]", "", whole), rest) if grouped and last not in whole else None


def _with_one_sign(text: str, sign: str, decimal_sign: str, said: str) -> Decimal | None:
    """Read a sum with one point or comma in it, which is a fraction or a thousand."""
    could_be_thousands = bool(_GROUPED.fullmatch(text))
    if could_be_thousands and decimal_sign == ",":
        raise _two_sums(said, text, sign)
    if sign == "," and decimal_sign != ",":
        return _whole(text)
    found = _FRACTION.fullmatch(text)
    return _fraction(*found.groups()) if found else None


def _fraction(whole: str, rest: str) -> Decimal | None:
    if not (whole or rest) or len(rest) > PLACES or (rest and not _DIGITS.fullmatch(rest)):
        return None
    return Decimal(f"{whole or 0}.{rest or 0}")


def _two_sums(said: str, text: str, sign: str) -> SheafError:
    thousands, less = text.replace(sign, ""), text.replace(sign, ".").rstrip("0").rstrip(".")
    return SheafError(
        f"“{said}” could be two sums.",
        fix=f"Write {thousands} or {write_sum(Decimal(less), Unit.DOLLARS)}.",
    )


def _unreadable(said: str, unit: Unit) -> SheafError:
    if unit is Unit.TOKENS:
        return SheafError(f"“{said}” is no number of tokens.", fix="Write it like 2000000.")
    return SheafError(
        f"“{said}” is no sum in dollars.",
        fix=f"Write it like 6.00, with at most {PLACES} digits behind the point.",
    )
