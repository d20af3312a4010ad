"""What the SDK, the network and the API say, in plain words, with what may be done about it.

One table for the statuses and error codes (claude-batch-api section 3.3): who must act, whether
the job may go on by itself, and how long to wait. Never branches on the wording of a message,
except for the two credit sentences that come as 400 without a code.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from app.core.causes import Cause
from app.core.errors import Halt, SheafError, Standing

if TYPE_CHECKING:
    import anthropic

_SHORT_WAIT = 20.0
_LONGEST_WAIT = 30 * 24 * 3600.0
NOTHING_CHARGED = "What was refused is not charged."
"""True of the first call of a job and of any later one."""


class Verdict(Enum):
    """What an error of a create call means for its batch."""

    REFUSED = auto()
    """Certainly not created; a person must mend something first."""
    LATER = auto()
    """Certainly not created; may be tried again after a while."""
    SPLIT = auto()
    """Certainly not created: too large; to be cut in two."""
    UNSURE = auto()
    """Nobody knows: to be looked up, never sent again blindly."""


class ServiceError(SheafError):
    """An error of the service or the way to it, with what it means for a create call."""

    def __init__(
        self,
        what: str,
        why: str = "",
        fix: str = "",
        *,
        verdict: Verdict = Verdict.REFUSED,
        wait_seconds: float | None = None,
        status: int | None = None,
        halt: Halt = Halt.NONE,
    ) -> None:
        super().__init__(what, why, fix, standing=Standing.NEEDS_PERSON, halt=halt)
        self.verdict = verdict
        self.wait_seconds = wait_seconds
        self.status = status

    @property
    def is_full_queue(self) -> bool:
        """Whether the service has no room for another batch until one of ours has ended."""
        return self.status == 429 and self.wait_seconds is None

    @property
    def passing(self) -> bool:
        """Whether a call that buys nothing may simply be repeated."""
        return self.verdict in (Verdict.LATER, Verdict.UNSURE)


@dataclass(frozen=True, slots=True)
class _Rule:
    what: str
    why: str
    fix: str
    verdict: Verdict = Verdict.REFUSED
    halt: Halt = Halt.REFUSED


_CREDIT = _Rule(
    "Your Anthropic credit has run out.",
    "What was answered is safe; unsent rows were not charged.",
    "Add credit in the Anthropic Console, then continue the job.",
    halt=Halt.CREDIT,
)
_USAGE_LIMIT = _Rule(
    "The spend limit set in the Anthropic Console is reached.",
    "What was answered is safe; unsent rows were not charged.",
    "Raise the limit in the Console or wait for the next month, then continue the job.",
    halt=Halt.USAGE_LIMIT,
)
_KEY = _Rule(
    "This key was not accepted.",
    "It may have been deleted or copied incompletely. " + NOTHING_CHARGED,
    "Paste a working key in Settings, then continue the job.",
    halt=Halt.KEY,
)
_HOLD = _Rule(
    "Anthropic has put your organisation on hold.",
    NOTHING_CHARGED,
    "Write to Anthropic's support; the job waits here.",
    halt=Halt.HOLD,
)

_BY_CODE: dict[str, _Rule] = {
    "enforced_spend_limit_reached": _USAGE_LIMIT,
    "contract_spend_limit_reached": _USAGE_LIMIT,
    "linked_organization_spend_limit_reached": _USAGE_LIMIT,
    "linked_organization_billing_unavailable": _CREDIT,
    "organization_on_hold": _HOLD,
    "claude_code_key_creator_not_member": _KEY,
}
_BY_STATUS: dict[int, _Rule] = {
    400: _Rule(
        "The service refused the request.",
        NOTHING_CHARGED,
        "Change what it names, then try again.",
    ),
    401: _KEY,
    402: _CREDIT,
    403: _Rule(
        "This key may not do that.",
        NOTHING_CHARGED,
        "Ask whoever gave you the key to allow batches for its workspace.",
        halt=Halt.RIGHTS,
    ),
    404: _Rule(
        "The service does not know what was asked for.",
        "It may belong to another key's workspace.",
        "Use the key with which the job was started.",
        halt=Halt.ACCOUNT,
    ),
    413: _Rule("A batch was too large for the service.", NOTHING_CHARGED, "", Verdict.SPLIT),
    429: _Rule(
        "Anthropic asks to slow down.", "Sheaf waits and goes on by itself.", "", Verdict.LATER
    ),
}
_UNCLEAR = _Rule(
    "Anthropic's service had a fault while answering.",
    "Sheaf looks up whether the batch arrived before anything is sent again.",
    "",
    Verdict.UNSURE,
)

PERHAPS_TOO_LARGE = "Something on the way to Anthropic says that a batch is too large."
_PERHAPS_TOO_LARGE = _Rule(
    PERHAPS_TOO_LARGE,
    "Sheaf looks up whether it arrived; if not, it is sent in two parts.",
    "",
    Verdict.UNSURE,
)


def translate(error: Exception, *, body_begun: bool = True, creating: bool = False) -> SheafError:
    """Say what an exception of the SDK means.

    `body_begun` False means that no byte of a body had left: then a lost connection is harmless.
    `creating` says that the call was to buy a batch: only that can meet a full queue.
    """
    import anthropic

    if isinstance(error, SheafError):
        return error
    if isinstance(error, anthropic.APIStatusError):
        return _queue_full(error) if creating and _is_full_queue(error) else _status_error(error)
    if isinstance(error, anthropic.APIConnectionError):
        return _connection_error(error, body_begun=body_begun)
    return ServiceError(
        "The service's answer could not be understood.",
        f"({type(error).__name__})",
        "Sheaf looks up what became of it.",
        verdict=Verdict.UNSURE,
    )


def _status_error(error: anthropic.APIStatusError) -> ServiceError:
    rule = _rule(error)
    named = f'Anthropic says: "{error.api_message}"' if error.api_message else ""
    why = f"{rule.why} {named}".strip() if error.status_code == 400 else rule.why
    return ServiceError(
        rule.what,
        why,
        rule.fix,
        verdict=rule.verdict,
        wait_seconds=_retry_after(error) if rule.verdict is Verdict.LATER else None,
        status=error.status_code,
        halt=rule.halt,
    )


def _is_full_queue(error: anthropic.APIStatusError) -> bool:
    """Tell a full queue from too quick calls: nothing says how long to wait (section 3.1)."""
    plain = error.error_code is None and "retry-after" not in error.response.headers
    return error.status_code == 429 and error.type is not None and plain


def _queue_full(error: anthropic.APIStatusError) -> ServiceError:
    return ServiceError(
        "Anthropic's queue is full.",
        "Sheaf waits until one of your batches has ended, and goes on by itself.",
        verdict=Verdict.LATER,
        status=error.status_code,
    )


def credit_ran_out(rows: int) -> ServiceError:
    """Say that credit ended while a batch was at work: so many of its rows were not answered."""
    ran_out = f"Your Anthropic credit ran out before {rows:,} rows had their turn."
    return ServiceError(ran_out, _CREDIT.why, _CREDIT.fix, halt=_CREDIT.halt)


def _rule(error: anthropic.APIStatusError) -> _Rule:
    if error.error_code in _BY_CODE:
        return _BY_CODE[error.error_code]
    if error.status_code == 400 and (credit := _credit_words(error.api_message or "")):
        return credit
    rule = _BY_STATUS.get(error.status_code, _UNCLEAR)
    if rule.verdict is Verdict.SPLIT:
        return rule if _says_too_large(error.body) else _PERHAPS_TOO_LARGE
    return _UNCLEAR if error.type is None else rule


def _says_too_large(body: object) -> bool:
    """Tell the service's two shapes of 413 from a page of something on the way (section 1.7)."""
    inner = body.get("error") if isinstance(body, dict) else None
    kind = inner.get("type") if isinstance(inner, dict) else None
    return isinstance(kind, str) and kind.startswith("request_")


def _credit_words(message: str) -> _Rule | None:
    """Known to come as plain 400 (section 3.3): there is no code to go by."""
    if message.startswith("Your credit balance is too low"):
        return _CREDIT
    limits = "You have reached your specified", "You have reached your workspace"
    return _USAGE_LIMIT if message.startswith(limits) else None


def _retry_after(error: anthropic.APIStatusError) -> float:
    try:
        seconds = float(error.response.headers.get("retry-after", _SHORT_WAIT))
    except ValueError:
        return _SHORT_WAIT
    return min(max(1.0, seconds), _LONGEST_WAIT) if math.isfinite(seconds) else _SHORT_WAIT


def _connection_error(error: anthropic.APIConnectionError, *, body_begun: bool) -> ServiceError:
    cause = error.__cause__
    if not body_begun or type(cause).__name__ in ("ConnectError", "ConnectTimeout", "ProxyError"):
        return ServiceError(
            "Sheaf cannot reach Anthropic.",
            _why_unreachable(cause),
            "Check the internet connection; Sheaf tries again by itself.",
            verdict=Verdict.LATER,
            wait_seconds=_SHORT_WAIT,
        )
    return ServiceError(
        "The connection to Anthropic broke.",
        "Sheaf looks up what arrived before anything is sent again.",
        verdict=Verdict.UNSURE,
    )


def _why_unreachable(cause: BaseException | None) -> str:
    text = str(cause)
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return "The connection is not safe: its certificate cannot be checked."
    if type(cause).__name__ == "ProxyError":
        return "The proxy of this network does not let it through."
    return "No connection could be made, so nothing was sent."


_CREDIT_GONE = (Cause.CREDIT, "Your Anthropic credit ran out before this row's turn came")
_ITEMS: dict[str, tuple[Cause, str]] = {
    "invalid_request_error": (Cause.REFUSED, "The service refused this row's request"),
    "not_found_error": (Cause.REFUSED, "The service does not know the model of this request"),
    "authentication_error": (
        Cause.KEY,
        "The key was no longer accepted when this row's turn came",
    ),
    "billing_error": _CREDIT_GONE,
    "permission_error": (Cause.KEY, "The key may not do this"),
    "rate_limit_error": (Cause.FAULT, "The service was asked too fast for this row"),
    "timeout_error": (Cause.FAULT, "The service took too long over this row"),
    "api_error": (Cause.FAULT, "The service had a fault at this row"),
    "overloaded_error": (Cause.FAULT, "The service was overloaded at this row"),
}
_UNKNOWN_ITEM = (Cause.UNKNOWN, "The service could not answer this row")


def item_refused(kind: str, message: str) -> tuple[Cause, str]:
    """Say in plain words why one item of a batch was not answered; it is not charged."""
    cause, words = _CREDIT_GONE if _credit_words(message) else _ITEMS.get(kind, _UNKNOWN_ITEM)
    said = f': "{message}"' if message and cause is Cause.REFUSED else ""
    return cause, f"{words}{said}. Nothing was charged for it."
