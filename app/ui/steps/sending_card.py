"""How a job will be sent: its batches, where they go, and when answers are due."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from PySide6.QtWidgets import QWidget

from app.core.job import Mode
from app.engine.replies import Review
from app.ui.job.moments import day_and_clock
from app.ui.layouts import box, column, row
from app.ui.widgets.batch_plan import BatchPlan
from app.ui.widgets.card import Card
from app.ui.widgets.hair_line import HairLine
from app.ui.widgets.label import Label

_SIDE_BY_SIDE = (
    "Batches are worked on side by side. Each one's answers are saved on this computer as it "
    "finishes, so you can close Sheaf and come back."
)
_DAYS_KEPT = 29
_LONGEST = timedelta(hours=24)
"""When a batch has ended at the latest."""


class SendingCard(Card):
    """The batch plan and three facts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setObjectName("sending")
        self.setAccessibleName("How it will be sent")
        self._summary = Label("", "body", "text2", wrap=True)
        self._plan = BatchPlan()
        self._due = Label("", "bodyM")
        self._to = Label("", "bodyM")
        self._kept = _fact("Answers can be collected for", Label(f"{_DAYS_KEPT} days", "bodyM"))
        explained = Label(_SIDE_BY_SIDE, "body", "text2", wrap=True)
        facts = column(
            _fact("Answers due by", self._due), _fact("Sent to", self._to), self._kept, gap=4
        )
        top = column(Label("How it will be sent", "heading"), self._summary, gap=4)
        lines = column(top, self._plan, explained, HairLine(), facts, None, gap=12)
        lines.setContentsMargins(20, 14, 20, 16)
        self.setLayout(lines)

    def show_review(self, review: Review | None) -> None:
        """Show a plan, or that it is being made."""
        self._plan.show_batches(review.batches if review else ())
        self._summary.setText(plan_in_words(review) if review else "Counting the batches")

    def show_way(self, mode: Mode, address: str, now: datetime) -> None:
        """Say where the rows go, and until when the answers are there."""
        practice = mode is Mode.PRACTICE
        self._due.setText("In a moment" if practice else day_and_clock(now + _LONGEST, now))
        self._to.setText(destination(mode, address))
        self._kept.setVisible(mode is Mode.REAL)


def plan_in_words(review: Review) -> str:
    """Say how many batches there are, of what size."""
    count = len(review.batches)
    if not count:
        return "There is nothing to send."
    largest = max(review.batches)
    size = megabytes(review.bytes)
    if count == 1:
        return f"1 batch of {largest:,} {'row' if largest == 1 else 'rows'} · {size} in total"
    return f"{count:,} batches of up to {largest:,} rows · {size} in total"


def megabytes(size: int) -> str:
    """Write a number of bytes for a person."""
    if size < 1_000_000:
        return f"{max(round(size / 1_000), 1):,} kB"
    return f"{size / 1_000_000:,.0f} MB" if size >= 10_000_000 else f"{size / 1_000_000:.1f} MB"


def destination(mode: Mode, address: str) -> str:
    """Say who gets the rows; an address that is not Anthropic's own is named."""
    if mode is Mode.PRACTICE:
        return "Practice on this computer"
    if address:
        return urlsplit(address).netloc or address
    return "Anthropic, with your own key"


def _fact(words: str, value: Label) -> QWidget:
    return box(row(Label(words, "body", "text2"), None, value))
