"""Jobs that are run, retried or cancelled by mortals, and what holds of each in the end."""

from __future__ import annotations

import os
import shutil
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from app.core.job import BatchState, JobState, RowState
from app.engine.view import job_line
from app.practice.message import Voice
from app.practice.replies import Ask
from app.store.ledger import Ledger
from app.store.reader import JobReader
from app.store.settings import DRAFT
from tests.chorus import Answers, Chorus
from tests.cli.running import wait_until
from tests.echo import ECHO, INSTRUCTIONS, check_export, made_rows, mark_in, read_table, write_table
from tests.engine.mortals import Ended, Moment, Nursery, World
from tests.practice_service import PracticeService

ROWS = made_rows(15)
CUT = frozenset({2, 3, 8, 14})
"""The rows whose answers are cut off when they are asked for the first time."""
_PATIENCE = ("--poll-seconds", 30, "--reconcile-seconds", 15)
_BAD_INPUT = 2
_ATTEMPTS = 4
_DRAFT = "home/jobs/.in-doubt.part"
"""What a kill may leave: always the one file, without a word of the person's."""


class Story:
    """One job from its table to its export, with a service and folders of its own."""

    def __init__(
        self, folder: Path, nursery: Nursery, seconds: float, *, wordy: bool, together: int = 1
    ) -> None:
        self.folder = folder
        self.out = folder / "out.csv"
        self.job = folder / "home" / "jobs" / "job.sheaf"
        self.lives: list[Ended] = []
        self.events = 0
        self._nursery = nursery
        self._asked: Counter[str] = Counter()
        self._together = together
        self._chorus = Chorus()
        self._chorus.meddle = _without_last
        folder.mkdir()
        self._data = write_table(folder / "data.csv", ROWS)
        self._world = World(folder / "world")
        self.service = PracticeService(
            folder / "service",
            voice=replace(Voice(), reply=self._wordy) if wordy else self._chorus.voice,
            finish_seconds=seconds,
            clock=self._world.seconds,
        )

    def _wordy(self, ask: Ask) -> str:
        """Talk too much where a row of CUT is asked for the first time."""
        mark = mark_in(ask.text)
        self._asked[mark] += 1
        is_cut = int(ROWS_BY_MARK[mark]) in CUT and self._asked[mark] == 1
        return ECHO.reply(ask) + " and so on" * 300 * is_cut

    # --- commands, up to an event ---------------------------------------------------------------

    def run(self, last_event: Moment = None) -> Ended:
        """Do `sheaf run`."""
        asked = ("--instructions", INSTRUCTIONS, "--answer", "echo: short text", "--yes")
        size = ("--max-tokens", 300, "--batch-rows", 5, "--job", self.job, "--export", self.out)
        together = ("--rows-per-request", self._together)
        return self._live(last_event, "run", self._data, *asked, *size, *together, *_PATIENCE)

    def resume(self, last_event: Moment = None, *options: str) -> Ended:
        """Do `sheaf resume`."""
        return self._live(
            last_event, "resume", self.job, "--export", self.out, *_PATIENCE, *options
        )

    def go_on(self, last_event: Moment = None) -> Ended:
        """Go on with the job as a person would: begin anew where there is no job yet."""
        if not self.job.exists():
            return self.run(last_event)
        ended = self.resume(last_event)
        return self.run(last_event) if ended.code == _BAD_INPUT else ended

    def retry(self, last_event: Moment = None) -> Ended:
        """Do `sheaf resume --retry`."""
        return self.resume(last_event, "--retry")

    def cancel(self, last_event: Moment = None) -> Ended:
        """Do `sheaf cancel`."""
        return self._live(last_event, "cancel", self.job, *_PATIENCE)

    def _live(self, last_event: Moment, *arguments: object) -> Ended:
        there = {
            "SHEAF_HOME": str(self.folder / "home"),
            "ANTHROPIC_BASE_URL": self.service.address,
            "ANTHROPIC_API_KEY": self.service.token,
        }
        ended = self._nursery.live(self._world, arguments, there, last_event)
        self._let_service_finish()
        self._let_drafts_age()
        self.lives.append(ended)
        return ended

    def _let_service_finish(self) -> None:
        """Wait until the service has done all that the dead had asked of it.

        Connections are taken in order, so the ones before this are known when it is answered.
        """
        with socket.create_connection(("127.0.0.1", self.service.port)) as last:
            last.sendall(b"GET /none HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
            while last.recv(1 << 16):
                pass
        wait_until(lambda: not self.service._server._open, "the service is idle")

    def _let_drafts_age(self) -> None:
        """Make what was being written look left for long, so that the next life sweeps it away."""
        for draft in self.folder.glob(f"home/*/{DRAFT}*"):
            os.utime(draft, (1, 1))

    # --- what came of it ------------------------------------------------------------------------

    def check_answered(self) -> None:
        """Assert that every row has its own answer and was bought once."""
        self._check_bought(dict.fromkeys(range(1, len(ROWS) + 1), 1))
        self._check_finished(JobState.FINISHED)
        check_export(self.out, ROWS)

    def check_retried(self) -> None:
        """Assert the same, but that the rows that were cut off were bought twice."""
        self._check_bought({row: 1 + (row in CUT) for row in range(1, len(ROWS) + 1)})
        self._check_finished(JobState.FINISHED)
        check_export(self.out, ROWS)

    def check_left_out(self) -> None:
        """Assert the same, but that the rows were bought twice that the replies left out."""
        left_out = {row for row in range(1, len(ROWS) + 1) if row % self._together == 0}
        self._check_bought({row: 1 + (row in left_out) for row in range(1, len(ROWS) + 1)})
        self._check_finished(JobState.FINISHED)
        check_export(self.out, ROWS)

    def check_cancelled(self) -> None:
        """Assert that every row is answered or cancelled, and none was bought twice."""
        assert set(self._by_row(self.service.bought()).values()) <= {1}, self.lives
        self._check_finished(JobState.CANCELLED)
        assert self._live(None, "export", self.job, self.out).code == 0, self.lives
        sold = self._by_row(self.service.billed())
        for row, written in enumerate(read_table(self.out), 1):
            is_answered = written["sheaf_status"] == RowState.ANSWERED
            assert is_answered == bool(sold.get(row)), self.lives
            assert written["echo"] == (ROWS[row - 1][1] if is_answered else ""), self.lives
            assert is_answered or written["sheaf_status"] == RowState.CANCELLED, self.lives

    def _check_bought(self, intended: dict[int, int]) -> None:
        assert self._by_row(self.service.bought()) == intended, self.lives
        assert self._by_row(self.service.billed()) == intended, self.lives

    def _by_row(self, counts: dict[str, int]) -> dict[int, int]:
        with JobReader(self.job) as reader:
            together = Ledger(reader.database).together()
        found: Counter[int] = Counter()
        for name, count in counts.items():
            kind, row = name.rsplit("-", 1)[1][0], int(name.rsplit("-", 1)[1][1:])
            for one in together[row] if kind == "s" else (row,):
                found[one] += count
        return dict(sorted(found.items()))

    def _check_finished(self, state: JobState) -> None:
        """Assert that the job knows every batch of the service, and wonders about none."""
        with JobReader(self.job) as reader:
            batches = reader.batches()
        assert {batch.state for batch in batches} == {BatchState.FINISHED}, self.lives
        known = {batch.remote_id for batch in batches} - {None}
        creates = self.service.creates()
        assert known == {create.batch for create in creates} - {None}, self.lives
        assert {create.retry_count for create in creates} <= {0}, self.lives
        line = job_line(self.job)
        assert (line.state, line.trouble, line.doubts) == (state, "", ()), self.lives

    def files(self) -> set[str]:
        """Return all files of Sheaf's folders and of the person's.

        What a kill leaves of the log beside the books is SQLite's, and folded in when they are next
        opened; resuming a job that has ended does not open them.
        """
        found = (path for path in self.folder.rglob("*") if path.is_file())
        names = {path.relative_to(self.folder).as_posix() for path in found}
        return {
            name
            for name in names
            if not name.startswith(("service/", "home/logs/"))
            and name != _DRAFT
            and not name.endswith(("bills.sqlite-wal", "bills.sqlite-shm"))
        }


ROWS_BY_MARK = {mark: number for number, mark, _ in ROWS}


def _without_last(answers: Answers) -> Answers:
    return answers[:-1]


@dataclass(frozen=True)
class Tale:
    """What is done before the kills, which command is killed and repeated, and what must hold."""

    command: Callable[[Story, Moment], Ended]
    check: Callable[[Story], None]
    before: Callable[[Story], object] = lambda _story: None
    codes: tuple[int, ...] = (0,)
    """With which exit codes the command is done."""
    wordy: bool = False
    together: int = 1
    """How many rows share a request; the replies leave out the last of them."""
    same_export: bool = True


def _until_batches_are_sent(story: Story) -> None:
    """Run until the first look at a batch: all three are on their way."""
    assert story.run("after sending b'GET /v1/messages/batches").was_killed


def _until_it_has_begun(story: Story) -> None:
    """Run until the job is planned, before anything is sent."""
    assert story.run("after commit: update job set state = 'running'").was_killed


RUN = Tale(Story.go_on, Story.check_answered)
BEGUN = Tale(Story.go_on, Story.check_answered, _until_it_has_begun)
RETRY = Tale(Story.retry, Story.check_retried, Story.run, wordy=True)
TOGETHER = Tale(Story.go_on, Story.check_left_out, together=2)
CANCEL = Tale(
    Story.cancel,
    Story.check_cancelled,
    _until_batches_are_sent,
    codes=(0, 1),
    same_export=False,
)


class Kills:
    """Tries kills, each in a story of its own, and compares with a story without one."""

    def __init__(self, folder: Path, nursery: Nursery, tale: Tale, seconds: float) -> None:
        self._folder = folder
        self._nursery = nursery
        self._tale = tale
        self._seconds = seconds
        self.tried = 0
        self._export: bytes | None = None
        with self._story("reference") as story:
            self.events = self._finish(story)
            self._left = story.files()
            self._export = story.out.read_bytes() if tale.same_export else None

    @contextmanager
    def _story(self, name: str) -> Iterator[Story]:
        folder = self._folder / name
        tale = self._tale
        story = Story(
            folder, self._nursery, self._seconds, wordy=tale.wordy, together=tale.together
        )
        with story.service:
            self._tale.before(story)
            yield story
        shutil.rmtree(folder)

    def _finish(self, story: Story) -> int:
        """Repeat the command until it is done; return how many events it then had."""
        for _ in range(_ATTEMPTS):
            ended = self._tale.command(story, None)
            if ended.code in self._tale.codes:
                self._tale.check(story)
                return ended.events
        pytest.fail(f"the job does not end: {story.lives}")

    def first(self, words: str) -> int:
        """Return the number of the first event in whose name these words stand."""
        with self._story("first") as story:
            ended = self._tale.command(story, words)
        assert ended.was_killed, f"there is no event {words}"
        return ended.events

    def kill(self, *moments: int) -> bool:
        """Kill at these events, one in each life; False when a life ended before its moment."""
        with self._story("-".join(map(str, moments))) as story:
            killed = all(self._tale.command(story, moment).was_killed for moment in moments)
            self.tried += killed
            self._finish(story)
            self._compare(story)
        return killed

    def kill_again_and_again(self, moment: int, most: int) -> int:
        """Kill every life at this event until one ends before it; return how many were killed."""
        with self._story(f"every-{moment}") as story:
            lives = next((n for n in range(most) if not self._is_killed(story, moment)), most)
            self.tried += lives
            self._finish(story)
            self._compare(story)
        return lives

    def _is_killed(self, story: Story, moment: int) -> bool:
        return self._tale.command(story, moment).was_killed

    def _compare(self, story: Story) -> None:
        assert story.files() == self._left, story.lives
        if self._export is not None:
            assert story.out.read_bytes() == self._export, story.lives
