"""What the command line prints: progress, the batches table, the JSON object, errors."""

from __future__ import annotations

import errno
import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from app.cli.figures import estimate_json, money
from app.core.cost import Estimate, in_dollars, in_figures
from app.core.errors import SheafError
from app.core.job import BatchState, Job, JobState, Mode, RowState
from app.core.money_words import about, likely, tokens_words
from app.core.spoilt import spoilt
from app.engine.events import AnyEvent, JobChanged, Noticed, Progress
from app.engine.replies import EstimateReply, Exported, JobLine, ModelShare
from app.engine.view import finished_rows

PRACTICE_BANNER = "PRACTICE: nothing is sent to Anthropic or charged; the answers are made up."

_STAGES = {
    "loading": "Reading",
    "trying": "Trying",
    "sending": "Sending",
    "collecting": "Fetching answers",
    "exporting": "Writing",
}
BATCH_WORDS = {
    BatchState.PLANNED: "Waiting",
    BatchState.SENDING: "Sending",
    BatchState.UNSURE: "Checking",
    BatchState.WORKING: "Working",
    BatchState.CANCELLING: "Cancelling",
    BatchState.FINISHED: "Finished",
    BatchState.PAUSED: "Paused",
}


# What a terminal would obey, and what turns the direction of writing around.
_UNPRINTABLE: dict[int, str] = {
    **dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], ""),
    **dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)], ""),
    **dict.fromkeys(map(ord, "\t\n\r\u2028\u2029"), " "),
}


def one_line(text: str) -> str:
    """Return a text as one line that no terminal obeys, whatever file or service it comes from."""
    return text.translate(_UNPRINTABLE)


def say(sentence: str) -> None:
    """Print a sentence for the person, on stderr; where nobody listens, the work goes on."""
    _tell(one_line(sentence) + "\n")


def _tell(line: str) -> None:
    with suppress(OSError):
        sys.stderr.write(line)
        sys.stderr.flush()


class NobodyReadsError(BrokenPipeError):
    """Whoever read the results has left, as `head` does when it has seen enough."""


_LEFT = {errno.EPIPE, errno.EINVAL}
"""What a pipe says whose reader has gone; Windows says the second."""


def out(text: str) -> None:
    """Print a result of one or more lines, on stdout; never while a call is in flight.

    Raises:
        NobodyReadsError: its reader has gone.
    """
    try:
        print("\n".join(map(one_line, text.split("\n"))), flush=True)  # noqa: T201
    except OSError as error:
        if error.errno in _LEFT:
            raise NobodyReadsError(*error.args) from None
        raise


class Ticker:
    """Shows what the engine announces: one living line at a terminal, plain lines elsewhere."""

    def __init__(self) -> None:
        self._living = sys.stderr.isatty()
        self._last = ""
        self._has_warned = False

    def hear(self, event: AnyEvent) -> None:
        """Show one event."""
        if isinstance(event, JobChanged):
            self._show(_job_words(event.job), keep=True)
            self._warn(event.job)
        elif isinstance(event, Noticed):
            self._show(event.text, keep=True)
        elif isinstance(event, Progress) and self._living:
            self._show(_progress_words(event), keep=False)

    def _warn(self, line: JobLine) -> None:
        """Say once that most answers are paid for in vain; the job goes on all the same."""
        found = spoilt(line.counts) if line.state is JobState.RUNNING else None
        if found is None or self._has_warned:
            return
        self._has_warned = True
        stop = "Ctrl-C stops, and sheaf cancel gives up what is not sent."
        self._show(f"Note: {found.title}. {found.helps} {stop}", keep=True)

    def _show(self, said: str, *, keep: bool) -> None:
        words = one_line(said)
        if words == self._last:
            return
        self._last = words
        if self._living:
            end = "\n" if keep and words.endswith(".") else ""
            _tell(f"\r\x1b[K{words}{end}")
        else:
            say(words)

    def done(self) -> None:
        """Leave the living line."""
        if self._living and self._last:
            _tell("\n")
        self._last = ""


def _job_words(line: JobLine) -> str:
    marked = "practice · " if line.mode is Mode.PRACTICE else ""
    batches = ", ".join(
        f"{count} {BATCH_WORDS[BatchState(state)].lower()}" for state, count in line.batches.items()
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


def counts_words(counts: dict[RowState, int]) -> str:
    """Say how many rows are in each state."""
    found = [f"{counts[state]:,} {state.value}" for state in RowState if counts.get(state)]
    return ", ".join(found) or "no rows"


def estimate_words(estimate: Estimate, mode: Mode) -> str:
    """Say what a job would cost."""
    if mode is Mode.PRACTICE:
        real = f"At real prices it would cost {about(estimate.expected_usd)}."
        said = real if estimate.expected_usd is not None else "The real price is not known."
        return f"{_rows(estimate.rows)} to practise on, free. {said}"
    if estimate.expected_usd is None:
        tokens = tokens_words(estimate)
        return f"{_rows(estimate.rows)}, {tokens}; the price of this model is not known."
    parts = [_rows(estimate.rows), about(estimate.expected_usd)]
    if estimate.low_usd is not None and estimate.high_usd is not None:
        span = likely(estimate.low_usd, estimate.high_usd)
        parts += [] if span in parts else [f"most likely {span}"]
    parts.append(_at_most(estimate))
    standard = in_dollars(estimate.standard_usd)
    return (
        f"{', '.join(parts)}. Standard price: {standard}. "
        f"{estimate.basis}; prices of {estimate.prices_as_of}."
    )


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _at_most(estimate: Estimate) -> str:
    if estimate.max_usd is None:
        return "at most nobody can say"
    return f"never more than {in_figures(estimate.max_usd)}"


def say_requests(job: Job, found: EstimateReply) -> None:
    """Say which models ready-made requests ask."""
    for share in found.shares:
        say(_share_words(share, job.mode))


def _share_words(share: ModelShare, mode: Mode) -> str:
    requests = "1 request" if share.rows == 1 else f"{share.rows:,} requests"
    cost = "free" if mode is Mode.PRACTICE else about(share.expected_usd)
    return f"{share.name}: {requests}, {cost}."


def as_json(
    job: Path | None,
    head: Job,
    line: JobLine,
    batches: Sequence[Mapping[str, Any]],
    estimate: Estimate,
    noticed: Mapping[str, Any],
) -> str:
    """Return the one JSON object of a command; money as decimal strings."""
    said = {
        "job": str(job) if job else None,
        "mode": head.mode.value,
        "state": head.state.value,
        "rows": head.rows,
        "states": {state.value: count for state, count in line.counts.items()},
        "batches": list(batches),
        "cost_usd": money(line.cost_usd),
        "fetch_by": line.fetch_by or None,
        "estimate": estimate_json(estimate),
        **noticed,
    }
    # Nothing but ASCII, so that no encoding of the output can spoil it.
    return json.dumps(said, indent=2)


def complain(error: SheafError) -> None:
    """Print an error as one line of plain sentences."""
    say(f"sheaf: {error.sentence}")


def written_words(written: Exported) -> str:
    """Say what was written, and what had to be changed for it."""
    changed = (
        (written.guarded, "got an apostrophe, so that no spreadsheet program runs what is there"),
        (written.continued, "go on in further columns, being too long for Excel"),
        (written.rebroken, "had carriage returns, which became plain line breaks"),
    )
    said = [f"{_cells(count)} {words}." for count, words in changed if count]
    if written.removed:
        said.append(f"{written.removed:,} control characters were left out.")
    return " ".join([f"Wrote {written.rows:,} rows to {written.path}.", *said])


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count:,} cells"
