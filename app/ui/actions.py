"""Every command of the window: its words, icon, keys, and where its keys are heard.

`COMMANDS` is also the keyboard list that F1 shows. A screen makes the commands that it understands
with `command`; their keys are heard only while that screen is the one in front.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app.ui.plain_text import literal
from app.ui.theme import THEME

_Key = QKeySequence.StandardKey


@dataclass(frozen=True, slots=True)
class Command:
    """One command; `keys` are spelled for Ctrl and become Cmd on a Mac.

    `hand_made` commands have no action: a widget listens for their keys itself.
    """

    group: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    standard: QKeySequence.StandardKey | None = None
    hand_made: bool = False


_JOB, _DRAFT, _RESULTS, _WINDOW = "Jobs", "A new job", "Answers", "Everywhere"
GROUPS = (_JOB, _DRAFT, _RESULTS, _WINDOW)
"""The groups of the keyboard list, in order."""

COMMANDS: dict[str, Command] = {
    "new_job": Command(_JOB, "New job", ("Ctrl+N",), "plus", _Key.New),
    "choose_file": Command(_JOB, "Choose file…", ("Ctrl+O",), "file-spreadsheet", _Key.Open),
    "choose_folder": Command(_JOB, "Choose folder…", ("Ctrl+Shift+O",), "folder-open"),
    "paste": Command(_JOB, "Paste a table", ("Ctrl+V",), "clipboard-paste", _Key.Paste),
    "rename_job": Command(_JOB, "Rename…", ("F2",), "pencil"),
    "duplicate_job": Command(_JOB, "Duplicate job", ("Ctrl+D",), "copy-plus"),
    "delete_job": Command(_JOB, "Delete job…", ("Del",), "trash-2", _Key.Delete),
    "job_menu": Command(_JOB, "Menu of the chosen job", ("Shift+F10",)),
    "next_step": Command(_DRAFT, "Next step; on Review, submit", ("Ctrl+Return", "Ctrl+Enter")),
    "go_to_step": Command(
        _DRAFT, "Go to a step, once reached", ("Ctrl+1", "Ctrl+4"), hand_made=True
    ),
    "insert_column": Command(_DRAFT, "Insert a column in the editor", ("{",), hand_made=True),
    "try_rows": Command(_DRAFT, "Try 5 rows", ("Ctrl+T",), "play"),
    "previous_row": Command(_DRAFT, "Previous preview row", ("Alt+Left",), "chevron-left"),
    "next_row": Command(_DRAFT, "Next preview row", ("Alt+Right",), "chevron-right"),
    "move": Command(
        _DRAFT, "Move the chosen label or column", ("Alt+Up", "Alt+Down"), hand_made=True
    ),
    "search": Command(_RESULTS, "Search results", ("Ctrl+F", "/"), "search", _Key.Find),
    "walk_rows": Command(_RESULTS, "Walk rows", ("Up", "Down"), hand_made=True),
    "open_row": Command(_RESULTS, "Open, close a row", ("Return", "Esc"), hand_made=True),
    "retry": Command(_RESULTS, "Retry failed rows", ("Ctrl+R",), "refresh-cw"),
    "export": Command(_RESULTS, "Export to Excel", ("Ctrl+E",), "download"),
    "next_pane": Command(_WINDOW, "Next part of the window", ("F6",)),
    "previous_pane": Command(_WINDOW, "Previous part of the window", ("Shift+F6",)),
    "settings": Command(_WINDOW, "Settings…", ("Ctrl+,",), "settings", _Key.Preferences),
    "keyboard": Command(_WINDOW, "Keyboard shortcuts", ("F1",), "keyboard"),
    "about": Command(_WINDOW, "About Sheaf", (), "info"),
    "quit": Command(_WINDOW, "Quit Sheaf", ("Ctrl+Q",), "x", _Key.Quit),
}
"""Every command by name, in the order of the keyboard list."""


def keys_of(name: str) -> list[QKeySequence]:
    """Return a command's keys, as this system wants them where it has a wish of its own."""
    command = COMMANDS[name]
    wanted = [QKeySequence(key) for key in command.keys]
    if command.standard is not None and command.keys:
        # Plain X11 has no wish of its own for Settings and Quit.
        native = QKeySequence.keyBindings(command.standard)[:1] or wanted[:1]
        wanted = native + [keys for keys in wanted[1:] if keys not in native]
    return [keys for keys in wanted if not keys.isEmpty()]


def command(
    owner: QWidget, name: str, slot: Callable[[], object], *, everywhere: bool = False
) -> QAction:
    """Make a command's action on the screen that obeys it; `slot` is a QObject's bound method.

    Its keys are heard while the focus is inside the screen, or `everywhere`: wherever the focus is
    in the window, as long as the screen is shown.
    """
    known = COMMANDS[name]
    action = QAction(literal(known.text), owner)
    action.setObjectName(f"action-{name}")
    if known.icon:
        action.setIcon(THEME.icon(known.icon, "badText" if name == "delete_job" else "text2"))
    action.setShortcuts(keys_of(name))
    action.setShortcutContext(
        Qt.ShortcutContext.WindowShortcut
        if everywhere
        else Qt.ShortcutContext.WidgetWithChildrenShortcut
    )
    action.setShortcutVisibleInContextMenu(True)
    action.triggered.connect(slot)
    owner.addAction(action)
    return action
