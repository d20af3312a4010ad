"""Outlook messages (MSG): the same as an e-mail, from the few streams that hold it."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from app.files import file_errors
from app.files.documents import rich_text, web_page
from app.files.documents.extracted import Extracted, naming
from app.files.documents.mail import mail_text
from app.files.documents.packed_rtf import unpacked
from app.files.file_names import shown_name

if TYPE_CHECKING:
    from olefile import OleFileIO

_WHAT = "Outlook message"
_MOST_STREAM = 50_000_000

# Numbers of the message's properties, as its format names the streams after them.
_SUBJECT, _FROM_NAME, _FROM_ADDRESS, _FROM_MAIL = "0037", "0C1A", "0C1F", "5D01"
_TO, _CC, _BODY, _HTML, _RTF = "0E04", "0E03", "1000", "1013", "1009"
_FILE_NAME, _SHORT_NAME, _SHOWN_NAME = "3707", "3704", "3001"
_SENT, _RECEIVED, _CODE_PAGE, _WEB_CODE_PAGE = 0x0039, 0x0E06, 0x3FFD, 0x3FDE

_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


def text_of(path: Path) -> Extracted:
    """Return a message's headers and body as text.

    Raises:
        SheafError: it is damaged, has no text, or is too large.
    """
    # Imported late: few folders hold such messages.
    from olefile import OleFileIO

    with naming(path, _WHAT), OleFileIO(path) as file:
        message = _Message(path, file)
        headers = [
            ("From", message.sender()),
            ("To", message.text(_TO)),
            ("Cc", message.text(_CC)),
            ("Date", message.date()),
            ("Subject", message.text(_SUBJECT)),
        ]
        body = message.body()
        if not body and not any(value for _, value in headers):
            raise file_errors.no_text(path, "Leave it out, or get the file again.")
        return mail_text(headers, body, list(message.attachments()))


class _Message:
    """Reads the properties of one message."""

    def __init__(self, path: Path, file: OleFileIO) -> None:
        self._path = path
        self._file = file
        self._fixed = dict(self._fixed_properties())
        page = self._fixed.get(_CODE_PAGE) or self._fixed.get(_WEB_CODE_PAGE) or 0
        self._codec = _codec(page & 0xFFFF)
        self._web_codec = _codec((self._fixed.get(_WEB_CODE_PAGE) or page) & 0xFFFF)

    def text(self, number: str, place: str = "") -> str:
        """Return a property's text; it is stored in Unicode or in the writer's code page."""
        if data := self._stream(f"{place}__substg1.0_{number}001F"):
            return data.decode("utf-16-le", "replace").rstrip("\0").strip()
        data = self._stream(f"{place}__substg1.0_{number}001E")
        return data.decode(self._codec, "replace").rstrip("\0").strip()

    def sender(self) -> str:
        """Return the sender's name and address."""
        name = self.text(_FROM_NAME)
        address = self.text(_FROM_MAIL) or self.text(_FROM_ADDRESS)
        has_address = "@" in address and address != name
        return f"{name} <{address}>".strip() if has_address else name

    def date(self) -> str:
        """Return when it was sent, or else received."""
        ticks = self._fixed.get(_SENT) or self._fixed.get(_RECEIVED)
        if not ticks:
            return ""
        moment = _EPOCH + timedelta(microseconds=ticks // 10)
        return moment.strftime("%Y-%m-%d %H:%M UTC")

    def body(self) -> str:
        """Return the message's own text: plain, or that of its web page, or of its RTF."""
        if plain := self.text(_BODY):
            return plain.replace("\r\n", "\n")
        if html := self._html():
            return web_page.all_text(self._path, html)
        packed = self._stream(f"__substg1.0_{_RTF}0102")
        return rich_text.plain(unpacked(packed)).strip() if packed else ""

    def attachments(self) -> Iterator[str]:
        """Yield the names of what is attached."""
        places = {entry[0] for entry in self._file.listdir() if entry[0].startswith("__attach")}
        for number, place in enumerate(sorted(places), 1):
            names = (self.text(n, f"{place}/") for n in (_FILE_NAME, _SHORT_NAME, _SHOWN_NAME))
            yield shown_name(next(filter(None, names), f"attachment {number}"))

    def _html(self) -> str:
        data = self._stream(f"__substg1.0_{_HTML}0102")
        return data.decode(self._web_codec, "replace") if data else self.text(_HTML)

    def _stream(self, name: str) -> bytes:
        if not self._file.exists(name):
            return b""
        if self._file.get_size(name) > _MOST_STREAM:
            raise file_errors.bomb(self._path)
        data: bytes = self._file.openstream(name).read()
        return data

    def _fixed_properties(self) -> Iterator[tuple[int, int]]:
        """Yield the properties that are numbers or times."""
        data = self._stream("__properties_version1.0")
        for at in range(32, len(data) - 15, 16):
            tag, _, value = struct.unpack_from("<IIQ", data, at)
            yield tag >> 16, value


def _codec(page: int) -> str:
    from codecs import lookup

    known = {65001: "utf-8", 1200: "utf-16-le", 20127: "ascii", 28591: "latin-1"}
    name = known.get(page, f"cp{page}")
    try:
        return lookup(name).name
    except LookupError:
        return "cp1252"
