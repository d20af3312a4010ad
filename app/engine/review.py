"""How a job would be sent, and what speaks against it; nothing leaves the computer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import chain
from pathlib import Path

import msgspec

from app.clock import now
from app.core import instructions, plan
from app.core.catalog import Catalog
from app.core.causes import Cause
from app.core.cost import Estimate
from app.core.errors import SheafError
from app.core.job import Job, Mode, RowState
from app.core.limit import Unit, limits_of
from app.core.model_marks import ending
from app.core.ready_made import is_ready_made
from app.core.trial import Tried
from app.engine import prepare
from app.engine.estimate import advise, model_of
from app.engine.estimator import Estimator
from app.engine.plan_rows import most_rows, twins_test
from app.engine.prepare import Sorting
from app.engine.replies import Check, IdCheck, Review
from app.engine.request_review import review_requests
from app.engine.trial_rows import kept_rows, rows_in_doubt, sent_again_words
from app.store.reader import JobReader


def review(
    path: Path,
    catalog: Catalog,
    rows_per_batch: int | None,
    estimator: Estimator | None = None,
    mode: Mode | None = None,
) -> Review:
    """Plan a job without writing the plan down; every row to send is measured."""
    estimator = estimator or Estimator()
    with JobReader(path) as reader:
        job = reader.head()
        if is_ready_made(job):
            return _of_requests(reader, job, catalog, rows_per_batch)
        try:
            ready = prepare.filled(job, catalog, reader.files)
        except SheafError as error:
            return Review((), 0, 0, (Check("stop", error.what, error.fix),))
        tried = kept_rows(reader, job.settings, catalog, mode or job.mode)
        unsure = rows_in_doubt(reader, job.settings, catalog, mode or job.mode)
        kept = dict(reader.source_rows_of(sorted(tried)))
        sorting = Sorting(ready, twins_test(job, reader.files), kept)
        asked = sorting.to_ask(prepare.each_row(prepare.pages_of(reader.source_rows)))
        most = most_rows(job.settings, rows_per_batch, job.rows)
        batches = tuple(len(p.rows) for p in plan.split_requests(asked, most, plan.USUAL_BYTES))
        reply = estimator.estimate(reader, job.settings, catalog, mode or job.mode, every_row=True)
        found = reply.estimate
        checks = _checks(reader, job, sorting, found, catalog, tried)
        doubts = _in_doubt(unsure, keeps=job.settings.keep_trial)
        checks = _in_order([*checks, *doubts])
    skipped = sum(len(r) for a, r in sorting.aside.items() if a.state is RowState.SKIPPED)
    return Review(batches, sorting.bytes, skipped, checks, found)


def _of_requests(
    reader: JobReader, job: Job, catalog: Catalog, rows_per_batch: int | None
) -> Review:
    found = review_requests(job, catalog, reader.requests, rows_per_batch)
    costs = _cost(job, found.estimate) if found.estimate and found.batches else ()
    return msgspec.structs.replace(
        found, checks=_in_order([*found.checks, *_ids(reader, job), *costs])
    )


def _in_order(checks: Iterable[Check]) -> tuple[Check, ...]:
    """Sort checks: what stops first, then what is fine, then what to think about."""
    order = ("stop", "ok", "warn")
    return tuple(sorted(checks, key=lambda check: order.index(check.tone)))


def _checks(
    reader: JobReader,
    job: Job,
    sorting: Sorting,
    forecast: Estimate,
    catalog: Catalog,
    tried: Mapping[int, Tried],
) -> tuple[Check, ...]:
    found = (
        _rows(sorting, tried),
        _tried(tried),
        _ids(reader, job),
        _columns(job),
        _longest(job, catalog),
        _model(job, catalog),
        _cost(job, forecast),
    )
    return _in_order(chain.from_iterable(found))


def _tried(tried: Mapping[int, Tried]) -> Iterator[Check]:
    """Say how many rows have their answers from a trial, or wait for them."""
    waiting = sum(one.is_on_its_way for one in tried.values())
    if waiting:
        rows = "1 row of a trial is" if waiting == 1 else f"{waiting} rows of a trial are"
        yield Check("stop", f"{rows} still being answered", "Wait for it, or cancel the trial.")
    elif tried:
        rows = "1 row was" if len(tried) == 1 else f"{len(tried)} rows were"
        yield Check(
            "ok", f"{rows} answered in a trial", "The answers are used, and not bought again."
        )


def _in_doubt(unsure: Mapping[int, Tried], *, keeps: bool) -> Iterator[Check]:
    """Say how many rows would perhaps be paid for twice; of those in a job, it may come back."""
    gone = sum(bool(one.job) for one in unsure.values()) if keeps else 0
    if gone:
        rows = "1 row of a trial is" if gone == 1 else f"{gone} rows of a trial are"
        detail = "Put its file back among the jobs; or do not keep the trial's answers."
        yield Check("stop", f"{rows} perhaps charged, and its job is not there", detail)
    if again := len(unsure) - gone:
        detail = "No answer came back: it may be paid for twice."
        yield Check("warn", sent_again_words(again), detail)


def _rows(sorting: Sorting, tried: Mapping[int, Tried]) -> Iterator[Check]:
    if not sorting.sent and not tried:
        yield Check("stop", "There is no row to send", "Every row is blank or left out.")
    large = len(sorting.aside.get(prepare.TOO_LARGE, ()))
    if large:
        yield Check("warn", f"{large:,} rows are too large to send", "They are marked as failed.")
    else:
        yield Check("ok", "Every row fits the size limit")
    yield from _files(sorting)
    yield from _blank(sorting)
    yield from _twins(sorting)


def _files(sorting: Sorting) -> Iterator[Check]:
    """Name a file that cannot be sent, and say how many there are."""
    broken = {why: rows for why, rows in sorting.aside.items() if why.cause is Cause.FILE}
    if not broken:
        return
    count = sum(map(len, broken.values()))
    rows = "1 row has a file" if count == 1 else f"{count:,} rows have files"
    first = min(broken, key=lambda why: broken[why][0])
    detail = first.reason if len(broken) == 1 else f"The first: {first.reason}"
    yield Check("warn", f"{rows} that cannot be sent", detail)


def _blank(sorting: Sorting) -> Iterator[Check]:
    """Say how many rows are blank, and let the person leave out those that would be sent."""
    left_out = len(sorting.aside.get(prepare.BLANK, ()))
    if left_out:
        text = (
            "1 blank row is left out" if left_out == 1 else f"{left_out:,} blank rows are left out"
        )
        yield Check("ok", text, "They cost nothing.")
    if sorting.sent_blank:
        text = (
            "1 row is blank and would be sent anyway"
            if sorting.sent_blank == 1
            else f"{sorting.sent_blank:,} rows are blank and would be sent anyway"
        )
        yield Check("warn", text, "Claude would have nothing to read in them.", "skip_blank")


def _twins(sorting: Sorting) -> Iterator[Check]:
    """Say how many rows are not asked because another one asks the same."""
    if twins := len(sorting.twins):
        text = "1 row asks" if twins == 1 else f"{twins:,} rows ask"
        detail = "Its answer is copied, free." if twins == 1 else "Their answers are copied, free."
        yield Check("ok", f"{text} the same as another", detail)


def _ids(reader: JobReader, job: Job) -> Iterator[Check]:
    if not job.settings.id_column:
        return
    found = check_ids(reader, job, job.settings.id_column)
    if found.repeated or found.blank:
        text = f"{found.repeated + found.blank:,} rows have no ID of their own"
        yield Check("warn", text, "Answers still find their row: Sheaf counts rows.", "change_id")
    else:
        yield Check("ok", "Every row has a different ID")


def check_ids(reader: JobReader, job: Job, column: str) -> IdCheck:
    """Count the rows whose value in a column another row has too, or none.

    Raises:
        SheafError: the table has no such column.
    """
    if column not in job.column_names:
        raise SheafError(f'The table has no column "{column}".', fix="Choose another one.")
    repeated, blank = reader.repeats(job.column_names.index(column))
    return IdCheck(column, repeated, blank)


def _columns(job: Job) -> Iterator[Check]:
    if begun := instructions.unclosed(job.settings.instructions):
        text = f'A column\'s name is not closed: "{begun}"'
        yield Check("warn", text, "It would be sent as it stands.", "edit_instructions")
    if instructions.parse(job.settings.instructions).columns:
        yield Check("ok", "All columns in the instructions exist")
    else:
        yield Check(
            "warn",
            "The instructions name no column",
            "Every row would be asked exactly the same.",
            "edit_instructions",
        )


def _longest(job: Job, catalog: Catalog) -> Iterator[Check]:
    """Repeat here what was said beside the longest answer: answers that break off are paid too."""
    words, tight = advise(job.settings, model_of(job.settings, catalog))
    if tight:
        yield Check("warn", "The longest answer allowed is short", words, "edit_longest")


def _model(job: Job, catalog: Catalog) -> Iterator[Check]:
    """Warn of a model that ends soon: what is begun with it now cannot be gone on with then."""
    if found := ending(model_of(job.settings, catalog), now()):
        yield Check("warn", found.text, found.detail, "change_model")


def _cost(job: Job, forecast: Estimate) -> Iterator[Check]:
    """Say how the cost stands to the limit that the person has set."""
    if forecast.expected_usd is None:
        yield Check("warn", "The price of this model is not known", "The bill is Anthropic's.")
    for unit, limit in limits_of(job.settings):
        dollars = unit is Unit.DOLLARS
        expected = forecast.expected_usd if dollars else Decimal(forecast.tokens)
        if dollars and expected is None:
            detail = "Set it in tokens instead, or remove it."
            yield Check("stop", "A limit in dollars cannot hold", detail, "change_limit")
        elif dollars and forecast.max_usd is None:
            detail = "Nobody can say what the requests cost at most. Remove the limit to send them."
            yield Check("stop", "Your spend limit cannot hold", detail, "change_limit")
        elif expected is not None:
            yield from _limit(unit, limit, expected, forecast.max_usd if dollars else None)


def _limit(unit: Unit, limit: Decimal, expected: Decimal, most: Decimal | None) -> Iterator[Check]:
    stops = f"Sheaf would stop at {unit.say(limit)} and keep what is done."
    if expected > limit:
        text = "The expected cost is over your spend limit"
        yield Check("warn", text, stops, "change_limit")
        return
    yield Check("ok", "Expected cost is within your spend limit")
    if most is not None and most > limit:
        text = "The highest possible cost is over your limit"
        yield Check("warn", text, stops, "change_limit")
