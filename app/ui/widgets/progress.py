"""The patterns of progress, shared by bars in cards and bars in tables."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from app.ui.paint import dashed, hatch, round_path, rounded
from app.ui.theme import THEME


class Stage(StrEnum):
    """How far a batch is, as a bar shows it."""

    WAITING = "waiting"
    SENDING = "sending"
    CHECKING = "checking"
    WORKING = "working"
    FINISHED = "finished"
    STOPPED = "stopped"
    """Ended before all its rows were run."""
    CANCELLED = "cancelled"
    """Given up before all its rows were run, or before it was sent."""


@dataclass(frozen=True, slots=True)
class Progress:
    """One batch: its rows, how far it is, and how many rows failed or were answered.

    `failed` is read when it is finished, `answered` when it stopped part-way or was cancelled.
    """

    rows: int
    stage: Stage
    failed: int = 0
    answered: int = 0


def paint_batch_bar(painter: QPainter, bar: QRectF, progress: Progress) -> None:
    """Draw the thin bar of one batch."""
    outline = round_path(bar, bar.height() / 2)
    if progress.stage is Stage.WORKING:
        hatch(painter, outline)
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillPath(outline, THEME.colour("track"))
    painter.setClipPath(outline)
    for part, ink in _parts(bar, progress):
        painter.fillRect(part, THEME.colour(ink))
    painter.restore()


def _parts(bar: QRectF, progress: Progress) -> list[tuple[QRectF, str]]:
    if progress.stage is Stage.FINISHED:
        return _split(bar, progress.failed / max(progress.rows, 1), "warn")
    ink = {Stage.STOPPED: "bad", Stage.CANCELLED: "track"}.get(progress.stage, "")
    return _split(bar, 1 - progress.answered / max(progress.rows, 1), ink) if ink else []


def _split(bar: QRectF, rest: float, ink: str) -> list[tuple[QRectF, str]]:
    """Return the finished part and, after a gap, the rest, which is never too small to be seen."""
    if rest <= 0:
        return [(bar, "accent")]
    width = bar.width() * max(rest, 0.06)
    end = QRectF(bar.right() - width, bar.top(), width, bar.height())
    done = QRectF(bar.left(), bar.top(), max(0.0, bar.width() - width - 2), bar.height())
    return [(done, "accent"), (end, ink)]


def paint_segment(painter: QPainter, box: QRectF, progress: Progress) -> None:
    """Draw one batch's share of the bar of the whole job."""
    radius = min(4.0, box.width() / 2)
    if progress.stage is Stage.WORKING:
        hatch(painter, round_path(box, radius))
    elif progress.stage is Stage.SENDING:
        rounded(painter, box, radius, "accentSoft", "accent")
    elif progress.stage is Stage.CHECKING:
        dashed(painter, box, radius, "surface", "accent", 1.25)
    elif progress.stage is Stage.WAITING:
        rounded(painter, box, radius, "track")
    else:
        _paint_ended(painter, box, radius, progress)


def _paint_ended(painter: QPainter, box: QRectF, radius: float, progress: Progress) -> None:
    tail, ink = 0.0, "warn"
    if progress.stage is not Stage.FINISHED:
        tail = box.width() * (1 - progress.answered / max(progress.rows, 1))
        ink = "bad" if progress.stage is Stage.STOPPED else "track"
    elif progress.failed:
        tail = min(10.0, box.width() / 2)
    done = box.width() - tail - 2 if tail else box.width()
    if done > 0:
        rounded(painter, QRectF(box.left(), box.top(), done, box.height()), radius, "accent")
    if tail:
        end = QRectF(box.right() - tail, box.top(), tail, box.height())
        rounded(painter, end, min(radius, tail / 2), ink)
