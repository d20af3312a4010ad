"""Jobs made elsewhere are marked as such before anything is asked of the engine for them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec

from app.core.errors import Halt, SheafError
from app.engine.home import is_home
from app.engine.replies import JobLine
from app.paths import Places
from app.ui.ask import Question


def marked(places: Places, line: JobLine) -> JobLine:
    """Return the line with `Halt.ELSEWHERE` when its file was copied, moved or made elsewhere.

    A line without a home says nothing about it: then the engine tells.
    """
    if not line.home or _is_here(places, line.home, line.path):
        return line
    return msgspec.structs.replace(line, halt=Halt.ELSEWHERE)


@lru_cache(maxsize=4096)
def _is_here(places: Places, home: str, path: str) -> bool:
    try:
        return is_home(places, home, Path(path))
    except SheafError:
        # This installation has no name and can get none; the engine says so where it matters.
        return True


def question_before_continuing(line: JobLine) -> Question:
    """Return what the person is asked once before a job from elsewhere goes on here."""
    if line.halt is Halt.OLDER:
        return Question(
            f"Continue “{line.name}” with this older file?",
            "More was sent of this job than its file knows. Continue only if the newer file is "
            "lost: rows that were sent since are paid for again.",
            "Continue with it",
            "Only look at it",
            icon="copy",
            icon_ink="warn",
        )
    return Question(
        f"Continue “{line.name}” on this computer?",
        "Its file was copied or moved, or made on another computer. Continue here only if no "
        "other copy of it goes on: two copies at work pay for the same rows twice.",
        "Continue here",
        "Only look at it",
        icon="copy",
        icon_ink="warn",
    )
