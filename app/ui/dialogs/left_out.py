"""The names of files that a folder has and that are no rows."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.core.table import Notice
from app.ui.widgets.button import Button
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.label import Label


class LeftOutFiles(Dialog):
    """Lists the first files that a notice is about, and says how many more there are."""

    def __init__(self, parent: QWidget | None, notice: Notice) -> None:
        super().__init__(parent, "Left out", icon="folder-open", width=520, scrolls=True)
        self.setObjectName("left-out-files")
        self.body.addWidget(Label(notice.text, "body", "text2", wrap=True))
        names = Label("\n".join(notice.names), "body", wrap=True)
        names.setObjectName("left-out-names")
        self.body.addWidget(names)
        if more := notice.count - len(notice.names):
            self.body.addWidget(Label(f"and {more:,} more.", "small", "text2"))
        close = Button("Close", "primary")
        close.clicked.connect(self.accept)
        self.add_button(close, default=True)
        close.setFocus()
