"""The screen of a new job: drop a spreadsheet or a folder, choose one, or try a sample."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QBoxLayout, QButtonGroup, QScrollArea

from app.engine.samples import Sample
from app.ui.layouts import box, column, row
from app.ui.theme import THEME
from app.ui.widgets.button import Button
from app.ui.widgets.drop_zone import DropZone
from app.ui.widgets.label import Label
from app.ui.widgets.panel import Panel
from app.ui.widgets.sample_card import SampleCard

HEADING = "Ask one question of every row"
PROMISE = (
    "Drop your data in, say what you want to know about each row, see the price first, "
    "come back to a finished spreadsheet."
)
KINDS = (
    "Excel, CSV, OpenDocument or JSON Lines, cells that you paste, or a folder of documents and "
    "pictures. Nothing leaves this computer until you submit."
)
FREE = "Free. Practice answers, no key needed."
_WIDEST = 960
_TINTS = "ABCD"


class FirstRun(Panel):
    """Emits `file_wanted`, `folder_wanted`, or `sample_wanted` with the sample."""

    file_wanted = Signal()
    folder_wanted = Signal()
    sample_wanted = Signal(object)

    def __init__(self, samples: Sequence[Sample]) -> None:
        super().__init__()
        self._samples = tuple(samples)
        self.setObjectName("first-run")
        choose = Button("Choose file…", "primary", size=40, icon="file-spreadsheet")
        choose.setObjectName("choose-file")
        choose.clicked.connect(self.file_wanted)
        folder = Button("Choose folder…", size=40, icon="folder-open")
        folder.setObjectName("choose-folder")
        folder.clicked.connect(self.folder_wanted)
        self.zone = DropZone("Drop a spreadsheet or a folder here", KINDS, choose, folder)
        self._promise = Label(PROMISE, "body", "text2", wrap=True)
        self._cards = QButtonGroup(self)
        self._cards.setExclusive(False)
        self._cards.buttonClicked.connect(self._on_card)
        self._content = box(self._lines())
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._sides = row(margins=(40, 0, 40, 0))
        self._sides.addWidget(self._content)
        area.setWidget(box(self._sides))
        self.setLayout(column(area, margins=(0, 0, 0, 0)))

    def sizeHint(self) -> QSize:
        """Return the size that shows everything."""
        return QSize(960, 720)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the content readable in a wide window: centred, once there is room for that."""
        super().resizeEvent(event)
        wide = self.window().width() >= THEME.px(1400)
        side = max(40, (self.width() - THEME.px(_WIDEST)) // 2) if wide else 40
        self._sides.setContentsMargins(side, 0, side, 0)

    def _lines(self) -> QBoxLayout:
        heading = column(Label(HEADING, "display"), self._promise, gap=8)
        free = Label(FREE, "small", "text2")
        others = row(Label("Or try with sample data", "heading"), free, None, gap=12)
        cards = row(*(self._card(n) for n in range(len(self._samples))), gap=16)
        lines = column(heading, gap=0, margins=(0, 40, 0, 24))
        lines.addSpacing(28)
        lines.addWidget(self.zone, 10)
        lines.addSpacing(32)
        lines.addLayout(column(others, cards, gap=12))
        lines.addStretch(1)
        return lines

    def _card(self, number: int) -> SampleCard:
        sample = self._samples[number]
        tint = _TINTS[number % len(_TINTS)]
        card = SampleCard(sample.title, f"{sample.rows:,} rows", sample.hint, sample.icon, tint)
        card.setObjectName(f"sample-{number + 1}")
        self._cards.addButton(card, number)
        return card

    @Slot(QAbstractButton)
    def _on_card(self, card: QAbstractButton) -> None:
        self.sample_wanted.emit(self._samples[self._cards.id(card)])
