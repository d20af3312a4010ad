"""Patterns such as "*.pdf" or "2025/**/invoice-?.pdf", by which files are chosen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_MAGIC = re.compile(r"[*?]|\[[^\]]+\]")
_PIECE = re.compile(r"\*\*/|\*\*|\*|\?|\[!?\]?[^\]]*\]|.", re.DOTALL)


def is_pattern(text: str) -> bool:
    """Say whether a text has signs that stand for other letters."""
    return _MAGIC.search(text) is not None


class Patterns:
    """Patterns of which one must fit; those without "/" are compared with the name alone.

    Capitals make no difference, nor does how a name's accents are stored: people mean neither.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        cleaned = [_folded(text.strip().removeprefix("./")) for text in patterns if text.strip()]
        self._names = [_compiled(text) for text in cleaned if "/" not in text]
        self._paths = [_compiled(text) for text in cleaned if "/" in text]

    def fit(self, path: str) -> bool:
        """Say whether a path, with "/" between its parts, fits one of the patterns."""
        folded = _folded(path)
        name = folded.rpartition("/")[2]
        return any(pattern.fullmatch(name) for pattern in self._names) or any(
            pattern.fullmatch(folded) for pattern in self._paths
        )

    def __bool__(self) -> bool:
        """Whether there is any pattern."""
        return bool(self._names or self._paths)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile("".join(map(_translated, _PIECE.findall(pattern))), re.DOTALL)
    except re.error:  # a range that runs backwards, such as [z-a]
        return re.compile(re.escape(pattern))


def _translated(piece: str) -> str:
    match piece:
        case "**/":
            return "(?:[^/]+/)*"
        case "**":
            return ".*"
        case "*":
            return "[^/]*"
        case "?":
            return "[^/]"
    if piece.startswith("[") and len(piece) > 2:
        negated = piece.startswith("[!")
        inside = re.sub(r"([^\w-])", r"\\\1", re.sub("-+", "-", piece[1 + negated : -1]))
        return f"[{'^' if negated else ''}{inside}]"
    return re.escape(piece)
