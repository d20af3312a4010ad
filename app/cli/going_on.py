"""How a job that stands still goes on: the command to write, with the one thing that it needs."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from app.core.errors import Halt
from app.core.limit import Unit
from app.engine.view import JobView

_RAISED = {Unit.DOLLARS: " --max-cost USD", Unit.TOKENS: " --max-tokens-total N"}


def resume_hint(path: Path, halt: Halt = Halt.NONE) -> str:
    """Return the command with which a job goes on; of its limits it names the one that stopped."""
    raised = _raised(path) if halt is Halt.SPEND_LIMIT else ""
    return f'Go on with: sheaf resume "{path}"{raised}'


def _raised(path: Path) -> str:
    with closing(JobView(path)) as view:
        limit = view.line().limit
    return "" if limit is None else _RAISED[limit.unit]
