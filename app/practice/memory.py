"""The beginnings of prompts that the service remembers for a while, where a request asks for it.

As at the service (claude-batch-api section 8): one that is shorter than the model's minimum is
silently read like any other, and in batches even one that is there is found only with luck.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from random import Random
from typing import Any

import msgspec

from app.practice.models import PracticeModel
from app.practice.tokens import CountText, pieces
from app.practice.wire import Refused

_SECONDS = {"5m": 300.0, "1h": 3600.0}
_USUAL = "5m"
_MOST_MARKS = 4
_WORST_LUCK, _BEST_LUCK = 0.30, 0.98
_MOST_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Remembered:
    """How many tokens of a prompt were found in memory, and how many were put there."""

    read: int = 0
    written_5m: int = 0
    written_1h: int = 0

    @property
    def tokens(self) -> int:
        """All of them: what is not billed as plain input."""
        return self.read + self.written_5m + self.written_1h


@dataclass(frozen=True, slots=True)
class _Mark:
    """A place up to which a prompt is to be remembered, with all before it."""

    key: bytes
    tokens: int
    ttl: str


class Memory:
    """What one service remembers; any thread may ask.

    `luck` is the share of batch requests that find what is there; None: each batch has its own.
    """

    def __init__(self, clock: Callable[[], float], luck: float | None = None) -> None:
        self._clock = clock
        self._luck = luck
        self._until: dict[bytes, float] = {}
        self._door = threading.Lock()

    def at_once(
        self, params: Mapping[str, Any], model: PracticeModel, count: CountText
    ) -> Remembered:
        """Remember a prompt that is answered at once: what is there is found."""
        return self._use(params, model, count, finds=True)

    def in_batch(
        self, params: Mapping[str, Any], model: PracticeModel, count: CountText, item: str
    ) -> Remembered:
        """Remember a prompt in a batch; `item` is the batch's id and the request's, with a blank.

        The same request in the same batch always has the same luck.
        """
        luck = self._luck
        if luck is None:
            luck = Random(item.partition(" ")[0]).uniform(_WORST_LUCK, _BEST_LUCK)  # noqa: S311  # nosec B311
        finds = Random(f"luck {item}").random() < luck  # noqa: S311  # nosec B311
        return self._use(params, model, count, finds=finds)

    def _use(
        self, params: Mapping[str, Any], model: PracticeModel, count: CountText, *, finds: bool
    ) -> Remembered:
        if not any(_asked(params)):
            return Remembered()
        marks = [m for m in _marks(params, model, count) if m.tokens >= model.cache_minimum]
        now = self._clock()
        with self._door:
            known = [m for m in marks if finds and self._until.get(m.key, 0.0) > now]
            self._keep(marks, now)
        found = max((mark.tokens for mark in known), default=0)
        new = _new_tokens(marks, found)
        return Remembered(found, new["5m"], new["1h"])

    def _keep(self, marks: list[_Mark], now: float) -> None:
        for mark in marks:
            self._until.pop(mark.key, None)
            self._until[mark.key] = now + _SECONDS[mark.ttl]
        while len(self._until) > _MOST_KEPT:
            del self._until[next(iter(self._until))]


def _new_tokens(marks: list[_Mark], found: int) -> dict[str, int]:
    new = dict.fromkeys(_SECONDS, 0)
    for mark in marks:
        new[mark.ttl] += max(0, mark.tokens - found)
        found = max(found, mark.tokens)
    return new


def _marks(params: Mapping[str, Any], model: PracticeModel, count: CountText) -> Iterator[_Mark]:
    digest, tokens = blake2b(model.id.encode(), digest_size=16), 0
    found = list(pieces(params, count))
    for place, piece in enumerate(found):
        digest.update(msgspec.json.encode(piece.content))
        tokens += piece.tokens
        is_last = place == len(found) - 1
        asked = piece.cache_control or (params.get("cache_control") if is_last else None)
        if asked:
            ttl = asked.get("ttl", _USUAL)
            yield _Mark(digest.digest(), int(tokens * model.token_factor), ttl)


def check_marks(params: Mapping[str, Any], model: PracticeModel) -> None:  # noqa: ARG001 - one shape
    """Refuse marks that the service would refuse.

    Raises:
        Refused: with the rule that is broken.
    """
    lives = [_life_of(mark) for mark in _asked(params)]
    if len(lives) > _MOST_MARKS:
        raise Refused(
            f"A maximum of {_MOST_MARKS} blocks with cache_control may be provided."
            f" Found {len(lives)}."
        )
    if lives != sorted(lives, reverse=True):
        raise Refused("cache_control.ttl: a ttl='1h' block must not come after a ttl='5m' block")


def _asked(params: Mapping[str, Any]) -> Iterator[Any]:
    """Yield what a request says of remembering, in the order in which it is read."""
    contents = [params.get("tools"), params.get("system")]
    contents += [message["content"] for message in params["messages"]]
    for content in contents:
        if isinstance(content, list):
            yield from (block["cache_control"] for block in content if block.get("cache_control"))
    if params.get("cache_control"):
        yield params["cache_control"]


def _life_of(mark: Any) -> float:
    if (
        not isinstance(mark, dict)
        or mark.get("type") != "ephemeral"
        or mark.keys() - {"type", "ttl"}
    ):
        raise Refused("cache_control.type: Input should be 'ephemeral'")
    life = _SECONDS.get(str(mark.get("ttl", _USUAL)))
    if life is None:
        raise Refused("cache_control.ttl: Input should be '5m' or '1h'")
    return life
