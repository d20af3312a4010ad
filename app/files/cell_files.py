"""Files that a spreadsheet's cells name: found beside it, and nowhere that a stranger chose.

A spreadsheet can come from somebody else, and what its cells name is sent away. Therefore only
files below the spreadsheet's own folder are taken, or below folders that the person allowed; no
hidden file is, and no link that leads elsewhere is followed.
"""

from __future__ import annotations

import os
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from pathlib import Path
from unicodedata import normalize

from app.core.parts import Cause, Family
from app.files import file_errors
from app.files.file_errors import FileError
from app.files.file_names import kept_name, passed_by_name, sort_key
from app.files.file_patterns import Patterns, folded, is_pattern, literal_beginning
from app.files.folder import Choice, Folder

MOST_FILES = 600
"""No model takes more in one request."""

_LONGEST = 4096
"""No path is longer; a cell can hold a whole text instead."""

_BETWEEN = re.compile(r"[;\r\n]+")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://?", re.IGNORECASE)
_QUOTES = "\"'\u201c\u201d\u00ab\u00bb "
_EVERYTHING = frozenset(Family)


class CellFiles:
    """Finds the files that cells name; folders are listed once, however many rows ask."""

    def __init__(self, base: Path, also_from: Sequence[Path] = ()) -> None:
        """Take the spreadsheet's folder, and further folders that the person allowed by name."""
        self._allowed = [_full(folder) for folder in (base, *also_from)]
        self.base = self._allowed[0]
        self._real = [Path(os.path.realpath(folder)) for folder in self._allowed]
        self._listings: dict[tuple[Path, bool], list[tuple[str, Path]]] = {}

    def find(self, cell: str) -> tuple[Path, ...]:
        """Return the files that a cell names: paths or patterns, between them ";" or line breaks.

        Raises:
            SheafError: one is not there, lies elsewhere, or there are too many.
        """
        found: dict[Path, None] = {}
        for piece in self._pieces(cell):
            found.update(dict.fromkeys(self._of_piece(piece)))
            if len(found) > MOST_FILES:
                raise FileError(
                    Cause.TOO_LARGE,
                    f"The cell names more than {MOST_FILES} files.",
                    "No request takes more.",
                    "Name fewer, or spread them over several rows.",
                )
        return tuple(found)

    def _pieces(self, cell: str) -> list[str]:
        whole = cell.strip(_QUOTES).strip()
        # A single file may have ";" in its name.
        if ";" in whole and "\n" not in whole and self._literal(whole) is not None:
            return [whole]
        pieces = (piece.strip().strip(_QUOTES) for piece in _BETWEEN.split(cell))
        return [piece for piece in pieces if piece]

    def _of_piece(self, piece: str) -> Sequence[Path]:
        if len(piece) > _LONGEST:
            raise file_errors.not_named(piece, self.base)
        if _ADDRESS.match(piece) and not Path(piece).drive:
            raise file_errors.not_allowed(
                piece, "It is an address, not a file.", "Save it as a file beside the spreadsheet."
            )
        if path := self._literal(piece):
            if path.is_dir():
                raise file_errors.not_allowed(
                    piece, "It is a folder.", f'To send what is in it, write "{piece}/*".'
                )
            return [path]
        found = self._fitting(piece) if is_pattern(piece) else []
        if not found:
            raise file_errors.not_named(piece, self.base)
        return found

    def _literal(self, piece: str) -> Path | None:
        """Return what a path leads to, however its accents and its separators are written."""
        for text in _spellings(piece):
            path = self._checked(text)
            try:
                if path.exists():
                    self._check_real(path, piece)
                    return path
            except (OSError, ValueError):  # too long, or with a character that no name has
                continue
        return None

    def _checked(self, text: str) -> Path:
        """Return where a path leads, by its words alone: nothing elsewhere is even looked at."""
        path = Path(os.path.normpath(self.base / text))
        home = next((folder for folder in self._allowed if path.is_relative_to(folder)), None)
        if home is None:
            raise _elsewhere(text)
        if any(passed_by_name(part) for part in path.relative_to(home).parts):
            raise file_errors.not_allowed(
                text, "It is a hidden file, or one of the system.", "Copy it under another name."
            )
        return path

    def _check_real(self, path: Path, piece: str) -> None:
        real = Path(os.path.realpath(path))
        if not any(real.is_relative_to(folder) for folder in self._real):
            raise _elsewhere(piece)

    def _fitting(self, piece: str) -> list[Path]:
        """Return the files that fit a pattern, in the order of their names."""
        text = piece.replace("\\", "/")
        before = literal_beginning(text).rpartition("/")[0]
        folder = self._checked(before or ("/" if text.startswith("/") else "."))
        rest = text[len(before) :].lstrip("/")
        patterns = Patterns([rest])
        found = [path for path in self._candidates(folder, rest) if patterns.fit(path[0])]
        for _, path in found:
            self._check_real(path, piece)
        return [path for _, path in sorted(found, key=lambda item: sort_key(item[0]))]

    def _candidates(self, folder: Path, pattern: str) -> Iterator[tuple[str, Path]]:
        listing = self._listing(folder, "/" in pattern)
        start = folded(literal_beginning(pattern))
        place = bisect_left(listing, start, key=lambda item: item[0])
        while place < len(listing) and listing[place][0].startswith(start):
            yield listing[place]
            place += 1

    def _listing(self, folder: Path, recursive: bool) -> list[tuple[str, Path]]:
        """List a folder's files by their paths below it, as patterns compare them."""
        key = (folder, recursive)
        if key not in self._listings:
            found: list[tuple[str, Path]] = []
            if folder.is_dir():
                choice = Choice(recursive, families=_EVERYTHING)
                files = Folder(folder, choice).find()
                root = Path(os.path.realpath(folder))
                found = [(folded(f.path), folder / f.real.relative_to(root)) for f in files]
            self._listings[key] = sorted(found)
        return self._listings[key]


def _full(folder: Path) -> Path:
    return Path(os.path.normpath(folder.absolute()))


def _elsewhere(piece: str) -> FileError:
    return file_errors.not_allowed(
        piece,
        "It lies outside of the spreadsheet's folder.",
        "Put the file beside the spreadsheet, or allow its folder.",
    )


def _spellings(piece: str) -> Iterator[str]:
    """Yield a path as it is written, then as other systems write the same name."""
    seen = set()
    for text in (piece, piece.replace("\\", "/")):
        for form in (text, normalize("NFC", text), normalize("NFD", text)):
            if form not in seen:
                seen.add(form)
                yield form


def kept_path(path: Path, base: Path) -> str:
    """Return a found file's path as it is kept: below `base` where it lies there."""
    within = path.relative_to(base) if path.is_relative_to(base) else path
    return kept_name(within.as_posix())
