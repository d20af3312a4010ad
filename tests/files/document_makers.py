"""Makes e-books and OpenDocument files, part by part."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

_ODF = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for short, long in (
        ("office", "office"),
        ("table", "table"),
        ("text", "text"),
        ("draw", "drawing"),
        ("presentation", "presentation"),
    )
)


def make_odf(path: Path, kind: str, body: str, *, encrypted: bool = False) -> Path:
    """Write an OpenDocument file of a kind such as "text" with this body."""
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_ODF}>'
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body>"
        "</office:document-content>"
    )
    secret = "<manifest:encryption-data/>" if encrypted else ""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        name = f"application/vnd.oasis.opendocument.{kind}"
        archive.writestr("mimetype", name, zipfile.ZIP_STORED)
        archive.writestr("content.xml", "scrambled" if encrypted else content)
        archive.writestr("META-INF/manifest.xml", f"<manifest>{secret}</manifest>")
    return path


def make_epub(path: Path, chapters: Sequence[str], *, protected: bool = False) -> Path:
    """Write an e-book whose chapters lie in the package in the opposite order."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        archive.writestr(
            "META-INF/container.xml",
            '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="OPS/book.opf"/></rootfiles></container>',
        )
        items = "".join(
            f'<item id="c{at}" href="text/chapter%20{at}.xhtml" '
            'media-type="application/xhtml+xml"/>'
            for at in reversed(range(len(chapters)))
        )
        spine = "".join(f'<itemref idref="c{at}"/>' for at in range(len(chapters)))
        archive.writestr(
            "OPS/book.opf",
            '<package xmlns="http://www.idpf.org/2007/opf" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>A book</dc:title>'
            "<dc:creator>Somebody</dc:creator></metadata>"
            f"<manifest>{items}</manifest><spine>{spine}</spine></package>",
        )
        for at, text in reversed(list(enumerate(chapters))):
            archive.writestr(
                f"OPS/text/chapter {at}.xhtml",
                '<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml">'
                f"<head><title>t</title></head><body><p>{escape(text)}&nbsp;</p></body></html>",
            )
        if protected:
            references = "".join(
                f'<CipherReference URI="OPS/text/chapter%20{at}.xhtml"/>'
                for at in range(len(chapters))
            )
            archive.writestr("META-INF/encryption.xml", f"<encryption>{references}</encryption>")
    return path
