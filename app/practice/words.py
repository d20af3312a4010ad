"""The few words that the practice service understands: moods, topics, and what a label may mean."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
_STEM = 5

_GOOD = """good great excellent love loved perfect happy thank thanks thankful wonderful fast quick
    friendly recommend best pleased satisfied lovely nice easy amazing gut super toll danke
    freundlich schnell zufrieden schön tolles gern mooi aanrader
    bon bonne merci parfait recommande excelente bueno contento gracias rápido"""
_BAD = """bad terrible awful hate late broken broke never worst angry slow poor rude refund wrong
    missing damaged disappointed disappointing useless cold faulty failed cancel waste cheated
    crash crashes schlecht kaputt langsam spät enttäuscht leider mauvais cassé retard déçu
    malo roto tarde decepcionante retraso"""
_YES = """urgent immediately asap today now deadline must complaint lawyer danger refund broken
    sofort dringend heute urgente ahora"""
_TOPICS = (
    """delivery deliver shipping shipment parcel package courier arrived late delayed post carrier
    lieferung paket versand livraison colis entrega""",
    """quality broken broke defect faulty material damaged scratched cracked durable flimsy ripped
    fabric stitching torn kaputt qualität""",
    "price pricing cost costs expensive cheap money value overpriced discount preis prix precio",
    "billing invoice charged charge payment paid refund card subscription rechnung facture",
    """service support staff help agent phone call answered reply rude friendly hotline waiter
    kundendienst""",
    "account login password sign username email profile locked access konto",
    "bug error crash crashes crashed freeze broken fails update app screen button fehler",
    "feature request wish would add could missing option dark mode integrate export",
    "food meal taste dish menu hot cold delicious bland essen restaurant",
    "room hotel bed clean dirty night breakfast view bathroom zimmer",
    "size fit fits small large tight loose length waist grösse größe taille talla",
    "return exchange refund replace replacement send back rückgabe",
    "question how what when where why can does",
    "spam win prize click free offer lottery viagra crypto",
)
_GENERIC = frozenset({"other", "none", "unknown", "unclear", "neither", "sonst", "autre"})
_SAID_NOTHING = frozenset({"cannot", "unknow", "unkno", "uncle", "canno"})


def stem(word: str) -> str:
    """Return the beginning of a word, by which its forms count as the same."""
    return word[:_STEM]


def stems(text: str) -> list[str]:
    """Return the stems of a text's words, in order."""
    return [word[:_STEM] for word in _WORD.findall(text.casefold())]


def _set(words: str) -> frozenset[str]:
    return frozenset(stems(words))


GOOD = _set(_GOOD)
BAD = _set(_BAD)
PRESSING = _set(_YES)
_TOPIC_STEMS = tuple(_set(words) for words in _TOPICS)
_MOODS = {
    **dict.fromkeys(
        _set("positive good happy satisfied pleased gut positiv positif bueno"), "good"
    ),
    **dict.fromkeys(_set("negative bad unhappy angry schlecht negativ malo complaint"), "bad"),
    **dict.fromkeys(_set("neutral neither mixed gemischt"), "even"),
}


@dataclass(frozen=True, slots=True)
class Heard:
    """What was understood of a text: its word stems with their numbers, and its mood."""

    counts: Counter[str]
    mood: int
    folded: str


def hear(text: str) -> Heard:
    """Understand a text as far as the practice service can."""
    counts = Counter(stems(text))
    good = sum(counts[word] for word in GOOD & counts.keys())
    bad = sum(counts[word] for word in BAD & counts.keys())
    return Heard(counts, good - bad, text.casefold())


@dataclass(frozen=True, slots=True)
class Label:
    """One label with all that may speak for it."""

    name: str
    folded: str
    own: frozenset[str]
    kindred: frozenset[str]
    mood: str
    is_generic: bool


@lru_cache(maxsize=4096)
def read_label(name: str, definition: str) -> Label:
    """Work out which words speak for a label: its own, its topic's, its definition's."""
    own = frozenset(word for word in stems(name) if len(word) > 2) or frozenset(stems(name))
    kindred = frozenset().union(*(topic for topic in _TOPIC_STEMS if topic & own))
    kindred |= {word for word in stems(definition) if len(word) == _STEM}
    mood = next((_MOODS[word] for word in sorted(own) if word in _MOODS), "")
    is_generic = bool(own & (_SAID_NOTHING | {stem(word) for word in _GENERIC}))
    return Label(name, name.casefold(), own, kindred - own, mood, is_generic)


def score(label: Label, heard: Heard) -> int:
    """Return how much of a text speaks for a label."""
    if label.is_generic:
        return 0
    own = sum(heard.counts[word] for word in label.own)
    points = 4 * own // max(1, len(label.own))
    points += 2 * len(label.kindred & heard.counts.keys())
    if not label.folded.isascii():
        points += 4 * heard.folded.count(label.folded)
    return points + _mood_points(label.mood, heard.mood)


def _mood_points(wanted: str, mood: int) -> int:
    if wanted == "good":
        return 5 * max(0, mood)
    if wanted == "bad":
        return 5 * max(0, -mood)
    return 6 if wanted == "even" and mood == 0 else 0
