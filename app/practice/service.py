"""The practice service without its sockets: a call goes in, a reply comes out."""

from __future__ import annotations

import hmac
import secrets
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from app.practice.audit import summary
from app.practice.batches import Batches, Conduct, read_envelope
from app.practice.body import BodyTooLargeError
from app.practice.checks import check_params
from app.practice.faults import Faults, NoFaults
from app.practice.ledger import Ledger
from app.practice.message import compose, count_input
from app.practice.models import PracticeModel, by_name, model_info
from app.practice.wire import (
    API_VERSION,
    Call,
    Endpoint,
    Refused,
    Reply,
    error_body,
    too_large,
)


class Service:
    """Everything that the practice service decides."""

    def __init__(
        self, home: Path, conduct: Conduct | None = None, faults: Faults | None = None
    ) -> None:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.home = home
        self.ledger = Ledger(home)
        self.token = self.ledger.fact("token", f"practice-{secrets.token_urlsafe(24)}")
        self._names = {
            "anthropic-organization-id": self.ledger.fact("organisation", str(uuid.uuid4())),
            "anthropic-workspace-id": self.ledger.fact(
                "workspace", f"wrkspc_{secrets.token_hex(12)}"
            ),
        }
        self._conduct = conduct or Conduct()
        self._faults = faults or NoFaults()
        self._models = by_name(self._conduct.models)
        self._batches = Batches(self.ledger, self._conduct)
        self._doors: Mapping[Endpoint, Callable[[Call], Reply]] = {
            Endpoint.CREATE: self._create,
            Endpoint.LIST: self._list,
            Endpoint.RETRIEVE: self._retrieve,
            Endpoint.CANCEL: self._cancel,
            Endpoint.DELETE: self._delete,
            Endpoint.RESULTS: self._results,
            Endpoint.MESSAGE: self._message,
            Endpoint.COUNT: self._count,
            Endpoint.MODELS: self._list_models,
            Endpoint.MODEL: self._model,
            Endpoint.LEDGER: self._books,
        }

    def answer(self, call: Call) -> Reply:
        """Answer one call; faults may step in before and after."""
        request_id = f"req_{secrets.token_hex(12)}"
        if call.endpoint is Endpoint.CREATE:
            now = self._conduct.clock()
            call = replace(call, noted=self.ledger.note_create(now, call.retry_count))
        reply = self._faults.before(call) or self._act(call, request_id)
        headers = {"request-id": request_id, **self._names, **reply.headers}
        return self._faults.after(call, replace(reply, headers=headers))

    def _act(self, call: Call, request_id: str) -> Reply:
        try:
            self._check_head(call)
            return self._doors[call.endpoint](call)
        except Refused as refused:
            error = error_body(refused.kind, refused.message, request_id)
            return Reply.of_json(error, refused.status)
        except BodyTooLargeError:
            return too_large()

    def _check_head(self, call: Call) -> None:
        bearer = call.headers.get("authorization", "").removeprefix("Bearer ")
        given = (bearer, call.headers.get("x-api-key", ""))
        if not any(hmac.compare_digest(key.encode(), self.token.encode()) for key in given):
            raise Refused("invalid x-api-key", "authentication_error")
        if call.endpoint is Endpoint.UNKNOWN:
            raise Refused(f"Not found: {call.method} {call.path}", "not_found_error")
        version = call.headers.get("anthropic-version")
        if call.endpoint is Endpoint.LEDGER:
            return
        if version is None:
            raise Refused("anthropic-version: header is required")
        if version != API_VERSION:
            raise Refused(f"anthropic-version: {version} is not a valid version")

    def _create(self, call: Call) -> Reply:
        body = call.body.load(self._conduct.batch_bytes)
        items = read_envelope(body, self._conduct.batch_requests)
        batch = self._batches.create(items, call.noted)
        return Reply.of_json(self._batches.as_json(batch, call.origin))

    def _list(self, call: Call) -> Reply:
        limit, after_id, before_id = _paging(call.query)
        batches, has_more = self._batches.page(limit, after_id, before_id)
        shown = [self._batches.as_json(batch, call.origin) for batch in batches]
        return Reply.of_json(_page(shown, has_more=has_more))

    def _retrieve(self, call: Call) -> Reply:
        batch = self._batches.find(call.subject)
        return Reply.of_json(self._batches.as_json(batch, call.origin))

    def _cancel(self, call: Call) -> Reply:
        batch = self._batches.cancel(call.subject)
        return Reply.of_json(self._batches.as_json(batch, call.origin))

    def _delete(self, call: Call) -> Reply:
        self._batches.delete(call.subject)
        return Reply.of_json({"id": call.subject, "type": "message_batch_deleted"})

    def _results(self, call: Call) -> Reply:
        pieces = self._batches.results(call.subject)
        return Reply(200, pieces, None, {"content-type": "application/x-jsonl"})

    def _message(self, call: Call) -> Reply:
        params, model = self._checked(call, counting=False)
        seed = secrets.token_hex(8)
        voice = self._conduct.voice
        memory = self._batches.memory
        message = compose(params, model, voice, memory, seed=seed, tier="standard")
        asked = sha256(msgspec.json.encode(params, order="deterministic")).hexdigest()
        self.ledger.note_message(self._conduct.clock(), call.retry_count, asked)
        return Reply.of_json(message)

    def _count(self, call: Call) -> Reply:
        params, model = self._checked(call, counting=True)
        return Reply.of_json({"input_tokens": count_input(params, model, self._conduct.voice)})

    def _checked(self, call: Call, *, counting: bool) -> tuple[dict[str, Any], PracticeModel]:
        body = call.body.load(self._conduct.message_bytes)
        try:
            params = msgspec.json.decode(body)
        except (msgspec.MsgspecError, RecursionError) as error:
            raise Refused(f"The request body is not valid JSON: {error}") from error
        return params, check_params(params, self._models, counting=counting)

    def _list_models(self, call: Call) -> Reply:
        limit, after_id, before_id = _paging(call.query)
        wanted = {"active", "deprecated"}
        stages = {value for name, value in call.query.items() if name.startswith("lifecycle")}
        known = [m for m in self._conduct.models if m.lifecycle in (stages or wanted)]
        names = [model.id for model in known]
        for cursor in filter(None, (after_id, before_id)):
            if cursor not in names:
                raise Refused(f"{cursor} is not a model", "not_found_error")
        end = names.index(before_id) if before_id else len(known)
        start = names.index(after_id) + 1 if after_id else max(0, end - limit) * bool(before_id)
        shown = [model_info(model) for model in known[start:end][:limit]]
        return Reply.of_json(_page(shown, has_more=start > 0 if before_id else end - start > limit))

    def _model(self, call: Call) -> Reply:
        if call.subject not in self._models:
            raise Refused(f"model: {call.subject}", "not_found_error")
        return Reply.of_json(model_info(self._models[call.subject]))

    def _books(self, call: Call) -> Reply:  # noqa: ARG002 - every door has one shape
        return Reply.of_json(summary(self.home))


def _paging(query: Mapping[str, str]) -> tuple[int, str, str]:
    limit = query.get("limit", "20")
    if not limit.isdecimal() or not 1 <= int(limit) <= 1000:
        raise Refused("limit: Input should be from 1 to 1000")
    return int(limit), query.get("after_id", ""), query.get("before_id", "")


def _page(shown: Sequence[Mapping[str, Any]], *, has_more: bool) -> dict[str, Any]:
    return {
        "data": shown,
        "has_more": has_more,
        "first_id": shown[0]["id"] if shown else None,
        "last_id": shown[-1]["id"] if shown else None,
    }
