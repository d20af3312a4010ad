"""What a request is made of besides its words, and how a file is described as a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class FileKind(StrEnum):
    """What a file is, by its bytes; the ending only tells one kind of text from another."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    CSV = "csv"
    JSON = "json"
    XML = "xml"
    RTF = "rtf"
    EMAIL = "eml"
    OUTLOOK = "msg"
    WORD = "docx"
    SLIDES = "pptx"
    WORKBOOK = "xlsx"
    """Any workbook: XLSX, XLSM, XLSB or XLS."""
    OPEN_TEXT = "odt"
    OPEN_SLIDES = "odp"
    OPEN_SHEET = "ods"
    EPUB = "epub"
    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    GIF = "gif"
    WEBP = "webp"
    TIFF = "tiff"
    BMP = "bmp"
    HEIC = "heic"
    AVIF = "avif"
    UNKNOWN = "unknown"


class Family(StrEnum):
    """Kinds that are sent alike, and that a person includes together."""

    TEXT = "text"
    """Sent as the text it is."""
    DOCUMENT = "document"
    """Its text is taken out and sent."""
    PDF = "pdf"
    """Sent as it is, pages and all, or as its text."""
    PICTURE = "picture"
    OTHER = "other"
    """Cannot be sent."""


@dataclass(frozen=True, slots=True)
class KindFacts:
    """A kind's family, its media type, and what a person calls it."""

    family: Family
    media_type: str
    words: str


_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."

KINDS: Mapping[FileKind, KindFacts] = {
    FileKind.TEXT: KindFacts(Family.TEXT, "text/plain", "Text"),
    FileKind.MARKDOWN: KindFacts(Family.TEXT, "text/markdown", "Markdown"),
    FileKind.HTML: KindFacts(Family.TEXT, "text/html", "Web page"),
    FileKind.CSV: KindFacts(Family.TEXT, "text/csv", "CSV"),
    FileKind.JSON: KindFacts(Family.TEXT, "application/json", "JSON"),
    FileKind.XML: KindFacts(Family.TEXT, "application/xml", "XML"),
    FileKind.RTF: KindFacts(Family.DOCUMENT, "application/rtf", "RTF"),
    FileKind.EMAIL: KindFacts(Family.DOCUMENT, "message/rfc822", "E-mail"),
    FileKind.OUTLOOK: KindFacts(Family.DOCUMENT, "application/vnd.ms-outlook", "Outlook e-mail"),
    FileKind.WORD: KindFacts(Family.DOCUMENT, f"{_OFFICE}wordprocessingml.document", "Word"),
    FileKind.SLIDES: KindFacts(
        Family.DOCUMENT, f"{_OFFICE}presentationml.presentation", "PowerPoint"
    ),
    FileKind.WORKBOOK: KindFacts(Family.DOCUMENT, f"{_OFFICE}spreadsheetml.sheet", "Excel"),
    FileKind.OPEN_TEXT: KindFacts(Family.DOCUMENT, f"{_OPEN}text", "OpenDocument text"),
    FileKind.OPEN_SLIDES: KindFacts(Family.DOCUMENT, f"{_OPEN}presentation", "OpenDocument slides"),
    FileKind.OPEN_SHEET: KindFacts(Family.DOCUMENT, f"{_OPEN}spreadsheet", "OpenDocument sheet"),
    FileKind.EPUB: KindFacts(Family.DOCUMENT, "application/epub+zip", "E-book"),
    FileKind.PDF: KindFacts(Family.PDF, "application/pdf", "PDF"),
    FileKind.PNG: KindFacts(Family.PICTURE, "image/png", "PNG picture"),
    FileKind.JPEG: KindFacts(Family.PICTURE, "image/jpeg", "JPEG picture"),
    FileKind.GIF: KindFacts(Family.PICTURE, "image/gif", "GIF picture"),
    FileKind.WEBP: KindFacts(Family.PICTURE, "image/webp", "WebP picture"),
    FileKind.TIFF: KindFacts(Family.PICTURE, "image/tiff", "TIFF picture"),
    FileKind.BMP: KindFacts(Family.PICTURE, "image/bmp", "BMP picture"),
    FileKind.HEIC: KindFacts(Family.PICTURE, "image/heic", "HEIC picture"),
    FileKind.AVIF: KindFacts(Family.PICTURE, "image/avif", "AVIF picture"),
    FileKind.UNKNOWN: KindFacts(Family.OTHER, "application/octet-stream", "Other"),
}

PAGES_TOO = "The pages are sent too, so that Claude sees the layout."
"""What becomes of PDFs with text in them, as a notice says it."""

SENT_PICTURES = frozenset({FileKind.PNG, FileKind.JPEG, FileKind.GIF, FileKind.WEBP})
"""Pictures that Claude takes as they are; the others are converted."""


class Cause(StrEnum):
    """Why a file cannot be sent, so that files with one cause can be shown together."""

    EMPTY = "empty"
    """No bytes, or no text in it."""
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    TOO_LARGE = "too_large"
    TOO_MANY_PAGES = "too_many_pages"
    WRONG_KIND = "wrong_kind"
    UNREADABLE = "unreadable"
    MISSING = "missing"
    CHANGED = "changed"
    NEEDS_EXTRA = "needs_extra"
    """A library is missing that Sheaf does not bring."""
    NOT_ALLOWED = "not_allowed"
    """It lies where Sheaf does not take files from."""


@dataclass(frozen=True, slots=True)
class FileProblem:
    """Why a file cannot be sent, in the three sentences of an error."""

    cause: Cause
    what: str
    why: str = ""
    fix: str = ""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """One file as a row.

    `path` leads from the folder to the file with "/" between its parts, names it among all files,
    and finds it again even where its name is not text (app.files.file_names). `name` and `folder`
    are for people. `pages` counts pages or slides; `width` and `height` are those of the upright
    picture. `text_bytes` is what a request carries for the text, `text_tokens` what it likely
    costs; both are 0 for pictures and scans. `frames` counts the pictures in a picture file,
    of which the first is sent. `needs_conversion` is true of pictures that cannot be
    sent as they are. `sha256` is empty where nothing could be read.
    """

    path: str
    name: str
    folder: str
    kind: FileKind
    media_type: str
    size: int
    modified: datetime
    sha256: str = ""
    pages: int | None = None
    width: int | None = None
    height: int | None = None
    has_text_layer: bool = False
    text_bytes: int = 0
    text_tokens: int = 0
    preview: str = ""
    notes: tuple[str, ...] = ()
    problem: FileProblem | None = None
    needs_conversion: bool = False
    frames: int = 1

    @property
    def family(self) -> Family:
        """How a file of this kind is sent."""
        return KINDS[self.kind].family

    @property
    def is_scan(self) -> bool:
        """Whether it is a PDF whose pages are pictures only."""
        return self.kind is FileKind.PDF and self.problem is None and not self.has_text_layer


@dataclass(frozen=True, slots=True)
class TextPart:
    """A file's text, as one part of a request."""

    text: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImagePart:
    """A picture of one of the four kinds that Claude takes, ready to be sent."""

    media_type: str
    data: bytes
    width: int
    height: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentPart:
    """A PDF with its own bytes."""

    media_type: str
    data: bytes
    pages: int
    notes: tuple[str, ...] = ()


Part = TextPart | ImagePart | DocumentPart
