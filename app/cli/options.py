"""What was written on the command line becomes a job's settings."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from app.cli.row_options import chosen_rows, positive
from app.core.answer_size import usual_longest_answer
from app.core.answers import check_columns, parse_definition
from app.core.catalog import Catalog
from app.core.errors import SheafError
from app.core.job import RETRYABLE, FolderWish, JobSettings, RowState
from app.core.limit import Unit, read_limit
from app.core.parts import Family
from app.core.plan import MOST_ROWS
from app.core.quality import Quality
from app.core.ready_made import COLUMNS
from app.core.together import MOST_TOGETHER
from app.engine.bench import Patience
from app.engine.export import Choices, named_form
from app.engine.load import Wanted

_TOGETHER = "--rows-per-request"
_DAY_SECONDS = 24 * 3600
_ONLY: dict[str | None, frozenset[RowState]] = {
    "answered": frozenset({RowState.ANSWERED, RowState.COPIED}),
    "failed": RETRYABLE,
}
_SEPARATORS = {"tab": "\t", "\\t": "\t", "\t": "\t"}


def check(options: argparse.Namespace) -> None:
    """Refuse times and signs that make no sense, before anything is read or sent.

    Raises:
        SheafError: one of them.
    """
    patience(options, Patience())
    separator(options)


def separator(options: argparse.Namespace) -> str | None:
    """Return what is to stand between the cells of an export; None leaves it to its ending.

    Raises:
        SheafError: a table with it between its cells could not be read again.
    """
    said: str | None = getattr(options, "separator", None)
    if said is None:
        return None
    sign = _SEPARATORS.get(said.lower(), said)
    plain = len(sign) == 1 and sign.isprintable() and not sign.isalnum() and sign not in "\"'"
    if not plain and sign != "\t":
        raise SheafError(
            f'"{said}" cannot separate the cells of the export.',
            "It would not come apart again.",
            "Use , or ; or | or tab, or another single sign.",
        )
    return sign


def rows_to_write(options: argparse.Namespace) -> frozenset[RowState]:
    """Return the states of the rows to write; none is all."""
    return _ONLY.get(vars(options).get("only"), frozenset())


def writing(options: argparse.Namespace) -> Choices:
    """Return how to write an export.

    Raises:
        SheafError: the separator could not be read again.
    """
    said = vars(options)
    return Choices(
        states=rows_to_write(options),
        with_usage=said.get("usage", False),
        delimiter=separator(options),
        bom=not said.get("no_bom", False),
        newline="\n" if said.get("newline") == "lf" else "\r\n",
        form=named_form(said.get("format") or ""),
        raw_cells=said.get("raw_cells", False),
        columns=tuple(said.get("column") or ()),
        codes=said.get("codes", False),
        one_per_label=said.get("one_column_per_label", False),
        overwrite=said.get("overwrite", False),
    )


def wanted(options: argparse.Namespace) -> Wanted:
    """Return which file or folder to read, and how."""
    said = (options.sheet, options.encoding, options.delimiter, not options.no_header)
    source = Wanted(options.data, *said)
    return replace(source, folder=_folder(options)) if options.data.is_dir() else source


def _folder(options: argparse.Namespace) -> FolderWish:
    """Return which files of a folder are wanted; what names no kind is a pattern."""
    kinds = {family.value: family for family in Family if family is not Family.OTHER}
    families = tuple(kinds[word] for word in options.include if word in kinds)
    patterns = tuple(word for word in options.include if word not in kinds)
    return FolderWish(not options.no_subfolders, families, patterns)


def settings(options: argparse.Namespace, catalog: Catalog) -> JobSettings:
    """Return the job's settings, with defaults where nothing was said.

    Raises:
        SheafError: a definition, a file or a number cannot be read.
    """
    answers = tuple(parse_definition(text) for text in options.answer)
    check_columns(answers)
    model = catalog.need(options.model) if options.model else catalog.suggested()
    chosen = JobSettings(
        instructions=text_of(options.instructions),
        background=text_of(options.system),
        answers=answers,
        model=model.id,
        id_column=options.id_column,
        rows=chosen_rows(options),
        batch_rows=positive(options.batch_rows, "--batch-rows", MOST_ROWS),
        max_cost_usd=dollars(options.max_cost),
        max_tokens_total=tokens(options.max_tokens_total),
        attached=tuple(options.attach),
        text_only=options.text_only,
        agreed=getattr(options, "yes", False),
        quality=Quality(options.quality or Quality.QUICK),
        twins=not options.each_row,
        keep_trial=getattr(options, "keep", True),
        remember=options.remember,
        rows_per_request=positive(options.rows_per_request, _TOGETHER, MOST_TOGETHER) or 1,
    )
    longest = options.max_tokens
    if longest is None:
        longest = usual_longest_answer(chosen, model)
    return replace(chosen, max_tokens=longest)


_BROUGHT = {
    "instructions": "--instructions",
    "system": "--system",
    "answer": "--answer",
    "model": "--model",
    "quality": "--quality",
    "max_tokens": "--max-tokens",
    "each_row": "--each-row",
    "rows_per_request": _TOGETHER,
}
"""What ready-made requests bring themselves."""


def request_settings(options: argparse.Namespace) -> JobSettings:
    """Return the settings of a job of ready-made requests.

    Raises:
        SheafError: something is set that the requests bring themselves.
    """
    named = [word for name, word in _BROUGHT.items() if getattr(options, name)]
    if named:
        raise SheafError(
            f'"{options.data.name}" holds ready-made requests, and they do not take {named[0]}.',
            "Each brings its own model, instructions and longest answer.",
            f"Leave {named[0]} out.",
        )
    return JobSettings(
        id_column=options.id_column or COLUMNS[0],
        rows=chosen_rows(options),
        batch_rows=positive(options.batch_rows, "--batch-rows", MOST_ROWS),
        max_cost_usd=dollars(options.max_cost),
        max_tokens_total=tokens(options.max_tokens_total),
        agreed=getattr(options, "yes", False),
        leave_out_refused=options.leave_out_refused,
    )


def files_read(options: argparse.Namespace) -> tuple[Path, ...]:
    """Return the files besides the data that an export must not take the place of."""
    named = [Path(text[1:]) for text in (options.instructions, options.system) if text[:1] == "@"]
    return (*named, options.job) if options.job is not None else tuple(named)


def text_of(value: str) -> str:
    """Return a text as written, or the text of the file that `@FILE` names.

    Raises:
        SheafError: the file cannot be read as text.
    """
    if not value.startswith("@"):
        return value
    path = Path(value[1:])
    try:
        return path.read_text(encoding="utf-8-sig").rstrip("\n")
    except OSError as error:
        raise SheafError(
            f'"{path}" cannot be read: {error.strerror}.', fix="Check the name after the @."
        ) from error
    except UnicodeDecodeError as error:
        raise SheafError(
            f'"{path}" is not a text in UTF-8.', fix="Save it as UTF-8 and try again."
        ) from error


def dollars(value: str | None) -> str | None:
    """Return a spend limit as a plain decimal string.

    Raises:
        SheafError: it is not a positive sum.
    """
    return None if value is None else format(read_limit(value), "f")


def tokens(value: str | None) -> int | None:
    """Return a limit in tokens.

    Raises:
        SheafError: it is not a positive whole number.
    """
    return None if value is None else int(read_limit(value, Unit.TOKENS))


def raised(settings: JobSettings, options: argparse.Namespace) -> JobSettings:
    """Return settings with the limits that were said, the others as they were.

    Raises:
        SheafError: one is no limit.
    """
    return replace(
        settings,
        max_cost_usd=dollars(options.max_cost) or settings.max_cost_usd,
        max_tokens_total=tokens(options.max_tokens_total) or settings.max_tokens_total,
    )


def _seconds(value: float | None, name: str) -> float | None:
    if value is not None and not 0 <= value <= _DAY_SECONDS:
        raise SheafError(
            f"{name} is {value}; it must be between 0 and {_DAY_SECONDS:,} seconds.",
            fix="Correct the number.",
        )
    return value


def patience(options: argparse.Namespace, usual: Patience) -> Patience:
    """Return how long to wait, with what was said on the command line.

    Raises:
        SheafError: it is no time that could be waited.
    """
    poll = _seconds(getattr(options, "poll_seconds", None), "--poll-seconds")
    settle = _seconds(getattr(options, "reconcile_seconds", None), "--reconcile-seconds")
    first = usual.poll_first if poll is None else max(poll, 0.01)
    return Patience(
        poll_first=first,
        poll_longest=usual.poll_longest if poll is None else first,
        reconcile=usual.reconcile if settle is None else settle,
        look_again=usual.look_again if poll is None else min(first, usual.look_again),
        trouble_first=usual.trouble_first if poll is None else min(first, usual.trouble_first),
        trouble_longest=usual.trouble_longest if poll is None else max(first * 4, 1.0),
    )
