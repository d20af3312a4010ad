"""Whatever is written on the command line: settings, or a plain refusal before anything is read."""

from __future__ import annotations

import contextlib
import io
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.cli import options as read
from app.cli.arguments import parser
from app.core.answers import check_columns
from app.core.errors import SheafError
from app.core.job import JobSettings
from app.engine.bench import Patience, bundled_catalog
from app.store.records import from_json, to_json
from tests.fuzzing import ODD_TEXTS, searched

_CATALOG = bundled_catalog()
_ARGUMENTS = ODD_TEXTS.map(lambda text: text.replace("\0", "").encode("utf-8", "replace").decode())
"""What a system hands over: no zero characters, and Sheaf refuses what is no Unicode."""
_NUMBERS = (
    st.integers().map(str)
    | st.floats().map(str)
    | st.sampled_from(
        ["0", "-0", "1e-99999999", "1e99999999", "9" * 5_000, "sNaN", "Infinity", "$6", "6,00", "٣"]
    )
    | _ARGUMENTS
)
_DEFINITIONS = (
    st.sampled_from(["topic: category = A | B", "n: number ?", "t: labels = A|B -- c"]) | _ARGUMENTS
)
_OPTIONS = st.one_of(
    st.tuples(st.just("--answer"), _DEFINITIONS),
    st.tuples(st.sampled_from(["--max-cost", "--limit", "--batch-rows", "--max-tokens"]), _NUMBERS),
    st.tuples(st.sampled_from(["--poll-seconds", "--reconcile-seconds"]), _NUMBERS),
    st.tuples(
        st.sampled_from(
            ["--system", "--separator", "--encoding", "--delimiter", "--sheet", "--id-column"]
        ),
        _ARGUMENTS,
    ),
    st.tuples(st.just("--model"), st.sampled_from(["claude-haiku-5-5", "none"]) | _ARGUMENTS),
    st.tuples(st.sampled_from(["--yes", "--new", "--practice", "--usage", "--no-bom"])),
)


@st.composite
def _command_lines(draw: st.DrawFn) -> list[str]:
    pieces = draw(st.lists(_OPTIONS, max_size=6))
    instructions = draw(st.sampled_from(["Read {{a}}", "@no such file", "@", "@."]) | _ARGUMENTS)
    # An equals sign keeps an argument that begins with a dash from being another option.
    options = ["=".join(piece) for piece in pieces]
    return ["run", "data.csv", f"--instructions={instructions}", "--export=out.csv", *options]


def _settings(arguments: list[str]) -> JobSettings | None:
    """Read a command line; None where it is refused."""
    with contextlib.redirect_stderr(io.StringIO()):
        try:
            options = parser().parse_args(arguments)
        except SystemExit as refused:
            return _refused(refused)
    try:
        read.check(options)
        read.wanted(options)
        read.files_read(options)
        return read.settings(options, _CATALOG)
    except SheafError:
        return None


def _refused(refused: SystemExit) -> None:
    assert refused.code == 2


@searched(250)
@given(_command_lines())
@example(["run", "a", "--instructions=x", "--export=o", "--max-cost=1e-99999999"])
@example(["run", "a", "--instructions=x", "--export=o", "--max-cost=1e99999999"])
@example(["run", "a", "--instructions=x", "--export=o", f"--limit={'9' * 5_000}"])
def test_any_command_line_is_settings_or_refused(arguments: list[str]) -> None:
    """What is taken can be kept in a job file; the rest is refused with a sentence."""
    settings = _settings(arguments)
    if settings is not None:
        assert from_json(to_json(settings), JobSettings) == settings
        assert len(to_json(settings)) <= 8 * len("".join(arguments)) + 2_000
        check_columns(settings.answers)


@searched(200)
@given(_NUMBERS)
def test_any_sum_is_a_limit_or_refused(text: str) -> None:
    """A limit is a few digits that mean what was written."""
    try:
        limit = read.dollars(text)
    except SheafError:
        return
    assert limit is not None
    assert len(limit) <= len(text) + 20
    assert Decimal(limit) == Decimal(text.strip().removeprefix("$"))


_FILES = st.binary(max_size=60) | ODD_TEXTS.map(lambda text: text.encode("utf-16", "replace"))
_HALF_A_MARK = (b"\xef", b"\xef\xbb")
"""Python's reader of files takes these two for an empty text."""


@searched(150)
@given(_FILES.filter(lambda content: content not in _HALF_A_MARK))
def test_any_file_of_instructions_is_text_or_refused(content: bytes) -> None:
    """`@FILE` gives the file's text, or says that it is none."""
    with TemporaryDirectory() as name:
        file = Path(name) / "ask.txt"
        file.write_bytes(content)
        try:
            text = read.text_of(f"@{file}")
        except SheafError:
            with pytest.raises(UnicodeDecodeError):
                content.decode("utf-8-sig")
            return
    plain = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    assert text == plain.rstrip("\n")


@searched(100)
@given(_NUMBERS.filter(lambda text: not text.startswith("-")))
def test_any_time_is_waited_or_refused(text: str) -> None:
    """A pause is at most a day, and never less than nothing."""
    arguments = ["resume", "a.sheaf", f"--poll-seconds={text}"]
    with contextlib.redirect_stderr(io.StringIO()), contextlib.suppress(SystemExit, SheafError):
        patience = read.patience(parser().parse_args(arguments), Patience())
        assert 0 < patience.poll_first <= patience.poll_longest <= 86_400
