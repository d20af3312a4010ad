"""The bundled spreadsheets to try Sheaf with, and the settings that suit each of them."""

from __future__ import annotations

from pathlib import Path

import msgspec

from app.core.answers import parse_definition
from app.core.job import JobSettings
from app.engine.protocol import Load
from app.paths import resource


class Sample(msgspec.Struct, frozen=True):
    """One sample: its card on the first screen, and what is to be asked of each row."""

    file: str
    title: str
    rows: int
    hint: str
    icon: str
    recipe: str
    instructions: str
    background: str
    answers: tuple[str, ...]

    @property
    def path(self) -> Path:
        """The bundled spreadsheet."""
        return resource("samples", self.file)

    @property
    def settings(self) -> JobSettings:
        """What to ask; the model is chosen later."""
        return JobSettings(
            instructions=self.instructions,
            background=self.background,
            answers=tuple(parse_definition(answer) for answer in self.answers),
            recipe=self.recipe,
        )

    def load(self) -> Load:
        """Return the verb that reads the sample into a new job."""
        return Load(source=str(self.path), settings=self.settings, name=self.title)


def read_samples() -> tuple[Sample, ...]:
    """Return the bundled samples; read at start, before the window is there."""
    text = resource("samples", "samples.json").read_bytes()
    return msgspec.json.decode(text, type=tuple[Sample, ...])
