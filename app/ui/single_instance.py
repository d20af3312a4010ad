"""One window per person and folder of jobs: a second start hands over to the first and ends."""

from __future__ import annotations

import getpass
import hashlib
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

CONNECT_MS = 500
SEND_MS = 1000
MOST_BYTES = 16_384


class Call(msgspec.Struct, frozen=True):
    """What a second start asks of the first: come to the front, and open a job if one is named."""

    job: str = ""
    sample: bool = False


def address_of(folder: Path) -> str:
    """Return the name under which the window of this folder listens."""
    who = f"{getpass.getuser()} {folder.absolute()}"
    return f"sheaf-{hashlib.sha256(who.encode()).hexdigest()[:24]}"


def hand_over(address: str, call: Call) -> bool:
    """Tell the window that is open already; False when there is none, or it does not answer."""
    socket = QLocalSocket()
    socket.connectToServer(address)
    if not socket.waitForConnected(CONNECT_MS):
        return False
    socket.write(msgspec.json.encode(call) + b"\n")
    return socket.waitForBytesWritten(SEND_MS) and socket.waitForReadyRead(SEND_MS)


class SingleInstance(QObject):
    """Listens for later starts; emits `called` with their Call."""

    called = Signal(object)

    def __init__(self, address: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)
        self._letters: dict[QLocalSocket, bytes] = {}
        # With this option Qt puts its socket in the place of one that a crashed window left.
        self._server.listen(address)

    @property
    def listening(self) -> bool:
        """Whether later starts can be heard."""
        return self._server.isListening()

    def close(self) -> None:
        """Listen no more."""
        self._server.close()

    @Slot()
    def _on_connection(self) -> None:
        while self._server.hasPendingConnections():
            socket = self._server.nextPendingConnection()
            self._letters[socket] = b""
            socket.readyRead.connect(self._read)
            socket.disconnected.connect(self._forget)
        self._read()

    @Slot()
    def _read(self) -> None:
        for socket in list(self._letters):
            if socket.bytesAvailable():
                self._letters[socket] += bytes(socket.readAll().data())
            if b"\n" in self._letters[socket]:
                self._take(socket, self._letters[socket])
            elif len(self._letters[socket]) > MOST_BYTES:
                socket.abort()

    def _take(self, socket: QLocalSocket, letter: bytes) -> None:
        self._letters[socket] = b""
        try:
            call = msgspec.json.decode(letter.split(b"\n", 1)[0], type=Call)
        except (ValueError, RecursionError):
            socket.abort()
            return
        socket.write(b"ok\n")
        socket.flush()
        self.called.emit(call)

    @Slot()
    def _forget(self) -> None:
        state = QLocalSocket.LocalSocketState.UnconnectedState
        for socket in [socket for socket in self._letters if socket.state() == state]:
            del self._letters[socket]
            socket.deleteLater()
