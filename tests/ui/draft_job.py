"""A draft of three real-looking rows, and a desk whose engine estimates and reviews it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.core.answers import AnswerColumn, AnswerKind, AnswerLabel
from app.core.cost import TextSize
from app.core.job import ColumnFacts, Job, JobSettings, JobState, Mode, SourceFile
from app.core.table import Kind
from app.engine.bench import bundled_catalog
from app.engine.estimate import estimate
from app.engine.replies import Check, JobLine, ModelList, Review
from app.engine.verbs import EstimateJob, ReviewJob, Verb
from app.engine.view import JobView, job_line
from app.store.job_file import JobFile
from tests.ui.fake_desk import NO_KEY, FakeDesk

COLUMNS = ("review_id", "product", "stars", "review_text")
KINDS = (Kind.TEXT, Kind.TEXT, Kind.NUMBER, Kind.LONG_TEXT)
ROWS = (
    ("R-1", "Linen duvet cover", "5", "Softer than I expected and it washes well."),
    ("R-2", "Oak side table", "4", 'He said "fine" & left; 2 < 3 <img src="x">'),
    ("R-3", "Wool throw", "1", "Ordered grey, got brown. 😀 Third email."),
)
ANSWERS = (
    AnswerColumn(
        "topic", AnswerKind.CATEGORY, "", (AnswerLabel("Delivery"), AnswerLabel("Quality"))
    ),
    AnswerColumn("needs_reply", AnswerKind.YES_NO, "The customer asks for help"),
)
SETTINGS = JobSettings(
    "Read this review of {{product}}, rated {{stars}}.\n\nReview: {{review_text}}",
    answers=ANSWERS,
    model="claude-haiku-5-5",
    max_tokens=400,
    id_column="review_id",
    recipe="classify",
)
CATALOG = bundled_catalog()
MODELS = ModelList(CATALOG.models, CATALOG.suggested().id, CATALOG.as_of, live=False)
REVIEW = Review((2, 1), 3_400, 0, (Check("ok", "Every row has a different ID"),))


def draft_job(folder: Path, settings: JobSettings = SETTINGS, rows: int = 3) -> str:
    """Make a loaded draft of so many rows; return its path."""
    path = folder / "reviews.sheaf"
    now = datetime(2026, 11, 24, 9, 14, tzinfo=UTC)
    job = Job("shabcdefghij", "Store reviews", JobState.LOADING, Mode.PRACTICE, 0, now, settings)
    with JobFile.create(path, job) as job_file:
        job_file.begin_loading(SourceFile("/home/ann/reviews.csv", "csv"))
        job_file.add_rows(1, [ROWS[place % 3] for place in range(rows)])
        facts = [
            ColumnFacts(name, kind, rows, 40, TextSize(40 * rows, bytes=40 * rows))
            for name, kind in zip(COLUMNS, KINDS, strict=True)
        ]
        job_file.finish_loading(facts, (), rows)
    return str(path)


def head(path: str, **changes: Any) -> Job:
    """Return a job's head, with some settings changed."""
    view = JobView(path)
    try:
        job = view.head()
    finally:
        view.close()
    return replace(job, settings=replace(job.settings, **changes))


def line(path: str) -> JobLine:
    """Return the job's line."""
    return job_line(path)


def desk_for(
    folder: Path, path: str, answers: dict[type[Verb], Any] | None = None, **named: Any
) -> FakeDesk:
    """Return a desk whose engine counts the job's price and has a review ready."""
    job = head(path)
    table: dict[type[Verb], Any] = {
        EstimateJob: lambda verb: estimate(job, verb.settings, CATALOG),
        ReviewJob: REVIEW,
    }
    named = {"models": MODELS, "key": NO_KEY, **named}
    return FakeDesk(folder, {**table, **(answers or {})}, **named)
