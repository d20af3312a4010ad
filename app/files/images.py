"""Pictures: passed on as they are where that is allowed, else turned, converted or made smaller."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from warnings import filterwarnings

from app.core.part_volume import PartLimits, base64_bytes, sent_size
from app.core.parts import KINDS, SENT_PICTURES, FileKind, ImagePart
from app.files import file_errors
from app.files.documents.extracted import naming
from app.files.image_encoding import encoded
from app.files.kinds import HEAD, kind_of_bytes

if TYPE_CHECKING:
    from PIL.Image import Image

WHAT = "picture"
MOST_FILE = 250_000_000
"""A larger file is not a picture to be read by anybody."""

_MOST_MEMORY = 500_000_000
"""What one picture may take while it is converted."""
_FORMATS = ("PNG", "JPEG", "MPO", "GIF", "WEBP", "TIFF", "BMP", "DIB", "AVIF", "HEIF")
"""The library opens far more; each is one more way in for a hostile file."""
_ORIENTATION = 0x0112
_UPRIGHT = 1
_TURNED = range(2, 9)
_SIDEWAYS = frozenset({5, 6, 7, 8})
_ONE_BYTE_MODES = frozenset({"1", "L", "P"})
_PLAIN_MODES = frozenset({"1", "L", "LA", "P", "PA", "RGB", "RGBA"})
_ANIMATED = frozenset({FileKind.GIF, FileKind.WEBP, FileKind.PNG, FileKind.AVIF})


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """A picture: its size when it stands upright, and what has to be done to it."""

    kind: FileKind
    width: int
    height: int
    needs_conversion: bool
    notes: tuple[str, ...] = ()
    frames: int = 1


def look_at(path: Path, data: bytes) -> PictureFacts:
    """Open and decode a picture, to say what it is and that it is whole.

    Raises:
        SheafError: it is damaged, needs a library that is not there, or would fill the memory.
    """
    with _opened(path, data) as (kind, picture):
        facts = _facts(kind, data, picture)
        _decode(path, picture, (1, 1))
        return facts


def image_part(path: Path, data: bytes, limits: PartLimits) -> ImagePart:
    """Return a picture as it is sent: as it is, or upright, converted and scaled down.

    Raises:
        SheafError: it is damaged, needs a library that is not there, or would fill the memory.
    """
    with _opened(path, data) as (kind, picture):
        facts = _facts(kind, data, picture)
        size = sent_size(facts.width, facts.height, limits)
        is_kept = size == (facts.width, facts.height) and not facts.needs_conversion
        if is_kept and base64_bytes(len(data)) <= limits.image_bytes:
            return ImagePart(KINDS[kind].media_type, data, *size, facts.notes)
        _decode(path, picture, size)
        media_type, converted = encoded(picture, size, limits.image_bytes)
        return ImagePart(media_type, converted, *size, facts.notes)


@contextmanager
def _opened(path: Path, data: bytes) -> Iterator[tuple[FileKind, Image]]:
    if not data:
        raise file_errors.empty(path)
    kind = kind_of_bytes(data[:HEAD])
    if kind is FileKind.HEIC:
        _learn_heic(path)
    # Imported late: loading the library takes longer than looking through a folder.
    from PIL import Image

    # The library's own bound counts pixels and only warns at first; ours counts bytes of memory.
    Image.MAX_IMAGE_PIXELS = None
    # What is odd in a picture's metadata does not matter: none of it is used.
    filterwarnings("ignore", module=r"PIL\.")
    with naming(path, WHAT), Image.open(BytesIO(data), formats=_known_formats()) as picture:
        if kind is not FileKind.JPEG:  # of which only as much is decoded as is needed
            _refuse_bomb(path, picture)
        yield kind, picture


def _known_formats() -> list[str]:
    from PIL import Image

    Image.init()
    return [name for name in _FORMATS if name in Image.OPEN]


def _learn_heic(path: Path) -> None:
    try:
        from pillow_heif import register_heif_opener
    except ImportError as error:
        raise file_errors.needs_heic(path) from error
    register_heif_opener()


def _facts(kind: FileKind, data: bytes, picture: Image) -> PictureFacts:
    turn = picture.getexif().get(_ORIENTATION, _UPRIGHT)
    # The library turns TIFF by itself, and gives the size that it will have then.
    is_sideways = turn in _SIDEWAYS and kind is not FileKind.TIFF
    width, height = picture.size[::-1] if is_sideways else picture.size
    frames = int(getattr(picture, "n_frames", 1))
    needs = (
        kind not in SENT_PICTURES
        or turn in _TURNED
        or picture.mode not in _PLAIN_MODES
        or _is_deep_png(data)
        or (frames > 1 and kind in _ANIMATED)
    )
    return PictureFacts(kind, width, height, needs, tuple(_notes(kind, frames)), frames)


def _is_deep_png(data: bytes) -> bool:
    """Whether a PNG has 16 bits for each colour; the library only shows that of grey ones."""
    return data.startswith(b"\x89PNG") and data[24:25] == b"\x10"


def _notes(kind: FileKind, frames: int) -> Iterator[str]:
    if frames > 1 and kind in _ANIMATED:
        yield f"It is animated; only the first of its {frames:,} pictures is sent."
    elif frames > 1 and kind in {FileKind.TIFF, FileKind.HEIC}:
        yield f"It holds {frames:,} pictures; only the first is sent. Save it as PDF to send all."


def _decode(path: Path, picture: Image, size: tuple[int, int]) -> None:
    """Read all of a picture's data; a JPEG is decoded no larger than is needed for this size."""
    is_wide = picture.width >= picture.height
    stored = size if (size[0] >= size[1]) == is_wide else size[::-1]
    picture.draft(None, stored)
    _refuse_bomb(path, picture)
    picture.load()


def _refuse_bomb(path: Path, picture: Image) -> None:
    """Refuse a picture that would fill the memory, before anything of it is decoded."""
    bytes_each = 1 if picture.mode in _ONE_BYTE_MODES else 4
    if picture.width * picture.height * bytes_each > _MOST_MEMORY:
        raise file_errors.bomb(path)
