"""The preview beside the instructions: what is sent for one real row, and what comes back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from app.core import instructions
from app.core.answers import AnswerColumn, AnswerKind
from app.core.errors import SheafError
from app.core.job import Job, JobSettings, as_asked
from app.core.merge import ANSWER
from app.core.quality import WORDS_PER_TOKEN
from app.core.table import Row
from app.engine.replies import EstimateReply
from app.engine.view import JobView
from app.ui.desk import Desk
from app.ui.held import hold_width
from app.ui.layouts import Item, box, column, row
from app.ui.paint import rounded
from app.ui.steps.answer_words import added_pieces, filled_pieces, shape
from app.ui.theme import THEME
from app.ui.widgets.button import Button
from app.ui.widgets.card import Card
from app.ui.widgets.elided_label import ElidedLabel
from app.ui.widgets.hair_line import HairLine
from app.ui.widgets.icon_button import IconButton
from app.ui.widgets.icon_view import IconView
from app.ui.widgets.label import Label
from app.ui.widgets.number_field import NumberField
from app.ui.widgets.rich_lines import Piece, RichLines
from app.ui.widgets.scroller import BAR, Scroller

_SHOW_ALL, _SHOW_LESS = "Show all", "Show less"
_LEFT_OUT = "Nothing: this row is blank and is left out."


class Preview(Card):
    """One row of the job as Claude will see it, with arrows to the next one."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setObjectName("preview")
        self.setAccessibleName("Preview")
        self._desk = desk
        self._path = ""
        self._job: Job | None = None
        self._settings = JobSettings()
        self._row = 1
        self._cells: Row | None = None
        self._back = IconButton("chevron-left", "Previous row", edge=True)
        self._on = IconButton("chevron-right", "Next row", edge=True)
        self._where = Button("Row 1", "ghost", size=28)
        self._number = NumberField(1, name="Row to show", lowest=1)
        self._trouble = Label("", "small", "badText", wrap=True)
        self._background = RichLines(name="Background sent with every row")
        self._sent = RichLines(name="Sent for this row")
        self._added = RichLines(name="Added by Sheaf from your answer columns")
        self._show_all = Button(_SHOW_ALL, "link", size=24)
        self._whole = False
        """Whether long definitions are shown to their end."""
        self._comes_back = _ComesBack()
        self._size = Label("", "small", "text2", wrap=True)
        self._lay_out()
        self._connect()

    def show_job(self, path: str, job: Job, settings: JobSettings) -> None:
        """Show a job's rows with these settings."""
        anew = path != self._path or self._job is None or _data(job) != _data(self._job)
        self._path, self._job = path, job
        self._number.setMaximum(max(job.rows, 1))
        if anew:
            self._cells = None
            self.show_settings(settings)
            self.go_to(1)
        else:
            self.show_settings(settings)

    def show_settings(self, settings: JobSettings) -> None:
        """Show the same row with other settings."""
        self._settings = settings
        if self._job is None:
            return
        kinds = {facts.name: facts.kind for facts in self._job.columns}
        parsed = instructions.parse(settings.instructions)
        sent = filled_pieces(parsed, kinds, self._cells)
        if self._is_left_out(parsed):
            sent = [Piece(_LEFT_OUT, "text3")]
        self._sent.show_pieces(sent or [Piece("Nothing yet.", "text3")])
        self._background.show_pieces([Piece(settings.background, "text2")])
        self._background_part.setVisible(bool(settings.background.strip()))
        self._show_added()
        self._comes_back.show_columns(settings.answers)

    def _is_left_out(self, parsed: instructions.Instructions) -> bool:
        if self._job is None or self._cells is None or not self._settings.skip_blank:
            return False
        is_blank = instructions.blank_test(parsed, as_asked(self._job.columns, self._settings))
        return is_blank(self._cells)

    def _show_added(self) -> None:
        whole, short = (added_pieces(self._settings.answers, whole=all_) for all_ in (True, False))
        self._added.show_pieces(whole if self._whole else short)
        self._show_all.setText(_SHOW_LESS if self._whole else _SHOW_ALL)
        self._show_all.setVisible(whole != short)

    @Slot()
    def _toggle_added(self) -> None:
        self._whole = not self._whole
        self._show_added()

    def show_estimate(self, reply: EstimateReply | None) -> None:
        """Say how long a row is, or nothing while that is not known."""
        self._foot.setVisible(reply is not None)
        if reply is None:
            return
        tokens = round(reply.estimate.input_tokens / max(reply.estimate.rows, 1))
        words = round(tokens * WORDS_PER_TOKEN)
        self._size.setText(f"About {tokens:,} tokens, or {words:,} words, per row")

    @Slot()
    def previous_row(self) -> None:
        """Show the row before."""
        self.go_to(self._row - 1)

    @Slot()
    def next_row(self) -> None:
        """Show the row after."""
        self.go_to(self._row + 1)

    @property
    def row(self) -> int:
        """The number of the row that is shown; rows count from 1."""
        return self._row

    def go_to(self, number: int) -> None:
        """Show another row."""
        if self._job is None or not self._job.rows:
            return
        self._row = min(max(number, 1), self._job.rows)
        self._where.setText(f"Row {self._row:,} of {self._job.rows:,}")
        self._back.setEnabled(self._row > 1)
        self._on.setEnabled(self._row < self._job.rows)
        wanted = self._row
        self._desk.read(
            self._path,
            lambda view: _cells_of(view, wanted),
            owner=self,
            done=partial(self._take_cells, self._path, wanted),
            failed=self._fail,
        )

    def _take_cells(self, path: str, number: int, cells: Row | None) -> None:
        if (path, number) != (self._path, self._row):
            return
        self._cells = cells
        self._trouble.hide()
        self.show_settings(self._settings)

    def _fail(self, error: SheafError) -> None:
        self._trouble.setText(error.sentence)
        self._trouble.show()

    @Slot()
    def _type_number(self) -> None:
        self._where.hide()
        self._number.setValue(self._row)
        self._number.show()
        self._number.selectAll()
        self._number.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _take_number(self) -> None:
        if self._number.isHidden():
            return
        self._number.hide()
        self._where.show()
        if self._number.value() != self._row:
            self.go_to(self._number.value())

    def _connect(self) -> None:
        self._back.clicked.connect(self.previous_row)
        self._on.clicked.connect(self.next_row)
        self._where.clicked.connect(self._type_number)
        self._number.editingFinished.connect(self._take_number)
        self._show_all.clicked.connect(self._toggle_added)

    def _lay_out(self) -> None:
        self._back.setObjectName("preview-back")
        self._on.setObjectName("preview-on")
        self._where.setObjectName("preview-where")
        self._number.setObjectName("preview-number")
        self._show_all.setObjectName("preview-show-all")
        self._where.setToolTip("Type a row number")
        self._where.setAccessibleDescription("Press to type a row number")
        hold_width(self._number, 96)
        self._number.hide()
        self._trouble.hide()
        heading: list[Item] = [Label("Preview", "heading"), None, self._back]
        head = row(*heading, self._where, self._number, self._on, margins=(16, 11, 12, 11))
        self._background_part = _part(
            "Background, sent with every row", self._background, rule=True
        )
        sent = _part("Sent for this row", self._trouble, self._sent, rule=True)
        more = row(self._show_all, None)
        added = _part("Added by Sheaf from your answer columns", self._added, more, rule=True)
        back = _part("What comes back", self._comes_back)
        parts = column(self._background_part, sent, added, back, None, gap=12)
        parts.setContentsMargins(16, 14, 16 - BAR, 16)
        body = Scroller(box(parts), name="What is sent and what comes back")
        size = row(IconView("info", "text3"), gap=8, margins=(16, 12, 16, 12))
        size.addWidget(self._size, 1)
        self._foot = box(column(HairLine(), size, gap=0))
        self._foot.hide()
        lines = column(head, HairLine(), gap=0, margins=(1, 1, 1, 1))
        lines.addWidget(body, 1)
        lines.addWidget(self._foot)
        self.setLayout(lines)


class _ComesBack(QWidget):
    """The answer columns with the shape of their answers, in the colour of answers."""

    def __init__(self) -> None:
        super().__init__()
        self._columns: tuple[AnswerColumn, ...] | None = None
        self._grid = QGridLayout()
        self._grid.setContentsMargins(12, 8, 12, 8)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 2)
        self.setLayout(self._grid)
        THEME.changed.connect(self.update)

    def show_columns(self, columns: Sequence[AnswerColumn]) -> None:
        """Show these columns; without any, the reply itself is the answer."""
        if tuple(columns) == self._columns:
            return
        self._columns = tuple(columns)
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for place, each in enumerate(columns or (AnswerColumn(ANSWER, AnswerKind.LONG_TEXT),)):
            self._grid.addWidget(ElidedLabel(each.name, "bodyM"), place, 0)
            self._grid.addWidget(Label(shape(each), "body", "text2"), place, 1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the wheat-coloured box."""
        rounded(QPainter(self), QRectF(self.rect()), 8, "answer", "answerHead")


def _data(job: Job) -> tuple[object, ...]:
    """Return what tells whether a job still has the same rows."""
    return (job.source, job.rows, job.columns)


def _cells_of(view: JobView, number: int) -> Row | None:
    page = view.source_page(number, 1)
    return page[0][1] if page else None


def _part(heading: str, *content: Item, rule: bool = False) -> QWidget:
    items: list[Item] = [Label(heading, "smallS", "text2", wrap=True), *content]
    if rule:
        items += [4, HairLine()]
    return box(column(*items, gap=8))
