"""Parquet is read where its reader is installed, and named in a sentence where it is not."""

from __future__ import annotations

import datetime as dt
import importlib.util
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.core.errors import SheafError
from app.files.formats import open_source

HAS_READER = importlib.util.find_spec("pyarrow") is not None
needs_reader = pytest.mark.skipif(not HAS_READER, reason="pyarrow is an extra")


def test_without_its_reader_it_is_said_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence names the extra, and the way without it."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1 and so on")
    with pytest.raises(SheafError, match=r"a.parquet.*sheaf\[parquet\].*\.csv"):
        open_source(path)


def table(path: Path, columns: dict[str, Any]) -> list[tuple[str, ...]]:
    """Write a Parquet file and read it."""
    import pyarrow as pa
    from pyarrow import parquet

    parquet.write_table(pa.table(columns), path)
    source = open_source(path)
    assert source.format == "parquet"
    return [source.header, *source.rows()]


@needs_reader
def test_values_of_every_kind(tmp_path: Path) -> None:
    """Long integers, decimals, moments and nested values come out with all they have."""
    import pyarrow as pa

    moment = dt.datetime(2024, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
    columns = {
        "int": [12345678901234567, None],
        "float": [1.5, 1e22],
        "decimal": pa.array([Decimal("1.10"), None], pa.decimal128(10, 2)),
        "text": ["0012\nx", "žluť 柔"],
        "yes": [True, False],
        "day": [dt.date(2024, 2, 29), None],
        "when": pa.array([moment, None], pa.timestamp("us", tz="UTC")),
        "nano": pa.array([1704164645000000001, None], pa.timestamp("ns")),
        "list": [[1, 2], None],
        "object": [{"a": 1.5, "b": None}, None],
        "word": pa.array(["x", "y"]).dictionary_encode(),
        "bytes": [b"abc", b"\xff"],
    }
    header, first, second = table(tmp_path / "a.parquet", columns)
    assert header == tuple(columns)
    assert first == (
        "12345678901234567",
        "1.5",
        "1.10",
        "0012\nx",
        "TRUE",
        "2024-02-29",
        "2024-01-02 03:04:05Z",
        "2024-01-02 03:04:05.000000001",
        "[1,2]",
        '{"a":1.5,"b":null}',
        "x",
        "abc",
    )
    assert second[:2] == ("", "10000000000000000000000")
    assert second[-1] == "\ufffd"


@needs_reader
def test_a_long_file_streams_with_progress(tmp_path: Path) -> None:
    """Rows pass one by one, the position grows, and stopping raises."""
    path = tmp_path / "a.parquet"
    rows = table(path, {"n": list(range(30_000))})[1:]
    assert rows[12_345] == ("12345",)
    source = open_source(path)
    positions = [source.position() for _ in source.rows()]
    assert positions == sorted(positions)
    with pytest.raises(SheafError, match="was stopped"):
        list(source.rows(lambda: True))


@needs_reader
def test_columns_of_one_name_are_both_there(tmp_path: Path) -> None:
    """Parquet allows names twice; every column is read."""
    import pyarrow as pa
    from pyarrow import parquet

    path = tmp_path / "a.parquet"
    made = pa.Table.from_arrays([pa.array(["1"]), pa.array(["2"])], names=["a", "a"])
    parquet.write_table(made, path)
    source = open_source(path)
    assert [source.header, *source.rows()] == [("a", "a (2)"), ("1", "2")]


@needs_reader
@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_a_truncated_file(tmp_path: Path, share: float) -> None:
    """A download that was cut short is one sentence."""
    path = tmp_path / "a.parquet"
    table(path, {"n": list(range(1000)), "text": ["x" * 50] * 1000})
    raw = path.read_bytes()
    path.write_bytes(raw[: int(len(raw) * share)])
    with pytest.raises(SheafError, match="damaged, incomplete or encrypted"):
        list(open_source(path).rows())


@needs_reader
def test_a_file_without_rows(tmp_path: Path) -> None:
    """There is nothing to run."""
    import pyarrow as pa

    with pytest.raises(SheafError, match="no rows"):
        table(tmp_path / "a.parquet", {"n": pa.array([], pa.int64())})
