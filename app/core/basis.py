"""What a forecast is based on, said in words beside its price."""

from __future__ import annotations

from app.core.measured import Measured
from app.core.volume import Volume


def basis_of(read: Volume, measured: Measured) -> str:
    """Say what a forecast is based on."""
    counted = measured.reading.counted if measured.reading else 0
    if measured.writing is None and measured.history is not None:
        jobs = measured.history.jobs
        earlier = f" and on {'an earlier job' if jobs == 1 else f'{jobs:,} earlier jobs'} like it"
    else:
        earlier = ""
    rows = "1 row" if counted == 1 else f"{counted:,} rows"
    if measured.writing is None:
        return (f"Counted on {rows}" if counted else read.basis) + earlier
    answers = measured.writing.answers
    real = "1 real answer" if answers == 1 else f"{answers:,} real answers"
    real += f" and {counted:,} counted rows" if counted else ""
    return f"Based on {real}{_cut_words(answers, measured.writing.unknown)}"


def _cut_words(answers: int, unknown: int) -> str:
    """Say of how many answers nobody knows the length; empty where all are known."""
    if not unknown:
        return ""
    verb = "was" if unknown == 1 else "were"
    return f": {unknown:,} of {answers:,} {verb} cut off, so longer answers are a guess"
