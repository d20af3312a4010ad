"""After a file could not be read: why, and the menus by which it may be read in another way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from PySide6.QtWidgets import QWidget

from app.core.encodings import ENCODINGS
from app.core.errors import SheafError
from app.engine.verbs import Load
from app.ui.spreadsheets import SEPARATORS
from app.ui.widgets.button import Button
from app.ui.widgets.combo import Combo
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.field import Field
from app.ui.widgets.label import Label

_FOUND = "Let Sheaf find it"
_FIRST_ROW = ("Column names", "Data")


@dataclass(frozen=True, slots=True)
class Way:
    """How a file is to be read: None where its bytes decide."""

    encoding: str | None = None
    delimiter: str | None = None
    header: bool = True


def read_in(verb: Load, way: Way) -> Load:
    """Return the wish to read the same file in another way."""
    return msgspec.structs.replace(
        verb, encoding=way.encoding, delimiter=way.delimiter, header=way.header
    )


class ReadAgain(Dialog):
    """Says what was in the way and offers another way; accepted when it is to be tried."""

    def __init__(self, parent: QWidget | None, error: SheafError, way: Way) -> None:
        super().__init__(parent, error.what, icon="triangle-alert", icon_ink="warn", width=480)
        self.setObjectName("read-again")
        for sentence in (error.why, error.fix):
            if sentence:
                self.body.addWidget(Label(sentence, "body", "text2", wrap=True))
        self._encoding = _menu("Encoding", "again-encoding", ENCODINGS, way.encoding)
        self._separator = _menu("Separator", "again-separator", SEPARATORS, way.delimiter)
        self._first_row = Combo(_FIRST_ROW, name="First row")
        self._first_row.setObjectName("again-first-row")
        self._first_row.setCurrentIndex(0 if way.header else 1)
        for label, menu in (
            ("Encoding", self._encoding),
            ("Separator", self._separator),
            ("First row", self._first_row),
        ):
            self.body.addWidget(Field(label, menu))
        close, again = Button("Close"), Button("Read again", "primary")
        again.setObjectName("read-again-now")
        close.clicked.connect(self.reject)
        again.clicked.connect(self.accept)
        self.add_button(close)
        self.add_button(again, default=True)
        self._separator.setFocus()

    @property
    def way(self) -> Way:
        """How the person wants the file to be read."""
        return Way(
            _chosen(self._encoding, ENCODINGS),
            _chosen(self._separator, SEPARATORS),
            self._first_row.currentIndex() == 0,
        )


def _menu(label: str, name: str, words: Mapping[str, str], current: str | None) -> Combo:
    menu = Combo((_FOUND, *words.values()), name=label)
    menu.setObjectName(name)
    known = [*words]
    menu.setCurrentIndex(
        known.index(current) + 1 if current is not None and current in known else 0
    )
    return menu


def _chosen(menu: Combo, words: Mapping[str, str]) -> str | None:
    place = menu.currentIndex()
    return list(words)[place - 1] if place > 0 else None
