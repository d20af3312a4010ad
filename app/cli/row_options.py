"""Which rows are to run, as the command line says it."""

from __future__ import annotations

import argparse

from app.core.errors import SheafError
from app.core.job import Rows
from app.core.row_choice import Holds, RowRule, Where

_TESTS = {
    "where": Holds.EQUALS,
    "where_not": Holds.DIFFERS,
    "where_contains": Holds.CONTAINS,
    "where_empty": Holds.EMPTY,
    "where_filled": Holds.FILLED,
}


def add_rule(verb: argparse.ArgumentParser) -> None:
    """Let a condition or a sample choose the rows."""
    where = verb.add_mutually_exclusive_group()
    where.add_argument("--where", metavar="COLUMN=VALUE", help="only rows where it is just that")
    where.add_argument("--where-not", metavar="COLUMN=VALUE", help="only rows where it is not")
    where.add_argument("--where-contains", metavar="COLUMN=TEXT", help="only rows that hold it")
    where.add_argument("--where-empty", metavar="COLUMN", help="only rows where it is blank")
    where.add_argument("--where-filled", metavar="COLUMN", help="only rows where it is not blank")
    verb.add_argument("--sample", type=int, metavar="N", help="a random sample of these rows")
    verb.add_argument("--seed", type=int, default=0, metavar="S", help="draws another sample")


def chosen_rows(options: argparse.Namespace) -> Rows:
    """Return which rows are to run.

    Raises:
        SheafError: a condition or a number cannot be read.
    """
    first = positive(options.limit, "--limit")
    sample = positive(options.sample, "--sample")
    where = _where(options)
    if where is None and sample is None:
        return Rows(first=first)
    return Rows(rule=RowRule(where, first, sample, options.seed))


def _where(options: argparse.Namespace) -> Where | None:
    for name, test in _TESTS.items():
        said: str | None = getattr(options, name)
        if said is None:
            continue
        column, sign, value = said.partition("=")
        if test in {Holds.EMPTY, Holds.FILLED}:
            return Where(said, test)
        if not column or not sign:
            raise SheafError(
                f'"--{name.replace("_", "-")} {said}" names no column and value.',
                fix="Write it like --where country=DE.",
            )
        return Where(column, test, value)
    return None


def positive(value: int | None, name: str, most: int | None = None) -> int | None:
    """Return a number as it was said.

    Raises:
        SheafError: it is less than 1, or more than the most.
    """
    if value is not None and value < 1:
        raise SheafError(f"{name} is {value}; it must be 1 or more.", fix="Correct the number.")
    if value is not None and most is not None and value > most:
        raise SheafError(f"{name} is {value:,}; the most is {most:,}.", fix="Correct the number.")
    return value
