"""The promises of the painted controls: keyboard, names, states, nothing cut."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QPoint, Qt
from PySide6.QtGui import QAccessible, QColor, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.ui.layouts import column
from app.ui.theme import TEXT_SIZES, THEME
from app.ui.widgets.button import Button
from app.ui.widgets.column_chip import ColumnChip
from app.ui.widgets.combo import Combo
from app.ui.widgets.cost_bar import CostBar, CostPart
from app.ui.widgets.distribution_row import DistributionRow
from app.ui.widgets.field import Field
from app.ui.widgets.filter_chip import FilterChip
from app.ui.widgets.flow import Flow
from app.ui.widgets.icon_button import IconButton
from app.ui.widgets.label import Label
from app.ui.widgets.label_chip import LabelChip
from app.ui.widgets.model_card import ModelCard
from app.ui.widgets.money_field import MoneyField
from app.ui.widgets.number_field import NumberField
from app.ui.widgets.option_card import OptionCard
from app.ui.widgets.progress import Progress, Stage
from app.ui.widgets.segment_bar import SegmentBar
from app.ui.widgets.segmented import Segmented
from app.ui.widgets.steps_header import StepsHeader
from app.ui.widgets.text_field import TextField
from app.ui.widgets.toggle import Toggle
from app.ui.widgets.toggle_row import ToggleRow
from tests.ui.gallery import sheet
from tests.ui.looking import picture

DONE = Progress(2000, Stage.FINISHED)


def _clicks(button: QAbstractButton) -> list[bool]:
    clicks: list[bool] = []
    button.clicked.connect(lambda: clicks.append(True))
    return clicks


@pytest.fixture(params=TEXT_SIZES)
def page(request: pytest.FixtureRequest, qtbot: QtBot) -> QWidget:
    """Give the sheet of all controls at each text size."""
    THEME.apply("light", request.param)
    page = sheet()
    qtbot.addWidget(page)
    page.resize(page.minimumSizeHint())
    page.show()
    return page


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_a_button_obeys_space_and_enter(key: Qt.Key, qtbot: QtBot) -> None:
    """Both keys press whatever button has the focus."""
    for button in (Button("Next"), IconButton("x", "Close"), Toggle("On"), OptionCard("A", "tag")):
        qtbot.addWidget(button)
        clicks = _clicks(button)
        qtbot.keyClick(button, key)
        assert len(clicks) == 1


def test_enter_held_down_presses_once(qtbot: QtBot) -> None:
    """A button that costs money is not pressed again by a key that is still down."""
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QApplication

    button = Button("Submit 23,412 rows", "primary")
    qtbot.addWidget(button)
    clicks = _clicks(button)
    for repeated in (False, True, True):
        event = QKeyEvent(
            QEvent.Type.KeyPress,
            Qt.Key.Key_Return,
            Qt.KeyboardModifier.NoModifier,
            "\r",
            repeated,
        )
        QApplication.sendEvent(button, event)
    assert len(clicks) == 1


def test_a_disabled_button_stays_still(qtbot: QtBot) -> None:
    """Neither mouse nor key press a button that is off, and it looks off."""
    button = Button("Next", "primary")
    qtbot.addWidget(button)
    before = picture(button)
    button.setEnabled(False)
    clicks = _clicks(button)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.keyClick(button, Qt.Key.Key_Return)
    assert clicks == []
    assert picture(button) != before


def test_every_control_that_takes_the_focus_has_a_name(page: QWidget) -> None:
    """A screen reader never says just "button"."""
    nameless = []
    for widget in page.findChildren(QWidget):
        if widget.focusPolicy() == Qt.FocusPolicy.NoFocus or not widget.isVisibleTo(page):
            continue
        if widget.objectName().startswith("qt_"):  # the insides of a stock control
            continue
        reader = QAccessible.queryAccessibleInterface(widget)
        if not reader.text(QAccessible.Text.Name):
            nameless.append(widget)
    assert nameless == []


def test_every_button_can_be_hit(page: QWidget) -> None:
    """Buttons are at least 24 pixels high and wide at every text size."""
    for button in page.findChildren(QAbstractButton):
        if button.isVisibleTo(page) and not button.objectName().startswith("qt_"):
            minimum = 16 if button.inherits("QToolButton") else 24
            if type(button).__module__.startswith("app.ui"):
                assert button.height() >= minimum, button
                assert button.width() >= minimum, button


def test_no_label_is_cut(page: QWidget) -> None:
    """At every text size each line of text is at least as wide as its words."""
    for label in page.findChildren(Label):
        if label.isVisibleTo(page) and not label.wordWrap():
            fixed = label.minimumWidth() == label.maximumWidth()
            assert fixed or label.width() >= THEME.width(label.text(), label.role), label.text()


def test_a_paragraph_takes_the_height_of_its_lines(qtbot: QtBot) -> None:
    """Wrapped text has the role's line height, breaks words that are too long, and keeps breaks."""
    label = Label("one two three four five six", "body", wrap=True)
    qtbot.addWidget(label)
    assert label.heightForWidth(1000) == 20
    assert label.heightForWidth(60) > 40
    label.setText("x" * 200)
    assert label.heightForWidth(100) >= 20 * (THEME.width("x" * 200, "body") // 100)
    label.setText("one\n\ntwo")
    assert label.heightForWidth(1000) == 60
    label.setText("🙂🙂 " * 40)
    assert label.heightForWidth(200) > 60


def test_a_dialogs_paragraph_is_not_clipped(qtbot: QtBot) -> None:
    """A layout gives a wrapped label the height that it asks for."""
    frame = QWidget()
    qtbot.addWidget(frame)
    label = Label("Answers that exist are kept. The rest stops. " * 5, wrap=True)
    frame.setLayout(column(label))
    frame.setFixedWidth(300)
    frame.adjustSize()
    frame.show()
    assert label.height() >= label.heightForWidth(label.width())


def test_segments_are_radio_buttons_with_arrows(qtbot: QtBot) -> None:
    """Arrow keys choose; only a person's choice is announced."""
    switch = Segmented(["System", "Light", "Dark"], current=1, name="Theme")
    qtbot.addWidget(switch)
    switch.show()
    chosen: list[object] = []
    switch.chosen.connect(chosen.append)
    switch.choose(0)
    assert (switch.current, chosen) == (0, [])
    second = switch.findChildren(QAbstractButton)[1]
    qtbot.mouseClick(second, Qt.MouseButton.LeftButton)
    assert (switch.current, chosen) == (1, [1])
    switch.set_choices(["Answers", "Bill"], current=1)
    assert switch.current == 1


def test_arrow_keys_walk_a_group_of_cards(qtbot: QtBot) -> None:
    """Inside a group of recipes or models the arrows move the choice."""
    frame = QWidget()
    qtbot.addWidget(frame)
    group = QButtonGroup(frame)
    cards = [ModelCard(name, "hint", "$0.18") for name in ("Haiku", "Sonnet")]
    for card in cards:
        group.addButton(card)
    frame.setLayout(column(*cards))
    cards[0].setChecked(True)
    frame.show()
    frame.activateWindow()
    qtbot.waitUntil(frame.isActiveWindow)
    cards[0].setFocus()
    qtbot.keyClick(cards[0], Qt.Key.Key_Down)
    assert cards[1].isChecked()


def test_finished_steps_lead_back(qtbot: QtBot) -> None:
    """Steps behind can be clicked, steps ahead cannot."""
    header = StepsHeader(["Data", "Instructions", "Model & cost", "Review"])
    qtbot.addWidget(header)
    header.show_step(2)
    header.show()
    gone: list[object] = []
    header.step_chosen.connect(gone.append)
    steps = header.findChildren(QAbstractButton)
    qtbot.mouseClick(steps[0], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(steps[3], Qt.MouseButton.LeftButton)
    assert gone == [0]
    assert "done" in steps[0].accessibleDescription()


def test_a_label_chip_says_which_label_to_remove(qtbot: QtBot) -> None:
    """Its cross has a name, is big enough, and tells the label."""
    chip = LabelChip("Delivery", removable=True)
    qtbot.addWidget(chip)
    chip.show()
    removed: list[object] = []
    chip.removed.connect(removed.append)
    cross = chip.findChild(IconButton)
    assert cross is not None
    assert cross.accessibleName() == "Remove Delivery"
    qtbot.mouseClick(cross, Qt.MouseButton.LeftButton)
    assert removed == ["Delivery"]


def test_a_column_chip_looks_used(qtbot: QtBot) -> None:
    """A used column is told in shape, colour and words."""
    chip = ColumnChip("stars")
    qtbot.addWidget(chip)
    before = picture(chip)
    chip.set_used(used=True)
    assert picture(chip) != before
    assert chip.accessibleDescription() == "used in the instructions"


def test_counts_are_read_aloud(qtbot: QtBot) -> None:
    """Chips and charts say their numbers to a screen reader."""
    chip = FilterChip("Failed", "61")
    bar = DistributionRow("Quality", 9874, 0.42)
    cost = CostBar([CostPart("Reading your rows", "$2.12", 2.12)])
    for widget in (chip, bar, cost):
        qtbot.addWidget(widget)
    assert chip.accessibleName() == "Failed, 61 rows"
    assert bar.accessibleName() == "Quality, 9,874 rows, 42 percent"
    assert cost.accessibleName() == "Reading your rows $2.12"


def test_a_field_says_what_is_wrong(qtbot: QtBot) -> None:
    """The sentence is beside the field, in its description, and goes away when it is mended."""
    field = Field("API key", TextField(name="API key"), hint="It stays on this computer.")
    qtbot.addWidget(field)
    field.fail("This key was not accepted.")
    texts = [label.text() for label in field.findChildren(QLabel)]
    assert "This key was not accepted." in texts
    assert field.control.property("bad") is True
    assert field.control.accessibleDescription() == "This key was not accepted."
    field.mend()
    assert field.control.property("bad") is False
    assert "It stays on this computer." in [label.text() for label in field.findChildren(QLabel)]


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("6.00", Decimal("6.00")),
        ("", None),
        ("12", Decimal(12)),
        ("0.002", Decimal("0.002")),
        ("0.005", Decimal("0.005")),
        ("1,500", Decimal(1500)),
        ("$ 1,500.25", Decimal("1500.25")),
    ],
)
def test_money_is_exact(typed: str, amount: Decimal | None, qtbot: QtBot) -> None:
    """A sum is what was typed, to the last digit, and an empty field is no sum."""
    field = MoneyField(name="Spend limit")
    qtbot.addWidget(field)
    qtbot.keyClicks(field, typed)
    assert (field.text(), field.amount(), field.problem) == (typed, amount, "")


@pytest.mark.parametrize("typed", ["a1b.2c34", "6,5", "1.2.3", "0.0000001"])
def test_what_is_no_money_stays_to_be_seen(qtbot: QtBot, typed: str) -> None:
    """No character is swallowed, and what cannot be read is said, not turned into a sum."""
    field = MoneyField(name="Spend limit")
    qtbot.addWidget(field)
    qtbot.keyClicks(field, typed)
    assert field.text() == typed
    assert field.amount() is None
    assert f"“{typed}” is no sum in dollars." in field.problem


def test_a_comma_is_read_as_the_system_has_it(qtbot: QtBot) -> None:
    """Where the decimal sign is a comma, 6,5 is six and a half, and 1,500 could be two sums."""
    field = MoneyField(name="Spend limit")
    qtbot.addWidget(field)
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
    try:
        field.setText("6,5")
        assert field.amount() == Decimal("6.5")
        field.setText("1,500")
        assert field.amount() is None
        assert "could be two sums. Write 1500 or 1.50." in field.problem
        field.set_amount(Decimal("1.234"))
        assert field.amount() == Decimal("1.234")
    finally:
        QLocale.setDefault(before)


def test_the_wheel_does_not_change_numbers_in_passing(qtbot: QtBot) -> None:
    """Scrolling a page over a field leaves the number alone."""
    from PySide6.QtWidgets import QApplication

    field = NumberField(2000, name="Rows per batch", unit="rows")
    qtbot.addWidget(field)
    event = QWheelEvent(
        QPoint(5, 5).toPointF(),
        QPoint(5, 5).toPointF(),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(field, event)
    assert (field.value(), field.text()) == (2000, "2,000 rows")


def test_a_toggle_tells_its_state_by_shape(qtbot: QtBot) -> None:
    """On and off differ in more than colour, and the whole row switches."""
    row = ToggleRow("Tell me when a job finishes", "A desktop notification.")
    qtbot.addWidget(row)
    row.resize(400, row.sizeHint().height())
    before = picture(row)
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton, pos=QPoint(20, 10))
    assert row.isChecked()
    assert picture(row) != before


def test_segments_are_as_wide_as_their_rows(qtbot: QtBot) -> None:
    """A batch with half the rows gets half the width, and the bar is filled."""
    bar = SegmentBar([DONE, DONE, Progress(1000, Stage.WAITING)])
    qtbot.addWidget(bar)
    bar.resize(508, 12)
    areas = [area for area, _ in bar.segments()]
    assert [round(area.width()) for area in areas] == [200, 200, 100]
    assert round(areas[-1].right()) == 508


def test_many_batches_become_one_bar(qtbot: QtBot) -> None:
    """Above forty batches the stages are added up; no row is lost."""
    batches = [DONE] * 30 + [Progress(2000, Stage.WORKING)] * 20
    bar = SegmentBar(batches)
    qtbot.addWidget(bar)
    parts = [part for _, part in bar.segments()]
    assert [(part.stage, part.rows) for part in parts] == [
        (Stage.FINISHED, 60_000),
        (Stage.WORKING, 40_000),
    ]
    assert bar.accessibleName() == "Batches: 30 finished, 20 working"


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("rows", [0, 1, 2000])
def test_every_stage_can_be_drawn(stage: Stage, rows: int, qtbot: QtBot) -> None:
    """No number of rows, not even none, is too odd for the bar."""
    bar = SegmentBar([Progress(rows, stage, failed=rows, answered=0)])
    qtbot.addWidget(bar)
    bar.resize(100, 12)
    assert picture(bar).width() == 100


def test_chips_wrap_like_words(qtbot: QtBot) -> None:
    """What does not fit on a line goes to the next, and the height grows with it."""
    frame = QWidget()
    qtbot.addWidget(frame)
    flow = Flow(4, frame)
    for name in ("Delivery", "Quality", "Price"):
        flow.addWidget(LabelChip(name))
    wide, narrow = flow.heightForWidth(1000), flow.heightForWidth(90)
    assert (wide, narrow) == (24, 80)
    first = LabelChip("First")
    flow.insert(0, first)
    assert flow.itemAt(0).widget() is first  # type: ignore[union-attr]


def test_a_rare_answer_is_not_called_none(qtbot: QtBot) -> None:
    """92 of 20,000 rows are under one percent, not 0 percent; no row at all is 0."""
    for count, said in ((92, "under 1 percent"), (0, "0 percent"), (200, "1 percent")):
        bar = DistributionRow("Rare", count, count / 20_000)
        qtbot.addWidget(bar)
        assert bar.accessibleName().endswith(f"{count:,} rows, {said}")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("laid_out", [True, False])
def test_an_open_list_of_choices_has_an_edge(theme: str, laid_out: bool, qtbot: QtBot) -> None:
    """Over a page of its own colour it would melt into that; Qt's frame depends on its parent."""
    THEME.apply(theme, 100)
    page = QWidget()
    qtbot.addWidget(page)
    combo = Combo(["One", "Two", "Three"], name="Choice", parent=None if laid_out else page)
    combo.setParent(page)
    page.show()
    combo.show()
    combo.showPopup()
    QCoreApplication.processEvents()  # the list is dressed once it is shown
    image = combo.view().window().grab().toImage()
    edge, middle = QColor(THEME.hex("lineStrong")), image.height() // 2
    for x, y in ((0, middle), (image.width() - 1, middle), (image.width() // 2, 0)):
        assert image.pixelColor(x, y) == edge
    combo.hidePopup()
    THEME.apply("light", 100)
