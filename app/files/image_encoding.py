"""A picture is made ready to be sent: upright, in plain colours, small, without metadata."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from app.core.part_volume import most_converted

if TYPE_CHECKING:
    from PIL.Image import Image

_QUALITIES = (92, 85, 75, 60, 40)
_DEEP_MODES = frozenset({"I", "F", "I;16", "I;16L", "I;16B", "I;16N"})
_MOST_DRAWN = 1 << 16
"""More colours than this are never drawn by hand."""
_RANGES = tuple(2.0**bits - 1 for bits in (8, 10, 12, 14, 16))
_SEE_THROUGH = frozenset({"LA", "PA", "RGBA", "La", "RGBa"})


def encoded(picture: Image, size: tuple[int, int], most_base64: int) -> tuple[str, bytes]:
    """Return a decoded picture as PNG or JPEG of this size, with its media type.

    Photos become JPEG; pictures of few colours, or with see-through places, stay exact as PNG
    where that is small enough. No metadata is written: neither place nor time nor camera.
    """
    from PIL import Image, ImageOps

    plain = _plain(ImageOps.exif_transpose(picture))
    if plain.size != size:
        plain = _scalable(plain).resize(size, Image.Resampling.LANCZOS)
    most = min(most_converted(*size), most_base64 * 3 // 4 - 3)
    if picture.format not in {"JPEG", "MPO", "HEIF"} and not _is_photo(plain):
        exact = _as_png(plain)
        if len(exact) <= most:
            return "image/png", exact
    jpeg = _as_jpeg(plain, most)
    while len(jpeg) > most and min(plain.size) > 1:
        # Many pictures share one request: better smaller than not at all.
        less = (max(1, plain.width * 2 // 3), max(1, plain.height * 2 // 3))
        plain = _scalable(plain).resize(less, Image.Resampling.LANCZOS)
        jpeg = _as_jpeg(plain, most)
    return "image/jpeg", jpeg


def _is_photo(picture: Image) -> bool:
    """Tell a photo from a drawing: as PNG it would take seconds, and many times the bytes."""
    return picture.mode == "RGB" and picture.getcolors(_MOST_DRAWN) is None


def _plain(picture: Image) -> Image:
    """Return the picture in colours that every program understands."""
    if picture.mode in _DEEP_MODES:
        return _eight_bits(picture)
    picture = _standard_colours(picture)
    if picture.mode in {"1", "L", "P", "RGB", "LA", "RGBA"}:
        return picture
    return picture.convert("RGBA" if picture.mode in _SEE_THROUGH else "RGB")


def _eight_bits(picture: Image) -> Image:
    """Bring deep grey to eight bits: from the range that its camera or scanner most likely used."""
    whole = picture if picture.mode == "F" else picture.convert("I").convert("F")
    low, high = whole.getextrema()
    if not isinstance(low, float) or not isinstance(high, float):
        return whole.convert("L")
    if picture.mode != "F" and low >= 0:
        low, high = 0.0, next((top for top in _RANGES if high <= top), high)
    scale = 255.0 / (high - low or 1.0)
    return whole.point(lambda value: value * scale + -low * scale).convert("L")


def _standard_colours(picture: Image) -> Image:
    """Turn colours of a profile, as of print or of a phone's screen, into the usual ones."""
    from PIL import ImageCms

    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in {"RGB", "RGBA", "CMYK", "L"}:
        return picture
    target = "RGBA" if picture.mode == "RGBA" else "RGB"
    try:
        own = ImageCms.ImageCmsProfile(BytesIO(profile))
        usual = ImageCms.createProfile("sRGB")
        turned = ImageCms.profileToProfile(picture, own, usual, outputMode=target)
    except (ImageCms.PyCMSError, OSError, ValueError):  # a broken profile: the colours as they are
        return picture
    return turned or picture


def _scalable(picture: Image) -> Image:
    """Return the picture in a mode in which pixels can be averaged."""
    if picture.mode == "1":
        return picture.convert("L")
    if picture.mode == "P":
        return picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    return picture


def _as_png(picture: Image) -> bytes:
    out = BytesIO()
    bare = picture.copy()
    kept = picture.info.get("transparency") if picture.mode == "P" else None
    bare.info = {} if kept is None else {"transparency": kept}
    bare.save(out, "PNG", optimize=False)
    return out.getvalue()


def _as_jpeg(picture: Image, most: int) -> bytes:
    flat = _on_white(picture)
    flat.info = {}
    data = b""
    for quality in _QUALITIES:
        out = BytesIO()
        flat.save(out, "JPEG", quality=quality)
        data = out.getvalue()
        if len(data) <= most:
            break
    return data


def _on_white(picture: Image) -> Image:
    from PIL import Image

    if picture.mode in {"L", "RGB"}:
        return picture.copy()
    if picture.mode in _SEE_THROUGH or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        white = Image.new("RGB", layer.size, "white")
        white.paste(layer, mask=layer.getchannel("A"))
        return white
    return picture.convert("RGB")
