r"""A line of a batch's results becomes an Outcome.

Lines are split at \n only, because answers may hold U+2028 and U+0085 (claude-batch-api section
11), and decoded into typed structs. Everything unknown is kept raw and shown; no line raises.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from app.claude.result_shapes import Block, Line, Message, Result, usage_of
from app.claude.several import Several, divided
from app.claude.translate import ServiceError, Verdict, item_refused
from app.core.answers import AnswerColumn
from app.core.causes import Cause
from app.core.fitting import Fitting, check_reply
from app.core.job import Outcome, RowState
from app.core.plan import RequestId, read_custom_id

LONGEST_LINE = 64 * 1024 * 1024
"""Dozens of times what the longest answer takes: it must not fill the memory."""
LONGEST_RAW = 20_000
_CUT = frozenset({"max_tokens", "model_context_window_exceeded"})
_COMPLETE = frozenset({"end_turn", "stop_sequence"})
_CALLS_TOOL = "tool_use"
_THOUGHTS = frozenset({"thinking", "redacted_thinking"})
_TOLD = {"text": ("type", "text"), _CALLS_TOOL: ("type", "id", "name", "input")}
"""What is kept of a block, where a reply is exported as JSON."""


_decoder = msgspec.json.Decoder(Line)


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
    """Reads the lines of one batch: which rows a line belongs to, and what became of them.

    `ours` counts the lines that carry an id of this batch, `foreign` those of another batch or
    another program, and those of requests that it does not have, by `several`; without that any of
    its tag is taken. `leads` names the first row of the request of each row that came with others.
    """

    def __init__(
        self,
        tag: str,
        batch: int,
        answers: Sequence[AnswerColumn],
        several: Several | None = None,
    ) -> None:
        self._tag = tag
        self._batch = batch
        self._answers = answers
        self._several = several
        self.ours = 0
        self.foreign = 0
        self.leads: dict[int, int] = {}

    def read(self, line: bytes) -> Outcome | None:
        """Return the outcome that a line for one row brings; None when it is not for this batch."""
        return next(iter(self.outcomes(line)), None)

    def outcomes(self, line: bytes) -> tuple[Outcome, ...]:
        """Return the outcome of each row of a line's request; none when it is not for us."""
        try:
            found = _decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return self._odd(line)
        request = self._request(found.custom_id)
        return () if request is None else self._outcomes(request, found.result, line)

    def _request(self, name: str) -> RequestId | None:
        request = read_custom_id(name)
        is_ours = request is not None and (request.tag, request.batch) == (self._tag, self._batch)
        if request is None or not is_ours or not self._was_sent(request):
            self.foreign += 1
            return None
        self.ours += 1
        return request

    def _was_sent(self, request: RequestId) -> bool:
        """Say whether the batch may have such a request: its row is asked alone, or with others."""
        if self._several is None:
            return True
        if request.several:
            return request.row in self._several.rows
        return request.row not in self._several.joined

    def _odd(self, line: bytes) -> tuple[Outcome, ...]:
        """Read what the strict reader does not take: halves of characters, unknown shapes."""
        loose = _read_loosely(line)
        name = loose.get("custom_id") if isinstance(loose, dict) else None
        request = self._request(name) if isinstance(name, str) else None
        if request is None:
            return ()
        try:
            result = msgspec.convert(loose.get("result"), Result)
        except msgspec.ValidationError:
            result = Result()
        return self._outcomes(request, result, line)

    def _outcomes(self, request: RequestId, result: Result, line: bytes) -> tuple[Outcome, ...]:
        if not request.several:
            return (self._outcome(request.row, result, line),)
        if self._several is None:
            return ()
        rows = self._several.rows[request.row]
        self.leads.update(dict.fromkeys(rows, request.row))
        whole = self._outcome(request.row, result, line, is_several=True)
        parts = divided(whole, rows, self._answers, self._several.key, _raw(line))
        return tuple(_stored(part) for part in parts)

    def _outcome(
        self, row: int, result: Result, line: bytes, *, is_several: bool = False
    ) -> Outcome:
        if result.type == "succeeded" and result.message is not None:
            return self._succeeded(row, result.message, line, is_several=is_several)
        if result.type == "errored":
            return _errored(row, result.error or {}, line)
        if result.type == "canceled":
            return Outcome(row, RowState.CANCELLED, reason=_CANCELLED, cause=Cause.CANCELLED)
        if result.type == "expired":
            return Outcome(row, RowState.EXPIRED, reason=_EXPIRED, cause=Cause.EXPIRED)
        return _unknown(row, line)

    def _succeeded(self, row: int, message: Message, line: bytes, *, is_several: bool) -> Outcome:
        reply = "".join(
            block.text for block in message.content if block.type == "text" and _is_text(block)
        )
        if _is_call(message):
            reply = _calls(line)
        fitting = Fitting(()) if is_several else check_reply(self._answers, reply)
        state, cells, reason = self._judge(message, reply, fitting)
        return Outcome(
            row,
            state,
            _clean(reply),
            tuple(_clean(cell) for cell in cells),
            _clean(reason),
            usage_of(message.usage),
            _clean(message.stop_reason or ""),
            raw="" if state is RowState.ANSWERED else _raw(line),
            cause=_CAUSES.get(state, Cause.NONE),
        )

    def _judge(
        self, message: Message, reply: str, fitting: Fitting
    ) -> tuple[RowState, tuple[str, ...], str]:
        stop = message.stop_reason or ""
        if stop == "refusal":
            return RowState.DECLINED, (), _declined(message)
        if stop in _CUT:
            return RowState.CUT_OFF, (reply,) if not self._answers else (), _CUT_OFF
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


def _is_call(message: Message) -> bool:
    """Say whether a reply ends in asking for a tool to be run."""
    called = any(block.type == _CALLS_TOOL for block in message.content)
    return called and message.stop_reason == _CALLS_TOOL


def _calls(line: bytes) -> str:
    """Return a reply that calls a tool as JSON: its words and calls in their order."""
    content = _read_loosely(line)["result"]["message"].get("content") or ()
    blocks = [block for block in content if block.get("type") not in _THOUGHTS]
    told = [{n: b[n] for n in _TOLD.get(b.get("type"), tuple(b)) if n in b} for b in blocks]
    return json.dumps(told, ensure_ascii=False)


def _declined(message: Message) -> str:
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


def _is_text(block: Block) -> bool:
    return isinstance(block.text, str)


def _raw(line: bytes) -> str:
    return _clean(line[:LONGEST_RAW].decode("utf-8", "replace"))


def _stored(outcome: Outcome) -> Outcome:
    """Return an outcome whose texts, read from JSON inside a reply, can be stored."""
    cells = tuple(_clean(cell) for cell in outcome.cells)
    return replace(outcome, reply=_clean(outcome.reply), cells=cells, reason=_clean(outcome.reason))


def _clean(text: str) -> str:
    """Make a text storable: lone halves of surrogate pairs and NULs become visible marks."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")
