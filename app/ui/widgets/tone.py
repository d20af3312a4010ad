"""The five tones of a message, each with its three colours."""

from __future__ import annotations

from enum import StrEnum


class Tone(StrEnum):
    """What a pill or a banner says before it is read; words and icon always say it too."""

    OK = "ok"
    """Done."""
    WARN = "warn"
    """Look at this, or waits for the person."""
    BAD = "bad"
    """Stopped, needs the person."""
    RUN = "run"
    """At work, or merely informs."""
    NEUTRAL = "neutral"
    """Nothing has happened yet."""

    @property
    def soft(self) -> str:
        """The token of the fill."""
        return "accentSoft" if self is Tone.RUN else f"{self.value}Soft"

    @property
    def ink(self) -> str:
        """The token of text and icon on the fill, and of such text on a card."""
        return "accentText" if self is Tone.RUN else f"{self.value}Text"

    @property
    def icon(self) -> str:
        """The icon that goes with the tone where none is named."""
        return _ICONS[self]


_ICONS = {
    Tone.OK: "circle-check",
    Tone.WARN: "triangle-alert",
    Tone.BAD: "circle-x",
    Tone.RUN: "info",
    Tone.NEUTRAL: "info",
}
