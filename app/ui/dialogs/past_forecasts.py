"""All forecasts that came to a bill, newest first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from app.engine.bill_replies import PastForecast
from app.ui.job.bill_cards import past_line
from app.ui.widgets.button import Button
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.label import Label

_MOST = 200


class PastForecastsDialog(Dialog):
    """A line per job; those that were cancelled are not compared."""

    def __init__(self, past: Sequence[PastForecast], parent: QWidget | None = None) -> None:
        super().__init__(parent, "Forecasts so far", icon="history", width=520, scrolls=True)
        self.setObjectName("past-forecasts")
        inside = sum(line.verdict == "within" for line in past)
        compared = sum(line.deviation is not None for line in past)
        said = f"{inside:,} of {compared:,} bills were inside the range of their forecast."
        self.body.addWidget(Label(said, "body", "text2", wrap=True))
        for line in past[:_MOST]:
            self.body.addWidget(past_line(line))
        done = Button("Close", "primary")
        done.clicked.connect(self.accept)
        self.add_note("This history stays on this computer, also when jobs are deleted.")
        self.add_button(done, default=True)
