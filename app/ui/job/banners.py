"""The one banner above a job: what stopped or waits, and the one thing to do about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from app.core.cost import in_dollars
from app.core.errors import Halt
from app.core.job import BatchState, JobState, Mode, RowState
from app.engine.events import Trouble
from app.engine.replies import Exported, JobLine, KeyReply
from app.ui.desk import USABLE_KEYS
from app.ui.job.halts import named_batches, text_of, title_of
from app.ui.job.left import Left
from app.ui.job.message import Act, Message
from app.ui.job.moments import clock, day_and_clock, read_moment
from app.ui.job.rows_done import rows_done
from app.ui.job.spoilt_words import spoilt_message
from app.ui.job.words import in_doubt, is_elsewhere, rows_of, sends_nothing, waits_for_limit
from app.ui.models.batches_model import short_id
from app.ui.widgets.tone import Tone

NOTHING_LEFT = Left()
_ABOUT_THE_KEY = (" key ", " key.", " key,")
_USUALLY = "There is nothing to do; this usually takes a few minutes."


_WAYS_OUT = {
    Halt.CREDIT: Act.CREDIT,
    Halt.USAGE_LIMIT: Act.CONSOLE,
    Halt.KEY: Act.SETTINGS,
    Halt.ACCOUNT: Act.SETTINGS,
    Halt.SPEND_LIMIT: Act.NO_LIMIT,
    Halt.OLDER: Act.TAKE_OVER,
}
"""What a person does about a standstill; where nothing is named, the job is simply continued."""


PRACTICE = "Practice: these answers are made up on this computer. Nothing is sent or charged."


_READ_ONLY = Message(
    Tone.RUN,
    "Open in another Sheaf window",
    "Here you can look at it and export. Work on it goes on over there.",
)


def message_for(
    line: JobLine, key: KeyReply | None, left: Left = NOTHING_LEFT, *, now: datetime | None = None
) -> Message | None:
    """Say what a person should know about a job before anything else; None when all is well.

    A job that waits for its own spend limit has a banner of its own, with a field.
    """
    if line.read_only:
        return _READ_ONLY
    now = now or datetime.now().astimezone()
    message = _elsewhere(line) if is_elsewhere(line) else _about(line, key, left)
    if not line.fetch_by:
        return message
    if message is None:
        return _late(line, now)
    return replace(message, text=f"{message.text} {_fetchable(line, now)}.".strip())


def _about(line: JobLine, key: KeyReply | None, left: Left) -> Message | None:
    if waits_for_limit(line):
        return None
    if _stands_still(line):
        return _standing_still(line, key, left)
    if line.state is JobState.CANCELLING:
        who = "Sheaf" if line.mode is Mode.PRACTICE else "Anthropic"
        return Message(
            Tone.RUN, "Cancelling", f"{who} is finishing the rows it had begun.", "loader"
        )
    return _at_work(line, key, left) or bought_twice(line, left) or _ended(line)


def _at_work(line: JobLine, key: KeyReply | None, left: Left) -> Message | None:
    if line.state is not JobState.RUNNING:
        return None
    if sends_nothing(line) or left.refusal:
        return _sends_nothing(line, key, left)
    return _checking(line) or spoilt_message(line)


def _late(line: JobLine, now: datetime) -> Message:
    """Say that answers are waiting at Anthropic that will not be kept much longer."""
    wait = "Sheaf fetches them as soon as Anthropic gives them."
    return Message(Tone.WARN, _fetchable(line, now), wait, "clock")


def _ended(line: JobLine) -> Message | None:
    """Say what a cancelled job has kept and cost, and what became of the rest."""
    if line.state is not JobState.CANCELLED:
        return None
    done, left = rows_done(line).finished, line.counts.get(RowState.CANCELLED, 0)
    real = line.mode is Mode.REAL
    kept = f"{rows_of(done)} {'is' if done == 1 else 'are'} finished and kept"
    cost = f"; {'it' if done == 1 else 'they'} cost {in_dollars(line.cost_usd)}"
    kept += cost if real and line.cost_usd is not None else ""
    rest = f"{rows_of(left)} {'was' if left == 1 else 'were'} not run"
    rest += " and cost nothing" if real else ""
    again = f"You can ask for {'it' if left == 1 else 'them'} again under Needs you."
    text = f"{kept if done else 'No row was finished'}. {rest}. {again}"
    return Message(Tone.RUN, "This job was cancelled", text, "circle-slash")


def bought_twice(line: JobLine, left: Left) -> Message | None:
    """Say that the service had a lost batch after all, so that its rows are charged twice."""
    if not left.copies or line.mode is Mode.PRACTICE:
        return None
    ids = ", ".join(short_id(copy.remote_id) for copy in left.copies)
    costs = [Decimal(copy.cost_usd) for copy in left.copies if copy.cost_usd is not None]
    known = len(costs) == len(left.copies)
    cost = f", {in_dollars(sum(costs, Decimal(0)))}" if known else ""
    return Message(
        Tone.WARN,
        "Rows were charged twice",
        f"{left.copies[0].reason} {ids}: {rows_of(sum(copy.rows for copy in left.copies))}{cost}. "
        "The cost of this job contains it.",
        "copy",
    )


def _stands_still(line: JobLine) -> bool:
    return line.state is JobState.PAUSED or bool(line.state is JobState.CANCELLING and line.trouble)


def noticed_message(text: str, now: datetime) -> Message:
    """Show a sentence that the engine thought worth showing once, and when it was said."""
    return Message(Tone.RUN, text, f"Noticed at {clock(now)}. Sheaf goes on by itself.")


def trouble_message(line: JobLine, key: KeyReply | None, trouble: Trouble) -> Message:
    """Say why work on a job has stopped although the job itself is not paused."""
    text = " ".join(part for part in (trouble.why, trouble.fix) if part)
    about_key = _is_about_the_key(f"{trouble.what} {text}") and line.mode is Mode.REAL
    needs_key = about_key or key_is_missing(line, key)
    act = Act.SETTINGS if needs_key else Act.CONTINUE
    return Message(Tone.BAD, trouble.what, text, act=act)


def exported_message(reply: Exported) -> Message:
    """Say where the answers were written."""
    rows = "1 row" if reply.rows == 1 else f"{reply.rows:,} rows"
    text = reply.path
    if reply.guarded:
        cells = "1 cell" if reply.guarded == 1 else f"{reply.guarded:,} cells"
        text += f"\n{cells} got an apostrophe in front, so that no program takes it for a formula."
    if reply.removed:
        signs = "1 invisible sign" if reply.removed == 1 else f"{reply.removed:,} invisible signs"
        text += f"\n{signs} that a workbook cannot hold were left out."
    if reply.rebroken:
        cells = "1 cell" if reply.rebroken == 1 else f"{reply.rebroken:,} cells"
        text += f"\nCarriage returns in {cells} became plain line breaks, as Excel keeps them."
    if reply.left_out:
        others = "1 other row" if reply.left_out == 1 else f"{reply.left_out:,} other rows"
        text += f"\nNothing is sent for {others}."
    if reply.continued:
        cells = "1 cell goes" if reply.continued == 1 else f"{reply.continued:,} cells go"
        text += f"\n{cells} on in further columns: a cell of Excel holds 32,767 signs."
    return Message(Tone.OK, f"{rows} exported", text, act=Act.SHOW_FILE, path=reply.path)


def copied_message(rows: int) -> Message:
    """Say that the answers are in the clipboard."""
    said = "1 row" if rows == 1 else f"{rows:,} rows"
    text = "Paste them into a spreadsheet."
    return Message(Tone.OK, f"{said} copied", text, act=Act.NOTHING)


def waiting_message(batch: int, known_by: str, now: datetime) -> Message:
    """Say that a question was answered with waiting, and how to come back to it."""
    moment = read_moment(known_by)
    by = f" That is {day_and_clock(moment, now, inside=True)} at the latest." if moment else ""
    return Message(
        Tone.RUN,
        f"Waiting until it is known whether batch {batch:,} arrived",
        f"The other batches go on meanwhile, and nothing is paid twice.{by}",
        "search-check",
        Act.QUESTION,
    )


def _elsewhere(line: JobLine) -> Message:
    ended = line.state in (JobState.FINISHED, JobState.CANCELLED)
    more = "To ask rows again, continue it here." if ended else "Until then nothing is sent."
    return Message(
        Tone.WARN,
        "This job was made elsewhere",
        "Its file was copied or moved, or made on another computer. You can look at it and "
        "export. If its other copy goes on as well, rows are paid for twice, so continue it here "
        f"only if this is the one that goes on. {more}",
        "copy",
        Act.TAKE_OVER,
    )


def _standing_still(line: JobLine, key: KeyReply | None, left: Left) -> Message:
    title, text = title_of(line, left), text_of(line, left)
    if line.state is JobState.CANCELLING:
        title = "Cancelling has stopped half-way"
    return Message(Tone.BAD, title, text, "circle-pause", _way_out(line, key))


def _fetchable(line: JobLine, now: datetime) -> str:
    """Say how long answers that were not fetched can still be had."""
    until = read_moment(line.fetch_by)
    length = until - now if until else timedelta()
    if length.days > 1:
        return f"Answers can be fetched for {length.days:,} more days"
    if length > timedelta():
        return f"Answers can be fetched until {day_and_clock(until, now, inside=True)}"
    return "Answers that were not fetched in time can no longer be had"


def _way_out(line: JobLine, key: KeyReply | None) -> Act:
    if key_is_missing(line, key) or (line.halt is Halt.NONE and _is_about_the_key(line.trouble)):
        return Act.SETTINGS if line.mode is Mode.REAL else Act.CONTINUE
    return _WAYS_OUT.get(line.halt, Act.CONTINUE)


def key_is_missing(line: JobLine, key: KeyReply | None) -> bool:
    """Say whether a job has no key to go on with, so that going on would only stop again."""
    return line.mode is Mode.REAL and key is not None and key.outcome not in USABLE_KEYS


def _is_about_the_key(sentence: str) -> bool:
    words = f" {sentence.casefold()} "
    return any(each in words for each in _ABOUT_THE_KEY)


def _checking(line: JobLine) -> Message | None:
    """Say that batches are being looked up; there is nothing for anybody to do."""
    doubts = in_doubt(line)
    if not doubts and not line.batches.get(BatchState.UNSURE, 0):
        return None
    numbers = tuple(doubt.batch for doubt in doubts)
    which = named_batches(numbers) if numbers else "a batch"
    reason = next((doubt.reason for doubt in doubts if doubt.reason), "")
    return Message(
        Tone.RUN,
        f"Checking whether {which} arrived",
        f"{reason or f'The connection broke while {which} was being sent.'} Sheaf is asking "
        f"Anthropic whether {which} arrived, so that you never pay twice. {_USUALLY}",
        "search-check",
    )


def _sends_nothing(line: JobLine, key: KeyReply | None, left: Left) -> Message:
    """Say why nothing more is sent while others are still at work and are fetched."""
    if sends_nothing(line):
        title, text, act = title_of(line, left), text_of(line, left), _way_out(line, key)
        return Message(Tone.BAD, title, text, "circle-pause", act)
    needs_key = key_is_missing(line, key) or _is_about_the_key(left.refusal)
    return Message(
        Tone.BAD,
        "Nothing more is sent for now",
        f"{left.refusal} {text_of(line, left)}",
        "circle-pause",
        Act.SETTINGS if needs_key and line.mode is Mode.REAL else Act.CONTINUE,
    )
