r"""A line of a batch's results becomes an Outcome.

Lines are split at \n only, because answers may hold U+2028 and U+0085 (claude-batch-api section
11), and decoded into typed structs. Everything unknown is kept raw and shown; no line raises.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from app.claude.translate import ServiceError, Verdict, item_refused
from app.core.answers import AnswerColumn
from app.core.causes import Cause
from app.core.cost import Usage
from app.core.fitting import check_reply
from app.core.job import Outcome, RowState
from app.core.plan import read_custom_id

LONGEST_LINE = 64 * 1024 * 1024
"""Dozens of times what the longest answer takes: it must not fill the memory."""
LONGEST_RAW = 20_000
MOST_TOKENS = 10**9
"""More than any answer can use: a service that says so is not believed."""
_CUT = frozenset({"max_tokens", "model_context_window_exceeded"})
_COMPLETE = frozenset({"end_turn", "stop_sequence"})
_CALLS_TOOL = "tool_use"
_THOUGHTS = frozenset({"thinking", "redacted_thinking"})
_TOLD = {"text": ("type", "text"), _CALLS_TOOL: ("type", "id", "name", "input")}
"""What is kept of a block, where a reply is exported as JSON."""


class _CacheWrites(msgspec.Struct):
    ephemeral_5m_input_tokens: int = 0
    ephemeral_1h_input_tokens: int = 0


class _Details(msgspec.Struct):
    thinking_tokens: int | None = None


class _Usage(msgspec.Struct):
    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation: _CacheWrites | None = None
    output_tokens_details: _Details | None = None
    inference_geo: str | None = None


class _Block(msgspec.Struct):
    type: str = ""
    text: Any = None


class _Message(msgspec.Struct):
    content: list[_Block] = []
    stop_reason: str | None = None
    stop_details: dict[str, Any] | None = None
    usage: _Usage | None = None


class _Result(msgspec.Struct):
    type: str = ""
    message: _Message | None = None
    error: dict[str, Any] | None = None


class _Line(msgspec.Struct):
    custom_id: str = ""
    result: _Result = msgspec.field(default_factory=_Result)


_decoder = msgspec.json.Decoder(_Line)


def lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    r"""Cut a stream of bytes into lines at \n; a last line without one is not complete.

    Raises:
        ServiceError: a line has no end.
    """
    pending: list[bytes] = []
    size = 0
    for chunk in chunks:
        first, *rest = chunk.split(b"\n")
        pending.append(first)
        for following in rest:
            yield b"".join(pending)
            pending, size = [following], 0
        size += len(pending[-1])
        if size > LONGEST_LINE:
            raise _endless()
    if last := b"".join(pending):
        yield last


def _endless() -> ServiceError:
    return ServiceError(
        "The answers could not be read.",
        "What came in their place has no line ends.",
        "Sheaf tries again by itself.",
        verdict=Verdict.LATER,
    )


class ResultReader:
    """Reads the lines of one batch: which row a line belongs to, and what became of it.

    `foreign` counts the lines that carry the id of another batch or another program.
    """

    def __init__(self, tag: str, batch: int, answers: Sequence[AnswerColumn]) -> None:
        self._tag = tag
        self._batch = batch
        self._answers = answers
        self.foreign = 0

    def read(self, line: bytes) -> Outcome | None:
        """Return the outcome that a line brings; None when the line is not for this batch."""
        try:
            found = _decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return self._odd(line)
        row = self._row(found.custom_id)
        return None if row is None else self._outcome(row, found.result, line)

    def _row(self, name: str) -> int | None:
        request = read_custom_id(name)
        if request is None or (request.tag, request.batch) != (self._tag, self._batch):
            self.foreign += 1
            return None
        return request.row

    def _odd(self, line: bytes) -> Outcome | None:
        """Read what the strict reader does not take: halves of characters, unknown shapes."""
        loose = _read_loosely(line)
        name = loose.get("custom_id") if isinstance(loose, dict) else None
        row = self._row(name) if isinstance(name, str) else None
        if row is None:
            return None
        try:
            result = msgspec.convert(loose.get("result"), _Result)
        except msgspec.ValidationError:
            return _unknown(row, line)
        return self._outcome(row, result, line)

    def _outcome(self, row: int, result: _Result, line: bytes) -> Outcome:
        if result.type == "succeeded" and result.message is not None:
            return self._succeeded(row, result.message, line)
        if result.type == "errored":
            return _errored(row, result.error or {}, line)
        if result.type == "canceled":
            return Outcome(row, RowState.CANCELLED, reason=_CANCELLED, cause=Cause.CANCELLED)
        if result.type == "expired":
            return Outcome(row, RowState.EXPIRED, reason=_EXPIRED, cause=Cause.EXPIRED)
        return _unknown(row, line)

    def _succeeded(self, row: int, message: _Message, line: bytes) -> Outcome:
        reply = "".join(
            block.text for block in message.content if block.type == "text" and _is_text(block)
        )
        if _is_call(message):
            reply = _calls(line)
        state, cells, reason = self._judge(message, reply)
        return Outcome(
            row,
            state,
            _clean(reply),
            tuple(_clean(cell) for cell in cells),
            _clean(reason),
            _usage(message.usage),
            _clean(message.stop_reason or ""),
            raw="" if state is RowState.ANSWERED else _raw(line),
            cause=_CAUSES.get(state, Cause.NONE),
        )

    def _judge(self, message: _Message, reply: str) -> tuple[RowState, tuple[str, ...], str]:
        stop = message.stop_reason or ""
        if stop == "refusal":
            return RowState.DECLINED, (), _declined(message)
        if stop in _CUT:
            return RowState.CUT_OFF, (reply,) if not self._answers else (), _CUT_OFF
        fitting = check_reply(self._answers, reply)
        # Only ready-made requests bring tools; what calls one is the whole answer to them.
        if stop not in _COMPLETE and not _is_call(message):
            why = f"The answer ended in an unknown way ({stop or 'nothing said'})."
            return RowState.DOES_NOT_FIT, fitting.cells, why
        if fitting.misfit:
            return RowState.DOES_NOT_FIT, fitting.cells, fitting.misfit
        return RowState.ANSWERED, fitting.cells, ""


_UNKNOWN = "The service sent a result that this Sheaf does not know."
_CANCELLED = "Cancelled before Claude came to it."
_EXPIRED = "Ran out of time: 24 hours had passed."
_CAUSES = {
    RowState.DECLINED: Cause.DECLINED,
    RowState.CUT_OFF: Cause.CUT_OFF,
    RowState.DOES_NOT_FIT: Cause.MISFIT,
}
_CUT_OFF = "The answer was cut off at the longest answer allowed."


def _unknown(row: int, line: bytes) -> Outcome:
    return Outcome(row, RowState.FAILED, reason=_UNKNOWN, raw=_raw(line), cause=Cause.UNKNOWN)


def _read_loosely(line: bytes) -> Any:
    try:
        return json.loads(line.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None


def _is_call(message: _Message) -> bool:
    """Say whether a reply ends in asking for a tool to be run."""
    called = any(block.type == _CALLS_TOOL for block in message.content)
    return called and message.stop_reason == _CALLS_TOOL


def _calls(line: bytes) -> str:
    """Return a reply that calls a tool as JSON: its words and calls in their order."""
    content = _read_loosely(line)["result"]["message"].get("content") or ()
    blocks = [block for block in content if block.get("type") not in _THOUGHTS]
    told = [{n: b[n] for n in _TOLD.get(b.get("type"), tuple(b)) if n in b} for b in blocks]
    return json.dumps(told, ensure_ascii=False)


def _declined(message: _Message) -> str:
    category = (message.stop_details or {}).get("category")
    named = f" ({category})" if isinstance(category, str) else ""
    return f"Claude chose not to answer this row{named}."


def _errored(row: int, error: dict[str, Any], line: bytes) -> Outcome:
    inner = error.get("error")
    inner = inner if isinstance(inner, dict) else {}
    request_id = error.get("request_id")
    cause, reason = item_refused(str(inner.get("type", "")), str(inner.get("message", "")))
    return Outcome(
        row,
        RowState.FAILED,
        reason=_clean(reason),
        request_id=_clean(request_id) if isinstance(request_id, str) else "",
        raw=_raw(line),
        cause=cause,
    )


def _is_text(block: _Block) -> bool:
    return isinstance(block.text, str)


def _usage(found: _Usage | None) -> Usage | None:
    if found is None:
        return None
    writes = found.cache_creation or _CacheWrites()
    short = _count(writes.ephemeral_5m_input_tokens)
    long = _count(writes.ephemeral_1h_input_tokens)
    unsplit = _count(found.cache_creation_input_tokens) - (short + long)
    details = found.output_tokens_details
    return Usage(
        input=_count(found.input_tokens),
        output=_count(found.output_tokens),
        cache_write_5m=short + max(unsplit, 0),
        cache_write_1h=long,
        cache_read=_count(found.cache_read_input_tokens),
        thinking=_count(details.thinking_tokens) if details else 0,
        us_only=found.inference_geo == "us",
    )


def _count(tokens: int | None) -> int:
    """Return a count as it can be: no answer costs less than nothing, or more than can be told."""
    return min(max(tokens or 0, 0), MOST_TOKENS)


def _raw(line: bytes) -> str:
    return _clean(line[:LONGEST_RAW].decode("utf-8", "replace"))


def _clean(text: str) -> str:
    """Make a text storable: lone halves of surrogate pairs and NULs become visible marks."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")
