"""The last list of models that the service gave, kept so that Sheaf knows it offline too."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

import msgspec

from app.core.live_models import LiveModel
from app.store.settings import write_privately

FILE = "models.json"


class KnownModels(msgspec.Struct, frozen=True):
    """A list of models, and the day on which the service gave it."""

    on: date
    models: tuple[LiveModel, ...]


def read_known(folder: Path) -> KnownModels | None:
    """Return the last list; None when there is none, or it cannot be read."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=KnownModels)
    except (OSError, ValueError, RecursionError):
        return None


def save_known(folder: Path, models: Sequence[LiveModel], on: date) -> None:
    """Keep a list; where that is not possible, the next session asks again."""
    with suppress(OSError):
        write_privately(folder, FILE, msgspec.json.encode(KnownModels(on, tuple(models))))


def forget_known(folder: Path) -> None:
    """Forget the list: it was that of a key which is forgotten too."""
    with suppress(OSError):
        (folder / FILE).unlink(missing_ok=True)
