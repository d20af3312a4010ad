"""The second step: what should happen to each row, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QWidget

from app.core import instructions
from app.core.answers import AnswerColumn, AnswerKind, check_columns
from app.core.errors import SheafError
from app.core.job import Job, JobSettings, as_asked
from app.core.ready_made import is_ready_made
from app.core.recipes import Recipe, recipe
from app.engine.replies import EstimateReply, JobLine
from app.ui.actions import command
from app.ui.ask import Question
from app.ui.desk import Desk
from app.ui.dialogs.answer_column import AnswerColumnDialog
from app.ui.layouts import box, column, row
from app.ui.steps.answer_table import AnswerTable
from app.ui.steps.estimator import Estimator
from app.ui.steps.preview import Preview
from app.ui.steps.recipe_cards import RecipeCards
from app.ui.steps.step import Step
from app.ui.widgets.beside import Beside
from app.ui.widgets.button import Button
from app.ui.widgets.icon_view import IconView
from app.ui.widgets.instruction_box import InstructionBox
from app.ui.widgets.label import Label
from app.ui.widgets.text_area import TextArea


@dataclass(frozen=True, slots=True)
class _Begun:
    """What a recipe replaces or brings, all of which one undo takes back together."""

    recipe: str
    text: str
    columns: tuple[AnswerColumn, ...]


class InstructionsStep(Step):
    """Recipes, the editor, answer columns, and a preview of a real row."""

    title = "Instructions"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._path = ""
        self._job: Job | None = None
        self._recipe = "custom"
        self._filling = False
        self._replaced: tuple[_Begun, _Begun] | None = None
        """What a recipe replaced last, and what it brought."""
        self._recipes = RecipeCards()
        self._box = InstructionBox()
        self._background = TextArea(name="Background for every row")
        self._table = AnswerTable()
        self.preview = Preview(desk)
        self._estimator = Estimator(desk, self)
        self._lay_out()
        self._connect()

    # --- the step ---------------------------------------------------------------------------

    def is_needed(self, job: Job) -> bool:
        """Ready-made requests bring their own instructions."""
        return not is_ready_made(job)

    def show_job(self, line: JobLine, job: Job) -> None:
        """Fill the screen from a job's head."""
        self._filling = True
        if line.path != self._path:
            self._replaced = None
        self._path, self._job = line.path, job
        settings = job.settings
        self._recipe = settings.recipe
        self._recipes.mark(settings.recipe)
        self._box.set_columns(as_asked(job.columns, job.settings))
        self._box.show_text(settings.instructions)
        self._background.show_text(settings.background)
        self._background_part.setVisible(bool(settings.background.strip()))
        self._table.show_columns(settings.answers)
        self.preview.show_job(line.path, job, settings)
        self._warn()
        self._filling = False

    def apply(self, settings: JobSettings) -> JobSettings:
        """Lay instructions, background and answer columns over the settings."""
        return replace(
            settings,
            instructions=self._box.text(),
            background=self._background.text(),
            answers=self._table.columns(),
            recipe=self._recipe,
        )

    def problem(self) -> str:
        """Say what is missing or wrong in instructions and columns."""
        parsed = instructions.parse(self._box.text())
        try:
            instructions.check(parsed, self._job.column_names if self._job else ())
            check_columns(self._table.columns())
        except SheafError as error:
            return error.what
        return ""

    def entered(self) -> None:
        """Count the row's size afresh: the data may be other than before."""
        self._estimator.forget()
        self._estimate()

    def primary(self) -> tuple[str, str]:
        """Lead to the models."""
        return "Next: Model & cost", "arrow-right"

    # --- what the person does ---------------------------------------------------------------

    @Slot()
    def _edit(self) -> None:
        if self._filling or self._job is None:
            return
        self._follow_undo()
        self.preview.show_settings(self.apply(self._job.settings))
        self._warn()
        self.changed.emit()
        self._estimate()

    @Slot(object)
    def _take_recipe(self, recipe_id: str) -> None:
        if self._job is None:
            return
        wanted = recipe(recipe_id)
        if self._holds_own_work() and not self._may_replace(wanted):
            self._recipes.mark(self._recipe)
            return
        before = _Begun(self._recipe, self._box.text(), self._table.columns())
        self._replaced = (before, _Begun(recipe_id, self._text_of(wanted), wanted.answers))
        self._filling = True
        self._box.editor.replace_text(self._text_of(wanted))
        self._filling = False
        self._put(self._replaced[1])
        self._edit()

    def _put(self, begun: _Begun) -> None:
        """Show a recipe with its answer columns; its text is in the editor already."""
        self._filling = True
        self._recipe = begun.recipe
        self._recipes.mark(begun.recipe)
        self._table.show_columns(begun.columns)
        self._filling = False

    def _follow_undo(self) -> None:
        """Bring recipe and columns along when undo or redo in the editor changes the text back."""
        if self._replaced is None or self._replaced[0].text == self._replaced[1].text:
            return
        for now, other in (self._replaced, self._replaced[::-1]):
            shown = _Begun(self._recipe, other.text, self._table.columns())
            if self._box.text() == other.text and shown == replace(now, text=other.text):
                self._put(other)
                return

    def _holds_own_work(self) -> bool:
        """Say whether something would be lost that is more than an untouched recipe."""
        text, columns = self._box.text(), self._table.columns()
        begun = recipe(self._recipe)
        untouched = text == self._text_of(begun) and columns == begun.answers
        return not untouched and (bool(text.strip()) or bool(columns))

    def _text_of(self, begun: Recipe) -> str:
        facts = self._job.columns if self._job else ()
        return begun.written_for([each.column for each in facts])

    def _may_replace(self, wanted: Recipe) -> bool:
        question = Question(
            title=f"Start again with “{wanted.title}”?",
            text="Your instructions and answer columns will be replaced by this recipe's.",
            act="Replace them",
            keep="Keep mine",
        )
        return bool(self.desk.questions.confirm(question, self))

    @Slot()
    def add_column(self) -> None:
        """Open the editor on a new answer column."""
        place = len(self._table.columns())
        kind = AnswerKind.CATEGORY
        self._open_editor(place, AnswerColumn(self._free_name(), kind, cannot_tell=True))

    @Slot(object)
    def _edit_column(self, place: int) -> None:
        self._open_editor(place, self._table.columns()[place])

    def _open_editor(self, place: int, wanted: AnswerColumn) -> None:
        if self._job is None:
            return
        settings = self.apply(self._job.settings)
        dialog = AnswerColumnDialog(self.desk, self._path, settings, place, wanted, parent=self)
        dialog.decided.connect(self._table.put)
        dialog.open()

    def _free_name(self) -> str:
        taken = {each.name.casefold() for each in self._table.columns()}
        number = len(taken) + 1
        while f"answer_{number}" in taken:
            number += 1
        return f"answer_{number}"

    @Slot()
    def _show_background(self) -> None:
        self._background_part.show()
        self._background.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- what follows from it ---------------------------------------------------------------

    def _estimate(self) -> None:
        if self._job is None or self.problem():
            self._estimator.forget()
            self.preview.show_estimate(None)
        else:
            self._estimator.ask(self._path, self.apply(self._job.settings))

    @Slot(object)
    def _take_estimate(self, reply: EstimateReply) -> None:
        self.preview.show_estimate(reply)

    @Slot(object)
    def _take_no_estimate(self, _error: SheafError) -> None:
        # The price itself is the next step's; here a missing size is no reason to interrupt.
        self.preview.show_estimate(None)

    def _warn(self) -> None:
        """Mark a text that is the same for every row; it may be meant."""
        text = self._box.text()
        same = bool(text.strip()) and not instructions.parse(text).columns
        self._warning.setVisible(same)

    # --- layout -----------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._background.editor.setObjectName("background")
        hint = Label("Press { to insert a column", "small", "text3")
        head = row(_buddy("Instructions", self._box.editor), None, hint)
        self._background_part = _background_part(self._background)
        words = "The instructions name no column, so every row would be asked the same."
        self._warning = box(
            row(IconView("triangle-alert", "warn"), Label(words, "small", "warnText"), None)
        )
        self._add = Button("Add column", size=28, icon="plus")
        self._add.setObjectName("add-column")
        added = Label("Added to the right of your spreadsheet", "small", "text3")
        columns = row(Label("Answer columns", "heading"), 2, added, None, self._add)
        self._left = box(
            column(
                column(Label("What should happen to each row?", "heading"), self._recipes, gap=8),
                column(head, self._box, self._warning, self._background_part, gap=8),
                column(columns, self._table, gap=8),
                None,
                gap=14,
            )
        )
        self.setLayout(column(Beside(self._left, self.preview)))

    def _connect(self) -> None:
        self._recipes.chosen.connect(self._take_recipe)
        self._box.edited.connect(self._edit)
        self._box.background_wanted.connect(self._show_background)
        self._background.editor.textChanged.connect(self._edit)
        self._table.changed.connect(self._edit)
        self._table.opened.connect(self._edit_column)
        self._add.clicked.connect(self.add_column)
        self._estimator.estimated.connect(self._take_estimate)
        self._estimator.failed.connect(self._take_no_estimate)
        command(self, "previous_row", self.preview.previous_row, everywhere=True)
        command(self, "next_row", self.preview.next_row, everywhere=True)


def _buddy(text: str, control: QWidget) -> Label:
    label = Label(text, "heading")
    label.setBuddy(control)
    return label


def _background_part(area: TextArea) -> QWidget:
    """Return the field for what holds for all rows."""
    hint = Label("Sent as it is with each row; columns are not filled in here", "small", "text3")
    head = row(_buddy("Background for every row", area.editor), None, hint)
    part = box(column(head, area, gap=8, margins=(0, 6, 0, 0)))
    part.hide()
    return part
