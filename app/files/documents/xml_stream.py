"""XML as a stream of tags and text: nothing is expanded or fetched, no tree is built.

Expat is used directly because a tree of a hostile file would fill the memory before anybody could
look at it; entities, which can grow without end or name other files, are refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

# Entities and external parts are refused below; there is nothing else that Expat would follow.
from xml.parsers import expat  # nosec B407

_DEEPEST = 500


class Step(Enum):
    """What a stream of XML is made of."""

    START = 1
    END = 2
    TEXT = 3


@dataclass(frozen=True, slots=True)
class Mark:
    """One step: a tag by its name without prefix, or text in `name`.

    Attributes have no prefix either, but for "r:id", which points to another part of a package.
    """

    step: Step
    name: str
    attributes: Mapping[str, str]


_NONE: Mapping[str, str] = {}


class XmlError(ValueError):
    """The XML is broken, too deep, or defines entities."""


class _Reader:
    def __init__(self) -> None:
        self.marks: list[Mark] = []
        self._depth = 0
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.EntityDeclHandler = self._refuse
        parser.ExternalEntityRefHandler = self._refuse
        self.parser = parser

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise XmlError("nested too deeply")
        plain = {_key(key): value for key, value in attributes.items()} if attributes else _NONE
        self.marks.append(Mark(Step.START, _plain(name), plain))

    def _end(self, name: str) -> None:
        self._depth -= 1
        self.marks.append(Mark(Step.END, _plain(name), _NONE))

    def _text(self, text: str) -> None:
        self.marks.append(Mark(Step.TEXT, text, _NONE))

    @staticmethod
    def _refuse(*_: object) -> int:
        raise XmlError("defines entities")


def _plain(name: str) -> str:
    return name.rpartition(" ")[2]


def _key(name: str) -> str:
    """Attributes that point to another part keep a prefix: "id" often stands beside them."""
    space, _, plain = name.rpartition(" ")
    return f"r:{plain}" if space.endswith("/relationships") else plain


def walk(chunks: Iterable[bytes]) -> Iterator[Mark]:
    """Yield every tag and text of an XML document.

    Raises:
        XmlError: it is broken, nested too deeply, or defines entities.
    """
    reader = _Reader()
    try:
        for chunk in chunks:
            reader.parser.Parse(chunk, False)
            yield from reader.marks
            reader.marks.clear()
        reader.parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise XmlError(str(error)) from error
    yield from reader.marks


def leave_out(marks: Iterable[Mark], unwanted: frozenset[str]) -> Iterator[Mark]:
    """Yield the marks outside of unwanted elements."""
    depth = 0
    for mark in marks:
        is_unwanted = mark.name in unwanted and mark.step is not Step.TEXT
        if is_unwanted and mark.step is Step.START:
            depth += 1
        elif is_unwanted:
            depth -= 1
        elif not depth:
            yield mark


def texts_in(marks: Iterable[Mark], holders: frozenset[str]) -> Iterator[Mark]:
    """Yield every tag, but text only right inside these elements: the rest is layout."""
    inside = ""
    for mark in marks:
        if mark.step is Step.TEXT:
            if inside in holders:
                yield mark
            continue
        inside = mark.name if mark.step is Step.START else ""
        yield mark
