"""The promises of questions: plain words, a harmless way out, nothing left in memory."""

from __future__ import annotations

import gc
import weakref

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.core.errors import SheafError
from app.ui.ask import Ask, Question, confirm_dialog, error_dialog
from app.ui.widgets.button import Button
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.icon_button import IconButton
from app.ui.widgets.text_field import TextField

CANCEL = Question(
    "Cancel this job?",
    "Answers that exist are kept. The rest stops. You can run the remaining rows later as a new "
    "job <b>.</b>",
    "Cancel the job",
    "Keep running",
    dangerous=True,
)


def _shown(dialog: Dialog, qtbot: QtBot) -> Dialog:
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    return dialog


def test_escape_and_the_cross_are_harmless(qtbot: QtBot) -> None:
    """Whoever leaves a question without answering has said no."""
    for leave in ("escape", "cross", "enter"):
        dialog = _shown(confirm_dialog(None, CANCEL), qtbot)
        if leave == "cross":
            cross = dialog.findChild(IconButton)
            assert cross is not None
            qtbot.mouseClick(cross, Qt.MouseButton.LeftButton)
        else:
            key = Qt.Key.Key_Escape if leave == "escape" else Qt.Key.Key_Return
            qtbot.keyClick(dialog, key)
        assert dialog.result() == Dialog.DialogCode.Rejected
        assert not dialog.isVisible()


def test_the_act_is_its_own_button(qtbot: QtBot) -> None:
    """Only the button that names the act does it; it stands last."""
    dialog = _shown(confirm_dialog(None, CANCEL), qtbot)
    buttons = dialog.findChildren(Button)
    assert [button.text() for button in buttons] == ["Keep running", "Cancel the job"]
    qtbot.mouseClick(buttons[1], Qt.MouseButton.LeftButton)
    assert dialog.result() == Dialog.DialogCode.Accepted


def test_enter_in_a_field_presses_the_default(qtbot: QtBot) -> None:
    """In a form Enter is the act, unless its button is off."""
    dialog = Dialog(None, "Key")
    field, save = TextField(name="Key"), Button("Save", "primary")
    dialog.body.addWidget(field)
    dialog.add_button(save, default=True)
    save.clicked.connect(dialog.accept)
    _shown(dialog, qtbot)
    save.setEnabled(False)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert dialog.isVisible()
    save.setEnabled(True)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert dialog.result() == Dialog.DialogCode.Accepted


def test_confirm_returns_what_was_pressed(qtbot: QtBot) -> None:
    """The answer of `confirm` is the button."""

    def press() -> None:
        dialog = QApplication.activeModalWidget()
        assert dialog is not None
        qtbot.keyClick(dialog, Qt.Key.Key_Return)

    question = Question("Save?", "It is new.", "Save")
    QTimer.singleShot(0, press)
    assert Ask().confirm(question) is True
    QTimer.singleShot(0, press)
    assert Ask().confirm(CANCEL) is False


def test_an_error_is_shown_in_its_sentences(qtbot: QtBot) -> None:
    """What happened is the title; why and what to do stand below; nothing is cut."""
    error = SheafError("The file <b>x</b> cannot be read.", "It has a password.", "Save a copy.")
    dialog = _shown(error_dialog(None, error), qtbot)
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    assert texts == [error.what, error.why, error.fix]
    for label in dialog.findChildren(QLabel):
        assert label.height() >= label.heightForWidth(label.width())


def test_a_closed_dialog_is_forgotten(qtbot: QtBot) -> None:
    """No connection keeps a dialog alive after it is closed."""
    ghosts = []
    for _ in range(20):
        dialog = confirm_dialog(None, CANCEL)
        dialog.show()
        dialog.close()
        ghosts.append(weakref.ref(dialog))
        del dialog
    gc.collect()
    assert [ghost() for ghost in ghosts if ghost() is not None] == []


def test_a_dialog_that_grows_keeps_its_buttons_on_the_screen(qtbot: QtBot) -> None:
    """What is said later must not push the decision below the edge."""
    dialog = _shown(confirm_dialog(None, CANCEL), qtbot)
    room = dialog.screen().availableGeometry()
    dialog.move(0, room.bottom() - dialog.frameGeometry().height())
    dialog.body.addWidget(QLabel("more\n" * 10))
    dialog.fit()
    assert dialog.frameGeometry().bottom() <= room.bottom()


def test_a_long_heading_is_said_to_its_end(qtbot: QtBot) -> None:
    """What happened is a whole sentence, and sentences about files are longer than a line."""
    what = 'The workbook "deliveries of the second quarter.xlsx" is damaged and cannot be read.'
    dialog = _shown(error_dialog(None, SheafError(what, "It may have been cut.")), qtbot)
    heading = next(label for label in dialog.findChildren(QLabel) if label.text() == what)
    assert heading.sizeHint().width() > heading.width() or heading.wordWrap()
    assert heading.height() >= heading.heightForWidth(heading.width()) >= 48
    assert heading.geometry().right() <= dialog.width()
