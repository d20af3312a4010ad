"""What the command line prints: progress, the batches table, the JSON object, errors."""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from app.core.cost import Estimate, in_dollars, micro
from app.core.errors import SheafError
from app.core.job import FINE, Batch, BatchState, Job, Mode, RowState
from app.engine.events import AnyEvent, JobChanged, Noticed, Progress
from app.engine.replies import JobLine
from app.engine.view import finished_rows

PRACTICE_BANNER = "PRACTICE: nothing is sent to Anthropic or charged; the answers are made up."

_STAGES = {
    "loading": "Reading",
    "sending": "Sending",
    "collecting": "Fetching answers",
    "exporting": "Writing",
}
_BATCH_WORDS = {
    BatchState.PLANNED: "Waiting",
    BatchState.SENDING: "Sending",
    BatchState.UNSURE: "Checking",
    BatchState.WORKING: "Working",
    BatchState.CANCELLING: "Cancelling",
    BatchState.FINISHED: "Finished",
    BatchState.PAUSED: "Paused",
}


def say(sentence: str) -> None:
    """Print a sentence for the person, on stderr."""
    print(sentence, file=sys.stderr, flush=True)  # noqa: T201


def out(text: str) -> None:
    """Print a result, on stdout."""
    print(text, flush=True)  # noqa: T201


class Ticker:
    """Shows what the engine announces: one living line at a terminal, plain lines elsewhere."""

    def __init__(self) -> None:
        self._living = sys.stderr.isatty()
        self._last = ""

    def hear(self, event: AnyEvent) -> None:
        """Show one event."""
        if isinstance(event, JobChanged):
            self._show(_job_words(event.job), keep=True)
        elif isinstance(event, Noticed):
            self._show(event.text, keep=True)
        elif isinstance(event, Progress) and self._living:
            self._show(_progress_words(event), keep=False)

    def _show(self, words: str, *, keep: bool) -> None:
        if words == self._last:
            return
        self._last = words
        if self._living:
            end = "\n" if keep and words.endswith(".") else ""
            sys.stderr.write(f"\r\x1b[K{words}{end}")
            sys.stderr.flush()
        else:
            say(words)

    def done(self) -> None:
        """Leave the living line."""
        if self._living and self._last:
            sys.stderr.write("\n")
            sys.stderr.flush()


def _job_words(line: JobLine) -> str:
    marked = "practice · " if line.mode is Mode.PRACTICE else ""
    batches = ", ".join(
        f"{count} {_BATCH_WORDS[BatchState(state)].lower()}"
        for state, count in line.batches.items()
    )
    done = f"{finished_rows(line):,} of {line.rows:,} rows finished"
    cost = "free" if line.mode is Mode.PRACTICE else in_dollars(line.cost_usd)
    return f"{marked}{done} · batches: {batches or 'none yet'} · {cost}"


def _progress_words(event: Progress) -> str:
    stage = _STAGES.get(event.stage, event.stage)
    if event.unit == "bytes":
        share = round(100 * event.done / event.total) if event.total else 0
        return f"{stage}: {share} %"
    return f"{stage}: {event.done:,} of {event.total:,} {event.unit}"


def batches_table(batches: tuple[Batch, ...], mode: Mode) -> str:
    """Return the batches as a table of plain text; practice says what it would have cost."""
    cost = "Real price" if mode is Mode.PRACTICE else "Cost"
    head = ("#", "Batch ID", "Status", "Rows", "Answered", "Failed", cost)
    lines = [head, *(_batch_cells(batch) for batch in batches)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(head))]
    return "\n".join(_aligned(line, widths) for line in lines)


def _batch_cells(batch: Batch) -> tuple[str, ...]:
    ended = batch.state is BatchState.FINISHED
    return (
        str(batch.number),
        batch.remote_id or "—",
        _BATCH_WORDS[batch.state],
        f"{batch.rows:,}",
        f"{batch.answered:,}" if ended else "—",
        f"{batch.failed:,}" if ended else "—",
        in_dollars(Decimal(batch.cost_usd)) if ended else "—",
    )


def _aligned(cells: tuple[str, ...], widths: list[int]) -> str:
    padded = [
        cell.ljust(width) if place in (1, 2) else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "  ".join(padded).rstrip()


def counts_words(counts: dict[RowState, int]) -> str:
    """Say how many rows are in each state."""
    found = [f"{counts[state]:,} {state.value}" for state in RowState if counts.get(state)]
    return ", ".join(found) or "no rows"


def all_fine(counts: dict[RowState, int]) -> bool:
    """Say whether every row needs nothing more."""
    return all(state in FINE for state, count in counts.items() if count)


def estimate_words(estimate: Estimate, mode: Mode) -> str:
    """Say what a job would cost."""
    if mode is Mode.PRACTICE:
        said = f"At real prices it would cost {_about(estimate.expected_usd)}."
        return f"{estimate.rows:,} rows to practise on, free. {said}"
    if estimate.expected_usd is None:
        return f"{estimate.rows:,} rows; the price of this model is not known."
    parts = [f"{estimate.rows:,} rows", _about(estimate.expected_usd)]
    if in_dollars(estimate.low_usd) != in_dollars(estimate.high_usd):
        low, high = in_dollars(estimate.low_usd), in_dollars(estimate.high_usd)
        parts.append(f"most likely between {low} and {high}")
    if in_dollars(estimate.max_usd) != in_dollars(estimate.expected_usd):
        parts.append(f"never more than {in_dollars(estimate.max_usd)}")
    standard = in_dollars(estimate.standard_usd)
    return (
        f"{', '.join(parts)}. Standard price: {standard}. "
        f"{estimate.basis}; prices of {estimate.prices_as_of}."
    )


def _about(amount: Decimal | None) -> str:
    said = in_dollars(amount)
    return f"about {said}" if said.startswith("$") else said


def as_json(
    job: Path | None,
    head: Job,
    counts: dict[RowState, int],
    batches: tuple[Batch, ...],
    estimate: Estimate,
) -> str:
    """Return the one JSON object of a command; money as decimal strings."""
    cost = sum((Decimal(batch.cost_usd) for batch in batches), Decimal(0))
    return msgspec.json.format(
        msgspec.json.encode(
            {
                "job": str(job) if job else None,
                "mode": head.mode.value,
                "state": head.state.value,
                "rows": head.rows,
                "states": {state.value: count for state, count in counts.items()},
                "batches": [_batch_json(batch) for batch in batches],
                "cost_usd": money(cost),
                "estimate": _estimate_json(estimate),
            }
        ),
        indent=2,
    ).decode()


def _batch_json(batch: Batch) -> dict[str, Any]:
    return {
        "number": batch.number,
        "id": batch.remote_id,
        "state": batch.state.value,
        "rows": batch.rows,
        "answered": batch.answered,
        "failed": batch.failed,
        "cost_usd": money(Decimal(batch.cost_usd)),
        "is_retry": batch.is_retry,
        "reason": batch.reason,
    }


def _estimate_json(estimate: Estimate) -> dict[str, Any]:
    return {
        "expected_usd": money(estimate.expected_usd),
        "low_usd": money(estimate.low_usd),
        "high_usd": money(estimate.high_usd),
        "max_usd": money(estimate.max_usd),
        "standard_usd": money(estimate.standard_usd),
        "input_tokens": estimate.input_tokens,
        "output_tokens": estimate.output_tokens,
        "basis": estimate.basis,
    }


def money(amount: Decimal | None) -> str | None:
    """Write money for a program: a decimal string to the micro-dollar, null when not known."""
    return None if amount is None else format(micro(amount), "f")


def complain(error: SheafError) -> None:
    """Print an error as one line of plain sentences."""
    say(f"sheaf: {error.sentence}")
