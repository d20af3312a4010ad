"""Two ways to read a file that does not say how it was saved: which one looks right?"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QWidget

from app.core.encodings import region_words, short_words
from app.core.errors import SheafError
from app.core.job import Job
from app.engine.replies import Example, Reading, Readings
from app.engine.verbs import CompareReadings
from app.ui.desk import Desk
from app.ui.layouts import column, row
from app.ui.widgets.label import Label
from app.ui.widgets.reading_card import ReadingCard, Words


class ReadingCards(QWidget):
    """Shows two readings, the likelier first; emits `chosen` with the encoding of the other.

    `compared` brings what differs between them, once the engine has looked.
    """

    chosen = Signal(object)
    compared = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._doubtful = ""
        """The file of which two readings are shown."""
        self._path = ""
        self._codecs: tuple[str, str] = ("", "")
        self._cards = (ReadingCard(), ReadingCard())
        self._group = QButtonGroup(self)
        self._count = Label("", "small", "text2")
        for number, card in enumerate(self._cards):
            card.setObjectName(f"reading-{number + 1}")
            self._group.addButton(card, number)
        self._group.buttonClicked.connect(self._on_clicked)
        title = row(Label("Which reading looks right?", "heading"), None, self._count, gap=12)
        cards = row(gap=8)
        for card in self._cards:
            cards.addWidget(card, 1)
        lines = column(gap=8)
        lines.addLayout(title)
        lines.addLayout(cards)
        lines.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setLayout(lines)
        self.hide()

    @property
    def codecs(self) -> tuple[str, str]:
        """The two encodings, the likelier first."""
        return self._codecs

    def look_into(self, path: str, job: Job) -> None:
        """Show two readings of a doubtful file, until the person has left it for another."""
        codec = job.source.encoding
        self._path = path
        if self._doubtful != job.source.path:
            self._doubtful = ""
            self.hide()
        is_guess = any(notice.code == "encoding_guessed" for notice in job.notices)
        if codec is None or not (is_guess or self._doubtful):
            return
        codecs: tuple[str, ...] = ()
        if self._doubtful:
            likely, other = self._codecs
            codecs = (likely, other if codec in (likely, other) else codec)
        self._doubtful = job.source.path
        done = partial(self._take, path, codec)
        self._desk.ask(CompareReadings(path, codecs), owner=self, done=done, failed=_leave_it)

    def _take(self, path: str, codec: str, found: Readings | None) -> None:
        if path == self._path and found is not None and found.count:
            self.show_readings(found, codec)
            self.compared.emit(found)

    def show_readings(self, found: Readings, current: str) -> None:
        """Show two readings and which one holds."""
        readings = (found.now, found.other)
        self._codecs = (found.now.codec, found.other.codec)
        for number, (card, reading) in enumerate(zip(self._cards, readings, strict=True)):
            badge = "" if number else "More likely"
            name, about = short_words(reading.codec), region_words(reading.codec)
            card.show_reading(name, about, _lines(reading), badge=badge)
        self._count.setText(_said(found))
        self.choose(current)
        self.show()

    def choose(self, codec: str) -> None:
        """Mark the reading that holds."""
        if codec in self._codecs:
            self._cards[self._codecs.index(codec)].setChecked(True)

    @Slot(QAbstractButton)
    def _on_clicked(self, card: QAbstractButton) -> None:
        self.chosen.emit(self._codecs[self._group.id(card)])


def _leave_it(_error: SheafError) -> None:
    """A second reading is an offer: without it the best guess stays."""


def _said(found: Readings) -> str:
    rows = "1 row reads" if found.count == 1 else f"{found.count:,} rows read"
    least = "" if found.whole else "At least "
    return f"The file does not say how it was saved. {least}{rows} differently."


def _lines(reading: Reading) -> list[Words]:
    return [_words(example) for example in reading.examples]


def _words(example: Example) -> Words:
    differ = set(example.differ)
    return [(word, place in differ) for place, word in enumerate(example.words.split(" "))]
