"""Ready-made requests leave as they are written in the file, checked by the service before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.claude.service import Service
from app.claude.translate import ServiceError
from app.core import plan, ready_made
from app.core.catalog import Catalog, Model
from app.core.causes import Cause
from app.core.errors import SheafError
from app.core.job import Changes, Job, JobSettings, RowState
from app.core.request_rules import left_out
from app.core.request_size import RequestSize
from app.core.request_weight import weigh
from app.core.table import Row
from app.engine.looking import in_its_words, is_about_one
from app.engine.prepare import Aside, unfit
from app.store.ready_made import ReadyMade

_COUNTED = (
    "messages",
    "system",
    "thinking",
    "tools",
    "tool_choice",
    "output_config",
    "cache_control",
)
"""What the free counting of tokens looks at."""


ENVELOPE = 100
"""The most that a request has around its params: its id, its keys and a comma."""


def params_to_send(
    params: bytes, settings: JobSettings, changes: Changes, catalog: Catalog
) -> bytes:
    """Return the params that go out: those of the file, but for what the person has changed."""
    values: dict[str, object] = {}
    if "max_tokens" in changes.replaced:
        values["max_tokens"] = changes.max_tokens
    if "model" in changes.replaced and not _asks(params, changes.model or "", catalog):
        values["model"] = changes.model
    return ready_made.changed(params, values, left_out(settings))


def _asks(params: bytes, model: str, catalog: Catalog) -> bool:
    """Say whether params ask a model already, by whichever of its names."""
    said = ready_made.decode(params)
    name = said.get("model") if isinstance(said, dict) else None
    return isinstance(name, str) and catalog.find(name) == catalog.find(model)


@dataclass(frozen=True, slots=True)
class AsWritten:
    """Writes the requests of one batch, each with the params of the file."""

    job: Job
    catalog: Catalog
    requests: ReadyMade
    changes: Changes

    def line(self, batch: int, row: int, _cells: Row) -> bytes:
        """Return a row's request as it stands in a batch's body.

        Raises:
            SheafError: the job file lacks it.
        """
        name = plan.custom_id(self.job.tag, batch, row).encode()
        return b'{"custom_id":"%b","params":%b}' % (name, self.params(row))

    def request_size(self, row: int, _cells: Row) -> RequestSize:
        """Return how large a row's request is at most, and what it reads beyond its bytes."""
        params = self.params(row)
        said = ready_made.decode(params)
        model = self.catalog.need(self.changes.model or "")
        size = len(params) + ENVELOPE
        unseen = weigh(said).unseen(model, size)
        return RequestSize(size, unseen=unseen, max_tokens=said["max_tokens"])

    def params(self, row: int) -> bytes:
        """Return the params of a row as they are sent."""
        found = self.requests.one(row)
        if found is None or found.problem:
            raise SheafError("The request of this row is missing in the job file.")
        return params_to_send(found.params, self.job.settings, self.changes, self.catalog)


Extreme = tuple[int, bytes]
"""A row and its params."""


def look_at_requests(
    service: Service, extremes: Iterable[tuple[Model, Extreme, Extreme]]
) -> dict[int, Aside]:
    """Let the service check the largest request to each model before anything is bought; free.

    Returns those that it does not take or that do not fit their model. `extremes` name the model,
    its largest and its smallest request.

    Raises:
        SheafError: it cannot be asked, or it refuses the smallest for the same reason.
    """
    found: dict[int, Aside] = {}
    for model, (row, params), (other, smallest) in extremes:
        why = _trouble(service, model, params)
        if why is None:
            continue
        if row != other and _trouble(service, model, smallest) == why:
            raise SheafError(
                f"The service does not take the requests to {model.name}, as in row {row:,}.",
                why.reason,
                "Correct them in your file. Nothing was sent or charged.",
            )
        found[row] = why
    return found


def _trouble(service: Service, model: Model, params: bytes) -> Aside | None:
    """Return why a request would not be answered."""
    said: Mapping[str, Any] = ready_made.decode(params)
    looked_at = {name: said[name] for name in _COUNTED if name in said}
    try:
        tokens = service.count({"model": said["model"], **looked_at})
    except ServiceError as error:
        if not is_about_one(error):
            raise unfit(error) from error
        reason = f"The service does not take this request. {in_its_words(error)}"
        return Aside(RowState.FAILED, reason, Cause.NOT_SENT)
    if tokens + said["max_tokens"] <= model.max_input_tokens:
        return None
    reason = (
        f"It has about {tokens:,} tokens, too many for {model.name}: with its longest answer it "
        f"may have {model.max_input_tokens:,}."
    )
    return Aside(RowState.FAILED, reason, Cause.NOT_SENT)
