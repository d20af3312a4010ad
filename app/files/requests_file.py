"""Ready-made requests in: a .jsonl of {"custom_id", "params"}, checked line by line."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from io import BufferedReader, TextIOWrapper
from pathlib import Path

from app.core import ready_made
from app.core.catalog import Catalog, Lifecycle
from app.core.errors import SheafError
from app.core.plan import MOST_REQUEST_BYTES
from app.core.ready_made import Line
from app.core.request_rules import Judgement, Refusal, judge_request, unknown_parameters
from app.core.table import Action, Notice
from app.files import refusals
from app.files.head import Head, Record
from app.files.source import Source
from app.files.tally import Tally

HEADER = (*ready_made.COLUMNS, ready_made.REQUEST, "problem")
"""The columns of a row as it is handed over: the last two are kept beside the table."""

_LOOKED_AT = 25
"""Among so many lines must be one that says what the file is."""
_PIECE = 1 << 20
_MOST_NAMES = 4
_TOO_LONG = "This line is larger than the service takes for one request (32 MB)."

_REFUSED: dict[Refusal, tuple[str, str]] = {
    Refusal.MODEL_MISSING: ("{n} request names no model", "{n} requests name no model"),
    Refusal.MODEL_UNKNOWN: (
        "{n} request asks a model that Sheaf does not know, {names}",
        "{n} requests ask a model that Sheaf does not know, {names}",
    ),
    Refusal.MODEL_RETIRED: (
        "{n} request asks a retired model, {names}",
        "{n} requests ask retired models, {names}",
    ),
    Refusal.MODEL_NOT_IN_BATCHES: (
        "{n} request asks {names}, which cannot be used in batches",
        "{n} requests ask {names}, which cannot be used in batches",
    ),
    Refusal.MAX_TOKENS: (
        "{n} request has no max_tokens that its model takes",
        "{n} requests have no max_tokens that their model takes",
    ),
    Refusal.MESSAGES: (
        "{n} request has no messages as they must be",
        "{n} requests have no messages as they must be",
    ),
    Refusal.PREFILL: (
        "{n} request begins Claude's answer, which {names} does not go on with",
        "{n} requests begin Claude's answer, which {names} does not go on with",
    ),
    Refusal.FORCED_TOOL: (
        "{n} request forces a tool, which {names} does not allow",
        "{n} requests force a tool, which {names} does not allow",
    ),
    Refusal.PARAMETER: (
        "{n} request sets {names}, which the service refuses",
        "{n} requests set {names}, which the service refuses",
    ),
}


def holds_requests(path: Path) -> bool:
    """Say whether a file's first object is a ready-made request."""
    with path.open("rb") as file, _lines(file) as lines:
        for number, line in lines:
            said = ready_made.is_request(line) if line is not None else None
            if said is not None or number == _LOOKED_AT:
                return bool(said)
    return False


@contextmanager
def _lines(file: BufferedReader) -> Iterator[Iterator[tuple[int, bytes | None]]]:
    """Give the lines of a file; some programs of Windows write UTF-16, with a mark."""
    mark = file.peek(3)[:3]
    if mark == codecs.BOM_UTF8:
        file.read(3)
    if not mark.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield _numbered(file.readline)
        return
    text = TextIOWrapper(file, encoding="utf-16", errors="replace", newline="\n")
    try:
        yield _numbered(lambda most: text.readline(most).encode("utf-8", "replace"))
    finally:
        text.detach()


def _numbered(readline: Callable[[int], bytes]) -> Iterator[tuple[int, bytes | None]]:
    r"""Yield each line with its number, cut at \n only; None for one that is too large."""
    number = 0
    while line := readline(MOST_REQUEST_BYTES + 1):
        number += 1
        if len(line) <= MOST_REQUEST_BYTES or line.endswith(b"\n"):
            yield number, line
            continue
        while line and not line.endswith(b"\n"):
            line = readline(_PIECE)
        yield number, None


class RequestsSource(Source):
    """A file of ready-made requests; each line is a row, also one that is no request.

    Rows and lines have the same number unless blank lines stand between them; notices name lines.
    """

    format = ready_made.FORMAT

    def __init__(self, path: Path, catalog: Catalog | None = None) -> None:
        super().__init__(path)
        self._catalog = catalog
        self._head = Head(HEADER, len(HEADER), 0)
        self._raw: BufferedReader | None = None
        self._ids: set[bytes] = set()
        self._names: dict[str, dict[str, None]] = {}

    def _records(self) -> Iterator[Record]:
        self._ids, self._names = set(), {}
        good = 0
        try:
            with self.path.open("rb") as file, _lines(file) as lines:
                self._raw = file
                for number, line in lines:
                    if line is not None and not line.strip():
                        yield number, []
                        continue
                    found = _read(line)
                    good += not found.problem
                    self._note(number, found)
                    yield number, [*found.cells, found.params.decode(), found.problem]
        except OSError as error:
            raise refusals.unreadable(self.path, error) from error
        if not good:
            raise SheafError(
                f'No line of "{self.path.name}" is a request.',
                'Each line must be an object with "custom_id" and "params".',
                "Look at its first line, and write the file again.",
            )

    def _note(self, number: int, found: Line) -> None:
        """Count what is odd about a line."""
        add = self._tally.add
        if found.problem:
            add("bad_lines", number)
            return
        self._note_id(number, found.custom_id)
        if found.extra:
            add("extra_keys", number)
            self._name("extra_keys", found.extra)
        if unknown := unknown_parameters(found.said):
            add("unknown_parameters", number)
            self._name("unknown_parameters", unknown)
        if self._catalog is not None:
            self._note_refusals(number, judge_request(found.said, self._catalog))

    def _note_id(self, number: int, custom_id: str) -> None:
        if not ready_made.is_fitting_id(custom_id):
            self._tally.add("odd_ids", number)
            self._name("odd_ids", (custom_id,))
        # Eight bytes tell apart as many ids as a disk can hold, in a bounded space each.
        mark = blake2b(custom_id.encode("utf-8", "replace"), digest_size=8).digest()
        if custom_id and mark in self._ids:
            self._tally.add("repeated_ids", number)
        self._ids.add(mark)

    def _note_refusals(self, number: int, judgement: Judgement) -> None:
        model = judgement.model
        if model is not None and model.retires and model.lifecycle is not Lifecycle.RETIRED:
            self._tally.add("model_retiring", number)
            self._name("model_retiring", (f"{model.name} ({model.retires})",))
        for trouble in judgement.troubles:
            self._tally.add(trouble.refusal, number)
            self._name(trouble.refusal, trouble.named)

    def _name(self, code: str, names: Sequence[str]) -> None:
        """Remember the first few names that an oddity is about."""
        known = self._names.setdefault(code, {})
        for name in names:
            if len(known) <= _MOST_NAMES:
                known[name] = None

    def _progress(self) -> float:
        raw = self._raw
        return raw.tell() / self.size if raw and not raw.closed and self.size else 1.0

    def _inspect(self, number: int, text: str) -> None:
        """Lines were looked at as they came."""

    def _own_notices(self, tally: Tally) -> tuple[Notice, ...]:
        found = [
            *tally.notice(
                "bad_lines",
                "{n} line is no request and is not sent ({where}).",
                "{n} lines are no requests and are not sent ({where}).",
                Action.SHOW_ROWS,
            ),
            *(notice for refusal in Refusal for notice in self._refused(tally, refusal)),
            *self._about_ends(tally),
            *self._about_ids(tally),
            *self._about_keys(tally),
        ]
        return tuple(map(_naming_lines, found))

    def _refused(self, tally: Tally, refusal: Refusal) -> tuple[Notice, ...]:
        one, many = (
            f"{self._named(words, refusal)} ({{where}}). {ready_made.LEFT_HERE}"
            for words in _REFUSED[refusal]
        )
        action = Action.LEAVE_OUT if refusal is Refusal.PARAMETER else Action.SHOW_ROWS
        return tally.notice(refusal, one, many, action)

    def _about_ends(self, tally: Tally) -> tuple[Notice, ...]:
        said = self._named("{names} ({where}). It is sent while it is there.", "model_retiring")
        return tally.notice(
            "model_retiring",
            f"{{n}} request asks a model that ends soon, {said}",
            f"{{n}} requests ask a model that ends soon, {said}",
            Action.SHOW_ROWS,
        )

    def _about_ids(self, tally: Tally) -> tuple[Notice, ...]:
        own = "Sheaf sends ids of its own and gives yours back with the answers."
        example = next(iter(self._names.get("odd_ids", {"": None})))
        such = f", such as “{example[:40]}”," if example else ""
        such = such.replace("{", "{{").replace("}", "}}")
        return (
            *tally.notice(
                "odd_ids",
                f"{{n}} custom_id{such} is not as the service wants it ({{where}}). {own}",
                f"{{n}} custom_ids{such} are not as the service wants them ({{where}}). {own}",
                Action.SHOW_ROWS,
            ),
            *tally.notice(
                "repeated_ids",
                f"{{n}} custom_id stands on an earlier line too ({{where}}). {own}",
                f"{{n}} custom_ids stand on earlier lines too ({{where}}). {own}",
                Action.SHOW_ROWS,
            ),
        )

    def _about_keys(self, tally: Tally) -> tuple[Notice, ...]:
        extra, unknown = (
            self._named("{names}", code) for code in ("extra_keys", "unknown_parameters")
        )
        return (
            *tally.notice(
                "extra_keys",
                f"{{n}} line has more than custom_id and params: {extra} ({{where}}). "
                "That is not sent.",
                f"{{n}} lines have more than custom_id and params: {extra} ({{where}}). "
                "That is not sent.",
                Action.SHOW_ROWS,
            ),
            *tally.notice(
                "unknown_parameters",
                f"{{n}} request sets {unknown}, which Sheaf does not know ({{where}}). "
                "The service decides.",
                f"{{n}} requests set {unknown}, which Sheaf does not know ({{where}}). "
                "The service decides.",
                Action.SHOW_ROWS,
            ),
        )

    def _named(self, words: str, code: str) -> str:
        """Put the names that an oddity is about into its words, safe for what is filled in next."""
        known = [name[:60] for name in self._names.get(code, ())]
        listed = ", ".join(known[:_MOST_NAMES]) + (" …" if len(known) > _MOST_NAMES else "")
        safe = listed.replace("{", "{{").replace("}", "}}")
        return words.replace("{names}", safe)


def _read(line: bytes | None) -> Line:
    return Line(problem=_TOO_LONG) if line is None else ready_made.read_line(line)


def _naming_lines(notice: Notice) -> Notice:
    """Name lines of the file where a table would have rows."""
    text = notice.text.replace("(row ", "(line ").replace("(rows ", "(lines ")
    return Notice(notice.code, text, notice.count, notice.action, notice.rows)
