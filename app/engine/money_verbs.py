"""The verbs about money that the window may ask of the engine: prices, counting, trials, bills."""

from __future__ import annotations

from app.core.cost import Price
from app.core.job import JobSettings
from app.engine.verbs import Verb


class Prices(Verb, frozen=True):
    """All models' prices, with their date. Replies `PriceTable`."""


class SetPrices(Verb, frozen=True):
    """Use these prices for a model; none goes back to the bundled ones. Replies `PriceTable`."""

    model: str
    tiers: tuple[Price, ...] = ()


class CountRows(Verb, frozen=True):
    """Let the service count a sample of rows, free, for a narrower price. Replies `EstimateReply`.

    What is counted is kept; asking again for the same job gives up an earlier counting.
    """

    job: str
    settings: JobSettings


class StopCounting(Verb, frozen=True):
    """Give up counting a job's rows."""

    job: str


class TrialOf(Verb, frozen=True):
    """What is to be tried, whether it is only planned or done."""

    job: str
    settings: JobSettings
    rows: tuple[int, ...] = ()
    count: int = 5
    turn: int = 0
    models: tuple[str, ...] = ()
    in_batch: bool = False
    again: bool = False


class PlanTrial(TrialOf, frozen=True):
    """Which rows would be tried, and what that costs at most. Replies `TrialPlan`.

    `rows` are chosen by the person; else `count` rows are spread over the file by length, others
    with each `turn`. `models` are asked the same rows; none is the settings' own. `in_batch` waits
    for half the price. What was answered already is not asked again, and what is perhaps charged
    only where it is one of `rows` and `again` is wanted: the plan's `doubt` says so.
    """


class TryRows(TrialOf, frozen=True):
    """Answer a few rows at once, at the standard price, or in a batch. Replies `TrialReply`.

    What is asked is what `PlanTrial` replies for the same values; `models` that answered the same
    rows before are compared with those asked now. Rows asked in a batch wait in jobs of their own,
    which the reply names and which are to be submitted.
    """


class TrialSoFar(Verb, frozen=True):
    """What was tried with these settings, newest rows first chosen. Replies `TrialReply`.

    Takes over what has come of rows asked in a batch; nothing is asked.
    """

    job: str
    settings: JobSettings


class StopTrial(Verb, frozen=True):
    """Ask no more rows of a trial that goes on; those that were asked are still kept."""

    job: str
