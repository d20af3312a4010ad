"""The program's settings: each once, with its name, kind and default; kept as one JSON file."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any, Literal

import msgspec

from app.core.errors import SheafError
from app.core.own_prices import OwnPrice

FILE = "settings.json"
DRAFT = ".draft-"
"""How the names of files begin that are not yet whole; a kill leaves them behind."""


class Settings(msgspec.Struct, frozen=True):
    """All settings; unknown names in the file are kept out, missing ones take their default.

    `warn_above_usd` asks once more before a dearer job, None never; `address` is empty for
    Anthropic's own; `prices` are those that the person wrote, by model.
    """

    theme: Literal["system", "light", "dark"] = "system"
    text_size: Literal[100, 115, 130] = 100
    rows_per_batch: int | None = None
    warn_above_usd: int | None = 25
    notify: bool = True
    address: str = ""
    window: str = ""
    last_folder: str = ""
    prices: dict[str, OwnPrice] = {}


def read_settings(folder: Path) -> Settings:
    """Return the saved settings; a missing or damaged file gives the defaults."""
    try:
        found = msgspec.json.decode((folder / FILE).read_bytes())
    except (OSError, ValueError, RecursionError):
        return Settings()
    return _valid(found if isinstance(found, dict) else {})


def _valid(values: dict[str, Any]) -> Settings:
    """Take each value that fits its setting and leave the others at their defaults."""
    settings = Settings()
    for name, value in values.items():
        if name in Settings.__struct_fields__:
            try:
                settings = msgspec.convert(
                    {**msgspec.structs.asdict(settings), name: value}, Settings
                )
            except msgspec.ValidationError:
                continue
    return settings


def save_settings(folder: Path, values: dict[str, Any]) -> Settings:
    """Change some settings; return all of them as they now are.

    Raises:
        SheafError: the settings cannot be written.
    """
    kept = msgspec.structs.asdict(read_settings(folder))
    settings = _valid({**kept, **values})
    try:
        write_privately(folder, FILE, msgspec.json.encode(settings))
    except OSError as error:
        raise SheafError(
            f"The settings could not be saved: {error.strerror}.",
            fix=f'Check that "{folder}" can be written.',
        ) from error
    return settings


def write_privately(folder: Path, name: str, content: bytes) -> None:
    """Write a file for the person alone, whole or not at all.

    Raises:
        OSError: it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, draft = tempfile.mkstemp(dir=folder, prefix=DRAFT)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(draft).replace(folder / name)
