"""The honest report of a mistake of Sheaf's own: what is safe, and exactly what is known."""

from __future__ import annotations

import platform
from collections.abc import Iterable

from PySide6.QtCore import Slot, qVersion
from PySide6.QtGui import QFontMetricsF, QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app import __version__
from app.core.job import OPEN, Mode, RowState
from app.engine.replies import JobLine
from app.logs import Crash
from app.ui.layouts import column, row
from app.ui.theme import THEME
from app.ui.widgets.button import Button
from app.ui.widgets.card import Card
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.icon_view import IconView
from app.ui.widgets.label import Label

LEFT_OUT = "Left out on purpose: your key, your rows, file and job names"
_LINES_SHOWN = 10


class CrashDialog(Dialog):
    """Shows the report; accepted means going on, rejected by its own button means quitting."""

    def __init__(
        self, crash: Crash, jobs: Iterable[JobLine], parent: QWidget | None = None
    ) -> None:
        super().__init__(
            parent, "Sheaf made a mistake", icon="triangle-alert", icon_ink="bad", width=600
        )
        self.setObjectName("crash-dialog")
        self.wants_to_quit = False
        self._report = report_of(crash)
        said = "The window made a mistake that we did not foresee. It was our fault, not yours."
        self.body.addWidget(Label(said, "body", "text2", wrap=True))
        safe = row(column(IconView("shield-check", "ok"), None, margins=(0, 2, 0, 0)), gap=10)
        safe.addWidget(Label(what_is_safe(jobs), wrap=True), 1)
        self.body.addLayout(safe)
        copy = Button("Copy", "ghost", size=28, icon="copy")
        copy.setObjectName("copy-report")
        copy.clicked.connect(self.copy_report)
        self.body.addLayout(row(Label("The report", "bodyM"), None, copy))
        self.body.addWidget(Card(column(self._report_view()), radius=8, padding=8))
        sent = f"Nothing has been sent. The log is here: {crash.log_file}"
        self.body.addWidget(Label(sent, "small", "text2", wrap=True))
        leave = Button("Quit Sheaf")
        leave.setObjectName("crash-quit")
        leave.clicked.connect(self._quit)
        go_on = Button("Keep going", "primary")
        go_on.setObjectName("crash-go-on")
        go_on.clicked.connect(self.accept)
        self.add_button(leave)
        self.add_button(go_on, default=True)
        go_on.setFocus()

    def _report_view(self) -> QWidget:
        view = QPlainTextEdit(self._report)
        view.setObjectName("crash-report")
        view.setAccessibleName("The report")
        view.setReadOnly(True)
        view.setTabChangesFocus(True)
        view.setFont(THEME.font("mono"))
        line = QFontMetricsF(THEME.font("mono")).lineSpacing()
        view.setFixedHeight(int(line * _LINES_SHOWN) + 12)
        return view

    @Slot()
    def copy_report(self) -> None:
        """Copy the report as it is shown."""
        QGuiApplication.clipboard().setText(self._report)

    @Slot()
    def _quit(self) -> None:
        self.wants_to_quit = True
        self.reject()


def report_of(crash: Crash) -> str:
    """Return what is known of a failure; its trace holds no data of the person's."""
    system = f"{platform.system()} {platform.machine()}"
    head = f"Sheaf {__version__} · {system} · Python {platform.python_version()} · Qt {qVersion()}"
    return f"{head}\nWhere: {crash.thread}\n\n{crash.report.strip()}\n\n{LEFT_OUT}\n"


def what_is_safe(jobs: Iterable[JobLine]) -> str:
    """Say that no work is lost, with its numbers."""
    lines = list(jobs)
    answers = sum(line.counts.get(RowState.ANSWERED, 0) for line in lines)
    real = [line for line in lines if line.mode is Mode.REAL]
    at_work = sum(line.batches.get(state, 0) for line in real for state in OPEN)
    kept = "1 answer is" if answers == 1 else f"{answers:,} answers are"
    going = "1 batch carries" if at_work == 1 else f"{at_work:,} batches carry"
    carries = f", {going} on at Anthropic" if at_work else ""
    return f"Your jobs are safe. {kept} on this computer{carries}, and nothing is paid twice."
