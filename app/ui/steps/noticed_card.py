"""What reading the spreadsheet brought to light, and what can be done about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import Signal, Slot

from app.core.job import ColumnFacts, Job
from app.core.recipes import main_text_column
from app.ui.layouts import box, column, row
from app.ui.widgets.button import Button
from app.ui.widgets.card import Card
from app.ui.widgets.icon_view import IconView
from app.ui.widgets.label import Label

_QUIET = frozenset({"empty_rows", "title_rows"})
"""Notices that only inform."""
LONG_WORDS = 2_000
"""A text of more words than this is worth a notice."""
_CHARACTERS_PER_WORD = 6
_LEAVE_OUT, _SEND = "Leave them out", "Send them too"


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    quiet: bool = False
    action: str = ""


class NoticedCard(Card):
    """A line for each notice; emits `blank_toggled` when blank rows are to be sent or left out."""

    blank_toggled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._list = column(gap=8)
        lines = column(Label("What we noticed", "heading"), 4, gap=4)
        lines.addLayout(self._list)
        lines.setContentsMargins(16, 12, 16, 14)
        self.setLayout(lines)

    def show_job(self, job: Job, *, skip_blank: bool) -> None:
        """Show what was noticed in a job's spreadsheet."""
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        found = list(_lines(job, skip_blank=skip_blank))
        for line in found or [_Line("Nothing odd. Every row was read.", quiet=True)]:
            self._add(line)

    def _add(self, line: _Line) -> None:
        sign = IconView("info", "text2") if line.quiet else IconView("triangle-alert", "warn")
        text = Label(line.text, "body", wrap=True)
        words = column(text, gap=0)
        if line.action:
            link = Button(line.action, "link", size=24)
            link.setObjectName("toggle-blank")
            link.clicked.connect(self._on_link)
            words.addLayout(row(link, None))
        entry = row(box(column(sign, None, margins=(0, 2, 0, 0))), gap=10)
        entry.addLayout(words, 1)
        self._list.addWidget(box(entry))

    @Slot()
    def _on_link(self) -> None:
        self.blank_toggled.emit()


def _lines(job: Job, *, skip_blank: bool) -> Iterator[_Line]:
    for notice in job.notices:
        yield _Line(notice.text, quiet=notice.code in _QUIET)
    main = next((c for c in job.columns if c.name == _main(job)), None)
    if main is not None:
        yield from _about_text(main, job.rows, skip_blank=skip_blank)


def _main(job: Job) -> str:
    return main_text_column([facts.column for facts in job.columns])


def _about_text(main: ColumnFacts, rows: int, *, skip_blank: bool) -> Iterator[_Line]:
    words = main.longest // _CHARACTERS_PER_WORD
    if words > LONG_WORDS:
        yield _Line(
            f"The longest text in {main.name} has about {words:,} words. "
            "Long rows cost more. Nothing is cut."
        )
    blank = rows - main.filled
    if not blank:
        return
    have = "1 row has" if blank == 1 else f"{blank:,} rows have"
    if skip_blank:
        yield _Line(
            f"{have} nothing in {main.name}. Rows with nothing to read are left out and cost "
            "nothing.",
            quiet=True,
            action=_SEND,
        )
    else:
        yield _Line(f"{have} nothing in {main.name} and would be sent anyway.", action=_LEAVE_OUT)
