"""How a text that is not Unicode was saved: recognised by the letters that its bytes would be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.files.alphabets import ALPHABETS, Fit, fit


@dataclass(frozen=True, slots=True)
class _Pairs:
    """How an East Asian encoding writes characters, and which of them make up most texts."""

    character: re.Pattern[bytes]
    common: re.Pattern[bytes]


_EAST_ASIAN: Mapping[str, _Pairs] = {
    "cp932": _Pairs(
        re.compile(rb"[\xa0-\xdf]|[\x81-\xff].", re.DOTALL),
        re.compile(rb"[\x81-\x83\x88-\x97]."),
    ),
    "euc_kr": _Pairs(
        re.compile(rb"[\x80-\xff].", re.DOTALL),
        re.compile(rb"[\xa1-\xa3\xb0-\xc8]."),
    ),
    "gb18030": _Pairs(
        re.compile(rb"[\x80-\xff]\d..|[\x80-\xff].", re.DOTALL),
        re.compile(rb"[\xa1-\xa3\xb0-\xd7][\xa1-\xfe]"),
    ),
    "euc_jp": _Pairs(
        re.compile(rb"\x8f..|[\x80-\xff].", re.DOTALL),
        re.compile(rb"[\xa1\xa4\xa5\xb0-\xcf]."),
    ),
    "big5": _Pairs(
        re.compile(rb"[\x80-\xff].", re.DOTALL),
        re.compile(rb"[\xa1\xa4-\xc6]."),
    ),
}
_MOST_BROKEN = 0.01
_PROVEN = 0.9
"""The share of common characters from which a text passes for East Asian."""
_PLAIN = -4.0
"""A text whose letters fit a one-byte encoding as well as this each is not East Asian."""
_STRANGE = -5.4
"""A text whose letters fit every one-byte encoding worse than this is hardly in any of them."""
_LIKELY = 0.6
"""The share of common characters from which a strange text, read whole, passes for East Asian."""
_HALF_WIDTH = re.compile(rb"[\xa1-\xdf]")
"""The narrow katakana of Japanese addresses and readings of names: one byte each."""
_HALF_WIDTH_WEIGHT = 0.95
"""They count for less, since most Korean and Chinese would pass for them."""

CANDIDATES = (*ALPHABETS, *_EAST_ASIAN)


@dataclass(frozen=True, slots=True)
class _Share:
    """How many of a text's characters are common ones, less what cannot be read."""

    common: float = 0.0
    is_whole: bool = False
    has_half_width: bool = False


def recognise(sample: bytes) -> list[str]:
    """Return the encodings that the text may be in, the likeliest first."""
    one_byte = {codec: _letters_fit(sample, codec) for codec in ALPHABETS}
    two_bytes = {codec: _share_of_common(sample, codec) for codec in _EAST_ASIAN}
    ones = _best_first({codec: fit.likelihood for codec, fit in one_byte.items()})
    twos = _best_first({codec: each.common for codec, each in two_bytes.items() if each.common})
    fits_best = max(fit.mean for fit in one_byte.values())
    is_east_asian = bool(twos) and _passes(two_bytes[twos[0]], fits_best)
    return [*twos, *ones] if is_east_asian else [*ones, *twos]


def _passes(best: _Share, one_byte: float) -> bool:
    """Say whether a text passes for East Asian, by how it fits the best one-byte encoding."""
    if one_byte <= _STRANGE and best.is_whole and best.common >= _LIKELY:
        return True
    # Capitals of Cyrillic and Greek are the same bytes as half-width katakana.
    limit = _STRANGE if best.has_half_width else _PLAIN
    return one_byte <= limit and best.common >= _PROVEN


def _best_first(fits: Mapping[str, float]) -> list[str]:
    return sorted(fits, key=lambda codec: -fits[codec])


def _letters_fit(sample: bytes, codec: str) -> Fit:
    return fit(sample.decode(codec, "replace"), codec)


def _share_of_common(sample: bytes, codec: str) -> _Share:
    """Count the common characters; none if too many cannot be read."""
    pairs = _EAST_ASIAN[codec]
    found = pairs.character.findall(sample)
    broken = sample.decode(codec, "replace").count("\ufffd")
    if not found or broken > 1 + len(found) * _MOST_BROKEN:
        return _Share()
    common = sum(1 for each in found if pairs.common.fullmatch(each))
    half = sum(1 for each in found if _HALF_WIDTH.fullmatch(each)) if codec == "cp932" else 0
    share = (common + half * _HALF_WIDTH_WEIGHT - broken) / len(found)
    return _Share(max(0.0, share), is_whole=not broken, has_half_width=half > common)
