"""How large requests are that are asked together, and what they read and write at the most."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.core.job import Changes

MOST_OVERHEAD_TOKENS = 600
"""What the service may add at most to what a request's own bytes can make."""


@dataclass(frozen=True, slots=True)
class RequestSize:
    """One request or several: their bytes, and what these do not tell.

    `tokens` is what they read at most where that is known better than by their bytes, as with
    files, 0 where it is not; `unseen` what they read beyond their bytes, None where nobody can
    say; `max_tokens` the longest answer that any of them allows, None where the job says it;
    `rows` how many rows they ask.
    """

    bytes: int = 0
    tokens: int = 0
    unseen: int | None = 0
    max_tokens: int | None = None
    rows: int = 1

    @property
    def most_read(self) -> int:
        """The tokens that they read at most, as far as anybody can say."""
        return self.tokens or self.bytes + (self.unseen or 0)

    def together(self, other: RequestSize) -> RequestSize:
        """Return the size of both."""
        known = self.unseen is not None and other.unseen is not None
        return RequestSize(
            self.bytes + other.bytes,
            self.tokens + other.tokens,
            (self.unseen or 0) + (other.unseen or 0) if known else None,
            max((m for m in (self.max_tokens, other.max_tokens) if m is not None), default=None),
            self.rows + other.rows,
        )

    def laid_over(self, changes: Changes) -> Changes:
        """Return the changes of a batch that holds just these requests."""
        longest = changes.max_tokens if self.max_tokens is None else self.max_tokens
        return replace(
            changes,
            max_tokens=longest,
            unseen_tokens=self.unseen,
            most_read=self.tokens,
            least_read=None,
            least_rows=1,
        )


NO_REQUEST = RequestSize(rows=0)
