"""Which kind of file it is, by its bytes; its ending only tells one kind of text from another."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from app.core.parts import KINDS, Family, FileKind
from app.files import ole
from app.files.plain_bytes import is_text

HEAD = 1 << 12
"""How many bytes at a file's beginning are looked at."""

_ZIP = b"PK\x03\x04"
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", FileKind.PNG),
    (b"\xff\xd8\xff", FileKind.JPEG),
    (b"GIF87a", FileKind.GIF),
    (b"GIF89a", FileKind.GIF),
    (b"II*\x00", FileKind.TIFF),
    (b"MM\x00*", FileKind.TIFF),
    (b"II+\x00", FileKind.TIFF),
    (b"MM\x00+", FileKind.TIFF),
    (b"{\\rtf", FileKind.RTF),
)
_BOXES = {
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis"), FileKind.HEIC),
    **dict.fromkeys((b"avif", b"avis"), FileKind.AVIF),
}
"""Brands of the container that phones save their pictures in."""

_ENDINGS = {
    **dict.fromkeys(("txt", "text", "log"), FileKind.TEXT),
    **dict.fromkeys(("md", "markdown", "mdown"), FileKind.MARKDOWN),
    **dict.fromkeys(("html", "htm", "xhtml"), FileKind.HTML),
    **dict.fromkeys(("csv", "tsv", "tab"), FileKind.CSV),
    **dict.fromkeys(("json", "jsonl", "ndjson", "geojson"), FileKind.JSON),
    **dict.fromkeys(("xml", "svg", "rss", "atom", "kml", "gpx", "tei"), FileKind.XML),
    **dict.fromkeys(("docx", "docm", "dotx", "dotm"), FileKind.WORD),
    **dict.fromkeys(("pptx", "pptm", "ppsx", "ppsm", "potx"), FileKind.SLIDES),
    **dict.fromkeys(("xlsx", "xlsm", "xlsb", "xls", "xltx"), FileKind.WORKBOOK),
    **dict.fromkeys(("odt", "ott"), FileKind.OPEN_TEXT),
    **dict.fromkeys(("ods", "ots"), FileKind.OPEN_SHEET),
    **dict.fromkeys(("odp", "otp"), FileKind.OPEN_SLIDES),
    **dict.fromkeys(("jpg", "jpeg", "jpe", "jfif"), FileKind.JPEG),
    **dict.fromkeys(("tif", "tiff"), FileKind.TIFF),
    **dict.fromkeys(("heic", "heif"), FileKind.HEIC),
    **{
        kind.value: kind
        for kind in (
            FileKind.RTF,
            FileKind.EMAIL,
            FileKind.OUTLOOK,
            FileKind.EPUB,
            FileKind.PDF,
            FileKind.PNG,
            FileKind.GIF,
            FileKind.WEBP,
            FileKind.BMP,
            FileKind.AVIF,
        )
    },
}
_TEXT_KINDS = frozenset({kind for kind in KINDS if KINDS[kind].family is Family.TEXT}) | {
    FileKind.EMAIL
}
_OPEN_DOCUMENT = {
    "text": FileKind.OPEN_TEXT,
    "spreadsheet": FileKind.OPEN_SHEET,
    "presentation": FileKind.OPEN_SLIDES,
}
_PARTS = (
    ("word/document", FileKind.WORD),
    ("ppt/presentation", FileKind.SLIDES),
    ("xl/workbook", FileKind.WORKBOOK),
)
_HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9-]*:[ \t]?[^\r\n]*\r?\n")
_MAIL = re.compile(
    rb"^(from|to|subject|date|received|return-path|message-id|mime-version|delivered-to):",
    re.IGNORECASE | re.MULTILINE,
)
_JSON = re.compile(rb'\{\s*["}]|\[\s*[\[{"\d]')


def ending_kind(name: str) -> FileKind:
    """Return what a file's name promises it to be."""
    return _ENDINGS.get(Path(name).suffix[1:].lower(), FileKind.UNKNOWN)


def find_kind(path: Path, size: int) -> FileKind:
    """Return the kind of a file.

    One that is empty, may not be read, or is broken beyond recognition is what its name promises:
    reading it will say what is wrong.
    """
    promised = ending_kind(path.name)
    if not size:
        return promised
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError:
        return promised
    if head.startswith(_ZIP):
        return _zipped(path, promised)
    if head.startswith(ole.MAGIC):
        return _compound(path, promised)
    return kind_of_bytes(head, promised)


def is_package(path: Path) -> bool:
    """Say whether a file is a ZIP archive, as the documents of today's programs are."""
    with path.open("rb") as file:
        return file.read(4) == _ZIP


def kind_of_bytes(head: bytes, promised: FileKind = FileKind.UNKNOWN) -> FileKind:
    """Return the kind that a file's first bytes show, containers aside."""
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    if found := _container(head):
        return found
    if is_text(head):
        return _kind_of_text(head, promised)
    if promised in _TEXT_KINDS:
        return FileKind.UNKNOWN
    # Its beginning is lost, yet somebody meant it to be this: better named than passed over.
    return promised


def _container(head: bytes) -> FileKind | None:
    if b"%PDF-" in head[:1024]:
        return FileKind.PDF
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return FileKind.WEBP
    if head.startswith(b"BM") and head[6:10] == b"\0\0\0\0" and len(head) > 26:
        return FileKind.BMP
    if head[4:8] == b"ftyp":
        return _picture_box(head)
    return None


def _picture_box(head: bytes) -> FileKind:
    """Read the brands of a picture container: the main one, then those it goes along with."""
    length = min(int.from_bytes(head[:4], "big"), len(head))
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, length, 4))]
    return next((_BOXES[brand] for brand in brands if brand in _BOXES), FileKind.UNKNOWN)


def _kind_of_text(head: bytes, promised: FileKind) -> FileKind:
    if promised is FileKind.EMAIL:
        return FileKind.EMAIL if _HEADER.match(head.lstrip(b"\xef\xbb\xbf")) else FileKind.TEXT
    if promised in _TEXT_KINDS - {FileKind.TEXT}:
        return promised
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:400].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return FileKind.HTML
    if start.startswith(b"<?xml"):
        return FileKind.HTML if b"<html" in start else FileKind.XML
    if promised is FileKind.TEXT:
        return FileKind.TEXT
    if _JSON.match(start):
        return FileKind.JSON
    return FileKind.EMAIL if _is_mail(head) else FileKind.TEXT


def _is_mail(head: bytes) -> bool:
    """Tell a message without an ending from other text: it begins with several such headers."""
    headers = head.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    return bool(_HEADER.match(head)) and len({m.lower() for m in _MAIL.findall(headers)}) >= 3


def _zipped(path: Path, promised: FileKind) -> FileKind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            about = archive.getinfo("mimetype") if "mimetype" in names else None
            mimetype = archive.read(about) if about and about.file_size < 200 else b""
    except Exception:  # noqa: BLE001 a broken archive raises anything; reading it names it
        return promised
    return _kind_of_package(names, mimetype.decode("ascii", "replace").strip())


def _kind_of_package(names: list[str], mimetype: str) -> FileKind:
    if mimetype.startswith("application/vnd.oasis.opendocument."):
        kind = mimetype.rpartition(".")[2].removesuffix("-template")
        return _OPEN_DOCUMENT.get(kind, FileKind.UNKNOWN)
    if mimetype == "application/epub+zip" or "META-INF/container.xml" in names:
        return FileKind.EPUB
    for part, kind in _PARTS:
        if any(name.startswith(part) for name in names):
            return kind
    return FileKind.UNKNOWN


def _compound(path: Path, promised: FileKind) -> FileKind:
    try:
        names = ole.stream_names(path)
    except OSError:
        return promised
    if "EncryptedPackage" in names:  # which program's, only the name can tell
        return promised
    if names & {"Workbook", "Book"}:
        return FileKind.WORKBOOK
    if "__properties_version1.0" in names:
        return FileKind.OUTLOOK
    if names & {"WordDocument", "PowerPoint Document"}:
        return FileKind.UNKNOWN
    return FileKind.UNKNOWN if promised in _TEXT_KINDS else promised


_UNKNOWN = (
    (b"\x1f\x8b", "a compressed file", "Unpack it and put the files inside into the folder."),
    (b"7z\xbc\xaf", "a compressed file", "Unpack it and put the files inside into the folder."),
    (b"Rar!", "a compressed file", "Unpack it and put the files inside into the folder."),
    (b"SQLite format 3", "a database", "Export its tables as CSV."),
    (b"PAR1", "a Parquet file", "Open it as a spreadsheet, or export it as CSV."),
    (b"ID3", "a recording", "Put its transcript into the folder instead."),
    (b"OggS", "a recording", "Put its transcript into the folder instead."),
    (b"RIFF", "a recording or a film", "Put its transcript into the folder instead."),
    (b"MZ", "a program", "Leave it out."),
    (b"\x7fELF", "a program", "Leave it out."),
)


def words_for_unknown(path: Path) -> tuple[str, str]:
    """Return what a file of no known kind is, as far as can be told, and what to do with it."""
    with path.open("rb") as file:
        head = file.read(16)
    if head.startswith(_ZIP):
        return _words_for_archive(path)
    if head.startswith(ole.MAGIC):
        return _words_for_compound(ole.stream_names(path))
    if head[4:8] == b"ftyp":
        return "a film", "Put its transcript, or pictures of it, into the folder instead."
    for signature, what, fix in _UNKNOWN:
        if head.startswith(signature):
            return what, fix
    return "of an unknown kind", "Save it as PDF, text or a picture in its own program."


def _words_for_archive(path: Path) -> tuple[str, str]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except Exception:  # noqa: BLE001 as above: a broken archive raises anything
        names = set()
    if "Index/Document.iwa" in names:
        return "an Apple document", "Export it as PDF or Word."
    return "a ZIP archive", "Unpack it and put the files inside into the folder."


def _words_for_compound(names: frozenset[str]) -> tuple[str, str]:
    if "WordDocument" in names:
        return "a Word document of the old kind", "Save it as .docx or as PDF."
    if "PowerPoint Document" in names:
        return "a PowerPoint presentation of the old kind", "Save it as .pptx or as PDF."
    return "an Office file of an old kind", "Save it in today's format or as PDF."
