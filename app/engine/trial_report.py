"""What a trial brought: answers, their cost, where models disagree, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from app.core.catalog import Catalog, Model
from app.core.job import JobSettings
from app.core.limit import added
from app.core.states import Mode, RowState
from app.core.trial import Tried, compare, newest
from app.core.troubles import troubles
from app.engine.estimator import Estimator
from app.engine.money_replies import Differs, ModelTrial, TrialReply, TriedAnswer
from app.engine.trial_rows import tried_alike
from app.store.reader import JobReader


def report(
    estimator: Estimator,
    reader: JobReader,
    settings: JobSettings,
    catalog: Catalog,
    mode: Mode,
    rows: Sequence[int] = (),
) -> TrialReply:
    """Say what came of these rows with these settings, by default of those tried last."""
    alike = tried_alike(reader, settings, catalog, mode)
    rows = rows or _last_rows(alike)
    tried = [one for one in alike if one.row in rows]
    shown = list(newest(tried).values())
    columns, differ = compare(shown, settings.answers)
    found = estimator.estimate(reader, settings, catalog, mode)
    prices = {price.model: price.per_thousand_usd for price in found.prices}
    models = list(dict.fromkeys(one.model for one in shown))
    return TrialReply(
        rows=tuple(rows),
        answers=tuple(TriedAnswer.of(one) for one in shown),
        models=tuple(_model(name, tried, shown, prices.get(name)) for name in models),
        cost_usd=_cost(tried),
        unsure=sum(one.unsure for one in tried),
        troubles=tuple(_troubles(models, shown, settings, catalog)),
        differ=differ,
        columns=tuple(Differs(column.column, column.rows) for column in columns),
        waiting=tuple(dict.fromkeys(one.job for one in tried if one.is_on_its_way)),
        estimate=found,
    )


def _last_rows(tried: Sequence[Tried]) -> tuple[int, ...]:
    """Return the rows of the newest trial."""
    last = max((one.round for one in tried), default=0)
    return tuple(sorted({one.row for one in tried if one.round == last}))


def _cost(tried: Sequence[Tried]) -> Decimal | None:
    return added(one.cost_usd for one in tried if one.outcome is not None)


def _model(
    name: str, tried: Sequence[Tried], shown: Sequence[Tried], per_thousand: Decimal | None
) -> ModelTrial:
    own = [one for one in tried if one.model == name]
    usages = [one.outcome.usage for one in own if one.outcome and one.outcome.usage]
    states = [one.outcome.state for one in shown if one.outcome and one.model == name]
    return ModelTrial(
        model=name,
        answered=states.count(RowState.ANSWERED),
        asked=sum(one.model == name for one in shown),
        cost_usd=_cost(own),
        read_tokens=sum(usage.prompt for usage in usages),
        written_tokens=sum(usage.output for usage in usages),
        thinking_tokens=sum(usage.thinking for usage in usages),
        per_thousand_usd=per_thousand,
    )


def _troubles(
    models: Sequence[str], shown: Sequence[Tried], settings: JobSettings, catalog: Catalog
) -> Iterator[str]:
    """Yield what went wrong, with the model's name where there are several."""
    for name in models:
        known = catalog.find(name) or Model(name, name)
        whose = f"{known.name}: " if len(models) > 1 else ""
        for sentence in troubles([one for one in shown if one.model == name], settings, known):
            yield whose + sentence
