"""Where there is no screen, the window says so in one sentence instead of Qt's own words."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

NO_SCREEN = 2
"""The exit code: what was asked for cannot be done here."""
_SENTENCE = (
    "sheaf: There is no screen for the window here. Use the command line instead: "
    "sheaf --help tells how, and sheaf status JOB.sheaf shows a job.\n"
)


@contextmanager
def saying_when_there_is_none() -> Iterator[None]:
    """While Qt looks for the screen: say what is missing, where it would end the program."""
    qInstallMessageHandler(_end)
    try:
        yield
    finally:
        qInstallMessageHandler(None)


def _end(kind: QtMsgType, _where: QMessageLogContext, _text: str | None) -> None:
    """End at once: after a fatal message Qt aborts, and nothing has begun yet."""
    if kind is QtMsgType.QtFatalMsg:
        with suppress(OSError):
            sys.stderr.write(_SENTENCE)
            sys.stderr.flush()
        os._exit(NO_SCREEN)
