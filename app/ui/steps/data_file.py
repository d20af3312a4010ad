"""The line above the table: which file it is, how it was read, and the way to another file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from app.core.encodings import ENCODINGS, encoding_words
from app.core.job import FolderWish, Job, SourceFile
from app.core.parts import Family
from app.core.table import Action, Sheet
from app.ui.layouts import box, column, row
from app.ui.spreadsheets import SEPARATORS, counted, size_words
from app.ui.widgets.button import Button
from app.ui.widgets.combo import Combo
from app.ui.widgets.elided_label import ElidedLabel
from app.ui.widgets.icon_view import IconView
from app.ui.widgets.label import Label

_INCLUDED: tuple[tuple[str, frozenset[Family]], ...] = (
    ("All that can be read", frozenset()),
    ("PDF and text files", frozenset({Family.PDF, Family.TEXT, Family.DOCUMENT})),
    ("PDF files", frozenset({Family.PDF})),
    ("Text files", frozenset({Family.TEXT, Family.DOCUMENT})),
    ("Pictures", frozenset({Family.PICTURE})),
)
_BELOW = ("Included", "Left out")
_DOUBTS = frozenset({"encoding_guessed", "broken_bytes"})
"""Notices after which a person may want to choose how the text is read."""


class DataFile(QWidget):
    """Emits `replace_wanted`, or `reading_chosen` when the file is to be read in another way."""

    replace_wanted = Signal()
    reading_chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._job: Job | None = None
        self._source = SourceFile("")
        self._chosen_for = ""
        """The file for which the person chose how it is read: they may choose again."""
        self._name = ElidedLabel("", "bodyS")
        self._place = ElidedLabel("", "small", "text2")
        self._sheet, self._sheet_part = _choice("Sheet", "sheet")
        self._encoding, self._encoding_part = _choice("Encoding", "encoding")
        self._separator, self._separator_part = _choice("Separator", "separator")
        self._include, self._include_part = _choice("Include", "include")
        self._below, self._below_part = _choice("Sub-folders", "sub-folders")
        self._sign = IconView("file-spreadsheet", "accentText", 20)
        replace = Button("Replace…", icon="upload")
        replace.setObjectName("replace-file")
        replace.clicked.connect(self.replace_wanted)
        line = row(self._sign, gap=12)
        line.addLayout(column(self._name, self._place, gap=0), 1)
        folder = (self._below_part, self._include_part)
        text = (self._encoding_part, self._separator_part, self._sheet_part)
        for part in (*folder, *text, replace):
            line.addWidget(part)
        self.setLayout(line)
        combos = (self._sheet, self._encoding, self._separator, self._include, self._below)
        for combo in combos:
            combo.activated.connect(self._on_chosen)

    def show_job(self, job: Job) -> None:
        """Show a job's file."""
        self._job = job
        source = self._source = job.source
        path = Path(source.path)
        self._name.setText(path.name)
        self._place.setText(f"{size_words(source.size)} · opened from {path.parent.name or path}")
        self._show_folder(job)
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

    def show_again(self) -> None:
        """Show how the file was read, after it could not be read as it was chosen."""
        if self._job is not None:
            self.show_job(self._job)

    def _show_folder(self, job: Job) -> None:
        source, wish = job.source, job.source.folder
        self._sign.show_icon("file-spreadsheet" if wish is None else "folder-open", "accentText")
        self._include_part.setVisible(wish is not None)
        self._below_part.setVisible(wish is not None and (source.folders > 0 or not wish.recursive))
        if wish is None:
            return
        files = f"{counted(job.rows, 'file')} · {size_words(source.size)}"
        below = f" · {counted(source.folders, 'sub-folder')} included" if source.folders else ""
        self._place.setText(files + below)
        chosen = frozenset(wish.families)
        place = next((n for n, (_, kinds) in enumerate(_INCLUDED) if kinds == chosen), 0)
        self._include.set_choices([words for words, _ in _INCLUDED], place)
        self._below.set_choices(_BELOW, 0 if wish.recursive else 1)

    @property
    def folder(self) -> FolderWish | None:
        """Which files of a folder are chosen; None for a spreadsheet."""
        wish = self._source.folder
        if wish is None:
            return None
        _, kinds = _INCLUDED[max(self._include.currentIndex(), 0)]
        return FolderWish(self._below.currentIndex() != 1, tuple(sorted(kinds)), wish.patterns)

    def offer(self, action: Action) -> None:
        """Open the menu in which a person can do something about what was noticed."""
        menus = {
            Action.CHOOSE_ENCODING: (self._encoding, self._encoding_part),
            Action.CHOOSE_SEPARATOR: (self._separator, self._separator_part),
            Action.CHOOSE_SHEET: (self._sheet, self._sheet_part),
        }
        combo, part = menus[action]
        part.show()
        combo.setFocus()
        combo.showPopup()

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
