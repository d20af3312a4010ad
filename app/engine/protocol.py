"""The lines between window and engine: verbs with numbers, replies, events.

One JSON object a line, binary UTF-8, over the engine's standard input and output. Rows never
travel here, but for those that a person pastes: the window reads them from the job file through
engine.view. A key travels once, inside a verb that is never logged. This module imports neither
the SDK nor Qt.
"""

from __future__ import annotations

from typing import Any

import msgspec

from app.core.errors import Halt
from app.engine.bill_replies import BillReply, PastForecast, SpendingReply
from app.engine.bill_verbs import Bill, PastForecasts, SaveBill, Spending
from app.engine.events import AnyEvent
from app.engine.money_replies import PriceTable, TrialPlan, TrialReply
from app.engine.money_verbs import (
    CountRows,
    PlanTrial,
    Prices,
    SetPrices,
    StopCounting,
    StopTrial,
    TrialSoFar,
    TryRows,
)
from app.engine.replies import (
    Arranged,
    CauseGroup,
    Deleted,
    Distribution,
    EstimateReply,
    Exported,
    FoundRows,
    IdCheck,
    JobLine,
    KeyReply,
    ModelList,
    Pasted,
    Readings,
    Review,
    Welcome,
)
from app.engine.verbs import (
    Arrange,
    Cancel,
    CheckId,
    CompareReadings,
    Delete,
    DeleteRemote,
    Distribute,
    Duplicate,
    EstimateJob,
    Export,
    FindRows,
    Groups,
    Hello,
    KeyForget,
    KeySave,
    KeyState,
    KeyTest,
    KeyUseOnce,
    ListJobs,
    Load,
    Models,
    Paste,
    RaiseLimit,
    Rename,
    Resume,
    Retry,
    ReviewJob,
    Save,
    SaveSettings,
    SettleDoubt,
    StopLoading,
    Submit,
    TakeOver,
    Verb,
)

AnyVerb = (
    Hello | ListJobs | Load | Paste | StopLoading | Save | CheckId | FindRows | CompareReadings
    | EstimateJob
    | ReviewJob | Submit | Resume | TakeOver | Cancel | Retry | Export | Arrange | Distribute
    | Rename | Duplicate | Delete | Groups | SettleDoubt | RaiseLimit | DeleteRemote | Models
    | KeyState | KeyTest | KeySave | KeyUseOnce | KeyForget | SaveSettings
    | Prices | SetPrices | CountRows | StopCounting | PlanTrial | TryRows
    | TrialSoFar | StopTrial
    | Bill | SaveBill | PastForecasts | Spending
)  # fmt: skip


class Ask(msgspec.Struct, frozen=True):
    """A verb with the number under which its answer comes back."""

    id: int
    ask: AnyVerb


class Done(msgspec.Struct, frozen=True, tag_field="line"):
    """The reply to one verb, as JSON still to be read as that verb's reply type."""

    id: int
    value: msgspec.Raw = msgspec.Raw(b"null")


class Failed(msgspec.Struct, frozen=True, tag_field="line"):
    """One verb could not be done: a SheafError's three parts and its kind."""

    id: int
    what: str
    why: str = ""
    fix: str = ""
    needs_person: bool = False
    halt: Halt = Halt.NONE


class Said(msgspec.Struct, frozen=True, tag_field="line"):
    """An event."""

    event: AnyEvent


EngineLine = Done | Failed | Said

REPLIES: dict[type[Verb], Any] = {
    Hello: Welcome,
    ListJobs: tuple[JobLine, ...],
    Load: JobLine,
    Paste: Pasted,
    StopLoading: None,
    Save: JobLine,
    CheckId: IdCheck,
    FindRows: FoundRows,
    CompareReadings: Readings | None,
    EstimateJob: EstimateReply,
    ReviewJob: Review,
    Submit: JobLine,
    Resume: JobLine,
    TakeOver: JobLine,
    Groups: tuple[CauseGroup, ...],
    SettleDoubt: JobLine,
    RaiseLimit: JobLine,
    DeleteRemote: Deleted,
    Cancel: JobLine,
    Retry: JobLine,
    Export: Exported,
    Arrange: Arranged,
    Distribute: tuple[Distribution, ...],
    Rename: JobLine,
    Duplicate: JobLine,
    Delete: None,
    Models: ModelList,
    KeyState: KeyReply,
    KeyTest: KeyReply,
    KeySave: KeyReply,
    KeyUseOnce: KeyReply,
    KeyForget: KeyReply,
    SaveSettings: dict[str, Any],
    Prices: PriceTable,
    SetPrices: PriceTable,
    CountRows: EstimateReply,
    StopCounting: None,
    Bill: BillReply,
    SaveBill: Exported,
    PastForecasts: tuple[PastForecast, ...],
    Spending: SpendingReply,
    PlanTrial: TrialPlan,
    TryRows: TrialReply,
    TrialSoFar: TrialReply,
    StopTrial: None,
}
"""What each verb's reply is read as."""
