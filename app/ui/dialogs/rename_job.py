"""The question for a job's new name."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from app.ui.widgets.button import Button
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.field import Field
from app.ui.widgets.text_field import TextField

_LONGEST = 120


class RenameJob(Dialog):
    """Emits `named` with the new name, without spaces around it."""

    named = Signal(object)

    def __init__(self, parent: QWidget | None, name: str) -> None:
        super().__init__(parent, "Rename this job", icon="pencil", width=480)
        self._name = TextField(name, name="Name of the job")
        self._name.setObjectName("job-name")
        self._name.setMaxLength(_LONGEST)
        self._name.selectAll()
        self._name.textChanged.connect(self._check)
        self.body.addWidget(Field("Name", self._name, hint="The file on your computer stays."))
        cancel, self._rename = Button("Cancel"), Button("Rename job", "primary")
        self._rename.setObjectName("rename")
        cancel.clicked.connect(self.reject)
        self._rename.clicked.connect(self._done)
        self.add_button(cancel)
        self.add_button(self._rename, default=True)
        self._name.setFocus()

    @Slot()
    def _check(self) -> None:
        self._rename.setEnabled(bool(self._name.text().strip()))

    @Slot()
    def _done(self) -> None:
        self.named.emit(self._name.text().strip())
        self.accept()
