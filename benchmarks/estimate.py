"""How long a price takes after a change: `python benchmarks/estimate.py [ROWS]`.

Makes a job of 100,000 rows (or so many) in a temporary folder, measures its rows once as the engine
does after reading, then changes one setting after the other as a person would, and prints how long
each new price took: for the chosen model and for all others, twins and blank rows apart. Last it
prints the slowest of them. Figures, no judgement.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "packaging"))

from make_rows import HEADER, rows  # noqa: E402

from app.core.answers import parse_definition  # noqa: E402 the path first
from app.core.cost import Estimate  # noqa: E402
from app.core.history import Forecast, PastBill, kind_of  # noqa: E402
from app.core.job import JobSettings, Mode, Rows  # noqa: E402
from app.core.quality import Quality  # noqa: E402
from app.engine.bench import Bench, bundled_catalog  # noqa: E402
from app.engine.estimator import Estimator  # noqa: E402
from app.engine.load import Draft, Wanted, new_job  # noqa: E402
from app.paths import places  # noqa: E402
from app.store.bills import Bills  # noqa: E402
from app.store.reader import JobReader  # noqa: E402

ROWS = 100_000
TIMES = 5
CATALOG = bundled_catalog()
CELL = "{{review_text}}"


def changes(settings: JobSettings) -> Iterator[tuple[str, JobSettings]]:
    """Yield what a person changes before a job is sent, each with its name."""
    labels = parse_definition("topic: category = Delivery | Quality | Price | Other")
    yield "the same again", settings
    yield "another model", replace(settings, model="claude-opus-5-5")
    yield "a longer answer", replace(settings, max_tokens=900)
    yield "other words", replace(settings, instructions=f"Sum up: {CELL}")
    yield "a background", replace(settings, background="We sell shoes. " * 200)
    yield "an answer column", replace(settings, answers=(*settings.answers, labels))
    yield "thorough answers", replace(settings, quality=Quality.THOROUGH)
    yield "twins asked too", replace(settings, twins=False)
    yield "blank rows too", replace(settings, skip_blank=False)
    yield "half the rows", replace(settings, rows=Rows(first=ROWS // 2))


def make(folder: Path, count: int) -> Path:
    """Make the job."""
    import csv

    source = folder / "reviews.csv"
    with source.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(rows(count))
    here = places({"SHEAF_HOME": str(folder)})
    here.create()
    bench = Bench(here, CATALOG, lambda _event: None)
    settings = JobSettings(
        instructions=f"Which topic has this review? {CELL}",
        answers=(parse_definition("reason: short text"),),
        model=CATALOG.suggested().id,
        max_tokens=300,
    )
    return new_job(bench, Wanted(source), Draft(settings, Mode.REAL))


def remember(folder: Path, settings: JobSettings, jobs: int) -> Bills:
    """Let this computer have bought jobs before, of this kind and of others."""
    books, at = Bills(folder / "jobs"), datetime.now(UTC)
    for number in range(jobs):
        kind = kind_of(settings) if number % 3 else f"other {number}"
        found = Forecast(Estimate(1_000, 90_000, 30_000, ""), kind, at, 90_000, 30_000)
        model = CATALOG.models[number % 4].id
        books.note(
            PastBill(f"{number}", "Job", model, at, Decimal(1), 1_000, 95_000, 28_000, found)
        )
    return books


def price_ms(estimator: Estimator, reader: JobReader, settings: JobSettings) -> float:
    """Return how many milliseconds a price took."""
    started = time.perf_counter()
    reply = estimator.estimate(reader, settings, CATALOG, Mode.REAL)
    took = 1_000 * (time.perf_counter() - started)
    assert reply.estimate.expected_usd
    return took


def main() -> None:
    """Measure, and print a line for each change."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as name, JobReader(make(Path(name), count)) as reader:
        settings = reader.head().settings
        estimator = Estimator(remember(Path(name), settings, 200))
        started = time.perf_counter()
        estimator.estimate(reader, settings, CATALOG, Mode.REAL, every_row=True)
        print(f"{count:,} rows measured once: {time.perf_counter() - started:.2f} s")
        slowest = 0.0
        for what, changed in changes(settings):
            first = price_ms(estimator, reader, changed)
            again = sorted(price_ms(estimator, reader, changed) for _ in range(TIMES))
            slowest = max(slowest, first, *again)
            print(f"{what:<18} first {first:6.1f} ms, then {again[TIMES // 2]:6.1f} ms")
        print(f"slowest: {slowest:.0f} ms")


if __name__ == "__main__":
    main()
