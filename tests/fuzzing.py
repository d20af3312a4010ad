"""How long the fuzz tests search, and texts and values that programs stumble over.

SHEAF_FUZZ_EXAMPLES asks for more examples of each test, and for other ones each time.
"""

from __future__ import annotations

import json
import os
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st


def searched(examples: int) -> settings:
    """Return how long a test searches: so many examples, always the same, if nothing is asked."""
    asked = os.environ.get("SHEAF_FUZZ_EXAMPLES")
    return settings(
        max_examples=int(asked or examples),
        derandomize=asked is None,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


ODD_SIGNS = "\x00\x01\x1b\x85\u2028\u2029\u202e\ufeff\ufffd\ud800\udfff😀é́\r\n\t \"'`,;|{}[]%=\\"

ODD_TEXTS = st.text(st.sampled_from(ODD_SIGNS) | st.characters(), max_size=30)
"""Texts with all that is hard: halves of characters, signs that turn or end lines, braces."""

_NUMBERS = (
    st.integers()
    | st.floats()
    | st.sampled_from([10**18, 2**64, -(2**70), 10**308, 10**400, -(10**4000), 1e-300, 1e308])
)

ODD_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | _NUMBERS | ODD_TEXTS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(ODD_TEXTS, inner, max_size=5),
    max_leaves=12,
)
"""Whatever JSON can say, and NaN and Infinity."""

_DEPTHS = st.sampled_from([3, 100, 500, 5_000, 100_000]) | st.integers(850, 1_000)


@st.composite
def deep_values(draw: st.DrawFn) -> str:
    """Return JSON that is nested deeper than programs like, or just as deep as they can bear."""
    depth = draw(_DEPTHS)
    begin, end = draw(st.sampled_from([("[", "]"), ('{"a":', "}"), ("[1,[],", "]")]))
    return begin * depth + "1" + end * depth


@st.composite
def odd_json(draw: st.DrawFn) -> str:
    """Return JSON text: written in one of several ways, sometimes very deep."""
    if draw(st.integers(0, 9)) == 0:
        return draw(deep_values())
    return json.dumps(draw(ODD_VALUES), ensure_ascii=draw(st.booleans()))


@st.composite
def spoilt(draw: st.DrawFn, content: bytes) -> bytes:
    """Return bytes with some of them cut out, changed, doubled or put in between."""
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(content)))
        end = min(len(content), at + draw(st.sampled_from([0, 1, 2, 5, 50])))
        middle = draw(st.binary(max_size=4) | st.just(content[at:end] * 2) | st.just(b""))
        content = content[:at] + middle + content[end:]
    return content
