"""Pasted rows, kept beside the jobs for as long as a job may want to read them again."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

from app.engine.bench import Bench
from app.engine.replies import Pasted
from app.files.pasted import keep_pasted
from app.paths import Places
from app.store.library import readable_jobs

_FOLDER = "pasted"
_LIFE_SECONDS = 24 * 3600


def paste(bench: Bench, text: str) -> Pasted:
    """Keep pasted text as a file, to be loaded like any other.

    Raises:
        SheafError: it is no text, or cannot be kept.
    """
    name = f"Pasted {bench.clock().astimezone():%Y-%m-%d %H.%M.%S}"
    return Pasted(str(keep_pasted(text, bench.places.jobs / _FOLDER, name)))


def sweep_pasted(places: Places) -> None:
    """Remove pasted rows of which there is no job, or no longer."""
    kept = list((places.jobs / _FOLDER).glob("*"))
    if not kept:
        return
    wanted = {Path(reader.head().source.path) for reader in readable_jobs(places.jobs)}
    oldest = time.time() - _LIFE_SECONDS
    for file in kept:
        with suppress(OSError):
            if file not in wanted and file.stat().st_mtime < oldest:
                file.unlink()
