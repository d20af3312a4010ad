"""A request's body: read piece by piece, and put on disk when it is large."""

from __future__ import annotations

import mmap
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

_PIECE = 1 << 18
_IN_MEMORY = 1 << 20


class _Source(Protocol):
    def read(self, size: int, /) -> bytes: ...
    def readline(self, size: int, /) -> bytes: ...


class BodyTooLargeError(Exception):
    """The body is longer than the endpoint takes."""


class BodyCutOffError(Exception):
    """The client went away, or framed its body wrongly, before the body was complete."""


class Body:
    """The bytes after the head; `length` None means chunked transfer."""

    def __init__(self, source: _Source, length: int | None, folder: Path) -> None:
        self._folder = folder
        self._length = length
        self._pieces = _chunked(source) if length is None else _counted(source, length)

    def load(self, limit: int) -> bytes | mmap.mmap:
        """Return the whole body; a large one is a mapped temporary file and costs little memory.

        Raises:
            BodyTooLargeError: it is longer than `limit` bytes.
            BodyCutOffError: it ended too early.
        """
        if self._length is not None and self._length > limit:
            raise BodyTooLargeError
        if self._length is not None and self._length <= _IN_MEMORY:
            return b"".join(self._pieces)
        return self._spool(limit)

    def _spool(self, limit: int) -> bytes | mmap.mmap:
        with tempfile.TemporaryFile(dir=self._folder) as spool:
            size = 0
            for piece in self._pieces:
                size += len(piece)
                if size > limit:
                    raise BodyTooLargeError
                spool.write(piece)
            spool.flush()
            return mmap.mmap(spool.fileno(), 0, access=mmap.ACCESS_READ) if size else b""

    def take(self, count: int) -> bytes:
        """Swallow about this many bytes, or what is left; for faults in the middle of an upload."""
        taken = bytearray()
        while len(taken) < count:
            piece = next(self._pieces, b"")
            if not piece:
                break
            taken += piece
        return bytes(taken)

    def discard(self) -> None:
        """Read what is left, so that the connection can carry the next call."""
        for _ in self._pieces:
            pass


def _counted(source: _Source, length: int) -> Iterator[bytes]:
    left = length
    while left:
        piece = source.read(min(_PIECE, left))
        if not piece:
            raise BodyCutOffError
        left -= len(piece)
        yield piece


def _chunked(source: _Source) -> Iterator[bytes]:
    while size := _chunk_size(source.readline(1024)):
        yield from _counted(source, size)
        source.readline(8)
    while source.readline(8192).strip():
        pass


def _chunk_size(line: bytes) -> int:
    try:
        return int(line.split(b";")[0], 16)
    except ValueError as error:
        raise BodyCutOffError from error
