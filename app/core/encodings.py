"""What text encodings are called, for people; the name for Sheaf stands beside it in brackets."""

from __future__ import annotations

from collections.abc import Mapping

ENCODINGS: Mapping[str, str] = {
    "utf-8": "Unicode (UTF-8)",
    "utf-16": "Unicode (UTF-16)",
    "cp1252": "Western European (cp1252)",
    "iso8859-15": "Western European with € (ISO 8859-15)",
    "mac-roman": "Western European, Mac (mac-roman)",
    "cp1250": "Central European (cp1250)",
    "cp1257": "Baltic (cp1257)",
    "cp1251": "Cyrillic (cp1251)",
    "koi8-r": "Cyrillic (KOI8-R)",
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

_ALIASES = {"ascii": "utf-8", "utf-8-sig": "utf-8", "shift-jis": "cp932"}
_OTHERS = {
    "utf-16-le": "Unicode (UTF-16 LE)",
    "utf-16-be": "Unicode (UTF-16 BE)",
    "utf-32": "Unicode (UTF-32)",
}


def encoding_words(codec: str) -> str:
    """Return what an encoding is called; one that Sheaf never finds by itself keeps its name."""
    plain = codec.lower().replace("_", "-")
    plain = _ALIASES.get(plain, plain)
    return ENCODINGS.get(plain) or _OTHERS.get(plain, codec)
