"""Errands about money: what models and prices there are, and what a job would cost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.engine import money_verbs as ask
from app.engine.estimator import Estimator
from app.engine.key_case import KeyCase
from app.engine.replies import EstimateReply, ModelList, PriceTable, Review
from app.engine.review import review
from app.engine.verbs import EstimateJob, Models, ReviewJob, Verb
from app.paths import Places
from app.store.reader import JobReader
from app.store.settings import read_settings


class MoneyErrands:
    """Runs errands about money; each call may come on a thread of its own."""

    def __init__(self, places: Places, keys: KeyCase) -> None:
        self._places = places
        self._keys = keys
        self.estimator = Estimator()

    def takes(self, verb: Verb) -> bool:
        """Say whether this is an errand about money."""
        return type(verb) in self._VERBS

    def run(self, verb: Verb) -> Any:
        """Do what a verb asks; return its reply.

        Raises:
            SheafError: it cannot be done.
        """
        return self._VERBS[type(verb)](self, verb)

    def _estimate(self, verb: EstimateJob) -> EstimateReply:
        with JobReader(Path(verb.job)) as reader:
            return self.estimator.estimate(reader, verb.settings, self._keys.catalog)

    def _review(self, verb: ReviewJob) -> Review:
        usual = read_settings(self._places.settings).rows_per_batch
        return review(Path(verb.job), self._keys.catalog, usual, self.estimator)

    def _models(self, _verb: Models) -> ModelList:
        return self._keys.models()

    def _prices(self, _verb: ask.Prices) -> PriceTable:
        return self._keys.known.prices()

    def _set_prices(self, verb: ask.SetPrices) -> PriceTable:
        return self._keys.known.set_prices(verb.model, verb.tiers)

    _VERBS: dict[type[Verb], Callable[[Any, Any], Any]] = {  # noqa: RUF012 never changed
        EstimateJob: _estimate,
        ReviewJob: _review,
        Models: _models,
        ask.Prices: _prices,
        ask.SetPrices: _set_prices,
    }
