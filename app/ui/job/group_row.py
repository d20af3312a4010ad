"""One line of the rows that need somebody: the cause, how many, what they cost, the one fix."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.core.causes import Fix
from app.core.cost import in_dollars
from app.core.job import JobSettings, Mode
from app.core.money_words import about
from app.engine.replies import CauseGroup
from app.ui.job.cause_words import CauseWord, cause_word
from app.ui.job.retry_wish import RetryWish, wish_for
from app.ui.job.words import rows_of
from app.ui.layouts import box, column, row
from app.ui.paint import RIGHT
from app.ui.theme import THEME
from app.ui.widgets.button import Button
from app.ui.widgets.icon_view import IconView
from app.ui.widgets.label import Label
from app.ui.widgets.menu import Menu
from app.ui.widgets.number_field import NumberField
from app.ui.widgets.painted_button import PaintedButton

ROWS_WIDTH, COST_WIDTH, FIX_WIDTH = 72, 88, 336
"""How wide the columns beside the cause are at least, for the heading above them too."""
GAP, MARGINS = 10, (16, 10, 12, 10)
_HEIGHT, _FIELD_WIDTH, _MOST_TOKENS = 60, 120, 64_000


class GroupRow(PaintedButton):
    """Pressed it is chosen, and its rows are shown; its fix is a button inside."""

    focus_radius = 4
    retry_wished = Signal(object)
    """A RetryWish."""
    look_wished = Signal()
    """The replies or rows are to be looked at among the answers."""

    def __init__(
        self, group: CauseGroup, settings: JobSettings, mode: Mode, names: dict[str, str]
    ) -> None:
        self.cause_group = group
        self.word: CauseWord = cause_word(group, settings, mode)
        super().__init__(f"{self.word.title}, {rows_of(group.rows)}")
        self._mode, self._names = mode, names
        self._tokens: NumberField | None = None
        self._act = Button("")
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.setObjectName(f"group-{group.cause.value}")
        self.setAccessibleDescription(f"{self.word.sentence} {self._cost}")
        self._cells: tuple[tuple[QWidget, int], ...] = ()
        self._lay_out(self._fix(settings))
        self._act.setObjectName(f"fix-{group.cause.value}")
        self.refit()

    @property
    def max_tokens(self) -> int | None:
        """The longest answer that is shown, where that is the fix."""
        return self._tokens.value() if self._tokens is not None else None

    @property
    def was_edited(self) -> bool:
        """Whether the person has set another longest answer than the one that was suggested."""
        return self.max_tokens not in (None, self.cause_group.longer_answer)

    def keep_tokens(self, tokens: int | None) -> None:
        """Keep the longest answer that a person has set, if one was."""
        if self._tokens is not None and tokens is not None:
            self._tokens.setValue(tokens)

    def set_usable(self, *, usable: bool) -> None:
        """Let the fix be used, or not while the job cannot be changed."""
        looks = self.cause_group.fix in (Fix.LOOK, Fix.CHANGE_DATA)
        self._act.setEnabled(usable or looks)
        if self._tokens is not None:
            self._tokens.setEnabled(usable)

    @property
    def _cost(self) -> str:
        return "free" if self._mode is Mode.PRACTICE else in_dollars(self.cause_group.cost_usd)

    def _price(self, amount: Decimal | None) -> str:
        return "free" if self._mode is Mode.PRACTICE else about(amount)

    # --- layout -----------------------------------------------------------------------------------

    def _lay_out(self, fix: QWidget) -> None:
        title = Label(self.word.title, "bodyS", wrap=True)
        sentence = Label(self.word.sentence, "small", "text2", wrap=True)
        words = column(title, sentence, None, gap=1)
        icon = column(IconView(self.word.icon, self.word.ink), None, margins=(0, 3, 0, 0))
        rows = Label(f"{self.cause_group.rows:,}", "bodyM", align=RIGHT)
        cost = Label(self._cost, "bodyM", align=RIGHT)
        line = row(icon, gap=GAP, margins=MARGINS)
        line.addLayout(words, 1)
        self._cells = ((rows, ROWS_WIDTH), (cost, COST_WIDTH), (fix, FIX_WIDTH))
        for cell, _ in self._cells:
            line.addWidget(cell, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setLayout(line)
        for part in (*self.findChildren(Label), *self.findChildren(IconView)):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def refit(self) -> None:
        """Take the sizes of the text's size; the list calls this, and lines the fixes up."""
        for cell, width in self._cells:
            cell.setFixedWidth(THEME.px(width))
        if self._tokens is not None:
            self._tokens.setFixedWidth(THEME.px(_FIELD_WIDTH))
        self.setMinimumHeight(THEME.px(_HEIGHT) + 1)

    @property
    def fix_width(self) -> int:
        """How wide the fix is with all its words."""
        fix, _ = self._cells[-1]
        return fix.sizeHint().width()

    def widen_fix(self, width: int) -> None:
        """Give the fix as much room as the widest one needs, so that columns stay in line."""
        fix, _ = self._cells[-1]
        fix.setFixedWidth(width)

    def _fix(self, settings: JobSettings) -> QWidget:
        fix, group = self.cause_group.fix, self.cause_group
        if fix is Fix.LOOK:
            replies = "See reply" if group.rows == 1 else "See replies"
            return self._one_button(replies, "eye", self._look)
        if fix is Fix.CHANGE_DATA:
            return self._one_button(f"See {rows_of(group.rows)}", "eye", self._look)
        if fix is Fix.OTHER_MODEL and group.models:
            self._act.set_trailing("chevron-down")
            return self._one_button("Try another model", "", self._choose_model)
        if fix is Fix.LONGER_ANSWER:
            return self._longer_answer(settings)
        price = self._price(group.retry_usd)
        return self._one_button(f"Retry {rows_of(group.rows)} · {price}", "refresh-cw", self._retry)

    def _one_button(self, text: str, icon: str, slot: Callable[[], None]) -> QWidget:
        self._act.setText(text)
        self._act.set_icon(icon)
        self._act.clicked.connect(slot)
        return box(row(None, self._act))

    def _longer_answer(self, settings: JobSettings) -> QWidget:
        least = (self.cause_group.asked_tokens or settings.max_tokens) + 1
        most = max(least, self.cause_group.longer_answer or least, _MOST_TOKENS)
        self._tokens = NumberField(
            self.cause_group.longer_answer or least,
            name="Longest answer for these rows, in tokens",
            lowest=least,
            highest=most,
            step=max(1, (least - 1) // 2),
            unit="tokens",
        )
        self._tokens.setObjectName("longer-answer")
        self._act.setText(f"Retry · {self._price(self.cause_group.retry_usd)}")
        self._act.set_icon("refresh-cw")
        self._act.clicked.connect(self._retry)
        upto = Label("Up to", "small", "text2")
        upto.setBuddy(self._tokens)
        return box(row(None, upto, self._tokens, self._act, gap=8))

    # --- acts -------------------------------------------------------------------------------------

    @Slot()
    def _retry(self) -> None:
        self.retry_wished.emit(wish_for(self.cause_group, max_tokens=self.max_tokens))

    @Slot()
    def _look(self) -> None:
        self.look_wished.emit()

    @Slot()
    def _choose_model(self) -> None:
        menu = self.model_menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._act.mapToGlobal(QPoint(0, self._act.height() + 4)))

    def model_menu(self) -> Menu:
        """Return the menu of other models, each with what these rows cost in all."""
        menu = Menu(self)
        menu.setObjectName("other-models")
        for offer in self.cause_group.models:
            name = self._names.get(offer.model, offer.model)
            words = f"{name} · {self._price(offer.per_thousand_usd)}"
            menu.add(words, partial(self._retry_with, offer.model), icon="refresh-cw")
        return menu

    def _retry_with(self, model: str) -> None:
        wish: RetryWish = wish_for(self.cause_group, model=model)
        self.retry_wished.emit(wish)

    # --- drawing ----------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """Return the size that the fix and a few words need."""
        layout = self.layout()
        width = layout.minimumSize().width() if layout is not None else 0
        return QSize(width, self.minimumHeight())

    def minimumSizeHint(self) -> QSize:
        """Return the same: the words wrap where there is less room."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ground: tinted with a bar at the left when the group is chosen."""
        painter = QPainter(self)
        area = QRectF(self.rect())
        ground = "selected" if self.isChecked() else "hover" if self.hovered else "surface"
        painter.fillRect(area, THEME.colour(ground))
        if self.isChecked():
            painter.fillRect(QRectF(0, 1, 3, area.height()), THEME.colour("accent"))
        rule = QRectF(0, 0, area.width(), 1)
        painter.fillRect(rule, THEME.colour("line"))
