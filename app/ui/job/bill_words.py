"""How a bill is said: what was paid for, how it stands to its forecast, and what else to know."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import QDate, QLocale

from app.core.bill import PaidFor, Verdict
from app.core.cost import in_dollars, in_figures
from app.core.job import Mode, RowState
from app.core.limit import added
from app.core.money_words import at_least, deviation_words, in_fine_dollars
from app.engine.bill_replies import BillReply, Month, PaidLine, Promised, StateBill
from app.ui.job.words import StateWord
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
    return MISSING if amount is None else in_fine_dollars(amount)


def figure(bill: BillReply) -> str:
    """Write the sum of a bill, which is never said to be nothing where it is not known."""
    if bill.cost_usd is not None:
        return in_dollars(bill.cost_usd)
    return "Price not known" if bill.known_usd is None else _first_up(at_least(bill.known_usd))


def _first_up(words: str) -> str:
    return words[:1].upper() + words[1:]


def comparison(bill: BillReply) -> str:
    """Compare a bill with its forecast in a few sentences, what was tried before apart."""
    return f"{_tried(bill)} {_compared(bill)}".strip()


def has_trial(bill: BillReply) -> bool:
    """Say whether the sum holds more than what was forecast."""
    return bill.trial is not None and bool(bill.trial.cost_usd) and bill.compared_usd is not None


def _tried(bill: BillReply) -> str:
    if bill.trial is None or not has_trial(bill):
        return ""
    tried, job = dollars(bill.trial.cost_usd), dollars(bill.compared_usd)
    return f"Of it {tried} for trying rows before, and {job} for the job itself."


def _compared(bill: BillReply) -> str:
    found = bill.forecast
    if found is None:
        return "Nothing was forecast of this job."
    in_tokens = bill.unknown or found.expected_usd is None
    said = _tokens(bill, found) if in_tokens else f"Forecast {dollars(found.expected_usd)}."
    off = bill.tokens_deviation if in_tokens else bill.deviation
    if off is None:
        return f"{said} Not all of it was bought, so the two are not compared."
    if not off:
        return f"{said} It was right to the percent."
    return f"{said} The forecast was {deviation_words(off)}. {bill.cause}".strip()


def _tokens(bill: BillReply, found: Promised) -> str:
    used = bill.read_tokens + bill.written_tokens
    forecast = found.input_tokens + found.output_tokens
    return f"{used:,} tokens were read and written; the forecast was {forecast:,}."


def about_range(bill: BillReply) -> str:
    """Explain the shaded part, and what was promised."""
    if bill.forecast is None:
        return ""
    said = "The shaded part is where 9 of 10 jobs like this were expected to end."
    if bill.forecast.max_usd is not None:
        job = " for the job itself" if has_trial(bill) else ""
        said += f" Never more than {in_figures(bill.forecast.max_usd)} was promised{job}"
        limit = "" if bill.limit_usd is None else f"; the limit was {in_figures(bill.limit_usd)}"
        said += f"{limit}."
    return f"{said} {bill.forecast.basis}."


def rows_of_table(bill: BillReply) -> list[tuple[str, str, str, str, str]]:
    """Return the lines of the table: what for, rows, tokens, per million, cost."""
    found = [_line(line) for line in bill.lines]
    have = {line.what for line in bill.lines if not line.model}
    for what in _ALWAYS:
        if what not in have:
            place = _ALWAYS.index(what)
            nothing = MISSING if bill.cost_usd is None else "$0.00"
            found.insert(min(place, len(found)), (_KINDS[what], "0", "0", MISSING, nothing))
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
    cost = MISSING if line.cost_usd is None else in_dollars(line.cost_usd)
    return words, f"{line.rows:,}", f"{line.tokens:,}", _price(line.per_million_usd), cost


def _price(per_million: Decimal | None) -> str:
    if per_million is None:
        return MISSING
    in_cents = per_million >= 1 or per_million == round(per_million, 2)
    return f"${per_million:,.2f}" if in_cents else f"${per_million.normalize():f}"


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
    cost = added(state.cost_usd for state in states)
    were = "1 answer that was" if count == 1 else f"{count:,} answers that were"
    sum_for = "" if cost is None else f"{in_dollars(cost)} for "
    return f"It includes {sum_for}{were} cut off or did not fit."


def _declined(by_state: dict[RowState, StateBill]) -> str:
    found = by_state.get(RowState.DECLINED)
    if found is None or not found.billed:
        return ""
    rows = f"{_rows(found.billed)} that Claude declined"
    cost = "as billed" if found.cost_usd is None else f"with {in_dollars(found.cost_usd)}"
    return (
        f"{rows} {'is' if found.billed == 1 else 'are'} counted {cost}, "
        "but may be free: Anthropic’s pages say both."
    )


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def month_words(month: Month) -> str:
    """Say what all jobs have cost in a month."""
    day = QDate.fromString(f"{month.month}-01", "yyyy-MM-dd")
    name = QLocale().toString(day, "MMMM") if day.isValid() else month.month
    return f"All jobs in {name}: {sum_of(month)}."


def sum_of(month: Month) -> str:
    """Write what was paid in a month, of which a part may not be known."""
    if not month.unknown:
        return in_dollars(month.cost_usd)
    return at_least(month.cost_usd) if month.cost_usd else in_dollars(None)


def heading(bill: BillReply, *, practice: bool) -> str:
    """Say whose sum the large figure is."""
    return "The bill would be" if practice else "Your bill" if bill.ended else "Your bill so far"
