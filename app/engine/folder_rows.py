"""A folder as a table: each file is a row, and what is known of it is kept beside the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from app.core.errors import SheafError
from app.core.job import FolderWish
from app.core.part_volume import PartLimits, over_limit, part_volume
from app.core.parts import KINDS, PAGES_TOO, Family, FileFacts, FileKind
from app.core.table import Action, Notice, Row
from app.files.folder import Choice, Folder

FORMAT = "folder"
FILE = "file"
"""The column whose cells lead to the files."""
_MOST_SHOWN = 200
_NAMED = 3
_MOST = PartLimits()
_SMALLER = PartLimits(most_images=100, most_pages=100)
"""What models with a smaller context take."""
_OVER_LIMIT = "Split them, or save them smaller; a PDF with text can go as its text only."
COLUMNS = ("file_name", "folder", "type", "pages", "size", "modified", FILE)


class FolderRows:
    """A folder that is looked through at once, and whose files are read as the rows pass.

    Raises:
        SheafError: it may not be read, no file in it is wanted, or `stopped` said so.
    """

    format = FORMAT
    header = COLUMNS

    def __init__(self, root: Path, wish: FolderWish, stopped: Callable[[], bool]) -> None:
        self.wish = wish
        self._folder = Folder(root, _choice(wish))
        self._found = list(self._folder.find(stopped))
        if not self._found:
            raise _nothing(root, self._folder)
        self.size = sum(found.size for found in self._found)
        self.folders = self._folder.folders
        self._read = 0
        self._fresh: list[tuple[str, tuple[FileFacts, ...]]] = []
        self._seen: set[str] = set()
        self._same = self._texts = 0
        self._read_all = self._read_text = 0
        """Tokens of PDFs with text in them: with their pages, and without."""
        self._scans: list[int] = []
        self._broken: list[int] = []
        self._too_large: list[tuple[int, str]] = []
        self._long: list[tuple[int, str]] = []
        self._several: list[int] = []

    def position(self) -> float:
        """Return how far the reading is, from 0 to 1."""
        return self._read / self.size if self.size else 1.0

    def rows(self, stopped: Callable[[], bool]) -> Iterator[Row]:
        """Yield a row for each file.

        Raises:
            SheafError: `stopped` said so.
        """
        from app.files.describe import describe

        for row, found in enumerate(self._found, 1):
            facts = describe(found, stopped)
            self._count(row, facts)
            self._read += found.size
            self._fresh.append((facts.path, (facts,)))
            yield _row(facts)

    def take_facts(self) -> list[tuple[str, tuple[FileFacts, ...]]]:
        """Return what became known of files since the last call, by the cell that leads to them."""
        fresh, self._fresh = self._fresh, []
        return fresh

    def notices(self) -> tuple[Notice, ...]:
        """Say what a person should know about the files; complete once all have been read."""
        return (*self._about_files(), *self._folder.notices())

    def _count(self, row: int, facts: FileFacts) -> None:
        if facts.problem is not None:
            self._broken.append(row)
        if facts.is_scan:
            self._scans.append(row)
        self._count_limits(row, facts)
        self._count_text(facts)
        if facts.sha256 and facts.sha256 in self._seen:
            self._same += 1
        self._seen.add(facts.sha256)

    def _count_limits(self, row: int, facts: FileFacts) -> None:
        """Notice what no model takes, or not every one, before any is chosen."""
        if over_limit((facts,), _MOST):
            self._too_large.append((row, facts.name))
        elif over_limit((facts,), _SMALLER):
            self._long.append((row, facts.name))
        if facts.frames > 1 and facts.problem is None:
            self._several.append(row)

    def _count_text(self, facts: FileFacts) -> None:
        if facts.kind is FileKind.PDF and facts.has_text_layer and facts.problem is None:
            self._texts += 1
            self._read_text += facts.text_tokens
            self._read_all += part_volume(facts, _MOST).tokens

    def _about_limits(self) -> Iterator[Notice]:
        if found := self._too_large:
            is_one = len(found) == 1
            said = "1 file is larger" if is_one else f"{len(found):,} files are larger"
            text = f"{said} than a request may be (32 MB, 600 pages): {_names(found)}. "
            yield _shown("over_limit", text + _OVER_LIMIT, [row for row, _ in found])
        if found := self._long:
            said = "1 file has" if len(found) == 1 else f"{len(found):,} files have"
            text = f"{said} more than 100 pages, which the smaller models do not take: "
            yield _shown("many_pages", f"{text}{_names(found)}.", [row for row, _ in found])
        if count := len(self._several):
            holds = "1 picture file holds" if count == 1 else f"{count:,} picture files hold"
            text = (
                f"{holds} several pictures; only the first is sent. Save them as PDF to send all."
            )
            yield _shown("several_pictures", text, self._several)

    def _about_files(self) -> Iterator[Notice]:
        if count := len(self._broken):
            said = "1 file cannot be sent" if count == 1 else f"{count:,} files cannot be sent"
            text = f"{said}; the table says why. The others are not held up."
            yield _shown("broken_files", text, self._broken)
        yield from self._about_limits()
        if count := len(self._scans):
            said = "1 PDF is a scan. Its" if count == 1 else f"{count:,} PDFs are scans. Their"
            text = f"{said} pages are sent as pictures, which costs more."
            yield _shown("scans", text, self._scans)
        if count := self._texts:
            have = "1 PDF has text in it" if count == 1 else f"{count:,} PDFs have text in them"
            less = round(100 * (1 - self._read_text / max(self._read_all, 1)))
            alone = f"The text alone is about {less} % less to read." if less else ""
            text = f"{have}. {PAGES_TOO} {alone}".rstrip()
            yield Notice("pdf_text", text, count, Action.TEXT_ONLY)
        if count := self._same:
            said = "1 file is" if count == 1 else f"{count:,} files are"
            yield Notice("same_files", f"{said} the same as another file.", count)


def _names(found: list[tuple[int, str]]) -> str:
    named = ", ".join(f'"{name}"' for _, name in found[:_NAMED])
    return named if len(found) <= _NAMED else f"{named} …"


def _shown(code: str, text: str, rows: list[int]) -> Notice:
    return Notice(code, text, len(rows), Action.SHOW_ROWS, tuple(rows[:_MOST_SHOWN]))


def _choice(wish: FolderWish) -> Choice:
    families = frozenset(wish.families) or frozenset(Family) - {Family.OTHER}
    return Choice(recursive=wish.recursive, families=families, patterns=wish.patterns)


def _row(facts: FileFacts) -> Row:
    return (
        facts.name,
        facts.folder,
        KINDS[facts.kind].words,
        "" if facts.pages is None else str(facts.pages),
        str(facts.size),
        facts.modified.astimezone().strftime("%Y-%m-%d %H:%M:%S"),
        facts.path,
    )


def _nothing(root: Path, folder: Folder) -> SheafError:
    left = sum(folder.passed.values())
    why = f"{left:,} files or folders in it were left out." if left else "It is empty."
    return SheafError(
        f'The folder "{root.name}" has no file that could be sent.',
        why,
        "Choose another folder, or include other kinds of files or its sub-folders.",
    )
