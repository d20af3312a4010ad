"""What reading large tables takes: `python benchmarks/reading.py [FOLDER]`.

Makes a CSV of 100 MB, a workbook of 300,000 rows and JSON Lines of 100 MB in the folder (or a
temporary one), reads each in a process of its own, into a job and alone, and prints seconds, how
far the memory grew at its peak, how often progress was told, the longest silence, and how long a
stop took. Figures, no judgement.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "packaging"))

MEGABYTE = 1_000_000
CSV_BYTES = 100 * MEGABYTE
WORKBOOK_ROWS = 300_000


def peak() -> float:
    """Return the most memory that this process has had so far, in MB."""
    if sys.platform.startswith("linux"):
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / MEGABYTE
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE


def make(folder: Path) -> list[Path]:
    """Make the files that are not there yet."""
    makers: dict[str, Callable[[Path], None]] = {
        "reviews-100MB.csv": _make_csv,
        "reviews-300k.xlsx": _make_workbook,
        "reviews-100MB.jsonl": _make_json_lines,
    }
    for name, maker in makers.items():
        path = folder / name
        if not path.exists():
            maker(path)
    return [folder / name for name in makers]


def _make_csv(path: Path) -> None:
    import csv

    from make_rows import HEADER, rows

    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for row in rows(10_000_000):
            writer.writerow(row)
            if file.tell() > CSV_BYTES:
                break


def _make_json_lines(path: Path) -> None:
    from make_rows import HEADER, rows

    with path.open("w", encoding="utf-8") as file:
        for row in rows(10_000_000):
            file.write(json.dumps(dict(zip(HEADER, row, strict=True)), ensure_ascii=False) + "\n")
            if file.tell() > CSV_BYTES:
                break


def _make_workbook(path: Path) -> None:
    import xlsxwriter
    from make_rows import HEADER, rows

    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Reviews")
        sheet.write_row(0, 0, HEADER)
        for number, row in enumerate(rows(WORKBOOK_ROWS), 1):
            for place, cell in enumerate(row):
                if place == 3:
                    sheet.write_number(number, place, int(cell))
                else:
                    sheet.write_string(number, place, cell)


class Watch:
    """Hears how often something is told, and for how long nothing is."""

    def __init__(self) -> None:
        self.told = 0
        self.silence = 0.0
        self._last = time.perf_counter()

    def __call__(self, *_: object) -> bool:
        """Hear of it; says that nothing is to be stopped."""
        now = time.perf_counter()
        self.told += 1
        self.silence = max(self.silence, now - self._last)
        self._last = now
        return False


def read_alone(path: Path) -> dict[str, object]:
    """Open the file and pass over its rows."""
    from app.files.formats import open_source

    watch = Watch()
    source = open_source(path, cancelled=watch)
    opened = time.perf_counter()
    count = sum(1 for _ in source.rows(watch))
    return {"rows": count, "opened": opened, "told": watch.told, "silence": watch.silence}


def read_into_job(path: Path) -> dict[str, object]:
    """Load the file into a job, as window and command line do."""
    from app.core.job import JobSettings, Mode
    from app.engine.bench import Bench, bundled_catalog
    from app.engine.load import Draft, Wanted, new_job
    from app.paths import places
    from app.store.job_file import JobFile

    with tempfile.TemporaryDirectory() as home:
        folders = places({**os.environ, "SHEAF_HOME": home})
        folders.create()
        watch = Watch()
        bench = Bench(folders, bundled_catalog(), watch)
        job = new_job(bench, Wanted(path), Draft(JobSettings(), Mode.REAL))
        with JobFile.open(job) as job_file:
            rows = job_file.head().rows
        return {"rows": rows, "told": watch.told, "silence": watch.silence}


def stop(path: Path) -> dict[str, object]:
    """Ask to stop half a second after the opening began; say how long that took to be heard."""
    from app.core.errors import SheafError
    from app.files.formats import open_source

    began = time.perf_counter()
    with suppress(SheafError):
        source = open_source(path, cancelled=lambda: time.perf_counter() - began > 0.5)
        list(source.rows(lambda: time.perf_counter() - began > 0.5))
    return {"stopped after": max(0.0, time.perf_counter() - began - 0.5)}


TASKS = {"alone": read_alone, "into a job": read_into_job, "stop": stop}


def measure(task: str, path: Path) -> None:
    """Do one task in this process and print its figures as JSON."""
    import app.engine.load  # what is loaded anyway is not growth  # noqa: F401

    before, began = peak(), time.perf_counter()
    figures = TASKS[task](path)
    took = time.perf_counter() - began
    if isinstance(figures.get("opened"), float):
        figures["opened"] = float(str(figures["opened"])) - began
    print(json.dumps({"seconds": took, "grew_mb": peak() - before, **figures}))


def main(arguments: list[str]) -> int:
    """Measure every file in every way."""
    if len(arguments) == 3 and arguments[0] == "--one":
        measure(arguments[1], Path(arguments[2]))
        return 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(arguments[0]) if arguments else Path(temporary)
        for path in make(folder):
            print(f"{path.name}, {path.stat().st_size / MEGABYTE:.0f} MB")
            for task in TASKS:
                command = [sys.executable, __file__, "--one", task, str(path)]
                done = subprocess.run(command, check=True, capture_output=True, text=True)
                figures = json.loads(done.stdout)
                words = [f"{name} {_rounded(value)}" for name, value in figures.items()]
                print(f"  {task:<11} {', '.join(words)}")
    return 0


def _rounded(value: object) -> str:
    return f"{value:.1f}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
