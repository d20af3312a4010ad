"""Makes the odd files that the tests of the files room need, byte by byte where no library can."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

_NAMESPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for short, long in (
        ("office", "office"),
        ("table", "table"),
        ("text", "text"),
        ("style", "style"),
        ("manifest", "manifest"),
    )
)
_CALC = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
_HIDDEN = (
    '<office:automatic-styles><style:style style:name="ta2" style:family="table">'
    '<style:table-properties table:display="false"/></style:style></office:automatic-styles>'
)
_ODS = "application/vnd.oasis.opendocument.spreadsheet"


def ods_text(text: str) -> str:
    """An ODS cell of text, its lines as paragraphs."""
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in text.split("\n"))
    return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'


def ods_value(kind: str, attribute: str, value: str, shown: str = "as shown") -> str:
    """An ODS cell with a typed value; what is shown differs from it on purpose."""
    return (
        f'<table:table-cell office:value-type="{kind}" office:{attribute}="{value}">'
        f"<text:p>{shown}</text:p></table:table-cell>"
    )


def make_ods(
    path: Path, rows: list[list[str]], *, after: str = "", encrypted: bool = False
) -> Path:
    """Write a minimal ODS with the sheet "Visible" and an empty hidden one before it."""
    body = "".join(f"<table:table-row>{''.join(cells)}</table:table-row>" for cells in rows)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMESPACES} {_CALC} '
        f'office:version="1.3">{_HIDDEN}<office:body><office:spreadsheet>'
        f'<table:table table:name="Hidden" table:style-name="ta2"><table:table-row>'
        f"{ods_text('not this')}</table:table-row></table:table>"
        f'<table:table table:name="Visible">{body}{after}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    secret = "<manifest:encryption-data/>" if encrypted else ""
    manifest = (
        f'<manifest:manifest {_NAMESPACES}><manifest:file-entry manifest:full-path="content.xml">'
        f"{secret}</manifest:file-entry></manifest:manifest>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", _ODS, zipfile.ZIP_STORED)
        archive.writestr("content.xml", "scrambled" if encrypted else content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return path


def make_compound(path: Path, streams: list[str]) -> Path:
    """Write an OLE compound file whose directory lists the streams; they have no content."""
    end, free, fat = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    header = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 16
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0)
    header += struct.pack("<109I", 0, *[free] * 108)
    table = struct.pack("<128I", fat, *_chain(2 + (len(streams) // 4)), *_rest(free, streams))
    entries = b"".join(map(_entry, ["Root Entry", *streams]))
    path.write_bytes(header + table + entries.ljust(-(-len(entries) // 512) * 512, b"\0"))
    return path


def _chain(last: int) -> list[int]:
    """The directory's sectors follow one another from sector 1 on."""
    return [*range(2, last), 0xFFFFFFFE]


def _rest(free: int, streams: list[str]) -> list[int]:
    return [free] * (127 - len(_chain(2 + (len(streams) // 4))))


def _entry(name: str) -> bytes:
    raw = name.encode("utf-16-le") + b"\0\0"
    kind = 5 if name == "Root Entry" else 2
    return raw.ljust(64, b"\0") + struct.pack("<HB", len(raw), kind) + b"\0" * 61


def make_xlsb(path: Path, rows: list[list[str | float | bool | bytes]]) -> Path:
    """Write a minimal XLSB after its published record layout; a cell of bytes is an error code."""
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    binary = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
    bundle = struct.pack("<II", 0, 1) + _wide("rId1") + _wide("Data")
    book = _record(0x83) + _record(0x8F) + _record(0x9C, bundle) + _record(0x90) + _record(0x84)
    width = max(map(len, rows)) - 1
    sheet = _record(0x81) + _record(0x94, struct.pack("<4I", 0, len(rows) - 1, 0, width))
    sheet += _record(0x91)
    for number, cells in enumerate(rows):
        sheet += _record(0, struct.pack("<I", number) + b"\0" * 21)
        sheet += b"".join(_xlsb_cell(at, cell) for at, cell in enumerate(cells))
    sheet += _record(0x92) + _record(0x82)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{types}"><Default Extension="bin" ContentType="{binary}"/></Types>',
        )
        archive.writestr("_rels/.rels", _relations(relation + "/officeDocument", "xl/workbook.bin"))
        archive.writestr(
            "xl/_rels/workbook.bin.rels",
            _relations(relation + "/worksheet", "worksheets/sheet1.bin"),
        )
        archive.writestr("xl/workbook.bin", book)
        archive.writestr("xl/worksheets/sheet1.bin", sheet)
    return path


def _relations(kind: str, target: str) -> str:
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    one = f'<Relationship Id="rId1" Type="{kind}" Target="{target}"/>'
    return f'<Relationships xmlns="{space}">{one}</Relationships>'


def _record(kind: int, data: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length = len(data)
    size = b""
    while True:
        size += bytes([length & 0x7F | (0x80 if length > 0x7F else 0)])
        length >>= 7
        if not length:
            return head + size + data


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _xlsb_cell(column: int, cell: str | float | bool | bytes) -> bytes:
    place = struct.pack("<II", column, 0)
    if isinstance(cell, bytes):
        return _record(3, place + cell)
    if isinstance(cell, bool):
        return _record(4, place + bytes([cell]))
    if isinstance(cell, str):
        return _record(6, place + _wide(cell))
    return _record(5, place + struct.pack("<d", cell))
