"""Tells text, in whatever encoding, from machine data by the first bytes."""

from __future__ import annotations

import codecs

_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ODD = bytes((*range(8), *range(14, 27), *range(28, 32), 127))
"""Control characters that text has no use for; the escape sign begins Japanese of old mails."""


def is_text(head: bytes) -> bool:
    """Say whether these first bytes of a file are text.

    Text has hardly any control characters; UTF-16 has zero bytes, but all of them in every other
    place.
    """
    if head.startswith(_WIDE_MARKS):
        return True
    odd = len(head) - len(head.translate(None, _ODD))
    if not odd:
        return True
    zeros = sorted((head[0::2].count(0), head[1::2].count(0)))
    if zeros[1] > 20 * zeros[0] and zeros[1] > len(head) // 8:
        odd -= sum(zeros)
    return odd <= len(head) // (20 if _is_utf8(head) else 100)


def _is_utf8(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True
