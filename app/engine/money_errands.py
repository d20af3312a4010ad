"""Errands about money: what models and prices there are, and what a job would cost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from app.engine import money_verbs as ask
from app.engine.key_case import KeyCase
from app.engine.money_replies import PriceTable, TrialPlan
from app.engine.promise import kept_estimate
from app.engine.replies import EstimateReply, ModelList, Review
from app.engine.review import review
from app.engine.trial_plan import plan_trial, wish_of
from app.engine.verbs import EstimateJob, Models, ReviewJob, Verb
from app.paths import Places
from app.store.reader import JobReader
from app.store.settings import read_settings

_BETWEEN_COUNTS = 0.05
"""Seconds: at most 1,200 counts a minute, well under every limit of the service (section 6)."""


class MoneyErrands:
    """Runs errands about money; each call may come on a thread of its own."""

    def __init__(self, places: Places, keys: KeyCase) -> None:
        self._places = places
        self._keys = keys
        self._counting: dict[str, threading.Event] = {}
        """What stops the counting that goes on for a job."""

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
            job = reader.head()
            if (said := kept_estimate(reader, job)) is not None:
                return EstimateReply(said, ())
            mode = self._keys.mode_of(job, verb.settings)
            estimator, catalog = self._keys.estimator, self._keys.catalog
            every = verb.every_row
            return estimator.estimate(reader, verb.settings, catalog, mode, every_row=every)

    def _count(self, verb: ask.CountRows) -> EstimateReply:
        stop = threading.Event()
        self._stop_counting(verb)
        self._counting[verb.job] = stop
        with JobReader(Path(verb.job)) as reader:
            mode = self._keys.mode_of(reader.head(), verb.settings)
            with closing(self._keys.connect(mode)) as way:
                return self._keys.estimator.count(
                    reader,
                    verb.settings,
                    self._keys.catalog,
                    way,
                    lambda: stop.wait(_BETWEEN_COUNTS),
                )

    def _stop_counting(self, verb: ask.CountRows | ask.StopCounting) -> None:
        if earlier := self._counting.pop(verb.job, None):
            earlier.set()

    def _plan_trial(self, verb: ask.PlanTrial) -> TrialPlan:
        with JobReader(Path(verb.job)) as reader:
            mode = self._keys.mode_of(reader.head(), verb.settings)
            catalog = self._keys.catalog
            wish = wish_of(verb)
            estimator = self._keys.estimator
            return plan_trial(estimator, reader, verb.settings, catalog, mode, wish).reply()

    def _review(self, verb: ReviewJob) -> Review:
        usual = read_settings(self._places.settings).rows_per_batch
        with JobReader(Path(verb.job)) as reader:
            job = reader.head()
        mode = self._keys.mode_of(job, job.settings)
        return review(Path(verb.job), self._keys.catalog, usual, self._keys.estimator, mode)

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
        ask.CountRows: _count,
        ask.StopCounting: _stop_counting,
        ask.PlanTrial: _plan_trial,
        ask.Prices: _prices,
        ask.SetPrices: _set_prices,
    }
