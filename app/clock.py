"""This moment, by a clock that nobody can set while Sheaf runs.

The system's time is read once, at the start; from then on what passes is counted, sleep included.
A clock that is set back or forward meanwhile makes no wait longer or shorter, and moves no batch
away from the moment at which it was sent.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime, timedelta

# Python's own monotonic clock stands still on both while the computer sleeps.
_CLOCKS = {"linux": "CLOCK_BOOTTIME", "darwin": "CLOCK_MONOTONIC"}


def _counted() -> int:
    """Return nanoseconds since some moment before the start, also of those spent asleep."""
    number = getattr(time, _CLOCKS.get(sys.platform, ""), None)
    return time.monotonic_ns() if number is None else time.clock_gettime_ns(number)


_STARTED = datetime.now(UTC)
_COUNTED = _counted()


def now() -> datetime:
    """Return this moment."""
    return _STARTED + timedelta(microseconds=(_counted() - _COUNTED) // 1000)
