"""What was forecast of a job when it was started, kept with it."""

from __future__ import annotations

import sqlite3
from dataclasses import astuple
from decimal import Decimal

from app.core.history import Forecast
from app.store.database import fetch, transaction
from app.store.records import from_json, to_json
from app.store.soundness import check_moment, check_money, sound


class Forecasts:
    """The forecast of one open job file."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def keep(self, forecast: Forecast) -> None:
        """Keep the forecast with which the job is started."""
        with transaction(self._database):
            self._database.execute(
                "insert or replace into forecast values (1, ?)", (to_json(forecast),)
            )

    def read(self) -> Forecast | None:
        """Return the forecast; None for a job that was started without one.

        Raises:
            SheafError: the file is damaged.
        """
        found = fetch(self._database, "select what from forecast")
        if not found:
            return None
        forecast = from_json(found[0][0], Forecast)
        with sound():
            check_moment(forecast.made_at)
            for value in astuple(forecast.estimate):
                if isinstance(value, Decimal):
                    check_money(str(value))
        return forecast
