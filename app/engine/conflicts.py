"""Answers of one batch that contradict each other: the first is kept, the other is written down."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.job import Batch, Outcome
from app.engine.bench import Bench
from app.store.job_file import JobFile

MOST_NOTED = 100
"""So many of one batch are written down; a service that lies more than that is not quoted."""
_MOST_QUOTED = 2_000


def note_conflicts(
    bench: Bench, job_file: JobFile, batch: Batch, block: Sequence[Outcome], sent: frozenset[int]
) -> None:
    """Write answers into the job's history that differ from one that their row has already."""
    wanted = [outcome for outcome in block if outcome.row in sent]
    first = job_file.journal.replies(batch.number, [outcome.row for outcome in wanted])
    noted: set[str] | None = None
    for outcome in wanted:
        kept = first.setdefault(outcome.row, (outcome.state, outcome.reply))
        if kept == (outcome.state, outcome.reply):
            continue
        if noted is None:
            history = job_file.doubts.history()
            noted = {line.what for line in history if line.batch == batch.number}
        words = _words(outcome)
        if words not in noted and len(noted) < MOST_NOTED:
            noted.add(words)
            job_file.doubts.note(batch.number, bench.clock(), words)


def _words(outcome: Outcome) -> str:
    said = (outcome.reply or outcome.reason)[:_MOST_QUOTED]
    return (
        f"Row {outcome.row:,} came a second time with another answer; the first is kept. "
        f"The second ({outcome.state.value}): {said}"
    )
