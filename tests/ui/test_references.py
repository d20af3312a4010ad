"""A guard against Qt wheels that lose references and end the program."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPainter


class _Bell(QObject):
    rung = Signal(object)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None and True are immortal from 3.12 on")
def test_calls_into_qt_keep_none_and_true_alive() -> None:
    """Three hundred signals and three hundred calls that return nothing cost no reference."""
    bell = _Bell()
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    before = (sys.getrefcount(None), sys.getrefcount(True))
    for number in range(300):
        bell.rung.emit(number)
        painter.drawLine(0, 0, 4, 4)
    after = (sys.getrefcount(None), sys.getrefcount(True))
    painter.end()
    assert after[0] == pytest.approx(before[0], abs=30)
    assert after[1] == pytest.approx(before[1], abs=30)
