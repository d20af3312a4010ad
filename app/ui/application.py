"""Starts the window's process: one application, one theme, one window, one engine."""

from __future__ import annotations

import signal
import sys
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QObject, QRectF, Qt, Slot
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from app import logs
from app.core.job import JobState
from app.engine.replies import JobLine
from app.engine.samples import samples
from app.logs import Crash
from app.paths import NAME, Places, resource
from app.ui.ask import Ask
from app.ui.desk import Desk
from app.ui.dialogs.crash import CrashDialog
from app.ui.engine_link import EngineLink, engine_command
from app.ui.no_screen import saying_when_there_is_none
from app.ui.single_instance import Call, SingleInstance, address_of, hand_over
from app.ui.style import start_theme
from app.ui.tasks import Lane, Relay, freeze_and_collect_on_ui_thread
from app.ui.theme import THEME
from app.ui.widgets.focus_ring import FocusRing
from app.ui.widgets.mark import paint_mark
from app.ui.window import Window

APP_ID = "sheaf"
_ICON_SIZES = (16, 24, 32, 48, 64, 128, 256)


class Application(QObject):
    """All parts of the window's process, joined."""

    def __init__(self, qt: QApplication, places: Places, settings: dict[str, Any]) -> None:
        super().__init__(qt)
        self._places = places
        start_theme(
            qt, resource(), places.cache / "icons", settings["theme"], settings["text_size"]
        )
        qt.setWindowIcon(_icon())
        self._ring = FocusRing(qt)
        self._link = EngineLink(engine_command())
        self._link.start()
        self._desk = Desk(self._link, Lane("reading"), places, settings, Ask())
        self._samples = samples()
        self.window = Window(self._desk, self._samples)
        self._wanted: Call | None = None
        self._desk.jobs_listed.connect(self._open_wanted)
        self._desk.settings_changed.connect(self._on_settings)
        qt.aboutToQuit.connect(self._link.close)

    @property
    def jobs(self) -> tuple[JobLine, ...]:
        """The jobs of the library."""
        return tuple(self._desk.jobs.values())

    def begin(self, call: Call) -> None:
        """Show the window and begin to work."""
        self._wanted = call
        self.window.show()
        self._desk.begin()

    @Slot(object)
    def answer(self, call: Call) -> None:
        """Come to the front for a second start, and open what it named."""
        self.window.setWindowState(self.window.windowState() & ~Qt.WindowState.WindowMinimized)
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()
        self._wanted = call
        self._open_wanted()

    @Slot()
    def _open_wanted(self) -> None:
        call, self._wanted = self._wanted, None
        if call is None:
            return
        if call.job:
            self.window.open_job(call.job)
        elif call.sample:
            self._open_sample()

    def _open_sample(self) -> None:
        """Open the sample's draft; one that is there from an earlier start will do."""
        sample = self._samples[0]
        drafts = [line for line in self._desk.jobs.values() if line.state is JobState.DRAFT]
        known = next((line for line in drafts if line.name == sample.title), None)
        if known is not None:
            self.window.open_job(known.path)
        else:
            self.window.loader.load_sample(sample)

    @Slot(object)
    def _on_settings(self, settings: dict[str, Any]) -> None:
        wanted = (settings["theme"], settings["text_size"])
        if wanted != (THEME.choice, THEME.percent):
            THEME.apply(*wanted)


class _Crashes(QObject):
    """Shows a failure of Sheaf's own, whichever thread it happened on; one at a time."""

    def __init__(self, application: Application) -> None:
        super().__init__(application)
        self._application = application
        self._relay = Relay.of_window()
        self._showing = False

    def on_crash(self, crash: Crash) -> None:
        """Hand a failure over to the window's thread."""
        self._relay.post(partial(self._show, crash))

    def _show(self, crash: Crash) -> None:
        if self._showing:
            return
        self._showing = True
        try:
            dialog = CrashDialog(crash, self._application.jobs, self._application.window)
            dialog.exec()
            if dialog.wants_to_quit:
                QApplication.quit()
            dialog.deleteLater()
        finally:
            self._showing = False


def _icon() -> QIcon:
    icon = QIcon()
    for size in _ICON_SIZES:
        picture = QPixmap(size, size)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        paint_mark(painter, QRectF(picture.rect()))
        painter.end()
        icon.addPixmap(picture)
    return icon


def run(places: Places, settings: msgspec.Struct, *, job: Path | None, sample: bool) -> int:
    """Open the window, on a job file or ready to run the bundled sample; return the exit code.

    `settings` are the saved ones, read before the first paint. When a window of this person is
    open already, it comes to the front instead.
    """
    QGuiApplication.setDesktopFileName(APP_ID)
    with saying_when_there_is_none():
        qt = QApplication(sys.argv[:1])
    qt.setApplicationName(NAME)
    qt.setApplicationDisplayName(NAME)
    call = Call(str(job.absolute()) if job is not None else "", sample)
    address = address_of(places.settings)
    if hand_over(address, call):
        return 0
    log = logs.start(places.logs, "window")
    # Without a handler of its own Python would not hear Ctrl-C while Qt waits.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    listener = SingleInstance(address, qt)
    application = Application(qt, places, msgspec.structs.asdict(settings))
    crashes = _Crashes(application)
    log.on_crash = crashes.on_crash
    listener.called.connect(application.answer)
    application.begin(call)
    freeze_and_collect_on_ui_thread(qt)
    code = qt.exec()
    listener.close()
    log.stop()
    return code
