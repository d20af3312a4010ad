"""Which column tells the rows apart, and whether it does."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Signal, Slot

from app.core.errors import SheafError
from app.core.job import Job
from app.engine.replies import IdCheck
from app.engine.verbs import CheckId
from app.ui.desk import Desk
from app.ui.layouts import column, row
from app.ui.spreadsheets import unit_of
from app.ui.widgets.button import Button
from app.ui.widgets.card import Card
from app.ui.widgets.combo import Combo
from app.ui.widgets.icon_view import IconView
from app.ui.widgets.label import Label

ROW_NUMBER = "Row number"
_ID_WORDS = frozenset(
    {"id", "uuid", "guid", "nr", "no", "num", "number", "nummer", "key", "code", "ref"}
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_MOST_TRIED = 3
"""How many columns are looked through for one that could be the row ID."""


_NAMES_OF_FILES = ("file_name", "file")
"""What tells the files of a folder apart: their names, or where they lie."""


def likely_ids(names: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that are called like an ID, such as "review_id" or "TicketNo"."""
    last = {name: (_WORD.findall(name) or [""])[-1].lower() for name in names}
    found = [name for name in names if last[name] in _ID_WORDS]
    return tuple(sorted(found, key=lambda name: last[name] != "id"))[:_MOST_TRIED]


class RowIdCard(Card):
    """Offers the row number and every column; emits `changed` with each choice.

    Until the person has chosen, it takes a column that is called like an ID and has no repeats.
    """

    changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._path = ""
        self._names: tuple[str, ...] = ()
        self._rows = 0
        self._likely: tuple[str, ...] = ()
        self._known: dict[str, IdCheck] = {}
        self._decided = False
        self._combo = Combo(name="Row ID")
        self._combo.setObjectName("row-id")
        title = Label("Row ID", "heading")
        title.setBuddy(self._combo)
        self._sign = IconView("circle-check", "okText")
        self._words = Label("", "small", wrap=True)
        self._instead = Button("Use the row number instead", "link", size=24)
        self._instead.setObjectName("use-row-number")
        self._hint = Label("", "small", "text2", wrap=True)
        verdict = row(self._sign, gap=6)
        verdict.addWidget(self._words, 1)
        lines = column(title, self._hint, self._combo, verdict, self._instead, gap=8)
        lines.setContentsMargins(16, 12, 16, 12)
        self.setLayout(lines)
        self._combo.activated.connect(self._on_chosen)
        self._instead.clicked.connect(self._use_row_number)

    @property
    def chosen(self) -> str | None:
        """The column that is chosen; empty for the row number, None before any choice."""
        place = self._combo.currentIndex()
        if place > 0:
            return self._names[place - 1]
        return "" if self._decided else None

    def show_job(self, path: str, job: Job) -> None:
        """Offer a job's columns and show which one is chosen."""
        if path != self._path or job.column_names != self._names or job.rows != self._rows:
            self._known.clear()
        self._path, self._names, self._rows = path, job.column_names, job.rows
        self._hint.setText(f"Used to match each answer to its {unit_of(job.source)}.")
        of_folder = job.source.folder is not None
        self._likely = _NAMES_OF_FILES if of_folder else likely_ids(self._names)
        wanted = job.settings.id_column
        place = self._names.index(wanted) + 1 if wanted in self._names else 0
        self._decided = place > 0 or wanted == ""
        self._combo.set_choices([ROW_NUMBER, *self._names], place)
        self._check()
        if not self._decided:
            self._suggest()

    @Slot()
    def _on_chosen(self) -> None:
        self._decided = True
        self._check()
        self.changed.emit()

    def _suggest(self) -> None:
        """Look through the columns that are called like an ID, and take the first that is one."""
        for name in self._likely:
            if (check := self._known.get(name)) is None:
                self._ask(name, failed=_leave_it)
                return
            if not check.repeated and not check.blank:
                self._combo.setCurrentIndex(self._names.index(name) + 1)
                self._on_chosen()
                return

    @Slot()
    def _use_row_number(self) -> None:
        self._combo.setCurrentIndex(0)
        self._on_chosen()

    def _check(self) -> None:
        name = self.chosen
        if not name:
            self._say("ok", "Every row has its own number")
        elif name in self._known:
            self._judge(self._known[name])
        else:
            self._say("", "Looking at the values…")
            self._ask(name)

    def _ask(self, name: str, failed: Callable[[SheafError], None] | None = None) -> None:
        asked = partial(self._checked, self._path)
        self._desk.ask(CheckId(self._path, name), owner=self, done=asked, failed=failed)

    def _checked(self, path: str, check: IdCheck) -> None:
        if path != self._path:
            return
        self._known[check.column] = check
        if check.column == self.chosen:
            self._judge(check)
        elif not self._decided:
            self._suggest()

    def _judge(self, check: IdCheck) -> None:
        if check.repeated:
            self._say("warn", f"{check.repeated:,} rows share their value with others")
        elif check.blank:
            are = "row has" if check.blank == 1 else "rows have"
            self._say("warn", f"{check.blank:,} {are} no value here")
        else:
            every = f"All {self._rows:,} values are different"
            self._say("ok", every if self._rows != 1 else "The one row has a value here")

    def _say(self, tone: str, sentence: str) -> None:
        icons = {"ok": "circle-check", "warn": "triangle-alert"}
        self._sign.show_icon(icons.get(tone, ""), tone or "text3")
        self._sign.setVisible(bool(tone))
        self._words.setText(sentence)
        self._words.set_ink(f"{tone}Text" if tone else "text3")
        self._instead.setVisible(tone == "warn")


def _leave_it(_error: SheafError) -> None:
    """Keep the row number: nobody has asked for another ID."""
