"""The verbs about bills that the window may ask of the engine."""

from __future__ import annotations

from app.engine.verbs import Verb


class Bill(Verb, frozen=True):
    """What a job has cost, and how that stands to its forecast. Replies `BillReply`."""

    job: str


class SaveBill(Verb, frozen=True):
    """Write the bill of a job as CSV, every attempt of every row in a line. Replies `Exported`.

    Without `overwrite` a foreign file in its place is refused (Halt.EXISTS).
    """

    job: str
    path: str
    overwrite: bool = False


class PastForecasts(Verb, frozen=True):
    """How forecasts came out, newest first; 0 is all. Replies `tuple[PastForecast, ...]`."""

    most: int = 0


class Spending(Verb, frozen=True):
    """What all jobs together have cost, month by month. Replies `SpendingReply`."""
