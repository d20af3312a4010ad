"""What files cost: by the published formulas, with bounds that hold."""

from __future__ import annotations

from datetime import UTC, datetime
from math import ceil
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.catalog import Model
from app.core.part_volume import (
    PartLimits,
    PartVolume,
    base64_bytes,
    image_tokens,
    limits_for,
    limits_of,
    most_converted,
    over_limit,
    part_volume,
    sent_size,
)
from app.core.parts import KINDS, Cause, FileFacts, FileKind, FileProblem

NEWER = PartLimits()
OLDER = PartLimits(long_edge=1568, image_tokens=1568)
SIDES = st.integers(1, 8000)


def facts(kind: FileKind, size: int = 1000, **more: Any) -> FileFacts:
    """Describe a file."""
    moment = datetime(2025, 3, 14, tzinfo=UTC)
    name = f"x.{kind}"
    return FileFacts(name, name, "", kind, KINDS[kind].media_type, size, moment, **more)


def test_limits_follow_the_model() -> None:
    """Models before 4.7 see less of a picture; those of 200,000 tokens take fewer pages."""
    newest = limits_of(Model("a", "A", max_input_tokens=1_000_000))
    older = limits_of(Model("b", "B", max_input_tokens=1_000_000, token_factor=0.77))
    small = limits_of(Model("c", "C", max_input_tokens=200_000, token_factor=0.77))
    assert (newest.long_edge, newest.image_tokens, newest.most_pages) == (2576, 4784, 600)
    assert (older.long_edge, older.image_tokens, older.most_images) == (1568, 1568, 600)
    assert (small.most_pages, small.most_images) == (100, 100)


def test_many_pictures_must_be_small() -> None:
    """More than twenty in one request may have no side above 2000 pixels."""
    model = Model("a", "A", max_input_tokens=1_000_000)
    assert limits_of(model, images=20).long_edge == 2576
    many = limits_of(model, images=21)
    assert max(sent_size(8000, 100, many)) == 2000


@pytest.mark.parametrize(
    ("width", "height", "tokens"), [(28, 28, 1), (29, 28, 2), (200, 200, 64), (1092, 1092, 1521)]
)
def test_a_token_for_each_square(width: int, height: int, tokens: int) -> None:
    """28 by 28 pixels are a token; squares that are not full count as well."""
    assert image_tokens(width, height) == tokens


@given(SIDES, SIDES, st.sampled_from([NEWER, OLDER, limits_of(Model("a", "A"), images=50)]))
def test_what_is_sent_is_all_that_the_model_uses(
    width: int, height: int, limits: PartLimits
) -> None:
    """Never above a limit, never enlarged, never smaller than needed, never out of shape."""
    sent = sent_size(width, height, limits)
    assert max(sent) <= limits.long_edge
    assert image_tokens(*sent) <= limits.image_tokens
    assert sent[0] <= width
    assert sent[1] <= height
    fits = max(width, height) <= limits.long_edge
    if fits and image_tokens(width, height) <= limits.image_tokens:
        assert sent == (width, height)
    elif min(sent) > 50:
        assert abs(sent[0] / sent[1] / (width / height) - 1) < 0.03
        larger = (ceil(sent[0] * 1.05), ceil(sent[1] * 1.05))
        too_long = max(larger) > limits.long_edge
        assert too_long or image_tokens(*larger) > limits.image_tokens * 0.98


def test_a_picture_is_paid_by_its_pixels() -> None:
    """What it costs is known exactly; its bytes are its own, or bounded where it is converted."""
    kept = part_volume(facts(FileKind.JPEG, 300_000, width=1000, height=800), NEWER)
    assert (kept.tokens, kept.most_tokens) == (36 * 29, 36 * 29)
    assert kept.bytes == base64_bytes(300_000) + 120
    turned = facts(FileKind.JPEG, 300_000, width=1000, height=800, needs_conversion=True)
    assert part_volume(turned, NEWER).bytes == base64_bytes(most_converted(1000, 800)) + 120
    large = part_volume(facts(FileKind.JPEG, 9_000_000, width=8000, height=6000), OLDER)
    assert large.tokens <= 1568
    assert large.bytes < 5_000_000


def test_pictures_share_the_room_of_one_request() -> None:
    """Each alone is bounded generously; together they fit, and a PDF keeps its bytes."""
    model = Model("a", "A", max_input_tokens=1_000_000)
    photo = facts(FileKind.JPEG, 2_300_000, width=4000, height=3000)
    small = facts(FileKind.PNG, 9_000, width=300, height=300)
    scan = facts(FileKind.PDF, 9_000_000, pages=9)
    assert limits_for([photo], model) == limits_of(model)
    for files in ([photo] * 4, [photo] * 100, [small] * 25, [scan, *[photo] * 10, small]):
        limits = limits_for(files, model)
        total = sum((part_volume(each, limits) for each in files), PartVolume())
        assert total.bytes <= limits.request_bytes
        assert over_limit(files, limits) is None
    assert limits_for([small] * 25, model).image_bytes == PartLimits().image_bytes
    assert over_limit([scan] * 4, limits_for([scan] * 4, model)) is not None


def test_a_pdf_is_paid_by_text_and_pages() -> None:
    """Each page costs its text and a picture, which never costs more than the model's most."""
    pdf = facts(
        FileKind.PDF, 90_000, pages=10, has_text_layer=True, text_bytes=40_000, text_tokens=9_000
    )
    whole = part_volume(pdf, NEWER)
    assert 9_000 < whole.tokens < whole.most_tokens == 40_000 + 10 * 4784
    assert whole.bytes == base64_bytes(90_000) + 120
    assert part_volume(pdf, OLDER).tokens == 9_000 + 10 * image_tokens(
        *sent_size(1109, 1568, OLDER)
    )
    as_text = part_volume(pdf, NEWER, text_only=True)
    assert as_text == PartVolume(9_000, 40_000, 40_000)
    scan = facts(FileKind.PDF, 90_000, pages=10)
    assert part_volume(scan, NEWER, text_only=True).bytes == base64_bytes(90_000) + 120
    assert part_volume(scan, NEWER).most_tokens == 10 * (3000 + 4784)


def test_a_document_is_paid_by_its_text() -> None:
    """The size of its file does not matter."""
    document = facts(FileKind.WORD, 5_000_000, text_bytes=700, text_tokens=200)
    assert part_volume(document, NEWER) == PartVolume(200, 700, 700)
    assert sum((part_volume(document, NEWER) for _ in range(3)), PartVolume()).tokens == 600


def test_what_is_not_sent_costs_nothing() -> None:
    """A file with a problem adds neither tokens nor bytes."""
    broken = facts(FileKind.PDF, pages=3, problem=FileProblem(Cause.DAMAGED, "x"))
    assert part_volume(broken, NEWER) == PartVolume()
    assert over_limit([broken], NEWER) is None


def test_what_is_over_a_limit_is_named_before_it_is_sent() -> None:
    """Pages, pictures and bytes have limits; sending text only is offered where it helps."""
    small = limits_of(Model("c", "C", max_input_tokens=200_000))
    long = facts(FileKind.PDF, pages=101, has_text_layer=True, text_bytes=10)
    problem = over_limit([long], small)
    assert problem is not None
    assert (problem.cause, problem.what) == (Cause.TOO_MANY_PAGES, '"x.pdf" has 101 pages.')
    assert problem.fix == "Split it, or choose another model, or send its text only."
    assert over_limit([long], small, text_only=True) is None
    assert over_limit([long], limits_of(Model("d", "D", max_input_tokens=1_000_000))) is None
    heavy = over_limit([facts(FileKind.PDF, 30_000_000, pages=9)], NEWER)
    assert heavy is not None
    assert (heavy.cause, heavy.what) == (Cause.TOO_LARGE, '"x.pdf" makes a request of 40 MB.')
    picture = facts(FileKind.PNG, 10, width=10, height=10)
    many = over_limit([picture] * 101, small)
    assert many is not None
    assert many.what == "The 101 files of this row hold 101 pictures."
    assert over_limit([picture] * 100, small) is None
