"""How much files add to a request: pictures by pixels, PDFs by text and pages, texts by bytes.

The formulas and limits are those of claude-batch-api section 6.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, sqrt

from app.core.catalog import Model
from app.core.parts import Cause, Family, FileFacts, FileProblem

REQUEST_BYTES = 32_000_000
"""What one request may hold, with everything in it."""
_ROOM_FOR_WORDS = 1_000_000
IMAGE_BYTES = 10_000_000
"""What one picture may hold once it is written in base64."""

_PATCH = 28
"""A picture costs a token for each square of so many pixels."""
_BYTES_PER_PIXEL = 1
"""More than a JPEG of good quality needs; what would need more is saved in a lower one."""
_SMALL_PICTURE = 1 << 16
_LARGE_CONTEXT = 1_000_000
_MANY_IMAGES = 20
_MANY_IMAGES_SIDE = 2000
_BLOCK_BYTES = 120
"""What a block has around its data."""

# A page is drawn before it is read; how large is not published. Expected: A4 with this long edge.
_PAGE_EDGE = 1568
_PAGE_SHORT_EDGE = 1109
_PAGE_TEXT = 3000
"""The most that the service's own guide gives for the text of a page."""


@dataclass(frozen=True, slots=True)
class PartLimits:
    """What a model takes of files, in one request.

    Pictures with a longer edge or more tokens are scaled down, here or by the service; those with
    a side above `most_side` are refused, and so are more pictures or pages than these.
    """

    long_edge: int = 2576
    image_tokens: int = 4784
    most_side: int = 8000
    most_images: int = 600
    most_pages: int = 600
    image_bytes: int = IMAGE_BYTES
    request_bytes: int = REQUEST_BYTES - _ROOM_FOR_WORDS


def limits_of(model: Model, images: int = 1) -> PartLimits:
    """Return what a model takes when a request holds so many pictures."""
    limits = PartLimits()
    if model.token_factor < 1:  # the models before 4.7, as their tokenizer tells
        limits = replace(limits, long_edge=1568, image_tokens=1568)
    if model.max_input_tokens < _LARGE_CONTEXT:
        limits = replace(limits, most_images=100, most_pages=100)
    if images > _MANY_IMAGES:
        side = _MANY_IMAGES_SIDE
        limits = replace(limits, most_side=side, long_edge=min(side, limits.long_edge))
    return limits


def limits_for(files: Sequence[FileFacts], model: Model, *, text_only: bool = False) -> PartLimits:
    """Return what a model takes when a request holds just these files.

    Where they might not fit together, pictures share the room: none is saved larger than its part.
    """
    images = sum(map(_is_picture, files))
    limits = limits_of(model, images)
    each = [part_volume(facts, limits, text_only=text_only).bytes for facts in files]
    if not images or sum(each) <= limits.request_bytes:
        return limits
    others = (
        part_volume(f, limits, text_only=text_only).bytes for f in files if not _is_picture(f)
    )
    share = (limits.request_bytes - sum(others)) // images - _BLOCK_BYTES
    return replace(limits, image_bytes=share) if share > 0 else limits


def _is_picture(facts: FileFacts) -> bool:
    return facts.family is Family.PICTURE


def image_tokens(width: int, height: int) -> int:
    """Return what a picture of so many pixels costs."""
    return ceil(width / _PATCH) * ceil(height / _PATCH)


def sent_size(width: int, height: int, limits: PartLimits) -> tuple[int, int]:
    """Return the pixels of a picture that the model uses: its own, or as many as are allowed."""
    longest = max(width, height)
    most = min(longest, limits.long_edge, limits.most_side)
    by_area = ceil(longest * sqrt(limits.image_tokens * _PATCH**2 / (width * height)))
    edge = min(most, by_area)
    size = _scaled(width, height, edge)
    while image_tokens(*size) > limits.image_tokens:  # patches that are not full count as well
        edge -= 1
        size = _scaled(width, height, edge)
    return size


def _scaled(width: int, height: int, edge: int) -> tuple[int, int]:
    longest = max(width, height)
    return max(1, round(width * edge / longest)), max(1, round(height * edge / longest))


@dataclass(frozen=True, slots=True)
class PartVolume:
    """What a file adds to a request: expected tokens, their bound, and the most bytes."""

    tokens: int = 0
    most_tokens: int = 0
    bytes: int = 0

    def __add__(self, other: PartVolume) -> PartVolume:
        return PartVolume(
            self.tokens + other.tokens,
            self.most_tokens + other.most_tokens,
            self.bytes + other.bytes,
        )


def is_sent_as_text(facts: FileFacts, *, text_only: bool) -> bool:
    """Say whether of a file only its text is sent."""
    if facts.family is Family.PDF:
        return text_only and facts.has_text_layer
    return facts.family in {Family.TEXT, Family.DOCUMENT}


def part_volume(facts: FileFacts, limits: PartLimits, *, text_only: bool = False) -> PartVolume:
    """Return what a file adds to a request; nothing for one that cannot be sent."""
    if facts.problem is not None:
        return PartVolume()
    if is_sent_as_text(facts, text_only=text_only):
        return PartVolume(facts.text_tokens, facts.text_bytes, facts.text_bytes)
    if facts.family is Family.PICTURE:
        return _of_image(facts, limits)
    return _of_pdf(facts, limits)


def _of_image(facts: FileFacts, limits: PartLimits) -> PartVolume:
    size = sent_size(facts.width or 1, facts.height or 1, limits)
    tokens = image_tokens(*size)
    fits = base64_bytes(facts.size) <= limits.image_bytes
    is_kept = size == (facts.width, facts.height) and not facts.needs_conversion and fits
    sent = base64_bytes(facts.size if is_kept else most_converted(*size))
    return PartVolume(tokens, tokens, min(sent, limits.image_bytes) + _BLOCK_BYTES)


def most_converted(width: int, height: int) -> int:
    """Return how many bytes a picture of so many pixels may have after it was converted."""
    return max(_SMALL_PICTURE, _BYTES_PER_PIXEL * width * height)


def _of_pdf(facts: FileFacts, limits: PartLimits) -> PartVolume:
    pages = facts.pages or 1
    page = image_tokens(*sent_size(_PAGE_SHORT_EDGE, _PAGE_EDGE, limits))
    most_text = max(facts.text_bytes, pages * _PAGE_TEXT)
    return PartVolume(
        facts.text_tokens + pages * page,
        most_text + pages * limits.image_tokens,
        base64_bytes(facts.size) + _BLOCK_BYTES,
    )


def base64_bytes(size: int) -> int:
    """Return how many bytes so many bytes are in base64."""
    return (size + 2) // 3 * 4


def over_limit(
    files: Sequence[FileFacts], limits: PartLimits, *, text_only: bool = False
) -> FileProblem | None:
    """Say why the files of one row, each good by itself, cannot be sent to a model together."""
    sent = [facts for facts in files if facts.problem is None]
    documents = [facts for facts in sent if not is_sent_as_text(facts, text_only=text_only)]
    pages = sum(facts.pages or 0 for facts in documents if facts.family is Family.PDF)
    images = sum(facts.family is Family.PICTURE for facts in documents)
    total = sum(part_volume(facts, limits, text_only=text_only).bytes for facts in sent)
    what = f'"{sent[0].name}"' if len(sent) == 1 else f"The {len(sent):,} files of this row"
    if pages > limits.most_pages:
        return _too_many_pages(what, pages, limits, documents)
    if images > limits.most_images:
        return FileProblem(
            Cause.TOO_LARGE,
            f"{what} hold {images:,} pictures.",
            f"This model takes at most {limits.most_images:,} in one request.",
            "Spread them over several rows.",
        )
    return _too_many_bytes(what, total, limits, documents) if total > limits.request_bytes else None


def _too_many_pages(
    what: str, pages: int, limits: PartLimits, documents: Sequence[FileFacts]
) -> FileProblem:
    return FileProblem(
        Cause.TOO_MANY_PAGES,
        f"{what} {'have' if len(documents) > 1 else 'has'} {pages:,} pages.",
        f"This model takes at most {limits.most_pages:,} in one request.",
        f"Split it, or choose another model{_or_text_only(documents)}.",
    )


def _too_many_bytes(
    what: str, total: int, limits: PartLimits, documents: Sequence[FileFacts]
) -> FileProblem:
    verb = "make" if what.startswith("The ") else "makes"
    return FileProblem(
        Cause.TOO_LARGE,
        f"{what} {verb} a request of {total / 1e6:,.0f} MB.",
        f"A request may hold {limits.request_bytes / 1e6:,.0f} MB besides your instructions.",
        f"Split it, or make it smaller{_or_text_only(documents)}.",
    )


def _or_text_only(documents: Sequence[FileFacts]) -> str:
    has_text = any(d.family is Family.PDF and d.has_text_layer for d in documents)
    return ", or send its text only" if has_text else ""
