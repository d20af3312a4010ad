"""This moment, by a clock that nobody can set while Sheaf runs.

The system's time is read once, at the start; from then on what passes is counted, sleep included.
A clock that is set back or forward meanwhile makes no wait longer or shorter, and moves no batch
away from the moment at which it was sent.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime, timedelta


def _counted() -> int:
    """Return nanoseconds since some moment before the start, also of those spent asleep."""
    if sys.platform == "linux":
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":
        # Python's own monotonic clock stands still there while the computer sleeps.
        return time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    return time.monotonic_ns()


_STARTED = datetime.now(UTC)
_COUNTED = _counted()


def now() -> datetime:
    """Return this moment."""
    return _STARTED + timedelta(microseconds=(_counted() - _COUNTED) // 1000)
