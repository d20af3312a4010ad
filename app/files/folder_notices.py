"""What a person should know about a folder: which files were passed over, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.core.table import Action, Notice
from app.files.file_names import Passed
from app.files.tally import say_count

_WORDS = {
    Passed.NOT_CHOSEN: (
        "file was left out: it is of another kind",
        "files were left out: they are of other kinds",
    ),
    Passed.HIDDEN: ("hidden file or folder was left out", "hidden files or folders were left out"),
    Passed.LOCK: (
        "lock file was left out: its document is open elsewhere",
        "lock files were left out: their documents are open elsewhere",
    ),
    Passed.SYSTEM: (
        "file of the operating system was left out",
        "files of the operating system were left out",
    ),
    Passed.LINK: (
        "link was not followed: it leads out of the folder, nowhere, or back into it",
        "links were not followed: they lead out of the folder, nowhere, or back into it",
    ),
    Passed.SPECIAL: ("pipe or device was left out", "pipes or devices were left out"),
    Passed.SUB_FOLDER: ("sub-folder is not included", "sub-folders are not included"),
}
_NAMED = 5


def notices_of(
    passed: Mapping[Passed, int], unreadable: Sequence[str], names: Mapping[Passed, Sequence[str]]
) -> tuple[Notice, ...]:
    """Word what was passed over, with the first names, and what could not be looked at."""
    counted = tuple(
        Notice(
            f"passed_{reason}",
            f"{say_count(passed[reason], *words)}.",
            passed[reason],
            Action.SHOW_NAMES,
            names=tuple(names.get(reason, ())),
        )
        for reason, words in _WORDS.items()
        if passed.get(reason)
    )
    return (*_about_unreadable(unreadable), *counted)


def _about_unreadable(paths: Sequence[str]) -> tuple[Notice, ...]:
    if not paths:
        return ()
    named = ", ".join(f'"{path}"' for path in paths[:_NAMED])
    more = " …" if len(paths) > _NAMED else ""
    what = say_count(len(paths), "folder or file", "folders or files")
    text = f"{what} may not be read and could not be looked into: {named}{more}."
    return (Notice("unreadable", text, len(paths)),)
