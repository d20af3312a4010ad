"""Promises about sums that people write: read as they are meant, or refused, never another sum."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import SheafError
from app.core.limit import Unit
from app.core.written_sums import read_sum, write_sum


@pytest.mark.parametrize("sign", [".", ","])
@pytest.mark.parametrize(
    ("text", "sum_"),
    [
        ("", None),
        ("  ", None),
        ("6", "6"),
        ("6.", "6"),
        (".5", "0.5"),
        ("6.5", "6.5"),
        ("$6.50", "6.50"),
        ("6.50 USD", "6.50"),
        ("US$ 6.50", "6.50"),
        ("0.002", "0.002"),
        ("0.005", "0.005"),
        ("0.000001", "0.000001"),
        ("1500", "1500"),
        ("1 500", "1500"),
        ("1\u202f500.25", "1500.25"),
        ("1'500.25", "1500.25"),
        ("1,500.25", "1500.25"),
        ("1.500,25", "1500.25"),
        ("1,500,000", "1500000"),
        ("1.500.000", "1500000"),
        ("12.3456", "12.3456"),
        ("0", "0"),
    ],
)
def test_what_means_one_sum_is_read(text: str, sum_: str | None, sign: str) -> None:
    """Points, thousands and a dollar sign are taken as people write them, on every system."""
    assert read_sum(text, Unit.DOLLARS, sign) == (None if sum_ is None else Decimal(sum_))


def test_a_comma_is_what_the_system_says() -> None:
    """Thousands where the decimal sign is a point; a fraction where it is a comma."""
    assert read_sum("1,500", Unit.DOLLARS, ".") == 1500
    assert read_sum("1,50", Unit.DOLLARS, ",") == Decimal("1.50")
    assert read_sum("0,005", Unit.DOLLARS, ",") == Decimal("0.005")
    assert read_sum("1.500", Unit.DOLLARS, ".") == Decimal("1.5")


@pytest.mark.parametrize("text", ["1,500", "1.500", "15.000"])
def test_what_could_be_two_sums_is_asked_for_again(text: str) -> None:
    """Where a comma is the decimal sign nobody can say; both readings are named."""
    with pytest.raises(SheafError, match="two sums") as said:
        read_sum(text, Unit.DOLLARS, ",")
    assert text.replace(",", "").replace(".", "") in said.value.fix
    assert ".50" in said.value.fix or "15.00" in said.value.fix


@pytest.mark.parametrize(
    "text",
    ["1,50", "15,00", "1,5", "abc", "6.5.5", "1,50,0", "-3", "1e3", "6 dollars", "0.0000001",
     "1 5", "12 34", "1,5000.5", "٦", "6.5x", "$", ".", "1500 000", "9999999999"],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(text: str) -> None:
    """It never becomes another sum."""
    with pytest.raises(SheafError, match="no sum in dollars"):
        read_sum(text, Unit.DOLLARS, ".")


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("2000000", 2_000_000), ("2,000,000", 2_000_000), ("2.000.000", 2_000_000), ("1 500", 1500)],
)
def test_tokens_are_whole(text: str, tokens: int) -> None:
    """Groups are taken out; parts of a token are refused, not dropped."""
    for sign in ".,":
        assert read_sum(text, Unit.TOKENS, sign) == tokens
    for wrong in ("2000000.5", "1.5", "$5", "1,5"):
        with pytest.raises(SheafError, match="no number of tokens"):
            read_sum(wrong, Unit.TOKENS)


@given(
    st.decimals(0, 10**9, places=6, allow_nan=False, allow_infinity=False), st.sampled_from(".,")
)
def test_what_a_field_shows_is_read_as_the_same_sum(amount: Decimal, sign: str) -> None:
    """Looking at a limit never changes it, whatever the system's decimal sign."""
    assert read_sum(write_sum(amount, Unit.DOLLARS), Unit.DOLLARS, sign) == amount


@given(st.text(alphabet="0123456789.,'$ ", max_size=12), st.sampled_from(".,"))
def test_what_is_read_has_the_digits_that_were_written(text: str, sign: str) -> None:
    """Whatever is typed is refused or keeps every digit, in its order."""
    try:
        found = read_sum(text, Unit.DOLLARS, sign)
    except SheafError:
        return
    typed = "".join(c for c in text if c.isdigit())
    read = "" if found is None else "".join(c for c in f"{found:f}" if c.isdigit())
    assert read.lstrip("0").rstrip("0") == typed.lstrip("0").rstrip("0")
