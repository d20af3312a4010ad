"""The field for the API key with its button, and what came of it below."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from app.core.errors import SheafError
from app.engine.protocol import AnyVerb
from app.engine.replies import KeyReply
from app.engine.verbs import KeyForget, KeySave, KeyState, KeyTest
from app.ui.ask import Question
from app.ui.desk import USABLE_KEYS, Desk
from app.ui.dialogs.key_words import CONSOLE_KEYS, KeyAct, KeyWords, words_for
from app.ui.layouts import box, column, row
from app.ui.widgets.announce import announce
from app.ui.widgets.banner import Banner
from app.ui.widgets.button import Button
from app.ui.widgets.field import mark_bad
from app.ui.widgets.icon_view import IconView
from app.ui.widgets.label import Label
from app.ui.widgets.secret_field import SecretField
from app.ui.widgets.tone import Tone


class KeyForm(QWidget):
    """Checks and keeps a key; its text goes from the field into the verb and nowhere else."""

    accepted = Signal(object)
    """A KeyReply: the key that was typed is good and in use."""
    resized = Signal()
    """More or less is said than before."""

    def __init__(
        self, desk: Desk, *, act: str, kind: str = "secondary", pastes: bool = False
    ) -> None:
        super().__init__()
        self._desk = desk
        self._act = act
        self._what_next = KeyAct.NOTHING
        self._checked_typed = False
        self.field = SecretField(name="Anthropic API key", placeholder="sk-ant-…", pastes=pastes)
        self.field.setObjectName("api-key")
        self._check = Button(act, kind, icon="" if kind == "primary" else "refresh-cw")
        self._check.setObjectName("check-key")
        self._result_icon, self._result = IconView("circle-check", "ok"), Label("", wrap=True)
        self._place = Label("", "body", "text2", wrap=True)
        self._remove = Button("Remove key", "link", size=28)
        self._remove.setObjectName("remove-key")
        self._banner_button = Button("")
        self._banner_button.setObjectName("key-banner-button")
        self._banner = Banner(Tone.WARN, "", button=self._banner_button)
        self._lay_out()
        self._check.clicked.connect(self.check)
        self._remove.clicked.connect(self._forget)
        self._banner_button.clicked.connect(self._on_banner)
        self.field.textChanged.connect(self._on_typed)
        self.field.returnPressed.connect(self.check)

    def _lay_out(self) -> None:
        line = row(gap=8)
        line.addWidget(self.field, 1)
        line.addWidget(self._check)
        result = row(self._result_icon, gap=8)
        result.addWidget(self._result, 1)
        self._result_row = box(result)
        place = row(IconView("lock", "text2"), gap=8)
        place.addWidget(self._place, 1)
        place.addWidget(self._remove)
        self._place_row = box(place)
        parts = (line, self._result_row, self._banner, self._place_row)
        self.setLayout(column(*parts, gap=10))
        for part in (self._result_row, self._banner, self._place_row):
            part.hide()

    def look(self) -> None:
        """Ask where the key is, and say it."""
        self._ask(KeyState(), typed=False)

    @Slot()
    def check(self) -> None:
        """Check the key in the field and keep it if it is good; without one, the present key."""
        key = self.field.key()
        if not self._check.isEnabled():
            return
        if key:
            self._ask(KeySave(key), typed=True)
        else:
            self._ask(KeyTest(), typed=False)

    def _ask(self, verb: AnyVerb, *, typed: bool) -> None:
        self._checked_typed = typed
        if self._check.hasFocus():
            # Switched off, it would hand the keyboard to the next field: the service's address.
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self._check.setEnabled(False)
        self._check.setText("Checking…")
        self._desk.ask(verb, owner=self, done=self._take, failed=self._fail)

    def _take(self, reply: KeyReply) -> None:
        typed = self._checked_typed
        self._rest()
        kept = reply.outcome in USABLE_KEYS
        if typed and kept:
            self.field.forget()
        elif typed:
            # The key that is in use may be another one: what all screens share must stay true.
            self._desk.ask(KeyState(), owner=self)
        self._show(words_for(reply, typed=typed))
        if kept and reply.ending:
            self.field.setPlaceholderText("•" * 24 + reply.ending)
        if typed and kept:
            self.accepted.emit(reply)

    def _fail(self, error: SheafError) -> None:
        self._rest()
        why = " ".join(part for part in (error.why, error.fix) if part)
        self._show(KeyWords(title=error.what, text=why, act=KeyAct.AGAIN))

    def _rest(self) -> None:
        self._check.setEnabled(True)
        self._check.setText(self._act)

    def _show(self, words: KeyWords) -> None:
        self._result.setText(words.result)
        self._result.set_ink("okText" if words.good else "text2")
        self._result_icon.show_icon(*(("circle-check", "ok") if words.good else ("info", "text3")))
        self._result_row.setVisible(bool(words.result))
        self._what_next = words.act
        self._banner_button.setText(words.act.value)
        self._banner_button.set_icon("external-link" if words.act is KeyAct.CONSOLE else "")
        self._banner_button.setVisible(words.act is not KeyAct.NOTHING)
        self._banner.setVisible(bool(words.title))
        self._banner.say(words.tone, words.title, words.text)
        self._place.setText(words.place)
        self._remove.setVisible(words.removable)
        self._place_row.setVisible(bool(words.place) or words.removable)
        mark_bad(self.field, bad=words.bad_field)
        self.field.setAccessibleDescription(words.title or words.result)
        announce(self, words.result or f"{words.title}. {words.text}")
        self.resized.emit()

    @Slot(str)
    def _on_typed(self, _text: str) -> None:
        mark_bad(self.field, bad=False)

    @Slot()
    def _on_banner(self) -> None:
        if self._what_next is KeyAct.CONSOLE:
            QDesktopServices.openUrl(QUrl(CONSOLE_KEYS))
        elif self._what_next is KeyAct.LOOK_AGAIN:
            self.look()
        elif self.field.key():
            self.check()
        else:
            self.look()

    @Slot()
    def _forget(self) -> None:
        question = Question(
            "Remove the key?",
            "Sheaf goes back to practice mode. Jobs at work carry on at Anthropic; to fetch their "
            "answers you need a key of the same workspace again.",
            "Remove the key",
            keep="Keep it",
            dangerous=True,
            icon="key-round",
        )
        if self._desk.questions.confirm(question, self.window()):
            self.field.setPlaceholderText("sk-ant-…")
            self._ask(KeyForget(), typed=False)
