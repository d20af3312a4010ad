"""Pictures: as they are where that is allowed; upright, plain and small where it is not."""

from __future__ import annotations

import io
import sys
import types
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from app.core.part_volume import PartLimits, base64_bytes, image_tokens
from app.core.parts import Cause, FileKind, ImagePart
from app.files.attach import load_part
from app.files.describe import describe_path
from app.files.file_errors import FileError
from app.files.images import image_part, look_at
from tests.files import corpus

OLDER = PartLimits(long_edge=1568, image_tokens=1568)


def sent(path: Path, limits: PartLimits | None = None) -> tuple[ImagePart, Image.Image]:
    """Return a picture as it is sent, and opened again."""
    part = image_part(path, path.read_bytes(), limits or PartLimits())
    opened = Image.open(io.BytesIO(part.data))
    opened.load()
    assert opened.size == (part.width, part.height)
    assert Image.MIME[opened.format or ""] == part.media_type
    return part, opened


@pytest.mark.parametrize(
    ("format_", "mode", "media_type"),
    [
        ("PNG", "RGBA", "image/png"),
        ("PNG", "P", "image/png"),
        ("PNG", "1", "image/png"),
        ("JPEG", "RGB", "image/jpeg"),
        ("JPEG", "L", "image/jpeg"),
        ("GIF", "P", "image/gif"),
        ("WEBP", "RGB", "image/webp"),
    ],
)
def test_a_good_picture_is_passed_on_as_it_is(
    tmp_path: Path, format_: str, mode: str, media_type: str
) -> None:
    """Nothing is lost to a conversion that is not needed; the type comes from the bytes."""
    path = tmp_path / "wrong.ending"
    corpus.picture(format_, mode)(path)
    part = image_part(path, path.read_bytes(), PartLimits())
    assert part.data == path.read_bytes()
    assert (part.media_type, part.width, part.height) == (media_type, 60, 40)


def test_a_photo_that_lies_on_its_side_is_turned(tmp_path: Path) -> None:
    """It stands upright, and neither place nor turn is in it any more."""
    path = tmp_path / "x.jpg"
    corpus.turned_jpeg(path)
    facts = look_at(path, path.read_bytes())
    part, opened = sent(path)
    assert (facts.width, facts.height, facts.needs_conversion) == (40, 60, True)
    assert opened.size == (40, 60)
    # What was the dark left half of the stored picture is the upper half of the upright one.
    assert opened.convert("L").getpixel((20, 10)) < 60
    assert opened.convert("L").getpixel((20, 50)) > 200
    assert not opened.getexif()
    assert b"Exif" not in part.data


@pytest.mark.parametrize("turn", range(1, 9))
def test_every_turn_is_undone(tmp_path: Path, turn: int) -> None:
    """All eight ways in which a camera can be held give the same upright picture."""
    upright = Image.new("L", (50, 30), 230)
    upright.paste(20, (0, 0, 25, 15))
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    exif = Image.Exif()
    exif[0x0112] = turn
    stored = upright.transpose(back[turn]) if turn > 1 else upright
    stored.save(tmp_path / "x.png", exif=exif)
    _, opened = sent(tmp_path / "x.png")
    assert list(opened.convert("L").resize((2, 2), 0).tobytes()) == [20, 230, 230, 230]


def test_a_turned_tiff_is_turned_once(tmp_path: Path) -> None:
    """The library turns TIFF by itself; turning it again would lay it down."""
    image = Image.new("L", (50, 30), 230)
    image.paste(20, (0, 0, 25, 30))
    image.save(tmp_path / "x.tif", tiffinfo={274: 6})
    _, opened = sent(tmp_path / "x.tif")
    assert opened.size == (30, 50)
    assert opened.convert("L").getpixel((15, 5)) == 20


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("pictures/print.jpg", "image/jpeg"),
        ("pictures/deep.tif", "image/png"),
        ("pictures/deep.png", "image/png"),
        ("pictures/paint.bmp", "image/png"),
        ("pictures/fax.tif", "image/png"),
        ("pictures/moving.gif", "image/png"),
    ],
)
def test_what_claude_does_not_take_is_converted(tmp_path: Path, name: str, media_type: str) -> None:
    """Colours of print, deep colours, TIFF, BMP and films become plain pictures."""
    path = tmp_path / Path(name).name
    next(made for made in corpus.CORPUS if made.path == name).write(path)
    assert look_at(path, path.read_bytes()).needs_conversion
    part, opened = sent(path)
    assert part.media_type == media_type
    assert opened.mode in {"1", "L", "P", "RGB", "RGBA"}


def test_sixteen_bits_keep_their_shades(tmp_path: Path) -> None:
    """Dark stays dark and light stays light; nothing is cut off at 255."""
    corpus.deep_tiff(tmp_path / "x.tif")
    _, opened = sent(tmp_path / "x.tif")
    row = [opened.getpixel((x, 5)) for x in (0, 64, 128, 192, 255)]
    assert row == [0, 64, 128, 192, 255]


def test_twelve_bits_are_not_black(tmp_path: Path) -> None:
    """Cameras of laboratories use a part of the sixteen bits only."""
    image = Image.new("I;16", (20, 20), 4095)
    image.save(tmp_path / "x.tif")
    _, opened = sent(tmp_path / "x.tif")
    assert opened.getpixel((5, 5)) == 255


def test_a_film_is_sent_as_its_first_picture(tmp_path: Path) -> None:
    """It says so, as does a fax of several pages."""
    corpus.animation(tmp_path / "x.gif")
    part, opened = sent(tmp_path / "x.gif")
    assert opened.convert("RGB").getpixel((3, 3)) == (255, 0, 0)
    assert part.notes == ("It is animated; only the first of its 3 pictures is sent.",)
    corpus.many_frames(tmp_path / "x.tif")
    part, _ = sent(tmp_path / "x.tif")
    assert "only the first is sent" in part.notes[0]


@pytest.mark.parametrize("limits", [PartLimits(), OLDER])
@pytest.mark.parametrize(
    "size", [(4000, 3000), (3000, 4000), (6000, 200), (2577, 10), (1600, 1600)]
)
def test_larger_than_the_model_uses_is_made_smaller(
    tmp_path: Path, limits: PartLimits, size: tuple[int, int]
) -> None:
    """What is sent is as large as the model uses it, and no larger; its shape stays."""
    path = tmp_path / "x.jpg"
    corpus.picture("JPEG", size=size)(path)
    part, _ = sent(path, limits)
    assert max(part.width, part.height) <= limits.long_edge
    assert image_tokens(part.width, part.height) <= limits.image_tokens
    assert abs(part.width / part.height / (size[0] / size[1]) - 1) < 0.06


def test_noise_never_passes_the_limit_of_bytes(tmp_path: Path) -> None:
    """Pictures that do not pack well are packed harder until they may be sent."""
    noise = Image.effect_noise((1200, 1200), 120).convert("RGB")
    noise.save(tmp_path / "x.png")
    limits = PartLimits(image_bytes=850_000)
    part, _ = sent(tmp_path / "x.png", limits)
    assert base64_bytes(len(part.data)) <= limits.image_bytes
    assert part.media_type == "image/jpeg"


def test_see_through_places_become_white_in_a_jpeg(tmp_path: Path) -> None:
    """Black letters on a see-through ground stay readable."""
    noise = Image.effect_noise((900, 900), 120).convert("RGB")
    noise.putalpha(Image.new("L", noise.size, 0))
    noise.save(tmp_path / "x.png")
    part, opened = sent(tmp_path / "x.png", PartLimits(image_bytes=300_000))
    assert part.media_type == "image/jpeg"
    assert opened.getpixel((450, 450)) == (255, 255, 255)


def test_colours_of_a_profile_become_the_usual_ones(tmp_path: Path) -> None:
    """A broken profile does no harm; a sound one is used and not passed on."""
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for data in (profile, b"nonsense"):
        Image.new("RGB", (30, 20), (200, 30, 30)).save(tmp_path / "x.tif", icc_profile=data)
        _, opened = sent(tmp_path / "x.tif")
        assert "icc_profile" not in opened.info
        assert abs(opened.getpixel((5, 5))[0] - 200) <= 2


def test_a_bomb_is_refused_before_it_unpacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small file of thousands of millions of pixels is never decoded."""
    corpus.bomb_png(tmp_path / "x.png")

    def fails(*_: Any) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(Image.Image, "load", fails)
    with pytest.raises(FileError) as caught:
        look_at(tmp_path / "x.png", (tmp_path / "x.png").read_bytes())
    assert caught.value.cause is Cause.TOO_LARGE


def test_heic_without_its_library_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The person learns of the extra, and of the way without it."""
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    path = tmp_path / "x.heic"
    path.write_bytes(corpus.heic_bytes())
    problem = describe_path(path, tmp_path).problem
    assert problem is not None
    assert problem.cause is Cause.NEEDS_EXTRA
    assert problem.fix == 'Save it as JPEG, or install the extra "sheaf[heic]".'


def test_heic_with_its_library_is_converted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the extra, a phone's picture is one like any other: sent as JPEG."""
    from PIL import BmpImagePlugin

    class Phone(BmpImagePlugin.BmpImageFile):
        """Reads the stand-in for HEIC: a BMP behind the mark of the format."""

        format = "HEIF"

        def _open(self) -> None:
            self.fp = io.BytesIO(corpus_bmp)
            super()._open()

    out = io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(out, "BMP")
    corpus_bmp = out.getvalue()
    library = types.ModuleType("pillow_heif")
    library.register_heif_opener = (
        lambda: Image.register_open(  # type: ignore[attr-defined]
            "HEIF", Phone, lambda head: head[4:8] == b"ftyp"
        )
    )
    monkeypatch.setitem(sys.modules, "pillow_heif", library)
    monkeypatch.setattr(Image, "OPEN", dict(Image.OPEN))
    monkeypatch.setattr(Image, "ID", list(Image.ID))
    path = tmp_path / "x.heic"
    path.write_bytes(corpus.heic_bytes())
    facts = describe_path(path, tmp_path)
    assert (facts.kind, facts.problem, facts.width) == (FileKind.HEIC, None, 30)
    part = load_part(tmp_path, facts)
    assert isinstance(part, ImagePart)
    assert (part.media_type, part.width, part.height) == ("image/jpeg", 30, 20)
