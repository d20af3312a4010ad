"""Ctrl-C: polite while something may be in flight, hasty while a question is open."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from app.cli import report
from app.engine.bench import Control

INTERRUPTED = 130
"""The exit code."""


@contextmanager
def polite_interrupts(control: Control) -> Iterator[None]:
    """The first Ctrl-C finishes the create in flight, then stops; the second stops at once."""

    def first(_signal: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        control.stop()
        report.say("")  # leaves the living line, on which a terminal has written ^C
        report.say("Stopping after the call in flight. Press Ctrl-C again to stop at once.")

    before = signal.signal(signal.SIGINT, first)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def hasty_interrupts() -> Iterator[None]:
    """While a question is open nothing is in flight: the first Ctrl-C stops at once."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
