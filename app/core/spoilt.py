"""Whether most of a job's first answers are paid for in vain, so that a person can step in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.core.job import RowState

_ENOUGH = 20
"""Fewer answers than this say little about the rows to come."""
_TO_COME = (RowState.WAITING, RowState.SENT)
_HELPS_LENGTH = "Raising the longest answer helps."
_HELPS_FIT = "Clearer instructions or other answer columns help."


@dataclass(frozen=True, slots=True)
class Spoilt:
    """So many of the answers that are in were cut off, or did not fit the answer columns."""

    answers: int
    cut_off: int
    misfit: int

    @property
    def title(self) -> str:
        """How many there are, in a sentence without its full stop."""
        how = {(True, False): "were cut off", (False, True): "did not fit the answer columns"}
        said = how.get((self.cut_off > 0, self.misfit > 0), "were cut off or did not fit")
        return f"{self.cut_off + self.misfit:,} of the first {self.answers:,} answers {said}"

    @property
    def helps(self) -> str:
        """What helps against the commoner of the two."""
        return _HELPS_LENGTH if self.cut_off >= self.misfit else _HELPS_FIT


def spoilt(counts: Mapping[RowState, int]) -> Spoilt | None:
    """Return what is spoilt of a job at work; None where it is the lesser part, or all is over."""
    cut_off, misfit = counts.get(RowState.CUT_OFF, 0), counts.get(RowState.DOES_NOT_FIT, 0)
    answers = counts.get(RowState.ANSWERED, 0) + cut_off + misfit
    to_come = any(counts.get(state, 0) for state in _TO_COME)
    if not to_come or answers < _ENOUGH or 2 * (cut_off + misfit) <= answers:
        return None
    return Spoilt(answers, cut_off, misfit)
