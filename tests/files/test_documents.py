"""Documents as text: what is in them comes out, what is broken is named, nothing harms."""

from __future__ import annotations

import random
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from app.core.parts import Cause, FileKind
from app.files import old_workbook_bounds, sheet_extent
from app.files.describe import describe_path
from app.files.documents import (
    mail,
    open_document,
    outlook,
    plain,
    rich_text,
    slides,
    web_page,
    word,
    workbook_text,
)
from app.files.documents.extracted import Extracted, naming
from app.files.documents.packed_rtf import unpacked
from app.files.documents.reading import read_document
from app.files.file_errors import FileError
from tests.files import corpus
from tests.files.corpus import CORPUS, Made, make_corpus
from tests.files.document_makers import make_odf
from tests.files.makers import make_ods, ods_text
from tests.files.outlook_maker import make_msg

READABLE = [made for made in CORPUS if made.says and made.kind is not FileKind.PDF]
BROKEN = [made for made in CORPUS if made.cause is not None]


@pytest.fixture(autouse=True)
def _no_heic(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra for HEIC is not installed, wherever the tests run."""
    monkeypatch.setitem(sys.modules, "pillow_heif", None)


def named(made: Made) -> str:
    """Name a test after its file."""
    return made.path


@pytest.mark.parametrize("made", READABLE, ids=named)
def test_every_document_gives_its_text(tmp_path: Path, made: Made) -> None:
    """What is written in a document is in the text that is taken out of it."""
    path = tmp_path / Path(made.path).name
    made.write(path)
    assert made.says in read_document(path, made.kind).text


@pytest.mark.parametrize("made", BROKEN, ids=named)
def test_every_broken_file_is_named_with_what_to_do(tmp_path: Path, made: Made) -> None:
    """A file that cannot be sent is known before anything is sent: which, why, and what helps."""
    path = tmp_path / Path(made.path).name
    made.write(path)
    problem = describe_path(path, tmp_path).problem
    assert problem is not None
    assert problem.cause is made.cause
    assert f'"{path.name}"' in problem.what
    assert problem.fix.endswith(".")


def test_one_broken_file_does_not_stop_the_others(tmp_path: Path) -> None:
    """Of the whole corpus exactly the broken ones have a problem; the others have content."""
    make_corpus(tmp_path)
    for made in CORPUS:
        facts = describe_path(tmp_path / made.path, tmp_path)
        cause = facts.problem.cause if facts.problem else None
        assert (made.path, facts.path, cause) == (made.path, made.path, made.cause)
        assert facts.kind is made.kind
        if not facts.problem:
            assert len(facts.sha256) == 64
            assert facts.text_tokens or facts.width or facts.is_scan
            assert "\n" not in facts.preview


def test_a_word_document_gives_all_that_a_reader_sees(tmp_path: Path) -> None:
    """Form fields, text boxes, notes and insertions are in it; deletions and codes are not."""
    path = tmp_path / "form.docx"
    box = "<w:txbxContent><w:p><w:r><w:t>In a box</w:t></w:r></w:p></w:txbxContent>"
    corpus.zipped(
        {
            "word/document.xml": _word(
                "<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>Name</w:t><w:tab/></w:r>"
                "<w:sdt><w:sdtContent><w:r><w:t>Anna</w:t></w:r></w:sdtContent></w:sdt></w:p>"
                "<w:p><w:ins><w:r><w:t>kept </w:t></w:r></w:ins><w:del><w:r><w:delText>gone"
                "</w:delText></w:r></w:del><w:r><w:instrText>PAGE</w:instrText><w:t>note</w:t>"
                '<w:footnoteReference w:id="2"/></w:r></w:p>'
                f"<w:p><mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}"
                "</mc:Fallback></mc:AlternateContent></w:p>"
                "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p><w:p><w:r><w:t>b</w:t></w:r>"
                "</w:p></w:tc><w:tc><w:tbl><w:tr><w:tc><w:p><w:r><w:t>c</w:t></w:r></w:p></w:tc>"
                "<w:tc><w:p><w:r><w:t>d</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:tc></w:tr>"
                "</w:tbl>"
            ),
            "word/footnotes.xml": _word(
                '<w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>'
                '<w:footnote w:id="2"><w:p><w:r><w:t>See page 4.</w:t></w:r></w:p></w:footnote>'
            ),
            "word/header1.xml": _word("<w:p><w:r><w:t>Top</w:t></w:r></w:p>"),
            "word/header2.xml": _word("<w:p><w:r><w:t>Top</w:t></w:r></w:p>"),
            "word/media/image1.png": b"x",
        }
    )(path)
    found = word.text_of(path)
    assert found.text == (
        "Top\nName\tAnna\nkept note[2]\nIn a box\n\na b\tc | d\n\nFootnotes:\n[2] See page 4."
    )
    assert found.notes == ("Its pictures are left out; save it as PDF to send them too.",)


def _word(body: str) -> str:
    return f'<w:x xmlns:w="w" xmlns:mc="mc">{body}</w:x>'


def test_slides_come_in_the_order_in_which_they_are_shown(tmp_path: Path) -> None:
    """The order of the presentation counts, not that of the files in it."""
    path = tmp_path / "show.pptx"
    space = 'xmlns:p="p" xmlns:a="a" xmlns:r="http://x/officeDocument/2006/relationships"'
    number = "<a:p><a:fld><a:t>9</a:t></a:fld></a:p>"
    part = "<p:sld {}><a:p><a:r><a:t>{}</a:t></a:r></a:p>" + number + "</p:sld>"
    corpus.zipped(
        {
            "ppt/presentation.xml": f'<p:presentation {space}><p:sldId id="1" r:id="b"/>'
            '<p:sldId id="2" r:id="a"/></p:presentation>',
            "ppt/_rels/presentation.xml.rels": '<x><Relationship Id="a" Target="slides/s1.xml"/>'
            '<Relationship Id="b" Target="/ppt/slides/s2.xml"/></x>',
            "ppt/slides/s1.xml": part.format(space, "in the file first"),
            "ppt/slides/s2.xml": part.format(space, "shown first"),
        }
    )(path)
    found = slides.text_of(path)
    assert found.text == "Slide 1\nshown first\n\nSlide 2\nin the file first"
    assert found.pages == 2


def test_documents_of_the_usual_programs_come_whole(tmp_path: Path) -> None:
    """Headers, footers and tables of a text, tables and speaker's notes of slides are in it."""
    corpus.word(tmp_path / "x.docx")
    assert word.text_of(tmp_path / "x.docx").text == (
        "Draft of March\nRental agreement\nBetween Müller & Söhne and the tenant.\nRent\t950 €\n"
        "Deposit\t1,900 €\nSigned in Köln.\nPage of three"
    )
    corpus.slides(tmp_path / "x.pptx")
    assert slides.text_of(tmp_path / "x.pptx").text == (
        "Slide 1\nQuarterly results\nApril to June\n\nNotes:\nThank the team first.\n\n"
        "Slide 2\nFigures\nTurnover\t4.2 million"
    )


def test_open_documents_keep_notes_in_their_sentence(tmp_path: Path) -> None:
    """Footnotes stand where they belong, spaces and tabs come back, comments stay out."""
    body = (
        '<text:p>One<text:s text:c="2"/>two<text:note><text:note-citation>1</text:note-citation>'
        "<text:note-body><text:p>a note</text:p></text:note-body></text:note>three<text:tab/>four"
        "<office:annotation><text:p>a comment</text:p></office:annotation></text:p>"
        "<table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell>"
        '<table:table-cell table:number-columns-repeated="9000"/></table:table-row></table:table>'
    )
    found = open_document.text_of(make_odf(tmp_path / "x.odt", "text", body))
    assert found.text == "One  two [a note ] three\tfour\na" + "\t" * 0


def test_hidden_sheets_stay_out(tmp_path: Path) -> None:
    """What the person does not see is not sent, neither of ODS nor of XLSX."""
    by_path = {made.path: made for made in CORPUS}
    for name, read in (
        ("table.ods", workbook_text.text_of_ods),
        ("orders.xlsx", workbook_text.text_of),
    ):
        by_path[name].write(tmp_path / name)
        assert "not this" not in read(tmp_path / name).text


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<title>T</title><p>one<p>two", "T\n\none\ntwo"),
        ("<body><header>menu</header><p>text</p><aside>ad</aside></body>", "text"),
        ("<main><p>short</main><div>" + "much longer text " * 9 + "</div>", None),
        ("<div style='display: none'>hidden</div><p hidden>too</p>seen", "seen"),
        ("<ul><li>a<li>b</ul>", "- a\n- b"),
        ("<table><tr><th>h<th>i<tr><td>1<td>2</table>", "h\ti\n1\t2"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<p>a &amp; b &#8364; &nbsp;c</p>", "a & b € c"),
        ("<article><header><h1>Title</h1></header>Body</article>", "Title\nBody"),
        ("a<br>b<script>if (a<b) x()</script>", "a\nb"),
        ("</p></div>stray <b>tags", "stray tags"),
    ],
)
def test_web_pages_give_their_main_text(tmp_path: Path, html: str, expected: str | None) -> None:
    """Menus, scripts and hidden parts are left out; mistakes in the page do no harm."""
    path = tmp_path / "page.html"
    path.write_text(html, encoding="utf-8")
    text = web_page.text_of(path).text
    assert text == expected if expected is not None else "much longer" in text


def test_pictures_inside_a_page_cost_nothing(tmp_path: Path) -> None:
    """Pages saved with their pictures in them are read for their words."""
    path = tmp_path / "page.html"
    path.write_text(f'<p>before<img src="{corpus.inline_picture()}">after</p>', encoding="utf-8")
    assert web_page.text_of(path).text == "beforeafter"


@pytest.mark.parametrize("piece", ["<a ", "<!", "</", "<p a=", "<div>", "&", "<![CDATA["])
def test_pages_made_to_be_slow_are_not(tmp_path: Path, piece: str) -> None:
    """Tags that never end, a hundred thousand times, are given up on or read at once."""
    path = tmp_path / "page.html"
    path.write_text(piece * 100_000 + "end", encoding="utf-8")
    assert describe_path(path, tmp_path).kind is FileKind.HTML


@pytest.mark.parametrize(
    "code",
    ["{\\field{\\*\\fldinst{ x ", "{\\fonttbl\\f1 ", "\\f1 \\fcharset1", "{{{", "\\'", "\\u"],
)
def test_rtf_made_to_be_slow_is_not(tmp_path: Path, code: str) -> None:
    """Codes on which the parser would search for hours are broken up for it."""
    path = tmp_path / "x.rtf"
    path.write_text("{\\rtf1{\\fonttbl " + code * 30_000, encoding="ascii")
    assert describe_path(path, tmp_path).kind is FileKind.RTF


def test_rtf_keeps_letters_of_every_script(tmp_path: Path) -> None:
    """Japanese in its own encoding, and letters beyond the first plane, come out whole."""
    path = tmp_path / "x.rtf"
    path.write_bytes(
        rb"{\rtf1\ansi\ansicpg932{\fonttbl{\f0\fnil\fcharset128 MS Mincho;}}\f0 "
        rb"\'93\'fa\'96\'7b \u-10179?\u-8706?\par}"
    )
    assert rich_text.text_of(path).text == "日本 \U0001f5fe"


def test_a_mail_says_who_when_and_what(tmp_path: Path) -> None:
    """Headers come first, the plain form of the body next; attachments are named, not sent."""
    path = tmp_path / "m.eml"
    corpus.mail(path)
    found = mail.text_of(path)
    assert found.text == (
        "From: Jürgen Weiß <jw@example.org>\nTo: shop@example.org\n"
        "Date: Fri, 14 Mar 2025 09:26:53 +0100\nSubject: Größe passt nicht – Rückgabe\n"
        "Attached: Beleg.pdf\n\nDie Jacke ist zu groß.\nBitte zurücknehmen."
    )
    assert found.notes == ("1 attachment is left out; save what matters as files of their own.",)


@pytest.mark.parametrize(
    ("raw", "piece"),
    [
        (b"Subject: =?nonsense?q?=E4?=\n\nbody", "body"),
        (b"Subject: =?utf-8?b?!!!?=\n\nbody", "body"),
        (b"Subject: caf\xe9\n\nbody", "body"),
        (b"From: a\nContent-Type: text/plain; charset=klingon\n\ncaf\xc3\xa9", "café"),
        (b"From: a\nContent-Type: multipart/mixed\n\nno boundary", "no boundary"),
        (b"From: a\nContent-Transfer-Encoding: base64\n\n@@@not base64@@@", "From: a"),
        (b"From: a\nContent-Type: message/rfc822\n\nFrom: b\n\ninner", "Attached: mail 1"),
    ],
)
def test_mails_with_mistakes_are_read(tmp_path: Path, raw: bytes, piece: str) -> None:
    """Old and broken mail programs do not keep their mails from being read."""
    path = tmp_path / "m.eml"
    path.write_bytes(raw)
    assert piece in mail.text_of(path).text


def test_outlook_messages_are_read_from_any_of_their_forms(tmp_path: Path) -> None:
    """A message may hold plain text, a web page, or only compressed RTF."""
    example = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af320"
        "68656c090020627705b06c647d0a800fa0"
    )  # the example of the format's description
    plain_form = make_msg(
        tmp_path / "a.msg", {"0037": "S", "1000": "words\r\n"}, attached=["x.pdf"]
    )
    page = {"__substg1.0_10130102": "<p>caf\u00e9".encode()}
    code_page = {"__properties_version1.0": b"\0" * 32 + _fixed(0x3FDE, 65001), **page}
    web_form = corpus.compound_of_mail(tmp_path / "b.msg", code_page)
    packed = corpus.compound_of_mail(tmp_path / "c.msg", {"__substg1.0_10090102": example})
    assert unpacked(example) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert outlook.text_of(plain_form).text == (
        "Date: 2025-03-14 09:26 UTC\nSubject: S\nAttached: x.pdf\n\nwords"
    )
    assert outlook.text_of(web_form).text == "café"
    assert outlook.text_of(packed).text == "hello world"


def _fixed(number: int, value: int) -> bytes:
    return (number << 16 | 3).to_bytes(4, "little") + b"\0" * 4 + value.to_bytes(8, "little")


def test_text_with_a_doubt_says_so(tmp_path: Path) -> None:
    """A guessed encoding and unreadable letters are noted."""
    path = tmp_path / "x.txt"
    path.write_bytes("Größe".encode() * 20 + b"\xff")
    assert plain.text_of(path).notes == ("1 letter could not be read and show as \ufffd.",)
    path.write_bytes("Zürich, Köln, Größe".encode("cp1252"))
    assert "Western European" in plain.text_of(path).notes[0]


def test_more_text_than_a_request_holds_is_refused(tmp_path: Path) -> None:
    """A file of a hundred million letters is named, not sent."""
    path = tmp_path / "x.txt"
    with path.open("wb") as file:
        for _ in range(100):
            file.write(b"word " * 200_000)
    with pytest.raises(FileError) as caught:
        plain.text_of(path)
    assert caught.value.cause is Cause.TOO_LARGE


def test_xml_is_never_expanded(tmp_path: Path) -> None:
    """Entities that grow without end, or that name other files, stay the words they are."""
    path = tmp_path / "x.xml"
    bomb = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y "&x;&x;">]><a>&y;</a>'
    path.write_text(bomb, encoding="utf-8")
    assert read_document(path, FileKind.XML).text == bomb


def test_cells_in_opposite_corners_do_not_end_the_program(tmp_path: Path) -> None:
    """A sheet that would be laid out as seventeen thousand million cells is named instead."""
    import openpyxl
    import xlwt

    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "a", "b"
    book.save(tmp_path / "far.xlsx")
    assert sheet_extent.most_cells(tmp_path / "far.xlsx") == 1_048_576 * 16_384
    problem = describe_path(tmp_path / "far.xlsx", tmp_path).problem
    assert problem is not None
    assert (problem.cause, "spread so far" in problem.why) == (Cause.TOO_LARGE, True)
    old = xlwt.Workbook()
    sheet = old.add_sheet("S")
    sheet.write(0, 0, "a")
    sheet.write(30_000, 99, "b")
    old.save(str(tmp_path / "far.xls"))
    assert old_workbook_bounds.most_cells(tmp_path / "far.xls") >= 30_001 * 100
    assert describe_path(tmp_path / "far.xls", tmp_path).problem is None


def test_a_chain_that_bites_its_tail_does_not_fill_the_memory(tmp_path: Path) -> None:
    """An old workbook whose sectors go round in a circle is damaged, and no more than that."""
    corpus.old_workbook(tmp_path / "x.xls")
    data = bytearray((tmp_path / "x.xls").read_bytes())
    table = (int.from_bytes(data[76:80], "little") + 1) * 512
    first = int.from_bytes(data[48:52], "little")
    data[table + 4 * first : table + 4 * first + 4] = first.to_bytes(4, "little")
    (tmp_path / "x.xls").write_bytes(data)
    problem = describe_path(tmp_path / "x.xls", tmp_path).problem
    assert problem is not None
    assert problem.cause is Cause.DAMAGED


class Panic(BaseException):
    """What a library written in Rust raises: no Exception."""


@pytest.mark.parametrize("crash", [Panic("index out of range"), RecursionError(), KeyError("x")])
def test_a_crash_inside_a_library_names_the_file(tmp_path: Path, crash: BaseException) -> None:
    """Whatever breaks in a parser becomes a sentence about the file."""
    with (
        pytest.raises(FileError, match=r'The PDF "x\.pdf" is damaged'),
        naming(tmp_path / "x.pdf", "PDF"),
    ):
        raise crash


def test_a_wish_to_stop_passes_through(tmp_path: Path) -> None:
    """Ctrl-C is no damage of a file."""
    with pytest.raises(KeyboardInterrupt), naming(tmp_path / "x.pdf", "PDF"):
        raise KeyboardInterrupt


def test_memory_that_runs_out_names_the_file(tmp_path: Path) -> None:
    """A file that unpacks to more than there is is refused."""
    with pytest.raises(FileError) as caught, naming(tmp_path / "x.docx", "Word document"):
        raise MemoryError
    assert caught.value.cause is Cause.TOO_LARGE


def test_a_locked_part_of_a_package_needs_a_password(tmp_path: Path) -> None:
    """A ZIP package whose parts are encrypted is no damaged one."""
    path = tmp_path / "x.docx"
    corpus.word_xml("<w:p/>")(path)
    data = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        data[data.index(mark) + place] |= 1
    path.write_bytes(data)
    with pytest.raises(FileError) as caught:
        word.text_of(path)
    assert caught.value.cause is Cause.ENCRYPTED


def test_half_characters_never_reach_a_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Text that no request can carry is mended."""
    monkeypatch.setattr(
        "app.files.documents.reading._FAMILIES",
        {FileKind.RTF: lambda _: Extracted("a\ud800b")},
    )
    assert read_document(tmp_path / "x.rtf", FileKind.RTF).text == "a?b"


def _damaged(data: bytes, chance: random.Random) -> bytes:
    """Return the bytes with a few changed, lost or repeated."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 3, 20))):
        at = chance.randrange(len(changed))
        action: Callable[[], None] = chance.choice(
            [
                lambda at=at: changed.__setitem__(at, chance.randrange(256)),
                lambda at=at: changed.__delitem__(slice(at, at + chance.randrange(1, 40))),
                lambda at=at: changed.__setitem__(slice(at, at + 4), b"\xff" * 4),
                lambda at=at: changed.__setitem__(slice(at, at), changed[max(0, at - 99) : at]),
            ]
        )
        if len(changed) > 60:
            action()
    return bytes(changed)


FUZZED = [made for made in CORPUS if "bomb" not in made.path and made.cause is not Cause.EMPTY]


@pytest.mark.parametrize("made", FUZZED, ids=named)
def test_damage_anywhere_is_a_sentence_at_most(tmp_path: Path, made: Made) -> None:
    """However a file is damaged, looking into it ends, with its facts or with what is wrong."""
    path = tmp_path / Path(made.path).name
    made.write(path)
    sound = path.read_bytes()[:100_000]
    for seed in range(8):
        path.write_bytes(_damaged(sound, random.Random(f"{made.path} {seed}")))
        facts = describe_path(path, tmp_path)
        assert facts.problem is None or facts.problem.fix


def test_a_package_of_too_many_bytes_is_refused_for_the_parser(tmp_path: Path) -> None:
    """A workbook is unpacked by its parser only where its parts are of a bearable size."""
    path = tmp_path / "x.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/sharedStrings.xml", "w") as stream:
            for _ in range(210):
                stream.write(b" " * 1_000_000)
    problem = describe_path(path, tmp_path).problem
    assert problem is not None
    assert problem.cause is Cause.TOO_LARGE


def test_open_sheets_are_sent_by_their_values(tmp_path: Path) -> None:
    """Dates, shares and durations are as in other workbooks, not as the sheet happens to show."""
    cells = [
        '<table:table-cell office:value-type="date" office:date-value="2026-03-01">'
        "<text:p>01/03/2026</text:p></table:table-cell>",
        '<table:table-cell office:value-type="percentage" office:value="0.125">'
        "<text:p>12.5%</text:p></table:table-cell>",
        ods_text("0012"),
    ]
    found = read_document(make_ods(tmp_path / "a.ods", [cells]), FileKind.OPEN_SHEET)
    assert found.text.splitlines() == ["Sheet Visible", "2026-03-01\t0.125\t0012"]
    assert found.notes == ("1 hidden sheet is left out.",)
