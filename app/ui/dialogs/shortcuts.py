"""The list of the keyboard's commands."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLayout, QWidget

from app.ui.actions import COMMANDS, GROUPS, Command, keys_of
from app.ui.layouts import column, row
from app.ui.widgets.button import Button
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.hair_line import HairLine
from app.ui.widgets.key_cap import KeyCap
from app.ui.widgets.label import Label

_SIGNS = {"Left": "←", "Right": "→", "Up": "↑", "Down": "↓", "Return": "Enter"}
_BETWEEN = {"go_to_step": "to"}
_FORMAT = QKeySequence.SequenceFormat


class ShortcutsDialog(Dialog):
    """Every command that has keys, in two columns of two groups."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, "Keyboard", icon="keyboard", icon_ink="text2", width=760)
        self.setObjectName("shortcuts-dialog")
        half = (len(GROUPS) + 1) // 2
        columns = row(gap=24)
        columns.addLayout(column(*map(_group, GROUPS[:half]), None, gap=16), 1)
        columns.addWidget(HairLine(upright=True))
        columns.addLayout(column(*map(_group, GROUPS[half:]), None, gap=16), 1)
        self.body.addLayout(columns)
        close = Button("Close")
        close.setObjectName("shortcuts-close")
        close.clicked.connect(self.accept)
        self.add_note("No shortcut spends money without its price in view.")
        self.add_button(close, default=True)
        close.setFocus()


def _group(group: str) -> QLayout:
    lines = column(Label(group, "heading"), gap=8)
    for name, command in COMMANDS.items():
        if command.group == group and command.keys:
            lines.addLayout(_line(name, command))
    return lines


def _line(name: str, command: Command) -> QLayout:
    line = row(Label(command.text.rstrip("…")), None, gap=4)
    between = _BETWEEN.get(name, "or")
    # Return and the keypad's Enter are two keys of the same name.
    different = dict.fromkeys(tuple(caps(keys)) for keys in keys_of(name))
    for number, words in enumerate(different):
        if number:
            line.addWidget(Label(between, "small", "text3"))
        for word in words:
            line.addWidget(KeyCap(word))
    return line


def caps(keys: QKeySequence) -> list[str]:
    """Return the words on the keys of a shortcut, in the order of pressing."""
    parts = keys.toString(_FORMAT.PortableText).replace("++", "+\0").split("+")
    return [_SIGNS.get(part, part.replace("\0", "+")) for part in parts if part]
