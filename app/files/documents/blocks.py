"""Paragraphs and tables as lines of text, as the parts of a document pass."""

from __future__ import annotations

from app.files.documents.extracted import Lines


class Blocks:
    """Puts running text into paragraphs, and a table's cells into lines with tabs between them.

    A table inside a cell becomes part of that cell's text.
    """

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._open: list[str] = []
        self._cells: list[list[str]] = []
        """The paragraphs of each cell that is open; several where tables are nested."""
        self._rows: list[list[str]] = []
        """The finished cells of each row that is open."""

    def write(self, text: str) -> None:
        """Go on with the open paragraph."""
        if text:
            self._open.append(text)

    def end_paragraph(self) -> None:
        """Close the open paragraph."""
        text = "".join(self._open)
        self._open.clear()
        if self._cells:
            self._cells[-1].append(" ".join(text.split()))
        else:
            for line in text.split("\n"):
                self._lines.add(line)

    def begin_row(self) -> None:
        """Begin a row of a table."""
        self._rows.append([])

    def begin_cell(self) -> None:
        """Begin a cell of the row."""
        self._cells.append([])

    def end_cell(self, times: int = 1) -> None:
        """Close a cell; the same one may stand several times."""
        if self._open:
            self.end_paragraph()
        if not self._cells:
            return
        text = " ".join(filter(None, self._cells.pop()))
        if self._rows:
            self._rows[-1] += [text] * (times if text else 1)

    def end_row(self, times: int = 1) -> None:
        """Close a row: a line, or a piece of the cell that its table stands in."""
        if not self._rows:
            return
        cells = self._rows.pop()
        if self._cells:
            self._cells[-1].append(" | ".join(filter(None, cells)))
        elif any(cells):
            for _ in range(times):
                self._lines.add("\t".join(cells))

    def finish(self) -> None:
        """Close what is open."""
        if self._open:
            self.end_paragraph()
