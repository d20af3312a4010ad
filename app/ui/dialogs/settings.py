"""The settings: the key and the service, batches, money, and how Sheaf looks."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from app import __version__
from app.core.errors import SheafError
from app.engine.verbs import SaveSettings
from app.ui.desk import Desk
from app.ui.dialogs.key_form import KeyForm
from app.ui.dialogs.money_settings import MoneySettings
from app.ui.held import hold_width
from app.ui.layouts import box, column, row
from app.ui.theme import TEXT_SIZES
from app.ui.widgets.button import Button
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.field import Field
from app.ui.widgets.hair_line import HairLine
from app.ui.widgets.icon_view import IconView
from app.ui.widgets.label import Label
from app.ui.widgets.number_field import NumberField
from app.ui.widgets.segmented import Segmented
from app.ui.widgets.text_field import TextField
from app.ui.widgets.toggle_row import ToggleRow

_THEMES = ("system", "light", "dark")
_MOST_ROWS, _MOST_DOLLARS = 100_000, 1_000_000
_WARN_ABOVE_USD = 25
USUAL_ADDRESS = "https://api.anthropic.com"


class SettingsDialog(Dialog):
    """Every choice takes effect at once; Done only closes."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent, "Settings", icon="settings", width=640, scrolls=True)
        self.setObjectName("settings-dialog")
        self._desk = desk
        settings = desk.settings
        self.key = KeyForm(desk, act="Test connection")
        self.address = TextField(
            settings.get("address") or "", name="Service address", placeholder=USUAL_ADDRESS
        )
        self.rows = NumberField(
            settings.get("rows_per_batch") or 0, name="Rows per batch", highest=_MOST_ROWS, step=500
        )
        self.warn = ToggleRow(
            "Warn me above a cost",
            "Ask again before submitting a dear job, once.",
            on=settings.get("warn_above_usd") is not None,
        )
        self.warn_above = NumberField(
            _usual_warning(settings),
            name="Warn me above, in US dollars",
            lowest=1,
            highest=_MOST_DOLLARS,
            step=5,
        )
        self.theme = Segmented(
            ("System", "Light", "Dark"),
            icons=("monitor", "sun", "moon"),
            current=_THEMES.index(settings.get("theme", "system")),
            name="Theme",
        )
        self.text_size = Segmented(
            [f"{size}%" for size in TEXT_SIZES],
            current=TEXT_SIZES.index(settings.get("text_size", 100)),
            name="Text size",
        )
        self.money = MoneySettings(desk)
        self._lay_out()
        self._connect()
        self._warn_about_address(settings)
        self.key.look()
        self.money.look()

    def _lay_out(self) -> None:
        self.address.setObjectName("service-address")
        self.rows.setObjectName("rows-per-batch")
        self.warn.setObjectName("warn-above")
        self.warn_above.setObjectName("warn-above-usd")
        self.warn_above.setPrefix("$")
        self.warn_above.setKeyboardTracking(False)
        hold_width(self.warn_above, 128)
        self._amount = _setting("Above", "What the job is expected to cost.", self.warn_above)
        self._amount.setVisible(self.warn.isChecked())
        self.theme.setObjectName("theme")
        self.text_size.setObjectName("text-size")
        self.rows.setSpecialValueText("Automatic")
        self.rows.setKeyboardTracking(False)
        hold_width(self.rows, 128)
        label = Label("Anthropic API key", "bodyM")
        label.setBuddy(self.key.field)
        self._address_field = Field("Service address", self.address)
        warning = row(IconView("triangle-alert", "warn"), gap=8)
        self._warning = Label("", "body", "warnText", wrap=True)
        warning.addWidget(self._warning, 1)
        self._warning_row = box(warning)
        for part in (
            Label("Connection", "heading"),
            column(label, self.key, gap=8),
            column(self._address_field, self._warning_row, gap=8),
            HairLine(),
            Label("Jobs", "heading"),
            _setting(
                "Rows per batch",
                "Smaller batches report progress sooner. Automatic suits most jobs.",
                self.rows,
            ),
            column(self.warn, self._amount, gap=12),
            HairLine(),
            Label("Money", "heading"),
            self.money,
            HairLine(),
            Label("Appearance", "heading"),
            _setting("Theme", "Follows your system unless you choose.", self.theme),
            _setting("Text size", "Of everything in the window.", self.text_size),
        ):
            self.body.addWidget(part) if isinstance(part, QWidget) else self.body.addLayout(part)
        done = Button("Done", "primary")
        done.setObjectName("settings-done")
        done.clicked.connect(self.accept)
        self.add_note(f"Sheaf {__version__} · Your key goes to the service above and nowhere else.")
        self.add_button(done)

    def _connect(self) -> None:
        self.key.resized.connect(self.fit)
        self.money.resized.connect(self.fit)
        self.address.editingFinished.connect(self._save_address)
        self.rows.valueChanged.connect(self._save_rows)
        self.warn.toggled.connect(self._save_warning)
        self.warn_above.valueChanged.connect(self._save_warning)
        self.theme.chosen.connect(self._save_theme)
        self.text_size.chosen.connect(self._save_size)
        self._desk.settings_changed.connect(self._warn_about_address)

    @Slot()
    def _save_address(self) -> None:
        address = self.address.text().strip()
        if address == (self._desk.settings.get("address") or ""):
            self._address_field.mend()
            self.fit()
            return
        verb = SaveSettings({"address": address})
        self._desk.ask(verb, owner=self, done=self._address_saved, failed=self._address_refused)

    def _address_saved(self, settings: dict[str, Any]) -> None:
        self._address_field.mend()
        self.address.setText(settings.get("address") or "")
        self.fit()
        self.key.look()

    def _address_refused(self, error: SheafError) -> None:
        self._address_field.fail(f"{error.sentence} Nothing was changed.")
        self.fit()

    @Slot(object)
    def _warn_about_address(self, settings: dict[str, Any]) -> None:
        """Say plainly where keys and rows go whenever that is not Anthropic."""
        address = settings.get("address") or ""
        self._warning.setText(
            f"Not Anthropic’s own address: your key and your rows go to {address}"
        )
        self._warning_row.setVisible(bool(address))
        self.fit()

    @Slot(int)
    def _save_rows(self, rows: int) -> None:
        self._desk.save_settings({"rows_per_batch": rows or None})

    @Slot()
    def _save_warning(self) -> None:
        """Keep the amount; without a warning it stays in its field until the dialog closes."""
        on = self.warn.isChecked()
        self._amount.setVisible(on)
        self.fit()
        self._desk.save_settings({"warn_above_usd": self.warn_above.value() if on else None})

    @Slot(object)
    def _save_theme(self, number: int) -> None:
        self._desk.save_settings({"theme": _THEMES[number]})

    @Slot(object)
    def _save_size(self, number: int) -> None:
        self._desk.save_settings({"text_size": TEXT_SIZES[number]})


def _usual_warning(settings: dict[str, Any]) -> int:
    amount = settings.get("warn_above_usd")
    return _WARN_ABOVE_USD if amount is None else int(amount)


def _setting(title: str, hint: str, control: QWidget) -> QWidget:
    label = Label(title, "bodyM")
    label.setBuddy(control)
    control.setAccessibleDescription(hint)
    line = row(gap=16)
    line.addLayout(column(label, Label(hint, "small", "text2", wrap=True), gap=1), 1)
    line.addWidget(control)
    return box(line)
