"""Whatever stands in a job file, or comes on the pipe: read, or refused in plain words."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.cli.verbs import run
from app.core.answers import parse_definition
from app.core.causes import Cause
from app.core.cost import Usage
from app.core.doubt import Candidate
from app.core.errors import SheafError
from app.core.job import Job, JobSettings, JobState, Mode, Outcome, RowState
from app.core.plan import Parcel
from app.engine.bench import bundled_catalog
from app.engine.events import JobChanged
from app.engine.export import Choices, export
from app.engine.groups import groups
from app.engine.host import Host
from app.engine.protocol import Ask, Done, EngineLine, Failed, Said
from app.engine.verbs import Hello, Submit
from app.engine.view import JobView, job_line
from app.paths import places
from app.store.job_file import JobFile
from app.store.reader import JobReader
from tests.fuzzing import ODD_TEXTS, ODD_VALUES, odd_json, searched, spoilt

MOMENT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
_CATALOG = bundled_catalog()


@cache
def _sound_job() -> Path:
    """Make a job that has a bit of everything: batches of all ends, a doubt, every kind of row."""
    path = Path(mkdtemp(prefix="sheaf-fuzz-")) / "job.sheaf"
    settings = JobSettings(
        instructions="Read {{b}}",
        answers=(parse_definition("n: number"),),
        model="claude-haiku-5-5",
        max_cost_usd="5",
    )
    job = Job("shabcdefghij", "Reviews", JobState.LOADING, Mode.REAL, 0, MOMENT, settings)
    prices = _CATALOG.need("claude-haiku-5-5").prices
    with JobFile.create(path, job) as made:
        made.begin_loading(job.source)
        made.add_rows(1, [("a", "b"), ("c", "d"), ("e", "f"), ("g", "h")])
        made.finish_loading((), (), 4)
        made.journal.plan([Parcel((1, 2), 10), Parcel((3,), 10), Parcel((4,), 10)])
        made.begin(Mode.REAL, job.account, prices, (100, 0), MOMENT)
        made.journal.mark_sending(1, MOMENT, 10)
        made.journal.mark_sent(1, "msgbatch_1", MOMENT, MOMENT)
        cut = Outcome(2, RowState.CUT_OFF, reason="Cut.", usage=Usage(5, 5), cause=Cause.CUT_OFF)
        made.journal.take(1, [Outcome(1, RowState.ANSWERED, "7", ("7",), usage=Usage(1, 1)), cut])
        made.journal.finish(1, MOMENT, Decimal("0.01"))
        made.journal.mark_sending(2, MOMENT, 10, 1.5)
        made.journal.mark_unsure(2, "Lost.", MOMENT)
        made.doubts.set_candidates(2, [Candidate(2, "msgbatch_2", MOMENT, False, MOMENT)])
        made.doubts.note(2, MOMENT, "It was looked for.")
    return path


@cache
def _columns() -> tuple[tuple[str, str], ...]:
    """Return every column of every table of a job file."""
    with closing(sqlite3.connect(_sound_job())) as database:
        tables = [name for (name,) in database.execute("select name from sqlite_schema")]
        return tuple(
            (table, column)
            for table in tables
            for (_, column, *_) in database.execute(f"pragma table_info({table})")
        )


@st.composite
def _odd_cells(draw: st.DrawFn) -> tuple[str, str, object]:
    """Return a column and what some program might have written there instead."""
    table, column = draw(st.sampled_from(_columns()))
    with closing(sqlite3.connect(_sound_job())) as database:
        found = database.execute(f"select {column} from {table}").fetchall()  # noqa: S608 names
    now = draw(st.sampled_from([cell for (cell,) in found] or [""]))
    value = draw(
        st.none()
        | st.integers(-(2**63), 2**63 - 1)
        | st.sampled_from([0.5, 1e308, float("inf"), b"\x00\xff", "", "NaN", "1e-999999", "1e99"])
        | ODD_TEXTS.map(lambda text: text.encode("utf-8", "replace").decode())
        | odd_json().map(lambda text: text.encode("utf-8", "replace").decode())
        | _changed_json(str(now))
        | spoilt(str(now).encode()).map(lambda content: content.decode("utf-8", "replace"))
    )
    return table, column, value


def _changed_json(text: str) -> st.SearchStrategy[str]:
    """Change one value of what may be a JSON object."""
    try:
        found = json.loads(text)
    except ValueError:
        return st.just(text)
    if not isinstance(found, dict) or not found:
        return odd_json()
    changes = st.tuples(st.sampled_from(sorted(found)), ODD_VALUES)
    return changes.map(lambda change: json.dumps({**found, change[0]: change[1]}))


@contextmanager
def _changed_job(cells: list[tuple[str, str, object]]) -> Iterator[Path]:
    with TemporaryDirectory() as name:
        path = Path(shutil.copy(_sound_job(), name))
        with closing(sqlite3.connect(path)) as database:
            for table, column, value in cells:
                try:
                    database.execute(f"update {table} set {column} = ?", (value,))  # noqa: S608
                except sqlite3.IntegrityError:
                    continue
            database.commit()
        yield path


def _look_at(path: Path) -> None:
    """Look at a job in every way that the window has."""
    job_line(path)
    with closing(JobView(path)) as view:
        view.head()
        view.batches()
        view.results_page(0)
        view.source_page(0)
        view.story(2)
    with JobReader(path) as reader:
        groups(reader, _CATALOG)
        reader.history()
        reader.candidates(2)
    export(path, path.with_name("out.csv"), Choices(with_usage=True), lambda _: None)
    home = places({"SHEAF_HOME": str(path.parent)})
    run(["status", str(path), "--audit"], home)
    run(["status", str(path)], home)


@searched(60)
@given(st.lists(_odd_cells(), min_size=1, max_size=2))
@example([("job", "settings", '{"max_cost_usd": "1e-99999999"}')])
def test_any_job_file_is_shown_or_refused(cells: list[tuple[str, str, object]]) -> None:
    """A job file from somebody else can show things, and can make nothing but a plain refusal."""
    with _changed_job(cells) as path:
        for look in (_look_at, lambda path: JobFile.open(path).close()):
            try:
                look(path)
            except SheafError as refused:
                assert refused.what  # noqa: PT017 any refusal will do


# --- lines -----------------------------------------------------------------------------------

_LINES = (
    msgspec.json.encode(Ask(1, Submit("job.sheaf", Mode.REAL))),
    msgspec.json.encode(Ask(2, Hello())),
    msgspec.json.encode(Done(3, msgspec.Raw(b'{"a": [1, null]}'))),
    msgspec.json.encode(Failed(4, "What.", "Why.", "Fix.", True)),
    msgspec.json.encode(Said(JobChanged(job_line(_sound_job())))),
)
LINES = (
    st.sampled_from(_LINES).flatmap(spoilt)
    | st.sampled_from(_LINES).map(bytes.decode).flatmap(_changed_json).map(str.encode)
    | odd_json().map(lambda text: text.encode("utf-8", "surrogatepass"))
    | st.binary(max_size=40)
)


@searched(300)
@given(LINES)
@example(b'{"id": 1, "ask": {"verb": "\xff"}}')
@example(b"[" * 100_000)
def test_any_line_is_read_the_same_or_passed_over(line: bytes) -> None:
    """What window and engine understand of a line they would write again; the rest is no error."""
    for kind in (Ask, EngineLine):
        try:
            found = msgspec.json.decode(line, type=kind)
        except (ValueError, RecursionError):
            continue
        assert msgspec.json.decode(msgspec.json.encode(found), type=kind) == found


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Host:
    """Give a host whose output nobody reads."""
    home = places({"SHEAF_HOME": str(tmp_path_factory.mktemp("home"))})
    home.create()
    return Host(home, BytesIO())


def _is_understood(line: bytes) -> bool:
    try:
        msgspec.json.decode(line, type=Ask)
    except (ValueError, RecursionError):
        return False
    return True


@searched(200)
@given(line=LINES.filter(lambda line: not _is_understood(line)))
@example(line=b'{"id": 1, "ask": {"verb": "\xff"}}')
@example(line=b"[" * 100_000)
def test_a_line_that_is_not_understood_stops_no_engine(host: Host, line: bytes) -> None:
    """The engine passes such a line over and hears the next one."""
    output: Any = host._output
    host.hear(line)
    before = len(output.getvalue())
    host.hear(msgspec.json.encode(Ask(7, Hello())))
    assert b'"id":7' in output.getvalue()[before:]
