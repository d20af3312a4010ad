"""A trial: a few rows answered before the job is bought, and what their answers say."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import blake2b

from app.core.answers import AnswerColumn, AnswerKind
from app.core.catalog import Model
from app.core.cost import PriceList, price_of
from app.core.job import JobSettings, Outcome
from app.core.quality import approach
from app.core.states import Mode, RowState

USUAL_ROWS = 5
MOST_ROWS = 30
_UNCOMPARED = frozenset({AnswerKind.SHORT_TEXT, AnswerKind.LONG_TEXT})


def asked_key(settings: JobSettings, model: Model) -> str:
    """Return what is the same for all settings that ask a model the same about a row.

    The longest answer is no part of it: an answer that came whole would be the same.
    """
    how = approach(model, settings.quality, settings.max_tokens)
    asked = (
        model.id,
        settings.instructions,
        settings.background,
        [asdict(column) for column in settings.answers],
        (how.thinking is not None, how.effort),
        sorted(settings.attached),
        settings.text_only,
    )
    return blake2b(json.dumps(asked, default=str).encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Tried:
    """One row asked in a trial.

    `outcome` is None while it is asked, and for good where `unsure`: nobody knows whether it was
    charged. `asked` is the key of the settings, `content` the fingerprint of the row's cells:
    together they tell one filled request from another. `size` and `weight` are those of the draw:
    the row's own size, and how many rows it speaks for. `counted` are the tokens that the service
    counted beforehand; `prices` those at which it was asked, the standard ones for an answer at
    once, and `most_usd` and `most_tokens` what it may come to at most. `job` is the trial's own
    job where it is asked in a batch, `tag` that job's tag, and `place` its row there; `batch` is
    the number under which it stands among the batches since the job was submitted.
    """

    number: int
    round: int
    row: int
    model: str
    mode: Mode
    asked: str
    content: str
    size: float
    weight: float
    sent_at: datetime
    prices: PriceList | None
    most_usd: Decimal | None
    most_tokens: int
    counted: int | None = None
    job: str = ""
    tag: str = ""
    place: int = 0
    batch: int | None = None
    outcome: Outcome | None = None
    unsure: bool = False

    @property
    def cost_usd(self) -> Decimal | None:
        """What it cost; None where no price is known, or nobody knows whether it was charged."""
        if self.outcome is None:
            return None
        if self.outcome.usage is None:
            return Decimal(0)
        return price_of(self.outcome.usage, self.prices) if self.prices else None

    @property
    def held_usd(self) -> Decimal | None:
        """What it cost, or the most that it may have cost while nobody knows."""
        return self.most_usd if self.outcome is None else self.cost_usd

    @property
    def held_tokens(self) -> int:
        """The tokens that it used, or the most that it may have used."""
        if self.outcome is None:
            return self.most_tokens
        usage = self.outcome.usage
        return usage.prompt + usage.output if usage is not None else 0

    @property
    def is_answered(self) -> bool:
        """Whether a good answer came."""
        return self.outcome is not None and self.outcome.state is RowState.ANSWERED

    @property
    def is_cut_off(self) -> bool:
        """Whether an answer came that is longer than what was written of it."""
        return self.outcome is not None and self.outcome.state is RowState.CUT_OFF

    @property
    def is_on_its_way(self) -> bool:
        """Whether it is in a batch that has not ended."""
        return bool(self.job) and self.outcome is None and not self.unsure


def newest(tried: Iterable[Tried]) -> dict[tuple[int, str], Tried]:
    """Return what came of each row with each model: a good answer, else the newest attempt."""
    found: dict[tuple[int, str], Tried] = {}
    for one in tried:
        before = found.get((one.row, one.model))
        if before is None or one.is_answered or not before.is_answered:
            found[one.row, one.model] = one
    return found


def telling(tried: Sequence[Tried]) -> list[Tried]:
    """Return what was charged, without cut-off answers to rows of which more is known.

    Such a row was asked again with a longer answer allowed: that says all that the first one did.
    """
    charged = [one for one in tried if one.outcome is not None and one.outcome.usage is not None]
    longest: dict[tuple[int, str], Tried] = {}
    for one in charged:
        before = longest.get((one.row, one.model))
        if before is None or _length(one) > _length(before):
            longest[one.row, one.model] = one
    return [one for one in charged if not one.is_cut_off or longest[one.row, one.model] is one]


def _length(one: Tried) -> tuple[bool, int]:
    """Return what tells most of a row: an answer that was not cut off, else the longest."""
    written = one.outcome.usage.output if one.outcome and one.outcome.usage else 0
    return not one.is_cut_off, written


def to_keep(
    tried: Sequence[Tried],
    settings: JobSettings,
    is_chosen: Callable[[int], bool],
) -> dict[int, Tried]:
    """Return what need not be bought again, by row: a good answer, or one that is on its way.

    `tried` are those of this very recipe, mode and content of the rows.
    """
    if not settings.keep_trial:
        return {}
    found = _newest_of_job(tried, settings, is_chosen)
    return {row: one for row, one in found.items() if one.is_answered or one.is_on_its_way}


def in_doubt(
    tried: Sequence[Tried],
    settings: JobSettings,
    is_chosen: Callable[[int], bool],
) -> dict[int, Tried]:
    """Return the rows that are perhaps charged, so that buying them may be the second time.

    `tried` are those of this very recipe, mode and content of the rows.
    """
    found = _newest_of_job(tried, settings, is_chosen)
    return {row: one for row, one in found.items() if one.unsure}


def _newest_of_job(
    tried: Sequence[Tried], settings: JobSettings, is_chosen: Callable[[int], bool]
) -> dict[int, Tried]:
    """Return what came of each row that the job buys, with its own model."""
    own = (one for one in tried if one.model == settings.model and is_chosen(one.row))
    return {row: one for (row, _), one in newest(own).items()}


def doubt_words(rows: Sequence[int], *, again: bool) -> str:
    """Say of rows whose answer was lost whether they are asked once more; empty without any."""
    if not rows:
        return ""
    numbers = ", ".join(f"{row:,}" for row in rows)
    one = len(rows) == 1
    which = f"Row {numbers} was" if one else f"Rows {numbers} were"
    lost = f"{which} asked in a trial before, and no answer came back"
    if again:
        return f"{lost}: {'it' if one else 'they'} may be paid for twice."
    return f"{lost}: perhaps charged, so {'it is' if one else 'they are'} not asked again."


@dataclass(frozen=True, slots=True)
class Disagreement:
    """How many rows two or more models answered differently in one answer column."""

    column: str
    rows: int


def compare(
    tried: Sequence[Tried], answers: Sequence[AnswerColumn]
) -> tuple[tuple[Disagreement, ...], int]:
    """Compare models by the rows that all of them answered: columns, and rows that differ at all.

    Columns of free text are not compared: no two answers would be the same.
    """
    models = {one.model for one in tried}
    cells: dict[int, dict[str, tuple[str, ...]]] = {}
    for one in newest(tried).values():
        if one.outcome is not None and one.is_answered:
            cells.setdefault(one.row, {})[one.model] = one.outcome.cells
    both = [list(found.values()) for found in cells.values() if len(found) == len(models) > 1]
    compared = [place for place, column in enumerate(answers) if is_compared(column)]
    differ = {place: sum(_differ(row, place) for row in both) for place in compared}
    rows = sum(any(_differ(row, place) for place in compared) for row in both)
    return tuple(Disagreement(answers[place].name, differ[place]) for place in compared), rows


def is_compared(column: AnswerColumn) -> bool:
    """Say whether two answers in a column can be the same: free texts never are."""
    return column.kind not in _UNCOMPARED


def same_cell(one: str, other: str) -> bool:
    """Say whether two models gave the same answer: case is no difference."""
    return one.casefold() == other.casefold()


def _differ(row: Sequence[tuple[str, ...]], place: int) -> bool:
    first, *others = [cells[place] for cells in row if place < len(cells)]
    return not all(same_cell(first, other) for other in others)
