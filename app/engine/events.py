"""What the engine says by itself."""

from __future__ import annotations

import msgspec

from app.core.errors import Halt
from app.engine.replies import JobLine


class Event(msgspec.Struct, frozen=True, tag_field="event"):
    """Something the engine says by itself."""


class JobChanged(Event, frozen=True):
    """A job's line has changed; its batches and rows may have too."""

    job: JobLine


class JobRemoved(Event, frozen=True):
    """A job's file is gone."""

    path: str


class Progress(Event, frozen=True):
    """How far a longer step is: loading, preparing, sending, collecting, exporting.

    `done` of `total` in `unit` ("rows" or "bytes"); total 0 means that it is not known.
    """

    path: str
    stage: str
    done: int
    total: int
    unit: str = "rows"


class Trouble(Event, frozen=True):
    """A job has stopped and needs a person: the error in plain words, and the one thing to do."""

    path: str
    what: str
    why: str = ""
    fix: str = ""
    needs_person: bool = False
    halt: Halt = Halt.NONE


class Noticed(Event, frozen=True):
    """A sentence worth showing once, such as a connection that is being waited for."""

    path: str
    text: str


AnyEvent = JobChanged | JobRemoved | Progress | Trouble | Noticed
