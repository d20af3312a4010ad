"""Log files with keys and row contents kept out, and what is done when Sheaf itself fails.

The rule for row contents: loggers below `app` speak of ids, counts and states, never of cells, and
are kept from INFO on; everybody else's are kept from WARNING on; the text of an exception is kept
only where its kind is known not to quote data.
"""

from __future__ import annotations

import copy
import faulthandler
import logging
import os
import re
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

OURS = "app"
MOST_BYTES = 1_000_000
OLDER_FILES = 4
MOST_OF_A_REPORT = 64_000
SHORTEST_SECRET = 8
"""Shorter values occur by chance; hiding them would make a log unreadable."""
LONGEST_CHAIN = 10

HIDDEN = "***"
_KEY = re.compile(r"sk-ant-[\w-]+")
_BEARER = re.compile(r"\b(bearer\s+)[^\s\"',;)\]}]+", re.IGNORECASE)
_NAMED = re.compile(
    r"\b((?:x-api-key|api[_-]?key|authorization)\b[\"']?\s*[:=,]\s*b?[\"']?)[^\s\"',;)\]}]+",
    re.IGNORECASE,
)
_SPEAKS_FREELY = (OSError, TypeError, AttributeError, ImportError, NameError, RuntimeError)
_SPEAKS_FREELY_IN = frozenset({"app", "sqlite3", "httpx2", "httpcore2", "keyring"})

_log = logging.getLogger(__name__)
_secrets: list[str] = []


def hide(secret: str) -> None:
    """Keep this value out of every log from now on, whatever it looks like."""
    if len(secret) >= SHORTEST_SECRET and secret not in _secrets:
        _secrets.append(secret)


def redact(text: str) -> str:
    """Return the text without anything that is, or looks like, a key."""
    for secret in sorted(_secrets, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    text = _KEY.sub(HIDDEN, text)
    text = _BEARER.sub(rf"\1{HIDDEN}", text)
    return _NAMED.sub(rf"\1{HIDDEN}", text)


def describe(error: BaseException) -> str:
    """Return the error's trace, oldest cause first, without keys and without quoted data."""
    parts = [
        "".join(traceback.format_tb(link.__traceback__)) + _headline(link)
        for link in reversed(list(_chain(error)))
    ]
    return redact("\nwhich led to\n".join(parts))


def _chain(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    for _ in range(LONGEST_CHAIN):
        if link is None:
            return
        yield link
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


def _headline(error: BaseException) -> str:
    kind = type(error)
    name = (
        kind.__qualname__
        if kind.__module__ == "builtins"
        else f"{kind.__module__}.{kind.__qualname__}"
    )
    if isinstance(error, BaseExceptionGroup):
        return f"{name} of:\n" + "\n".join(describe(part) for part in error.exceptions)
    free = kind.__module__.split(".")[0] in _SPEAKS_FREELY_IN
    if free or (kind.__module__ == "builtins" and isinstance(error, _SPEAKS_FREELY)):
        return f"{name}: {error}"
    return f"{name} ({len(str(error))} characters kept out)"


@dataclass(frozen=True, slots=True)
class Crash:
    """A failure of Sheaf's own, ready to be shown and sent: nothing in it is secret."""

    kind: str
    thread: str
    report: str
    log_file: Path


class _Writer(logging.Formatter):
    """Writes a record as one entry; further lines are indented, so that no text can forge one."""

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        when, where = "%(asctime)s.%(msecs)03dZ", "%(name)s [%(process)d %(threadName)s]"
        super().__init__(f"{when} %(levelname)s {where} %(message)s", "%Y-%m-%dT%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        own = copy.copy(record)
        own.exc_text = None  # another handler may have left the whole text of the exception there
        return redact("\n    ".join(super().format(own).splitlines()))

    def formatException(  # noqa: N802 - logging's name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        return describe(ei[1]) if ei[1] is not None else ""


def _worth_keeping(record: logging.LogRecord) -> bool:
    ours = record.name == OURS or record.name.startswith(f"{OURS}.")
    return record.levelno >= (logging.INFO if ours else logging.WARNING)


class _File(RotatingFileHandler):
    """A private, capped log file; trouble with it never disturbs the work that is logged."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=MOST_BYTES, backupCount=OLDER_FILES, delay=True)
        self.setFormatter(_Writer())
        self.addFilter(_worth_keeping)

    def doRollover(self) -> None:  # noqa: N802 - logging's name
        try:
            super().doRollover()
        except OSError:
            # Another Sheaf has the file open, which Windows does not let us rename: write on.
            self.stream = self._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Stay silent: logging's own answer prints the record, with its secrets, to stderr."""

    def _open(self) -> TextIOWrapper:
        return _open_private(Path(self.baseFilename))


def _open_private(path: Path) -> TextIOWrapper:
    def opener(name: str, flags: int) -> int:
        return os.open(name, flags, 0o600)

    return open(path, "a", encoding="utf-8", errors="backslashreplace", opener=opener)


class Logs:
    """The running log of one part of Sheaf; made by `start`."""

    def __init__(self, folder: Path, part: str) -> None:
        self.file = folder / f"sheaf-{part}.log"
        self.on_crash: Callable[[Crash], None] | None = None
        self.last_fault = ""
        """What the run before left behind when it ended too hard for Python to notice."""
        self._faults_path = folder / f"faults-{part}.txt"
        self._faults: TextIOWrapper | None = None
        self._handler = _File(self.file)
        self._before = (sys.excepthook, threading.excepthook, sys.unraisablehook)

    def _begin(self) -> None:
        root = logging.getLogger()
        root.addHandler(self._handler)
        logging.getLogger(OURS).setLevel(logging.INFO)
        sys.excepthook = self._main_failed
        threading.excepthook = self._thread_failed
        sys.unraisablehook = self._nobody_listens
        try:
            self._watch_for_faults()
        except OSError:
            _log.warning("No file for hard faults could be opened", exc_info=True)

    def _watch_for_faults(self) -> None:
        if self._faults_path.exists():
            left = self._faults_path.read_text(encoding="utf-8", errors="replace")
            self.last_fault = redact(left[:MOST_OF_A_REPORT])
        if self.last_fault:
            _log.error("The run before this one ended hard:\n%s", self.last_fault)
            os.truncate(self._faults_path, 0)
        self._faults = _open_private(self._faults_path)
        faulthandler.enable(self._faults)

    def stop(self) -> None:
        """Give back the hooks and close the files."""
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._before
        logging.getLogger().removeHandler(self._handler)
        self._handler.close()
        if self._faults is not None:
            faulthandler.disable()
            self._faults.close()
            self._faults = None

    def _main_failed(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._before[0](kind, error, trace)
            return
        self._report(error)
        if sys.stderr is not None:
            sys.stderr.write(
                f"Sheaf made a mistake of its own ({kind.__name__}). "
                f"What is known about it: {self.file}\n"
            )

    def _thread_failed(self, failed: threading.ExceptHookArgs) -> None:
        if failed.exc_value is not None and not issubclass(failed.exc_type, SystemExit):
            self._report(failed.exc_value)

    def _nobody_listens(self, failed: sys.UnraisableHookArgs) -> None:
        if failed.exc_value is not None:
            self._report(failed.exc_value)

    def _report(self, error: BaseException) -> None:
        thread = threading.current_thread().name
        _log.critical("Sheaf failed in %s", thread, exc_info=error)
        if self.on_crash is None:
            return
        report = describe(error)[-MOST_OF_A_REPORT:]
        try:
            self.on_crash(Crash(type(error).__name__, thread, report, self.file))
        except Exception:  # noqa: BLE001 - the last hook of all must not fail itself
            _log.critical("The crash could not be shown", exc_info=True)


def start(folder: Path, part: str) -> Logs:
    """Begin to write `sheaf-<part>.log` in the folder, and to catch what nobody else catches.

    Each process takes a part of its own (window, engine, practice, command), so that none renames
    a file under another. A folder that cannot be written leaves Sheaf working without a log.
    """
    logs = Logs(folder, part)
    logs._begin()  # noqa: SLF001 - construction has no effect, starting has many
    return logs
