"""What a screen reader sees of a program, over AT-SPI: one JSON question per line, one answer back.

The bindings of AT-SPI are Debian's, so this runs under the system's own Python, standard library
only; `person.py` starts it and asks. A node is told as a dictionary with a number to name it by.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402 - the version has to be named first

CLOSED = {"table", "tree table", "combo box", "spin button", "scroll bar"}
"""Roles with more children than anybody wants to walk through; tables are asked for cells."""

SCREEN = Atspi.CoordType.SCREEN
Wanted = dict[str, Any]


class Eyes:
    """Looks at one program; keeps what it has found until the program is looked at anew."""

    def __init__(self) -> None:
        self._seen: list[Any] = []

    def find(self, pid: int, wanted: Wanted) -> list[dict[str, Any]]:
        """Return the showing nodes that have the wanted id, role and name, in reading order."""
        return [self._told(node) for node in self._walk(pid) if _fits(node, wanted)]

    def tree(self, pid: int) -> list[str]:
        """Return one line for each showing node, for a person who looks for a reason."""
        return [
            f"{node.get_role_name()} · {_own_id(node)} · {_name(node)} · {_text(node)[:80]}"
            for node in self._walk(pid)
        ]

    def press(self, number: int) -> bool:
        """Do what the node does first: press a button, toggle a box, choose an entry."""
        return bool(self._seen[number].get_action_iface().do_action(0))

    def focus(self, number: int) -> bool:
        """Put the keyboard on a node."""
        return bool(self._seen[number].get_component_iface().grab_focus())

    def write(self, number: int, text: str) -> bool:
        """Replace the text of a field."""
        return bool(self._seen[number].get_editable_text_iface().set_text_contents(text))

    def look(self, number: int) -> dict[str, Any]:
        """Tell a node as it is now."""
        return self._describe(number)

    def size(self, number: int) -> list[int]:
        """Return the rows and columns of a table."""
        table = self._seen[number].get_table_iface()
        return [table.get_n_rows(), table.get_n_columns()]

    def cells(self, number: int, first: int, last: int) -> list[list[str]]:
        """Return the cells' texts of some rows of a table."""
        table = self._seen[number].get_table_iface()
        columns = range(table.get_n_columns())
        rows = range(first, min(last, table.get_n_rows()))
        return [[_name(table.get_accessible_at(row, column)) for column in columns] for row in rows]

    def headers(self, number: int) -> list[str]:
        """Return the column headings of a table."""
        table = self._seen[number].get_table_iface()
        return [_name(table.get_column_header(at)) for at in range(table.get_n_columns())]

    def select(self, number: int, child: int) -> bool:
        """Choose the n-th child of a list."""
        return bool(self._seen[number].get_selection_iface().select_child(child))

    def children(self, number: int) -> list[dict[str, Any]]:
        """Return the children of a node."""
        node = self._seen[number]
        found = [node.get_child_at_index(at) for at in range(node.get_child_count())]
        return [self._told(child) for child in found if child is not None]

    def _walk(self, pid: int) -> Iterator[Any]:
        desktop = Atspi.get_desktop(0)
        for at in range(desktop.get_child_count()):
            program = desktop.get_child_at_index(at)
            if program is not None and _process(program) == pid:
                program.set_cache_mask(Atspi.Cache.NONE)
                yield from _below(program)

    def _told(self, node: Any) -> dict[str, Any]:
        self._seen.append(node)
        return self._describe(len(self._seen) - 1)

    def _describe(self, number: int) -> dict[str, Any]:
        node = self._seen[number]
        place = node.get_component_iface().get_extents(SCREEN)
        return {
            "number": number,
            "id": _own_id(node),
            "name": _name(node),
            "role": node.get_role_name(),
            "text": _text(node),
            "description": node.get_description() or "",
            "states": [state.value_nick for state in node.get_state_set().get_states()],
            "place": [place.x, place.y, place.width, place.height],
        }


def _below(node: Any) -> Iterator[Any]:
    for at in range(node.get_child_count()):
        child = node.get_child_at_index(at)
        if child is None or not child.get_state_set().contains(Atspi.StateType.SHOWING):
            continue
        yield child
        if child.get_role_name() not in CLOSED:
            yield from _below(child)


def _fits(node: Any, wanted: Wanted) -> bool:
    tests = {"id": _own_id, "role": lambda node: node.get_role_name(), "name": _name}
    return all(tests[what](node) == value for what, value in wanted.items())


def _process(program: Any) -> int:
    try:
        return int(program.get_process_id())
    except GLib.Error:
        return 0


def _own_id(node: Any) -> str:
    """Return the widget's own part of Qt's path of object names."""
    return str(node.get_accessible_id() or "").rsplit(".", 1)[-1]


def _name(node: Any) -> str:
    return "" if node is None else str(node.get_name() or "")


def _text(node: Any) -> str:
    text = node.get_text_iface()
    return "" if text is None else str(text.get_text(0, text.get_character_count()))


def answer(eyes: Eyes, question: dict[str, Any]) -> dict[str, Any]:
    """Answer one question; a node that has gone meanwhile is told as such."""
    try:
        return {"value": getattr(eyes, question["verb"])(*question["arguments"])}
    except (GLib.Error, AttributeError) as error:
        return {"gone": str(error)}


def main() -> None:
    """Answer until the questions end."""
    eyes = Eyes()
    for line in sys.stdin:
        print(json.dumps(answer(eyes, json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
