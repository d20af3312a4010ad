"""A file's content as a part of a request, read when its batch is written."""

from __future__ import annotations

import hashlib
from pathlib import Path

from app.core.part_volume import PartLimits, is_sent_as_text
from app.core.parts import DocumentPart, Family, FileFacts, Part, TextPart
from app.files import file_errors
from app.files.describe import hash_of
from app.files.documents.reading import read_document
from app.files.file_names import real_name
from app.files.images import image_part
from app.files.pdf import read_pdf


def load_part(
    base: Path,
    facts: FileFacts,
    *,
    limits: PartLimits | None = None,
    text_only: bool = False,
) -> Part:
    """Read a file as it is sent, after checking that it is the one that was looked at.

    Args:
        base: the folder that the file's path is relative to.
        facts: what was known of the file when it was looked into.
        limits: what the model takes of files.
        text_only: send of a PDF only its text, where it has any.

    Raises:
        SheafError: the file is missing, was changed, or cannot be sent.
    """
    if facts.problem is not None:
        raise file_errors.of_problem(facts.problem)
    path = base / real_name(facts.path)
    try:
        if path.stat().st_size != facts.size:
            raise file_errors.changed(path)
        if is_sent_as_text(facts, text_only=text_only):
            return _text(path, facts)
        return _whole(path, facts, limits or PartLimits())
    except OSError as error:
        raise file_errors.unreadable(path, error) from error


def _whole(path: Path, facts: FileFacts, limits: PartLimits) -> Part:
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != facts.sha256:
        raise file_errors.changed(path)
    if facts.family is Family.PICTURE:
        return image_part(path, data, limits)
    return DocumentPart(facts.media_type, data, facts.pages or 0, facts.notes)


def _text(path: Path, facts: FileFacts) -> TextPart:
    before = path.stat()
    if hash_of(path) != facts.sha256:
        raise file_errors.changed(path)
    text = _words(path, facts)
    after = path.stat()
    # The readers open the file anew: what they read must be what was hashed.
    if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
        raise file_errors.changed(path)
    return TextPart(text, facts.notes)


def _words(path: Path, facts: FileFacts) -> str:
    if facts.family is Family.PDF:
        return read_pdf(path).text
    return read_document(path, facts.kind).text
