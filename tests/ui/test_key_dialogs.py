"""The key goes from the field into one verb and nowhere else; each outcome says what to do."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QToolButton
from pytestqt.qtbot import QtBot

from app.core.errors import SheafError
from app.core.job import Mode
from app.engine.bench import bundled_catalog
from app.engine.replies import KeyReply, ModelList
from app.engine.verbs import KeyForget, KeySave, KeyState, KeyTest, Models, SaveSettings
from app.ui.dialogs.first_key import FirstKeyDialog, what_credit_buys
from app.ui.dialogs.key_form import KeyForm
from app.ui.dialogs.key_words import KeyAct, words_for
from app.ui.dialogs.settings import SettingsDialog
from app.ui.theme import THEME
from app.ui.widgets.tone import Tone
from tests.ui.fake_desk import A_KEY, NO_KEY, FakeDesk

SECRET = "sk-ant-api03-not-a-real-key-Q4fA"
SESSION = KeyReply("session", "Your key is kept in memory.", "", "Q4fA", 12, True)
REJECTED = KeyReply("rejected", "Anthropic did not accept the key.", ending="Q4fA")
NO_BACKEND = KeyReply("no_backend", "No password manager.")


def _desk(home: Path, **answers: Any) -> FakeDesk:
    catalog = bundled_catalog()
    models = ModelList(catalog.offered(), catalog.suggested().id, catalog.as_of, False)
    known: dict[Any, Any] = {KeyState: NO_KEY, Models: models}
    verbs = {verb.__name__: verb for verb in (KeyState, KeySave, KeyTest, KeyForget)}
    known |= {verbs[name]: answer for name, answer in answers.items()}
    return FakeDesk(home, known, models=models)


def _form(desk: FakeDesk, qtbot: QtBot) -> KeyForm:
    form = KeyForm(desk, act="Test connection")
    qtbot.addWidget(form)
    form.look()
    return form


def _button(widget: Any, name: str) -> QAbstractButton:
    button: QAbstractButton = widget.findChild(QAbstractButton, name)
    return button


def _said(widget: Any) -> str:
    return "\n".join(
        label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)
    )


# --- where the key is, and where it is not --------------------------------------------------------


def test_stored_key_leaves_the_field(tmp_path: Path, qtbot: QtBot) -> None:
    """After storing, the field is empty and the form knows only the last four letters."""
    desk = _desk(tmp_path, KeySave=A_KEY)
    form = _form(desk, qtbot)
    form.field.setText(f"  {SECRET} ")
    with qtbot.waitSignal(form.accepted):
        form.check()
    assert desk.verbs_of(KeySave) == [KeySave(SECRET)]
    assert form.field.text() == ""
    assert "Connected. Key ending in Q4fA, 12 models available. Tested just now." in _said(form)
    assert "Stored in: GNOME Keyring" in _said(form)


def test_nothing_in_the_window_remembers_the_key(tmp_path: Path, qtbot: QtBot) -> None:
    """Once the key is stored no text of the form or the desk holds it any more."""
    desk = _desk(tmp_path, KeySave=A_KEY)
    form = _form(desk, qtbot)
    form.field.setText(SECRET)
    form.check()
    # The played engine's list of verbs stands for the other side of the pipe.
    desk.link.sent.clear()
    gc.collect()
    assert SECRET not in repr({**vars(form), **vars(desk), **vars(form.field)})
    form.field.undo()
    assert form.field.text() == ""
    assert SECRET not in form.field.placeholderText()


def test_rejected_key_stays_in_the_field_and_is_not_saved(tmp_path: Path, qtbot: QtBot) -> None:
    """A key that was copied incompletely can be mended; the banner says that nothing was paid."""
    desk = _desk(tmp_path, KeySave=REJECTED)
    form = _form(desk, qtbot)
    form.field.setText(SECRET)
    form.check()
    assert form.field.text() == SECRET
    assert form.field.property("bad") is True
    assert "This key was not accepted" in _said(form)
    assert "Nothing was sent or charged." in _said(form)
    assert "Not saved." in _said(form)
    form.field.setText(SECRET + "x")
    assert form.field.property("bad") is False


def test_refused_new_key_leaves_the_old_one_in_use(tmp_path: Path, qtbot: QtBot) -> None:
    """What all screens share is asked for again, since the stored key is still good."""
    desk = _desk(tmp_path, KeySave=REJECTED, KeyState=A_KEY)
    form = _form(desk, qtbot)
    form.field.setText(SECRET)
    form.check()
    assert desk.key == A_KEY
    assert "This key was not accepted" in _said(form)


def test_without_a_text_the_present_key_is_tested(tmp_path: Path, qtbot: QtBot) -> None:
    """Testing an existing key sends no key through the pipe."""
    desk = _desk(tmp_path, KeyState=A_KEY, KeyTest=A_KEY)
    form = _form(desk, qtbot)
    form.check()
    assert desk.verbs_of(KeyTest) == [KeyTest(None)]
    assert form.field.placeholderText().endswith("Q4fA")


def test_accepted_key_without_a_keyring_is_in_use_at_once(tmp_path: Path, qtbot: QtBot) -> None:
    """After "Connected" nothing more is to be pressed: the key is used, and it is said how long."""
    desk = _desk(tmp_path, KeyState=NO_BACKEND, KeySave=SESSION)
    dialog = SettingsDialog(desk)
    qtbot.addWidget(dialog)
    dialog.key.field.setText(SECRET)
    with qtbot.waitSignal(dialog.key.accepted):
        qtbot.keyClick(dialog.key.field, Qt.Key.Key_Return)
    _button(dialog, "settings-done").click()
    assert desk.key == SESSION
    assert desk.mode is Mode.REAL
    assert dialog.key.field.text() == ""
    assert "The key is in use until you quit Sheaf" in _said(dialog)


def test_engine_that_fails_is_no_dead_end(tmp_path: Path, qtbot: QtBot) -> None:
    """An error of the engine is shown in the form, and the button works again."""
    desk = _desk(tmp_path, KeyTest=SheafError("The engine is starting again.", fix="Try again."))
    form = _form(desk, qtbot)
    form.check()
    assert "The engine is starting again." in _said(form)
    assert _button(form, "check-key").isEnabled()


def test_one_check_at_a_time(tmp_path: Path, qtbot: QtBot) -> None:
    """Pressing again while a key is being checked sends nothing more."""
    desk = _desk(tmp_path)
    form = _form(desk, qtbot)
    form.field.setText(SECRET)
    form.check()
    form.check()
    assert len(desk.verbs_of(KeySave)) == 1
    assert _button(form, "check-key").text() == "Checking…"


@pytest.mark.parametrize(("sure", "forgets"), [(True, 1), (False, 0), (None, 0)])
def test_key_is_removed_only_when_confirmed(
    tmp_path: Path, qtbot: QtBot, sure: bool | None, forgets: int
) -> None:
    """Removing asks first, since running jobs need the key."""
    desk = _desk(tmp_path, KeyState=A_KEY, KeyForget=NO_KEY)
    form = _form(desk, qtbot)
    desk.questions.answers["confirm"] = sure
    _button(form, "remove-key").click()
    assert len(desk.verbs_of(KeyForget)) == forgets


# --- words for every outcome ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "typed", "act"),
    [
        (A_KEY, True, KeyAct.NOTHING),
        (SESSION, True, KeyAct.NOTHING),
        (NO_KEY, False, KeyAct.NOTHING),
        (KeyReply("locked", "It is locked."), False, KeyAct.AGAIN),
        (NO_BACKEND, False, KeyAct.LOOK_AGAIN),
        (KeyReply("silent", "It is not answering."), False, KeyAct.AGAIN),
        (REJECTED, True, KeyAct.CONSOLE),
        (KeyReply("unreachable", "No connection."), True, KeyAct.AGAIN),
    ],
)
def test_every_outcome_has_words_and_its_button(reply: KeyReply, typed: bool, act: KeyAct) -> None:
    """No outcome ends in silence, and each has at most one button."""
    words = words_for(reply, typed=typed)
    assert words.act is act
    assert words.result or words.title


def test_only_a_refused_key_is_red() -> None:
    """A locked keyring waits for the person; a refused key is wrong."""
    assert words_for(REJECTED, typed=True).tone is Tone.BAD
    assert words_for(KeyReply("locked", "x"), typed=False).tone is Tone.WARN


# --- the field ---------------------------------------------------------------------------------


def test_key_is_masked_and_shown_only_while_the_eye_is_held(tmp_path: Path, qtbot: QtBot) -> None:
    """Letting go of the eye masks the key again."""
    form = _form(_desk(tmp_path), qtbot)
    eye = form.field.findChildren(QToolButton)[-1]
    assert form.field.echoMode() is QLineEdit.EchoMode.Password
    eye.pressed.emit()
    assert form.field.echoMode() is QLineEdit.EchoMode.Normal
    eye.released.emit()
    assert form.field.echoMode() is QLineEdit.EchoMode.Password


# --- the settings ------------------------------------------------------------------------------


def _settings(desk: FakeDesk, qtbot: QtBot) -> SettingsDialog:
    dialog = SettingsDialog(desk)
    qtbot.addWidget(dialog)
    return dialog


def test_settings_are_saved_as_they_are_chosen(tmp_path: Path, qtbot: QtBot) -> None:
    """Each control saves its own setting; Automatic is no number."""
    desk = _desk(tmp_path)
    dialog = _settings(desk, qtbot)
    dialog.rows.setValue(2000)
    dialog.rows.setValue(0)
    dialog.warn_above.setValue(40)
    dialog.warn.click()
    dialog.theme.chosen.emit(2)
    dialog.text_size.chosen.emit(1)
    saved = [verb.values for verb in desk.verbs_of(SaveSettings)]
    assert saved == [
        {"rows_per_batch": 2000}, {"rows_per_batch": None}, {"warn_above_usd": 40},
        {"warn_above_usd": None},
        {"theme": "dark"}, {"text_size": 115},
    ]  # fmt: skip


def test_the_amount_of_the_warning_is_kept(tmp_path: Path, qtbot: QtBot) -> None:
    """What is set is shown, can be changed while the warning is on, and survives its switch."""
    desk = _desk(tmp_path)
    desk.settings["warn_above_usd"] = 7
    dialog = _settings(desk, qtbot)
    assert (dialog.warn_above.value(), dialog.warn_above.text()) == (7, "$7")
    dialog.warn_above.setValue(1_500)
    for _ in range(2):
        dialog.warn.click()
    amounts = [verb.values["warn_above_usd"] for verb in desk.verbs_of(SaveSettings)]
    assert amounts == [1_500, None, 1_500]
    dialog.show()
    assert dialog.warn_above.isVisible()
    dialog.warn.click()
    assert not dialog.warn_above.isVisible()


def test_other_address_is_always_warned_about(tmp_path: Path, qtbot: QtBot) -> None:
    """Whoever opens the settings sees where keys and rows go when it is not Anthropic."""
    desk = FakeDesk(
        tmp_path, {KeyState: NO_KEY}, settings={"address": "https://gateway.example.org"}
    )
    dialog = _settings(desk, qtbot)
    warning = (
        "Not Anthropic’s own address: your key and your rows go to https://gateway.example.org"
    )
    assert warning in _said(dialog)
    desk.settings_changed.emit({**desk.settings, "address": ""})
    assert "Not Anthropic" not in _said(dialog)


def test_refused_address_is_explained_and_changes_nothing(tmp_path: Path, qtbot: QtBot) -> None:
    """An address that is neither https nor this computer gets the engine's sentence."""
    desk = _desk(tmp_path)
    desk.link.answers[SaveSettings] = SheafError("The address is not safe to send a key to.")
    dialog = _settings(desk, qtbot)
    dialog.address.setText("http://example.org")
    dialog.address.editingFinished.emit()
    assert "The address is not safe to send a key to. Nothing was changed." in _said(dialog)
    assert dialog.address.property("bad") is True


def test_unchanged_address_is_not_saved(tmp_path: Path, qtbot: QtBot) -> None:
    """Leaving the field asks the engine nothing when nothing was typed."""
    desk = _desk(tmp_path)
    dialog = _settings(desk, qtbot)
    dialog.address.editingFinished.emit()
    assert desk.verbs_of(SaveSettings) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("percent", [100, 130])
def test_settings_cut_no_line(tmp_path: Path, qtbot: QtBot, theme: str, percent: int) -> None:
    """Every line of text has the width that it needs, at each text size."""
    THEME.apply(theme, percent)
    desk = _desk(tmp_path, KeySave=REJECTED)
    dialog = _settings(desk, qtbot)
    dialog.key.field.setText(SECRET)
    dialog.key.check()
    dialog.show()
    assert dialog.height() <= dialog.screen().availableGeometry().height()
    for label in dialog.findChildren(QLabel):
        if label.isVisible() and not label.wordWrap():
            assert label.width() >= label.sizeHint().width(), label.text()


# --- the first key -----------------------------------------------------------------------------


def test_pasted_key_is_checked_at_once_and_closes(tmp_path: Path, qtbot: QtBot) -> None:
    """Pasting is enough: accepted, the dialog is gone and says so."""
    desk = _desk(tmp_path, KeySave=A_KEY)
    dialog = FirstKeyDialog(desk)
    qtbot.addWidget(dialog)
    QGuiApplication.clipboard().setText(f" {SECRET}\n")
    with qtbot.waitSignal(dialog.connected):
        dialog.form.field.paste_key()
    assert desk.verbs_of(KeySave) == [KeySave(SECRET)]
    assert dialog.result() == FirstKeyDialog.DialogCode.Accepted


def test_typed_letters_are_not_checked_one_by_one(tmp_path: Path, qtbot: QtBot) -> None:
    """Typing a key sends nothing before the button is pressed."""
    desk = _desk(tmp_path)
    dialog = FirstKeyDialog(desk)
    qtbot.addWidget(dialog)
    qtbot.keyClicks(dialog.form.field, SECRET)
    assert desk.verbs_of(KeySave) == []


def test_refused_first_key_keeps_the_dialog_open(tmp_path: Path, qtbot: QtBot) -> None:
    """The banner stands under the field, and practice stays one press away."""
    dialog = FirstKeyDialog(_desk(tmp_path, KeySave=REJECTED))
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.form.field.setText(SECRET)
    assert dialog.isVisible()
    assert "This key was not accepted" in _said(dialog)
    _button(dialog, "stay-in-practice").click()
    assert dialog.result() == FirstKeyDialog.DialogCode.Rejected


def test_step_is_checked_when_the_person_comes_back(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A step whose link was opened gets its check, the others keep their number."""
    opened: list[str] = []
    monkeypatch.setattr(
        QDesktopServices, "openUrl", lambda url: opened.append(QUrl(url).toString())
    )
    dialog = FirstKeyDialog(_desk(tmp_path))
    qtbot.addWidget(dialog)
    _button(dialog, "key-step-1").click()
    QApplication.sendEvent(dialog, QEvent(QEvent.Type.WindowActivate))
    assert [step.mark.done for step in dialog._steps] == [True, False, False]
    assert all(address.startswith("https://platform.claude.com/") for address in opened)


def test_credit_is_counted_with_the_price_table(tmp_path: Path) -> None:
    """How far 5 dollars go follows from the suggested model's price; unknown is said without."""
    words = what_credit_buys(_desk(tmp_path).models)
    assert words.startswith("$5 answers about 280,000 short reviews with ")
    assert "$" not in what_credit_buys(None)


def test_the_keyboard_stays_at_the_key_while_it_is_checked(tmp_path: Path, qtbot: QtBot) -> None:
    """What is typed during a check never ends up in the service's address."""
    dialog = SettingsDialog(_desk(tmp_path, KeyTest=A_KEY))
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    check = _button(dialog, "check-key")
    check.setFocus()
    assert check.hasFocus()
    check.click()
    assert QApplication.focusWidget() is dialog.key.field
