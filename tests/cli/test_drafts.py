"""A draft that was never sent is taken up, agreed to, or left; it is never a twin to pay for."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.job import JobState
from app.engine.view import JobView
from tests.cli.conftest import Sheaf
from tests.cli.running import QUICK
from tests.cli.test_other_verbs import only_job, run_of, state_of
from tests.echo import check_export, made_rows, write_table
from tests.practice_service import PracticeService

Rows = list[tuple[str, str, str]]


@pytest.fixture
def draft(sheaf: Sheaf, data: Path, tmp_path: Path, sheaf_home: Path) -> Path:
    """Leave a job to whose price nobody has agreed."""
    ran = sheaf(*run_of(data, tmp_path / "o.csv"))
    assert ran.code == 2
    assert "Add --yes" in ran.err
    return only_job(sheaf_home)


def test_the_same_command_with_yes_goes_on_with_the_draft(
    sheaf: Sheaf, draft: Path, data: Path, tmp_path: Path, sheaf_home: Path, rows: Rows
) -> None:
    """What the first one advised works, in the same job, with the limits of the second."""
    out = tmp_path / "o.csv"
    ran = sheaf(*run_of(data, out, "--yes", "--batch-rows", 10, "--json"))
    assert ran.code == 0, ran.err
    check_export(out, rows)
    assert only_job(sheaf_home) == draft
    assert Path(ran.json["job"]) == draft
    assert [batch["rows"] for batch in ran.json["batches"]] == [10, 10, 5]


def test_without_a_yes_the_draft_stays_one_draft(
    sheaf: Sheaf, draft: Path, data: Path, tmp_path: Path, sheaf_home: Path
) -> None:
    """However often it is tried."""
    assert sheaf(*run_of(data, tmp_path / "o.csv")).code == 2
    assert only_job(sheaf_home) == draft
    assert state_of(draft) is JobState.DRAFT


def test_a_draft_that_is_taken_up_reads_its_data_anew(
    sheaf: Sheaf, draft: Path, data: Path, tmp_path: Path, sheaf_home: Path, rows: Rows
) -> None:
    """A cell was corrected since, and the file is as long as before: that cell is sent."""
    corrected = [(no, mark, text.replace("second line", "Second Line")) for no, mark, text in rows]
    write_table(data, corrected)
    out = tmp_path / "o.csv"
    assert sheaf(*run_of(data, out, "--yes")).code == 0
    check_export(out, corrected)
    assert only_job(sheaf_home) == draft


def test_a_draft_beside_a_job_that_was_begun_hides_it_not(
    sheaf: Sheaf, data: Path, tmp_path: Path, service: PracticeService, sheaf_home: Path
) -> None:
    """The begun one is named, although the draft is newer."""
    assert sheaf(*run_of(data, tmp_path / "o.csv", "--yes", "--max-cost", "0.0001")).code == 3
    begun = only_job(sheaf_home)
    assert sheaf(*run_of(data, tmp_path / "o.csv", "--new")).code == 2
    ran = sheaf(*run_of(data, tmp_path / "o.csv", "--yes"))
    assert ran.code == 2
    assert f'sheaf resume "{begun}"' in ran.err
    assert service.creates() == []


def test_a_draft_at_a_place_of_its_own_is_resumed(
    sheaf: Sheaf, data: Path, tmp_path: Path, service: PracticeService, rows: Rows
) -> None:
    """With --job the advice is resume, and the same command again is refused with it."""
    job, out = tmp_path / "mine.sheaf", tmp_path / "o.csv"
    for more in ((), ("--yes",)):
        ran = sheaf(*run_of(data, out, "--job", job, *more))
        assert ran.code == 2
        assert f'sheaf resume "{job}"' in ran.err
    assert service.creates() == []
    assert sheaf("resume", job, "--export", out, "--yes", *QUICK).code == 0
    check_export(out, rows)


def test_a_new_place_is_taken_although_a_draft_is_there(
    sheaf: Sheaf, draft: Path, data: Path, tmp_path: Path
) -> None:
    """--job says where: the draft of the library stays what it is."""
    job = tmp_path / "mine.sheaf"
    assert sheaf(*run_of(data, tmp_path / "o.csv", "--yes", "--job", job)).code == 0
    assert state_of(job) is JobState.FINISHED
    assert state_of(draft) is JobState.DRAFT


def test_resuming_a_draft_asks(
    sheaf: Sheaf, draft: Path, tmp_path: Path, service: PracticeService
) -> None:
    """Nobody has agreed yet, and a resume is no agreement; its own --yes is."""
    ran = sheaf("resume", draft, *QUICK)
    assert ran.code == 2
    assert "--yes" in ran.err
    assert service.creates() == []
    assert sheaf("resume", draft, "--yes", *QUICK).code == 0


def test_an_agreement_is_kept_until_the_job_can_begin(
    sheaf: Sheaf,
    data: Path,
    tmp_path: Path,
    sheaf_home: Path,
    service: PracticeService,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Agreed to, then no key: the resume that follows does not ask again."""
    with monkeypatch.context() as patch:
        patch.setattr(service, "token", "")
        assert sheaf(*run_of(data, tmp_path / "o.csv", "--yes")).code == 3
    assert sheaf("resume", only_job(sheaf_home), *QUICK).code == 0


def test_a_draft_is_not_running_so_nothing_is_cancelled(
    sheaf: Sheaf, draft: Path, service: PracticeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said, nothing is asked, sent or changed, and that is no error; a key is not needed."""
    monkeypatch.setattr(service, "token", "")
    ran = sheaf("cancel", draft, *QUICK)
    assert ran.code == 0
    assert "not running" in ran.err
    assert "Submit" not in ran.err
    assert service.creates() == []
    assert state_of(draft) is JobState.DRAFT
    shown = sheaf("cancel", draft, "--json").json
    assert (shown["state"], shown["cost_usd"]) == ("draft", "0.000000")


def test_an_interrupt_while_a_draft_is_read_again_loses_nothing(
    sheaf: Sheaf, draft: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit 130, and the draft can be taken up once more."""

    def pressed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("app.engine.load.fill", pressed)
        assert sheaf(*run_of(data, tmp_path / "o.csv", "--yes")).code == 130
    assert sheaf(*run_of(data, tmp_path / "o.csv", "--yes")).code == 0
    view = JobView(draft)
    try:
        assert view.head().rows == len(made_rows(25))
    finally:
        view.close()
