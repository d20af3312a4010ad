"""The way to a first key in three steps."""

from __future__ import annotations

from decimal import ROUND_DOWN, Context, Decimal

from PySide6.QtCore import QEvent, QRectF, QSize, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.core.cost import Usage, price_of
from app.engine.replies import KeyReply, ModelList
from app.ui.desk import Desk
from app.ui.dialogs.key_form import KeyForm
from app.ui.dialogs.key_words import CONSOLE, CONSOLE_BILLING, CONSOLE_KEYS
from app.ui.layouts import column, row
from app.ui.paint import CENTRE, line_of_text, rounded
from app.ui.theme import THEME
from app.ui.widgets.button import Button
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.hair_line import HairLine
from app.ui.widgets.label import Label

_SHORT_REVIEW = Usage(input=181, output=34)
_CREDIT = Decimal(5)
_TWO_DIGITS = Context(prec=2, rounding=ROUND_DOWN)
_CIRCLE = 24


class StepMark(QWidget):
    """The number of a step, or a check once it is done."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number
        self.done = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        THEME.changed.connect(self._restyle)

    def check(self) -> None:
        """Mark the step as done."""
        self.done = True
        self.setAccessibleName("Done")
        self.update()

    def sizeHint(self) -> QSize:
        """Return the circle."""
        return QSize(_CIRCLE, _CIRCLE)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the circle with its number or its check."""
        painter = QPainter(self)
        area = QRectF(self.rect())
        rounded(painter, area, _CIRCLE / 2, "accentSoft" if self.done else "accent")
        if self.done:
            THEME.paint_icon(painter, "check", area.adjusted(5, 5, -5, -5), "accentText")
        else:
            line_of_text(painter, area, str(self._number), "smallS", "onAccent", CENTRE)

    @Slot()
    def _restyle(self) -> None:
        self.update()


class _LinkStep(QWidget):
    """A step with a link; it counts as done when its link was used and the window came back."""

    def __init__(self, number: int, title: str, text: str, link: str, address: str) -> None:
        super().__init__()
        self.mark = StepMark(number)
        self._address = address
        self._was_used = False
        self._link = Button(link, "link", size=28, icon="external-link")
        self._link.setObjectName(f"key-step-{number}")
        self._link.clicked.connect(self._open)
        self.text = Label(text, "small", "text2", wrap=True)
        self.lines = column(Label(title, "bodyM"), self.text, row(self._link, None), gap=2)
        line = row(column(self.mark, None), gap=12)
        line.addLayout(self.lines, 1)
        self.setLayout(line)

    def come_back(self) -> None:
        """Check the step if its link was used."""
        if self._was_used:
            self.mark.check()

    @Slot()
    def _open(self) -> None:
        self._was_used = True
        QDesktopServices.openUrl(QUrl(self._address))


class FirstKeyDialog(Dialog):
    """Three steps, all open at once; an accepted key closes the dialog."""

    connected = Signal(object)
    """The KeyReply of the key that was accepted."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent, "Connect Sheaf to Claude", icon="key-round", width=600)
        self.setObjectName("first-key-dialog")
        self._desk = desk
        self.form = KeyForm(desk, act="Check key", kind="primary", pastes=True)
        text = (
            "Anthropic answers your rows and bills you directly. Sheaf adds nothing to the price."
        )
        self.body.addWidget(Label(f"{text} About 5 minutes, once.", "body", "text2", wrap=True))
        self._steps = self._make_steps()
        for number, step in enumerate(self._steps):
            if number:
                self.body.addWidget(HairLine())
            self.body.addWidget(step)
        self._steps[-1].lines.addWidget(self.form)
        stay = Button("Stay in practice mode")
        stay.setObjectName("stay-in-practice")
        stay.clicked.connect(self.reject)
        self.add_note("No hurry: practice mode keeps working without a key.")
        self.add_button(stay)
        self.form.resized.connect(self.fit)
        self.form.accepted.connect(self._on_accepted)
        self.form.field.textChanged.connect(self._on_text)
        self.form.look()
        self.form.field.setFocus()

    def _make_steps(self) -> list[_LinkStep]:
        account = (
            "With an e-mail address or a company login. "
            "A Claude.ai plan is separate and does not include this."
        )
        paste = (
            "In the Console choose API keys, then Create key. "
            "It is shown only once, so copy it straight away."
        )
        return [
            _LinkStep(1, "Open an Anthropic Console account", account, "Open Console", CONSOLE),
            _LinkStep(
                2,
                "Put a little credit on it",
                what_credit_buys(self._desk.models),
                "Open Billing",
                CONSOLE_BILLING,
            ),
            _LinkStep(3, "Create a key and paste it here", paste, "Open API keys", CONSOLE_KEYS),
        ]

    def event(self, event: QEvent) -> bool:
        """Check the steps whose links were used when the person comes back from the browser."""
        if event.type() == QEvent.Type.WindowActivate:
            for step in self._steps[:2]:
                step.come_back()
        return super().event(event)

    @Slot(str)
    def _on_text(self, text: str) -> None:
        """Check a key that was pasted whole at once; one that is typed waits for the button."""
        if text.strip().startswith("sk-ant-") and len(text) - self._typed > 1:
            self.form.check()
        self._typed = len(text)

    _typed = 0

    @Slot(object)
    def _on_accepted(self, reply: KeyReply) -> None:
        self.connected.emit(reply)
        self.accept()


def what_credit_buys(models: ModelList | None) -> str:
    """Say how far 5 dollars go with the suggested model, if its price is known."""
    limit = "You can also set a monthly limit there."
    model = next((m for m in models.models if m.id == models.suggested), None) if models else None
    if model is None or model.prices is None:
        return f"A few dollars go a long way with short texts. {limit}"
    rows = _CREDIT / price_of(_SHORT_REVIEW, model.prices)
    count = int(_TWO_DIGITS.create_decimal(rows))
    return f"$5 answers about {count:,} short reviews with {model.name}. {limit}"
