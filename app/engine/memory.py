"""What an estimate says of the service's memory: what was measured, beside a price without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import msgspec

from app.claude.remembered import most_remembered, shared_words
from app.claude.requests import system_text
from app.core.catalog import Model
from app.core.cost import Estimate, size_of
from app.core.history import PastBill, earlier_hits
from app.core.job import JobSettings
from app.core.money_words import about
from app.core.remembered import Hits
from app.engine.replies import EstimateReply, Note


def with_memory(
    reply: EstimateReply,
    settings: JobSettings,
    model: Model,
    past: Sequence[PastBill],
    now: datetime,
) -> EstimateReply:
    """Add to an estimate what the service may remember, and what that brought the last time.

    No sum of the estimate changes: what was measured once is not promised.
    """
    tokens = _about(settings, model) if most_remembered(settings, model) else 0
    if tokens < model.cache_minimum:
        return reply
    found = replace(reply.estimate, shared_tokens=tokens)
    hits = earlier_hits(past, settings, model, now)
    if hits is None:
        return msgspec.structs.replace(reply, estimate=found)
    saved = hits.saved_for(found.rows)
    found = replace(found, memory_share=round(hits.share, 4), memory_usd=saved)
    note = Note("cache", _words(hits, found))
    return msgspec.structs.replace(reply, estimate=found, notes=(*reply.notes, note))


def _about(settings: JobSettings, model: Model) -> int:
    """Guess the tokens that all requests begin with; the service counts them before it matters."""
    words = size_of(system_text(settings, model) + shared_words(settings))
    return round(words.tokens() * model.token_factor)


def _words(hits: Hits, found: Estimate) -> str:
    said = f"{share_words(hits)} in an earlier job."
    if not hits.pays:
        return f"{said} That does not pay, so this job does without."
    saved = found.memory_usd if hits.saved_usd else None
    less = f": {about(saved)} less than this price" if saved else ""
    return f"{said} That pays{less}, if it is so again."


def share_words(hits: Hits) -> str:
    """Say which share of the shared instructions was read from memory."""
    return f"{hits.share:.0%} of the shared instructions was read from memory"
