"""Texts of every common encoding read as what was written."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from app.core.encodings import encoding_words
from app.core.errors import SheafError
from app.core.table import Action
from app.files.documents.plain import text_of
from app.files.encoding import _MARKS, other_reading
from app.files.formats import open_source
from app.files.recognition import CANDIDATES

WESTERN = "Très belle finition, mais une vis manquait. Señal clara. Größe paßt nicht, schön für 20"
SAMPLES = {
    "cp1252": WESTERN + " €",
    "iso8859_15": "Prix 20 €, c'est très cher à Genève, élégant et déjà usé",
    "cp1250": "Příliš žluťoučký kůň úpěl ďábelské ódy. Zażółć gęślą jaźń, proszę o zwrot",
    "iso8859_2": "Příliš žluťoučký kůň úpěl ďábelské ódy. Zażółć gęślą jaźń, proszę o zwrot",
    "cp1251": "Качество ткани хорошее, но доставка заняла три недели. Коробка была помята.",
    "cp932": "生地は思ったより柔らかく、色も写真の通りでした。配送は少し遅れました。カタカナ",
    "gb18030": "布料比我想象的要柔软，颜色和照片一样。送货有点慢。",
    "big5": "布料比我想像的要柔軟，顏色和照片一樣。送貨有點慢。",
    "euc_kr": "원단이 생각보다 부드럽고 색상도 사진과 같습니다. 배송이 조금 늦었습니다.",
}
SHORT = {
    "cp932": "番号,名前\n1,田中\n2,佐藤\n",
    "gb18030": "编号,姓名\n1,张三\n2,李四\n",
    "big5": "編號,姓名\n1,張三\n2,李四\n",
    "euc_kr": "번호,이름\n1,김철수\n2,이영희\n",
    "cp1251": "номер,имя\n1,Иван\n2,Мария\n",
    "koi8_r": "номер,имя\n1,Иван\n2,Мария\n",
    "cp1250": "nr,imię\n1,Józef\n2,Małgorzata\n3,Łukasz Żak\n",
    "cp1254": "no,ad\n1,Işıl Yıldız\n2,Çağrı Doğan\n",
    "cp1253": "αρ,όνομα\n1,Γιώργος\n2,Ελένη\n",
    "cp850": "nr,ort\n1,Köln\n2,München\n3,Düsseldorf\n",
}
MARKED = {
    "utf-8-sig": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
}


def table(text: str, plain_rows: int = 30) -> str:
    """A table with the text in some of its rows."""
    rows = [f"{n};{text if n % 5 == 0 else 'plain words only'}\n" for n in range(plain_rows)]
    return "id;text\n" + "".join(rows)


@pytest.mark.parametrize("codec", SAMPLES)
def test_legacy_encodings_are_recognised(tmp_path: Path, codec: str) -> None:
    """A file that does not say how it was saved reads right, and the doubt is told."""
    path = tmp_path / "a.csv"
    path.write_bytes(table(SAMPLES[codec]).encode(codec))
    source = open_source(path)
    assert next(source.rows()) == ("0", SAMPLES[codec])
    assert not source.encoding_certain
    told = {notice.code: notice.text for notice in source.notices()}
    assert f"it looks like {encoding_words(codec)}." in told["encoding_guessed"]


@pytest.mark.parametrize("codec", SHORT)
def test_a_handful_of_names_is_enough(tmp_path: Path, codec: str) -> None:
    """A list of a few names, as people have them, reads right too."""
    path = tmp_path / "a.csv"
    path.write_bytes(SHORT[codec].encode(codec))
    source = open_source(path)
    read = [source.header, *source.rows()]
    assert [",".join(row) for row in read] == SHORT[codec].splitlines()


def test_one_kind_of_accent_is_taken_for_western(tmp_path: Path) -> None:
    """However often one accent comes, it alone does not make a text Croatian."""
    path = tmp_path / "a.csv"
    path.write_bytes(table("Très belle finition, mais fragile", 300).encode("cp1252"))
    assert next(open_source(path).rows()) == ("0", "Très belle finition, mais fragile")


def test_a_stray_byte_does_not_change_the_encoding(tmp_path: Path) -> None:
    """A text that is clearly Western, or Japanese, stays that; the stray byte is shown."""
    for codec, text in (("cp1252", WESTERN), ("cp932", SAMPLES["cp932"])):
        path = tmp_path / "a.csv"
        path.write_bytes(table(text).encode(codec) + b"98;a\x81\n")
        source = open_source(path)
        *_, last = source.rows()
        assert source.encoding == codec
        assert last == ("98", "a\ufffd")
        told = {notice.code: notice for notice in source.notices()}
        assert told["broken_bytes"].count == 1
        assert told["broken_bytes"].action is Action.CHOOSE_ENCODING


def test_every_encoding_that_is_found_has_a_name_for_people() -> None:
    """No notice says a codec and nothing else; the names tell them all apart."""
    found = (*CANDIDATES, *(codec for _, codec in _MARKS), "utf-16-le", "utf-16-be", "utf-8")
    words = {codec: encoding_words(codec) for codec in found}
    assert not {codec for codec, name in words.items() if "(" not in name}
    assert len(set(words.values())) == len(set(found) - {"utf-8-sig"})
    assert words["cp1250"] == "Central European (cp1250)"
    assert encoding_words("x-unheard-of") == "x-unheard-of"


def test_a_late_accent_still_decides(tmp_path: Path) -> None:
    """Megabytes of plain letters before the first accent do not hide it."""
    path = tmp_path / "a.csv"
    path.write_bytes(("id;text\n" + "1;plain\n" * 300_000 + f"2;{WESTERN}\n").encode("cp1252"))
    source = open_source(path)
    *_, last = source.rows()
    assert last == ("2", WESTERN)


@pytest.mark.parametrize("word", ["Müller", "Café", "Größe", "naïve"])
def test_one_accent_is_taken_for_western(tmp_path: Path, word: str) -> None:
    """When a single word must decide, it is read as Western European."""
    path = tmp_path / "a.csv"
    path.write_bytes(f"id,text\n1,{word}\n".encode("cp1252"))
    assert list(open_source(path).rows()) == [("1", word)]


@pytest.mark.parametrize("codec", MARKED)
def test_a_byte_order_mark_decides(tmp_path: Path, codec: str) -> None:
    """A marked file is read by its mark, which is no part of the first column's name."""
    path = tmp_path / "a.csv"
    mark = b"" if codec == "utf-8-sig" else MARKED[codec]
    path.write_bytes(mark + table("žluť 柔 😀").encode(codec))
    source = open_source(path)
    assert source.header == ("id", "text")
    assert next(source.rows()) == ("0", "žluť 柔 😀")
    assert source.encoding_certain


@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["Zażółć ✓", "Качество", "布料比我想", "カタカナ", "원단이"])
def test_unicode_without_a_mark(tmp_path: Path, codec: str, text: str) -> None:
    """UTF-8 and UTF-16 are known without a mark, in every script."""
    path = tmp_path / "a.csv"
    path.write_bytes(table(text).encode(codec))
    source = open_source(path)
    assert next(source.rows()) == ("0", text)
    assert source.encoding == codec


def test_a_few_broken_bytes_are_shown_and_counted(tmp_path: Path) -> None:
    """Two bad bytes in a UTF-8 file become visible marks with their rows, and lose nothing else."""
    path = tmp_path / "a.csv"
    path.write_bytes(table("größer, schöner").encode() + b"98;a\xffb\n99;\xe9tude\n")
    source = open_source(path)
    rows = list(source.rows())
    assert rows[-2:] == [("98", "a\ufffdb"), ("99", "\ufffdtude")]
    notice = next(notice for notice in source.notices() if notice.code == "broken_bytes")
    assert notice.count == 2
    assert "rows 32 and 33" in notice.text


def test_a_replacement_that_was_in_the_file_is_no_damage(tmp_path: Path) -> None:
    """A file that already holds the replacement character gets no warning."""
    path = tmp_path / "a.csv"
    path.write_bytes("a,b\n1,x\ufffdy\n".encode())
    source = open_source(path)
    assert list(source.rows()) == [("1", "x\ufffdy")]
    assert source.notices() == ()


def test_a_named_encoding_wins(tmp_path: Path) -> None:
    """The person's choice is taken, under any of the encoding's names."""
    path = tmp_path / "a.csv"
    path.write_bytes("a,b\n1,Trčs\n".encode("cp1250"))
    source = open_source(path, encoding="Windows-1250")
    assert list(source.rows()) == [("1", "Trčs")]
    assert source.encoding == "cp1250"


def test_a_wrongly_named_encoding_is_told(tmp_path: Path) -> None:
    """A choice that does not fit shows what it breaks."""
    path = tmp_path / "a.csv"
    path.write_bytes("a,b\n1,é\n".encode("cp1252"))
    source = open_source(path, encoding="utf-8")
    assert list(source.rows()) == [("1", "\ufffd")]
    assert "broken_bytes" in {notice.code for notice in source.notices()}


def test_naming_utf8_does_not_leave_the_mark_in_the_header(tmp_path: Path) -> None:
    """Saying utf-8 for a file with a byte-order mark means the same as finding it."""
    path = tmp_path / "a.csv"
    path.write_bytes(codecs.BOM_UTF8 + b"a,b\n1,2\n")
    assert open_source(path, encoding="UTF-8").header == ("a", "b")


@pytest.mark.parametrize("name", ["klingon", "base64", "ü"])
def test_an_unknown_encoding_is_refused(tmp_path: Path, name: str) -> None:
    """A name that is no text encoding gives a plain sentence."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n1,2\n")
    with pytest.raises(SheafError, match="not the name of a text encoding"):
        open_source(path, encoding=name)


HALF_WIDTH = {
    "address": "番号,住所,ｶﾅ\n1,東京都新宿区西新宿2-8-1,ﾄｳｷｮｳﾄｼﾝｼﾞｭｸｸ\n"
    "2,大阪市北区梅田,ｵｵｻｶｼｷﾀｸｳﾒﾀﾞ\n",
    "readings": "id,氏名,カナ\n" + "".join(f"{n},田中太郎,ﾀﾅｶﾀﾛｳ\n" for n in range(30)),
    "a few": "id,review\n1,商品はとても良かったです。配送も早い\n2,ｱﾏｿﾞﾝ ﾊｲｿｳ\n3,ﾃｽﾄ\n",
    "one line": "id,text\n1,配送も早かった。カタカナ ｶﾀｶﾅ\n",
    "nothing else": "id,name\n1,ﾀﾅｶ ﾀﾛｳ\n2,ｻﾄｳ ﾊﾅｺ\n",
}
CAPITALS = {
    "cp1251": "id,text\n1,ДУЖЕ ДОБРИЙ ТОВАР ЇЖАК ІЄ\n",
    "cp1253": "id,text\n1,ΚΑΛΟ ΠΡΟΙΟΝ ΑΛΛΑ ΑΡΓΗΣΕ ΠΟΛΥ\n",
    "euc_kr": "id,name\n1,김철수\n2,이영희\n3,박지성\n",
    "gb18030": "id,name\n1,张伟\n2,王芳\n3,李娜\n",
}


@pytest.mark.parametrize("case", HALF_WIDTH)
def test_japanese_with_half_width_katakana_is_read_as_japanese(tmp_path: Path, case: str) -> None:
    """A reading without a gap goes before one with gaps, also where kana are one byte each."""
    path = tmp_path / "a.csv"
    path.write_bytes(HALF_WIDTH[case].encode("cp932"))
    source = open_source(path)
    read = [source.header, *source.rows()]
    assert [",".join(row) for row in read] == HALF_WIDTH[case].splitlines()
    assert not source.encoding_certain


@pytest.mark.parametrize("codec", CAPITALS)
def test_what_could_be_half_width_katakana_is_not_always_japanese(
    tmp_path: Path, codec: str
) -> None:
    """Capitals of other scripts, and Korean and Chinese names, are those same bytes."""
    path = tmp_path / "a.csv"
    path.write_bytes(CAPITALS[codec].encode(codec))
    source = open_source(path)
    list(source.rows())
    assert source.encoding != "cp932"
    if codec in {"euc_kr", "gb18030"}:
        assert source.encoding == codec


def test_a_japanese_text_of_a_folder_is_sent_as_it_was_written(tmp_path: Path) -> None:
    """A text file as a row is decoded by the same rule as a table."""
    path = tmp_path / "note.txt"
    text = "配送も早かった。カタカナ ｶﾀｶﾅ ﾃﾞｽ\n"
    path.write_bytes(text.encode("cp932"))
    assert text_of(path).text == text


def test_a_wrongly_read_japanese_file_is_offered_as_japanese(tmp_path: Path) -> None:
    """Whoever looks at the other reading of a file with kana finds Japanese."""
    path = tmp_path / "a.csv"
    path.write_bytes(HALF_WIDTH["readings"].encode("cp932"))
    assert other_reading(path, "cp1251") == "cp932"
