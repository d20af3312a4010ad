"""A window that a file can be dragged out of, as out of a file manager: drag_source.py FILE."""

from __future__ import annotations

import sys

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel


class DragSource(QLabel):
    """Begins a drag of the file as soon as the pressed mouse moves."""

    def __init__(self, path: str) -> None:
        super().__init__("Drag me")
        self._path = path

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseMoveEvent(self, _: QMouseEvent) -> None:
        drag = QDrag(self)
        content = QMimeData()
        content.setUrls([QUrl.fromLocalFile(self._path)])
        drag.setMimeData(content)
        print(drag.exec(Qt.DropAction.CopyAction).name, flush=True)


if __name__ == "__main__":
    application = QApplication(sys.argv)
    source = DragSource(sys.argv[1])
    source.setWindowTitle("Drag source")
    source.setGeometry(0, 0, 140, 60)  # beside the window of Sheaf
    source.show()
    raise SystemExit(application.exec())
