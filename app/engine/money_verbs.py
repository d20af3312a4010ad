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
