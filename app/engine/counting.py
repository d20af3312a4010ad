"""What rows really read: the service counts a sample of them, spread over the file by length.

Counting is free, and so that nobody is in the way of anything else, one row is asked at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from app.claude.requests import params
from app.claude.service import Service
from app.core.amounts import repeated_tokens
from app.core.calibration import Point, fit_layers
from app.core.catalog import Model
from app.core.instructions import parse
from app.core.job import JobSettings
from app.core.measured import Reading
from app.core.row_sizes import Population
from app.core.sampling import spread
from app.core.volume import literals_of
from app.engine.filled import filled_for
from app.engine.sizing import Table

COUNTED_ROWS = 40
BETWEEN_COUNTS = 0.05
"""Seconds: at most 1,200 counts a minute, well under every limit of the service (section 6)."""
_FEWEST = 10
_MOST_BYTES = 20_000_000
"""Rows with large files are counted as far as this is uploaded for them."""
_NO_WORDS = "."
_CHANGED_SINCE = 0.1
"""How wrong the repeated part may be reckoned while it was changed and not counted again."""

Pause = Callable[[], bool]
"""Waits a moment between two calls; True to stop."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Rows as the service counted them: the tokens of each beyond what every request repeats.

    `extra` is how much more that is than was guessed of it, with the words of `asked`.
    """

    points: tuple[Point, ...]
    spoken_for: int
    extra: float
    token_factor: float
    asked: object

    def reading(self, asked: object, factor: float = 1.0) -> Reading:
        """Return what was counted as the forecast takes it, for requests with these words."""
        layers = fit_layers(self.points, self.spoken_for)
        doubt = 0.0 if asked == self.asked else _CHANGED_SINCE
        return Reading(layers, self.extra, len(self.points), factor, self.token_factor, doubt)


def repeated(settings: JobSettings, model: Model) -> object:
    """Return all that decides what every request repeats."""
    literals = parse(settings.instructions).literals
    return literals, settings.background, settings.answers, settings.quality, model.id


def count_rows(
    service: Service,
    table: Table,
    settings: JobSettings,
    model: Model,
    population: Population,
    pause: Pause,
) -> Counted | None:
    """Let the service count what every request repeats, and a sample of rows.

    Returns None where it was stopped; the rows counted so far would be the shortest ones.

    Raises:
        SheafError: the instructions cannot be filled in, a file cannot be read, or the service
            does not count.
    """
    ready = filled_for(replace(table.job, settings=settings), model, table.files)
    fixed = _count_repeated(service, settings, model)
    points: list[Point] = []
    for drawn in spread(population.usual, sample_size(population)):
        if pause():
            return None
        tokens = service.count(ready.params(table.row(population.rows[drawn.place])))
        points.append(Point(population.usual[drawn.place], tokens - fixed, drawn.weight))
    extra, asked = fixed - _guess_of(settings, model), repeated(settings, model)
    return Counted(tuple(points), len(population), extra, model.token_factor, asked)


def count_again(service: Service, counted: Counted, settings: JobSettings, model: Model) -> Counted:
    """Count anew what every request repeats: the same cells are asked about in other words."""
    asked = repeated(settings, model)
    if asked == counted.asked:
        return counted
    extra = _count_repeated(service, settings, model) - _guess_of(settings, model)
    return replace(counted, extra=extra, asked=asked)


def _guess_of(settings: JobSettings, model: Model) -> float:
    """Return what is guessed of the part that every request repeats."""
    return repeated_tokens(settings, model) + literals_of(settings).tokens() * model.token_factor


def sample_size(population: Population) -> int:
    """Return how many rows to count: fewer where their files are large."""
    mean = population.bytes // max(len(population), 1)
    return max(_FEWEST, min(COUNTED_ROWS, _MOST_BYTES // max(mean, 1)))


def _count_repeated(service: Service, settings: JobSettings, model: Model) -> int:
    """Let the service count what every request of a job repeats: all but the cells."""
    words = "".join(parse(settings.instructions).literals)
    return service.count(params(settings, model, words if words.strip() else _NO_WORDS))
