"""What Sheaf leaves behind when it is killed is cleared away when the next engine starts."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

from app.engine.pasting import sweep_pasted
from app.paths import Places
from app.store.library import sweep_spools
from app.store.settings import DRAFT

ORDERING = "ordering-"
"""How the names of sorted views in the cache begin."""
ESTIMATE = "estimate-"
"""How the names of jobs begin that are made only to be priced."""
_LIFE_SECONDS = 24 * 3600
"""Whatever is older belongs to nobody who still lives."""


def sweep(places: Places) -> None:
    """Remove drafts, sorted views, priced jobs of the dead, and bodies of batches of idle jobs."""
    oldest = time.time() - _LIFE_SECONDS
    for begin in (ORDERING, ESTIMATE, DRAFT):
        for file in places.cache.glob(f"{begin}*"):
            _remove_older(file, oldest)
    for file in places.settings.glob(f"{DRAFT}*"):
        _remove_older(file, oldest)
    sweep_spools(places.jobs)
    sweep_pasted(places)


def _remove_older(file: Path, oldest: float) -> None:
    with suppress(OSError):
        if file.stat().st_mtime < oldest:
            file.unlink()
