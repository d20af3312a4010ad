"""Why a row has no answer: a few causes that a person can act on, each with its one fix."""

from __future__ import annotations

from enum import StrEnum


class Cause(StrEnum):
    """Why a row has no fitting answer; blank where nothing is wrong."""

    NONE = ""
    EXPIRED = "expired"
    CREDIT = "credit"
    CUT_OFF = "cut_off"
    MISFIT = "misfit"
    LEFT_OUT = "left_out"
    """Asked with other rows, and without a certain answer in the reply to them all."""
    DECLINED = "declined"
    REFUSED = "refused"
    KEY = "key"
    FAULT = "service_fault"
    NO_RESULT = "no_result"
    NOT_SENT = "not_sent"
    """A ready-made request that the service would refuse, known before."""
    TOO_LARGE = "too_large"
    FILE = "file"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


class Fix(StrEnum):
    """The one thing to do about a cause."""

    RETRY = "retry"
    LONGER_ANSWER = "longer_answer"
    OTHER_MODEL = "other_model"
    LOOK = "look"
    CHANGE_DATA = "change_data"


FIXES: dict[Cause, Fix] = {
    Cause.EXPIRED: Fix.RETRY,
    Cause.CREDIT: Fix.RETRY,
    Cause.CUT_OFF: Fix.LONGER_ANSWER,
    Cause.MISFIT: Fix.LOOK,
    Cause.LEFT_OUT: Fix.RETRY,
    Cause.DECLINED: Fix.OTHER_MODEL,
    Cause.REFUSED: Fix.CHANGE_DATA,
    Cause.KEY: Fix.RETRY,
    Cause.FAULT: Fix.RETRY,
    Cause.NO_RESULT: Fix.RETRY,
    Cause.NOT_SENT: Fix.CHANGE_DATA,
    Cause.TOO_LARGE: Fix.CHANGE_DATA,
    Cause.FILE: Fix.RETRY,
    Cause.CANCELLED: Fix.RETRY,
    Cause.UNKNOWN: Fix.RETRY,
}
"""In the order in which the groups are shown."""
