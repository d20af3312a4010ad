"""About Sheaf: its version, where things are, and what it does not do."""

from __future__ import annotations

import platform

from PySide6.QtCore import QUrl, Slot, qVersion
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QWidget

from app import __version__
from app.engine.replies import KeyReply
from app.paths import resource
from app.ui.desk import USABLE_KEYS, Desk
from app.ui.layouts import column, row
from app.ui.widgets.button import Button
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.elided_label import ElidedLabel
from app.ui.widgets.hair_line import HairLine
from app.ui.widgets.label import Label
from app.ui.widgets.mark import Mark
from app.ui.widgets.table_cells import MISSING

PROMISE = "Claude over every row of a spreadsheet, at half price."
PRIVACY = (
    "No account and no statistics: Sheaf sends nothing to its makers. "
    "Your rows go to Anthropic only, with your own key."
)


class AboutDialog(Dialog):
    """Facts about this copy of Sheaf, to be read or copied."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent, "About Sheaf", width=480)
        self.setObjectName("about-dialog")
        self._facts = facts(desk)
        name = column(
            Label("Sheaf", "title"), Label(f"Version {__version__}", "body", "text2"), gap=0
        )
        self.body.addLayout(row(Mark(56, "canvas"), name, None, gap=16))
        self.body.addWidget(Label(PROMISE, "body", "text2", wrap=True))
        self.body.addWidget(HairLine())
        for label, value in self._facts:
            line = row(Label(label, "body", "text2"), gap=16)
            line.addStretch(1)
            line.addWidget(ElidedLabel(value))
            self.body.addLayout(line)
        self.body.addWidget(HairLine())
        self.body.addWidget(Label(PRIVACY, "small", "text2", wrap=True))
        licences = Button("Licences", icon="file-text")
        licences.setObjectName("licences")
        licences.clicked.connect(self._open_licences)
        copy = Button("Copy details", "ghost", icon="copy")
        copy.setObjectName("copy-details")
        copy.clicked.connect(self.copy_details)
        close = Button("Close")
        close.setObjectName("about-close")
        close.clicked.connect(self.accept)
        self.add_quiet(copy)
        self.add_quiet(licences)
        self.add_button(close, default=True)
        close.setFocus()

    @Slot()
    def copy_details(self) -> None:
        """Copy what helps whoever is asked for help; nothing in it is secret."""
        system = f"{platform.system()} {platform.release()} {platform.machine()}"
        lines = [f"Sheaf {__version__} · {system}"]
        lines.append(f"Python {platform.python_version()} · Qt {qVersion()}")
        lines += [f"{label}: {value}" for label, value in self._facts]
        QGuiApplication.clipboard().setText("\n".join(lines))

    @Slot()
    def _open_licences(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(resource())))


def facts(desk: Desk) -> list[tuple[str, str]]:
    """Return what is to be known about this copy, each with its label."""
    return [
        ("Price list", desk.models.as_of if desk.models is not None else MISSING),
        ("Jobs are kept in", str(desk.places.jobs)),
        ("API key", _key(desk.key)),
        ("Log files", "No key, no row contents"),
    ]


def _key(key: KeyReply | None) -> str:
    if key is None or key.outcome not in USABLE_KEYS:
        return "None: practice mode"
    where = f"In {key.place}" if key.place else "In memory until you quit"
    return f"{where}, ending in {key.ending}" if key.ending else where
