"""Promises of twins: rows that ask the same are bought once, and all of them have the answer."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import closing
from dataclasses import replace

import pytest

from app.core.catalog import Catalog
from app.core.causes import Cause
from app.core.errors import SheafError
from app.core.job import JobState, Rows, RowState
from app.core.row_sizes import fingerprint
from app.engine.audit import Audit
from app.engine.begin import Again, retry
from app.engine.bench import bundled_catalog
from app.engine.replies import Check
from app.engine.review import review
from app.practice.wire import Endpoint
from tests.echo import read_table
from tests.engine.scene import Scene
from tests.faulty_claude import lines_changed, refusal, row_changed, row_of

CATALOG: Catalog = bundled_catalog()
ROWS = [
    ("1", "mone", "Soft and warm."),
    ("2", "mtwo", "Too thin."),
    ("3", "mone", "Soft and warm."),
    ("4", "mone", "Soft and warm. "),
    ("5", "mtwo", "Too thin."),
    ("6", "mone", "Soft and warm."),
]
ANSWERED, COPIED = RowState.ANSWERED, RowState.COPIED
"""Rows 3 and 6 ask the same as row 1, and row 5 the same as row 2; row 4 has a space more."""


def _run(scene: Scene, batch_rows: int = 5, **settings: object) -> None:
    with scene.load(ROWS, **settings) as job_file:
        scene.place.work(job_file, scene.hurrying(), batch_rows=batch_rows)


def _states(scene: Scene) -> list[RowState]:
    return [result.state for result in scene.results.values()]


def _cut(content: dict[str, object]) -> None:
    message = content["result"]["message"]  # type: ignore[index]
    message["stop_reason"] = "max_tokens"


def test_each_text_is_bought_once_and_every_row_has_its_answer(scene: Scene) -> None:
    """Four rows of six are sent; the twins show and export the answer of the row that they name."""
    _run(scene)
    assert {row: sold.bought for row, sold in scene.bill.items()} == {1: 1, 2: 1, 4: 1}
    assert _states(scene) == [ANSWERED, ANSWERED, COPIED, ANSWERED, COPIED, COPIED]
    results = scene.results
    assert results[5].reason == "Asks the same as row 2, so its answer was copied."
    assert [row["echo"] for row in read_table(scene.place.export())] == [m for _, m, _ in ROWS]
    assert scene.place.job.state is JobState.FINISHED
    batch = scene.place.batches[0]
    assert (batch.rows, batch.answered, batch.failed) == (3, 3, 0)


def test_twins_can_be_switched_off(scene: Scene) -> None:
    """Whoever wants an answer for each row buys one for each."""
    _run(scene, twins=False)
    assert {row: sold.bought for row, sold in scene.bill.items()} == dict.fromkeys(range(1, 7), 1)
    assert set(_states(scene)) == {ANSWERED}


def test_the_price_and_the_review_know_the_twins(scene: Scene) -> None:
    """Count and saving are named before anything is bought, and the plan is the same."""
    with scene.load(ROWS) as job_file:
        found = review(scene.place.path, CATALOG, None)
        assert found.estimate is not None
        assert found.estimate.twins_usd is not None
        assert (found.estimate.rows, found.estimate.twins, sum(found.batches)) == (3, 3, 3)
        saved = found.estimate.twins_usd / found.estimate.standard_usd  # type: ignore[operator]
        assert 0.9 < saved < 1.1
        said = Check("ok", "3 rows ask the same as another", "Their answers are copied, free.")
        assert said in found.checks
        with closing(scene.place.connect()) as way:
            scene.place.start(job_file, way)
        assert [batch.rows for batch in job_file.journal.batches()] == [3]


def test_twins_of_rows_that_are_not_chosen_are_asked_themselves(scene: Scene) -> None:
    """The first chosen one of several twins is the original."""
    with scene.load(ROWS) as job_file:
        chosen = replace(scene.place.job.settings, rows=Rows(picked=(3, 5, 6)))
        job_file.save_settings(chosen)
        scene.place.work(job_file, scene.hurrying())
    assert set(scene.bill) == {3, 5}
    skipped = RowState.SKIPPED
    assert _states(scene) == [skipped, skipped, ANSWERED, skipped, ANSWERED, COPIED]


def test_twins_fail_with_their_original_and_follow_its_retry(scene: Scene) -> None:
    """A cut-off answer is one cause for three rows; asked again once, all three are answered."""
    scene.script.at_end(Endpoint.RESULTS, row_changed(1, _cut))
    _run(scene)
    cut = RowState.CUT_OFF
    assert _states(scene) == [cut, ANSWERED, cut, ANSWERED, COPIED, cut]
    assert scene.results[6].reason.startswith("Asks the same as row 1: ")
    with scene.place.open() as job_file:
        assert retry(scene.place.bench, job_file, Again(causes=frozenset({Cause.CUT_OFF}))) == 1
        states = [result.state for result in scene.results.values()]
        assert states.count(RowState.WAITING) == 3
        scene.place.work(job_file, scene.hurrying())
    assert {row: sold.bought for row, sold in scene.bill.items()} == {1: 2, 2: 1, 4: 1}
    assert _states(scene) == [ANSWERED, ANSWERED, COPIED, ANSWERED, COPIED, COPIED]


def test_a_retry_of_a_twin_asks_its_original(scene: Scene) -> None:
    """A twin has no request of its own: whoever picks it has the original asked again."""
    _run(scene)
    with scene.place.open() as job_file:
        assert retry(scene.place.bench, job_file, Again(rows=(5, 6, 3))) == 2
        scene.place.work(job_file, scene.hurrying())
    assert {row: sold.bought for row, sold in scene.bill.items()} == {1: 2, 2: 2, 4: 1}


def test_a_lost_result_is_lost_for_twins_too_and_fetched_once(scene: Scene) -> None:
    """Rows that never came are opened again with their twins, and nothing is bought for it."""
    scene.script.always_at_end(
        Endpoint.RESULTS, lines_changed(lambda lines: [ln for ln in lines if row_of(ln) != 2])
    )
    _run(scene)
    failed = RowState.FAILED
    assert _states(scene) == [ANSWERED, failed, COPIED, ANSWERED, failed, COPIED]
    scene.script.heal()
    with scene.place.open() as job_file:
        assert retry(scene.place.bench, job_file, Again()) == 1
        scene.place.work(job_file, scene.hurrying())
    assert _states(scene) == [ANSWERED, ANSWERED, COPIED, ANSWERED, COPIED, COPIED]
    assert {row: sold.bought for row, sold in scene.bill.items()} == {1: 1, 2: 1, 4: 1}


def test_unsent_twins_are_cancelled_with_their_originals(scene: Scene) -> None:
    """Nobody waits for a row whose original will not be asked."""
    with scene.load(ROWS) as job_file:
        with closing(scene.place.connect()) as way:
            scene.place.start(job_file, way, 1)
        for batch in job_file.journal.batches():
            job_file.journal.drop_unsent(batch.number, "Given up.")
    assert set(_states(scene)) == {RowState.CANCELLED}
    assert scene.results[6].reason == "Asks the same as row 1: Given up."


def test_a_plan_that_is_made_anew_has_the_twins_of_its_settings(scene: Scene) -> None:
    """Instructions that name other columns make other rows alike."""
    scene.script.always_at_start(Endpoint.COUNT, refusal(400, "invalid_request_error"))
    with scene.load(ROWS) as job_file:
        with closing(scene.place.connect()) as way, pytest.raises(SheafError):
            scene.place.start(job_file, way)
        scene.script.heal()
        changed = replace(scene.place.job.settings, instructions="Repeat the mark <{{mark}}>")
        job_file.save_settings(changed)
        scene.place.work(job_file, scene.hurrying())
    assert _states(scene) == [ANSWERED, ANSWERED, COPIED, COPIED, COPIED, COPIED]


def test_the_audit_says_who_was_copied_from_whom(scene: Scene) -> None:
    """A twin has no attempt and no cost of its own, and names the row that has."""
    _run(scene)
    audit = Audit(scene.place.path)
    try:
        rows = {row.row: row for row in audit.rows()}
    finally:
        audit.close()
    assert {row: len(found.attempts) for row, found in rows.items()} == {
        1: 1, 2: 1, 3: 0, 4: 1, 5: 0, 6: 0
    }  # fmt: skip
    assert [rows[twin].copied_from for twin in (3, 5, 6)] == [1, 2, 1]
    assert [rows[row].copied_from for row in (1, 2, 4)] == [None, None, None]


@pytest.mark.parametrize(
    ("one", "other"), [(("ab", "c"), ("a", "bc")), (("", "x"), ("x", "")), (("x",), ("x", ""))]
)
def test_cells_that_only_look_alike_together_are_told_apart(
    one: tuple[str, ...], other: tuple[str, ...]
) -> None:
    """Where one cell ends and the next begins counts."""
    assert fingerprint(one) != fingerprint(other)


def test_ten_thousand_rows_with_three_in_ten_repeated(scene: Scene) -> None:
    """Exactly the distinct ones are bought; every row has its answer; the audit knows from whom."""
    dice = random.Random(30)
    texts = [(f"m{number:05}", f"Text {number}.") for number in range(7_000)]
    asked = [*texts, *(dice.choice(texts) for _ in range(3_000))]
    dice.shuffle(asked)
    rows = [(str(number), *pair) for number, pair in enumerate(asked, 1)]
    with scene.load(rows) as job_file:
        scene.place.work(job_file, scene.hurrying(), batch_rows=2_000)
    bought = Counter(sold.bought for sold in scene.bill.values())
    assert bought == {1: 7_000}
    assert scene.place.counts == {ANSWERED: 7_000, COPIED: 3_000}
    written = read_table(scene.place.export())
    assert [row["echo"] for row in written] == [mark for mark, _ in asked]
    first: dict[tuple[str, str], int] = {}
    originals = [first.setdefault(pair, number) for number, pair in enumerate(asked, 1)]
    audit = Audit(scene.place.path)
    try:
        copied = {row.row: row.copied_from for row in audit.rows()}
    finally:
        audit.close()
    expected = [None if row == original else original for row, original in enumerate(originals, 1)]
    assert [copied[row] for row in range(1, 10_001)] == expected
