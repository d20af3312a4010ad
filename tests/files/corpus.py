"""A folder of files of every kind, good and broken, made by code; each with what is true of it."""

from __future__ import annotations

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from app.core.parts import Cause, FileKind
from tests.files.document_makers import make_epub, make_odf
from tests.files.makers import make_compound, make_ods, ods_text
from tests.files.outlook_maker import make_compound_of, make_msg
from tests.files.pdf_maker import make_pdf

Write = Callable[[Path], object]


@dataclass(frozen=True)
class Made:
    """A file of the corpus: its path, how to write it, and what has to be found out about it."""

    path: str
    write: Write
    kind: FileKind
    cause: Cause | None = None
    says: str = ""
    """A piece of the text that is in it."""


def raw(data: bytes) -> Write:
    """Write these bytes."""
    return lambda path: path.write_bytes(data)


def text(words: str, encoding: str = "utf-8") -> Write:
    """Write these words."""
    return raw(words.encode(encoding))


def cut(write: Write, share: float = 0.5) -> Write:
    """Write a file, then lose its end."""

    def written(path: Path) -> None:
        write(path)
        data = path.read_bytes()
        path.write_bytes(data[: int(len(data) * share)])

    return written


def zipped(parts: Mapping[str, bytes | str]) -> Write:
    """Write a ZIP package of these parts."""

    def written(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, content in parts.items():
                archive.writestr(name, content)

    return written


_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def word_xml(body: str, before: str = "") -> Write:
    """Write a Word document of a body in its own XML."""
    return zipped(
        {
            "word/document.xml": f'<?xml version="1.0"?>{before}<w:document xmlns:w="{_WORD}">'
            f"<w:body>{body}</w:body></w:document>"
        }
    )


def word(path: Path) -> None:
    """Write a Word document as its library does: headings, a table, header and footer."""
    import docx

    document = docx.Document()
    document.add_heading("Rental agreement", 1)
    document.add_paragraph("Between Müller & Söhne and the tenant.")
    table = document.add_table(2, 2)
    for at, words in enumerate(("Rent", "950 €", "Deposit", "1,900 €")):
        table.cell(at // 2, at % 2).text = words
    document.add_paragraph("Signed in Köln.")
    document.sections[0].header.paragraphs[0].text = "Draft of March"
    document.sections[0].footer.paragraphs[0].text = "Page of three"
    document.save(str(path))


def slides(path: Path) -> None:
    """Write a presentation as its library does: two slides, a table, speaker's notes."""
    import pptx
    from pptx.util import Inches

    show = pptx.Presentation()
    first = show.slides.add_slide(show.slide_layouts[0])
    first.shapes.title.text = "Quarterly results"
    first.placeholders[1].text = "April to June"
    first.notes_slide.notes_text_frame.text = "Thank the team first."
    second = show.slides.add_slide(show.slide_layouts[5])
    second.shapes.title.text = "Figures"
    size = (Inches(1), Inches(2), Inches(4), Inches(1))
    table = second.shapes.add_table(1, 2, *size).table
    table.cell(0, 0).text, table.cell(0, 1).text = "Turnover", "4.2 million"
    show.save(str(path))


def workbook(path: Path) -> None:
    """Write an XLSX with a visible and a hidden sheet."""
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "Orders"
    for row in (["Article", "Pieces"], ["Lamp", 12], ["Table", 3.5]):
        book.active.append(row)
    book.create_sheet("Secret").sheet_state = "hidden"
    book["Secret"].append(["not this"])
    book.save(path)


def old_workbook(path: Path) -> None:
    """Write an XLS."""
    import xlwt

    book = xlwt.Workbook()
    book.add_sheet("Stock").write(0, 0, "Bolts")
    book.save(str(path))


def mail(path: Path) -> None:
    """Write a mail with encoded headers, two forms of its text, and an attachment."""
    message = EmailMessage()
    message["From"] = "Jürgen Weiß <jw@example.org>"
    message["To"] = "shop@example.org"
    message["Subject"] = "Größe passt nicht – Rückgabe"
    message["Date"] = "Fri, 14 Mar 2025 09:26:53 +0100"
    message.set_content("Die Jacke ist zu groß.\nBitte zurücknehmen.")
    message.add_alternative("<p>Die Jacke ist <b>zu groß</b>.</p>", subtype="html")
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="Beleg.pdf")
    path.write_bytes(message.as_bytes())


def picture(format_: str, mode: str = "RGB", size: tuple[int, int] = (60, 40), **how: Any) -> Write:
    """Write a picture with a dark left half, so that turning it shows."""
    from PIL import Image

    def written(path: Path) -> None:
        image = Image.new("L", size, 230)
        image.paste(20, (0, 0, size[0] // 2, size[1]))
        image.convert(mode).save(path, format_, **how)

    return written


def turned_jpeg(path: Path) -> None:
    """Write a photo that lies on its side, with the place where it was taken."""
    from PIL import Image

    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    picture("JPEG", exif=exif, quality=90)(path)


def animation(path: Path) -> None:
    """Write a GIF of three different pictures."""
    from PIL import Image

    frames = [Image.new("RGB", (30, 20), color) for color in ("red", "green", "blue")]
    frames[0].save(path, "GIF", save_all=True, append_images=frames[1:])


def deep_tiff(path: Path) -> None:
    """Write a TIFF of 16 bits a pixel, from black to white."""
    from PIL import Image

    image = Image.new("I;16", (256, 10))
    for x in range(256):
        for y in range(10):
            image.putpixel((x, y), x * 257)
    image.save(path, "TIFF")


def deep_png(path: Path) -> None:
    """Write a coloured PNG of 16 bits a colour, which the library cannot write."""
    rows = b"".join(b"\0" + struct.pack(">3H", 65535, 0, 0) * 4 for _ in range(3))
    path.write_bytes(_png(struct.pack(">IIBBBBB", 4, 3, 16, 2, 0, 0, 0), zlib.compress(rows)))


def bomb_png(path: Path) -> None:
    """Write a small PNG that says it has 3.6 thousand million pixels."""
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    path.write_bytes(_png(head, zlib.compress(b"\0" * 1000)))


def _png(head: bytes, data: bytes) -> bytes:
    chunks = ((b"IHDR", head), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", zlib.crc32(name + content))
        for name, content in chunks
    )


def scan(path: Path) -> None:
    """Write a PDF whose only page is a picture."""
    from PIL import Image

    Image.new("L", (400, 500), 255).save(path, "PDF")


def many_frames(path: Path) -> None:
    """Write a TIFF of two pages, as fax machines do."""
    from PIL import Image

    pages = [Image.new("1", (100, 140), shade) for shade in (0, 1)]
    pages[0].save(path, "TIFF", save_all=True, append_images=pages[1:])


def embedded_bomb(path: Path) -> None:
    """Write a Word document whose text unpacks to 250 million letters."""
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("word/document.xml", "w") as stream,
    ):
        for _ in range(250):
            stream.write(b" " * 1_000_000)


_ENTITIES = "<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]>"
_PAGE = (
    "<!doctype html><html><head><title>Opening hours</title><script>var x='not this'</script>"
    "</head><body><nav><a>Home</a> <a>Contact</a></nav><main><h1>Opening hours</h1>"
    "<p>We are open from <b>nine</b> to five.<table><tr><td>Monday<td>9&ndash;17</table></main>"
    "<footer>Imprint</footer></body></html>"
)
_RTF = (
    rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}\f0 Caf\'e9 \u8364?5\par "
    rb"{\*\generator x;}Second line {\pict\pngblip " + b"89504e47" * 400 + rb"}}"
)
_HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 200
_LONG = "The delivery was late and the parcel was damaged when it arrived here. "

CORPUS: tuple[Made, ...] = (
    Made("notes.txt", text("Bäume am See"), FileKind.TEXT, says="Bäume am See"),
    Made("utf16.txt", text("\ufeffZwölf Boxkämpfer", "utf-16-le"), FileKind.TEXT, says="Zwölf"),
    Made("windows.txt", text("Grüße aus Zürich, 5 €", "cp1252"), FileKind.TEXT, says="Zürich, 5 €"),
    Made(
        "日本語のメモ.txt",
        text("東京都は日本の首都です。人口は多いです。" * 8, "cp932"),
        FileKind.TEXT,
        says="東京都は日本の首都です",
    ),
    Made("server.log", text("09:26 started\n09:27 ready\n"), FileKind.TEXT, says="09:27 ready"),
    Made("no ending", text("Just words."), FileKind.TEXT, says="Just words."),
    Made("readme.md", text("# Title\n\n* one\n* two\n"), FileKind.MARKDOWN, says="# Title"),
    Made("hours.html", text(_PAGE), FileKind.HTML, says="We are open from nine to five."),
    Made("rows.csv", text("name;age\nAnna;7\n"), FileKind.CSV, says="Anna;7"),
    Made("record.json", text('{"name": "Zoë"}'), FileKind.JSON, says='"Zoë"'),
    Made("lines.jsonl", text('{"a": 1}\n{"a": 2}\n'), FileKind.JSON, says='{"a": 2}'),
    Made(
        "catalogue.xml",
        text("<?xml version='1.0' encoding='iso-8859-1'?><a><b>Ärmel</b></a>", "latin-1"),
        FileKind.XML,
        says="<b>Ärmel</b>",
    ),
    Made("drawing.svg", text("<svg><text>Plan</text></svg>"), FileKind.XML, says="Plan"),
    Made("letter.rtf", raw(_RTF), FileKind.RTF, says="Café €5\nSecond line"),
    Made("return.eml", mail, FileKind.EMAIL, says="Subject: Größe passt nicht – Rückgabe"),
    Made(
        "html only.eml",
        text("From: a@b.org\nContent-Type: text/html; charset=utf-8\n\n<p>Only <i>this</i></p>"),
        FileKind.EMAIL,
        says="Only this",
    ),
    Made(
        "meeting.msg",
        lambda path: make_msg(
            path,
            {"0037": "Budget", "0C1A": "Ann Lee", "5D01": "al@example.org", "1000": "See you.\r\n"},
            attached=["plan.pdf"],
        ),
        FileKind.OUTLOOK,
        says="From: Ann Lee <al@example.org>",
    ),
    Made("contract.docx", word, FileKind.WORD, says="Rent\t950 €"),
    Made("results.pptx", slides, FileKind.SLIDES, says="Slide 1\nQuarterly results"),
    Made(
        "orders.xlsx", workbook, FileKind.WORKBOOK, says="Sheet Orders\nArticle\tPieces\nLamp\t12"
    ),
    Made("stock.xls", old_workbook, FileKind.WORKBOOK, says="Bolts"),
    Made(
        "essay.odt",
        lambda path: make_odf(path, "text", "<text:h>Essay</text:h><text:p>On rivers</text:p>"),
        FileKind.OPEN_TEXT,
        says="Essay\nOn rivers",
    ),
    Made(
        "table.ods",
        lambda path: make_ods(path, [[ods_text("River"), ods_text("Rhine")]]),
        FileKind.OPEN_SHEET,
        says="River\tRhine",
    ),
    Made(
        "talk.odp",
        lambda path: make_odf(
            path, "presentation", "<draw:page><text:p>Welcome</text:p></draw:page>"
        ),
        FileKind.OPEN_SLIDES,
        says="Slide 1\nWelcome",
    ),
    Made(
        "novel.epub",
        lambda path: make_epub(path, ["It was a dark night.", "The end."]),
        FileKind.EPUB,
        says="It was a dark night.\n\nThe end.",
    ),
    Made(
        "2025/invoice.pdf",
        lambda path: make_pdf(path, ["Invoice 117\nTotal 12,50 € including tax", _LONG]),
        FileKind.PDF,
        says="Invoice 117\nTotal 12,50 €",
    ),
    Made("2024/invoice.pdf", lambda path: make_pdf(path, [_LONG]), FileKind.PDF, says="late"),
    Made("2024/scanned.pdf", scan, FileKind.PDF),
    Made("pictures/logo.png", picture("PNG", "RGBA"), FileKind.PNG),
    Made("pictures/photo.jpg", picture("JPEG"), FileKind.JPEG),
    Made("pictures/turned.jpg", turned_jpeg, FileKind.JPEG),
    Made("pictures/print.jpg", picture("JPEG", "CMYK"), FileKind.JPEG),
    Made("pictures/large.jpg", picture("JPEG", size=(4000, 3000)), FileKind.JPEG),
    Made("pictures/moving.gif", animation, FileKind.GIF),
    Made("pictures/icon.gif", picture("GIF", "P"), FileKind.GIF),
    Made("pictures/web.webp", picture("WEBP"), FileKind.WEBP),
    Made("pictures/deep.tif", deep_tiff, FileKind.TIFF),
    Made("pictures/fax.tif", many_frames, FileKind.TIFF),
    Made("pictures/deep.png", deep_png, FileKind.PNG),
    Made("pictures/paint.bmp", picture("BMP"), FileKind.BMP),
    Made("pictures/really a png.jpg", picture("PNG"), FileKind.PNG),
    Made("pictures/写真.png", picture("PNG"), FileKind.PNG),
    # What cannot be sent, and why.
    Made("broken/empty.pdf", raw(b""), FileKind.PDF, Cause.EMPTY),
    Made("broken/blank.txt", text(" \n\t\n"), FileKind.TEXT, Cause.EMPTY),
    Made("broken/no words.docx", word_xml("<w:p/>"), FileKind.WORD, Cause.EMPTY),
    Made("broken/no pages.pdf", lambda path: make_pdf(path, []), FileKind.PDF, Cause.EMPTY),
    Made(
        "broken/locked.pdf",
        lambda path: make_pdf(path, [_LONG], password="open sesame"),
        FileKind.PDF,
        Cause.ENCRYPTED,
    ),
    Made(
        "broken/restricted.pdf",
        lambda path: make_pdf(path, [_LONG], password=""),
        FileKind.PDF,
        Cause.ENCRYPTED,
    ),
    Made(
        "broken/locked.docx",
        lambda path: make_compound(path, ["EncryptedPackage", "EncryptionInfo"]),
        FileKind.WORD,
        Cause.ENCRYPTED,
    ),
    Made(
        "broken/locked.odt",
        lambda path: make_odf(path, "text", "", encrypted=True),
        FileKind.OPEN_TEXT,
        Cause.ENCRYPTED,
    ),
    Made(
        "broken/bought.epub",
        lambda path: make_epub(path, ["One"], protected=True),
        FileKind.EPUB,
        Cause.ENCRYPTED,
    ),
    Made("broken/cut.docx", cut(word), FileKind.WORD, Cause.DAMAGED),
    Made("broken/cut.pptx", cut(slides, 0.9), FileKind.SLIDES, Cause.DAMAGED),
    Made("broken/cut.xlsx", cut(workbook), FileKind.WORKBOOK, Cause.DAMAGED),
    Made("broken/cut.jpg", cut(picture("JPEG", size=(900, 900))), FileKind.JPEG, Cause.DAMAGED),
    Made("broken/cut.png", cut(picture("PNG", size=(900, 900))), FileKind.PNG, Cause.DAMAGED),
    Made("broken/cut.epub", cut(lambda p: make_epub(p, [_LONG])), FileKind.EPUB, Cause.DAMAGED),
    Made(
        "broken/cut.msg",
        cut(lambda p: make_msg(p, {"1000": _LONG})),
        FileKind.OUTLOOK,
        Cause.DAMAGED,
    ),
    Made(
        "broken/nonsense.pdf", raw(b"%PDF-1.7\n" + b"\x80nonsense" * 9), FileKind.PDF, Cause.DAMAGED
    ),
    Made("broken/nonsense.docx", raw(bytes(range(256)) * 9), FileKind.WORD, Cause.DAMAGED),
    Made("broken/bomb.docx", embedded_bomb, FileKind.WORD, Cause.TOO_LARGE),
    Made("broken/bomb.png", bomb_png, FileKind.PNG, Cause.TOO_LARGE),
    Made("broken/entities.docx", word_xml("&b;", _ENTITIES), FileKind.WORD, Cause.DAMAGED),
    Made(
        "broken/deep.docx",
        word_xml("<w:p>" * 5000 + "</w:p>" * 5000),
        FileKind.WORD,
        Cause.DAMAGED,
    ),
    Made("broken/phone.heic", raw(_HEIC), FileKind.HEIC, Cause.NEEDS_EXTRA),
    # What Claude has no use for.
    Made(
        "others/old.doc",
        lambda path: make_compound(path, ["WordDocument"]),
        FileKind.UNKNOWN,
        Cause.WRONG_KIND,
    ),
    Made("others/photos.zip", zipped({"a.jpg": b"x"}), FileKind.UNKNOWN, Cause.WRONG_KIND),
    Made(
        "others/film.mp4",
        raw(b"\0\0\0\x18ftypisom" + b"\0" * 99),
        FileKind.UNKNOWN,
        Cause.WRONG_KIND,
    ),
    Made("others/data.bin", raw(bytes(range(256)) * 4), FileKind.UNKNOWN, Cause.WRONG_KIND),
)


def make_corpus(folder: Path) -> tuple[Made, ...]:
    """Write the whole corpus below a folder."""
    for made in CORPUS:
        path = folder / made.path
        path.parent.mkdir(parents=True, exist_ok=True)
        made.write(path)
    return CORPUS


def heic_bytes() -> bytes:
    """Return what begins as a phone's picture does."""
    return _HEIC


def inline_picture() -> str:
    """Return a picture as web pages carry it in their own text."""
    out = io.BytesIO()
    out.write(b"\x89PNG" + b"\0" * 300_000)
    return f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}"


def compound_of_mail(path: Path, streams: Mapping[str, bytes]) -> Path:
    """Write an Outlook message from its streams alone."""
    return make_compound_of(path, {"__properties_version1.0": b"\0" * 32, **streams})
