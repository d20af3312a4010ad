"""What is taken out of a document, within bounds, whatever breaks on the way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from errno import EINVAL
from pathlib import Path

from app.core.errors import SheafError
from app.files import file_errors

MOST_CHARACTERS = 32_000_000
"""No request holds more; whoever wants to send that much has to split it anyway."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """A document's text, and sentences on what could not be taken out; `pages` where it has any."""

    text: str
    notes: tuple[str, ...] = ()
    pages: int | None = None


@dataclass(slots=True)
class Lines:
    """Gathers a document's text; refuses more than a request can hold.

    Raises:
        SheafError: there is too much text.
    """

    path: Path
    parts: list[str] = field(default_factory=list)
    characters: int = 0

    def add(self, line: str) -> None:
        """Add one line or paragraph, trailing white space aside; blank ones never pile up."""
        line = line.rstrip()
        if not line and (not self.parts or not self.parts[-1]):
            return
        self.characters += len(line) + 1
        if self.characters > MOST_CHARACTERS:
            raise too_much_text(self.path)
        self.parts.append(line)

    def text(self) -> str:
        """Return all lines."""
        return "\n".join(self.parts).strip("\n")


def too_much_text(path: Path) -> SheafError:
    """More text than any request can hold."""
    return file_errors.too_large(
        path,
        f"It has more than {MOST_CHARACTERS:,} characters of text; a request holds 32 MB.",
        "Split it into several files.",
    )


@contextmanager
def naming(path: Path, what: str) -> Iterator[None]:
    """Turn whatever breaks while reading a document into a sentence that names the file.

    Some libraries panic with a BaseException of their own; only a wish to stop passes through.
    """
    try:
        yield
    except (SheafError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except MemoryError as error:
        raise file_errors.bomb(path) from error
    except OSError as error:
        # Libraries also raise it for what they find in the file: a place that cannot be.
        if error.errno in {None, EINVAL}:
            raise file_errors.damaged(path, what) from error
        raise file_errors.unreadable(path, error) from error
    except BaseException as error:
        raise file_errors.damaged(path, what) from error
