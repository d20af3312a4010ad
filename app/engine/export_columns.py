"""Which columns an export has, and how an answer stands in them: as labels, codes, or 0 and 1."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.core.answers import CANNOT_TELL, CANNOT_TELL_CODE, AnswerColumn, AnswerKind, fold
from app.core.errors import SheafError
from app.core.fitting import SEVERAL_SEPARATOR
from app.core.job import Job
from app.core.merge import USAGE_COLUMNS, Layout
from app.core.table import Kind, Row, name_columns
from app.files.outgoing import OutColumn

Cells = Callable[[Row], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Part:
    """Some columns of the export, and how they are made from a row of the output table."""

    columns: tuple[OutColumn, ...]
    cells: Cells


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns of an export, and their cells."""

    columns: tuple[OutColumn, ...]
    parts: tuple[Part, ...]
    is_plain: bool

    def row(self, row: Row) -> Row:
        """Return a row of the output table as it is written."""
        if self.is_plain:
            return row
        return tuple(cell for part in self.parts for cell in part.cells(row))


def shape(
    job: Job,
    layout: Layout,
    *,
    chosen: Sequence[str] = (),
    codes: bool = False,
    one_per_label: bool = False,
) -> Shape:
    """Plan the columns: of the output table those that are `chosen`, or all.

    Raises:
        SheafError: a chosen column is not there.
    """
    _check(chosen, layout.header)
    answers: dict[int, AnswerColumn] = dict(enumerate(job.settings.answers, layout.source_width))
    parts: list[Part] = []
    for place, name in enumerate(layout.header):
        if chosen and name not in chosen:
            continue
        column = answers.get(place)
        if column is None or not (codes or one_per_label):
            parts.append(Part((_plain(job, layout, place),), _cell(place)))
        else:
            parts.append(_answer(column, name, place, codes=codes, apart=one_per_label))
    columns = [column for part in parts for column in part.columns]
    names = name_columns([column.name for column in columns])
    named = tuple(map(_renamed, columns, names))
    is_plain = not (chosen or codes or one_per_label)
    return Shape(tuple(columns) if is_plain else named, tuple(parts), is_plain)


def _check(chosen: Sequence[str], names: Sequence[str]) -> None:
    missing = next((name for name in chosen if name not in names), None)
    if missing is not None:
        raise SheafError(
            f'The export has no column "{missing}".',
            f"Its columns are: {', '.join(names[:20])}.",
            "Correct the name.",
        )


def _renamed(column: OutColumn, name: str) -> OutColumn:
    return OutColumn(name, column.is_number, column.is_answer, column.separator)


def _cell(place: int) -> Cells:
    return lambda row: (row[place],)


def _plain(job: Job, layout: Layout, place: int) -> OutColumn:
    """Return a column whose cells are written as they are."""
    name = layout.header[place]
    at = place - layout.source_width
    if at < 0:
        return OutColumn(name, is_number=job.columns[place].kind is Kind.NUMBER)
    if at >= layout.answer_width:
        return OutColumn(name, is_number=name in USAGE_COLUMNS)
    answers = job.settings.answers
    kind = answers[at].kind if at < len(answers) else AnswerKind.LONG_TEXT
    several = SEVERAL_SEPARATOR if kind is AnswerKind.LABELS else ""
    return OutColumn(name, kind is AnswerKind.NUMBER, is_answer=True, separator=several)


def _answer(column: AnswerColumn, name: str, place: int, *, codes: bool, apart: bool) -> Part:
    if apart and column.kind is AnswerKind.LABELS:
        labels = [label.name for label in column.labels]
        columns = [OutColumn(f"{name}: {label}", True, is_answer=True) for label in labels]
        return Part(tuple(columns), lambda row: _flags(row[place], labels))
    known = _codes_of(column) if codes else {}
    several = SEVERAL_SEPARATOR if column.kind is AnswerKind.LABELS else ""
    is_number = column.kind is AnswerKind.NUMBER or (bool(known) and not several)
    made = OutColumn(name, is_number, is_answer=True, separator=several)
    return Part((made,), lambda row: (_coded(row[place], known, several),))


def _codes_of(column: AnswerColumn) -> dict[str, str]:
    """Number the labels as the codebook does; yes is 1 and no is 0."""
    if column.kind is AnswerKind.YES_NO:
        codes = {fold("Yes"): "1", fold("No"): "0"}
    else:
        codes = {fold(label.name): str(code) for code, label in enumerate(column.labels, 1)}
    if CANNOT_TELL in column.choices:
        codes[fold(CANNOT_TELL)] = str(CANNOT_TELL_CODE)
    return codes


def _coded(cell: str, codes: dict[str, str], several: str) -> str:
    """Return the code of a label; what is none, as an answer that does not fit, stays."""
    if not codes or not cell:
        return cell
    labels = cell.split(several) if several else [cell]
    return several.join(codes.get(fold(label), label) for label in labels)


def _flags(cell: str, labels: Sequence[str]) -> list[str]:
    """Return 1 for each label that the cell has, else 0; blanks where there is no answer."""
    if not cell:
        return [""] * len(labels)
    has = set(map(fold, cell.split(SEVERAL_SEPARATOR)))
    return ["1" if fold(label) in has else "0" for label in labels]
