"""The ZIP package that Office, OpenDocument and EPUB files are, opened within bounds."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

from app.files import file_errors, ole

MOST_PART = 200_000_000
"""No part that is read may unpack to more bytes."""
MOST_TOGETHER = 500_000_000
"""Nor all parts that are read together."""
_SMALL_PART = 20_000_000


class Archive:
    """A package's parts; reads none that unpacks to more than the bounds allow."""

    def __init__(self, path: Path, packed: zipfile.ZipFile) -> None:
        self.path = path
        self._packed = packed
        self._together = 0
        self.names = tuple(packed.namelist())
        self._known = frozenset(self.names)

    def __contains__(self, name: str) -> bool:
        return name in self._known

    def named(self, beginning: str, ending: str = ".xml") -> list[str]:
        """Return the parts with such a name, those of lower numbers first."""
        found = [n for n in self.names if n.startswith(beginning) and n.endswith(ending)]
        return sorted(found, key=lambda name: (len(name), name))

    def read(self, name: str) -> bytes:
        """Return a whole part, which must be small."""
        if self._packed.getinfo(name).file_size > _SMALL_PART:
            raise file_errors.bomb(self.path)
        return b"".join(self.chunks(name))

    def check_all(self) -> None:
        """Refuse a package that a parser without bounds would unpack to too much.

        Raises:
            SheafError: it unpacks to too much.
        """
        sizes = [about.file_size for about in self._packed.infolist()]
        if max(sizes, default=0) > MOST_PART or sum(sizes) > MOST_TOGETHER:
            raise file_errors.bomb(self.path)

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield a part piece by piece.

        Raises:
            SheafError: it needs a password, or unpacks to too much.
        """
        about = self._packed.getinfo(name)
        if about.flag_bits & 1:
            raise file_errors.encrypted(self.path)
        self._together += about.file_size
        if about.file_size > MOST_PART or self._together > MOST_TOGETHER:
            raise file_errors.bomb(self.path)
        with self._packed.open(about) as stream:
            # A part never unpacks to more than its declared size: zipfile stops there.
            while chunk := stream.read(1 << 16):
                yield chunk


@contextmanager
def opened(path: Path, what: str) -> Iterator[Archive]:
    """Open a package.

    Raises:
        SheafError: it is protected by a password, or no package.
    """
    with path.open("rb") as file:
        if file.read(8) == ole.MAGIC and "EncryptedPackage" in ole.stream_names(path):
            raise file_errors.encrypted(path)
        try:
            packed = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise file_errors.damaged(path, what) from error
        with packed:
            yield Archive(path, packed)


def target(base: str, relative: str) -> str:
    """Return the name of the part that another part's link leads to."""
    plain = unquote(relative.partition("#")[0])
    joined = posixpath.join("/", posixpath.dirname(base), plain)
    return posixpath.normpath(joined).lstrip("/")
