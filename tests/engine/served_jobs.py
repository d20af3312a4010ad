"""Simulated jobs of real texts that a practice service counts, tries, answers and bills.

Each has a tokenizer and answers of its own that nobody knows: to Sheaf they are on the other side
of the wire. What its counts and bills would be is known here too, so that the forecast of the core
can be made without any wire, and compared.
"""

from __future__ import annotations

import json
import time
from contextlib import closing
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from math import ceil
from pathlib import Path
from typing import Any

from app.claude.requests import params
from app.core.cost import Estimate, Usage, price_of
from app.core.job import JobSettings, Mode
from app.core.row_sizes import Population, RowSize, of_text
from app.core.sampling import spread
from app.engine.bench import bundled_catalog
from app.engine.estimator import Estimator
from app.engine.load import Draft, Wanted, never, new_job
from app.engine.trial_rows import Wish
from app.engine.try_rows import try_rows
from app.practice.memory import Memory
from app.practice.message import Voice, compose, count_input
from app.practice.models import KNOWN_MODELS, by_name
from app.practice.replies import Ask
from app.store.job_file import JobFile
from app.store.reader import JobReader
from tests.engine.books import Books
from tests.engine.conftest import Workplace
from tests.engine.simulated_jobs import LENGTHS, MODEL, Dice, Job, Scenario
from tests.files.pdf_maker import make_pdf

CATALOG = bundled_catalog()
SERVED = by_name(KNOWN_MODELS)[MODEL.id]
_LETTERS = {
    "latin": "etaoinshrdlu 0123",
    "alphabetic": "оеаинтсрвлкмд ",
    "ideographic": "的一是不了人我在有他",
}


class ServedJob(Job):
    """A job of texts, with a voice that makes tokens and answers of them in its hidden way."""

    sizes = (80, 160)

    def __init__(self, scenario: Scenario, seed: str) -> None:
        self.texts: list[str] = []
        self._seed = seed
        self._memory = Memory(time.time)
        super().__init__(scenario, seed)
        words = self.settings.instructions.replace("{{text}}", "")
        self._fixed = self._read(words)
        self._usages = [self._answered(text) for text in self.texts]

    def _text(self) -> tuple[RowSize, float]:
        count = max(4, round(LENGTHS[self.scenario.lengths](self.dice)))
        alphabetic, ideographic = self._shares()
        kind = "alphabetic" if alphabetic else "ideographic" if ideographic else "latin"
        # The number keeps rows apart that are short.
        text = f"{len(self.texts)} " + "".join(self.dice.choices(_LETTERS[kind], k=count)).strip()
        self.texts.append(text)
        return of_text(text), self.tokens(text)

    # --- what the service does ----------------------------------------------------------------

    def tokens(self, text: str) -> int:
        """Count as this job's hidden tokenizer does: by script, and digits one by one."""
        latin = len(text.encode("ascii", "ignore"))
        ideographic = len(text.encode()) - 2 * len(text) + latin
        alphabetic = len(text) - latin - ideographic
        digits = sum(map(text.count, "0123456789"))
        parts = (latin - digits, alphabetic, ideographic)
        return ceil(digits + sum(n * ratio for n, ratio in zip(parts, self._ratios, strict=True)))

    def reply(self, ask: Ask) -> str:
        """Answer a row: a topic, or as many words as this row gets."""
        if self.answering.column.choices:
            return json.dumps({"topic": Dice(ask.text).choice(self.answering.column.choices)})
        rest = self._length(ask) - self.tokens(json.dumps({"reason": ""}))
        return json.dumps({"reason": "x" * max(1, round(rest / self._ratios[0]))})

    def thinking(self, ask: Ask) -> int:
        """Think about a row as long as it takes."""
        return round(self._length(ask))

    def _length(self, ask: Ask) -> float:
        dice = Dice(f"{self._seed} {ask.text}")
        return self.answering.written(dice, self.tokens(ask.text)) * dice.lognormvariate(0, 0.1)

    @property
    def voice(self) -> Voice:
        """How the service speaks while this job is bought."""
        return Voice(self.reply, self.thinking, self.tokens)

    # --- what it would say, without any wire --------------------------------------------------

    def _params(self, words: str) -> dict[str, Any]:
        return params(self.settings, MODEL, words)

    def _read(self, words: str) -> int:
        return count_input(self._params(words), SERVED, self.voice)

    def _answered(self, text: str) -> Usage:
        asked = self._params(self.settings.instructions.replace("{{text}}", text))
        message = compose(asked, SERVED, self.voice, self._memory, seed="", tier="batch")
        used = message["usage"]
        thought = (used["output_tokens_details"] or {}).get("thinking_tokens", 0)
        return Usage(used["input_tokens"], used["output_tokens"], thinking=thought)

    def count(self, place: int) -> int:
        return self._usages[place].input

    def answer(self, place: int) -> Usage:
        return self._usages[place]

    def bought(self, population: Population) -> Population:
        """Return the rows without those that were tried: their answers are kept."""
        tried = spread(population.usual, self.scenario.trial)
        return self.population(frozenset(one.place + 1 for one in tried))

    def bill(self) -> Decimal:
        assert MODEL.prices is not None
        usages = [self._usages[row - 1] for row in self.bought(self.population()).rows]
        return sum((price_of(usage, MODEL.prices) for usage in usages), Decimal(0))


class Stage:
    """Where a service finds the voice of the job that it serves just now."""

    job: ServedJob

    def reply(self, ask: Ask) -> str:
        return self.job.reply(ask)

    def thinking(self, ask: Ask) -> int:
        return self.job.thinking(ask)

    def tokens(self, text: str) -> int:
        return self.job.tokens(text)

    @property
    def voice(self) -> Voice:
        """What speaks for whatever job is served."""
        return Voice(self.reply, self.thinking, self.tokens)


@dataclass(frozen=True, slots=True)
class Served:
    """What was forecast of a job by way of the service, and what its ledger says it cost."""

    estimate: Estimate
    bill: Decimal


def serve(place: Workplace, stage: Stage, job: ServedJob) -> Served:
    """Count a job, try some of its rows, and buy the others, each by the service's own calls."""
    stage.job = job
    table = [(str(number), "", text) for number, text in enumerate(job.texts, 1)]
    asked = {one.name: getattr(job.settings, one.name) for one in fields(JobSettings)}
    with place.load(table, **asked) as job_file:
        return _buy(place, job_file, job.scenario.trial)


def serve_papers(place: Workplace, stage: Stage, job: ServedJob, folder: Path) -> Served:
    """Make a folder of PDFs, and buy an answer to each in the voice of a job."""
    stage.job = job
    folder.mkdir()
    for number in range(len(job.texts)):
        pages = max(1, round(job.dice.lognormvariate(1, 0.8)))
        make_pdf(folder / f"{number:03}.pdf", [f"{number}, {page}" for page in range(pages)])
    settings = replace(job.settings, instructions="Sort this review by its topic: {{file}}")
    place.path = new_job(place.bench, Wanted(folder), Draft(settings, Mode.REAL))
    with place.open() as job_file:
        return _buy(place, job_file, job.scenario.trial)


def _buy(place: Workplace, job_file: JobFile, trial: int) -> Served:
    """Count a sample, try so many rows, and buy the others."""
    with closing(place.connect()) as way:
        estimator, settings = Estimator(), job_file.head().settings
        with JobReader(place.path) as reader:
            estimator.count(reader, settings, CATALOG, way, never)
        tried = try_rows(place.bench, job_file, way, estimator, settings, Wish(count=trial))
    place.work(job_file, batch_rows=job_file.head().rows)
    return Served(tried.estimate.estimate, _paid(place))


def _paid(place: Workplace) -> Decimal:
    """Return what the service's own books say that the batches of a job cost."""
    assert MODEL.prices is not None
    sold = Books(place.path, place.rows).sold(place.service.home)
    return sum((price_of(one.usage, MODEL.prices) for one in sold), Decimal(0))
