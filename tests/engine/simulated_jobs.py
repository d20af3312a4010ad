"""Jobs whose tokenizer, thinking and answers nobody knows: drawn by a seed, forecast and billed.

A job is a table of row lengths in some script, or of PDFs; a service that makes tokens of it in its
own way; and answers that vary by row and by call. The forecast sees what Sheaf sees: sizes, the
counts of a sample, the usage of a trial.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from app.claude.remembered import most_remembered
from app.core.amounts import fixed_tokens
from app.core.answered import Answered, learn
from app.core.answers import AnswerColumn, parse_definition
from app.core.calibration import Point, fit_layers
from app.core.cost import Estimate, TextSize, Usage, price_of
from app.core.forecast import estimate
from app.core.job import JobSettings
from app.core.measured import Measured, Reading
from app.core.quality import Quality
from app.core.remembered import FEWEST_ROWS, measure
from app.core.row_sizes import Holds, Population, RowSize, RowSizes, Selection, select
from app.core.sampling import spread
from app.core.volume import of_population
from app.engine.bench import bundled_catalog

MODEL = bundled_catalog().need("claude-haiku-5-5")
COUNTED = 40
ENVELOPE = 900
BACKGROUND = "We sort reviews, and we do it by the book that follows. " * 40
BATCH_ROWS = 100

Dice = random.Random
Draw = Callable[[Dice], float]
Written = Callable[[Dice, float], float]
"""The length of an answer to a row of so many tokens, before this call's own luck."""

LENGTHS: dict[str, Draw] = {
    "light tail": lambda dice: max(8, dice.gauss(240, 70)),
    "some long rows": lambda dice: dice.lognormvariate(5.3, 0.6),
    "heavy tail": lambda dice: dice.lognormvariate(5.0, 1.2),
    "very heavy tail": lambda dice: min(60_000, 60 * dice.paretovariate(1.6)),
}
"""Characters of a row."""

SCRIPTS: dict[str, tuple[float, float]] = {
    "latin": (0, 0),
    "cyrillic": (0.85, 0),
    "chinese": (0, 0.9),
    "mixed": (-1, -1),
}
"""The shares of alphabetic and of ideographic characters; mixed rows are each in one script."""

LABELS = parse_definition("topic: category = Delivery | Quality | Other")
WORDS = parse_definition("reason: long text")


@dataclass(frozen=True, slots=True)
class Answering:
    """How long answers are, the longest that a person allows for them, and what is asked."""

    written: Written
    longest: int
    column: AnswerColumn = WORDS
    quality: Quality = Quality.QUICK


def _rare(often: float, short: float, long: float) -> Written:
    """Return answers of two kinds: most are short, some are very long."""
    return lambda dice, _: short if dice.random() < often else long


ANSWERS = {
    "labels": Answering(lambda dice, _: 14 + dice.choice((0, 0, 0, 1, 2, 3)), 100, LABELS),
    "sentences": Answering(lambda dice, _: max(8, dice.gauss(60, 14)), 400),
    "translations": Answering(
        lambda dice, read: 6 + 1.1 * read * dice.lognormvariate(0, 0.15), 30_000
    ),
    "thinking": Answering(
        lambda dice, _: 20 + dice.lognormvariate(5.2, 0.6), 3_000, LABELS, Quality.CAREFUL
    ),
    "1 in 20 long": Answering(_rare(0.95, 5, 400), 1_000),
    "1 in 50 long": Answering(_rare(0.98, 8, 300), 1_000),
    "Pareto": Answering(lambda dice, _: min(4_000, 20 * dice.paretovariate(1.5)), 4_000),
    "Pareto thinking": Answering(
        lambda dice, _: min(6_000, 60 * dice.paretovariate(1.2)), 8_000, LABELS, Quality.CAREFUL
    ),
    "uneven": Answering(lambda dice, _: dice.lognormvariate(4, 1), 4_000),
}


@dataclass(frozen=True, slots=True)
class Scenario:
    """What kind of jobs to draw."""

    lengths: str = "some long rows"
    script: str = "latin"
    answers: str = "sentences"
    pdfs: bool = False
    trial: int = 5
    luck: float | None = None
    """Which share of long shared instructions is found in memory; None: they are short."""

    def __str__(self) -> str:
        data = "PDFs" if self.pdfs else f"{self.lengths}, {self.script}"
        kept = "" if self.luck is None else f", {self.luck:.0%} found in memory"
        return f"{data}, {self.answers}, trial of {self.trial}{kept}"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: how Sheaf sees it, and what the hidden service makes of it."""

    size: RowSize
    read: float
    written: float


class Job:
    """One drawn job, with its own tokenizer and its own way of answering."""

    sizes = (300, 1_500)
    """How many rows a job has, at least and at most."""

    def __init__(self, scenario: Scenario, seed: str) -> None:
        self.dice = Dice(seed)
        self.scenario = scenario
        self.answering = ANSWERS[scenario.answers]
        self.settings = JobSettings(
            instructions="Sort this review by its topic: {{text}}",
            answers=(self.answering.column,),
            quality=self.answering.quality,
            model=MODEL.id,
            max_tokens=self.answering.longest,
            background="" if scenario.luck is None else BACKGROUND,
            batch_rows=None if scenario.luck is None else BATCH_ROWS,
        )
        self._ratios = [
            self.dice.uniform(*span) for span in ((0.22, 0.45), (0.35, 0.8), (0.7, 1.6))
        ]
        self._page = self.dice.uniform(1_700, 4_200)
        self._fixed = self.dice.randint(90, 420)
        self._shared = 0
        if scenario.luck is not None:
            self._shared = self.dice.randint(MODEL.cache_minimum, len(BACKGROUND))
            self._fixed += self._shared
        self._deviation = self.dice.gauss(1, 0.004)
        self.rows = [self._row() for _ in range(self.dice.randint(*self.sizes))]

    def _row(self) -> Row:
        size, read = self._pdf() if self.scenario.pdfs else self._text()
        return Row(size, read, self.answering.written(self.dice, read))

    def _text(self) -> tuple[RowSize, float]:
        characters = round(LENGTHS[self.scenario.lengths](self.dice))
        alphabetic, ideographic = self._shares()
        text = TextSize(characters, round(alphabetic * characters), round(ideographic * characters))
        latin = text.characters - text.alphabetic - text.ideographic
        text.bytes = latin + 2 * text.alphabetic + 3 * text.ideographic
        parts = (latin, text.alphabetic, text.ideographic)
        read = sum(count * ratio for count, ratio in zip(parts, self._ratios, strict=True))
        hidden = min(read * self.dice.lognormvariate(0, 0.08) + 1, text.bytes)
        return RowSize(text.bytes, text.tokens(), text.tokens(most=True)), hidden

    def _shares(self) -> tuple[float, float]:
        alphabetic, ideographic = SCRIPTS[self.scenario.script]
        if alphabetic < 0:
            return self.dice.choice(((0, 0), (0.9, 0), (0, 0.9)))
        return alphabetic, ideographic

    def _pdf(self) -> tuple[RowSize, float]:
        pages = max(1, round(self.dice.lognormvariate(1, 0.8)))
        read = sum(self._page * self.dice.lognormvariate(0, 0.3) for _ in range(pages))
        usual, most = 2_900 * pages, 14_000 * pages
        size = 45_000 * pages
        return RowSize(size, usual, most, max(0, most - size)), read

    # --- what the service says ----------------------------------------------------------------

    def count(self, place: int) -> int:
        """Return the tokens of one request as the service counts them: nearly what it bills."""
        return round(self.rows[place].read) + self._fixed

    def answer(self, place: int) -> Usage:
        """Answer one row, with this call's own luck, and return what it used."""
        written = self.rows[place].written * self.dice.lognormvariate(0, 0.1)
        read = round(self.count(place) * self._deviation)
        return Usage(read, max(1, min(round(written), self.settings.max_tokens)))

    def bill(self) -> Decimal:
        """Buy all rows, each for itself, and return what they cost."""
        assert MODEL.prices is not None
        usages = [self.answer(place) for place in range(len(self.rows))]
        if self.scenario.luck is not None:
            return sum((price_of(u, MODEL.prices) for u in self._remembered(usages)), Decimal(0))
        return sum((price_of(usage, MODEL.prices) for usage in usages), Decimal(0))

    def _remembered(self, usages: list[Usage]) -> Iterator[Usage]:
        """Remember the beginnings of the first batch, and of the others as long as that pays."""
        pays = True
        for start in range(0, len(usages), BATCH_ROWS):
            batch = usages[start : start + BATCH_ROWS]
            if pays and len(batch) >= FEWEST_ROWS:
                batch = [self._kept(usage) for usage in batch]
                pays = measure(((usage, 1) for usage in batch), MODEL.prices).pays
            yield from batch

    def _kept(self, usage: Usage) -> Usage:
        kept = min(self._shared, usage.input)
        found = self.dice.random() < (self.scenario.luck or 0)
        part = {"cache_read": kept} if found else {"cache_write_1h": kept}
        return replace(usage, input=usage.input - kept, **part)

    # --- what Sheaf makes of it ---------------------------------------------------------------

    def population(self, kept: frozenset[int] = frozenset()) -> Population:
        """Return the rows as Sheaf has measured them, without those that are kept."""
        sizes = RowSizes()
        for number, row in enumerate(self.rows):
            sizes.add(row.size, (str(number),), Holds.SOMETHING)
        return select(sizes, Selection(lambda _row: True, kept=kept))

    def bought(self, population: Population) -> Population:
        """Return the rows that are bought after the trial: here all of them."""
        return population

    def forecast(self) -> Estimate:
        """Count a sample, try a few rows, and forecast the bill."""
        population = self.population()
        read = of_population(self.settings, self.bought(population))
        known = Measured(self._counted(population))
        fixed = fixed_tokens(self.settings, MODEL, read, known)
        answers = [
            Answered(
                population.usual[one.place],
                one.weight,
                self.answer(one.place),
                self.count(one.place),
            )
            for one in spread(population.usual, self.scenario.trial)
        ]
        learnt = learn(known, answers, read.rows, fixed, self.settings, MODEL)
        if self.scenario.luck is None:
            return estimate(self.settings, MODEL, read, ENVELOPE, learnt)
        most = most_remembered(self.settings, MODEL)
        return estimate(self.settings, MODEL, read, ENVELOPE + len(BACKGROUND), learnt, most)

    def _counted(self, population: Population) -> Reading:
        points = [
            Point(population.usual[one.place], self.count(one.place) - self._fixed, one.weight)
            for one in spread(population.usual, COUNTED)
        ]
        guess = fixed_tokens(
            self.settings, MODEL, of_population(self.settings, population), Measured()
        )
        return Reading(fit_layers(points, len(population)), self._fixed - guess, len(points))


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of many jobs of one scenario."""

    scenario: Scenario
    jobs: int
    inside: int
    below: int
    above: int
    over_bound: int
    width: float
    """Half of the range, as a share of the expected cost, in the middle job."""
    bound: float
    """The bound as a multiple of the bill, in the middle job."""

    @property
    def coverage(self) -> float:
        """The share of jobs whose bill was inside the range."""
        return self.inside / self.jobs

    def __str__(self) -> str:
        return (
            f"{self.scenario!s:<58} {self.coverage:6.1%} inside, {self.below:3} below, "
            f"{self.above:3} above, ±{self.width:5.1%}, bound {self.bound:.1f}x, "
            f"{self.over_bound} over it"
        )


def run(scenario: Scenario, jobs: int, seed: int = 1) -> Seen:
    """Forecast and buy so many jobs of one kind, by fixed seeds."""
    inside = below = above = over = 0
    widths, bounds = [], []
    for number in range(jobs):
        job = Job(scenario, f"{seed} {scenario} {number}")
        found, bill = job.forecast(), job.bill()
        assert found.low_usd is not None
        assert found.high_usd is not None
        assert found.max_usd is not None
        assert found.expected_usd is not None
        below += bill < found.low_usd
        above += bill > found.high_usd
        inside += found.low_usd <= bill <= found.high_usd
        over += bill > found.max_usd
        widths.append(float((found.high_usd - found.low_usd) / 2 / found.expected_usd))
        bounds.append(float(found.max_usd / bill))
    middle = jobs // 2
    return Seen(
        scenario, jobs, inside, below, above, over, sorted(widths)[middle], sorted(bounds)[middle]
    )
