"""Names of files in any script: shown to people, kept as text, sorted, and which to pass over.

A name need not be text: other systems leave bytes in it that do not decode, or half characters.
Python keeps those as lone surrogates, which no database or request can hold.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

_SURROGATES = re.compile("[\ud800-\udfff]")
_KEPT = re.compile("[\U0010f800-\U0010ffff]")
_SHIFT = 0x10F800 - 0xD800
"""Half characters are kept at the end of Unicode's private use, where no real name has any."""

_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, and marks that turn the reading direction to disguise an ending."""
_DIGITS = re.compile(r"(\d+)")

_SYSTEM = frozenset(
    {"thumbs.db", "ehthumbs.db", "desktop.ini", ".ds_store", "__macosx", "$recycle.bin"}
    | {"system volume information", ".localized", "icon\r"}
)
_LOCK = re.compile(r"~\$.*|\.~lock\..*#|~wr[a-z]\d+\.tmp", re.IGNORECASE)


class Passed(StrEnum):
    """Why a file is passed over before anybody looks into it."""

    HIDDEN = "hidden"
    LOCK = "lock"
    SYSTEM = "system"
    LINK = "link"
    """A link that leads out of the folder, nowhere, or back to where it stands."""
    SPECIAL = "special"
    """A pipe, a socket or a device: opening it could wait for ever."""
    SUB_FOLDER = "sub_folder"
    """A folder below, when only the chosen one is wanted."""
    NOT_CHOSEN = "not_chosen"
    """The person's filter leaves it out."""


def kept_name(name: str) -> str:
    """Return a name or path as text that can be stored anywhere, and read back."""
    return _SURROGATES.sub(lambda half: chr(ord(half[0]) + _SHIFT), name)


def real_name(kept: str) -> str:
    """Return the name or path as the computer knows it."""
    return _KEPT.sub(lambda mark: chr(ord(mark[0]) - _SHIFT), kept)


def shown_name(name: str) -> str:
    """Return a name as people read it: composed letters, a mark for each that cannot be shown."""
    return unicodedata.normalize("NFC", _UNSHOWN.sub("\ufffd", real_name(name)))


def sort_key(name: str) -> tuple[list[tuple[int, int | str]], str]:
    """Order names as people do: "page 2" before "page 10", capitals and accents' form aside."""
    folded = unicodedata.normalize("NFC", name).casefold()
    pieces = [piece for piece in _DIGITS.split(folded) if piece]
    return [(0, int(p)) if p.isdecimal() else (1, p) for p in pieces], name


def passed_by_name(name: str) -> Passed | None:
    """Say whether a file or folder is to be passed over for its name alone."""
    if name.casefold() in _SYSTEM:
        return Passed.SYSTEM
    if _LOCK.fullmatch(name):
        return Passed.LOCK
    return Passed.HIDDEN if name.startswith(".") else None
