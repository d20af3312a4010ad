"""The practice service on 127.0.0.1: its sockets, and its life as a process of its own."""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import os
import signal
import socket
import struct
import time
import urllib.request
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from filelock import FileLock, Timeout

from app.practice.batches import Conduct
from app.practice.body import Body, BodyCutOffError
from app.practice.faults import Hangup
from app.practice.models import KNOWN_MODELS, PracticeModel
from app.practice.service import Service
from app.practice.wire import API_VERSION, Call, Endpoint, Reply, error_body, find_endpoint

_log = logging.getLogger(__name__)
_HOST = "127.0.0.1"
_SILENCE_SECONDS = 600
_LOOK_UP_SECONDS = 60.0


class PracticeServer(ThreadingHTTPServer):
    """Listens for one service; every connection has a thread of its own."""

    # On Windows this option would let another program take the same port.
    allow_reuse_address = os.name != "nt"
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, service: Service, port: int = 0) -> None:
        self.service = service
        self.last_call = time.monotonic()
        self._counts: Counter[Endpoint] = Counter()
        self._lock = Lock()
        self._open: set[socket.socket] = set()
        super().__init__((_HOST, port), _Connection)

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self.server_address[1])

    @property
    def address(self) -> str:
        """The base address for the SDK."""
        return f"http://{_HOST}:{self.port}"

    def count(self, endpoint: Endpoint) -> int:
        """Count a call, and return which one of its endpoint it is."""
        self.last_call = time.monotonic()
        with self._lock:
            self._counts[endpoint] += 1
            return self._counts[endpoint]

    def serve_until_idle(self, seconds: float) -> None:
        """Serve until nobody has called for this long."""
        self.timeout = min(seconds, _LOOK_UP_SECONDS)
        while time.monotonic() - self.last_call < seconds:
            self.handle_request()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember an open connection."""
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget a connection that ends."""
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - socketserver's
        """Log what went wrong instead of printing it."""
        _log.warning("A practice connection broke", exc_info=True)

    def close(self) -> None:
        """Stop listening, break what is open, and let go of the ledger."""
        self.server_close()
        with self._lock:
            connections = tuple(self._open)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.service.ledger.close()


class _Connection(BaseHTTPRequestHandler):
    """One connection: reads calls, asks the service, sends its replies."""

    server: PracticeServer
    protocol_version = "HTTP/1.1"
    server_version = "SheafPractice"
    sys_version = ""
    wbufsize = 1 << 16
    disable_nagle_algorithm = True
    timeout = _SILENCE_SECONDS

    def _serve(self) -> None:
        try:
            call = self._hear()
            self._say(self._ask(call))
            call.body.discard()
        except Hangup as hangup:
            self._hang_up(reset=hangup.reset)
        except (BodyCutOffError, OSError):
            self.close_connection = True

    do_GET = do_POST = do_DELETE = do_PUT = do_PATCH = _serve  # noqa: N815 - http.server's

    def _hear(self) -> Call:
        parts = urlsplit(self.path)
        endpoint, subject = find_endpoint(self.command, parts.path)
        names = {name.lower() for name in self.headers}
        headers = {name: ", ".join(self.headers.get_all(name, ())) for name in names}
        is_chunked = "chunked" in headers.get("transfer-encoding", "").lower()
        said = headers.get("content-length", "0")
        if not is_chunked and not said.isdecimal():
            raise BodyCutOffError
        return Call(
            endpoint,
            self.server.count(endpoint),
            self.command,
            parts.path,
            dict(parse_qsl(parts.query)),
            headers,
            Body(self.rfile, None if is_chunked else int(said), self.server.service.home),
            self.server.address,
            subject,
        )

    def _ask(self, call: Call) -> Reply:
        try:
            return self.server.service.answer(call)
        except (Hangup, BodyCutOffError, OSError):
            raise
        except Exception:  # noqa: BLE001 - one call's fault must not end the service
            _log.exception("The practice service failed")
            return Reply.of_json(error_body("api_error", "Internal server error"), 500)

    def _say(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.length is None:
            self.send_header("transfer-encoding", "chunked")
        else:
            self.send_header("content-length", str(reply.length))
        self.end_headers()
        for piece in reply.body:
            framed = b"%x\r\n%b\r\n" % (len(piece), piece) if reply.length is None else piece
            if piece:
                self.wfile.write(framed)
                self.wfile.flush()
        self.wfile.write(b"0\r\n\r\n" if reply.length is None else b"")
        self.wfile.flush()

    def _hang_up(self, *, reset: bool) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.wfile.flush()
        if reset:
            # Closing with a linger of zero sends a reset instead of an orderly end.
            option = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, option)
            self.wfile.close()
            self.rfile.close()
            self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        """Keep calls out of the log: they are many, and the ledger has those that matter."""


def run(arguments: Sequence[str], models: Sequence[PracticeModel] = KNOWN_MODELS) -> int:
    """Be the practice service until nobody needs it; `sheaf practice-server` ends up here.

    A second start on the same home answers with the address of the first, and is done.
    """
    asked = _parse(arguments)
    # Whoever starts it in the background may have it ignore this, and it would be deaf for good.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    home = Path(asked.home)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with FileLock(home / "practice.lock", timeout=0):
            _serve_home(home, asked, tuple(models))
    except Timeout:
        return 0 if _point_to_running(home, asked.port_file) else 1
    return 0


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="sheaf practice-server", description="A stand-in for the API on this computer."
    )
    parser.add_argument("--home", required=True, help="folder for its batches")
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    parser.add_argument("--port-file", type=Path, help="where to write port, token and pid")
    parser.add_argument("--finish-seconds", type=float, default=2.0)
    parser.add_argument("--idle-hours", type=float, default=12.0)
    return parser.parse_args(arguments)


def _serve_home(home: Path, asked: argparse.Namespace, models: tuple[PracticeModel, ...]) -> None:
    conduct = replace(Conduct(), models=models, finish_seconds=asked.finish_seconds)
    service = Service(home, conduct)
    server = _listen(service, asked.port)
    files = _port_files(home, asked.port_file)
    try:
        service.ledger.set_fact("port", str(server.port))
        facts = {"port": server.port, "token": service.token, "pid": os.getpid()}
        for file in files:
            _write_privately(file, json.dumps(facts))
        server.serve_until_idle(asked.idle_hours * 3600)
    except KeyboardInterrupt:
        _log.info("The practice service was interrupted")
    finally:
        for file in files:
            file.unlink(missing_ok=True)
        server.close()


def _listen(service: Service, port: int) -> PracticeServer:
    """Listen where it was asked, or where the last one listened, so that links stay good."""
    last = int(service.ledger.fact("port") or 0)
    if port == 0 and last:
        with contextlib.suppress(OSError):
            return PracticeServer(service, last)
    return PracticeServer(service, port)


def _port_files(home: Path, wanted: Path | None) -> tuple[Path, ...]:
    own = home / "running.json"
    return (own,) if wanted is None or wanted == own else (own, wanted)


def _write_privately(file: Path, text: str) -> None:
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600, exist_ok=False)
    draft.write_text(text, encoding="utf-8")
    draft.replace(file)


def _point_to_running(home: Path, port_file: Path | None) -> bool:
    """Wait until the running service answers, and write its address where it was asked for."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, ValueError, KeyError):
            text = (home / "running.json").read_text(encoding="utf-8")
            if _answers(json.loads(text)):
                for file in _port_files(home, port_file)[1:]:
                    _write_privately(file, text)
                return True
        time.sleep(0.05)
    return False


def _answers(facts: dict[str, Any]) -> bool:
    request = urllib.request.Request(
        f"http://{_HOST}:{int(facts['port'])}/v1/models",
        headers={"x-api-key": facts["token"], "anthropic-version": API_VERSION},
    )
    # No proxy: this never leaves the computer.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=2) as reply:
        return bool(reply.status == 200)
