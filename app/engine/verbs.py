"""The verbs that the window may ask of the engine."""

from __future__ import annotations

from typing import Any

import msgspec

from app.core.causes import Cause
from app.core.job import FolderWish, JobSettings, Mode, Rows, RowState
from app.core.limit import Unit

PROTOCOL = 1
"""Raised whenever a verb, reply or event changes its shape."""


class Verb(msgspec.Struct, frozen=True, tag_field="verb"):
    """Something the window asks; each is answered once by a Done or a Failed."""


class Hello(Verb, frozen=True):
    """First of all: do we speak the same protocol? Replies `Welcome`."""

    protocol: int = PROTOCOL


class ListJobs(Verb, frozen=True):
    """All jobs in the library, newest first. Replies `tuple[JobLine, ...]`."""


class Load(Verb, frozen=True):
    """Read a spreadsheet or a folder into a new job, or anew into `job`. Replies `JobLine`."""

    source: str
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header: bool = True
    folder: FolderWish | None = None
    job: str | None = None
    settings: JobSettings | None = None
    name: str = ""


class Paste(Verb, frozen=True):
    """Keep text from the clipboard as a file, to be loaded next. Replies `Pasted`."""

    text: str


class StopLoading(Verb, frozen=True):
    """Give up reading into `job`; the half-read job is removed."""

    job: str


class Save(Verb, frozen=True):
    """Keep a draft's settings and name. Replies `JobLine`."""

    job: str
    settings: JobSettings
    name: str = ""


class CheckId(Verb, frozen=True):
    """Are all values of this column different? Replies `IdCheck`."""

    job: str
    column: str


class FindRows(Verb, frozen=True):
    """Which rows does a rule mean? To be kept in the settings. Replies `FoundRows`."""

    job: str
    rows: Rows


class CompareReadings(Verb, frozen=True):
    """In which other way could the job's text file be read? Replies `Readings`, or None.

    `codecs` are the two encodings to compare; without them the present one and the next likely.
    """

    job: str
    codecs: tuple[str, ...] = ()


class EstimateJob(Verb, frozen=True):
    """What these settings would cost. Replies `EstimateReply`.

    Once the job was begun it is the estimate with which it was, which its bill is compared with.
    With `every_row` all rows are measured first, where a large table was only judged so far.
    """

    job: str
    settings: JobSettings
    every_row: bool = False


class ReviewJob(Verb, frozen=True):
    """How the job would be sent, and what speaks against it. Replies `Review`."""

    job: str


class Submit(Verb, frozen=True):
    """Send the job; `mode` practice goes to the stand-in. Replies `JobLine` once it is begun."""

    job: str
    mode: Mode


class Resume(Verb, frozen=True):
    """Go on with a job where it stopped. Replies `JobLine`."""

    job: str


class TakeOver(Verb, frozen=True):
    """Continue a job here that was made elsewhere, copied or moved: it is the only copy.

    Replies `JobLine`.
    """

    job: str


class Groups(Verb, frozen=True):
    """Rows that need somebody, by cause. Replies `tuple[CauseGroup, ...]`."""

    job: str


class SettleDoubt(Verb, frozen=True):
    """The person decides about a batch in doubt: send it again. Replies `JobLine`.

    Waiting needs no verb: it is what happens anyway.
    """

    job: str
    batch: int


class RaiseLimit(Verb, frozen=True):
    """Set the spend limit of a job that was submitted, None for no limit, and go on.

    Replies `JobLine`.
    """

    job: str
    limit: str | None
    unit: Unit = Unit.DOLLARS


class DeleteRemote(Verb, frozen=True):
    """Delete a job's finished batches from Anthropic's servers; its answers are safe here.

    Replies `Deleted`.
    """

    job: str


class Cancel(Verb, frozen=True):
    """Stop what can be stopped; what is answered is kept and charged. Replies `JobLine`."""

    job: str


class Retry(Verb, frozen=True):
    """Ask rows again in new batches: those of these states or causes, or these. Replies `JobLine`.

    `model` and `max_tokens` ask differently from the job, where that is the fix.
    """

    job: str
    states: tuple[RowState, ...] = ()
    causes: tuple[Cause, ...] = ()
    rows: tuple[int, ...] = ()
    model: str | None = None
    max_tokens: int | None = None


class Export(Verb, frozen=True):
    """Write the output table. Replies `Exported`.

    `form` is "csv", "xlsx" or "jsonl", blank for what the ending says, or "requests" for what was
    sent instead of what came back; the others are as in engine.export. Without `overwrite` a
    foreign file in its place is refused (Halt.EXISTS).
    """

    job: str
    path: str
    states: tuple[RowState, ...] = ()
    with_usage: bool = False
    delimiter: str | None = None
    bom: bool = True
    newline: str = "\r\n"
    form: str = ""
    raw_cells: bool = False
    columns: tuple[str, ...] = ()
    codes: bool = False
    one_per_label: bool = False
    overwrite: bool = False


class Arrange(Verb, frozen=True):
    """Sort, filter and search the results into an ordering. Replies `Arranged`.

    `answer` is (answer column's place, value); `sort` names a column as `source:2`, `answer:0`
    or `state`, with a leading "-" for downwards. `causes` narrow to rows that need somebody for
    one of these causes.
    """

    job: str
    states: tuple[RowState, ...] = ()
    search: str = ""
    answer: tuple[int, str] | None = None
    sort: str = ""
    causes: tuple[Cause, ...] = ()


class Distribute(Verb, frozen=True):
    """How often each label was answered. Replies `tuple[Distribution, ...]`."""

    job: str


class Rename(Verb, frozen=True):
    """Give a job another name. Replies `JobLine`."""

    job: str
    name: str


class Duplicate(Verb, frozen=True):
    """Make a new draft with the same data and settings. Replies `JobLine`."""

    job: str


class Delete(Verb, frozen=True):
    """Delete a job's file from this computer; refused while something of it is open."""

    job: str


class Models(Verb, frozen=True):
    """The models to choose from, live where a key is there. Replies `ModelList`."""


class KeyState(Verb, frozen=True):
    """Is there a key, and where is it kept? Replies `KeyReply`."""


class KeyTest(Verb, frozen=True):
    """Ask the service whether this key (None: the present one) is good; nothing is stored.

    Replies `KeyReply`.
    """

    key: str | None = None


class KeySave(Verb, frozen=True):
    """Test a key and keep it in the OS keyring. Replies `KeyReply`."""

    key: str


class KeyUseOnce(Verb, frozen=True):
    """Test a key and keep it in memory until Sheaf closes. Replies `KeyReply`."""

    key: str


class KeyForget(Verb, frozen=True):
    """Remove the key from the keyring and from memory. Replies `KeyReply`."""


class SaveSettings(Verb, frozen=True):
    """Keep the program's settings. Replies `dict` of all settings now valid."""

    values: dict[str, Any]
