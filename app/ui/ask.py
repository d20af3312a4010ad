"""Every question and every file dialog, in one place that tests replace.

Screens take an `Ask` and never open a dialog of Qt's themselves; a test gives them a subclass whose
methods return what the person would have chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from app.core.errors import SheafError
from app.ui.dialogs.limit_choice import LimitAnswer, LimitQuestion, ask_for_limit
from app.ui.dialogs.read_again import ReadAgain, Way
from app.ui.widgets.button import Button
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.label import Label


@dataclass(frozen=True, slots=True)
class Question:
    """A decision for the person: what it is about, what to press, and what is harmless."""

    title: str
    text: str
    act: str
    """The words of the button that does it, such as "Cancel the job"."""
    keep: str = "Cancel"
    """The words of the harmless button, which Esc and the cross press too."""
    dangerous: bool = False
    """Something ends or is deleted: the harmless button has the focus."""
    icon: str = "circle-question-mark"
    icon_ink: str = "accent"


class Ask:
    """Asks the person at the screen, over the window in front unless a parent is given."""

    def choose_file(
        self, title: str, start: Path, patterns: str, parent: QWidget | None = None
    ) -> Path | None:
        """Return a file to read, or None; patterns are written "Spreadsheets (*.csv *.xlsx)"."""
        name, _ = QFileDialog.getOpenFileName(parent or _front(), title, str(start), patterns)
        return Path(name) if name else None

    def choose_folder(self, title: str, start: Path, parent: QWidget | None = None) -> Path | None:
        """Return a folder to read, or None."""
        name = QFileDialog.getExistingDirectory(parent or _front(), title, str(start))
        return Path(name) if name else None

    def save_file(
        self, title: str, start: Path, patterns: str, parent: QWidget | None = None
    ) -> Path | None:
        """Return a file to write, or None; the system has asked about one that exists."""
        name, _ = QFileDialog.getSaveFileName(parent or _front(), title, str(start), patterns)
        return Path(name) if name else None

    def confirm(self, question: Question, parent: QWidget | None = None) -> bool:
        """Ask whether to do something; True only when the act's own button was pressed."""
        return confirm_dialog(parent or _front(), question).exec() == Dialog.DialogCode.Accepted

    def limit(self, question: LimitQuestion, parent: QWidget | None = None) -> LimitAnswer | None:
        """Ask about a job's spend limit; None when the job is not to be sent now."""
        return ask_for_limit(question, parent or _front())

    def read_again(self, error: SheafError, way: Way, parent: QWidget | None = None) -> Way | None:
        """Say why a file could not be read this way; return another way, or None to leave it."""
        dialog = ReadAgain(parent or _front(), error, way)
        return dialog.way if dialog.exec() == Dialog.DialogCode.Accepted else None

    def show_error(self, error: SheafError, parent: QWidget | None = None) -> None:
        """Say what happened, what it means and what to do."""
        error_dialog(parent or _front(), error).exec()


def _front() -> QWidget | None:
    return QApplication.activeWindow()


def confirm_dialog(parent: QWidget | None, question: Question) -> Dialog:
    """Return the dialog that asks a question."""
    icon, ink = question.icon, question.icon_ink
    dialog = Dialog(parent, question.title, icon=icon, icon_ink=ink, width=480)
    dialog.body.addWidget(Label(question.text, "body", "text2", wrap=True))
    keep = Button(question.keep)
    act = Button(question.act, "danger" if question.dangerous else "primary")
    keep.clicked.connect(dialog.reject)
    act.clicked.connect(dialog.accept)
    dialog.add_button(keep, default=question.dangerous)
    dialog.add_button(act, default=not question.dangerous)
    (keep if question.dangerous else act).setFocus()
    return dialog


def error_dialog(parent: QWidget | None, error: SheafError) -> Dialog:
    """Return the dialog that shows an error in its three sentences."""
    dialog = Dialog(parent, error.what, icon="triangle-alert", icon_ink="warn", width=480)
    for sentence in (error.why, error.fix):
        if sentence:
            dialog.body.addWidget(Label(sentence, "body", "text2", wrap=True))
    close = Button("Close", "primary")
    close.clicked.connect(dialog.accept)
    dialog.add_button(close, default=True)
    close.setFocus()
    return dialog
