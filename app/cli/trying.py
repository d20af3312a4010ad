"""Trying rows before a job is bought: the price first, then the answers, and what they show."""

from __future__ import annotations

import json
from argparse import Namespace
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from app.cli import options as read
from app.cli import report, trial_words
from app.cli.command import NOT_ALL, Command
from app.cli.interrupts import INTERRUPTED, polite_interrupts
from app.core.errors import Halt, SheafError, Standing
from app.core.job import Job
from app.core.states import Mode
from app.core.trial import MOST_ROWS
from app.engine.money_replies import TrialReply
from app.engine.run import Ended
from app.engine.trial_plan import plan_trial
from app.engine.trial_rows import Wish
from app.engine.try_rows import check_draft, so_far, try_rows
from app.store.job_file import SUFFIX, JobFile
from app.store.reader import JobReader


def work(command: Command) -> int:
    """Do `sheaf try`; return the exit code."""
    wish = _wish(command.options)
    with polite_interrupts(command.control):
        path = _job(command)
        return Attempt(command, path, wish).go()


def _wish(options: Namespace) -> Wish:
    """Return which rows to try.

    Raises:
        SheafError: a number of rows, or the number of a row, is none, or is missing.
    """
    if not 1 <= options.rows <= MOST_ROWS:
        raise SheafError(f"A trial takes 1 to {MOST_ROWS} rows.", fix="Write --rows 5.")
    rows = _numbers(options.numbers) if options.numbers else ()
    if options.again and not rows:
        raise SheafError(
            "--again is for rows that are named.",
            "It may pay for them twice.",
            "Write their numbers: --numbers 1,5,9 --again.",
        )
    return Wish(rows, options.rows, options.turn, in_batch=options.batch, again=options.again)


def _numbers(text: str) -> tuple[int, ...]:
    try:
        rows = tuple(int(word) for word in text.replace(" ", ",").split(",") if word)
    except ValueError:
        rows = ()
    if not rows or min(rows) < 1:
        raise SheafError(f'"{text}" names no rows.', fix="Write row numbers like --numbers 1,5,9.")
    return rows


_OF_DATA = (
    "instructions",
    "system",
    "answer",
    "model",
    "quality",
    "max_tokens",
    "each_row",
    "where",
    "sample",
    "limit",
)


def _job(command: Command) -> Path:
    """Return the draft to try: the one that is named, or one with these data and settings.

    Raises:
        SheafError: the data cannot be read, or such a job was begun already.
    """
    options = command.options
    if options.data.suffix != SUFFIX:
        mode = Mode.PRACTICE if options.practice else Mode.REAL
        settings = read.settings(options, command.reach.catalog_for(mode, options.model))
        # Whoever says yes to a trial has not agreed to the price of the job.
        return command.job_of(read.wanted(options), replace(settings, agreed=False), mode)
    if named := [name for name in _OF_DATA if vars(options).get(name)]:
        raise SheafError(
            f'"{options.data.name}" is a job and has its own settings.',
            fix=f"Leave --{named[0].replace('_', '-')} out, or try the data itself.",
        )
    command.load_rest(options.data)
    return Path(options.data)


class Attempt:
    """One trial on the command line."""

    def __init__(self, command: Command, path: Path, wish: Wish) -> None:
        self._command = command
        self._path = path
        self._wish = wish

    def go(self) -> int:
        """Say the price, try, and say what came; return the exit code."""
        command = self._command
        with JobFile.open(self._path) as job_file:
            job = self._prepared(job_file)
            if job.mode is Mode.PRACTICE:
                report.say(report.PRACTICE_BANNER)
            wish = self._with_models(job)
            self._agree(job, wish)
            came = self._try(job_file, job, wish)
        if came.waiting:
            for name in came.waiting:
                trial = command.places.jobs / name
                if command.carry_on(trial) is Ended.STOPPED:
                    return INTERRUPTED
            with JobFile.open(self._path) as job_file:
                came = so_far(
                    command.bench(job.mode),
                    job_file,
                    command.pricing.estimator,
                    job.settings,
                    job.mode,
                )
        self._tell(job, came)
        return self._code(came)

    def _prepared(self, job_file: JobFile) -> Job:
        """Keep what the options say of the job itself, and return it."""
        job = job_file.head()
        check_draft(self._command.bench(job.mode), job_file)
        options = self._command.options
        settings = replace(read.raised(job.settings, options), keep_trial=options.keep)
        if settings != job.settings:
            job_file.save_settings(settings)
        return replace(job, settings=settings)

    def _with_models(self, job: Job) -> Wish:
        catalog = self._command.reach.catalog_for(job.mode, job.settings.model)
        other = self._command.options.compare
        if not other:
            return self._wish
        catalog = self._command.reach.catalog_for(job.mode, other)
        return replace(self._wish, models=(job.settings.model, catalog.need(other).id))

    def _agree(self, job: Job, wish: Wish) -> None:
        with JobReader(self._path) as reader:
            planned = plan_trial(
                self._command.pricing.estimator,
                reader,
                job.settings,
                self._command.reach.catalog,
                job.mode,
                wish,
            ).reply()
        if planned.doubt:
            hint = " Add --again to ask all the same." if wish.rows and not wish.again else ""
            report.say(planned.doubt + hint)
        if planned.calls and not planned.problem:
            report.say(trial_words.price_words(planned, job, in_batch=wish.in_batch))
            self._command.pricing.say_answers(job)
            self._command.consent("Try them? [y/N] ", "Add --yes")

    def _try(self, job_file: JobFile, job: Job, wish: Wish) -> TrialReply:
        command = self._command
        with closing(command.reach.connect(job.mode)) as way:
            return try_rows(
                command.bench(job.mode),
                job_file,
                way,
                command.pricing.estimator,
                job.settings,
                wish,
                command.control.stopping.is_set,
            )

    # --- telling ----------------------------------------------------------------------------

    def _tell(self, job: Job, came: TrialReply) -> None:
        self._command.quiet()
        if self._command.options.json:
            report.out(json.dumps(trial_words.as_json(self._path, job, came), indent=2))
            return
        report.out(trial_words.table(job.settings, came))
        for sentence in trial_words.sentences(job, came):
            report.out(sentence)
        report.out(report.estimate_words(came.estimate.estimate, job.mode))
        report.out(report.one_line(f"Job: {self._path}"))

    def _code(self, came: TrialReply) -> int:
        if self._command.control.stopping.is_set():
            return INTERRUPTED
        if came.halt is not Halt.NONE:
            return Standing.NEEDS_PERSON.value
        asked = sum(model.asked for model in came.models)
        wanted = len(came.rows) * max(len(came.models), 1)
        answered = sum(model.answered for model in came.models)
        return 0 if answered == asked == wanted else NOT_ALL
