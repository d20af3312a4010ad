"""Estimates of jobs, from all that one engine has learnt of them so far."""

from __future__ import annotations

from app.core.catalog import Catalog
from app.core.job import JobSettings
from app.core.ready_made import is_ready_made
from app.engine.estimate import price, volume_of
from app.engine.prepare import pages_of
from app.engine.replies import EstimateReply
from app.engine.request_review import estimate_requests
from app.engine.sizing import Sizing, Table
from app.store.reader import JobReader


class Estimator:
    """Knows the sizes of rows that were measured; any thread may ask."""

    def __init__(self) -> None:
        self.sizing = Sizing()

    def estimate(
        self,
        reader: JobReader,
        settings: JobSettings,
        catalog: Catalog,
        *,
        every_row: bool = False,
    ) -> EstimateReply:
        """Forecast the cost of a job with these settings.

        With `every_row` all rows are measured, however long that takes.
        """
        table = table_of(reader)
        if is_ready_made(table.job):
            return estimate_requests(table.job, settings, catalog, reader.requests)
        read = volume_of(table.job, settings, catalog, self.sizing, table, every_row=every_row)
        return price(table.job, settings, catalog, read)


def table_of(reader: JobReader) -> Table:
    """Return a job's rows as they can be read now."""
    return Table(reader.head(), pages_of(reader.source_rows), reader.files)
