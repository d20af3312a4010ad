"""Which letters the languages of the older one-byte encodings use, the commonest first."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

_TYPOGRAPHIC = "’“”„–…«»—‘•€°´§·®©™£×½¼²³º¿¡ªµ±\u00a0"
"""Signs that stand in texts of every language, roughly by how often they do."""

_WESTERN = (
    "äöüßéàèç",
    "éèàêôîçùâûëïœæÿ",
    "óáéíñúü",
    "ãçáéíóúêõâàô",
    "èàòéùì",
    "äöåéæøü",
    "äöå",
    "øåæéóòèô",
    "éëïèóáç",
    "ðíáóúýæöþé",
    "óàéíèòçúïü",
)
_CENTRAL = (
    "łżęąśóćńź",
    "íářčéýžěšúůóňťď",
    "áčíýéťúžľšóňôäďĺŕ",
    "áéíóöőúüű",
    "čšžćđ",
    "ăîâşţ",
    "äöüßéàèç",
)
_BALTIC = ("ųšėžįąčūę", "āēīšļūņķžģč", "äõüöšž")
_CYRILLIC = (
    "оеаинтрслвкпдмуязьыйбчгжфцхюшщэъё",
    "аноиетвіркслдпумязбьйгчжцхєфшюїщґ",
    "аениотрсвдкплзмъябучгжйфцшщхью",
    "аеионртскупдвмјзлбгчшњцљжћхфђџ",
)
_GREEK = ("αοετινσρμηπκυςλίγδήέάόχωθφύβώξζψϊΐϋ",)
_TURKISH = ("ıçşüğöâî",)
_HEBREW = ("יוהתלמראנבשקפסדגטעחםןכצזךץף",)
_ARABIC = ("اليمروتةنفدسعبحقكجصأطهخإشذغزضى،ثئءظؤپچژگ",)

ALPHABETS: Mapping[str, tuple[str, ...]] = {
    "cp1252": _WESTERN,
    "iso8859_15": _WESTERN,
    "cp1250": _CENTRAL,
    "iso8859_2": _CENTRAL,
    "cp1257": _BALTIC,
    "cp1251": _CYRILLIC,
    "koi8_r": _CYRILLIC,
    "cp1254": _TURKISH,
    "cp1253": _GREEK,
    "cp1255": _HEBREW,
    "cp1256": _ARABIC,
    "mac_roman": _WESTERN,
    "cp850": _WESTERN,
    "cp852": _CENTRAL,
    "cp866": _CYRILLIC,
}
"""The one-byte encodings that are recognised, with the languages written in them."""

_USUAL = {"cp1252": 0.0, "cp1250": 3.0, "cp1251": 3.0, "iso8859_15": 4.0}
_OLD = frozenset({"iso8859_2", "koi8_r", "mac_roman", "cp850", "cp852", "cp866"})
"""Encodings that few programs of today still write."""

_UNUSUAL, _IMPOSSIBLE = math.log(2e-4), math.log(1e-6)
_TYPOGRAPHIC_SHARE = 0.05
_MOST = 0.25
"""No letter counts for more: texts with one kind of accent must not be told apart by it."""
_LAST_LATIN = "\u024f"
_CAPITAL, _CAPITAL_INSIDE = math.log(0.2), math.log(0.005)
_SIGN_INSIDE, _MIXED = math.log(0.02), math.log(0.02)


def _weights(letters: str) -> dict[str, float]:
    """Give each letter the logarithm of its share, falling with its rank."""
    shares = {letter: 1 / (rank + 2) for rank, letter in reversed(list(enumerate(letters)))}
    whole = sum(shares.values()) / (1 - _TYPOGRAPHIC_SHARE)
    return {letter: math.log(min(share / whole, _MOST)) for letter, share in shares.items()}


_SIGNS = {
    sign: math.log(_TYPOGRAPHIC_SHARE) + math.log(0.2 / (rank + 1))
    for rank, sign in enumerate(_TYPOGRAPHIC)
}
_WEIGHTS = {letters: _weights(letters) for alphabets in ALPHABETS.values() for letters in alphabets}


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a decoded text fits the languages of its encoding; 0 at best, else below.

    Texts of the same bytes can be compared by `likelihood`; `mean` is that of one character.
    """

    likelihood: float
    mean: float


def fit(text: str, codec: str) -> Fit:
    """Judge a decoded text by the logarithm of how likely its characters beyond ASCII are.

    That is in the language that fits best, where they stand, and with how usual the encoding is.
    """
    counts, odd = _beyond_ascii(text)
    best = max(_sum_up(counts, alphabet) for alphabet in ALPHABETS[codec]) + odd
    rare = _USUAL.get(codec, 8.0 if codec in _OLD else 5.0)
    return Fit(best - rare, best / max(1, counts.total()))


def _sum_up(counts: Counter[str], alphabet: str) -> float:
    weights = _WEIGHTS[alphabet]
    return sum(
        count
        * (
            weights.get(letter)
            or _SIGNS.get(letter)
            or (_UNUSUAL if letter.isalpha() else _IMPOSSIBLE)
        )
        for letter, count in counts.items()
    )


def _beyond_ascii(text: str) -> tuple[Counter[str], float]:
    """Count each small letter or sign beyond ASCII, and add up how odd they are in their places."""
    counts: Counter[str] = Counter()
    odd = 0.0
    padded = f" {text} "
    places = Counter(zip(padded, text, padded[2:], strict=False))
    for (before, character, after), count in places.items():
        if character > "\x7f":
            counts[character.lower()] += count
            odd += _oddness(before, character, after) * count
    return counts, odd


def _oddness(before: str, character: str, after: str) -> float:
    """Say how odd capitals, signs and foreign letters are among their neighbours."""
    odd = 0.0
    if not character.isalpha():
        return _SIGN_INSIDE if before.isalpha() and after.isalpha() and character != "’" else odd
    if character.isupper():
        odd = _CAPITAL_INSIDE if before.islower() else _CAPITAL
    is_mixed = character > _LAST_LATIN and (_is_latin(before) or _is_latin(after))
    return odd + _MIXED if is_mixed else odd


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalpha()
