"""What a trial would ask and cost, and whether the spend limit lets it be made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.core.catalog import Catalog
from app.core.errors import SheafError
from app.core.job import JobSettings
from app.core.limit import Unit, added, limits_of
from app.core.ready_made import is_ready_made
from app.core.states import Mode
from app.core.trial import Tried, doubt_words
from app.engine.estimate import model_of
from app.engine.estimator import Estimator, RowCosts, table_of
from app.engine.money_replies import TrialPlan
from app.engine.money_verbs import TrialOf
from app.engine.trial_draw import draw
from app.engine.trial_rows import Errand, Wish, askings, errands, lost, to_buy, tried_alike
from app.store.reader import JobReader


@dataclass(frozen=True, slots=True)
class Planned:
    """A trial that could be made: its rows, and what of them is to be bought."""

    rows: tuple[int, ...]
    bought: tuple[Errand, ...]
    expected_usd: Decimal | None
    problem: str
    doubt: str

    @property
    def most_usd(self) -> Decimal | None:
        """What it can cost at the very most; None where a price is not known."""
        return added(errand.most_usd for errand in self.bought)

    def reply(self) -> TrialPlan:
        """Return the plan as the window hears it."""
        calls = len(self.bought)
        return TrialPlan(
            self.rows, calls, self.expected_usd, self.most_usd, self.problem, self.doubt
        )


def wish_of(verb: TrialOf) -> Wish:
    """Return what a verb asks to be tried."""
    return Wish(verb.rows, verb.count, verb.turn, verb.models, verb.in_batch, verb.again)


def plan_trial(
    estimator: Estimator,
    reader: JobReader,
    settings: JobSettings,
    catalog: Catalog,
    mode: Mode,
    wish: Wish,
) -> Planned:
    """Choose the rows to try, and say what that costs.

    Raises:
        SheafError: the settings could not be run, or no row can be tried.
    """
    table = table_of(reader)
    if is_ready_made(table.job):
        raise SheafError(
            "Ready-made requests cannot be tried here.",
            "Each brings its own model, instructions and longest answer.",
            "Run the job with its first rows instead.",
        )
    asked = askings(table, settings, catalog, wish)
    rows = draw(estimator, reader, table, settings, model_of(settings, catalog), wish)
    alike = tried_alike(reader, settings, catalog, mode)
    wanted = to_buy(errands(reader, asked, rows), alike)
    unsure = lost(wanted, alike)
    bought = tuple(one for one in wanted if wish.asks_lost or one not in unsure)
    costs = estimator.row_costs(table, settings, catalog, mode, alike)
    expected = added(_expected(costs, errand) for errand in bought)
    held = [one for one in reader.trials.all() if one.mode is mode]
    problem = _limit_problem(settings, held, bought)
    numbers = tuple(sorted(chosen.row for chosen in rows))
    doubtful = sorted({errand.chosen.row for errand in unsure})
    doubt = doubt_words(doubtful, again=wish.asks_lost)
    return Planned(numbers, bought, expected, problem, doubt)


def _expected(costs: RowCosts, errand: Errand) -> Decimal | None:
    """Return what a row is likely to cost in a trial; None where the price is not known."""
    prices = errand.asking.prices
    if prices is None:
        return None
    return costs(errand.asking.model, errand.chosen.size, prices)


def _limit_problem(settings: JobSettings, held: Sequence[Tried], bought: Sequence[Errand]) -> str:
    """Say why a spend limit does not let these rows be asked now; empty when it does."""
    if not bought:
        return ""
    for unit, limit in limits_of(settings):
        needed = _needed(unit, held, bought)
        if needed is None:
            return "The price of a model is not known, so a limit in dollars cannot hold."
        if needed > limit:
            return (
                f"Your limit of {unit.say(limit)} does not let this trial go: in the worst case "
                f"it would come to {unit.say(needed)}."
            )
    return ""


def _needed(unit: Unit, held: Sequence[Tried], bought: Sequence[Errand]) -> Decimal | None:
    if unit is Unit.TOKENS:
        before = sum(one.held_tokens for one in held)
        return Decimal(before + sum(errand.most_tokens for errand in bought))
    return added([*(one.held_usd for one in held), *(errand.most_usd for errand in bought)])
