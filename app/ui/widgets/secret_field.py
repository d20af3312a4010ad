"""The field for a key: masked, shown only while the eye is held, never kept by the field."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget

from app.ui.theme import THEME
from app.ui.widgets.text_field import TextField

_HINTS = (
    Qt.InputMethodHint.ImhSensitiveData
    | Qt.InputMethodHint.ImhNoPredictiveText
    | Qt.InputMethodHint.ImhNoAutoUppercase
    | Qt.InputMethodHint.ImhHiddenText
)


class SecretField(TextField):
    """A masked line edit with an eye, or with a button that pastes."""

    def __init__(
        self,
        *,
        name: str,
        placeholder: str = "",
        pastes: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(name=name, placeholder=placeholder, parent=parent)
        self._pastes = pastes
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setInputMethodHints(_HINTS)
        self._trailing = self._add_paste() if pastes else self._add_eye()
        THEME.changed.connect(self._retint)

    def forget(self) -> None:
        """Empty the field; nothing of it can be brought back."""
        # setText drops the editing history as well, which clear() keeps.
        self.setText("")
        self._hide()

    def key(self) -> str:
        """Return what was typed or pasted, without the blanks around it."""
        return self.text().strip()

    def _add_eye(self) -> QAction:
        action = self.addAction(THEME.icon("eye"), QLineEdit.ActionPosition.TrailingPosition)
        action.setToolTip("Show while held")
        button = self.findChildren(QToolButton)[-1]
        button.setAccessibleName("Show while held")
        button.pressed.connect(self._show)
        button.released.connect(self._hide)
        return action

    def _add_paste(self) -> QAction:
        icon = THEME.icon("clipboard-paste")
        action = self.addAction(icon, QLineEdit.ActionPosition.TrailingPosition)
        action.setToolTip("Paste")
        self.findChildren(QToolButton)[-1].setAccessibleName("Paste")
        action.triggered.connect(self.paste_key)
        return action

    @Slot()
    def paste_key(self) -> None:
        """Replace what is in the field with what is in the clipboard."""
        self.selectAll()
        self.insert(QGuiApplication.clipboard().text().strip())

    @Slot()
    def _show(self) -> None:
        self.setEchoMode(QLineEdit.EchoMode.Normal)

    @Slot()
    def _hide(self) -> None:
        self.setEchoMode(QLineEdit.EchoMode.Password)

    @Slot()
    def _retint(self) -> None:
        self._trailing.setIcon(THEME.icon("clipboard-paste" if self._pastes else "eye"))
