"""Settling a batch of which nobody knows whether it arrived: by looking, never by sending again.

The workspace's batches are listed back to before the send time. A candidate has our number of
requests and an id that no job of ours knows (claude-batch-api section 2). Proof of identity is
the tag in the custom_ids of its results, once they can be read.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from app.claude.results import ResultReader, lines
from app.claude.service import RemoteBatch, Service
from app.core.job import Batch
from app.engine.bench import Bench
from app.store.job_file import JobFile
from app.store.library import readable_jobs

SKEW = timedelta(minutes=10)
"""How far the clocks of this computer and the service may be apart."""


def reconcile(bench: Bench, job_file: JobFile, service: Service, batch: Batch) -> bool:
    """Look once for a batch in doubt; True when it is settled either way.

    Raises:
        ServiceError: the list cannot be read just now.
    """
    found = _candidates(bench, job_file, service, batch)
    ours = [remote for remote in found if _is_ours(job_file, service, batch, remote)]
    if len(found) == 1 and not found[0].ended:
        ours = found
    if len(ours) == 1:
        remote = ours[0]
        job_file.journal.mark_sent(batch.number, remote.id, remote.created_at, remote.expires_at)
        return True
    if any(not remote.ended for remote in found):
        return False
    if _waited(bench, batch) < bench.patience.reconcile:
        return False
    job_file.journal.mark_planned(batch.number)
    return True


def _candidates(
    bench: Bench, job_file: JobFile, service: Service, batch: Batch
) -> list[RemoteBatch]:
    since = (batch.sending_at or bench.clock()) - SKEW
    known = set(_known_ids(bench.places.jobs)) | job_file.journal.known_ids()
    return [
        remote
        for remote in service.batches_since(since)
        if remote.requests == batch.rows and remote.id not in known
    ]


def _known_ids(folder: Path) -> Iterator[str]:
    for reader in readable_jobs(folder):
        for batch in reader.batches():
            if batch.remote_id:
                yield batch.remote_id


def _is_ours(job_file: JobFile, service: Service, batch: Batch, remote: RemoteBatch) -> bool:
    """Look at the first line of an ended batch: its custom_id carries the tag of its job."""
    if not remote.ended:
        return False
    reader = ResultReader(job_file.head().tag, batch.number, ())
    with service.results(remote.id) as stream:
        first = next(lines(stream), b"")
    return reader.read(first) is not None


def _waited(bench: Bench, batch: Batch) -> float:
    """Return for how many seconds the batch has been in doubt."""
    if batch.sending_at is None:
        return 0.0
    return (bench.clock() - batch.sending_at).total_seconds()
