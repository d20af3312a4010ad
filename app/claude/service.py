"""The calls to the service, through the SDK: batches, their results, and the free calls.

The SDK is imported when a Service is made, not before: it costs seconds. Credentials, addresses
and headers that the environment offers to the SDK are ignored, so that nobody's work is billed to
an account they did not choose. No redirect is followed, so that the key stays with its host, and
no proxy is asked for what is on this computer.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import quote, urlsplit

from app import clock
from app.claude.address import check_address, is_loopback
from app.claude.model_info import live_model
from app.claude.spool import Spool
from app.claude.translate import ServiceError, Verdict, translate
from app.core.job import Account
from app.core.live_models import LiveModel

if TYPE_CHECKING:
    import httpx2
    from anthropic import APIResponse
    from anthropic.types.messages import MessageBatch

RAW_RESPONSE_HEADER = "X-Stainless-Raw-Response"
"""Makes the SDK hand a response over unread (its own constant is private)."""
_BATCHES = "/v1/messages/batches"
_PAGE = 1000
_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True)
class RemoteBatch:
    """A batch as the service describes it; counts are zero until it has ended (section 1.3)."""

    id: str
    ended: bool
    cancelling: bool
    requests: int
    created_at: datetime
    expires_at: datetime | None
    ended_at: datetime | None
    has_results: bool


def ignore_environment() -> None:
    """Take every variable that the SDK would read out of this process's environment."""
    for name in [name for name in os.environ if name.startswith("ANTHROPIC_")]:
        del os.environ[name]


class Service:
    """One connection: an address and a key, neither of which it ever writes anywhere."""

    def __init__(self, address: str, key: str) -> None:
        ignore_environment()
        import anthropic

        self.address = check_address(address)
        self.account = Account(self.address)
        self.clock_offset: float | None = None
        """The service's clock minus ours, in seconds, once a reply has told it."""
        self._client = anthropic.Anthropic(
            api_key=key,
            base_url=self.address,
            timeout=anthropic.Timeout(120.0, connect=10.0, write=600.0),
            max_retries=2,
            open_telemetry=False,
            http_client=anthropic.DefaultHttpxClient(
                verify=_trust(),
                mounts=_without_proxy(self.address),
                follow_redirects=False,
                event_hooks={"response": [self._note_account]},
            ),
        )
        # The engine waits and repeats by itself, and can be stopped while it waits.
        self._once = self._client.with_options(max_retries=0)

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def _note_account(self, response: httpx2.Response) -> None:
        """Keep the organisation and workspace that the service names in its headers, and its time.

        A router or proxy that answers in its place has a clock of its own, and no request-id.
        """
        if "request-id" not in response.headers:
            return
        with suppress(TypeError, ValueError):
            told = parsedate_to_datetime(response.headers.get("date", ""))
            self.clock_offset = (told - clock.now()).total_seconds()
        organization = response.headers.get("anthropic-organization-id", "")
        if organization:
            workspace = response.headers.get("anthropic-workspace-id", "")
            self.account = Account(self.address, organization, workspace)

    # --- batches ----------------------------------------------------------------------------

    def create(self, spool: Spool) -> RemoteBatch:
        """Buy a batch: one POST, never repeated by itself, streamed from the disk.

        Raises:
            ServiceError: its verdict says whether the batch may exist.
        """
        from anthropic.types.messages import MessageBatch

        headers = {"Content-Length": str(spool.size)}
        with _in_plain_words(spool):
            found = self._once.with_options(timeout=600.0).post(
                _BATCHES, cast_to=MessageBatch, content=spool, options={"headers": headers}
            )
        return _need_batch(found)

    def retrieve(self, batch_id: str) -> RemoteBatch:
        """Ask how a batch is doing."""
        return _need_batch(_call(lambda: self._once.messages.batches.retrieve(batch_id)))

    def cancel(self, batch_id: str) -> RemoteBatch:
        """Ask the service to stop a batch; what it has begun may still be answered."""
        return _need_batch(_call(lambda: self._once.messages.batches.cancel(batch_id)))

    def delete(self, batch_id: str) -> None:
        """Delete an ended batch at the service, with its rows and answers there."""
        _call(lambda: self._once.messages.batches.delete(batch_id))

    def batches_since(self, moment: datetime) -> list[RemoteBatch]:
        """List the workspace's batches created at or after a moment, newest first."""
        return _call(lambda: list(self._listed(moment)))

    def _listed(self, moment: datetime) -> Iterator[RemoteBatch]:
        for found in self._once.messages.batches.list(limit=_PAGE):
            batch = _need_batch(found)
            if batch.created_at < moment:
                return
            yield batch

    @contextmanager
    def results(self, batch_id: str) -> Iterator[Iterator[bytes]]:
        """Open the results of a batch as a stream of bytes, from the configured host only.

        The path is built here: an address inside the service's reply is never followed. A stream
        that breaks while it is read is begun anew by the caller.

        Raises:
            ServiceError: the results cannot be opened, or the stream broke.
        """
        headers = {RAW_RESPONSE_HEADER: "stream", "Accept": "application/binary"}
        path = f"{_BATCHES}/{quote(batch_id, safe='')}/results"
        opened = _call(lambda: self._once.get(path, cast_to=object, options={"headers": headers}))
        response = cast("APIResponse[object]", opened)
        try:
            _need_lines(response)
            yield _readable(response.iter_bytes())
        finally:
            response.close()

    # --- one message ------------------------------------------------------------------------

    def message(self, params: dict[str, Any]) -> tuple[bytes, str]:
        """Buy one answer, at once and at the standard price: one call, never repeated by itself.

        Returns the reply as it came, and the id that the service gave the call.

        Raises:
            ServiceError: its verdict says whether it may have been charged.
        """
        ask = self._once.with_options(timeout=600.0).messages.with_raw_response.create
        response = _call(lambda: ask(**params)).http_response
        return response.content, response.headers.get("request-id", "")

    # --- free calls -------------------------------------------------------------------------

    def ask_account(self) -> None:
        """Make `account` known, by a call that every key for batches may make."""
        if not self.account.organization:
            _call(lambda: self._once.messages.batches.list(limit=1))

    def ask_time(self) -> float | None:
        """Return the service's clock minus ours in seconds, asked for when no reply has told it."""
        if self.clock_offset is None:
            _call(lambda: self._once.messages.batches.list(limit=1))
        return self.clock_offset

    def count(self, params: dict[str, Any]) -> int:
        """Let the service check a request's params and count its tokens; free."""
        accepted = {name: value for name, value in params.items() if name != "max_tokens"}
        counted = _call(lambda: self._client.messages.count_tokens(**accepted))
        return counted.input_tokens

    def models(self) -> list[LiveModel]:
        """List the models that this key may use; free, and the test of a key."""
        return _call(lambda: [live_model(found) for found in self._client.models.list(limit=_PAGE)])


def _without_proxy(address: str) -> dict[str, None]:
    """Keep what is on this computer away from the network's proxy, as the SDK would not."""
    host = urlsplit(address).hostname or ""
    pattern = f"all://[{host}]" if ":" in host else f"all://{host}"
    return {pattern: None} if is_loopback(host) else {}


def _trust() -> ssl.SSLContext:
    """Trust what the system trusts, so that company networks with their own certificates work."""
    import truststore

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@contextmanager
def _in_plain_words(spool: Spool | None = None) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        begun = spool is None or spool.begun
        raise translate(error, body_begun=begun, creating=spool is not None) from error


def _call(call: Callable[[], _Found]) -> _Found:
    with _in_plain_words():
        return call()


def _readable(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Pass a stream on; what breaks while it is read is said in plain words."""
    with _in_plain_words():
        yield from chunks


def _need_batch(found: object) -> RemoteBatch:
    """Read a MessageBatch; a proxy's page with status 200 comes as a str and is refused."""
    from anthropic.types.messages import MessageBatch

    if isinstance(found, MessageBatch):
        # The SDK builds its values unchecked: a garbled reply has attributes missing.
        with suppress(AttributeError, TypeError):
            return _remote(found)
    raise ServiceError(
        "The service's answer could not be understood.",
        "A proxy or a sign-in page of this network may have answered in its place.",
        "Sheaf looks up what became of it.",
        verdict=Verdict.UNSURE,
    )


def _remote(found: MessageBatch) -> RemoteBatch:
    """Read a batch whose values are as the reply had them, whatever their types say.

    Raises:
        TypeError: it has no id, or no time.
    """
    name, created_at = _name(found.id), _moment(found.created_at)
    if not name or created_at is None:
        raise TypeError("not a batch")
    counts = found.request_counts
    together = (
        counts.processing, counts.succeeded, counts.errored, counts.canceled, counts.expired
    )  # fmt: skip
    return RemoteBatch(
        id=name,
        ended=found.processing_status == "ended",
        cancelling=found.processing_status == "canceling",
        requests=sum(together),
        created_at=created_at,
        expires_at=_moment(found.expires_at),
        ended_at=_moment(found.ended_at),
        has_results=found.archived_at is None,
    )


def _name(value: object) -> str:
    return value if isinstance(value, str) else ""


def _moment(value: object) -> datetime | None:
    """Return a time that a reply holds; None where it is not one."""
    return value if isinstance(value, datetime) and value.tzinfo is not None else None


def _need_lines(response: APIResponse[object]) -> None:
    """Refuse a web page where result lines should be."""
    kind = response.headers.get("content-type", "")
    if "html" in kind or response.status_code != 200:
        raise ServiceError(
            "The answers could not be fetched.",
            "A proxy or a sign-in page of this network answered in the service's place.",
            "Sheaf tries again by itself.",
            verdict=Verdict.LATER,
            status=response.status_code,
        )
