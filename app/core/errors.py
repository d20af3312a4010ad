"""The only errors a person ever reads: what happened, what it means, what to do."""

from __future__ import annotations

from enum import Enum


class Standing(Enum):
    """What an error means for the work, and so which exit code the command line gives."""

    BAD_INPUT = 2
    """Nothing was sent; the person corrects the input."""
    NEEDS_PERSON = 3
    """Stopped by key, credit, rights or a limit; the job goes on once that is mended."""


class SheafError(Exception):
    """An error in three plain sentences: what happened, why, and how to mend it."""

    def __init__(
        self, what: str, why: str = "", fix: str = "", *, standing: Standing = Standing.BAD_INPUT
    ) -> None:
        self.what = what
        self.why = why
        self.fix = fix
        self.standing = standing
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """All three parts in one line."""
        return " ".join(part for part in (self.what, self.why, self.fix) if part)
