"""What reading the spreadsheet brought to light, and what can be done about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import Signal

from app.core.job import Job, JobSettings, as_asked
from app.core.parts import PAGES_TOO
from app.core.ready_made import LEFT_HERE, is_ready_made
from app.core.recipes import main_text_column
from app.core.table import Action, Kind, Notice
from app.core.volume import needed_columns
from app.ui.layouts import box, column, row
from app.ui.widgets.button import Button
from app.ui.widgets.card import Card
from app.ui.widgets.icon_view import IconView
from app.ui.widgets.label import Label

_TEXT_ALONE = "Only that is sent."
_QUIET = frozenset({"empty_rows", "title_rows", "same_files", "pdf_text", "names_files"})
"""Notices that only inform; so do those of files that were passed over."""
_ACTIONS: Mapping[Action, str] = {
    Action.SHOW_ROWS: "Show them",
    Action.FIRST_ROW_IS_DATA: "The first row is data",
    Action.FIRST_ROW_IS_HEADER: "The first row has the names",
    Action.CHOOSE_ENCODING: "Choose the encoding",
    Action.CHOOSE_SEPARATOR: "Choose the separator",
    Action.CHOOSE_SHEET: "Choose the sheet",
    Action.LEAVE_OUT: "Send without them",
    Action.TEXT_ONLY: "Send only their text",
    Action.ATTACH: "Send the files",
    Action.SHOW_NAMES: "Show them",
}
_UNDO: Mapping[Action, str] = {
    Action.LEAVE_OUT: "Send them as they are",
    Action.TEXT_ONLY: "Send their pages too",
    Action.ATTACH: "Send only the names",
}
LONG_WORDS = 2_000
"""A text of more words than this is worth a notice."""
_CHARACTERS_PER_WORD = 6
_WITHOUT = "Sent without that."
_LEAVE_OUT, _SEND = "Leave them out", "Send them too"
_LEFT_OUT = "Rows with nothing to read are left out and cost nothing."
_SENT = "Rows with nothing to read would be sent anyway."


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    quiet: bool = False
    action: str = ""
    notice: Notice | None = None


class NoticedCard(Card):
    """A line for each notice; emits `blank_toggled` when blank rows are to be sent or left out.

    `acted` brings the notice that the person wants to do something about.
    """

    blank_toggled = Signal()
    acted = Signal(object)

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
            link.setObjectName("toggle-blank" if line.notice is None else f"do-{line.notice.code}")
            link.clicked.connect(partial(self._on_link, line.notice))
            words.addLayout(row(link, None))
        entry = row(box(column(sign, None, margins=(0, 2, 0, 0))), gap=10)
        entry.addLayout(words, 1)
        self._list.addWidget(box(entry))

    def _on_link(self, notice: Notice | None) -> None:
        if notice is None:
            self.blank_toggled.emit()
        else:
            self.acted.emit(notice)


def _lines(job: Job, *, skip_blank: bool) -> Iterator[_Line]:
    for notice in job.notices:
        quiet = notice.code in _QUIET or notice.code.startswith("passed_")
        text = notice.text
        if notice.action is Action.ATTACH and notice.column in job.settings.attached:
            text = f'The files that "{notice.column}" names are sent with their rows.'
        if notice.action is Action.TEXT_ONLY and job.settings.text_only:
            text = text.replace(PAGES_TOO, _TEXT_ALONE)
        if notice.action is Action.LEAVE_OUT and job.settings.leave_out_refused:
            text, quiet = text.removesuffix(LEFT_HERE) + _WITHOUT, True
        yield _Line(text, quiet, _action(notice, job.settings), notice)
    if job.source.folder is not None or is_ready_made(job):
        return
    main = _main_column(job)
    facts = next((each for each in job.columns if each.name == main), None)
    words = facts.longest // _CHARACTERS_PER_WORD if facts is not None else 0
    if words > LONG_WORDS:
        yield _Line(
            f"The longest text in {main} has about {words:,} words. "
            "Long rows cost more. Nothing is cut."
        )
    if main:
        yield from _about_blank(job, main, skip_blank=skip_blank)


def _main_column(job: Job) -> str:
    """Return the column that will likely be read: of short texts the one with the longest."""
    asked = as_asked(job.columns, job.settings)
    kinds = {column.name: column.kind for column in asked}
    texts = [facts for facts in job.columns if kinds[facts.name] is Kind.TEXT]
    if texts and not {Kind.FILE, Kind.LONG_TEXT} & set(kinds.values()):
        return max(texts, key=lambda facts: facts.longest).name
    return main_text_column(asked)


def _action(notice: Notice, settings: JobSettings) -> str:
    """Return the words of what can be done about a notice, or undone; empty for nothing."""
    done = {
        Action.LEAVE_OUT: settings.leave_out_refused,
        Action.TEXT_ONLY: settings.text_only,
        Action.ATTACH: notice.column in settings.attached,
    }
    if notice.action is Action.SHOW_ROWS and not notice.rows:
        return ""
    if notice.action is Action.SHOW_NAMES and not notice.names:
        return ""
    if notice.code == "title_rows":
        return "Read them as rows too"
    words = _UNDO if done.get(notice.action) else _ACTIONS
    return words.get(notice.action, "")


def _about_blank(job: Job, main: str, *, skip_blank: bool) -> Iterator[_Line]:
    """Say how many rows have nothing to read, and what becomes of them."""
    read, wanted = (
        needed_columns(replace(job.settings, skip_blank=skip), job.columns)
        for skip in (True, False)
    )
    filled = [each.filled for each in job.columns if each.name in (read or (main,))]
    blank = job.rows - max(filled)
    if not blank:
        return
    have = f"{_count(blank, most=len(filled) > 1)} nothing in {_listed(read or (main,))}"
    if read and read == wanted:
        # Nothing stands around the cells: without them there is nothing that could be sent.
        yield _Line(f"{have}. {_LEFT_OUT}", quiet=True)
    elif skip_blank:
        yield _Line(f"{have}. {_LEFT_OUT}", quiet=True, action=_SEND)
    elif read:
        yield _Line(f"{have} and would be sent anyway.", action=_LEAVE_OUT)
    else:
        yield _Line(f"{have}. {_SENT}", action=_LEAVE_OUT)


def _count(rows: int, *, most: bool) -> str:
    """Count rows that have nothing; of several columns only the most that it can be is known."""
    have = "1 row has" if rows == 1 else f"{rows:,} rows have"
    return f"Up to {have}" if most else have


def _listed(names: Sequence[str]) -> str:
    return " and ".join(names) if len(names) < 3 else f"{', '.join(names[:-1])} and {names[-1]}"
