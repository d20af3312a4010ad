"""The drawer beside the answers: one row in full, with what was sent and what it cost."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QBoxLayout, QFrame, QGridLayout, QLayout, QScrollArea, QWidget

from app.core import instructions, merge
from app.core.job import RETRYABLE, Job, Mode, Outcome, RowState
from app.core.ready_made import is_ready_made
from app.engine.view import JobView, ResultRow, RowStory
from app.ui.desk import Desk
from app.ui.job.moments import row_price
from app.ui.job.request_words import request_in_words
from app.ui.job.words import ROW_WORDS
from app.ui.layouts import box, column, row
from app.ui.steps.answer_words import filled_pieces
from app.ui.widgets.button import Button
from app.ui.widgets.card import Card
from app.ui.widgets.elided_label import ElidedLabel
from app.ui.widgets.hair_line import HairLine
from app.ui.widgets.icon_button import IconButton
from app.ui.widgets.icon_view import IconView
from app.ui.widgets.label import Label
from app.ui.widgets.pill import Pill
from app.ui.widgets.rich_lines import Piece, RichLines
from app.ui.widgets.table_cells import MISSING

_SHORT = 600
"""Characters of what was sent before Show all is pressed."""
_ASKED_BEFORE = RETRYABLE | {RowState.ANSWERED}
_SHOW_REPLY = frozenset({RowState.DOES_NOT_FIT, RowState.CUT_OFF, RowState.DECLINED})


class RowDrawer(Card):
    """312 pixels for one row; emits what the person wants next."""

    closed = Signal()
    step = Signal(object)
    """-1 for the row before, 1 for the row after."""
    run_again = Signal(object)
    """The ResultRow that is to be asked again."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setObjectName("row-drawer")
        self.setAccessibleName("Row")
        self._desk = desk
        self._path, self._row = "", 0
        self._job: Job | None = None
        self._story: RowStory | None = None
        self._request = ""
        self._may_retry = True
        self._whole = False
        self._name, self._pill = ElidedLabel("", "heading"), Pill()
        self._back = IconButton("chevron-up", "Previous row")
        self._on = IconButton("chevron-down", "Next row")
        self._close = IconButton("x", "Close row")
        self._area = QScrollArea()
        self._again = Button("Run this row again", icon="refresh-cw")
        self._price = Label("", "small", "text3")
        self._sent = RichLines(name="What was sent")
        self._show_all = Button("Show all", "link", size=28)
        self._copy = Button("Copy", "ghost", size=28, icon="copy")
        self._lay_out()
        self._connect()

    def show_row(self, path: str, job: Job, number: int, *, may_retry: bool) -> None:
        """Read and show a row; what was shown stays until the new one is here."""
        if (path, number) != (self._path, self._row):
            self._whole = False
        self._path, self._job, self._row, self._may_retry = path, job, number, may_retry
        self._desk.read(
            path, partial(_story_of, number), owner=self, done=partial(self._take, path, number)
        )

    def _take(self, path: str, number: int, found: tuple[RowStory, str]) -> None:
        if (path, number) != (self._path, self._row) or self._job is None:
            return
        story, self._request = found
        self._story = story
        result, job = story.result, self._job
        word = ROW_WORDS[result.state]
        self._name.setText(row_name(job, result))
        self._pill.show_status(word.text, word.tone, word.icon)
        self._place_pill()
        self._fill_sent(job, result)
        body = box(self._body(story, job))
        old = self._area.takeWidget()
        self._area.setWidget(body)
        # Taking it in, the area gives it a background.
        body.setAutoFillBackground(False)
        if old is not None:
            old.deleteLater()
        again = self._may_retry and result.state in _ASKED_BEFORE
        self._foot.setVisible(again)
        self._price.setText(_price_hint(job.mode, story))

    def _place_pill(self) -> None:
        """Put the state below a name that needs the whole line."""
        needed = self._name.sizeHint().width() + self._pill.sizeHint().width()
        room = self.width() - 3 * self._close.sizeHint().width() - 66
        if needed <= room:
            self._beside.addWidget(self._pill)
        else:
            self._below.insertWidget(0, self._pill)

    def _body(self, story: RowStory, job: Job) -> QLayout:
        result = story.result
        lines = column(gap=12, margins=(16, 12, 16, 16))
        lines.addLayout(_part("Answer", _answers(job, result)))
        if result.reason:
            lines.addLayout(_reason(result))
        reply = result.outcome.reply if result.outcome is not None else ""
        if reply and result.state in _SHOW_REPLY:
            wrote = RichLines(name="What Claude wrote")
            wrote.show_pieces([Piece(reply)])
            lines.addLayout(_part("What Claude wrote", wrote))
        actions = row(self._show_all, None, self._copy)
        lines.addLayout(_part("What was sent", self._sent, box(actions)))
        lines.addWidget(HairLine())
        lines.addLayout(_facts(job, story))
        if len(story.attempts) > 1:
            lines.addLayout(_part("Every attempt", *map(_attempt, story.attempts)))
        lines.addStretch(1)
        return lines

    def _fill_sent(self, job: Job, result: ResultRow) -> None:
        parsed = instructions.parse(job.settings.instructions)
        kinds = {facts.name: facts.kind for facts in job.columns}
        pieces = filled_pieces(parsed, kinds, result.cells)
        if self._request:
            pieces = [Piece(self._request)]
        cut, is_longer = shortened(pieces, _SHORT)
        self._show_all.setVisible(is_longer)
        self._show_all.setText("Show less" if self._whole else "Show all")
        self._sent.show_pieces(pieces if self._whole else cut)

    @Slot()
    def _toggle_all(self) -> None:
        self._whole = not self._whole
        if self._job is not None and self._story is not None:
            self._fill_sent(self._job, self._story.result)

    @Slot()
    def copy_sent(self) -> None:
        """Copy the whole text that was sent for the row."""
        if self._story is not None:
            QGuiApplication.clipboard().setText(self._story.sent)

    @Slot()
    def _ask_again(self) -> None:
        if self._story is not None:
            self.run_again.emit(self._story.result)

    @Slot()
    def _step_back(self) -> None:
        self.step.emit(-1)

    @Slot()
    def _step_on(self) -> None:
        self.step.emit(1)

    def _lay_out(self) -> None:
        for button, name in (
            (self._back, "row-back"),
            (self._on, "row-on"),
            (self._close, "row-close"),
            (self._again, "row-again"),
            (self._show_all, "row-show-all"),
            (self._copy, "row-copy"),
        ):
            button.setObjectName(name)
        self._name.setObjectName("row-name")
        self._beside = row(self._name, self._pill, gap=8)
        self._below = row(None, gap=8)
        head = row(gap=8)
        head.addLayout(self._beside)
        head.addStretch(1)
        for button in (self._back, self._on, self._close):
            head.addWidget(button)
        top = box(column(head, self._below, gap=4, margins=(16, 10, 8, 9)))
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.viewport().setAutoFillBackground(False)
        foot = row(self._again, self._price, None, gap=10, margins=(16, 12, 16, 16))
        self._foot = box(column(HairLine(), foot, gap=0))
        lines: QBoxLayout = column(top, HairLine(), gap=0, margins=(1, 1, 1, 1))
        lines.addWidget(self._area, 1)
        lines.addWidget(self._foot)
        self.setLayout(lines)

    def _connect(self) -> None:
        self._close.clicked.connect(self.closed)
        self._back.clicked.connect(self._step_back)
        self._on.clicked.connect(self._step_on)
        self._again.clicked.connect(self._ask_again)
        self._show_all.clicked.connect(self._toggle_all)
        self._copy.clicked.connect(self.copy_sent)


def _story_of(number: int, view: JobView) -> tuple[RowStory, str]:
    """Return all about a row, and its request in words where it brought one itself."""
    story = view.story(number)
    return story, request_in_words(story.sent) if is_ready_made(view.head()) else ""


def row_name(job: Job, result: ResultRow) -> str:
    """Return what the row is called: the cell of its ID column, else its number."""
    names = job.column_names
    if job.settings.id_column in names:
        named = result.cells[names.index(job.settings.id_column)].strip()
        if named:
            return named
    return f"Row {result.row:,}"


def shortened(pieces: list[Piece], most: int) -> tuple[list[Piece], bool]:
    """Return as many pieces as make up `most` characters, and whether something is left out."""
    kept: list[Piece] = []
    room = most
    for piece in pieces:
        if len(piece.text) > room:
            kept.append(Piece(piece.text[:room] + "…", piece.ink, piece.fill, piece.bold))
            return kept, True
        kept.append(piece)
        room -= len(piece.text)
    return kept, False


def _part(heading: str, *content: QWidget) -> QLayout:
    return column(Label(heading, "smallS", "text2"), *content, gap=8)


def _answers(job: Job, result: ResultRow) -> QWidget:
    names = merge.answer_names(job.settings.answers)
    cells = merge.standing_answer(len(names), result.state, result.outcome)
    grid = QGridLayout()
    grid.setContentsMargins(12, 8, 12, 8)
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(1, 1)
    grid.setColumnMinimumWidth(0, 100)
    for place, (name, cell) in enumerate(zip(names, cells, strict=True)):
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(Label(name, "body", "text2", wrap=True), place, 0, top)
        grid.addWidget(Label(cell or MISSING, "bodyM", wrap=True), place, 1, top)
    return Card(grid, fill="answer", edge="answerHead", radius=8)


def _reason(result: ResultRow) -> QLayout:
    word = ROW_WORDS[result.state]
    icon = column(IconView(word.icon, word.tone.ink), None, margins=(0, 2, 0, 0))
    line = row(icon, gap=8)
    line.addWidget(Label(result.reason, "body", wrap=True), 1)
    return line


def _facts(job: Job, story: RowStory) -> QLayout:
    outcome = story.result.outcome
    usage = outcome.usage if outcome is not None else None
    cost = row_price(story.cost_usd) if usage else MISSING
    batch = story.result.batch
    return column(
        _fact("Read", f"{usage.prompt:,} tokens" if usage else MISSING),
        _fact("Written", f"{usage.output:,} tokens" if usage else MISSING),
        _fact("Cost", "free, practice" if job.mode is Mode.PRACTICE else cost),
        _fact("Batch", f"{batch:,} of {story.batches:,}" if batch else MISSING),
        gap=6,
    )


def _fact(name: str, value: str) -> QLayout:
    return row(Label(name, "body", "text2"), None, Label(value, "bodyM"))


def _attempt(attempt: tuple[int, Outcome]) -> QWidget:
    batch, outcome = attempt
    word = ROW_WORDS[outcome.state].text
    reason = f": {outcome.reason}" if outcome.reason else ""
    return Label(f"Batch {batch:,} · {word}{reason}", "small", "text2", wrap=True)


def _price_hint(mode: Mode, story: RowStory) -> str:
    if mode is Mode.PRACTICE:
        return "free"
    return f"about {row_price(story.cost_usd)}" if story.cost_usd else ""
