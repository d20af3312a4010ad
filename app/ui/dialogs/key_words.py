"""What is said about a key after each answer of the engine."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.engine.replies import KeyReply
from app.ui.widgets.tone import Tone

CONSOLE = "https://platform.claude.com/"
CONSOLE_BILLING = "https://platform.claude.com/settings/billing"
CONSOLE_KEYS = "https://platform.claude.com/settings/keys"
KEEPERS = "GNOME Keyring or KWallet"
_NEVER_A_FILE = "Sheaf never writes keys to a plain file."


class KeyAct(StrEnum):
    """What the button of the banner does."""

    NOTHING = ""
    CONSOLE = "Open Console"
    AGAIN = "Try again"
    LOOK_AGAIN = "Check again"


@dataclass(frozen=True, slots=True)
class KeyWords:
    """A line of result, a banner, and a line about where the key is; each may be empty."""

    result: str = ""
    good: bool = False
    tone: Tone = Tone.WARN
    title: str = ""
    text: str = ""
    act: KeyAct = KeyAct.NOTHING
    place: str = ""
    bad_field: bool = False
    removable: bool = False


def words_for(reply: KeyReply, *, typed: bool) -> KeyWords:
    """Say what an answer means; `typed` when it is about the key that stands in the field."""
    if reply.outcome == "stored":
        place = f"Stored in: {reply.place}" if reply.place else "Stored in your keyring"
        return KeyWords(_connected(reply), good=True, place=place, removable=True)
    if reply.outcome == "session":
        return KeyWords(
            _connected(reply),
            good=True,
            title="The key is in use until you quit Sheaf",
            text=f"{reply.sentence} {_NEVER_A_FILE}",
            removable=True,
        )
    if reply.outcome == "rejected":
        return _rejected(typed=typed)
    if reply.outcome == "unreachable":
        text = f"{reply.sentence} Nothing was sent or charged."
        return KeyWords(title="The key could not be checked", text=text, act=KeyAct.AGAIN)
    if reply.outcome == "none":
        place = (
            f"Kept in {reply.place} once it is accepted, never in a file." if reply.place else ""
        )
        return KeyWords(reply.sentence, place=place)
    return _no_keyring(reply)


def _connected(reply: KeyReply) -> str:
    parts = [f"Key ending in {reply.ending}" if reply.ending else ""]
    if not reply.tested:
        return f"{parts[0] or 'A key is there'}."
    parts.append("1 model available" if reply.models == 1 else f"{reply.models:,} models available")
    return f"Connected. {', '.join(part for part in parts if part)}. Tested just now."


def _rejected(*, typed: bool) -> KeyWords:
    return KeyWords(
        tone=Tone.BAD,
        title="This key was not accepted",
        text="It may have been deleted or copied incompletely. Check it in the Anthropic Console, "
        "or paste a new one. Nothing was sent or charged.",
        act=KeyAct.CONSOLE,
        place="Not saved. A key is stored only once it is accepted." if typed else "",
        bad_field=True,
        removable=not typed,
    )


_TITLES = {
    "locked": "Your password manager is locked",
    "no_backend": "No password manager was found on this computer",
    "silent": "Your password manager is not answering",
}


def _no_keyring(reply: KeyReply) -> KeyWords:
    """Say why the keyring is of no use; a key that is entered is good until Sheaf closes."""
    text, act = reply.sentence, KeyAct.AGAIN
    if reply.outcome == "no_backend":
        act = KeyAct.LOOK_AGAIN
        text = f"{_NEVER_A_FILE} A key that you enter is used until you quit. " + (
            f"To keep it for longer, install {KEEPERS}."
        )
    return KeyWords(
        title=_TITLES.get(reply.outcome, "The key could not be read"), text=text, act=act
    )
