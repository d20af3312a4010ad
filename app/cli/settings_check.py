"""What is set on the command line is checked against the table, before any of its rows is read."""

from __future__ import annotations

from app.core import instructions
from app.core.catalog import Catalog
from app.core.errors import SheafError
from app.core.job import JobSettings
from app.engine import prepare
from app.engine.spend_limit import check_price


def check_settings(settings: JobSettings, columns: tuple[str, ...], catalog: Catalog) -> None:
    """Refuse settings that do not fit the table, or could not be run.

    Raises:
        SheafError: one of them; it says what to correct.
    """
    if settings.model:  # ready-made requests bring their own, and are checked one by one
        _check_braces(settings.instructions)
        check_price(settings, prepare.check_settings(settings, columns, catalog))
    rule = settings.rows.rule
    if settings.id_column:
        _need(settings.id_column, columns, "to use as the row ID", "--id-column")
    if rule is not None and rule.where is not None:
        _need(rule.where.column, columns, "to choose rows by", "--where")


def _need(column: str, columns: tuple[str, ...], use: str, option: str) -> None:
    if column not in columns:
        raise SheafError(
            f'The table has no column "{column}" {use}.',
            f"Its columns are: {', '.join(columns[:12])}.",
            f"Correct {option}.",
        )


def _check_braces(text: str) -> None:
    if begun := instructions.unclosed(text):
        raise SheafError(
            f'The instructions begin a column\'s name that is not closed: "{begun}".',
            "It would be sent as it stands.",
            "Close it with }}. For two braces as such write four: {{{{.",
        )
