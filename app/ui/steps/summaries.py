"""What was decided on the steps before, in four cards."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import PurePath

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.core.cost import Estimate, in_figures
from app.core.job import Job, Mode
from app.core.merge import answer_names
from app.core.money_words import about
from app.core.quality import Quality
from app.core.ready_made import is_ready_made
from app.core.volume import chosen_rows
from app.engine.replies import ModelShare
from app.ui.layouts import row
from app.ui.steps.summary_card import SummaryCard

DATA, INSTRUCTIONS, MODEL = 0, 1, 2
"""The numbers of the steps on which things are decided."""
_QUALITIES = {
    Quality.QUICK: "Same settings for every row",
    Quality.CAREFUL: "Careful answers to every row",
    Quality.THOROUGH: "Thorough answers to every row",
}


class Summaries(QWidget):
    """Data, instructions, model and cost; `edit` gives the number of the step to go back to."""

    edit = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data = SummaryCard("Data", "table-2")
        self._instructions = SummaryCard("Instructions", "tag")
        self._model = SummaryCard("Model", "sparkles", wraps=True)
        self._cost = SummaryCard("Cost", "wallet", wraps=True)
        steps = {
            self._data: DATA,
            self._instructions: INSTRUCTIONS,
            self._model: MODEL,
            self._cost: MODEL,
        }
        line = row(gap=16)
        for card, step in steps.items():
            card.edit.connect(partial(self.edit.emit, step))
            line.addWidget(card, 1)
        self.setLayout(line)

    def show_job(self, job: Job, model: str) -> None:
        """Show a job's data, instructions and model."""
        settings = job.settings
        self._instructions.setVisible(not is_ready_made(job))
        count = chosen_rows(job.settings.rows, job.rows)
        rows = "1 row" if count == 1 else f"{count:,} rows"
        self._data.show_words(rows, PurePath(job.source.path).name, _origin(job))
        names = answer_names(settings.answers)
        answers = "1 answer" if len(names) == 1 else f"{len(names)} answers"
        what = "Added to each row" if settings.answers else "Claude's whole reply"
        self._instructions.show_words(answers, ", ".join(names), what)
        if is_ready_made(job):
            self._model.show_words("…", "", "As each request says")
            return
        longest = f"Answers up to {settings.max_tokens:,} tokens"
        name = model.removeprefix("Claude ")
        self._model.show_words(name, longest, _QUALITIES[settings.quality])

    def show_models(self, shares: Sequence[ModelShare]) -> None:
        """Show the models that ready-made requests ask."""
        names = [share.name.removeprefix("Claude ") for share in shares]
        count = names[0] if len(names) == 1 else f"{len(names)} models"
        listed = ", ".join(names) if len(names) > 1 else ""
        self._model.show_words(count, listed, "As each request says")

    def show_cost(self, estimate: Estimate | None, mode: Mode, limit: str) -> None:
        """Show the price, or that it is being counted, or that practice is free."""
        if estimate is None:
            self._cost.show_words("…", "Counting your rows")
            return
        price = _first_up(about(estimate.expected_usd))
        if mode is Mode.PRACTICE:
            self._cost.show_words(
                "Free", "Practice: nothing is charged", f"{price} with an API key"
            )
            return
        kept = f"Spend limit {limit}" if limit else "No spend limit"
        self._cost.show_words(price, _worst(estimate), kept)


def _worst(estimate: Estimate) -> str:
    if estimate.max_usd is not None:
        return f"Never more than {in_figures(estimate.max_usd)}"
    most = estimate.most_tokens
    return f"Never more than {most:,} tokens" if most else "Worst case not known"


def _first_up(words: str) -> str:
    return words[:1].upper() + words[1:]


def _origin(job: Job) -> str:
    sheet = f"Sheet “{job.source.sheet}”, " if job.source.sheet else ""
    identity = f"ID {job.settings.id_column}" if job.settings.id_column else "ID is the row number"
    return sheet + identity
