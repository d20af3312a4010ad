"""`sheaf bill`: what a job has cost beside what was forecast, for people and for programs."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.cli import report
from app.cli.figures import money
from app.core.bill import PaidFor, Verdict
from app.core.catalog import Catalog
from app.core.cost import in_dollars, in_figures
from app.core.job import Mode, RowState
from app.core.money_words import at_least, deviation_words, in_fine_dollars, likely
from app.engine.bill import bill_of
from app.engine.bill_replies import BillReply, PaidLine, Promised
from app.engine.books import keep_books
from app.paths import Places
from app.store.reader import JobReader

_WORDS = {
    PaidFor.READING: "Reading your rows",
    PaidFor.WRITING: "Writing answers",
    PaidFor.THINKING: "Thinking before an answer",
    PaidFor.CACHE_WRITE_5M: "Instructions kept for 5 minutes",
    PaidFor.CACHE_WRITE_1H: "Instructions kept for 1 hour",
    PaidFor.CACHE_READ: "Instructions read again, kept",
}
_VERDICTS = {
    Verdict.WITHIN: "inside the forecast range",
    Verdict.BELOW: "below the forecast range",
    Verdict.ABOVE: "above the forecast range",
}
_LINE = "{:<40}  {:>10}  {:>14}  {:>12}  {:>14}"
_BATCH = "{:>5}  {:>9}  {:>9}  {:>14}  {:>14}"


def show(path: Path, places: Places, catalog: Catalog, *, as_json: bool) -> None:
    """Print the bill of a job, and note it in the books of this computer.

    Raises:
        SheafError: the file is not a job, or cannot be read.
    """
    keep_books(places, path)
    with JobReader(path) as reader:
        found = bill_of(reader, catalog)
    report.out(json.dumps(_as_json(path, found), indent=2) if as_json else _as_text(path, found))


# --- for people -------------------------------------------------------------------------------


def _as_text(path: Path, found: BillReply) -> str:
    lines = [report.PRACTICE_BANNER] if found.mode is Mode.PRACTICE else []
    lines += [*_heading(found), "", *_kinds(found), "", *_batches(found), "", *_saved(found)]
    return "\n".join([*lines, report.one_line(f"Job: {path}")])


def _heading(found: BillReply) -> list[str]:
    said = [f"Bill{'' if found.ended else ' so far'}: {_sum(found)}{_of_trial(found)}."]
    if found.forecast is None:
        return [*said, "Nothing was forecast of this job."]
    if found.unknown or found.forecast.expected_usd is None:
        return [*said, *_in_tokens(found, found.forecast)]
    said.append(_forecast_words(found.forecast))
    if found.verdict in _VERDICTS:
        what = "The bill" if found.cost_usd == found.compared_usd else "The job itself"
        off = "" if found.deviation is None else f" {_off(found.deviation)}"
        said.append(f"{what} is {_VERDICTS[found.verdict]}.{off}")
    return [*said, found.cause] if found.cause else said


def _sum(found: BillReply) -> str:
    if found.cost_usd is not None:
        return in_fine_dollars(found.cost_usd)
    if found.known_usd is None:
        return "price not known"
    return f"{at_least(found.known_usd)}, and {found.unknown:,} answers at no known price"


def _of_trial(found: BillReply) -> str:
    trial, job = found.trial, found.compared_usd
    if trial is None or not trial.cost_usd or job is None:
        return ""
    tried = in_fine_dollars(trial.cost_usd)
    return f", of it {tried} for trying rows before and {in_fine_dollars(job)} for the job itself"


def _forecast_words(promised: Promised) -> str:
    said = f"Forecast: {in_fine_dollars(promised.expected_usd)}"
    if promised.low_usd is not None and promised.high_usd is not None:
        said += f", most likely {likely(promised.low_usd, promised.high_usd, fine=True)}"
    if promised.max_usd is not None:
        said += f", never more than {in_figures(promised.max_usd)}"
    return f"{said}. {promised.basis}."


def _in_tokens(found: BillReply, promised: Promised) -> list[str]:
    forecast = promised.input_tokens + promised.output_tokens
    used = f"{found.read_tokens:,} tokens were read and {found.written_tokens:,} written."
    said = f"{used} Forecast: {forecast:,} together. {promised.basis}."
    off = found.tokens_deviation
    return [said] if off is None else [said, _off(off)]


def _off(percent: int) -> str:
    if not percent:
        return "The forecast was right to the percent."
    return f"The forecast was {deviation_words(percent)}."


def _kinds(found: BillReply) -> list[str]:
    said = [_LINE.format("What was paid for", "Rows", "Tokens", "Per million", "Cost")]
    for line in found.lines:
        cells = (f"{line.rows:,}", f"{line.tokens:,}", _price(line.per_million_usd))
        said.append(_LINE.format(_kind(line), *cells, _cell(line.cost_usd)))
    if (trial := found.trial) is not None:
        cells = (f"{trial.rows:,}", f"{trial.tokens:,}", "—")
        said.append(_LINE.format("Trial", *cells, _cell(trial.cost_usd)))
    for ended in found.states:
        if ended.attempts > ended.billed:
            free = f"{ended.attempts - ended.billed:,}"
            said.append(_LINE.format(f"No charge: {ended.state.value}", free, "0", "—", "$0.00"))
    return [*said, *_remarks(found)]


def _kind(line: PaidLine) -> str:
    words = report.one_line(_WORDS[line.what])
    if line.long:
        words += ", long rows"
    return f"{words} ({report.one_line(line.model)})" if line.model else words


def _remarks(found: BillReply) -> list[str]:
    by_state = {ended.state: ended for ended in found.states}
    declined = by_state.get(RowState.DECLINED)
    if declined is None or not declined.billed:
        return []
    cost = "as billed" if declined.cost_usd is None else f"with {in_dollars(declined.cost_usd)}"
    return [
        f"{declined.billed:,} declined rows are counted {cost}: they may be free; Anthropic's "
        "pages say both."
    ]


def _batches(found: BillReply) -> list[str]:
    said = [_BATCH.format("Batch", "Rows", "Billed", "Cost", "Expected")]
    for batch in found.batches:
        cost, expected = _cell(batch.cost_usd), _cell(batch.expected_usd)
        said.append(
            _BATCH.format(batch.number, f"{batch.rows:,}", f"{batch.billed:,}", cost, expected)
        )
    return said


def _saved(found: BillReply) -> list[str]:
    if (saved := found.savings) is None:
        return []
    standard, paid = in_fine_dollars(saved.standard_usd), in_fine_dollars(saved.paid_usd)
    said = [f"At the standard price, for every row: {standard}. You paid {paid}."]
    if saved.cache_usd > 0:
        said.append(
            f"Instructions that Claude remembered saved {in_fine_dollars(saved.cache_usd)}."
        )
    elif saved.cache_usd < 0:
        more = in_fine_dollars(-saved.cache_usd)
        said.append(f"Instructions that Claude was to remember cost {more} more than they saved.")
    return said


def _cell(amount: Decimal | None) -> str:
    return "—" if amount is None else in_fine_dollars(amount)


def _price(per_million: Decimal | None) -> str:
    return "—" if per_million is None else f"${per_million.normalize():f}"


# --- for programs -----------------------------------------------------------------------------


def _as_json(path: Path, found: BillReply) -> dict[str, Any]:
    """Return nothing but plain values; sums are exact where they were billed."""
    return {
        "job": str(path),
        "mode": found.mode.value,
        "ended": found.ended,
        "model": found.model,
        "cost_usd": _text(found.cost_usd),
        "known_usd": _text(found.known_usd),
        "job_usd": _text(found.compared_usd),
        "unknown": found.unknown,
        "read_tokens": found.read_tokens,
        "written_tokens": found.written_tokens,
        "forecast": _forecast(found),
        "verdict": found.verdict.value,
        "forecast_high_by_percent": found.deviation,
        "tokens_high_by_percent": found.tokens_deviation,
        "cause": found.cause or None,
        "limit_usd": money(found.limit_usd),
        "lines": [
            {
                "what": line.what.value,
                "model": line.model or found.model,
                "long": line.long,
                "rows": line.rows,
                "tokens": line.tokens,
                "per_million_usd": _text(line.per_million_usd),
                "cost_usd": _text(line.cost_usd),
            }
            for line in found.lines
        ],
        "states": [
            {
                "state": ended.state.value,
                "attempts": ended.attempts,
                "billed": ended.billed,
                "cost_usd": _text(ended.cost_usd),
                "may_be_free": ended.state is RowState.DECLINED and ended.billed > 0,
            }
            for ended in found.states
        ],
        "batches": [
            {
                "number": batch.number,
                "rows": batch.rows,
                "billed": batch.billed,
                "cost_usd": _text(batch.cost_usd),
                "expected_usd": money(batch.expected_usd),
                "is_retry": batch.is_retry,
            }
            for batch in found.batches
        ],
        "trial": _trial(found),
        "savings": _savings(found),
        "prices_as_of": found.prices_as_of or None,
    }


def _forecast(found: BillReply) -> dict[str, Any] | None:
    if (promised := found.forecast) is None:
        return None
    return {
        "expected_usd": money(promised.expected_usd),
        "low_usd": money(promised.low_usd),
        "high_usd": money(promised.high_usd),
        "max_usd": money(promised.max_usd),
        "rows": promised.rows,
        "input_tokens": promised.input_tokens,
        "output_tokens": promised.output_tokens,
        "basis": promised.basis,
        "prices_as_of": promised.prices_as_of,
    }


def _trial(found: BillReply) -> dict[str, Any] | None:
    if (trial := found.trial) is None:
        return None
    return {
        "rows": trial.rows,
        "models": trial.models,
        "tokens": trial.tokens,
        "cost_usd": _text(trial.cost_usd),
    }


def _savings(found: BillReply) -> dict[str, str | None] | None:
    if (saved := found.savings) is None:
        return None
    names = ("standard_usd", "half_usd", "cache_usd", "twins_usd", "blank_usd", "paid_usd")
    return {name: money(getattr(saved, name)) for name in names}


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else format(amount.normalize(), "f")
