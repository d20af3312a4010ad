"""Which columns an export has, and how an answer stands in them: as labels, codes, or 0 and 1."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from app.core.answers import (
    CANNOT_TELL,
    CANNOT_TELL_CODE,
    SEVERAL_SEPARATOR,
    AnswerColumn,
    AnswerKind,
    fold,
)
from app.core.errors import SheafError
from app.core.fitting import labels_in
from app.core.job import Job
from app.core.merge import USAGE_COLUMNS, Layout, is_answered
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
    lists: bool = False,
) -> Shape:
    """Plan the columns: of the output table those that are `chosen`, or all.

    With `lists` the cells with several labels are lists, written as JSON.

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
        if column is not None and column.kind is AnswerKind.LABELS:
            several = _Several(layout, column, place, codes=codes)
            parts.append(several.part(name, apart=one_per_label, lists=lists))
        elif column is not None and codes:
            parts.append(_coded(column, name, place))
        else:
            parts.append(Part((_plain(job, layout, place),), _cell(place)))
    columns = [column for part in parts for column in part.columns]
    names = name_columns([column.name for column in columns])
    named = tuple(map(_renamed, columns, names))
    is_plain = not (chosen or codes or one_per_label or lists)
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
    return replace(column, name=name)


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
    return OutColumn(name, kind is AnswerKind.NUMBER, is_answer=True)


def _coded(column: AnswerColumn, name: str, place: int) -> Part:
    """Return a column of one label a cell; what is no label, as a misfit, stays."""
    codes = _codes_of(column)
    is_number = column.kind is AnswerKind.NUMBER or bool(codes)
    made = OutColumn(name, is_number, is_answer=True)
    return Part((made,), lambda row: (codes.get(fold(row[place]), row[place]),))


@dataclass(frozen=True, slots=True)
class _Several:
    """An answer column with several labels in a cell: none of them is an answer as well."""

    layout: Layout
    column: AnswerColumn
    place: int
    codes: bool

    def part(self, name: str, *, apart: bool, lists: bool) -> Part:
        """Return one column for each label, or one in which they are a list or joined."""
        if apart:
            labels = [label.name for label in self.column.labels]
            columns = [OutColumn(f"{name}: {label}", True, is_answer=True) for label in labels]
            return Part(tuple(columns), self._flags)
        made = OutColumn(name, is_answer=True, is_list=lists)
        return Part((made,), self._as_list if lists else self._joined)

    def _labels(self, row: Row) -> list[str] | None:
        """Return the labels of a row, as codes where wanted; None where there is no answer."""
        cell = row[self.place]
        if not cell and not is_answered(self.layout, row):
            return None
        labels = labels_in(self.column, cell)
        known = _codes_of(self.column) if self.codes else {}
        return [known.get(fold(label), label) for label in labels]

    def _joined(self, row: Row) -> Row:
        if not self.codes:
            return (row[self.place],)
        return (SEVERAL_SEPARATOR.join(self._labels(row) or ()),)

    def _as_list(self, row: Row) -> Row:
        labels = self._labels(row)
        return ("" if labels is None else json.dumps(labels, ensure_ascii=False),)

    def _flags(self, row: Row) -> Row:
        """Return 1 for each label that the cell has, else 0; blanks where there is no answer."""
        cell = row[self.place]
        if not cell and not is_answered(self.layout, row):
            return ("",) * len(self.column.labels)
        has = set(map(fold, labels_in(self.column, cell)))
        return tuple("1" if fold(label.name) in has else "0" for label in self.column.labels)


def _codes_of(column: AnswerColumn) -> dict[str, str]:
    """Number the labels as the codebook does; yes is 1 and no is 0."""
    if column.kind is AnswerKind.YES_NO:
        codes = {fold("Yes"): "1", fold("No"): "0"}
    else:
        codes = {fold(label.name): str(code) for code, label in enumerate(column.labels, 1)}
    if CANNOT_TELL in column.choices:
        codes[fold(CANNOT_TELL)] = str(CANNOT_TELL_CODE)
    return codes
