"""Web pages: their main text, without menus, scripts and what stands around it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from app.files import file_errors
from app.files.documents.blocks import Blocks
from app.files.documents.extracted import Extracted, Lines, naming
from app.files.documents.plain import read_plain

_WHAT = "web page"

_UNSEEN = frozenset(
    {"script", "style", "noscript", "template", "svg", "canvas", "object", "iframe", "head"}
    | {"select", "datalist", "button", "dialog"}
)
_AROUND = frozenset({"nav", "aside", "footer", "menu"})
_AROUND_ROLES = frozenset({"navigation", "banner", "contentinfo", "complementary", "search"})
_MAIN = frozenset({"main", "article"})
_BLOCKS = frozenset(
    {"p", "div", "section", "article", "main", "header", "footer", "blockquote", "pre", "form"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "hr", "figure"}
    | {"figcaption", "address", "fieldset", "details", "summary", "table", "caption", "body"}
)
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"}
    | {"track", "wbr"}
)
_SPACES = re.compile(r"\s+")
_INLINE_DATA = re.compile(r"data:[\w/+.-]{1,80};base64,[A-Za-z0-9+/=]{100,}")
_UNDISPLAYED = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_PIECE = 1 << 16
_LONGEST_TAG = 1 << 20
_DEEPEST = 2000
_ENOUGH = 0.2
"""A main part with less of the page's text than this is not what the page is about."""


def text_of(path: Path) -> Extracted:
    """Return a web page's main text, its title first.

    Raises:
        SheafError: it cannot be read, has no text, or too much.
    """
    with naming(path, _WHAT):
        text = main_text(path, read_plain(path))
        if not text:
            raise file_errors.no_text(path, "Open it in a browser and save it as PDF.")
        return Extracted(text)


def main_text(path: Path, html: str) -> str:
    """Return the main text of a page: what it marks as main, or everything but what is around."""
    main = _read(path, html, main_only=True)
    whole = _read(path, html, main_only=False)
    is_enough = len(main.text) >= _ENOUGH * len(whole.text)
    text = main.text if main.text and is_enough else whole.text
    return text if not whole.title or text.startswith(whole.title) else f"{whole.title}\n\n{text}"


def all_text(path: Path, html: str) -> str:
    """Return all visible text of a page, as of a mail or a book's chapter."""
    return _read(path, html, main_only=False, keep_around=True).text


def _read(path: Path, html: str, *, main_only: bool, keep_around: bool = False) -> _Page:
    page = _Page(path, main_only=main_only, keep_around=keep_around)
    plain = _INLINE_DATA.sub("", html)
    for start in range(0, len(plain), _PIECE):
        page.feed(plain[start : start + _PIECE])
        if len(page.rawdata) > _LONGEST_TAG:
            raise file_errors.damaged(path, _WHAT)
    page.finish()
    return page


class _Page(HTMLParser):
    """Follows a page's tags; tolerates every mistake that browsers tolerate."""

    def __init__(self, path: Path, *, main_only: bool, keep_around: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self._main_only = main_only
        self._keep_around = keep_around
        self._open: list[tuple[str, bool, bool]] = []
        """Each open tag: its name, whether it hides what is in it, whether it is a main part."""
        self._hidden = 0
        self._main = 0
        self._preformatted = 0
        self._lines = Lines(path)
        self._blocks = Blocks(self._lines)
        self.text = ""

    def finish(self) -> None:
        """Close what is open, and keep the text."""
        # A long piece that is never closed is dropped: the parser would look at it again and again.
        if len(self.rawdata) <= _PIECE:
            self.close()
        while self._open:
            self._close()
        self._blocks.finish()
        self.text = self._lines.text()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an opening tag."""
        self._close_implied(tag)
        if tag in _BLOCKS:
            self._blocks.finish()
        if tag == "br":
            self._blocks.write("\n")
        elif tag == "li":
            self._write("- ")
        if tag in _VOID or len(self._open) >= _DEEPEST:
            return
        known = {name: value or "" for name, value in attrs}
        hides = self._hides(tag, known)
        is_main = tag in _MAIN or known.get("role") == "main"
        self._open.append((tag, hides, is_main))
        self._hidden += hides
        self._main += is_main
        self._preformatted += tag == "pre"
        self._begin(tag)

    def handle_endtag(self, tag: str) -> None:
        """Take a closing tag; one that closes nothing is passed over."""
        if tag in _VOID or all(name != tag for name, _, _ in self._open):
            return
        while self._close() != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Take text."""
        if self._open and self._open[-1][0] == "title" and not self.title:
            self.title = " ".join(data.split())
        else:
            self._write(data)

    def _write(self, data: str) -> None:
        if self._hidden or (self._main_only and not self._main):
            return
        if self._preformatted:
            self._blocks.write(data)
        else:
            self._blocks.write(_SPACES.sub(" ", data))

    def _hides(self, tag: str, attributes: dict[str, str]) -> bool:
        if tag in _UNSEEN or "hidden" in attributes or attributes.get("aria-hidden") == "true":
            return tag != "body"
        if _UNDISPLAYED.search(attributes.get("style", "")):
            return True
        if self._keep_around:
            return False
        # A heading part belongs to its article, but at the top of a page it holds the menu.
        is_banner = tag == "header" and not self._main
        return tag in _AROUND or is_banner or attributes.get("role") in _AROUND_ROLES

    def _begin(self, tag: str) -> None:
        if tag == "tr":
            self._blocks.begin_row()
        elif tag in {"td", "th"}:
            self._blocks.begin_cell()

    def _close(self) -> str:
        tag, hides, is_main = self._open.pop()
        if tag in {"td", "th"}:
            self._blocks.end_cell()
        elif tag == "tr":
            self._blocks.end_row()
        elif tag in _BLOCKS:
            self._blocks.finish()
        self._hidden -= hides
        self._main -= is_main
        self._preformatted -= tag == "pre"
        return tag

    def _close_implied(self, tag: str) -> None:
        """Close what need not be closed: a cell by the next cell, a paragraph by any block."""
        closed = _IMPLIED.get(tag, frozenset({"p"}) if tag in _BLOCKS else frozenset())
        while self._open and self._open[-1][0] in closed:
            self._close()


_IMPLIED = {
    "body": frozenset({"head", "title"}),
    "li": frozenset({"li", "p"}),
    "dt": frozenset({"dt", "dd", "p"}),
    "dd": frozenset({"dt", "dd", "p"}),
    "td": frozenset({"td", "th", "p"}),
    "th": frozenset({"td", "th", "p"}),
    "tr": frozenset({"tr", "td", "th", "p"}),
}
