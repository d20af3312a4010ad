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
from app.core.cost import in_figures
from app.core.job import Mode, RowState
from app.engine.bill import bill_of
from app.engine.bill_replies import BillReply, PaidLine
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
    unknown = f" and {found.unknown:,} answers at no known price" if found.unknown else ""
    said = [f"Bill{'' if found.ended else ' so far'}: {_exact(found.cost_usd)}{unknown}."]
    promised = found.forecast
    if promised is None or promised.expected_usd is None:
        return [*said, "Nothing was forecast of this job."]
    low, high = _figures(promised.low_usd), _figures(promised.high_usd)
    most = _figures(promised.max_usd)
    said.append(
        f"Forecast: {_figures(promised.expected_usd)}, most likely between {low} and {high}, "
        f"never more than {most}. {promised.basis}."
    )
    if found.verdict in _VERDICTS:
        said.append(f"The bill is {_VERDICTS[found.verdict]}. {_off(found.deviation)}".strip())
    return [*said, found.cause] if found.cause else said


def _figures(amount: Decimal | None) -> str:
    return "nobody could say" if amount is None else in_figures(amount)


def _off(percent: int | None) -> str:
    if percent is None:
        return ""
    if not percent:
        return "The forecast was right to the percent."
    return f"The forecast was {abs(percent)}% {'high' if percent > 0 else 'low'}."


def _kinds(found: BillReply) -> list[str]:
    said = [_LINE.format("What was paid for", "Rows", "Tokens", "Per million", "Cost")]
    for line in found.lines:
        cells = (f"{line.rows:,}", f"{line.tokens:,}", _exact(line.per_million_usd))
        said.append(_LINE.format(_kind(line), *cells, _exact(line.cost_usd)))
    if (trial := found.trial) is not None:
        cost = "—" if trial.cost_usd is None else _exact(trial.cost_usd)
        said.append(_LINE.format("Trial", f"{trial.rows:,}", f"{trial.tokens:,}", "—", cost))
    for ended in found.states:
        if ended.attempts > ended.billed:
            free = f"{ended.attempts - ended.billed:,}"
            said.append(_LINE.format(f"No charge: {ended.state.value}", free, "0", "—", "$0"))
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
    return [
        f"{declined.billed:,} declined rows are counted with {_exact(declined.cost_usd)}: they may "
        "be free; Anthropic's pages say both."
    ]


def _batches(found: BillReply) -> list[str]:
    said = [_BATCH.format("Batch", "Rows", "Billed", "Cost", "Expected")]
    for batch in found.batches:
        cost = "—" if batch.cost_usd is None else _exact(batch.cost_usd)
        expected = "—" if batch.expected_usd is None else _rounded(batch.expected_usd)
        said.append(
            _BATCH.format(batch.number, f"{batch.rows:,}", f"{batch.billed:,}", cost, expected)
        )
    return said


def _saved(found: BillReply) -> list[str]:
    if (saved := found.savings) is None:
        return []
    standard, paid = in_figures(saved.standard_usd), in_figures(saved.paid_usd)
    said = [f"At the standard price, for every row: {standard}. You paid {paid}."]
    if saved.cache_usd > 0:
        said.append(f"Instructions that Claude remembered saved {in_figures(saved.cache_usd)}.")
    elif saved.cache_usd < 0:
        more = in_figures(-saved.cache_usd)
        said.append(f"Instructions that Claude was to remember cost {more} more than they saved.")
    return said


def _exact(amount: Decimal) -> str:
    return f"${amount.normalize():f}"


def _rounded(amount: Decimal) -> str:
    return f"${money(amount)}"


# --- for programs -----------------------------------------------------------------------------


def _as_json(path: Path, found: BillReply) -> dict[str, Any]:
    """Return nothing but plain values; sums are exact where they were billed."""
    return {
        "job": str(path),
        "mode": found.mode.value,
        "ended": found.ended,
        "model": found.model,
        "cost_usd": _text(found.cost_usd),
        "unknown": found.unknown,
        "forecast": _forecast(found),
        "verdict": found.verdict.value,
        "forecast_high_by_percent": found.deviation,
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
