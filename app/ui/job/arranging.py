"""Which rows the table of answers shows and in which order, asked of the engine."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from app.core.causes import Cause
from app.core.job import RowState
from app.engine.replies import Arranged
from app.engine.verbs import Arrange
from app.ui.desk import Desk


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the table is asked to show; as it stands, all rows in their original order."""

    states: tuple[RowState, ...] = ()
    search: str = ""
    answer: tuple[int, str] | None = None
    sort: str = ""
    causes: tuple[Cause, ...] = ()

    def sorted_by(self, order: str) -> Wanted:
        """Go from upwards to downwards to the original order."""
        follows = {order: f"-{order}", f"-{order}": ""} if order else {}
        return replace(self, sort=follows.get(self.sort, order))


ALL_ROWS = Wanted()


class Arranger(QObject):
    """Asks for orderings one after another; only the answer to the newest wish counts."""

    looking = Signal()
    """An ordering is being made, which takes a moment with many rows."""
    arranged = Signal(object)
    """The Arranged to show."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._path, self._rows = "", 0
        self.wanted = ALL_ROWS

    def start(self, path: str, rows: int) -> None:
        """Begin with all rows of a job, without telling anybody."""
        self._path, self._rows, self.wanted = path, rows, ALL_ROWS

    def want(self, wanted: Wanted) -> None:
        """Show something else."""
        if wanted != self.wanted:
            self.wanted = wanted
            self.again()

    def again(self) -> None:
        """Arrange the same anew, since rows have changed or the ordering is gone."""
        if self.wanted == ALL_ROWS:
            self.arranged.emit(Arranged(None, self._rows))
            return
        self.looking.emit()
        wanted = self.wanted
        verb = Arrange(
            self._path, wanted.states, wanted.search, wanted.answer, wanted.sort, wanted.causes
        )
        self._desk.ask(verb, owner=self, done=partial(self._take, self._path, wanted))

    def _take(self, path: str, wanted: Wanted, arranged: Arranged) -> None:
        if (path, wanted) == (self._path, self.wanted):
            self.arranged.emit(arranged)
