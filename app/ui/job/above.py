"""What stands above a job's batches or answers: a banner, the limit to raise, or a question."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

from PySide6.QtCore import QEvent, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from app.core.errors import SheafError
from app.core.job import JobState, Mode
from app.engine.events import Noticed, Trouble
from app.engine.replies import DoubtLine, Exported, JobLine
from app.ui.desk import Desk
from app.ui.dialogs.key_words import CONSOLE, CONSOLE_BILLING
from app.ui.job.acts import JobActs
from app.ui.job.banners import (
    NOTHING_LEFT,
    PRACTICE,
    copied_message,
    exported_message,
    key_is_missing,
    message_for,
    noticed_message,
    trouble_message,
    waiting_message,
)
from app.ui.job.left import Left
from app.ui.job.limit_bar import LimitBar
from app.ui.job.message import Act, Message
from app.ui.job.message_bar import MessageBar
from app.ui.job.question_card import QuestionCard
from app.ui.job.words import NO_NOTES, BatchNotes, is_elsewhere, questions, waits_for_limit
from app.ui.layouts import box, column
from app.ui.widgets.announce import announce
from app.ui.widgets.banner import Banner
from app.ui.widgets.tone import Tone

_STILL_HERE_MS = 3000
"""A browser that has not come to the front after so long has opened behind this window."""
_ELSEWHERE_MENDED = frozenset({Act.CREDIT, Act.CONSOLE, Act.SETTINGS})
"""What is mended outside this page; back from there, the same button continues the job."""


class Above(QWidget):
    """At most one banner and at most one question; takes no room when there is neither.

    That a job is practice stands above all of it, always.
    """

    settings_wanted = Signal()
    """The key is what a paused job waits for."""

    def __init__(self, desk: Desk, acts: JobActs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._acts = desk, acts
        self._line: JobLine | None = None
        self._left, self._notes = NOTHING_LEFT, NO_NOTES
        self._notice: Message | None = None
        self._waited: set[tuple[str, int, str]] = set()
        """Questions that were answered with waiting; they do not come back by themselves."""
        self._asked: DoubtLine | None = None
        self._gone_for: Act = Act.NOTHING
        self._came_back = False
        practice = Banner(Tone.RUN, PRACTICE, icon="shield-check")
        self.practice = box(column(practice, margins=(24, 16, 24, 0)))
        self.bar, self.limit, self.card = MessageBar(), LimitBar(), QuestionCard()
        self._card_place = box(column(self.card, margins=(24, 16, 24, 0)))
        self._card_place.hide()
        self.setLayout(column(self.practice, self._card_place, self.limit, self.bar, gap=0))
        self.bar.acted.connect(self._act)
        self.limit.raised.connect(self._raise_limit)
        self.card.wait_chosen.connect(self._wait)
        self.card.again_chosen.connect(self._send_again)
        desk.key_changed.connect(self._on_key)

    def show_line(self, line: JobLine, left: Left, notes: BatchNotes) -> None:
        """Show what stands above a job now."""
        before, self._line = self._line, line
        if before is None or (before.path, before.halt) != (line.path, line.halt):
            self._gone_for, self._came_back = Act.NOTHING, False
        if before is None or before != line:
            self._notice = None
        self._left, self._notes = left, notes
        self.bar.free()
        self._say()

    def hear(self, noticed: Noticed) -> None:
        """Show what the engine noticed, until the job changes."""
        self._notice = noticed_message(noticed.text, datetime.now().astimezone())
        self._say()

    def hear_trouble(self, line: JobLine, trouble: Trouble) -> None:
        """Say why work has stopped, unless the job's own line says it already."""
        if not line.trouble:
            self._notice = trouble_message(line, self._desk.key, trouble)
            self._say()

    def say_exported(self, reply: Exported) -> None:
        """Say where the answers were written, until the job changes."""
        self._notice = exported_message(reply)
        self._say()

    @Slot(object)
    def say_copied(self, rows: int) -> None:
        """Say that the answers are in the clipboard, until the job changes."""
        self._notice = copied_message(rows)
        self._say()

    # --- what is shown ------------------------------------------------------------------------

    def _say(self) -> None:
        line = self._line
        if line is None:
            return
        self.practice.setVisible(line.mode is Mode.PRACTICE)
        open_questions = questions(line) if line.state is JobState.RUNNING else ()
        asked = [doubt for doubt in open_questions if self._mark(doubt) not in self._waited]
        self._ask(asked)
        may_raise = waits_for_limit(line) and not line.read_only and not is_elsewhere(line)
        if may_raise:
            self.limit.show_line(line, self._left, self._notes)
        self.limit.setVisible(may_raise)
        self.bar.show_message(self._notice or self._message(line, open_questions, asked))

    def _message(
        self, line: JobLine, open_questions: tuple[DoubtLine, ...], asked: list[DoubtLine]
    ) -> Message | None:
        if asked:
            return None
        now = datetime.now().astimezone()
        if open_questions:
            first = open_questions[0]
            return waiting_message(first.batch, first.known_by, now)
        message = message_for(line, self._desk.key, self._left, now=now)
        if message and self._came_back and message.act is self._gone_for:
            return self._mended(line, message)
        return message

    def _mended(self, line: JobLine, message: Message) -> Message:
        """Offer to go on, now that the person has been where the trouble is mended."""
        if message.act is Act.SETTINGS and key_is_missing(line, self._desk.key):
            return message
        return Message(message.tone, message.title, message.text, message.icon, Act.CONTINUE)

    def _ask(self, asked: list[DoubtLine]) -> None:
        was_asked = self._asked
        self._asked = asked[0] if asked else None
        if self._asked is None:
            self._card_place.hide()
            if was_asked is not None and self._is_settled(was_asked):
                announce(self, f"The question about batch {was_asked.batch:,} is settled.")
            return
        each = self._left.usd / self._left.rows if self._left.usd and self._left.rows else None
        expected = None if each is None else each * self._asked.rows
        self.card.ask(self._asked, len(asked), expected)
        self.card.show()
        self._card_place.show()

    def _is_settled(self, doubt: DoubtLine) -> bool:
        line = self._line
        return line is not None and all(each.batch != doubt.batch for each in questions(line))

    def _mark(self, doubt: DoubtLine) -> tuple[str, int, str]:
        return (self._line.path if self._line else "", doubt.batch, doubt.since)

    @Slot(object)
    def _on_key(self, _key: object) -> None:
        self._say()

    def changeEvent(self, event: QEvent) -> None:
        """Offer to continue when the person comes back to this window."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange:
            self._come_back()

    # --- doing ----------------------------------------------------------------------------------

    @Slot(object)
    def _act(self, message: Message) -> None:
        line, act = self._line, message.act
        if act in _ELSEWHERE_MENDED:
            self._gone_for, self._came_back = act, False
        if act is Act.SHOW_FILE:
            folder = QUrl.fromLocalFile(str(Path(message.path).parent))
            QDesktopServices.openUrl(folder)
        elif act in (Act.CREDIT, Act.CONSOLE):
            self._open_console(CONSOLE_BILLING if act is Act.CREDIT else CONSOLE)
        elif act is Act.SETTINGS:
            self.settings_wanted.emit()
        elif act is Act.QUESTION:
            self._waited.clear()
            self._say()
        elif line is not None:
            self.bar.rest()
            if not self._acts.way_out(line, act, self._left, failed=self._no_way_out):
                self.bar.free()

    def _open_console(self, address: str) -> None:
        """Open a page of the Console; where that brings no other window, the way on is here."""
        if QDesktopServices.openUrl(QUrl(address)):
            QTimer.singleShot(_STILL_HERE_MS, self, self._come_back)
            return
        self._come_back()
        self._desk.show_error(self, _no_browser(address))

    @Slot()
    def _come_back(self) -> None:
        """Offer to continue, now that the person is at this window after the way out."""
        if self._gone_for is not Act.NOTHING and not self._came_back and self.isActiveWindow():
            self._came_back = True
            self._say()

    def _no_way_out(self, error: SheafError) -> None:
        self.bar.free()
        self._desk.show_error(self, error)

    @Slot(object)
    def _raise_limit(self, amount: Decimal) -> None:
        if self._line is not None:
            self._acts.raise_limit(self._line, amount, failed=self._limit_not_raised)

    def _limit_not_raised(self, error: SheafError) -> None:
        self.limit.free()
        self._desk.show_error(self, error)

    @Slot()
    def _wait(self) -> None:
        if self._asked is not None:
            self._waited.add(self._mark(self._asked))
            self._say()

    @Slot(object)
    def _send_again(self, batch: int) -> None:
        if self._line is not None:
            self._acts.send_again(self._line, batch, failed=self._not_sent_again)

    def _not_sent_again(self, error: SheafError) -> None:
        self.card.free()
        self._desk.show_error(self, error)


def _no_browser(address: str) -> SheafError:
    return SheafError(
        "Sheaf could not open your browser.",
        f"The page is {address}.",
        "Open it yourself. Then continue the job here.",
    )
