"""The one place that builds and joins all parts; chooses window, command line or a service."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from app import paths
from app.core.errors import SheafError


def main(arguments: Sequence[str] | None = None) -> int:
    """Start Sheaf; return the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        places = paths.places(os.environ)
        places.create()
    except OSError as error:
        print(_no_folder(error).sentence, file=sys.stderr)  # noqa: T201
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
    from app.cli.verbs import run

    log = logs.start(places.logs, "command")
    try:
        return run(arguments, places)
    finally:
        log.stop()


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
