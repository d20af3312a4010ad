"""The bundled samples are what samples.json says, and can be made again."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.core import answers, instructions
from app.core.recipes import RECIPES
from app.files.formats import open_source
from app.paths import resource

ROOT = resource("samples").parents[1]
SAMPLES: list[dict[str, Any]] = json.loads(
    resource("samples").joinpath("samples.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: str(sample["file"]))
def test_a_sample_is_ready_to_run(sample: dict[str, Any]) -> None:
    """Its rows, instructions, answer columns, recipe and icon all exist and fit."""
    source = open_source(resource("samples") / sample["file"])
    assert len(list(source.rows())) == sample["rows"]
    instructions.check(instructions.parse(sample["instructions"]), source.header)
    columns = [answers.parse_definition(text) for text in sample["answers"]]
    answers.check_columns(columns)
    assert columns
    assert sample["recipe"] in {recipe.id for recipe in RECIPES}
    assert (resource("icons") / f"{sample['icon']}.svg").is_file()


def test_the_samples_can_be_made_again(tmp_path: Path) -> None:
    """The program that made them makes the same bytes."""
    program = ROOT / "packaging" / "make_samples.py"
    subprocess.run([sys.executable, str(program), str(tmp_path)], check=True)
    for sample in SAMPLES:
        bundled = (resource("samples") / sample["file"]).read_bytes()
        assert (tmp_path / sample["file"]).read_bytes() == bundled, sample["file"]
