"""What a trial showed to be wrong, said in sentences that name what would help."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.catalog import Model
from app.core.job import JobSettings
from app.core.states import RowState
from app.core.trial import Tried


def troubles(tried: Sequence[Tried], settings: JobSettings, model: Model) -> tuple[str, ...]:
    """Say in sentences what a trial of a model showed to be wrong, each with what would help."""
    states = [one.outcome.state for one in tried if one.outcome is not None]
    failed = [one for one in tried if one.outcome and one.outcome.state in _NOT_ANSWERED]
    reason = next((one.outcome.reason for one in failed if one.outcome), "")
    said = [
        _say(
            states.count(RowState.CUT_OFF), len(tried), "cut off", _longer(tried, settings, model)
        ),
        _say(
            states.count(RowState.DOES_NOT_FIT),
            len(tried),
            "answered with something else than the answer columns allow",
            "Look at them, and say in the instructions what to do with such rows.",
        ),
        _say(
            states.count(RowState.DECLINED),
            len(tried),
            "declined by Claude",
            "Say what the rows are for, or try another model.",
        ),
        _say(len(failed), len(tried), "not answered", reason),
        _say_lost(sum(one.unsure for one in tried)),
    ]
    return tuple(sentence for sentence in said if sentence)


_NOT_ANSWERED = frozenset({RowState.FAILED, RowState.EXPIRED, RowState.CANCELLED})


def _say(count: int, rows: int, what: str, fix: str) -> str:
    if not count:
        return ""
    verb = "was" if count == 1 else "were"
    return f"{count} of {rows} {verb} {what}. {fix}"


def _say_lost(count: int) -> str:
    if not count:
        return ""
    they = "answer was lost on its way and is" if count == 1 else "answers were lost and are"
    return f"{count} {they} perhaps charged: Sheaf does not ask again by itself."


def _longer(tried: Sequence[Tried], settings: JobSettings, model: Model) -> str:
    """Suggest a longest answer: twice the longest that was whole, and four times what was cut.

    No model writes more than its most; where that is too little, another one may write more.
    """
    whole = [
        one.outcome.usage.output
        for one in tried
        if one.outcome and one.outcome.usage and one.outcome.state is RowState.ANSWERED
    ]
    needed = max(4 * settings.max_tokens, 2 * max(whole, default=0))
    needed, most = -(-needed // 100) * 100, model.max_output_tokens
    if needed <= most:
        return f"Raise the longest answer to {needed:,}."
    if settings.max_tokens < most:
        more = "where that is too little, choose another model"
        return f"Raise the longest answer to {most:,}, the most that {model.name} writes; {more}."
    return f"{model.name} writes no longer answers: choose another model, or ask for less."
