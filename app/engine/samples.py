"""The bundled samples: data made for trying Sheaf, each with instructions and answer columns."""

from __future__ import annotations

from pathlib import Path

import msgspec

from app.core.answers import parse_definition
from app.core.catalog import Catalog
from app.core.job import JobSettings
from app.engine.estimate import with_usual_longest_answer
from app.paths import resource


class Sample(msgspec.Struct, frozen=True):
    """One sample: its file, what it is called, and the job that it is good for."""

    file: str
    title: str
    rows: int
    hint: str
    icon: str
    recipe: str
    instructions: str
    background: str = ""
    answers: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        """Where the sample's file is."""
        return resource("samples", self.file)

    def settings(self, catalog: Catalog) -> JobSettings:
        """Return the job's settings, with the suggested model; a sample is always practice."""
        settings = JobSettings(
            instructions=self.instructions,
            background=self.background,
            answers=tuple(parse_definition(text) for text in self.answers),
            model=catalog.suggested().id,
            recipe=self.recipe,
            practice_only=True,
        )
        return with_usual_longest_answer(settings, catalog.suggested())


def samples() -> tuple[Sample, ...]:
    """Return all samples, the one for the demonstration first."""
    content = resource("samples", "samples.json").read_bytes()
    return msgspec.json.decode(content, type=tuple[Sample, ...])
