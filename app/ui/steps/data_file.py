"""The line above the table: which file it is, how it was read, and the way to another file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from app.core.encodings import ENCODINGS, encoding_words
from app.core.job import Job, SourceFile
from app.core.table import Sheet
from app.ui.layouts import box, column, row
from app.ui.spreadsheets import SEPARATORS, size_words
from app.ui.widgets.button import Button
from app.ui.widgets.combo import Combo
from app.ui.widgets.elided_label import ElidedLabel
from app.ui.widgets.icon_view import IconView
from app.ui.widgets.label import Label

_DOUBTS = frozenset({"encoding_guessed", "broken_bytes"})
"""Notices after which a person may want to choose how the text is read."""


class DataFile(QWidget):
    """Emits `replace_wanted`, or `reading_chosen` when the file is to be read in another way."""

    replace_wanted = Signal()
    reading_chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._source = SourceFile("")
        self._chosen_for = ""
        """The file for which the person chose how it is read: they may choose again."""
        self._name = ElidedLabel("", "bodyS")
        self._place = ElidedLabel("", "small", "text2")
        self._sheet, self._sheet_part = _choice("Sheet", "sheet")
        self._encoding, self._encoding_part = _choice("Encoding", "encoding")
        self._separator, self._separator_part = _choice("Separator", "separator")
        replace = Button("Replace…", icon="upload")
        replace.setObjectName("replace-file")
        replace.clicked.connect(self.replace_wanted)
        line = row(IconView("file-spreadsheet", "accentText", 20), gap=12)
        line.addLayout(column(self._name, self._place, gap=0), 1)
        for part in (self._encoding_part, self._separator_part, self._sheet_part, replace):
            line.addWidget(part)
        self.setLayout(line)
        for combo in (self._sheet, self._encoding, self._separator):
            combo.activated.connect(self._on_chosen)

    def show_job(self, job: Job) -> None:
        """Show a job's file."""
        source = self._source = job.source
        path = Path(source.path)
        self._name.setText(path.name)
        self._place.setText(f"{size_words(source.size)} · opened from {path.parent.name or path}")
        self._show_sheets(source)
        text = source.encoding is not None
        doubt = text and (
            source.path == self._chosen_for or any(n.code in _DOUBTS for n in job.notices)
        )
        self._encoding_part.setVisible(doubt)
        self._separator_part.setVisible(doubt or (text and len(job.columns) == 1))
        self._show_choice(self._encoding, ENCODINGS, encoding_words(source.encoding or "utf-8"))
        separator = source.delimiter or ""
        self._show_choice(self._separator, SEPARATORS, SEPARATORS.get(separator, "None found"))

    @property
    def sheet(self) -> str | None:
        """The sheet that is chosen, if there are several."""
        if not self._source.sheets:
            return None
        return self._source.sheets[max(self._sheet.currentIndex(), 0)].name

    @property
    def encoding(self) -> str | None:
        """The encoding that is chosen, None for the one that was found."""
        return self._chosen(self._encoding_part, self._encoding, ENCODINGS)

    def choose_encoding(self, codec: str) -> None:
        """Read the file in this encoding, as if it had been chosen in the menu."""
        self._show_choice(self._encoding, ENCODINGS, encoding_words(codec))
        self._on_chosen()

    @property
    def separator(self) -> str | None:
        """The separator that is chosen, None for the one that was found."""
        return self._chosen(self._separator_part, self._separator, SEPARATORS)

    def _chosen(self, part: QWidget, combo: Combo, words: Mapping[str, str]) -> str | None:
        if part.isHidden():
            return None
        return next((key for key, word in words.items() if word == combo.currentText()), None)

    def _show_sheets(self, source: SourceFile) -> None:
        self._sheet_part.setVisible(len(source.sheets) > 1)
        names = [sheet.name for sheet in source.sheets]
        words = [_with_rows(sheet, header=source.header) for sheet in source.sheets]
        self._sheet.set_choices(words, names.index(source.sheet) if source.sheet in names else 0)

    @staticmethod
    def _show_choice(combo: Combo, words: Mapping[str, str], current: str) -> None:
        choices = list(words.values())
        if current not in choices:
            choices.insert(0, current)
        combo.set_choices(choices, choices.index(current))

    @Slot()
    def _on_chosen(self) -> None:
        self._chosen_for = self._source.path
        self.reading_chosen.emit()


def _with_rows(sheet: Sheet, *, header: bool) -> str:
    """Name a sheet with its number of rows, the one with the column names not counted."""
    if not sheet.rows:
        return sheet.name
    return f"{sheet.name} ({sheet.rows - header:,})"


def _choice(label: str, name: str) -> tuple[Combo, QWidget]:
    combo = Combo(name=label)
    combo.setObjectName(name)
    words = Label(label, "body", "text2")
    words.setBuddy(combo)
    return combo, box(row(words, combo, gap=10))
