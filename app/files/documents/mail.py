"""E-mails: who, to whom, when and about what, then the message; what is attached is named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from email import policy
from email.errors import MessageError
from email.header import Header, decode_header
from email.message import Message
from email.parser import BytesParser
from pathlib import Path

from app.files import file_errors
from app.files.documents import web_page
from app.files.documents.extracted import Extracted, naming
from app.files.file_names import shown_name
from app.files.tally import say_count

_WHAT = "e-mail"
_MOST_BYTES = 200_000_000
_HEADERS = ("From", "To", "Cc", "Date", "Subject")
_MOST_HEADER = 10_000
_DEEPEST = 30
_SPACES = re.compile(r"\s+")


def text_of(path: Path) -> Extracted:
    """Return a mail's headers and body as text.

    Raises:
        SheafError: it cannot be read, has no text, or is too large.
    """
    with naming(path, _WHAT):
        if path.stat().st_size > _MOST_BYTES:
            raise file_errors.bomb(path)
        with path.open("rb") as file:
            # The plain policy never raises for what is wrong in a mail; it keeps it.
            message = BytesParser(policy=policy.compat32).parse(file)
        headers = [(name, _decoded(message.get(name))) for name in _HEADERS]
        body = _body(path, message)
        attached = list(_attachments(message))
        if not body and not any(value for _, value in headers):
            raise file_errors.no_text(path, "Leave it out, or get the file again.")
        return mail_text(headers, body, attached)


def mail_text(headers: Iterable[tuple[str, str]], body: str, attached: Sequence[str]) -> Extracted:
    """Put a mail together; what is attached is named and left out."""
    lines = [f"{name}: {value}" for name, value in headers if value]
    if attached:
        lines.append(f"Attached: {'; '.join(attached)}")
    text = "\n".join(lines) + f"\n\n{body}"
    if not attached:
        return Extracted(text.strip())
    what = say_count(len(attached), "attachment is left out", "attachments are left out")
    return Extracted(text.strip(), (f"{what}; save what matters as files of their own.",))


def _decoded(value: object) -> str:
    """Return a header's words, whatever encodings they are written in."""
    if value is None:
        return ""
    header = value if isinstance(value, Header) else str(value)[:_MOST_HEADER]
    try:
        pieces = decode_header(header)
    except (MessageError, ValueError):  # words that claim an encoding and break it
        return _SPACES.sub(" ", str(header)).strip()
    words = [piece if isinstance(piece, str) else _text(piece, name) for piece, name in pieces]
    return _SPACES.sub(" ", "".join(words)).strip()


def _text(data: bytes, charset: str | None) -> str:
    for name in (charset, "utf-8"):
        try:
            return data.decode(name or "ascii")
        except (LookupError, UnicodeError, ValueError):
            continue
    return data.decode("cp1252", "replace")


def _body(path: Path, message: Message) -> str:
    """Return the plain text of a mail, or else the text of its web page."""
    found: dict[str, list[str]] = {"text/plain": [], "text/html": []}
    for part in _parts(message):
        # What says to have several parts and has none is plain text after all.
        is_single = part.get_content_maintype() == "multipart"
        kind = "text/plain" if is_single else part.get_content_type()
        if kind in found and not part.get_filename():
            data = part.get_payload(decode=True)
            raw = data if isinstance(data, bytes) else b""
            found[kind].append(_text(raw, part.get_content_charset()))
    plain = "\n\n".join(text.strip() for text in found["text/plain"] if text.strip())
    if plain:
        return plain.replace("\r\n", "\n")
    return "\n\n".join(web_page.all_text(path, html) for html in found["text/html"])


def _parts(message: Message, depth: int = 0) -> Iterator[Message]:
    """Yield the parts of a mail itself, not those of a mail that is attached to it."""
    if depth > _DEEPEST:
        raise ValueError("nested too deeply")
    payload = message.get_payload()
    if not isinstance(payload, list):
        yield message
    elif message.get_content_maintype() == "multipart":
        for part in payload:
            if isinstance(part, Message):
                yield from _parts(part, depth + 1)
    else:
        yield message


def _attachments(message: Message) -> Iterator[str]:
    for number, part in enumerate(_parts(message), 1):
        name = part.get_filename()
        if name:
            yield shown_name(_decoded(name))
        elif part.get_content_maintype() == "message":
            yield f"mail {number}"
