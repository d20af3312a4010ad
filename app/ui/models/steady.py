"""Keeps a mistake in a table's cell from ending the program."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Any

log = logging.getLogger(__name__)


def steady(read: Callable[..., Any]) -> Callable[..., Any]:
    """Answer None where a method that Qt calls for each cell fails; the log has the mistake once.

    Qt asks from within its own code. An error that is raised there cannot be handed on: it stays
    pending, and the next cell that is asked for ends the program.
    """
    complained = False

    @functools.wraps(read)
    def read_or_none(*arguments: Any) -> Any:
        nonlocal complained
        try:
            return read(*arguments)
        except Exception:
            if not complained:
                complained = True
                log.exception("A cell of a table could not be read.")
            return None

    return read_or_none
