"""Ready-made requests become batches: looked at one by one, and cut so that each asks one model."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from app.core import plan, ready_made
from app.core.catalog import Catalog, Model
from app.core.causes import Cause
from app.core.cost import Estimate
from app.core.job import Changes, Job, JobSettings, RowState
from app.core.most import worst_case
from app.core.plan import Parcel
from app.core.request_cost import Costs, forecast
from app.core.request_rules import Refusal, judge_request
from app.core.request_weight import guess_answer, weigh
from app.engine.as_written import ENVELOPE, Extreme, params_to_send
from app.engine.plan_rows import most_again, most_rows
from app.engine.prepare import NOT_CHOSEN, TOO_LARGE, Aside, chosen_test
from app.store.job_file import JobFile
from app.store.ready_made import ReadyMade, StoredRequest


@dataclass(slots=True)
class Share:
    """The requests to one model, in order: rows, sizes, longest answers, and tokens unseen."""

    costs: Costs
    rows: list[tuple[int, int]] = field(default_factory=list)
    most_tokens: dict[int, int] = field(default_factory=dict)
    unseen: dict[int, int | None] = field(default_factory=dict)
    largest: tuple[int, int, bytes] = (-1, 0, b"")
    """The largest request: its size, its row and its params."""
    smallest: tuple[int, int, bytes] = (-1, 0, b"")

    @property
    def model(self) -> Model:
        """The model that all of them ask."""
        return self.costs.model

    def add(self, row: int, params: bytes, said: Mapping[str, Any]) -> None:
        """Add one request."""
        size = len(params) + ENVELOPE
        weight = weigh(said)
        self.costs.add(weight, guess_answer(said, self.model))
        self.rows.append((row, size))
        self.most_tokens[row] = said["max_tokens"]
        self.unseen[row] = weight.unseen(self.model, size)
        if size > self.largest[0]:
            self.largest = (size, row, params)
        if self.smallest[0] < 0 or size < self.smallest[0]:
            self.smallest = (size, row, params)

    def parcels(self, most: int, changes: Changes) -> list[tuple[Parcel, Changes]]:
        """Cut the requests into batches, each with what it may cost at most."""
        found = plan.split(self.rows, most, plan.USUAL_BYTES)
        return [(parcel, self._changes(parcel, changes)) for parcel in found]

    def _changes(self, parcel: Parcel, changes: Changes) -> Changes:
        return Changes(
            model=self.model.id,
            max_tokens=max(self.most_tokens[row] for row in parcel.rows),
            prices=self.model.prices,
            replaced=changes.replaced,
            unseen_tokens=_added(self.unseen[row] for row in parcel.rows),
        )

    def most_read(self) -> int:
        """Return what any of the requests reads at most, in bytes or tokens."""
        return max((size + (self.unseen[row] or 0) for row, size in self.rows), default=0)


def _named(changes: Changes) -> tuple[str, ...]:
    """Return which params of every request a retry's wish replaces."""
    wishes = {"model": changes.model, "max_tokens": changes.max_tokens}
    return tuple(name for name, wish in wishes.items() if wish is not None)


def _added(numbers: Iterable[int | None]) -> int | None:
    total = 0
    for number in numbers:
        if number is None:
            return None
        total += number
    return total


class Selection:
    """Sorts ready-made requests into those to send, by model, and those to set aside.

    `changes` is what a retry asks differently; `wanted` are the only rows to look at, None: all;
    `out` are such as the service was found not to take.
    """

    def __init__(
        self,
        job: Job,
        settings: JobSettings,
        catalog: Catalog,
        changes: Changes = Changes(),  # noqa: B008 frozen
        wanted: Collection[int] | None = None,
        out: Mapping[int, Aside] | None = None,
    ) -> None:
        self.job = job
        self.settings = settings
        self.aside: dict[Aside, list[int]] = {}
        self.shares: dict[str, Share] = {}
        self.mendable = 0
        """How many are refused for nothing but parameters that can be left out."""
        self._catalog = catalog
        self._changes = replace(changes, replaced=_named(changes))
        self._wanted = wanted
        self._out = out or {}
        self._is_chosen = chosen_test(settings.rows)

    def take_all(self, requests: ReadyMade) -> Selection:
        """Look at all requests of a job, page by page."""
        for page in requests.pages():
            for found in page:
                if self._wanted is None or found.row in self._wanted:
                    self.take(found)
        return self

    def take(self, found: StoredRequest) -> None:
        """Look at one request."""
        if not self._is_chosen(found.row):
            self._set_aside(found.row, NOT_CHOSEN)
        elif found.row in self._out:
            self._set_aside(found.row, self._out[found.row])
        elif found.problem:
            self._refuse(found.row, found.problem)
        else:
            self._judge(found)

    def _judge(self, found: StoredRequest) -> None:
        params = params_to_send(found.params, self.settings, self._changes, self._catalog)
        said = ready_made.decode(params)
        judged = judge_request(said, self._catalog)
        if judged.model is None or judged.troubles:
            self._refuse(found.row, judged.words)
            self.mendable += all(t.refusal is Refusal.PARAMETER for t in judged.troubles)
        elif len(params) + ENVELOPE > plan.MOST_REQUEST_BYTES:
            self._set_aside(found.row, TOO_LARGE)
        else:
            share = self.shares.setdefault(judged.model.id, Share(Costs(judged.model)))
            share.add(found.row, params, said)

    def _refuse(self, row: int, words: str) -> None:
        self._set_aside(row, Aside(RowState.FAILED, words, Cause.NOT_SENT))

    def _set_aside(self, row: int, why: Aside) -> None:
        self.aside.setdefault(why, []).append(row)

    # --- what came of it ---------------------------------------------------------------------

    @property
    def sent(self) -> int:
        """How many requests are to be sent."""
        return sum(len(share.rows) for share in self.shares.values())

    @property
    def size(self) -> int:
        """How many bytes they have together."""
        return sum(size for share in self.shares.values() for _, size in share.rows)

    @property
    def refused(self) -> dict[Aside, list[int]]:
        """The requests that the service would refuse, by the words for that."""
        return {why: rows for why, rows in self.aside.items() if why.cause is not Cause.NONE}

    def parcels(self, usual: int | None = None) -> list[tuple[Parcel, Changes]]:
        """Return the batches, each of one model."""
        most = most_rows(self.settings, usual, self.sent)
        return [p for share in self.shares.values() for p in share.parcels(most, self._changes)]

    def estimate(self, usual: int | None = None) -> Estimate:
        """Forecast what they cost."""
        longest = self.longest()
        worst = [_worst(parcel, changes, longest) for parcel, changes in self.parcels(usual)]
        return forecast((share.costs for share in self.shares.values()), worst)

    def extremes(self) -> list[tuple[Model, Extreme, Extreme]]:
        """Return row and params of the largest and of the smallest request to each model."""
        return [
            (share.model, share.largest[1:], share.smallest[1:]) for share in self.shares.values()
        ]

    def longest(self) -> int:
        """Return what any request reads at most, in bytes or tokens."""
        return max((share.most_read() for share in self.shares.values()), default=0)


def _worst(parcel: Parcel, changes: Changes, longest: int) -> Decimal | None:
    """Return what a batch costs at most; None where nobody can say."""
    if changes.prices is None or changes.unseen_tokens is None:
        return None
    read = parcel.bytes + changes.unseen_tokens
    return worst_case(changes.prices, len(parcel.rows), read, changes.max_tokens or 0, longest)


# --- the plan -----------------------------------------------------------------------------------


def select(
    job_file: JobFile, catalog: Catalog, out: Mapping[int, Aside] | None = None
) -> Selection:
    """Look at the requests of a job that wait for a plan; `out` are known to be unfit."""
    job = job_file.head()
    waiting = frozenset(job_file.journal.unplanned())
    selection = Selection(job, job.settings, catalog, wanted=waiting, out=out)
    return selection.take_all(job_file.requests)


def make_batches(job_file: JobFile, selection: Selection, usual: int | None) -> None:
    """Write the plan of a job into its journal: every request in a batch or set aside."""
    with job_file.at_once():
        for why, rows in selection.aside.items():
            job_file.journal.set_aside(rows, why.state, why.reason, why.cause)
        _plan(job_file, selection, usual, is_retry=False)


def plan_again(job_file: JobFile, catalog: Catalog, rows: list[int], changes: Changes) -> int:
    """Write new batches of requests that were sent before; return how many they hold."""
    job = job_file.head()
    selection = Selection(job, job.settings, catalog, changes, frozenset(rows))
    selection.take_all(job_file.requests)
    with job_file.at_once():
        most = most_again(job_file, job.settings, rows)
        _plan(job_file, selection, most, is_retry=True)
    return selection.sent


def _plan(job_file: JobFile, selection: Selection, usual: int | None, *, is_retry: bool) -> None:
    for parcel, changes in selection.parcels(usual):
        job_file.journal.plan([parcel], is_retry=is_retry, changes=changes)
