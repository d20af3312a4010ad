"""A practice service that echoes, a small table, and the command line inside this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.main import main
from tests.cli.running import Ran
from tests.echo import ECHO, made_rows, write_table
from tests.practice_service import PracticeService

Sheaf = Callable[..., Ran]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PracticeService]:
    """Give a service that answers each row with the row's own mark."""
    with PracticeService(tmp_path / "service", voice=ECHO, finish_seconds=0.01) as running:
        yield running


@pytest.fixture
def rows() -> list[tuple[str, str, str]]:
    """Return a table that is small and not simple."""
    return made_rows(25)


@pytest.fixture
def data(tmp_path: Path, rows: list[tuple[str, str, str]]) -> Path:
    """Write the table."""
    return write_table(tmp_path / "data.csv", rows)


@pytest.fixture
def sheaf(
    service: PracticeService,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Sheaf:
    """Return the command line, run inside this process with the service's address and key."""

    def run(*arguments: object) -> Ran:
        monkeypatch.setattr("app.cli.pricing.BETWEEN_COUNTS", 0)
        monkeypatch.setenv("ANTHROPIC_BASE_URL", service.address)
        monkeypatch.setenv("ANTHROPIC_API_KEY", service.token)
        capsys.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as wrong_usage:
            code = int(str(wrong_usage.code))
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return run
