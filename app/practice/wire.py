"""What the practice service hears and says: one call in, one reply out, no sockets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import msgspec

from app.practice.body import Body

API_VERSION = "2026-10-21"
JSON_TYPE = "application/json"


class Endpoint(StrEnum):
    """The calls that the service knows, named as tests and faults name them."""

    CREATE = "create"
    LIST = "list"
    RETRIEVE = "retrieve"
    CANCEL = "cancel"
    DELETE = "delete"
    RESULTS = "results"
    MESSAGE = "message"
    COUNT = "count"
    MODELS = "models"
    MODEL = "model"
    LEDGER = "ledger"
    UNKNOWN = "unknown"


_ROUTES = tuple(
    (method, re.compile(pattern), endpoint)
    for method, pattern, endpoint in (
        ("POST", r"/v1/messages/batches", Endpoint.CREATE),
        ("GET", r"/v1/messages/batches", Endpoint.LIST),
        ("GET", r"/v1/messages/batches/([^/]+)", Endpoint.RETRIEVE),
        ("POST", r"/v1/messages/batches/([^/]+)/cancel", Endpoint.CANCEL),
        ("DELETE", r"/v1/messages/batches/([^/]+)", Endpoint.DELETE),
        ("GET", r"/v1/messages/batches/([^/]+)/results", Endpoint.RESULTS),
        ("POST", r"/v1/messages", Endpoint.MESSAGE),
        ("POST", r"/v1/messages/count_tokens", Endpoint.COUNT),
        ("GET", r"/v1/models", Endpoint.MODELS),
        ("GET", r"/v1/models/([^/]+)", Endpoint.MODEL),
        ("GET", r"/practice/ledger", Endpoint.LEDGER),
    )
)


def find_endpoint(method: str, path: str) -> tuple[Endpoint, str]:
    """Return the endpoint that a path means, and the batch or model id in it."""
    for known, pattern, endpoint in _ROUTES:
        match = pattern.fullmatch(path)
        if match and known == method:
            return endpoint, "".join(match.groups())
    return Endpoint.UNKNOWN, ""


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it arrived; header names are lower case, `nth` counts per endpoint from 1.

    `subject` is the batch or model id of the path, `origin` the service's own address, `noted`
    the number under which the ledger has a create call.
    """

    endpoint: Endpoint
    nth: int
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Body
    origin: str
    subject: str = ""
    noted: int = 0

    @property
    def retry_count(self) -> int | None:
        """Which repetition of one call the SDK says this is; None when it says nothing."""
        said = self.headers.get("x-stainless-retry-count", "")
        return int(said) if said.isdecimal() else None


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer; the body is sent piece by piece, chunked when its length is not known."""

    status: int
    body: Iterable[bytes]
    length: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_json(cls, value: Any, status: int = 200) -> Reply:
        """Return a reply that holds one JSON value."""
        return cls.of_bytes(msgspec.json.encode(value), status, JSON_TYPE)

    @classmethod
    def of_bytes(cls, content: bytes, status: int = 200, kind: str = "text/html") -> Reply:
        """Return a reply that holds these bytes as they are."""
        return cls(status, (content,), len(content), {"content-type": kind})


_STATUS = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "permission_error": 403,
    "not_found_error": 404,
}


class Refused(Exception):  # noqa: N818 - it is a verdict, and named as the code reads
    """The API's own no, with the type that it has on the wire."""

    def __init__(self, message: str, kind: str = "invalid_request_error") -> None:
        self.kind = kind
        self.message = message
        super().__init__(message)

    @property
    def status(self) -> int:
        """The HTTP status that goes with the type."""
        return _STATUS[self.kind]


def error_body(kind: str, message: str, request_id: str | None = None) -> dict[str, Any]:
    """Return the API's error envelope."""
    error = {"type": kind, "message": message}
    return {"type": "error", "error": error, "request_id": request_id}


def too_large() -> Reply:
    """Return the bare 413 that the network in front of the API sends, without the envelope."""
    error = {"type": "request_too_large", "message": "Request exceeds the maximum size"}
    return Reply.of_json({"error": error}, 413)
