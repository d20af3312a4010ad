"""What a banner above a job consists of, and what its button may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.ui.widgets.tone import Tone


class Act(StrEnum):
    """What the banner's button does."""

    NOTHING = ""
    CONTINUE = "Continue job"
    CREDIT = "Add credit…"
    CONSOLE = "Open Console…"
    SETTINGS = "Open Settings…"
    NO_LIMIT = "Remove the limit…"
    TAKE_OVER = "Continue here…"
    QUESTION = "Show the question"
    SHOW_FILE = "Show in folder"


@dataclass(frozen=True, slots=True)
class Message:
    """What a banner says, and what its button does."""

    tone: Tone
    title: str
    text: str
    icon: str = ""
    act: Act = Act.NOTHING
    path: str = ""
    """The file that the button is about."""
