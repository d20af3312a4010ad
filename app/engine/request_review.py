"""What ready-made requests would cost, model by model, and what speaks against sending them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from app.clock import now
from app.core import ready_made
from app.core.catalog import Catalog, Model
from app.core.causes import FIXES, Cause, Fix
from app.core.job import Changes, Job, JobSettings
from app.core.model_marks import MarkKind, ending, mark
from app.core.request_cost import Costs
from app.core.request_weight import Weight, guess_answer, weigh
from app.engine.ready_made import Selection
from app.engine.replies import Check, EstimateReply, ModelPrice, ModelShare, Note, Review
from app.store.ready_made import ReadyMade

_SAID_OF_MODELS = frozenset({MarkKind.RETIRING, MarkKind.UNLISTED})


def estimate_requests(
    job: Job, settings: JobSettings, catalog: Catalog, requests: ReadyMade
) -> EstimateReply:
    """Forecast the cost of a job's requests; every one of them is looked at."""
    selection = Selection(job, settings, catalog).take_all(requests)
    shares = _shares(selection)
    prices = tuple(
        ModelPrice(share.model.id, share.costs.per_thousand_usd)
        for share in selection.shares.values()
    )
    said = [f"{check.text}. {check.detail}" for check in _refused(selection)]
    notes = tuple(
        Note("ending", found.sentence)
        for share in selection.shares.values()
        if (found := ending(share.model, now()))
    )
    words = " ".join(said)
    return EstimateReply(selection.estimate(), prices, words, bool(said), shares, notes)


def _shares(selection: Selection) -> tuple[ModelShare, ...]:
    found = sorted(selection.shares.values(), key=lambda share: -len(share.rows))
    return tuple(
        ModelShare(share.model.id, share.model.name, len(share.rows), share.costs.expected_usd)
        for share in found
    )


def review_requests(
    job: Job, catalog: Catalog, requests: ReadyMade, rows_per_batch: int | None
) -> Review:
    """Plan a job of ready-made requests without writing the plan down."""
    selection = Selection(job, job.settings, catalog).take_all(requests)
    aside = selection.aside.items()
    return Review(
        batches=tuple(len(parcel.rows) for parcel, _ in selection.parcels(rows_per_batch)),
        bytes=selection.size,
        skipped=sum(len(rows) for why, rows in aside if why.cause is Cause.NONE),
        checks=tuple(_checks(selection)),
        estimate=selection.estimate(rows_per_batch),
        shares=_shares(selection),
    )


def _checks(selection: Selection) -> Iterator[Check]:
    if not selection.sent:
        yield Check("stop", "There is no request to send", "None is left that could be sent.")
    yield from _refused(selection) or [Check("ok", "The service takes every request")]
    for share in selection.shares.values():
        yield from _of_model(share.model)
    yield from _about_tools(selection)


def _of_model(model: Model) -> Iterator[Check]:
    """Warn of a model that ends, or that the key may not use."""
    if soon := ending(model, now()):
        yield Check("warn", soon.text, soon.detail)
    elif (said := mark(model)) is not None and said.kind in _SAID_OF_MODELS:
        yield Check("warn", f"{model.name}: {said.sentence}")


def _refused(selection: Selection) -> list[Check]:
    """Say how many requests the service would refuse, and why the first of them."""
    refused = selection.refused
    count = sum(map(len, refused.values()))
    if not count:
        return []
    first = min(refused, key=lambda why: refused[why][0])
    which = f"Row {refused[first][0]:,}: {first.reason}"
    them = "1 request is" if count == 1 else f"{count:,} requests are"
    action = "leave_out" if selection.mendable else ""
    return [Check("warn", f"{them} not sent, and marked as failed", which, action)]


def _about_tools(selection: Selection) -> Iterator[Check]:
    """Say where no bound holds: what tools at Anthropic bring back is billed as reading."""
    if any(None in share.unseen.values() for share in selection.shares.values()):
        detail = "Tools that run at Anthropic may read any amount of text."
        yield Check("warn", "What it may cost at most is not known", detail)


# --- asking again ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AgainPrices:
    """What asking requests again costs about, and with what they would be asked."""

    retry_usd: Decimal | None
    longer_answer: int | None = None
    models: tuple[ModelPrice, ...] = ()


def price_again(
    job: Job, catalog: Catalog, requests: ReadyMade, cause: Cause, times: int
) -> AgainPrices:
    """Price the one fix of a cause for its requests; a longer answer is so many times longer."""
    fix = FIXES[cause]
    selection = _again(job, catalog, requests, cause)
    if fix is Fix.OTHER_MODEL:
        models = _other_models(selection, catalog, requests, cause)
        return AgainPrices(selection.estimate().expected_usd, models=models)
    longer = _longer(selection, times) if fix is Fix.LONGER_ANSWER else None
    if longer is not None:
        selection = _again(job, catalog, requests, cause, Changes(max_tokens=longer))
    return AgainPrices(selection.estimate().expected_usd, longer)


def _again(
    job: Job,
    catalog: Catalog,
    requests: ReadyMade,
    cause: Cause,
    changes: Changes = Changes(),  # noqa: B008 frozen
) -> Selection:
    selection = Selection(job, job.settings, catalog, changes)
    for page in requests.pages_because(cause):
        for found in page:
            selection.take(found)
    return selection


def _longer(selection: Selection, times: int) -> int | None:
    shares = selection.shares.values()
    if not shares:
        return None
    longest = max(most for share in shares for most in share.most_tokens.values())
    return min(longest * times, *(share.model.max_output_tokens for share in shares))


def _other_models(
    selection: Selection, catalog: Catalog, requests: ReadyMade, cause: Cause
) -> tuple[ModelPrice, ...]:
    """Price the requests with every model that none of them has asked."""
    others = [m for m in catalog.offered() if m.id not in selection.shares]
    costs = [Costs(model) for model in others if not model.limited_access]
    for page in requests.pages_because(cause):
        for found in page:
            said = ready_made.decode(found.params)
            weight = weigh(said) if isinstance(said, dict) else Weight()
            for one in costs:
                one.add(weight, guess_answer(said or {}, one.model))
    return tuple(ModelPrice(one.model.id, one.expected_usd) for one in costs)
