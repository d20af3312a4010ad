"""What a person may have meant by a first word that is no verb."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from app.core.errors import SheafError


def check_verb(arguments: Sequence[str], verbs: Collection[str]) -> None:
    """Refuse a first word that is no verb, in words instead of a list of choices.

    Raises:
        SheafError: it is a file, a folder or nothing that is known.
    """
    word = arguments[0] if arguments else ""
    if not word or word.startswith("-") or word in verbs:
        return
    if _is_there(word):
        raise SheafError(
            f'"{word}" is no command.',
            "Sheaf opens only job files (.sheaf) by their name alone.",
            f'Run it with: sheaf run "{word}" --instructions TEXT --export OUT.csv. Or start '
            "sheaf alone for the window, and drop it there.",
        )
    raise SheafError(
        f'"{word}" is no command.',
        f"There are: {', '.join(verbs)}.",
        "See sheaf --help.",
    )


def _is_there(word: str) -> bool:
    try:
        return Path(word).exists()
    except (OSError, ValueError):
        return False
