"""How a bill is said: what was paid for, how it stands to its forecast, and what else to know."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import QDate, QLocale

from app.core.bill import PaidFor, Verdict
from app.core.cost import CENT, in_dollars, in_figures
from app.core.job import Mode, RowState
from app.engine.bill_replies import BillReply, Month, PaidLine, StateBill
from app.ui.job.words import StateWord
from app.ui.widgets.deviation_bar import deviation_words
from app.ui.widgets.savings_list import Saving
from app.ui.widgets.table_cells import MISSING
from app.ui.widgets.tone import Tone

VERDICTS = {
    Verdict.WITHIN: StateWord("Inside the forecast range", "check", Tone.OK),
    Verdict.ABOVE: StateWord("Above the forecast range", "triangle-alert", Tone.WARN),
    Verdict.BELOW: StateWord("Below the forecast range", "arrow-down", Tone.NEUTRAL),
}
_KINDS = {
    PaidFor.READING: "Reading your rows",
    PaidFor.WRITING: "Writing answers",
    PaidFor.THINKING: "Thinking before an answer",
    PaidFor.CACHE_READ: "Instructions read once, reused",
    PaidFor.CACHE_WRITE_5M: "Keeping instructions, 5 minutes",
    PaidFor.CACHE_WRITE_1H: "Keeping instructions, 1 hour",
}
_ALWAYS = (PaidFor.READING, PaidFor.WRITING, PaidFor.THINKING, PaidFor.CACHE_READ)
"""Kinds that stay listed when they cost nothing."""
_SPOILT = (RowState.CUT_OFF, RowState.DOES_NOT_FIT)


def dollars(amount: Decimal | None) -> str:
    """Write a sum beside others: in figures, also where it is under a cent."""
    if amount is None:
        return MISSING
    return in_figures(amount) if 0 < amount < CENT else in_dollars(amount)


def comparison(bill: BillReply) -> str:
    """Compare a bill with its forecast in one sentence or two."""
    if bill.forecast is None or bill.forecast.expected_usd is None:
        return "Nothing was forecast of this job."
    said = f"Forecast {dollars(bill.forecast.expected_usd)}."
    if bill.deviation is None:
        return f"{said} Not all of it was bought, so the two are not compared."
    if not bill.deviation:
        return f"{said} It was right to the percent."
    compared = f"{said} The forecast was {deviation_words(bill.deviation)}."
    return f"{compared} {bill.cause}".strip()


def about_range(bill: BillReply) -> str:
    """Explain the shaded part, and what was promised."""
    if bill.forecast is None:
        return ""
    said = "The shaded part is where 9 of 10 jobs like this were expected to end."
    if bill.forecast.max_usd is not None:
        said += f" Never more than {dollars(bill.forecast.max_usd)} was promised"
        limit = "" if bill.limit_usd is None else f"; the limit was {dollars(bill.limit_usd)}"
        said += f"{limit}."
    return f"{said} {bill.forecast.basis}."


def rows_of_table(bill: BillReply) -> list[tuple[str, str, str, str, str]]:
    """Return the lines of the table: what for, rows, tokens, per million, cost."""
    found = [_line(line) for line in bill.lines]
    have = {line.what for line in bill.lines if not line.model}
    for what in _ALWAYS:
        if what not in have:
            place = _ALWAYS.index(what)
            found.insert(min(place, len(found)), (_KINDS[what], "0", "0", MISSING, "$0.00"))
    if (trial := bill.trial) is not None:
        models = "" if trial.models < 2 else f", {trial.models} models"
        words = f"Trial, {_rows(trial.rows // max(trial.models, 1))}{models}"
        cost = MISSING if trial.cost_usd is None else in_dollars(trial.cost_usd)
        found.append((words, f"{trial.rows:,}", f"{trial.tokens:,}", MISSING, cost))
    free = sum(state.attempts - state.billed for state in bill.states)
    if free:
        found.append(("Not answered: no charge", f"{free:,}", "0", MISSING, "$0.00"))
    return found


def _line(line: PaidLine) -> tuple[str, str, str, str, str]:
    words = _KINDS[line.what] + (", long rows" if line.long else "")
    words += f" ({line.model})" if line.model else ""
    price = f"${line.per_million_usd.normalize():f}"
    if line.per_million_usd >= 1 or line.per_million_usd == round(line.per_million_usd, 2):
        price = f"${line.per_million_usd:,.2f}"
    return words, f"{line.rows:,}", f"{line.tokens:,}", price, in_dollars(line.cost_usd)


def savings_of(bill: BillReply) -> list[Saving]:
    """Return the savings, the largest kind first; what saved nothing is left out."""
    saved = bill.savings
    if saved is None:
        return []
    found = [
        Saving("Half price, by batch", saved.half_usd),
        Saving(_remembered(saved.cache_usd), saved.cache_usd),
        Saving(f"{_twins(bill.twins)} answered once", saved.twins_usd),
        Saving(f"{_blank(bill.blank)} left out", saved.blank_usd),
    ]
    return [found[0], *(saving for saving in found[1:] if saving.amount)]


def _remembered(saved: Decimal) -> str:
    return "Instructions read once" if saved >= 0 else "Instructions kept, seldom reused"


def _twins(count: int) -> str:
    return "1 twin" if count == 1 else f"{count:,} twins"


def _blank(count: int) -> str:
    return "1 blank row" if count == 1 else f"{count:,} blank rows"


def remarks(bill: BillReply) -> str:
    """Say what the figures include that a person may not expect."""
    by_state = {state.state: state for state in bill.states}
    said = [_spoilt([by_state[s] for s in _SPOILT if s in by_state]), _declined(by_state)]
    if bill.trial is not None and bill.trial.unsure:
        said.append(
            f"{_rows(bill.trial.unsure)} of a trial may have been charged, and counts with the "
            "most that it may cost."
        )
    if bill.unknown:
        said.append(f"{bill.unknown:,} answers were billed at a price that Sheaf does not know.")
    if bill.mode is Mode.PRACTICE:
        said.append("Practice: nothing was charged, and this is kept out of all totals.")
    else:
        said.append("All figures are Anthropic’s own count.")
    return " ".join(filter(None, said))


def _spoilt(states: list[StateBill]) -> str:
    count = sum(state.billed for state in states)
    if not count:
        return ""
    cost = sum((state.cost_usd for state in states), Decimal(0))
    were = "1 answer that was" if count == 1 else f"{count:,} answers that were"
    return f"It includes {in_dollars(cost)} for {were} cut off or did not fit."


def _declined(by_state: dict[RowState, StateBill]) -> str:
    found = by_state.get(RowState.DECLINED)
    if found is None or not found.billed:
        return ""
    rows = f"{_rows(found.billed)} that Claude declined"
    return (
        f"{rows} {'is' if found.billed == 1 else 'are'} counted with {in_dollars(found.cost_usd)}, "
        "but may be free: Anthropic’s pages say both."
    )


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def month_words(month: Month) -> str:
    """Say what all jobs have cost in a month."""
    day = QDate.fromString(f"{month.month}-01", "yyyy-MM-dd")
    name = QLocale().toString(day, "MMMM") if day.isValid() else month.month
    least = " at least" if month.unknown else ""
    return f"All jobs in {name}: {in_dollars(month.cost_usd)}{least}."


def heading(bill: BillReply, *, practice: bool) -> str:
    """Say whose sum the large figure is."""
    return "The bill would be" if practice else "Your bill" if bill.ended else "Your bill so far"
