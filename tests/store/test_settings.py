"""Promises of the settings: typed, whole, and never a reason not to start."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.store.settings import FILE, Settings, read_settings, save_settings


def test_missing_settings_are_the_defaults(tmp_path: Path) -> None:
    """A first start finds defaults."""
    assert read_settings(tmp_path / "none") == Settings()


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'{"theme": 5}', b'{"theme": "pink"}'])
def test_damaged_settings_are_the_defaults(tmp_path: Path, content: bytes) -> None:
    """What cannot be read does not stop Sheaf."""
    (tmp_path / FILE).write_bytes(content)
    assert read_settings(tmp_path) == Settings()


def test_one_bad_value_does_not_cost_the_others(tmp_path: Path) -> None:
    """Each value stands for itself; unknown names are left out."""
    (tmp_path / FILE).write_text('{"theme": "dark", "text_size": 99, "gone": 1}')
    assert read_settings(tmp_path) == Settings(theme="dark")


def test_saving_changes_what_is_named_and_keeps_the_rest(tmp_path: Path) -> None:
    """Settings survive a restart with their kinds."""
    save_settings(tmp_path, {"theme": "dark", "notify": False})
    saved = save_settings(tmp_path, {"rows_per_batch": 500})
    assert saved == read_settings(tmp_path)
    assert (saved.theme, saved.notify, saved.rows_per_batch) == ("dark", False, 500)
    assert [file.name for file in tmp_path.iterdir()] == [FILE]
