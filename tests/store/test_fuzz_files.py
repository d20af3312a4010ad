"""Whatever stands in Sheaf's own small files: what does not fit is as if it were not there."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from hypothesis import example, given
from hypothesis import strategies as st

from app.store.known_models import read_known
from app.store.settings import FILE, Settings, read_settings, save_settings
from app.store.size_registry import FILE as SIZES
from app.store.size_registry import SizeRegistry
from tests.fuzzing import ODD_TEXTS, ODD_VALUES, odd_json, searched, spoilt

_NAMES = st.sampled_from(list(Settings.__struct_fields__)) | ODD_TEXTS


@st.composite
def _settings_bytes(draw: st.DrawFn) -> bytes:
    values = draw(st.dictionaries(_NAMES, ODD_VALUES, max_size=6))
    try:
        content = msgspec.json.encode(values)
    except (ValueError, OverflowError):
        content = draw(odd_json()).encode("utf-8", "surrogatepass")
    return draw(spoilt(content))


CONTENTS = _settings_bytes() | odd_json().map(lambda text: text.encode("utf-8", "surrogatepass"))


@searched(200)
@given(CONTENTS | st.binary(max_size=40))
@example(b'{"theme": "\xff"}')
@example(b"[" * 100_000)
def test_any_settings_file_is_read(content: bytes) -> None:
    """What does not fit is left out, and what is saved afterwards stays."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / FILE).write_bytes(content)
        before = read_settings(folder)
        assert msgspec.convert(msgspec.to_builtins(before), Settings) == before
        save_settings(folder, {"theme": "dark"})
        assert read_settings(folder) == msgspec.structs.replace(before, theme="dark")


@searched(100)
@given(CONTENTS | st.binary(max_size=40))
@example(b"\xff")
@example(b"[" * 100_000)
def test_any_file_of_models_or_sizes_is_read(content: bytes) -> None:
    """A damaged list is no list, and the next one takes its place."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        for file in (SIZES, "models.json"):
            (folder / file).write_bytes(content)
        known = read_known(folder)
        assert known is None or isinstance(known.on, date)
        assert SizeRegistry(folder).claim(folder / "a.sheaf", 1, 5)
        assert not SizeRegistry(folder).claim(folder / "b.sheaf", 1, 5)
