"""The line above the table: which file it is, how it was read, and the way to another file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from app.core.encodings import ENCODINGS, encoding_words
from app.core.job import FolderWish, Job, SourceFile
from app.core.parts import Family
from app.core.table import Action, Sheet
from app.ui.layouts import box, column, row
from app.ui.spreadsheets import SEPARATORS, counted, size_words
from app.ui.theme import THEME
from app.ui.widgets.button import Button
from app.ui.widgets.combo import Combo
from app.ui.widgets.elided_label import ElidedLabel
from app.ui.widgets.icon_view import IconView
from app.ui.widgets.label import Label
from app.ui.widgets.text_field import TextField

_INCLUDED: tuple[tuple[str, frozenset[Family]], ...] = (
    ("All that can be read", frozenset()),
    ("PDF and text files", frozenset({Family.PDF, Family.TEXT, Family.DOCUMENT})),
    ("PDF files", frozenset({Family.PDF})),
    ("Text files", frozenset({Family.TEXT, Family.DOCUMENT})),
    ("Pictures", frozenset({Family.PICTURE})),
)
_BELOW = ("Included", "Left out")
_NAME, _PATTERNS = 128, 112
_FIRST_ROW = ("Column names", "Data")
_ENCODING_DOUBTS = frozenset({"encoding_guessed", "broken_bytes"})
_SEPARATOR_DOUBTS = frozenset({"separator_guessed", *_ENCODING_DOUBTS})
_HEADER_DOUBTS = frozenset({"header_doubtful", "no_header"})
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
        self._first_row, self._first_row_part = _choice("First row", "first-row")
        self._differently = Button("Read differently…", "link")
        self._differently.setObjectName("read-differently")
        self._differently.clicked.connect(self._show_ways)
        self._include, self._include_part = _choice("Include", "include")
        self._below, self._below_part = _choice("Sub-folders", "sub-folders")
        self._patterns, self._patterns_part = _names_field()
        self._patterns.editingFinished.connect(self._on_patterns)
        self._sign = IconView("file-spreadsheet", "accentText", 20)
        replace = Button("Replace…", icon="upload")
        replace.setObjectName("replace-file")
        replace.clicked.connect(self.replace_wanted)
        self._ways = (self._encoding_part, self._separator_part, self._first_row_part)
        self._beside, self._under = row(*self._ways, gap=12), row(None, gap=12)
        self._second_line = box(self._under)
        line = row(self._sign, gap=12)
        line.addLayout(column(self._name, self._place, gap=0), 1)
        for part in (self._below_part, self._include_part, self._patterns_part):
            line.addWidget(part)
        line.addLayout(self._beside)
        for part in (self._sheet_part, self._differently, replace):
            line.addWidget(part)
        self.setLayout(column(line, self._second_line, gap=12))
        THEME.changed.connect(self._resize)
        self._resize()
        ways = (self._encoding, self._separator, self._first_row)
        for combo in (self._sheet, self._include, self._below, *ways):
            combo.activated.connect(self._on_chosen)

    @Slot()
    def _resize(self) -> None:
        self._name.setMinimumWidth(THEME.px(_NAME))
        self._patterns.setFixedWidth(THEME.px(_PATTERNS))

    def show_job(self, job: Job) -> None:
        """Show a job's file."""
        self._job = job
        source = self._source = job.source
        path = Path(source.path)
        self._name.setText(path.name)
        self._place.setText(f"{size_words(source.size)} · opened from {path.parent.name or path}")
        self._show_folder(job)
        self._show_sheets(source, job.rows)
        self._show_parts(job)
        self._show_choice(self._encoding, ENCODINGS, encoding_words(source.encoding or "utf-8"))
        separator = source.delimiter or ""
        self._show_choice(self._separator, SEPARATORS, SEPARATORS.get(separator, "None found"))
        self._first_row.set_choices(_FIRST_ROW, 0 if source.header else 1)

    def _show_parts(self, job: Job) -> None:
        """Show the menus in which something is in doubt, or all once the person wanted them."""
        source = job.source
        wanted = source.path == self._chosen_for
        codes = {notice.code for notice in job.notices}
        is_text, is_divided = source.encoding is not None, source.delimiter is not None
        one = is_divided and len(job.columns) == 1
        shown = (
            is_text and (wanted or bool(codes & _ENCODING_DOUBTS)),
            is_divided and (wanted or one or bool(codes & _SEPARATOR_DOUBTS)),
            (is_divided or bool(source.sheets)) and (wanted or bool(codes & _HEADER_DOUBTS)),
        )
        self._place_ways(below=sum(shown) > 2)
        for part, is_shown in zip(self._ways, shown, strict=True):
            part.setVisible(is_shown)
        self._differently.setVisible(not wanted and (is_text or bool(source.sheets)))

    def _place_ways(self, *, below: bool) -> None:
        """Put the menus beside the file's name, or below it, where three of them have room."""
        target = self._under if below else self._beside
        for place, part in enumerate(self._ways):
            self._under.removeWidget(part)
            self._beside.removeWidget(part)
            target.insertWidget(place, part)
        self._second_line.setVisible(below)

    @Slot()
    def _show_ways(self) -> None:
        """Show every menu by which the file could be read in another way."""
        self._chosen_for = self._source.path
        if self._job is not None:
            self._show_parts(self._job)
            first = self._first_row if self._encoding_part.isHidden() else self._encoding
            first.setFocus()

    def show_likely(self, codecs: Sequence[str]) -> None:
        """Offer first the encodings that fit; the others follow by region."""
        first = [encoding_words(codec) for codec in codecs]
        current = self._encoding.currentText()
        choices = list(dict.fromkeys((*first, current, *ENCODINGS.values())))
        self._encoding.set_choices(choices, choices.index(current))

    def show_again(self) -> None:
        """Show how the file was read, after it could not be read as it was chosen."""
        if self._job is not None:
            self.show_job(self._job)

    def _show_folder(self, job: Job) -> None:
        source, wish = job.source, job.source.folder
        self._sign.show_icon("file-spreadsheet" if wish is None else "folder-open", "accentText")
        self._include_part.setVisible(wish is not None)
        self._patterns_part.setVisible(wish is not None)
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
        self._patterns.setText("; ".join(wish.patterns))

    @property
    def folder(self) -> FolderWish | None:
        """Which files of a folder are chosen; None for a spreadsheet."""
        wish = self._source.folder
        if wish is None:
            return None
        _, kinds = _INCLUDED[max(self._include.currentIndex(), 0)]
        return FolderWish(self._below.currentIndex() != 1, tuple(sorted(kinds)), self._wanted_names)

    @property
    def _wanted_names(self) -> tuple[str, ...]:
        return tuple(part.strip() for part in self._patterns.text().split(";") if part.strip())

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

    @property
    def header(self) -> bool:
        """Whether the first row has the columns' names."""
        return self._first_row.currentIndex() != 1

    def _chosen(self, part: QWidget, combo: Combo, words: Mapping[str, str]) -> str | None:
        if part.isHidden():
            return None
        return next((key for key, word in words.items() if word == combo.currentText()), None)

    def _show_sheets(self, source: SourceFile, rows: int) -> None:
        self._sheet_part.setVisible(len(source.sheets) > 1)
        names = [sheet.name for sheet in source.sheets]
        words = [_with_rows(s, rows if s.name == source.sheet else None) for s in source.sheets]
        self._sheet.set_choices(words, names.index(source.sheet) if source.sheet in names else 0)

    @staticmethod
    def _show_choice(combo: Combo, words: Mapping[str, str], current: str) -> None:
        choices = list(words.values())
        if current not in choices:
            choices.insert(0, current)
        combo.set_choices(choices, choices.index(current))

    @Slot()
    def _on_patterns(self) -> None:
        """Read the folder again once other names are wanted; leaving the field alone does not."""
        wish = self._source.folder
        if wish is not None and self._wanted_names != wish.patterns:
            self._on_chosen()

    @Slot()
    def _on_chosen(self) -> None:
        self._chosen_for = self._source.path
        self.reading_chosen.emit()


def _with_rows(sheet: Sheet, rows: int | None) -> str:
    """Name a sheet, with its rows where they were read, and say when its workbook hides it."""
    about = [f"{rows:,}"] if rows is not None else []
    about += ["hidden"] if sheet.hidden else []
    return f"{sheet.name} ({', '.join(about)})" if about else sheet.name


def _names_field() -> tuple[TextField, QWidget]:
    field = TextField(name="Names of files, such as *.pdf", placeholder="*.pdf; 2025*")
    field.setObjectName("name-patterns")
    words = Label("Names", "body", "text2")
    words.setBuddy(field)
    return field, box(row(words, field, gap=10))


def _choice(label: str, name: str) -> tuple[Combo, QWidget]:
    combo = Combo(name=label)
    combo.setObjectName(name)
    words = Label(label, "body", "text2")
    words.setBuddy(combo)
    return combo, box(row(words, combo, gap=10))
