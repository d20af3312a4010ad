"""Every control in every state on one sheet: `python -m tests.ui.gallery light out.png`."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QGridLayout,
    QRadioButton,
    QWidget,
)

from app.ui.layouts import column, row
from app.ui.style import start_theme
from app.ui.theme import THEME
from app.ui.widgets.banner import Banner
from app.ui.widgets.batch_bar import BatchBar
from app.ui.widgets.button import Button
from app.ui.widgets.card import Card
from app.ui.widgets.column_chip import ChipColour, ColumnChip
from app.ui.widgets.combo import Combo
from app.ui.widgets.cost_bar import CostBar, CostPart
from app.ui.widgets.data_table import DataTable
from app.ui.widgets.distribution_row import DistributionRow
from app.ui.widgets.drop_zone import DropZone
from app.ui.widgets.empty_state import EmptyState
from app.ui.widgets.field import Field, mark_bad
from app.ui.widgets.filter_chip import FilterChip
from app.ui.widgets.flow import Flow
from app.ui.widgets.focus_ring import _Ring
from app.ui.widgets.hair_line import HairLine
from app.ui.widgets.icon_button import IconButton
from app.ui.widgets.label import Label
from app.ui.widgets.label_chip import LabelChip
from app.ui.widgets.mark import Mark
from app.ui.widgets.model_card import ModelCard
from app.ui.widgets.money_field import MoneyField
from app.ui.widgets.number_field import NumberField
from app.ui.widgets.option_card import OptionCard
from app.ui.widgets.panel import Panel
from app.ui.widgets.pill import Pill
from app.ui.widgets.progress import Progress, Stage
from app.ui.widgets.segment_bar import SegmentBar
from app.ui.widgets.segmented import Segmented
from app.ui.widgets.steps_header import StepsHeader
from app.ui.widgets.table_card import TableCard
from app.ui.widgets.table_cells import LOOK_ROLE, MISSING, Column, Look
from app.ui.widgets.text_field import TextField
from app.ui.widgets.toggle import Toggle
from app.ui.widgets.toggle_row import ToggleRow
from app.ui.widgets.tone import Tone

RESOURCES = Path(__file__).parents[2] / "resources"
_focused: list[QWidget] = []


def _under_pointer(widget: QWidget) -> QWidget:
    widget.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    return widget


def _pressed(button: Button) -> Button:
    button.setDown(True)
    return button


def _off(widget: QWidget) -> QWidget:
    widget.setEnabled(False)
    return widget


def _focus(widget: QWidget) -> QWidget:
    _focused.append(widget)
    return widget


def _section(title: str, *items: object, gap: int = 10) -> Card:
    return Card(column(Label(title, "heading"), *items, None, gap=gap, margins=(19, 12, 19, 19)))  # type: ignore[arg-type]


def _line(caption: str, *items: object) -> object:
    label = Label(caption, "small", "text2")
    label.setFixedWidth(78)
    return row(label, *items, None, gap=10)  # type: ignore[arg-type]


def _buttons() -> Card:
    def states(kind: str) -> list[QWidget]:
        return [
            Button("Default", kind),
            _under_pointer(Button("Hover", kind)),
            _pressed(Button("Pressed", kind)),
            _focus(Button("Focused", kind)),
            _off(Button("Disabled", kind)),
        ]

    return _section(
        "Buttons",
        _line("Primary", *states("primary")),
        _line("Secondary", *states("secondary")),
        _line(
            "Quiet",
            Button("Default", "ghost"),
            _under_pointer(Button("Hover", "ghost")),
            Button("Link", "link"),
            _under_pointer(Button("Link hover", "link")),
            Button("Cancel job…", "danger", icon="x"),
        ),
        _line(
            "Sizes",
            Button("Small 28", size=28, icon="plus"),
            Button("Medium 32", icon="plus"),
            Button("Large 40", "primary", size=40, icon="plus"),
            Button("Export", trailing="chevron-down"),
        ),
        _line(
            "Icons",
            IconButton("settings", "Settings"),
            _under_pointer(IconButton("trash-2", "Delete column")),
            IconButton("chevron-left", "Row before", edge=True),
            _off(IconButton("chevron-right", "Next row", edge=True)),
            Mark(24, "surface"),
            Mark(48, "surface"),
            Mark(16, "surface"),
        ),
    )


def _fields() -> Card:
    bad = TextField("sk-ant-…", name="Key")
    mark_bad(bad, bad=True)
    locked = _off(TextField("Locked while running", name="Locked"))
    checked, unchecked = QCheckBox("Checked"), QCheckBox("Unchecked")
    checked.setChecked(True)
    mixed = QCheckBox("Some")
    mixed.setTristate(True)
    mixed.setCheckState(Qt.CheckState.PartiallyChecked)
    on, away = QRadioButton("On"), QRadioButton("Off")
    on.setChecked(True)
    grid = QGridLayout()
    grid.setSpacing(10)
    cells = [
        TextField(name="Empty", placeholder="Placeholder"),
        TextField("review_id", name="Column"),
        bad,
        locked,
        Combo(["Reviews (23,412)", "Sheet2"], name="Sheet"),
        NumberField(2000, name="Rows per batch", unit="rows"),
        TextField(name="Search", placeholder="Search rows and answers", icon="search"),
        MoneyField(name="Spend limit", placeholder="No limit"),
    ]
    for place, cell in enumerate(cells):
        grid.addWidget(cell, place // 2, place % 2)
    failed = Field("API key", TextField("sk-ant-…", name="API key"))
    failed.fail("This key was not accepted. It may have been deleted or copied incompletely.")
    return _section(
        "Fields",
        grid,
        row(checked, unchecked, mixed, on, away, Toggle("A", on=True), Toggle("B"), None, gap=16),
        failed,
        ToggleRow("Tell me when a job finishes", "A desktop notification.", on=True),
        row(
            Segmented(["System", "Light", "Dark"], icons=["monitor", "sun", "moon"], current=1),
            Segmented(["One", "Several"]),
            None,
            gap=16,
        ),
    )


def _status() -> Card:
    flow = Flow(8)
    for name in ("Delivery", "Quality", "Price", "Size and fit", "Customer service", "R&D <b>"):
        flow.addWidget(LabelChip(name, removable=True))
    chosen = FilterChip("All", "23,412")
    chosen.setChecked(True)
    option = OptionCard("Selected", "tag")
    option.setChecked(True)
    return _section(
        "Status: icon + words + colour",
        row(Pill("Waiting", Tone.NEUTRAL, "clock"), Pill("Sending", Tone.NEUTRAL, "send"),
            Pill("Working", Tone.RUN, "loader"), Pill("Finished", Tone.OK, "check"),
            Pill("Suggested", Tone.OK), None),
        row(Pill("11 failed", Tone.WARN, "triangle-alert"),
            Pill("Cancelled", Tone.NEUTRAL, "circle-slash"),
            Pill("Ran out of time", Tone.BAD, "clock"),
            Pill("Not accepted", Tone.BAD, "circle-x"), None),
        row(chosen, FilterChip("Answered", "23,296", icon="check", icon_ink="ok"),
            FilterChip("Failed", "61", icon="circle-x", icon_ink="bad"), None),
        row(ColumnChip("review_text", ChipColour.LONG_TEXT, used=True),
            ColumnChip("product", ChipColour.TEXT, used=True),
            ColumnChip("stars", ChipColour.NUMBER, used=True),
            ColumnChip("country", ChipColour.OTHER, used=True),
            ColumnChip("posted_on", ChipColour.OTHER), None),
        flow,
        row(option, _under_pointer(OptionCard("Hover", "languages")),
            OptionCard("Default", "list-checks"), OptionCard("Default", "pencil-line")),
    )  # fmt: skip


def _progress() -> Card:
    done = Progress(2000, Stage.FINISHED)
    failed = Progress(2000, Stage.FINISHED, failed=11)
    working = Progress(2000, Stage.WORKING)
    stopped = Progress(2000, Stage.STOPPED, answered=1200)
    checking = Progress(2000, Stage.CHECKING)
    few = [done, done, failed, working, working, Progress(2000, Stage.SENDING), checking,
           stopped, Progress(1412, Stage.WAITING)]  # fmt: skip
    many = [done] * 30 + [failed] * 10 + [working] * 8 + [Progress(2000, Stage.WAITING)] * 9
    return _section(
        "Progress and banners",
        SegmentBar(few),
        SegmentBar(many),
        row(BatchBar(done), BatchBar(failed), BatchBar(working), BatchBar(stopped), gap=12),
        Banner(Tone.OK, "Saved to Documents › Sheaf", "store-reviews-answers.csv, 23,412 rows"),
        Banner(Tone.WARN, "121 reviews are blank", "They would be sent anyway, for about $0.01.",
               button=Button("Leave them out", size=28)),
        Banner(Tone.BAD, "This key was not accepted",
               "Check it in the Anthropic Console, or paste a new one."),
        Banner(Tone.RUN, "Checking whether batch 7 arrived",
               "The connection broke while batch 7 was being sent. Sheaf is asking Anthropic "
               "whether it arrived, so that you never pay twice. There is nothing to do.",
               icon="search-check"),
    )  # fmt: skip


def _type() -> Card:
    samples = [
        ("figure", "$4.12"),
        ("display", "Ask one question"),
        ("title", "Store reviews, March"),
        ("heading", "Answer columns"),
        ("body", "23,412 rows · 6 columns"),
        ("bodyS", "Claude Haiku"),
        ("small", "Tested just now <b>"),
        ("mono", "msgbatch_01Hk…V8dQ"),
    ]
    lines = [Label(f"{role}  {words}", role) for role, words in samples]
    steps = StepsHeader(["Data", "Instructions", "Model & cost", "Review"])
    steps.show_step(1)
    struck = row(Label("Standard price", "body", "text2"), None, Label("$8.24", strike=True))
    return _section("Type", *lines, steps, struck, gap=6)


def _cards() -> Card:
    chosen = ModelCard(
        "Claude Haiku", "Quick and careful. Right for sorting and tagging.", "$0.18",
        badge="Suggested",
    )  # fmt: skip
    chosen.setChecked(True)
    return _section(
        "Cards and costs",
        chosen,
        ModelCard("Claude Sonnet", "Better with nuance: long texts, mixed opinions.", "$0.53"),
        CostBar([CostPart("Reading your rows", "$2.12", 2.12, "c1"),
                 CostPart("Writing answers", "$2.00", 2.00, "c2")]),
        HairLine(),
        DistributionRow("Quality", 9874, 0.42),
        DistributionRow("Mixed", 5358, 0.23, ink="c2"),
        DistributionRow("Other", 741, 0.03, ink="c6"),
    )  # fmt: skip


ANSWER_LOOKS = {
    "Positive": Look(icon="circle-plus", icon_ink="c1"),
    "Negative": Look(icon="circle-minus", icon_ink="c5"),
    "Mixed": Look(icon="circle-equal", icon_ink="c2"),
}


class Batches(QAbstractTableModel):
    """Seven batches in the states that a table shows."""

    names = ("#", "Batch ID", "Status", "Progress", "Rows", "topic", "sentiment")
    rows = (
        ("1", "01Hk…V8dQ", "3 failed", "99%", "2,000", "Quality", "Positive"),
        ("2", "01Hk…W2mR", "Finished", "100%", "2,000", "<img src=x>", "Negative"),
        ("3", "01Hk…W2mR", "Working", "at work", "2,000", "Customer service and more", "Mixed"),
        ("4", "–", "Waiting", "waiting", "412", MISSING, MISSING),
    )  # fmt: skip
    pills = (
        Look(pill=Tone.WARN, icon="triangle-alert"),
        Look(pill=Tone.OK, icon="check"),
        Look(pill=Tone.RUN, icon="loader"),
        Look(pill=Tone.NEUTRAL, icon="clock"),
    )
    bars = (
        Look(bar=Progress(2000, Stage.FINISHED, failed=3)),
        Look(bar=Progress(2000, Stage.FINISHED)),
        Look(bar=Progress(2000, Stage.WORKING)),
        Look(bar=Progress(412, Stage.WAITING)),
    )

    def rowCount(self, parent: object = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.rows)  # type: ignore[attr-defined]

    def columnCount(self, parent: object = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.names)  # type: ignore[attr-defined]

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:  # type: ignore[override]
        text = self.rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role == LOOK_ROLE:
            looks = {2: self.pills, 3: self.bars}.get(index.column())
            return looks[index.row()] if looks else ANSWER_LOOKS.get(text)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.names[section]
        return None


COLUMNS = (
    Column("#", "Number", 44, right=True, ink="text2"),
    Column("Batch ID", "Text", 120, role="mono", ink="text2", tag="ID"),
    Column("Status", "Row", 116, sortable=True),
    Column("Progress", "Long text", stretch=True),
    Column("Rows", "Number", 92, right=True, sortable=True),
    Column("topic", "Category", 134, answer=True),
    Column("sentiment", "Category", 110, answer=True),
)


def sample_table(parent: QWidget | None = None) -> DataTable:
    """Return a table with pills, bars, answers and missing values."""
    table = DataTable(name="Batches", row_height=40, parent=parent)
    table.set_columns(COLUMNS)
    table.setModel(Batches(table))
    return table


def _table() -> TableCard:
    table = sample_table()
    table.choose_row(1)
    table.show_sort(2)
    table._cells.hovered_row = 2
    table.setMinimumHeight(table.height_for_rows(4))
    footer = row(Label("23,412 rows", "smallS", "text2"), Label("· 6 columns", "small", "text2"),
                 None, Button("Choose columns", "link", size=28))  # fmt: skip
    return TableCard(table, footer=footer)


def sheet() -> QWidget:
    """Return the sheet of all controls."""
    grid = QGridLayout()
    grid.setSpacing(16)
    cards = (_buttons(), _fields(), _status(), _progress(), _type(), _cards())
    for place, card in enumerate(cards):
        grid.addWidget(card, place // 2, place % 2)
    zone = DropZone("Drop a spreadsheet or a folder here",
                    "Excel, CSV, OpenDocument or JSON Lines, or a folder of text files and PDFs. "
                    "Nothing leaves this computer until you submit.",
                    Button("Choose file…", "primary", size=40, icon="file-spreadsheet"),
                    Button("Choose folder…", size=40, icon="folder-open"))  # fmt: skip
    over = DropZone("Drop", "Excel, CSV or JSON Lines.")
    over.invite("Let go to add this spreadsheet")
    empty = Card(column(EmptyState("Nothing failed.", icon="circle-check", icon_ink="ok",
                                   button=Button("Clear search", size=28))))  # fmt: skip
    grid.addWidget(_table(), 3, 0, 1, 2)
    grid.addWidget(zone, 4, 0)
    grid.addLayout(row(over, empty, gap=16), 4, 1)
    grid.addWidget(_swatches(), 5, 0, 1, 2)
    grid.setContentsMargins(24, 24, 24, 24)
    grid.setColumnStretch(0, 1)
    grid.setColumnStretch(1, 1)
    return Panel(grid, fill="canvas")


def _swatches() -> Card:
    grid = QGridLayout()
    names = (
        *("window", "canvas", "surface", "sunken", "line", "input", "text", "text2", "text3"),
        *("accent", "accentSoft", "wheat", "answer", "answerHead", "ok", "okSoft", "warn"),
        *("warnSoft", "bad", "badSoft", "focus"),
    )
    for place, name in enumerate(names):
        swatch = Card(fill=name, radius=6)
        swatch.setFixedHeight(28)
        grid.addLayout(
            column(swatch, Label(name, "small", "text2"), gap=2), place // 11, place % 11
        )
    return _section("Colour", grid)


def render(choice: str, target: str, percent: int = 100) -> None:
    """Write the sheet in one theme to a picture."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    with tempfile.TemporaryDirectory() as cache:
        start_theme(application, RESOURCES, Path(cache), choice, percent)
        page = sheet()
        page.resize(1280, max(page.minimumSizeHint().height(), page.heightForWidth(1280)))
        page.show()
        application.processEvents()
        for widget in _focused:
            ring = _Ring()
            ring.setParent(page)
            ring.radius = getattr(widget, "focus_radius", 6)
            corner = widget.mapTo(page, QPoint())
            ring.setGeometry(QRect(corner, widget.size()).adjusted(-4, -4, 4, 4))
            ring.show()
        page.grab().save(target)
        THEME.changed.disconnect()


if __name__ == "__main__":
    render(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 100)
