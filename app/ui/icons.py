"""Icons in the colour of the text beside them, drawn from outlines: sharp at every scale."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF
from PySide6.QtGui import QColor, QPainter
from PySide6.QtSvg import QSvgRenderer

_NOTE = re.compile(r"<!--.*?-->", re.DOTALL)


class Icons:
    """The bundled outlines, tinted on demand; `folder` holds one SVG file per name."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self._folder = folder
        self._cache = cache
        self._outlines: dict[str, str] = {}
        self._renderers: dict[tuple[str, str, float], QSvgRenderer] = {}

    def paint(
        self, painter: QPainter, name: str, rect: QRectF, colour: QColor, stroke: float = 0.0
    ) -> None:
        """Draw an icon; without a stroke width it gets the one that suits its size."""
        stroke = stroke or stroke_for(rect.width())
        key = (name, colour.name(), stroke)
        if key not in self._renderers:
            self._renderers[key] = QSvgRenderer(QByteArray(self.svg(*key).encode()))
        self._renderers[key].render(painter, rect)

    def svg(self, name: str, colour: str, stroke: float) -> str:
        """Return an icon's drawing with its colour and stroke width filled in."""
        if name not in self._outlines:
            text = (self._folder / f"{name}.svg").read_text(encoding="utf-8")
            self._outlines[name] = _NOTE.sub("", text).strip()
        tinted = self._outlines[name].replace("currentColor", colour)
        return tinted.replace('stroke-width="2"', f'stroke-width="{stroke}"')

    def file(self, name: str, colour: str, stroke: float = 2.0) -> Path:
        """Return a file with the tinted icon: style sheets and menus take no painter."""
        target = self._cache / f"{name}-{colour.lstrip('#')}-{stroke}.svg"
        drawing = self.svg(name, colour, stroke)
        if not target.is_file() or target.read_text(encoding="utf-8") != drawing:
            self._cache.mkdir(parents=True, exist_ok=True)
            target.write_text(drawing, encoding="utf-8")
        return target


def stroke_for(size: float) -> float:
    """Return the stroke width that keeps an icon of this size as heavy as the text."""
    if size < 16:
        return 2.25
    return 2.0 if size < 20 else 1.75
