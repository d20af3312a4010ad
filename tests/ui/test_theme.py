"""The promises of colour and type: readable in both themes, figures in columns, sizes that grow."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui.icons import Icons
from app.ui.style_sheet import style_sheet
from app.ui.theme import TEXT_SIZES, THEME
from app.ui.tokens import DARK, LIGHT, high_contrast
from app.ui.typography import ROLES, load_fonts
from app.ui.widgets.button import Button
from app.ui.widgets.tone import Tone

RESOURCES = Path(__file__).parents[2] / "resources"

TEXT_PAIRS = [
    *(
        (ink, page)
        for ink in ("text", "text2", "text3")
        for page in ("window", "canvas", "surface", "sunken", "hover", "selected", "answer")
    ),
    ("onAccent", "accent"),
    ("onAccent", "accentHover"),
    ("onAccent", "accentPress"),
    ("accentText", "surface"),
    ("accentText", "canvas"),
    ("accentText", "accentSoft"),
    ("answerText", "answerHead"),
    ("text", "answerSel"),
    ("badText", "surface"),
    ("okText", "surface"),
    ("warnText", "surface"),
    *((tone.ink, tone.soft) for tone in Tone),
    *((f"chip{letter}Text", f"chip{letter}") for letter in "ABCD"),
]
SHAPE_PAIRS = [
    ("input", "surface"),
    ("focus", "surface"),
    ("focus", "window"),
    *((f"c{number}", "surface") for number in range(1, 7)),
    *((ink, "surface") for ink in ("ok", "warn", "bad", "accent", "wheat")),
]


def _luminance(colour: str) -> float:
    shares = (QColor(colour).redF(), QColor(colour).greenF(), QColor(colour).blueF())
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(tokens: Mapping[str, str], one: str, other: str) -> float:
    low, high = sorted((_luminance(tokens[one]), _luminance(tokens[other])))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "page"), TEXT_PAIRS)
def test_text_is_readable(tokens: Mapping[str, str], ink: str, page: str) -> None:
    """Every text colour keeps a contrast of 4.5 on every background it meets."""
    assert _contrast(tokens, ink, page) >= 4.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("shape", "page"), SHAPE_PAIRS)
def test_shapes_are_visible(tokens: Mapping[str, str], shape: str, page: str) -> None:
    """Edges, icons and bars keep a contrast of 3 on their background."""
    assert _contrast(tokens, shape, page) >= 3


def test_both_themes_have_the_same_tokens() -> None:
    """A control that works in one theme finds its colours in the other, and in high contrast."""
    assert set(LIGHT) == set(DARK) == set(high_contrast(QPalette()))


@pytest.mark.parametrize("role", [name for name, role in ROLES.items() if role.size < 20])
def test_figures_are_equally_wide(role: str) -> None:
    """Numbers below each other line up in every role that stands in columns."""
    assert THEME.width("1111", role) == pytest.approx(THEME.width("8888", role))


def test_the_bundled_fonts_are_used() -> None:
    """The fonts in the package are the ones on screen, whatever the system has."""
    assert {"Inter", "Inter Display", "JetBrains Mono"} <= set(load_fonts(RESOURCES / "fonts"))


def test_licences_are_kept_with_what_they_cover() -> None:
    """Fonts and icons carry the licences that let us ship them."""
    assert "SIL OPEN FONT LICENSE" in (RESOURCES / "fonts/OFL-Inter.txt").read_text("utf-8")
    assert "JetBrains" in (RESOURCES / "fonts/OFL-JetBrainsMono.txt").read_text("utf-8")
    assert "ISC License" in (RESOURCES / "icons/LICENSE").read_text("utf-8")


@pytest.mark.parametrize("percent", TEXT_SIZES)
def test_controls_grow_with_the_text(percent: int) -> None:
    """A larger text size makes the type, the lines and the controls larger by the same factor."""
    THEME.apply("light", percent)
    factor = percent / 100
    assert THEME.font("body").pixelSize() == round(13 * factor)
    assert THEME.line("body") == round(20 * factor)
    assert Button("Next").sizeHint().height() == round(32 * factor)


def test_a_switch_is_told_and_seen(qapp: QApplication, qtbot: QtBot) -> None:
    """Switching the theme tells every control and changes what they are painted with."""
    before = THEME.colour("surface")
    with qtbot.waitSignal(THEME.changed, timeout=1000):
        THEME.apply("dark")
    assert THEME.colour("surface") != before
    assert qapp.palette().color(QPalette.ColorRole.Window).name().upper() == DARK["canvas"]


def test_high_contrast_takes_the_systems_colours() -> None:
    """Who asked the system for high contrast gets the system's own pairs of colours."""
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Window, QColor("#000000"))
    palette.setColor(QPalette.ColorRole.WindowText, QColor("#ffffff"))
    tokens = high_contrast(palette)
    assert (tokens["canvas"], tokens["text"], tokens["text3"]) == ("#000000", "#ffffff", "#ffffff")


def test_the_style_sheet_finds_its_pictures() -> None:
    """Every arrow in the style sheet is a file that exists, also in a folder with odd letters."""
    pictures = re.findall(r'url\("([^"]+)"\)', style_sheet())
    assert pictures
    assert all(Path(picture).is_file() for picture in pictures)


def test_icons_take_the_colour_they_are_given(tmp_path: Path) -> None:
    """An icon is drawn in the token's colour, and its file says so too."""
    icons = Icons(RESOURCES / "icons", tmp_path / "not there yet")
    image = QImage(32, 32, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    icons.paint(painter, "circle-x", QRectF(0, 0, 32, 32), QColor("#ff0000"))
    painter.end()
    seen = {image.pixelColor(x, y).name() for x in range(32) for y in range(32)
            if image.pixelColor(x, y).alpha() == 255}  # fmt: skip
    assert seen == {"#ff0000"}
    assert "#ff0000" in icons.file("circle-x", "#ff0000").read_text("utf-8")


def test_every_icon_named_in_the_window_is_shipped() -> None:
    """No screen names an icon that is not in the package."""
    shipped = {file.stem for file in (RESOURCES / "icons").glob("*.svg")}
    source = Path(__file__).parents[2] / "app/ui"
    named: set[str] = set()
    for file in source.rglob("*.py"):
        text = file.read_text("utf-8")
        named |= set(re.findall(r'\bicon(?:=|: str = )"([a-z0-9-]+)"', text))
        named |= set(re.findall(r'\b(?:IconView|IconButton|THEME\.icon)\(\s*"([a-z0-9-]+)"', text))
    assert named - shipped == set()
