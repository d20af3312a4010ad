"""What is known of a file once it was looked into: the row that stands for it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from app.core.cost import size_of
from app.core.part_volume import REQUEST_BYTES
from app.core.parts import KINDS, Family, FileFacts, FileKind
from app.files import file_errors
from app.files.documents.extracted import Extracted
from app.files.documents.reading import is_read_as_text, read_document
from app.files.file_errors import FileError
from app.files.file_names import kept_name
from app.files.folder import FoundFile
from app.files.images import MOST_FILE, WHAT, look_at
from app.files.kinds import ending_kind, find_kind, words_for_unknown
from app.files.pdf import read_pdf
from app.files.source import Cancelled, never

PREVIEW = 300
"""How many characters of a file's text its row shows."""

_CHUNK = 1 << 20


def describe(found: FoundFile, cancelled: Cancelled = never) -> FileFacts:
    """Look into a file: its content, its hash, and what is wrong with it.

    Raises:
        SheafError: `cancelled` said so. What is wrong with the file is in the facts instead.
    """
    facts = FileFacts(
        path=found.path,
        name=found.name,
        folder=found.folder,
        kind=found.kind,
        media_type=KINDS[found.kind].media_type,
        size=found.size,
        modified=found.modified,
    )
    try:
        return _misnamed(_look_into(found.real, facts, cancelled))
    except FileError as error:
        return replace(facts, problem=error.problem)
    except OSError as error:
        return replace(facts, problem=file_errors.unreadable(found.real, error).problem)


def describe_path(path: Path, base: Path, cancelled: Cancelled = never) -> FileFacts:
    """Look into a file that a cell leads to; its path is kept relative to `base` where it can be.

    Raises:
        SheafError: the file is not there, or `cancelled` said so.
    """
    try:
        about = path.stat()
    except OSError as error:
        raise file_errors.unreadable(path, error) from error
    within = path.relative_to(base).as_posix() if path.is_relative_to(base) else path.as_posix()
    kind = find_kind(path, about.st_size)
    modified = datetime.fromtimestamp(about.st_mtime, UTC)
    return describe(FoundFile(path, kept_name(within), kind, about.st_size, modified), cancelled)


def hash_of(path: Path, cancelled: Cancelled = never) -> str:
    """Return the SHA-256 of a file's bytes, however many they are."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            if cancelled():
                raise file_errors.stopped(path)
    return digest.hexdigest()


def _look_into(path: Path, facts: FileFacts, cancelled: Cancelled) -> FileFacts:
    if not facts.size:
        raise file_errors.empty(path)
    if facts.kind is FileKind.UNKNOWN:
        raise file_errors.wrong_kind(path, *words_for_unknown(path))
    if facts.family is Family.PICTURE:
        return _of_picture(path, facts)
    hashed = replace(facts, sha256=hash_of(path, cancelled))
    if facts.family is Family.PDF:
        return _of_pdf(path, hashed, cancelled)
    return _with_text(hashed, read_document(path, facts.kind))


def _of_picture(path: Path, facts: FileFacts) -> FileFacts:
    if facts.size > MOST_FILE:
        raise file_errors.too_large(
            path, f"It has {facts.size / 1e6:,.0f} MB.", f"Save the {WHAT} as JPEG."
        )
    data = path.read_bytes()
    picture = look_at(path, data)
    return replace(
        facts,
        kind=picture.kind,
        media_type=KINDS[picture.kind].media_type,
        sha256=hashlib.sha256(data).hexdigest(),
        width=picture.width,
        height=picture.height,
        needs_conversion=picture.needs_conversion,
        notes=picture.notes,
        frames=picture.frames,
    )


def _of_pdf(path: Path, facts: FileFacts, cancelled: Cancelled) -> FileFacts:
    content = read_pdf(path, cancelled)
    if not content.has_text_layer and facts.size * 4 / 3 > REQUEST_BYTES:
        raise file_errors.too_large(
            path,
            f"It has {facts.size / 1e6:,.0f} MB; a request holds 32 MB, and it has no text to "
            "send instead.",
            "Split it, or save it with smaller pictures.",
        )
    described = replace(facts, pages=content.pages, has_text_layer=content.has_text_layer)
    return _with_text(described, Extracted(content.text, content.notes, content.pages))


def _with_text(facts: FileFacts, found: Extracted) -> FileFacts:
    size = size_of(found.text)
    has_layer = facts.has_text_layer if facts.kind is FileKind.PDF else is_read_as_text(facts.kind)
    return replace(
        facts,
        pages=found.pages,
        has_text_layer=has_layer,
        text_bytes=size.bytes,
        text_tokens=round(size.tokens()),
        preview=" ".join(found.text[: 2 * PREVIEW].split())[:PREVIEW],
        notes=tuple(dict.fromkeys((*facts.notes, *found.notes))),
    )


def _misnamed(facts: FileFacts) -> FileFacts:
    """Say in a note that a file's ending promises another kind than its bytes are."""
    promised = ending_kind(facts.name)
    if promised in {FileKind.UNKNOWN, facts.kind}:
        return facts
    ending, words = Path(facts.name).suffix, KINDS[facts.kind].words
    note = f'It is named {ending}, but its content is "{words}"; it is read as that.'
    return replace(facts, notes=(note, *facts.notes))
