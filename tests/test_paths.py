"""Sheaf's folders are where they are expected, private, and all under SHEAF_HOME when it is set."""

from __future__ import annotations

import dataclasses
import os
import stat
import sys
from pathlib import Path

import platformdirs
import pytest

import app.paths
from app.paths import Places, places, resource


def _folders(where: Places) -> dict[str, Path]:
    return {field.name: getattr(where, field.name) for field in dataclasses.fields(where)}


def test_sheaf_home_holds_every_folder(tmp_path: Path) -> None:
    """With SHEAF_HOME set nothing is written anywhere else, and no two folders are one."""
    folders = _folders(places({"SHEAF_HOME": str(tmp_path)}))
    assert {folder.parent for folder in folders.values()} == {tmp_path}
    assert len(set(folders.values())) == len(folders)


def test_sheaf_home_may_be_relative_or_start_with_a_tilde(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relative SHEAF_HOME stays the same folder when the working folder changes."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "person"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "person"))
    assert places({"SHEAF_HOME": "mine"}).jobs == tmp_path / "mine" / "jobs"
    assert places({"SHEAF_HOME": "~/mine"}).jobs == tmp_path / "person" / "mine" / "jobs"


@pytest.mark.parametrize("environment", [{}, {"SHEAF_HOME": "  "}])
def test_the_system_decides_otherwise(environment: dict[str, str]) -> None:
    """Without SHEAF_HOME the platform's own folders are taken, and exports are easy to find."""
    where = places(environment)
    data = platformdirs.user_data_path("Sheaf", appauthor=False)
    assert (where.jobs, where.practice) == (data / "jobs", data / "practice")
    assert where.exports == platformdirs.user_documents_path() / "Sheaf"
    assert where.logs == platformdirs.user_log_path("Sheaf", appauthor=False)


def test_asking_for_the_folders_makes_none(tmp_path: Path) -> None:
    """Folders come into being when they are needed, not when they are named."""
    places({"SHEAF_HOME": str(tmp_path / "home")})
    assert not (tmp_path / "home").exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps a person's folders private by itself")
def test_folders_are_private(tmp_path: Path) -> None:
    """Nobody else on the computer can look into Sheaf's folders, whatever the umask."""
    before = os.umask(0)
    try:
        where = places({"SHEAF_HOME": str(tmp_path / "deep" / "home")})
        where.create()
        where.create()
    finally:
        os.umask(before)
    made = [*_folders(where).values(), tmp_path / "deep" / "home"]
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in made} == {0o700}


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """When a file is in the way, the error says which folder could not be made."""
    (tmp_path / "home").write_text("in the way", encoding="utf-8")
    with pytest.raises(OSError, match="home"):
        places({"SHEAF_HOME": str(tmp_path / "home")}).create()


def test_resources_of_the_source_tree() -> None:
    """Run from its source, Sheaf finds its bundled files beside the app folder."""
    assert resource("samples").parent == Path(app.paths.__file__).parents[1] / "resources"
    assert resource("samples").is_dir()


def test_resources_of_an_installed_sheaf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Installed from a wheel, Sheaf finds its bundled files inside the package."""
    (tmp_path / "app" / "resources").mkdir(parents=True)
    monkeypatch.setattr(app.paths, "__file__", str(tmp_path / "app" / "paths.py"))
    assert resource("a", "b.csv") == tmp_path.resolve() / "app" / "resources" / "a" / "b.csv"


def test_resources_of_a_frozen_sheaf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Frozen into one folder, Sheaf finds its bundled files where the program unpacked them."""
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert resource("fonts") == tmp_path / "resources" / "fonts"
