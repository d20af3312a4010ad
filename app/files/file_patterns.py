"""Patterns such as "*.pdf" or "2025/**/invoice-?.pdf", by which files are chosen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_MAGIC = re.compile(r"[*?]|\[[^\]]+\]")
_PIECE = re.compile(r"\?|\[!?\]?[^\]/]*\]|.", re.DOTALL)
_STARS = re.compile(r"\*+(?![^\[]*\])")
_DEEPER = "(?:[^/]+/)*"


def is_pattern(text: str) -> bool:
    """Say whether a text has signs that stand for other letters."""
    return _MAGIC.search(text) is not None


def literal_beginning(pattern: str) -> str:
    """Return what stands before the first sign of a pattern."""
    magic = _MAGIC.search(pattern)
    return pattern[: magic.start()] if magic else pattern


class Patterns:
    """Patterns of which one must fit; those without "/" are compared with the name alone.

    Capitals make no difference, nor does how a name's accents are stored: people mean neither.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        cleaned = [folded(text.strip().removeprefix("./")) for text in patterns if text.strip()]
        self._names = [_compiled(text) for text in cleaned if "/" not in text]
        self._paths = [_compiled(text) for text in cleaned if "/" in text]

    def fit(self, path: str) -> bool:
        """Say whether a path, with "/" between its parts, fits one of the patterns."""
        whole = folded(path)
        name = whole.rpartition("/")[2]
        return any(pattern.fullmatch(name) for pattern in self._names) or any(
            pattern.fullmatch(whole) for pattern in self._paths
        )

    def __bool__(self) -> bool:
        """Whether there is any pattern."""
        return bool(self._names or self._paths)


def folded(text: str) -> str:
    """Return a name or path as patterns compare it."""
    return unicodedata.normalize("NFC", text).casefold()


def _compiled(pattern: str) -> re.Pattern[str]:
    parts = pattern.split("/")
    written = "".join(_DEEPER if part == "**" else _segment(part) + "/" for part in parts[:-1])
    last = ".*" if parts[-1] == "**" else _segment(parts[-1])
    try:
        return re.compile(written + last, re.DOTALL)
    except re.error:  # a range that runs backwards, such as [z-a]
        return re.compile(re.escape(pattern))


def _segment(part: str) -> str:
    """Translate what stands between two "/".

    What is between two stars is taken where it first fits: without that, a pattern of many stars
    would try out every way to share a name among them.
    """
    first, *others = ("".join(map(_translated, _PIECE.findall(p))) for p in _STARS.split(part))
    if not others:
        return first
    *middle, last = others
    return first + "".join(f"(?>[^/]*?{piece})" for piece in middle) + "[^/]*" + last


def _translated(piece: str) -> str:
    if piece == "?":
        return "[^/]"
    if piece.startswith("[") and len(piece) > 2:
        negated = piece.startswith("[!")
        inside = re.sub(r"([^\w-])", r"\\\1", re.sub("-+", "-", piece[1 + negated : -1]))
        return f"[{'^' if negated else ''}{inside}]"
    return re.escape(piece)
