"""The only errors a person ever reads: what happened, what it means, what to do."""

from __future__ import annotations

from enum import Enum, StrEnum


class Standing(Enum):
    """What an error means for the work, and so which exit code the command line gives."""

    BAD_INPUT = 2
    """Nothing was sent; the person corrects the input."""
    NEEDS_PERSON = 3
    """Stopped by key, credit, rights or a limit; the job goes on once that is mended."""


class Halt(StrEnum):
    """What brought work to a standstill, so that the one right button can stand beside it."""

    NONE = ""
    CREDIT = "credit"
    USAGE_LIMIT = "usage_limit"
    KEY = "key"
    RIGHTS = "rights"
    HOLD = "hold"
    SPEND_LIMIT = "spend_limit"
    ACCOUNT = "account"
    ELSEWHERE = "elsewhere"
    """The job file was made on another computer, copied or moved."""
    OLDER = "older"
    """The job file is an older copy: more was sent of the job than it knows."""
    LOCKED = "locked"
    """Another Sheaf works on the job."""
    REFUSED = "refused"
    DISK = "disk"
    EXISTS = "exists"
    """The file that is to be written is there already, and nobody has agreed to replace it."""
    READING = "reading"
    """A file could not be read in this way; another encoding, separator or header may do."""
    FAULT = "fault"


class SheafError(Exception):
    """An error in three plain sentences: what happened, why, and how to mend it."""

    def __init__(
        self,
        what: str,
        why: str = "",
        fix: str = "",
        *,
        standing: Standing = Standing.BAD_INPUT,
        halt: Halt = Halt.NONE,
    ) -> None:
        self.what = what
        self.why = why
        self.fix = fix
        self.standing = standing
        self.halt = halt
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """All three parts in one line."""
        return " ".join(part for part in (self.what, self.why, self.fix) if part)
