"""One row answered at once: its message becomes an Outcome, as a line of a batch's results does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec

from app.claude.results import ResultReader
from app.claude.service import Service
from app.claude.translate import ServiceError, Verdict
from app.core.answers import AnswerColumn
from app.core.job import Outcome
from app.core.plan import custom_id


def answer(
    service: Service, params: dict[str, Any], tag: str, row: int, answers: Sequence[AnswerColumn]
) -> Outcome:
    """Ask one row, and read what came.

    Raises:
        ServiceError: its verdict says whether the row may have been charged.
    """
    body, request_id = service.message(params)
    return replace(read_message(body, tag, row, answers), request_id=request_id)


def read_message(body: bytes, tag: str, row: int, answers: Sequence[AnswerColumn]) -> Outcome:
    """Read the body of a Messages reply.

    Raises:
        ServiceError: it is something else, as from a proxy that answered in the service's place.
    """
    try:
        is_message = msgspec.json.decode(body, type=_Reply).type == "message"
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        is_message = False
    name = custom_id(tag, 1, row).encode()
    line = b'{"custom_id":"%b","result":{"type":"succeeded","message":%b}}' % (name, body)
    outcome = ResultReader(tag, 1, answers).read(line) if is_message else None
    if outcome is None:
        raise ServiceError(
            "The service's answer could not be understood.",
            "A proxy or a sign-in page of this network may have answered in its place.",
            verdict=Verdict.UNSURE,
        )
    return outcome


class _Reply(msgspec.Struct):
    type: str = ""
