"""What ready-made requests would cost, kept for the files that were looked through already."""

from __future__ import annotations

import threading
from collections import OrderedDict

from app.core.catalog import Catalog
from app.core.job import Job, JobSettings
from app.engine.replies import EstimateReply
from app.engine.request_review import estimate_requests
from app.store.ready_made import ReadyMade

_KEPT = 8


class RequestEstimates:
    """Looks at the requests of a file once, as long as nothing changes that they depend on.

    Each look reads and weighs every request, and a spend limit that is typed asks at each letter.
    """

    def __init__(self) -> None:
        self._door = threading.Lock()
        self._known: OrderedDict[object, tuple[Catalog, EstimateReply]] = OrderedDict()

    def estimate(
        self, job: Job, settings: JobSettings, catalog: Catalog, requests: ReadyMade
    ) -> EstimateReply:
        """Forecast the cost of a job's requests."""
        key = (job.tag, job.source, job.rows, settings.rows, settings.leave_out_refused)
        if not job.source.digest:
            return estimate_requests(job, settings, catalog, requests)
        with self._door:
            known = self._known.get(key)
        if known is not None and known[0] == catalog:
            return known[1]
        found = estimate_requests(job, settings, catalog, requests)
        with self._door:
            self._known[key] = (catalog, found)
            self._known.move_to_end(key)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return found
