"""The promises of the instruction editor: placeholders are one thing, and plain text underneath."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import QMimeData, QRect, Qt
from PySide6.QtGui import QColor, QTextCursor
from pytestqt.qtbot import QtBot

from app.core.table import Column, Kind
from app.ui.theme import THEME
from app.ui.widgets.column_completer import opening
from app.ui.widgets.instruction_editor import InstructionEditor, _mark_in
from app.ui.widgets.instruction_tokens import tokens
from tests.ui.looking import picture

COLUMNS = (
    Column("product", Kind.TEXT),
    Column("stars", Kind.NUMBER),
    Column("review text", Kind.LONG_TEXT),
)


@pytest.fixture
def editor(qtbot: QtBot) -> Iterator[InstructionEditor]:
    """Give a shown editor that knows three columns."""
    editor = InstructionEditor()
    qtbot.addWidget(editor)
    editor.set_columns(COLUMNS)
    editor.resize(600, 200)
    editor.show()
    qtbot.waitExposed(editor)
    editor.activateWindow()
    editor.setFocus()
    yield editor
    editor.completer.withdraw()


def _place(editor: InstructionEditor, position: int) -> None:
    cursor = editor.textCursor()
    cursor.setPosition(position)
    editor.setTextCursor(cursor)


def test_positions_count_an_emoji_as_qt_does() -> None:
    """An emoji before a placeholder shifts its span by one more, as Qt counts."""
    plain, emoji = tokens("a {{ x }}")[0], tokens("😀 {{ x }}")[0]
    assert (plain.start, plain.name_start, plain.name_end, plain.end) == (2, 5, 6, 9)
    assert (emoji.start, emoji.name_start, emoji.name_end, emoji.end) == (3, 6, 7, 10)


def test_doubled_braces_are_no_placeholder() -> None:
    """Four braces stand for two, so nothing after them is a pill."""
    assert tokens("{{{{product}}") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Read {", (5, "")),
        ("Read {{pro", (5, "pro")),
        ("Read {{ review te", (5, "review te")),
        ("Read {{product}} and", None),
        ("Read {{{{", None),
        ("Read", None),
    ],
)
def test_an_unfinished_placeholder_is_found(text: str, found: tuple[int, str] | None) -> None:
    """The list opens after one or two braces and follows what is typed, spaces included."""
    assert opening(text) == found


def test_typing_a_brace_offers_the_columns(editor: InstructionEditor, qtbot: QtBot) -> None:
    """Typing { opens the list, typing on narrows it, Enter finishes the placeholder."""
    qtbot.keyClicks(editor, "Read {")
    assert editor.completer.is_open
    assert editor.completer.completionCount() == 3
    qtbot.keyClicks(editor, "te")
    assert editor.completer.completionCount() == 1
    popup = editor.completer.popup()
    assert popup is not None
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert editor.toPlainText() == "Read {{review text}}"
    assert not editor.completer.is_open


def test_a_brace_that_is_no_column_stays(editor: InstructionEditor, qtbot: QtBot) -> None:
    """The list goes away when nothing matches, and what was typed stays as it is."""
    qtbot.keyClicks(editor, "{zz")
    assert not editor.completer.is_open
    assert editor.toPlainText() == "{zz"


def test_escape_closes_the_list_and_keeps_the_brace(
    editor: InstructionEditor, qtbot: QtBot
) -> None:
    """Escape closes the list only."""
    qtbot.keyClicks(editor, "{")
    popup = editor.completer.popup()
    assert popup is not None
    qtbot.keyClick(popup, Qt.Key.Key_Escape)
    assert not editor.completer.is_open
    assert editor.toPlainText() == "{"


def test_backspace_and_delete_take_a_placeholder_whole(
    editor: InstructionEditor, qtbot: QtBot
) -> None:
    """One Backspace after, or one Delete before, removes the whole placeholder; undo brings it."""
    editor.show_text("of {{product}} now")
    _place(editor, 14)
    qtbot.keyClick(editor, Qt.Key.Key_Backspace)
    assert editor.toPlainText() == "of  now"
    editor.undo()
    assert editor.toPlainText() == "of {{product}} now"
    _place(editor, 3)
    qtbot.keyClick(editor, Qt.Key.Key_Delete)
    assert editor.toPlainText() == "of  now"


def test_arrows_jump_over_a_placeholder(editor: InstructionEditor, qtbot: QtBot) -> None:
    """Left and Right pass a placeholder in one step, and select it in one step with Shift."""
    editor.show_text("of {{product}} now")
    _place(editor, 3)
    qtbot.keyClick(editor, Qt.Key.Key_Right)
    assert editor.textCursor().position() == 14
    qtbot.keyClick(editor, Qt.Key.Key_Left)
    assert editor.textCursor().position() == 3
    qtbot.keyClick(editor, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert editor.textCursor().selectedText() == "{{product}}"


def test_the_cursor_cannot_be_put_inside_a_placeholder(editor: InstructionEditor) -> None:
    """A click into a placeholder ends at its nearer edge."""
    editor.show_text("of {{product}} now")
    _place(editor, 0)
    _place(editor, 12)
    assert editor.textCursor().position() == 14


def test_an_inserted_column_keeps_apart_from_the_word_before(editor: InstructionEditor) -> None:
    """A chip inserts its placeholder at the cursor, after a space where a word ends."""
    editor.show_text("Review:")
    editor.moveCursor(QTextCursor.MoveOperation.End)
    editor.insert_column("review text")
    assert editor.toPlainText() == "Review: {{review text}}"


def test_unknown_columns_look_wrong(editor: InstructionEditor, qtbot: QtBot) -> None:
    """A pill is tinted as its column is; that of an unknown column is red."""
    editor.show_text("{{product}}\n{{nothing}}")
    qtbot.wait(0)
    image = picture(editor)
    line = THEME.line("prompt")
    first = {image.pixel(x, y) for x in range(90) for y in range(line)}
    second = {image.pixel(x, y) for x in range(90) for y in range(line, 2 * line)}
    known, unknown = THEME.colour("chipB").rgb(), THEME.colour("badSoft").rgb()
    assert known in first
    assert unknown not in first
    assert unknown in second
    editor.set_columns([Column("nothing", Kind.TEXT)])
    assert QColor(picture(editor).pixel(2, line + 12)) == THEME.colour("chipB")


def test_pasted_formatting_is_left_out(editor: InstructionEditor) -> None:
    """Only the words of a paste arrive; HTML stays in the clipboard."""
    clip = QMimeData()
    clip.setHtml("<b>Read</b> this <img src='http://example.org/x.png'>")
    clip.setText("Read this")
    editor.insertFromMimeData(clip)
    assert editor.toPlainText() == "Read this"
    assert "<img" not in editor.toHtml()
    assert "font-weight:7" not in editor.toHtml()


def test_only_other_words_count_as_an_edit(editor: InstructionEditor, qtbot: QtBot) -> None:
    """A new theme recolours the text without telling anybody that it was edited."""
    editor.show_text("of {{product}}")
    with qtbot.assertNotEmitted(editor.edited):
        THEME.apply("dark", 115)
        editor.set_columns(COLUMNS[:1])
    with qtbot.waitSignal(editor.edited):
        qtbot.keyClicks(editor, "x")


def test_a_shown_text_has_nothing_to_undo(editor: InstructionEditor) -> None:
    """Undo never leads back to another job's text, but does lead back from a recipe."""
    editor.show_text("one")
    editor.show_text("two")
    assert not editor.document().isUndoAvailable()
    editor.replace_text("three")
    editor.undo()
    assert editor.toPlainText() == "two"


def test_lines_keep_their_height(editor: InstructionEditor) -> None:
    """Every line is as high as the design wants it, also after another text was put in."""
    editor.show_text("one\ntwo\nthree")
    document = editor.document()
    layout = document.documentLayout()
    tops = [layout.blockBoundingRect(document.findBlockByNumber(n)).top() for n in range(3)]
    assert [after - before for before, after in pairwise(tops)] == [THEME.line("prompt")] * 2


def test_every_return_begins_a_line(editor: InstructionEditor, qtbot: QtBot) -> None:
    """An empty line between two paragraphs is one more press of Return, as high as any other."""
    qtbot.keyClicks(editor, "a")
    for _ in range(3):
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.keyClicks(editor, "b")
    assert editor.toPlainText() == "a\n\n\nb"
    lines = [editor.document().findBlockByNumber(n).blockFormat().lineHeight() for n in range(4)]
    assert lines == [THEME.line("prompt")] * 4


def test_the_editor_grows_and_then_scrolls(editor: InstructionEditor) -> None:
    """The field grows with its text up to a bound."""
    low = editor.height()
    editor.show_text("line\n" * 9)
    assert low < editor.height() < 320
    editor.show_text("line\n" * 90)
    assert editor.height() == 320
    assert editor.rect().contains(QRect(0, 0, 10, 10))


def test_the_mark_of_an_unknown_column_covers_no_letter(editor: InstructionEditor) -> None:
    """It lies over the braces, at every text size."""
    for percent in (100, 115, 130):
        THEME.apply("light", percent)
        editor.set_columns([])
        editor.setPlainText("Read {{Wrong}} now")
        (pill,) = editor._pills()
        mark = _mark_in(pill.box)
        assert pill.box.left() <= mark.left()
        assert mark.right() <= pill.box.left() + THEME.width("{{", "prompt")
    THEME.apply("light", 100)
