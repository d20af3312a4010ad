"""The main job at the size that people have: twenty thousand rows through the real program."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.practice.message import Voice
from tests.cli.running import Program, program, run_program, wait_until
from tests.echo import ECHO, INSTRUCTIONS, check_export, made_rows, write_table
from tests.practice_service import PracticeService

ROWS = 20_000


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_twenty_thousand_rows_killed_five_times(tmp_path: Path, sheaf_home: Path) -> None:
    """Killed whenever the books or the job have moved on: complete, in order, bought once."""
    data = write_table(tmp_path / "data.csv", made_rows(ROWS))
    job, out = tmp_path / "job.sheaf", tmp_path / "out.csv"
    quick = ("--poll-seconds", "0.2", "--reconcile-seconds", "5")
    asked = (
        "run", data, "--instructions", INSTRUCTIONS, "--answer", "echo: short text",
        "--export", out, "--job", job, "--yes", *quick,
    )  # fmt: skip
    resumed = ("resume", job, "--export", out, *quick)
    voice = Voice(reply=ECHO.reply, count=lambda text: len(text) // 3 + 1)
    with PracticeService(tmp_path / "service", voice=voice, finish_seconds=0.2) as service:
        for place in range(5):
            with program(sheaf_home, service, *(resumed if place else asked)) as running:
                _wait_for_a_create(running, service)
                running.kill()
        ran = run_program(sheaf_home, service, *resumed)
        assert ran.code == 0, ran.err
        bought = service.bought()
        assert len(bought) == ROWS
        assert set(bought.values()) == {1}
        assert set(service.billed().values()) == {1}
    check_export(out, made_rows(ROWS))


def _wait_for_a_create(running: Program, service: PracticeService) -> None:
    before = len(service.creates())
    wait_until(
        lambda: running.process.poll() is not None or len(service.creates()) > before,
        "another create arrived",
    )
