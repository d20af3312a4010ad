"""Practice counts pictures by their pixels and PDFs by their pages, as the service does."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import pytest
from PIL import Image

from app.practice.pictures import count_pages, picture_size
from app.practice.tokens import count_prompt, count_text
from tests.files.pdf_maker import make_pdf


@pytest.mark.parametrize("size", [(1, 1), (640, 480), (3000, 17)])
@pytest.mark.parametrize("form", ["PNG", "GIF", "JPEG", "WEBP"])
def test_the_size_of_a_picture_stands_in_its_bytes(form: str, size: tuple[int, int]) -> None:
    """The same as a library for pictures finds."""
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, form)
    assert picture_size(out.getvalue()) == size
    Image.new("RGB", size, "navy").save(out := io.BytesIO(), form, lossless=True)
    assert picture_size(out.getvalue()) == size


@pytest.mark.parametrize("data", [b"", b"\x89PNG", b"\xff\xd8\xff", b"RIFF....WEBP", b"nonsense"])
def test_bytes_that_are_no_picture_have_no_size(data: bytes) -> None:
    """Nothing is made up, and nothing breaks."""
    assert picture_size(data) is None


def test_pages_are_counted(tmp_path: Path) -> None:
    """Where a PDF says them; otherwise its size has to do."""
    path = tmp_path / "a.pdf"
    make_pdf(path, ["One.", "Two.", "Three."])
    assert count_pages(path.read_bytes()) == 3
    assert count_pages(b"%PDF-1.7" + b"x" * 66_000) == 3


def test_a_small_picture_costs_little_and_a_large_one_is_scaled_down() -> None:
    """A token for each square of 28 pixels, up to what the model uses."""

    def cost(size: tuple[int, int]) -> int:
        out = io.BytesIO()
        Image.new("RGB", size).save(out, "PNG")
        data = base64.b64encode(out.getvalue()).decode()
        source = {"type": "base64", "media_type": "image/png", "data": data}
        block = {"type": "image", "source": source}
        return count_prompt({"messages": [{"role": "user", "content": [block]}]}, count_text)

    assert cost((56, 28)) - cost((28, 28)) == 1
    assert cost((3000, 3000)) == cost((2900, 2900))
