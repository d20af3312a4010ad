"""Every folder and bundled file that Sheaf uses."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from pathlib import Path

import platformdirs

NAME = "Sheaf"
HOME_VARIABLE = "SHEAF_HOME"
"""The environment variable that puts all of Sheaf's folders under one."""


@dataclass(frozen=True, slots=True)
class Places:
    """The folders that Sheaf writes to; none is made before `create` is called."""

    jobs: Path
    exports: Path
    settings: Path
    cache: Path
    logs: Path
    practice: Path

    def create(self) -> None:
        """Make the folders that are missing, open to the person alone.

        Raises:
            OSError: a folder cannot be made; its `filename` says which.
        """
        for folder in astuple(self):
            _make_private(folder)


def _make_private(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_private(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)


def places(environment: Mapping[str, str]) -> Places:
    """Return Sheaf's folders: all under SHEAF_HOME when it is set, else where the system wants."""
    home = environment.get(HOME_VARIABLE, "").strip()
    return _below(Path(home).expanduser().absolute()) if home else _usual()


def _below(home: Path) -> Places:
    return Places(
        jobs=home / "jobs",
        exports=home / "exports",
        settings=home / "settings",
        cache=home / "cache",
        logs=home / "logs",
        practice=home / "practice",
    )


def _usual() -> Places:
    data = platformdirs.user_data_path(NAME, appauthor=False)
    return Places(
        jobs=data / "jobs",
        exports=platformdirs.user_documents_path() / NAME,
        settings=platformdirs.user_config_path(NAME, appauthor=False),
        cache=platformdirs.user_cache_path(NAME, appauthor=False),
        logs=platformdirs.user_log_path(NAME, appauthor=False),
        practice=data / "practice",
    )


def resource(*parts: str) -> Path:
    """Return the path of a bundled file, wherever this copy of Sheaf keeps its resources."""
    return _resources().joinpath(*parts)


def _resources() -> Path:
    frozen: str | None = getattr(sys, "_MEIPASS", None)
    if frozen is not None:
        return Path(frozen, "resources")
    room = Path(__file__).resolve().parent
    installed = room / "resources"
    return installed if installed.is_dir() else room.parent / "resources"
