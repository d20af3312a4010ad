"""The one place that builds and joins all parts; chooses window, command line or a service."""

from __future__ import annotations

import io
import logging
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from app import paths
from app.core.errors import SheafError

OWN_FAULT = 70
"""The exit code of a mistake of our own: Python's would be 1, which speaks of an export."""

log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Start Sheaf; return the exit code."""
    _open_outputs()
    try:
        return _start(list(sys.argv[1:] if arguments is None else arguments))
    finally:
        _settle_outputs()


def _start(given: Sequence[str]) -> int:
    try:
        places = paths.places(os.environ)
        places.create()
    except OSError as error:
        _say(_no_folder(error))
        return 2
    verb = given[0] if given else ""
    if verb == "practice-server":
        return _practice_server(given[1:])
    if verb == "engine":
        return _engine(places)
    if verb == "open-sample":
        return _window(places, None, sample=True)
    if not given or _is_job(given):
        return _window(places, Path(given[0]) if given else None, sample=False)
    return _command(given, places)


def _is_job(given: Sequence[str]) -> bool:
    return len(given) == 1 and given[0].endswith(".sheaf")


def _practice_server(arguments: Sequence[str]) -> int:
    from app.practice.server import run

    return run(arguments)


def _engine(places: paths.Places) -> int:
    from app.engine.host import serve

    return serve(places)


def _command(arguments: Sequence[str], places: paths.Places) -> int:
    from app import logs

    started = logs.start(places.logs, "command")
    try:
        return _obey(arguments, places)
    finally:
        started.stop()


def _obey(arguments: Sequence[str], places: paths.Places) -> int:
    try:
        from app.cli.verbs import run
        from app.engine.sweep import sweep

        sweep(places)
        return run(arguments, places)
    except Exception as error:
        log.critical("A command failed", exc_info=error)
        _say(_own_fault(error, places))
        return OWN_FAULT


def _window(places: paths.Places, job: Path | None, *, sample: bool) -> int:
    from app.store.settings import read_settings
    from app.ui import application

    settings = read_settings(places.settings)
    return application.run(places, settings, job=job, sample=sample)


def _no_folder(error: OSError) -> SheafError:
    return SheafError(
        f'Sheaf cannot make its folder "{error.filename}": {error.strerror}.',
        fix="Make that folder yourself, or set SHEAF_HOME to a folder that you may write to.",
    )


def _own_fault(error: Exception, places: paths.Places) -> SheafError:
    words = error.strerror if isinstance(error, OSError) else None
    return SheafError(
        f"Sheaf stopped: {words}."
        if words
        else f"Sheaf made a mistake of its own and stopped ({type(error).__name__}).",
        "What was journalled is safe; a job that was begun can be resumed.",
        f'If it happens again, report it with the log in "{places.logs}".',
    )


# --- the outputs ------------------------------------------------------------------------------


def _say(error: SheafError) -> None:
    with suppress(OSError):
        print(f"sheaf: {error.sentence}", file=sys.stderr, flush=True)  # noqa: T201


def _open_outputs() -> None:
    """Let every sentence be printed: a letter that the output has not becomes a question mark."""
    for name in ("stdin", "stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123
        elif name != "stdin" and isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _settle_outputs() -> None:
    """Drop what nobody takes any more, or Python would end with a complaint and its own code."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
