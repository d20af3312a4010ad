"""Each verb of the command line, from its options to its exit code."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from app.cli import audit, bill, prices, report, trying
from app.cli import options as read
from app.cli.arguments import parser
from app.cli.command import Command
from app.cli.first_word import check_verb
from app.cli.interrupts import INTERRUPTED, polite_interrupts
from app.core.errors import SheafError, Standing
from app.core.job import JobSettings, Mode
from app.core.ready_made import FORMAT as REQUESTS
from app.engine import export
from app.engine.bill_file import save_bill
from app.engine.load import Wanted
from app.engine.newest import take_over
from app.engine.request_rows import brings_requests
from app.engine.samples import samples
from app.engine.save_requests import save_requests
from app.engine.view import JobView
from app.paths import Places
from app.store.job_file import JobFile
from app.store.library import delete

UNREAD = 141
"""The exit code of a program whose reader has left, as a shell says it of any other."""
DEMO_BATCH_ROWS = 100
"""Small batches, so that the demonstration shows several."""


def run(arguments: Sequence[str], places: Places) -> int:
    """Do what the command line asks; return the exit code."""
    try:
        _check_text(arguments)
        check_verb(arguments, _VERBS)
        chosen = parser().parse_args(arguments)
        read.check(chosen)
        return _obey(Command(chosen, places))
    except SheafError as error:
        report.complain(error)
        return error.standing.value
    except report.NobodyReadsError:
        return UNREAD
    except KeyboardInterrupt:
        report.say("sheaf: Stopped.")
        return INTERRUPTED


def _obey(command: Command) -> int:
    try:
        return _VERBS[command.options.verb](command)
    except SheafError as error:
        if command.begun:
            # The code of bad input would say that nothing was sent.
            error.standing = Standing.NEEDS_PERSON
        raise


def _check_text(arguments: Sequence[str]) -> None:
    try:
        "".join(arguments).encode()
    except UnicodeEncodeError as error:
        raise SheafError(
            "The command line holds bytes that are no text in UTF-8.",
            fix="Rename that file, or write the text again.",
        ) from error


def _mode(options: argparse.Namespace) -> Mode:
    return Mode.PRACTICE if options.practice else Mode.REAL


def _settings(command: Command) -> JobSettings:
    options = command.options
    if brings_requests(options.data):
        return read.request_settings(options)
    return read.settings(options, command.reach.catalog_for(_mode(options), options.model))


def _run(command: Command) -> int:
    options = command.options
    mode, wanted = _mode(options), read.wanted(options)
    choices, kept = read.writing(options), read.files_read(options)
    overwrite = choices.overwrite
    export.check_export(options.export, options.data, *kept, form=choices.form, overwrite=overwrite)
    settings = _settings(command)
    with polite_interrupts(command.control):
        path = command.job_of(wanted, settings, mode)
        # Only now it is known which files the rows lead to.
        export.check_export_of(path, options.export, choices, command.book)
        return command.work(path, options.export)


def _estimate(command: Command) -> int:
    options = command.options
    settings = _settings(command)
    path = command.places.cache / f"estimate-{os.getpid()}.sheaf"
    try:
        command.load(read.wanted(options), settings, _mode(options), path)
        command.pricing.count(path)
        command.show_status(path, None)
        command.pricing.say_notes(path)
    finally:
        delete(path)
    return 0


def _resume(command: Command) -> int:
    options = command.options
    path: Path = options.job
    with JobFile.open(path) as job_file:
        job = job_file.head()
        if options.export:
            export.check_export_of(path, options.export, read.writing(options), command.book)
        if (limited := read.raised(job.settings, options)) != job.settings:
            job_file.save_settings(limited)
        if options.take_over:
            take_over(command.places, job_file)
    with polite_interrupts(command.control):
        command.load_rest(path)
        return command.work(path, options.export)


def _status(command: Command) -> int:
    job, options = command.options.job, command.options
    if options.audit:
        audit.show(job, as_json=options.json)
    else:
        command.show_status(job, job)
    return 0


def _bill(command: Command) -> int:
    job, options = command.options.job, command.options
    if options.csv:
        report.say(
            report.written_words(
                save_bill(job, options.csv, command.book, overwrite=options.overwrite)
            )
        )
    else:
        bill.show(job, command.places, command.reach.catalog, as_json=options.json)
    return 0


def _cancel(command: Command) -> int:
    path: Path = command.options.job
    with JobFile.open(path) as job_file:
        is_draft = job_file.head().started_at is None
    if is_draft:
        report.say("This job is not running: nothing of it was sent, and nothing is charged.")
        command.show_status(path, path)
        return 0
    command.control.cancel()
    with polite_interrupts(command.control):
        return command.work(path, None)


def _export(command: Command) -> int:
    options = command.options
    if options.format == REQUESTS:
        _save_requests(command)
    else:
        command.write(options.job, options.out)
    return 0


def _save_requests(command: Command) -> None:
    """Write the requests of a job, as they were sent or would be."""
    options = command.options
    with closing(JobView(options.job)) as view:
        job = view.head()
    catalog = command.reach.catalog_for(job.mode, job.settings.model)
    ticker = report.Ticker()
    choices = export.Choices(read.rows_to_write(options), overwrite=options.overwrite)
    written = save_requests(options.job, options.out, choices, catalog, ticker.hear, command.book)
    ticker.done()
    left = f" Nothing is sent for {written.left_out:,} others." if written.left_out else ""
    report.say(f"Wrote {written.rows:,} requests to {written.path}.{left}")


def _demo(command: Command) -> int:
    sample = samples()[0]
    catalog = command.reach.catalog_for(Mode.PRACTICE, "")
    settings = replace(sample.settings(catalog), batch_rows=DEMO_BATCH_ROWS, agreed=True)
    usual = command.places.exports / f"{sample.path.stem}-practice-answers.csv"
    target: Path = command.options.export or export.free_name(usual)
    overwrite = command.options.overwrite
    export.check_export(target, sample.path, overwrite=overwrite)
    with polite_interrupts(command.control):
        path = command.load(Wanted(sample.path), settings, Mode.PRACTICE, None)
        return command.work(path, target)


_VERBS: dict[str, Callable[[Command], int]] = {
    "run": _run,
    "estimate": _estimate,
    "try": trying.work,
    "resume": _resume,
    "status": _status,
    "bill": _bill,
    "prices": prices.work,
    "cancel": _cancel,
    "export": _export,
    "demo": _demo,
}
