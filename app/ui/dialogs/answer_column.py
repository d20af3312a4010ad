"""The editor of one answer column: what Claude decides, and the labels it may choose from."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.core.answers import (
    CANNOT_TELL,
    LABELLED,
    AnswerColumn,
    AnswerKind,
    AnswerLabel,
    check_columns,
)
from app.core.errors import SheafError
from app.core.job import JobSettings
from app.ui.ask import Question
from app.ui.desk import Desk
from app.ui.dialogs.definition_price import DefinitionPrice
from app.ui.dialogs.label_table import LabelTable
from app.ui.dialogs.pasted_labels import merged, read_labels
from app.ui.layouts import box, row
from app.ui.theme import THEME
from app.ui.widgets.announce import announce
from app.ui.widgets.button import Button
from app.ui.widgets.column_look import answer_icon, answer_word
from app.ui.widgets.combo import Combo
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.field import Field, mark_bad
from app.ui.widgets.label import Label
from app.ui.widgets.segmented import Segmented
from app.ui.widgets.text_field import TextField
from app.ui.widgets.toggle_row import ToggleRow

_KINDS = tuple(kind for kind in AnswerKind if kind is not AnswerKind.LABELS)
_UNSURE_HINTS = {
    AnswerKind.YES_NO: f"Claude may answer “{CANNOT_TELL}” instead of guessing.",
    AnswerKind.NUMBER: "Claude may leave the cell empty when the text names no number.",
}
_NOTE = "Labels reach Claude exactly as written here."
_HOW_TO_COPY = "Copy one to three columns from a spreadsheet first: label, use it when, examples."


class AnswerColumnDialog(Dialog):
    """Edits a copy of the column at `place`; `decided` gives place and column on Done."""

    decided = Signal(object, object)

    def __init__(
        self,
        desk: Desk,
        job: str,
        settings: JobSettings,
        place: int,
        wanted: AnswerColumn,
        *,
        parent: QWidget | None = None,
    ) -> None:
        count = max(len(settings.answers), place + 1)
        title = f"Answer column {place + 1} of {count}"
        super().__init__(parent, title, icon=answer_icon(wanted.kind), width=_width())
        self.setObjectName("answer-column-dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desk, self._settings, self._place = desk, settings, place
        self._name_edited = self._labels_edited = self._pressed = False
        self._name = TextField(wanted.name, name="Column name")
        self._kind = Combo([answer_word(kind) for kind in _KINDS], name="Type")
        self._about = TextField(wanted.description, name="What should Claude decide?")
        self._several = Segmented(("One", "Several"), name="Labels per row")
        self._labels = LabelTable()
        self._unsure = ToggleRow(CANNOT_TELL, "", on=wanted.cannot_tell)
        self._note = Label(_NOTE, "small", "text3", wrap=True)
        self._price = DefinitionPrice(desk, job, settings, place)
        self._fill(wanted)
        self._lay_out()
        self._connect()
        self._follow()
        self._name.setFocus(Qt.FocusReason.OtherFocusReason)

    def column(self) -> AnswerColumn:
        """Return the column as the fields have it."""
        kind = self._chosen_kind()
        unsure = self._labels.cannot_tell if kind in LABELLED else self._unsure
        return AnswerColumn(
            " ".join(self._name.text().split()),
            kind,
            " ".join(self._about.text().split()),
            self._labels.labels() if kind in LABELLED else (),
            unsure.isChecked() and kind in (AnswerKind.CATEGORY, *_UNSURE_HINTS),
        )

    def problem(self) -> str:
        """Say why this column cannot be asked for; empty when it can."""
        return self._wrong_with(self.column())

    def _wrong_with(self, column: AnswerColumn) -> str:
        others = [c for n, c in enumerate(self._settings.answers) if n != self._place]
        try:
            check_columns((*others, column))
        except SheafError as error:
            return error.what
        return ""

    # --- what the person does ---------------------------------------------------------------

    @Slot()
    def paste(self) -> None:
        """Take the labels on the clipboard, after saying what would change."""
        self.paste_table(QGuiApplication.clipboard().text())

    @Slot(object)
    def paste_table(self, text: str) -> None:
        """Take labels as a spreadsheet copies them, after saying what would change."""
        pasted = read_labels(text)
        if not pasted:
            self._say(_HOW_TO_COPY, "warnText")
            return
        labels, replaced = merged(self._labels.labels(), pasted)
        count = "1 label" if len(pasted) == 1 else f"{len(pasted):,} labels"
        question = Question(
            title=f"Paste {count}?",
            text=f"{count}, {_replaces(replaced)}.\n{_some(pasted)}",
            act=f"Paste {count}",
            icon="clipboard-paste",
        )
        if self._desk.questions.confirm(question, self):
            self._labels.show_labels(labels)

    @Slot()
    def _done(self) -> None:
        if not self.problem():
            self.decided.emit(self._place, self.column())
            self.accept()
            return
        self._pressed = True
        self._follow()
        announce(self, self._note.text())
        if self._name_is_wrong():
            self._name.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self._labels.begin_wrong()

    # --- what follows from it ---------------------------------------------------------------

    @Slot()
    def _follow(self) -> None:
        """Show what belongs to the type, what is wrong, and what it costs."""
        kind = self._chosen_kind()
        labelled = kind in LABELLED
        for part in (self._labels_head, self._labels, self._several_field):
            part.setVisible(labelled)
        self._labels.offer_cannot_tell(offered=kind is AnswerKind.CATEGORY)
        self._unsure.setVisible(kind in _UNSURE_HINTS)
        self._unsure.set_hint(_UNSURE_HINTS.get(kind, ""))
        shown = self._shown_problem()
        self._done_button.setEnabled(not shown)
        mark_bad(self._name, bad=bool(shown) and self._name_is_wrong())
        self._say(shown or (_NOTE if labelled else ""), "badText" if shown else "text3")
        self._price.ask(None if self.problem() else self.column())
        if self.isVisible():
            self.fit()

    def _shown_problem(self) -> str:
        """Return what is wrong where the person has been; the rest is said when Done is pressed."""
        edited = self._labels_edited and len(self._labels.labels()) > 1
        if self._name_is_wrong():
            edited = self._name_edited
        return self.problem() if edited or self._pressed else ""

    def _name_is_wrong(self) -> bool:
        return bool(self._wrong_with(AnswerColumn(self.column().name, AnswerKind.LONG_TEXT)))

    @Slot()
    def _on_name(self) -> None:
        self._name_edited = True
        self._follow()

    @Slot()
    def _on_labels(self) -> None:
        self._labels_edited = True
        self._follow()

    def _say(self, sentence: str, ink: str) -> None:
        self._note.setText(sentence)
        self._note.set_ink(ink)

    # --- fields -----------------------------------------------------------------------------

    def _chosen_kind(self) -> AnswerKind:
        kind = _KINDS[self._kind.currentIndex()]
        several = kind is AnswerKind.CATEGORY and self._several.current == 1
        return AnswerKind.LABELS if several else kind

    def _fill(self, wanted: AnswerColumn) -> None:
        several = wanted.kind is AnswerKind.LABELS
        shown = AnswerKind.CATEGORY if several else wanted.kind
        self._kind.setCurrentIndex(_KINDS.index(shown))
        self._several.choose(int(several))
        self._labels.show_labels(wanted.labels or (AnswerLabel(""), AnswerLabel("")))
        self._labels.cannot_tell.setChecked(
            wanted.cannot_tell or wanted.kind not in LABELLED or several
        )

    def _lay_out(self) -> None:
        self._name.setObjectName("column-name")
        self._kind.setObjectName("column-kind")
        self._about.setObjectName("column-description")
        self._several.setObjectName("labels-per-row")
        self._unsure.setObjectName("cannot-tell-row")
        self._about.setPlaceholderText("In a sentence, as you would tell a colleague")
        self._name.setFixedWidth(THEME.px(176))
        self._kind.setFixedWidth(THEME.px(144))
        self._several_field = Field("Labels per row", self._several)
        fields = row(Field("Column name", self._name), Field("Type", self._kind), gap=16)
        fields.addWidget(Field("What should Claude decide?", self._about), 1)
        fields.addWidget(self._several_field)
        self._labels_head = self._head()
        self.body.addLayout(fields)
        for part in (self._labels_head, self._labels, self._unsure, self._price):
            self.body.addWidget(part)
        self._foot_buttons()

    def _head(self) -> QWidget:
        hint = Label(
            "In this order everywhere. The number is the code in exports.", "small", "text3"
        )
        paste = Button("Paste from spreadsheet", size=28, icon="clipboard-paste")
        add = Button("Add label", size=28, icon="plus")
        paste.setObjectName("paste-labels")
        add.setObjectName("add-label")
        paste.clicked.connect(self.paste)
        add.clicked.connect(self._labels.add_label)
        return box(row(Label("Labels", "heading"), hint, None, paste, add))

    def _foot_buttons(self) -> None:
        cancel = Button("Cancel")
        self._done_button = Button("Done", "primary")
        cancel.setObjectName("cancel")
        self._done_button.setObjectName("done")
        cancel.clicked.connect(self.reject)
        self._done_button.clicked.connect(self._done)
        self.add_quiet(self._note)
        self.add_button(cancel)
        self.add_button(self._done_button, default=True)

    def _connect(self) -> None:
        self._name.textEdited.connect(self._on_name)
        self._about.textEdited.connect(self._follow)
        self._kind.currentIndexChanged.connect(self._follow)
        self._several.chosen.connect(self._follow)
        self._labels.changed.connect(self._on_labels)
        self._labels.table_pasted.connect(self.paste_table)
        self._unsure.toggled.connect(self._follow)
        self._price.shown.connect(self.fit)


def _width() -> int:
    """Return the width at 100 % that still fits the screen at the chosen text size."""
    room = max(QGuiApplication.primaryScreen().availableGeometry().width(), 1024) - 32
    return min(904, room * 100 // THEME.percent)


def _replaces(count: int) -> str:
    if not count:
        return "none replaces an existing one"
    return "1 replaces an existing one" if count == 1 else f"{count:,} replace existing ones"


def _some(labels: tuple[AnswerLabel, ...]) -> str:
    names = ", ".join(label.name for label in labels[:8])
    return names + (" …" if len(labels) > 8 else "")
