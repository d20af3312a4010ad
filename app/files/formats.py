"""Which kind of table a file is, by its bytes first, and the reader for it."""

from __future__ import annotations

import codecs
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

from app.core import ready_made
from app.core.catalog import Catalog
from app.core.errors import Halt, SheafError
from app.core.table import Notice
from app.files import ole, refusals
from app.files.csv_source import CsvSource
from app.files.encoding import find_encoding, named_encoding, wide_encoding
from app.files.json_source import JsonSource
from app.files.parquet_source import ParquetSource
from app.files.requests_file import RequestsSource, holds_requests
from app.files.source import Cancelled, Source, never
from app.files.workbook import WorkbookSource

_JSON = re.compile(rb'\{\s*["}]|\[\s*[\[{]')
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

_ENDINGS = {
    **dict.fromkeys((".csv", ".tsv", ".tab", ".txt"), "text"),
    ".parquet": "parquet",
    **dict.fromkeys((".json", ".jsonl", ".ndjson"), "json"),
    **{f".{kind}": kind for kind in ("xlsx", "xlsm", "xlsb", "xls", "ods")},
}
"""What a file's name promises."""


_JSON_LINES = frozenset({".jsonl", ".ndjson"})

_SIGNATURES = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"SQLite format 3\x00", "a database"),
    (b"\x1f\x8b", "a compressed file"),
    (b"7z\xbc\xaf", "a compressed file"),
    (b"Rar!", "a compressed file"),
)

_PARQUET = (b"PAR1", b"PARE")

_ZIPPED = (
    ("xl/workbook.xml", "xlsx"),
    ("xl/workbook.bin", "xlsb"),
)
_ZIPPED_OTHERS = (
    ("word/document.xml", "a Word document"),
    ("ppt/presentation.xml", "a PowerPoint presentation"),
    ("Index/Document.iwa", "an Apple document"),
    ("META-INF/container.xml", "an e-book"),
)
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
_SINGLE_TABLES = frozenset({ready_made.FORMAT, "text", "json", "parquet"})


def open_source(
    path: Path,
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    header: bool = True,
    cancelled: Cancelled = never,
    catalog: Catalog | None = None,
) -> Source:
    """Open a table in a person's file, whatever its name says it is.

    Args:
        path: the file.
        sheet: the sheet of a workbook; None takes the first visible one that is not empty.
        encoding: the encoding of a text; None finds it.
        delimiter: what separates the cells of a text, as a character or a word; None finds it.
        header: the first row names the columns; otherwise they are "Column 1" and so on.
        cancelled: asked now and then; True stops the opening with a SheafError.
        catalog: the models against which ready-made requests are checked; None checks less.

    Raises:
        SheafError: the file cannot be read as a table; it says why and what to do.
    """
    kind = find_format(path)
    if sheet is not None and kind in _SINGLE_TABLES:
        raise refusals.no_sheets(path, sheet)
    source: Source
    if kind == ready_made.FORMAT:
        return RequestsSource(path, catalog)
    if kind == "text":
        found = named_encoding(path, encoding) if encoding else find_encoding(path)
        source = _named_as_is(
            path,
            lambda: CsvSource(path, found, delimiter=delimiter, header=header, cancelled=cancelled),
        )
    elif kind == "json":
        found = named_encoding(path, encoding) if encoding else find_encoding(path)
        source = JsonSource(path, found, cancelled=cancelled)
    elif kind == "parquet":
        source = ParquetSource(path)
    else:
        source = WorkbookSource(path, kind, sheet=sheet, header=header, cancelled=cancelled)
    expected = _ENDINGS.get(path.suffix.lower(), kind)
    if expected != kind and {expected, kind} != {"xlsx", "xlsm"}:
        kinds = {"text": "text", "json": "JSON", "parquet": "Parquet"}
        what = kinds.get(kind, f"a workbook of the kind {kind.upper()}")
        text = f"The file is named {path.suffix}, but it is {what}; it was read as that."
        source.add_notice(Notice("misnamed", text))
    return source


def _named_as_is(path: Path, opening: Callable[[], Source]) -> Source:
    """Open a text; where that fails and its name promises something else, say that."""
    try:
        return opening()
    except SheafError as error:
        promised = _ENDINGS.get(path.suffix.lower(), "text")
        if error.halt is Halt.READING and promised != "text":
            raise refusals.not_as_named(path, is_json=promised == "json") from error
        raise


def find_format(path: Path) -> str:
    """Return "text", "json", "parquet", "requests", or which kind of workbook the bytes are.

    Raises:
        SheafError: the file cannot be read, is empty, or is something else.
    """
    head = _head_of(path)
    if head.startswith(b"PK\x03\x04"):
        return _zipped(path)
    if head.startswith(ole.MAGIC):
        return _compound(path)
    if head.startswith(_PARQUET):
        return "parquet"
    start = _plain_start(head)
    if (start.startswith(b"{") or path.suffix.lower() in _JSON_LINES) and holds_requests(path):
        return ready_made.FORMAT
    if _JSON.match(start):
        return "json"
    _refuse_others(path, head)
    return "text"


def _head_of(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise refusals.folder(path)
        with path.open("rb") as file:
            head = file.read(1 << 13)
    except OSError as error:
        raise refusals.unreadable(path, error) from error
    if not head:
        raise refusals.empty(path)
    return head


def _zipped(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            mimetype = archive.read("mimetype") if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError) as error:
        raise refusals.damaged(path) from error
    kind = mimetype.decode("ascii", "replace")
    return "ods" if kind.startswith(_OPEN_DOCUMENT + "spreadsheet") else _office(path, names, kind)


def _office(path: Path, names: set[str], kind: str) -> str:
    for part, found in _ZIPPED:
        if part in names:
            return "xlsm" if "xl/vbaProject.bin" in names and found == "xlsx" else found
    for part, what in _ZIPPED_OTHERS:
        if part in names:
            raise refusals.not_a_table(path, what)
    if kind.startswith(_OPEN_DOCUMENT):
        raise refusals.not_a_table(path, "a LibreOffice document")
    raise refusals.not_a_table(path, "a ZIP archive", "Unpack it and choose the file inside.")


def _compound(path: Path) -> str:
    names = ole.stream_names(path)
    if "EncryptedPackage" in names:
        raise refusals.encrypted(path)
    if names & {"Workbook", "Book"}:
        return "xls"
    if "WordDocument" in names:
        raise refusals.not_a_table(path, "a Word document")
    if "PowerPoint Document" in names:
        raise refusals.not_a_table(path, "a PowerPoint presentation")
    if "__properties_version1.0" in names:
        raise refusals.not_a_table(path, "an Outlook message")
    raise refusals.damaged(path)


def _refuse_others(path: Path, head: bytes) -> None:
    for signature, what in _SIGNATURES:
        if head.startswith(signature):
            raise refusals.not_a_table(path, what)
    start = _plain_start(head)[:400].lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<meta")):
        raise refusals.not_a_table(path, "a web page")
    if start.startswith(b"<?xml"):
        raise refusals.not_a_table(path, "an XML file")
    if _is_binary(head):
        raise refusals.no_text(path)


def _plain_start(head: bytes) -> bytes:
    """Return how a text begins, in UTF-8."""
    wide = "utf-16" if head.startswith(_WIDE_MARKS) else wide_encoding(head)
    plain = head.decode(wide, "replace").encode() if wide else head
    return plain.removeprefix(codecs.BOM_UTF8).lstrip()


def _is_binary(head: bytes) -> bool:
    """Tell machine data from text, in which zero bytes may stand here and there."""
    if head.startswith(_WIDE_MARKS) or wide_encoding(head):
        return False
    zeros = head.count(0)
    odd = sum(byte < 9 or 13 < byte < 32 for byte in head) - zeros
    # Machine data is hardly ever UTF-8; where it may not be, zeros make anything suspect.
    allowed = len(head) // (5 if _is_utf8(head) else 50 if zeros else 10)
    return odd > allowed or zeros > len(head) // 2


def _is_utf8(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True
