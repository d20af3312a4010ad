"""What text encodings are called, for people; the name for Sheaf stands beside it in brackets."""

from __future__ import annotations

from collections.abc import Mapping

ENCODINGS: Mapping[str, str] = {
    "utf-8": "Unicode (UTF-8)",
    "utf-16": "Unicode (UTF-16)",
    "cp1252": "Western European (cp1252)",
    "iso8859-15": "Western European with € (ISO 8859-15)",
    "mac-roman": "Western European, Mac (mac-roman)",
    "cp850": "Western European, DOS (cp850)",
    "cp1250": "Central European (cp1250)",
    "iso8859-2": "Central European, older (ISO 8859-2)",
    "cp852": "Central European, DOS (cp852)",
    "cp1257": "Baltic (cp1257)",
    "cp1251": "Cyrillic (cp1251)",
    "koi8-r": "Cyrillic (KOI8-R)",
    "cp866": "Cyrillic, DOS (cp866)",
    "cp1253": "Greek (cp1253)",
    "cp1254": "Turkish (cp1254)",
    "cp1255": "Hebrew (cp1255)",
    "cp1256": "Arabic (cp1256)",
    "cp932": "Japanese (Shift JIS)",
    "euc-jp": "Japanese (EUC-JP)",
    "gb18030": "Chinese, simplified (GB 18030)",
    "big5": "Chinese, traditional (Big5)",
    "euc-kr": "Korean (EUC-KR)",
    "cp949": "Korean (cp949)",
}
"""The encodings to choose from, by a name that Python knows them under."""

REGIONS: Mapping[str, str] = {
    "utf-8": "UTF-8 · most programs of today",
    "utf-16": "UTF-16 · some exports of Windows programs",
    "cp1252": "Windows-1252 · France, Spain, Germany …",
    "iso8859-15": "ISO 8859-15 · Western Europe, older systems",
    "mac-roman": "Mac Roman · Western Europe, old Macs",
    "cp850": "cp850 · Western Europe, MS-DOS",
    "cp1250": "Windows-1250 · Poland, Czechia, Hungary …",
    "iso8859-2": "ISO 8859-2 · Central Europe, older systems",
    "cp852": "cp852 · Central Europe, MS-DOS",
    "cp1257": "Windows-1257 · Estonia, Latvia, Lithuania",
    "cp1251": "Windows-1251 · Ukraine, Bulgaria, Serbia …",
    "koi8-r": "KOI8-R · Russian, older systems",
    "cp866": "cp866 · Russian, MS-DOS",
    "cp1253": "Windows-1253 · Greece, Cyprus",
    "cp1254": "Windows-1254 · Türkiye, Azerbaijan",
    "cp1255": "Windows-1255 · Israel",
    "cp1256": "Windows-1256 · Egypt, Morocco, Iran …",
    "cp932": "Shift JIS · Japan",
    "euc-jp": "EUC-JP · Japan, older systems",
    "gb18030": "GB 18030 · mainland China",
    "big5": "Big5 · Taiwan, Hong Kong",
    "euc-kr": "EUC-KR · Korea",
    "cp949": "cp949 · Korea",
}
"""The technical name of an encoding, and where it was usual."""

_ALIASES = {"ascii": "utf-8", "utf-8-sig": "utf-8", "shift-jis": "cp932"}
_OTHERS = {
    "utf-16-le": "Unicode (UTF-16 LE)",
    "utf-16-be": "Unicode (UTF-16 BE)",
    "utf-32": "Unicode (UTF-32)",
}


def encoding_words(codec: str) -> str:
    """Return what an encoding is called; one that Sheaf never finds by itself keeps its name."""
    plain = _plain(codec)
    return ENCODINGS.get(plain) or _OTHERS.get(plain, codec)


def short_words(codec: str) -> str:
    """Return what an encoding is called, without its technical name."""
    return encoding_words(codec).partition(" (")[0]


def region_words(codec: str) -> str:
    """Return an encoding's technical name and where it was usual."""
    return REGIONS.get(_plain(codec), codec)


def _plain(codec: str) -> str:
    plain = codec.lower().replace("_", "-")
    return _ALIASES.get(plain, plain)
