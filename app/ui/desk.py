"""What all screens share: the engine, the jobs, the models, the key, the settings."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import msgspec
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from app.core.errors import SheafError, Standing
from app.core.job import JobSettings, Mode
from app.engine.events import AnyEvent, JobChanged, JobRemoved, Noticed, Progress, Trouble
from app.engine.protocol import REPLIES, AnyVerb, Done, Failed
from app.engine.replies import JobLine, KeyReply, ModelList
from app.engine.verbs import (
    Delete,
    KeyForget,
    KeySave,
    KeyState,
    KeyUseOnce,
    ListJobs,
    Load,
    Models,
    SaveSettings,
    StopLoading,
    Verb,
)
from app.engine.view import JobView
from app.paths import Places
from app.ui.ask import Ask
from app.ui.elsewhere import marked
from app.ui.engine_link import EngineLink
from app.ui.tasks import Lane
from app.ui.theme import THEME

T = TypeVar("T")
USABLE_KEYS = frozenset({"stored", "session"})
"""What KeyReply.outcome says when work can be real."""
OPEN_VIEWS = 4
"""How many job files the reading lane keeps open."""
_KEY_VERBS = (KeyState, KeySave, KeyUseOnce, KeyForget)
_CLOSING_VERBS = (Delete, StopLoading, Load)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A verb that has not been answered, and who waits for the answer."""

    verb: Verb
    owner: QObject
    done: Callable[[Any], None] | None
    failed: Callable[[SheafError], None] | None


class Desk(QObject):
    """What all screens share: the engine, the jobs, the models, the key, the settings."""

    job_changed = Signal(object)
    """A JobLine."""
    job_removed = Signal(object)
    """The path of a job that is gone."""
    jobs_listed = Signal()
    """The library has been read: `jobs` is complete."""
    progress = Signal(object)
    """An events.Progress."""
    trouble = Signal(object)
    """An events.Trouble."""
    noticed = Signal(object)
    """An events.Noticed."""
    key_changed = Signal(object)
    """A KeyReply."""
    models_changed = Signal(object)
    """A ModelList."""
    settings_changed = Signal(object)
    """All settings by name."""
    engine_restarted = Signal(object)
    """The sentence that says that the engine had to be started again."""

    def __init__(
        self,
        link: EngineLink,
        reading: Lane,
        places: Places,
        settings: dict[str, Any],
        questions: Ask,
    ) -> None:
        super().__init__()
        self.places = places
        self.settings = dict(settings)
        self.questions = questions
        self.theme = THEME
        self.jobs: dict[str, JobLine] = {}
        self.models: ModelList | None = None
        self.key: KeyReply | None = None
        self.stopped: set[str] = set()
        """Jobs whose reading the person has stopped: no error is news to them then."""
        self._link = link
        self._reading = reading
        self._views = _Views()
        self._asked: dict[int, _Asked] = {}
        link.replied.connect(self._replied)
        link.said.connect(self._said)
        link.stopped.connect(self.engine_restarted)
        link.started_again.connect(self.begin)

    @property
    def mode(self) -> Mode:
        """Whether a job submitted now would be practice or real."""
        real = self.key is not None and self.key.outcome in USABLE_KEYS
        return Mode.REAL if real else Mode.PRACTICE

    def mode_of(self, settings: JobSettings) -> Mode:
        """Whether a job with these settings would be practice or real, submitted now."""
        return Mode.PRACTICE if settings.practice_only else self.mode

    @Slot()
    def begin(self) -> None:
        """Ask for the jobs, the models and the key."""
        self.ask(ListJobs(), owner=self)
        self.ask(Models(), owner=self)
        self.ask(KeyState(), owner=self)

    def ask(
        self,
        verb: AnyVerb,
        *,
        owner: QObject,
        done: Callable[[Any], None] | None = None,
        failed: Callable[[SheafError], None] | None = None,
    ) -> None:
        """Send a verb; its decoded reply or a SheafError comes back unless `owner` is gone.

        Without `failed` the error is shown in the error dialog.
        """
        job = getattr(verb, "job", None)
        if isinstance(verb, _CLOSING_VERBS) and job is not None:
            # Windows removes no file that is open.
            self._reading.submit(
                partial(self._views.close, job), owner=self, on_done=_ignore, on_error=_raise
            )
        if isinstance(verb, StopLoading):
            self.stopped.add(verb.job)
        self._asked[self._link.send(verb)] = _Asked(verb, owner, done, failed)

    def read(
        self,
        path: str,
        work: Callable[[JobView], T],
        *,
        owner: QObject,
        done: Callable[[T], None],
        failed: Callable[[SheafError], None] | None = None,
    ) -> None:
        """Run work on the reading lane with an open view of that job, which stays on that lane."""
        self._reading.submit(
            lambda: work(self._views.of(path)),
            owner=owner,
            on_done=done,
            on_error=partial(self._read_failed, owner, failed),
        )

    def save_settings(self, values: dict[str, Any]) -> None:
        """Keep some settings; `settings_changed` tells all of them once they are kept."""
        self.ask(SaveSettings(values), owner=self)

    @Slot(object)
    def _replied(self, line: Done | Failed) -> None:
        asked = self._asked.pop(line.id)
        if isinstance(line, Failed):
            self._fail(asked, _error_of(line))
            return
        reply = msgspec.json.decode(line.value, type=REPLIES[type(asked.verb)])
        self._take(asked.verb, reply)
        if asked.done is not None and isValid(asked.owner):
            asked.done(reply)

    def _fail(self, asked: _Asked, error: SheafError) -> None:
        if not isValid(asked.owner):
            return
        if asked.failed is not None:
            asked.failed(error)
        else:
            self.show_error(asked.owner, error)

    def _read_failed(
        self, owner: QObject, failed: Callable[[SheafError], None] | None, error: Exception
    ) -> None:
        if not isinstance(error, SheafError):
            raise error
        if failed is not None:
            failed(error)
        else:
            self.show_error(owner, error)

    def show_error(self, owner: QObject, error: SheafError) -> None:
        """Show an error in the error dialog over the window that the owner belongs to."""
        window = owner.window() if isinstance(owner, QWidget) else QApplication.activeWindow()
        self.questions.show_error(error, window)

    def _take(self, verb: Verb, reply: Any) -> None:
        """Keep what a reply says about the things that all screens share."""
        if isinstance(reply, JobLine):
            self._take_job(reply)
        elif isinstance(verb, Delete):
            self._remove_job(verb.job)
        elif isinstance(verb, ListJobs):
            self.jobs = {line.path: marked(self.places, line) for line in reply}
            self.jobs_listed.emit()
        elif isinstance(verb, Models):
            self.models = reply
            self.models_changed.emit(reply)
        elif isinstance(verb, SaveSettings):
            self.settings = reply
            self.settings_changed.emit(reply)
        elif isinstance(verb, _KEY_VERBS):
            self._take_key(verb, reply)

    def _take_key(self, verb: Verb, reply: KeyReply) -> None:
        before, self.key = self.mode, reply
        self.key_changed.emit(reply)
        if not isinstance(verb, KeyState) or self.mode is not before:
            self.ask(Models(), owner=self)

    def list_job(self, line: JobLine) -> None:
        """Add a job that no list of the engine has named yet, as one that was just opened."""
        self._take_job(line)

    def _take_job(self, line: JobLine) -> None:
        line = marked(self.places, line)
        self.jobs[line.path] = line
        self.job_changed.emit(line)

    def _remove_job(self, path: str) -> None:
        if self.jobs.pop(path, None) is not None:
            self.job_removed.emit(path)

    @Slot(object)
    def _said(self, event: AnyEvent) -> None:
        if isinstance(event, JobChanged):
            self._take_job(event.job)
        elif isinstance(event, JobRemoved):
            self._remove_job(event.path)
        elif isinstance(event, Progress):
            self.progress.emit(event)
        elif isinstance(event, Trouble):
            self.trouble.emit(event)
        elif isinstance(event, Noticed):
            self.noticed.emit(event)


class _Views:
    """The job files that the reading lane has open; used on that lane only."""

    def __init__(self) -> None:
        self._open: OrderedDict[str, JobView] = OrderedDict()

    def of(self, path: str) -> JobView:
        """Return the view of a job, opened when it is not open yet."""
        view = self._open.get(path)
        if view is None:
            view = self._open[path] = JobView(path)
        self._open.move_to_end(path)
        while len(self._open) > OPEN_VIEWS:
            self._open.popitem(last=False)[1].close()
        return view

    def close(self, path: str) -> None:
        """Let go of a job's file."""
        view = self._open.pop(path, None)
        if view is not None:
            view.close()


def _ignore(_nothing: object) -> None:
    """Take the answer of work that has none."""


def _raise(error: Exception) -> None:
    raise error


def _error_of(line: Failed) -> SheafError:
    standing = Standing.NEEDS_PERSON if line.needs_person else Standing.BAD_INPUT
    return SheafError(line.what, line.why, line.fix, standing=standing, halt=line.halt)
