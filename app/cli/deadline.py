"""How long answers that are not here yet can be had, or that it is too late."""

from __future__ import annotations

from datetime import datetime


def deadline_words(fetch_by: str, now: datetime) -> str:
    """Say until when answers can be fetched; `fetch_by` is a JobLine's."""
    until = datetime.fromisoformat(fetch_by)
    moment = f"{until:%Y-%m-%d %H:%M} UTC"
    if until <= now:
        return (
            f"Too late: answers that were not fetched by {moment} are gone; the service keeps "
            "them for 29 days. Resume the job: their rows are marked, and can be asked again."
        )
    days = (until - now).days
    left = f"{days} more days" if days > 1 else "less than two days"
    return f"Resume the job soon: answers can be fetched for {left}, until {moment}."
