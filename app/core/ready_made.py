"""Ready-made requests: lines of {"custom_id", "params"} as Anthropic's documentation writes them.

A request's params are kept as the bytes that stand in the file, and sent as they are.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from app.core.job import Job

FORMAT = "requests"
"""What `SourceFile.format` says of a file of ready-made requests."""
COLUMNS = ("custom_id", "model", "max_tokens", "text")
"""The columns of such a job's table; the params of each row are kept beside it."""
REQUEST = "request"
"""The column after these, in which the file's reader hands the params over."""

LEFT_HERE = "Not sent."
"""The end of a notice about requests that the service would refuse."""
MOST_ID = 64
SHOWN_CHARACTERS = 300
"""So much of the last message stands in the table."""

_ID = re.compile(rf"[a-zA-Z0-9_-]{{1,{MOST_ID}}}")
_NOT_IN_IDS = re.compile(r"[^a-zA-Z0-9_-]+")
_KEYS = frozenset({"custom_id", "params"})
_NOT_JSON = "This line is not JSON in UTF-8."
_NOT_A_REQUEST = 'This line is not an object with "custom_id" and "params".'
_BLOCK_WORDS = {"image": "(picture)", "document": "(document)", "tool_result": "(tool result)"}

_object = msgspec.json.Decoder(dict[str, msgspec.Raw])
_anything = msgspec.json.Decoder()


def is_ready_made(job: Job) -> bool:
    """Say whether a job's rows bring their own requests."""
    return job.source.format == FORMAT


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file: its id as written, its params, or why it is no request.

    `params` are the very bytes of the file, empty where there is a `problem`; `said` is what they
    say; `extra` are keys that a request does not have; `text` is what the table shows of it.
    """

    custom_id: str = ""
    params: bytes = b""
    said: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""
    extra: tuple[str, ...] = ()
    text: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        """The row's cells, as `COLUMNS` names them."""
        model, most = self.said.get("model"), self.said.get("max_tokens")
        return (
            clean(self.custom_id),
            clean(model) if isinstance(model, str) else "",
            str(most) if isinstance(most, int) and not isinstance(most, bool) else "",
            self.text,
        )


def read_line(line: bytes) -> Line:
    """Read one line of a file of requests; never raises."""
    found = _decoded(line)
    if found is None:
        problem = _NOT_JSON if decode(line) is None else _NOT_A_REQUEST
        return Line(problem=problem, text=_beginning(line))
    custom_id = _id_in(found.get("custom_id"))
    raw = bytes(found.get("params", b""))
    params = decode(raw)
    if not isinstance(params, dict):
        return Line(custom_id, problem=_NOT_A_REQUEST, text=_beginning(line))
    extra = tuple(name for name in found if name not in _KEYS)
    return Line(custom_id, raw, params, extra=extra, text=first_words(params))


def is_request(line: bytes) -> bool | None:
    """Say whether a line is an object with exactly custom_id and params; None: it is no JSON."""
    found = _decoded(line)
    if found is None:
        return None if decode(line) is None else False
    return found.keys() == _KEYS and bytes(found["params"])[:1] == b"{"


def _decoded(line: bytes) -> dict[str, msgspec.Raw] | None:
    try:
        return _object.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def decode(params: bytes) -> Any:
    """Return what JSON bytes say; None where they are none."""
    try:
        return _anything.decode(params)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _id_in(raw: msgspec.Raw | None) -> str:
    found = decode(bytes(raw)) if raw is not None else None
    if found is None:
        return ""
    return found if isinstance(found, str) else str(bytes(raw or b""), "utf-8", "replace")


def first_words(params: Mapping[str, Any]) -> str:
    """Return the beginning of the last user message, on one line."""
    messages = params.get("messages")
    said = [m for m in messages if _is_users(m)] if isinstance(messages, list) else []
    return _shortened(_plain(said[-1].get("content")) if said else "")


def _beginning(line: bytes) -> str:
    return _shortened(line[: 4 * SHOWN_CHARACTERS].decode("utf-8", "replace"))


def _shortened(text: str) -> str:
    words = " ".join(text[: 4 * SHOWN_CHARACTERS].split())
    return clean(words if len(words) <= SHOWN_CHARACTERS else words[: SHOWN_CHARACTERS - 1] + "…")


def _is_users(message: object) -> bool:
    return isinstance(message, dict) and message.get("role") == "user"


def _plain(content: object) -> str:
    """Return the text of a message; what is no text is named, the question comes first."""
    if isinstance(content, str):
        return content
    blocks = [b for b in content if isinstance(b, dict)] if isinstance(content, list) else []
    texts = [b["text"] for b in blocks if isinstance(b.get("text"), str)]
    others = [_BLOCK_WORDS.get(str(b.get("type")), "") for b in blocks if "text" not in b]
    return " ".join([*texts, *others])


def clean(text: str) -> str:
    """Make a text storable: lone halves of characters become visible marks."""
    return text.encode("utf-8", "replace").decode()


# --- ids -------------------------------------------------------------------------------------


def is_fitting_id(name: str) -> bool:
    """Say whether the service would take this custom_id."""
    return _ID.fullmatch(name) is not None


def fitting_id(name: str, row: int, used: Collection[str]) -> str:
    """Return an id that the service takes and that is not used yet, as like to a name as can be."""
    if is_fitting_id(name) and name not in used:
        return name
    ending = f"-r{row}"
    plain = _NOT_IN_IDS.sub("_", name).strip("_")
    short = plain[:MOST_ID]
    if short and short not in used:
        return short
    return f"{plain[: MOST_ID - len(ending)]}{ending}" if plain else f"row-{row}"


# --- changes ---------------------------------------------------------------------------------


def changed(params: bytes, changes: Mapping[str, object], left_out: Sequence[str] = ()) -> bytes:
    """Return params with these values in place of theirs, and without some; all else as it was.

    Params of which nothing changes stay the very same bytes.
    """
    if not changes and not left_out:
        return params
    found = _decoded(params)
    if found is None:
        return params
    other = {
        name: value
        for name, value in changes.items()
        if name not in found or decode(bytes(found[name])) != value
    }
    if not other and not any(name in found for name in left_out):
        return params
    kept = {name: value for name, value in found.items() if name not in left_out}
    return msgspec.json.encode({**kept, **other})
