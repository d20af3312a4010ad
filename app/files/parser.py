"""Runs a step of the workbook parser: stoppable, and what breaks in it becomes a plain sentence."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from zipfile import BadZipFile

from python_calamine import CalamineError, PasswordError

from app.files import refusals
from app.files.source import Cancelled, never

Result = TypeVar("Result")

BROKEN = (CalamineError, BadZipFile, zlib.error, LookupError, ValueError, ArithmeticError, EOFError)
"""What damaged workbooks raise in the parser and in the ZIP reader."""

_LOOK_SECONDS = 0.05


def guarded(path: Path, step: Callable[[], Result], sheet: str | None = None) -> Result:
    """Do a step of reading a workbook.

    Raises:
        SheafError: the workbook, or the sheet of it, cannot be read.
    """
    try:
        return step()
    except PasswordError as error:
        raise refusals.encrypted(path) from error
    except OSError as error:
        raise refusals.unreadable(path, error) from error
    except BROKEN as error:
        raise refusals.damaged(path, sheet) from error
    except NotImplementedError as error:
        # So the ZIP reader says that a part is encrypted or packed in a way of its own.
        raise refusals.damaged(path, sheet) from error
    except BaseException as error:
        # A panic inside the parser is a BaseException of a class that cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise refusals.damaged(path, sheet) from error


def stoppable(path: Path, step: Callable[[], Result], cancelled: Cancelled) -> Result:
    """Do a step that takes seconds and cannot be asked to stop; `cancelled` leaves it alone.

    Raises:
        SheafError: `cancelled` said so.
    """
    if cancelled is never:
        return step()
    results: list[Result] = []
    errors: list[BaseException] = []
    done = threading.Event()

    def work() -> None:
        try:
            results.append(step())
        except BaseException as error:  # noqa: BLE001 (raised again in the caller's thread)
            errors.append(error)
        finally:
            done.set()

    threading.Thread(target=work, name="sheet", daemon=True).start()
    while not done.wait(_LOOK_SECONDS):
        if cancelled():
            raise refusals.stopped(path)
    if errors:
        raise errors[0]
    return results[0]
