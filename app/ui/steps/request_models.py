"""The models that ready-made requests ask: how many of them each, and what those cost."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from app.core.cost import in_dollars
from app.engine.replies import EstimateReply, ModelShare
from app.ui.layouts import box, column, row
from app.ui.spreadsheets import counted
from app.ui.widgets.card import Card
from app.ui.widgets.hair_line import HairLine
from app.ui.widgets.icon_view import IconView
from app.ui.widgets.label import Label


class RequestModels(Card):
    """A line for each model, in place of the models to choose from."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setObjectName("request-models")
        self.setAccessibleName("Models of the requests")
        self._list = box(column(gap=0))
        self._refused = Label("", "small", "warnText", wrap=True)
        warning = row(gap=8)
        warning.addLayout(column(2, IconView("triangle-alert", "warn", 14), None, gap=0))
        warning.addWidget(self._refused, 1)
        self._warning = box(warning)
        self._warning.hide()
        hint = "Each request brings its own model, instructions and longest answer."
        head = Label(hint, "small", "text2", wrap=True)
        self.setLayout(column(head, self._list, self._warning, gap=12, margins=(20, 14, 20, 16)))

    def show_estimate(self, reply: EstimateReply) -> None:
        """Show the models with their rows, and how many requests would be refused."""
        self._show(reply.shares)
        self._refused.setText(reply.advice)
        self._warning.setVisible(bool(reply.advice))

    def _show(self, shares: Sequence[ModelShare]) -> None:
        old = self._list
        lines = column(gap=10)
        for place, share in enumerate(shares):
            if place:
                lines.addWidget(HairLine())
            lines.addWidget(_line(share))
        self._list = box(lines)
        self.layout().replaceWidget(old, self._list)  # type: ignore[union-attr]
        old.hide()
        old.deleteLater()


def _line(share: ModelShare) -> QWidget:
    requests = counted(share.rows, "request")
    cost = in_dollars(share.expected_usd)
    names = column(Label(share.name, "bodyS"), Label(requests, "small", "text2"), gap=0)
    line = box(row(box(names), None, Label(cost, "bodyS"), gap=12))
    line.setAccessibleName(f"{share.name}, {requests}, {cost}")
    return line
