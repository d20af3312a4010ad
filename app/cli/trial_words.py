"""What the command line says of a trial: its price, its answers, and what they show."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.cli import report
from app.cli.figures import estimate_json, money
from app.core.cost import in_figures
from app.core.job import Job, JobSettings, RowState
from app.core.money_words import in_fine_dollars
from app.core.states import Mode
from app.engine.money_replies import TrialPlan, TrialReply, TriedAnswer

_WIDEST = 32
_WORDS = {"unsure": "perhaps charged", "waiting": "not here yet"}


def price_words(planned: TrialPlan, job: Job, *, in_batch: bool) -> str:
    """Say what a trial would cost, before anybody agrees to it."""
    answers = "1 answer" if planned.calls == 1 else f"{planned.calls} answers"
    rows = ", ".join(f"{row:,}" for row in planned.rows)
    when = "in a batch, at half the price" if in_batch else "at once, at the standard price"
    if job.mode is Mode.PRACTICE:
        return f"{answers} {when}: rows {rows}, to practise on, free."
    if planned.expected_usd is None or planned.most_usd is None:
        return f"{answers} {when}: rows {rows}. The price of a model is not known."
    about, most = in_fine_dollars(planned.expected_usd), in_figures(planned.most_usd)
    return f"{answers} {when}: rows {rows}. About {about}, never more than {most}."


def table(settings: JobSettings, came: TrialReply) -> str:
    """Return the table of answers, the rows in order, the models below each other."""
    several = len(came.models) > 1
    names = tuple(column.name for column in settings.answers) or ("answer",)
    lines = [("Row", *(("Model",) if several else ()), *names)]
    for answer in sorted(came.answers, key=lambda one: one.row):
        head = (f"{answer.row:,}", *((answer.model,) if several else ()))
        lines.append((*head, *_cells(answer, len(names))))
    short = [[_short(cell) for cell in line] for line in lines]
    widths = [max(map(len, column)) for column in zip(*short, strict=True)]
    return "\n".join(_aligned(line, widths) for line in short)


def _aligned(cells: list[str], widths: list[int]) -> str:
    first, *others = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return "  ".join((first.strip().rjust(widths[0]), *others)).rstrip()


def _cells(answer: TriedAnswer, count: int) -> tuple[str, ...]:
    cells = answer.cells[:count]
    if answer.state != RowState.ANSWERED:
        word = _WORDS.get(answer.state, answer.state.replace("_", " "))
        cells = (f"({word}) {' '.join(cells)}".rstrip(),)
    return (*cells, *("",) * (count - len(cells)))


def _short(text: str) -> str:
    line = report.one_line(text)
    return line if len(line) <= _WIDEST else f"{line[: _WIDEST - 1]}…"


def sentences(job: Job, came: TrialReply) -> Iterator[str]:
    """Yield what is to be said below the answers."""
    if came.stopped:
        yield f"Not every row was asked. {came.stopped}"
    yield from came.troubles
    if len(came.models) > 1:
        where = ", ".join(f"{one.column} {one.rows}" for one in came.columns if one.rows)
        said = f" ({where})" if where else ""
        yield f"The models differ in {came.differ} of {len(came.rows)} rows{said}."
        for model in came.models:
            yield f"{model.model}: {in_fine_dollars(model.per_thousand_usd)} per 1,000 rows."
    cost = "free" if job.mode is Mode.PRACTICE else in_fine_dollars(came.cost_usd)
    answered = sum(model.answered for model in came.models)
    yield f"{answered} answered, {cost}."


def as_json(path: Path, job: Job, came: TrialReply) -> dict[str, Any]:
    """Return the one object of `sheaf try`; money as decimal strings."""
    names = [column.name for column in job.settings.answers]
    return {
        "job": str(path),
        "mode": job.mode.value,
        "rows": list(came.rows),
        "answers": [_answer_json(answer, names) for answer in came.answers],
        "models": [
            {
                "model": model.model,
                "answered": model.answered,
                "asked": model.asked,
                "cost_usd": money(model.cost_usd),
                "read_tokens": model.read_tokens,
                "written_tokens": model.written_tokens,
                "thinking_tokens": model.thinking_tokens,
                "per_thousand_usd": money(model.per_thousand_usd),
            }
            for model in came.models
        ],
        "cost_usd": money(came.cost_usd),
        "unsure": came.unsure,
        "troubles": list(came.troubles),
        "stopped": came.stopped,
        "differ": came.differ,
        "columns": {one.column: one.rows for one in came.columns},
        "waiting": list(came.waiting),
        "estimate": estimate_json(came.estimate.estimate),
    }


def _answer_json(answer: TriedAnswer, names: list[str]) -> dict[str, Any]:
    return {
        "row": answer.row,
        "model": answer.model,
        "state": answer.state,
        "cells": dict(zip(names, answer.cells, strict=False)),
        "reply": answer.reply,
        "reason": answer.reason,
        "cost_usd": money(answer.cost_usd),
    }
