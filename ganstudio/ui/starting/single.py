"""One window a person: a second start hands its files to the first and ends.

The first holds a lock file and listens on a socket that only its user may open. A lock whose holder died is taken
over, and the socket it left with it. Where the first does not answer, the second becomes a window of its own.
QtNetwork is imported when it is needed: after the first paint, or in a start that shows nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QLockFile, QObject, QThread, Signal, Slot

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer, QLocalSocket

from ganstudio.core.paths import home

VERSION = 1
_LARGEST = 1 << 20  # bytes of a message
_PATIENCE_MS = 3000
_STEP_MS = 100


def hand_over(paths: list[Path], name: str | None = None, patience: int = _PATIENCE_MS) -> bool:
    """Give files to the window that is there; False when none answers within `patience` milliseconds."""
    from PySide6.QtNetwork import QLocalSocket

    message = {
        "version": VERSION,
        "paths": [str(path.absolute()) for path in paths],
        "token": os.environ.get("XDG_ACTIVATION_TOKEN", ""),
    }
    line = json.dumps(message).encode() + b"\n"
    waited = QElapsedTimer()
    waited.start()
    while waited.elapsed() < patience:
        socket = QLocalSocket()
        socket.connectToServer(name or socket_name())
        if socket.waitForConnected(_STEP_MS):
            socket.write(line)
            socket.waitForBytesWritten(_STEP_MS)
            answered = socket.waitForReadyRead(max(patience - waited.elapsed(), 1))
            said = bytes(socket.readAll().data())
            socket.abort()
            return answered and said.startswith(b"ok")
        socket.abort()
        QThread.msleep(_STEP_MS)  # it may be starting: the lock comes before the socket
    return False


def socket_name() -> str:
    """One for each person and each data folder."""
    user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "")
    digest = hashlib.sha256(f"{user}:{home().absolute()}".encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return f"ganstudio-{digest}"


class Single(QObject):
    """Being the one window. `first` says whether we are; `handed(list[Path])` brings what a second start was given."""

    handed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = QLockFile(str(home() / "window.lock"))
        self._lock.setStaleLockTime(0)  # only a dead holder makes it stale
        self._server: QLocalServer | None = None
        self.first = self._lock.tryLock(0) or self._unwritable()

    def _unwritable(self) -> bool:
        """A data folder that cannot be written to: nothing can be locked, and nothing is shared either."""
        return self._lock.error() != QLockFile.LockError.LockFailedError

    def listen(self) -> bool:
        """Hear of later starts from now on. False when the socket cannot be had; the window works without."""
        if not self._lock.isLocked():
            return False
        from PySide6.QtNetwork import QLocalServer

        name = socket_name()
        QLocalServer.removeServer(name)  # we hold the lock: what is there is left over
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._greet)
        return self._server.listen(name)

    @property
    def socket_file(self) -> str:
        """Where the socket is; "" while nothing listens."""
        return self._server.fullServerName() if self._server is not None else ""

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        self._lock.unlock()

    @Slot()
    def _greet(self) -> None:
        while self._server is not None and (socket := self._server.nextPendingConnection()) is not None:
            socket.setParent(self)
            socket.readyRead.connect(self._read)
            socket.disconnected.connect(socket.deleteLater)
            if socket.bytesAvailable():
                self._hear(socket)

    @Slot()
    def _read(self) -> None:
        self._hear(self.sender())  # type: ignore[arg-type]

    def _hear(self, socket: QLocalSocket) -> None:
        if socket.bytesAvailable() > _LARGEST:
            socket.abort()
            return
        if not socket.canReadLine():
            return
        paths = _message(bytes(socket.readLine().data()))
        if paths is None:
            socket.abort()
            return
        socket.write(b"ok\n")
        socket.flush()
        self.handed.emit(paths)


def _message(line: bytes) -> list[Path] | None:
    """The paths of a message; None when it is none of ours."""
    try:
        data = json.loads(line)
    except ValueError:
        return None
    if not isinstance(data, dict) or data.get("version") != VERSION or not isinstance(data.get("paths"), list):
        return None
    token = data.get("token")
    if isinstance(token, str) and token:
        os.environ["XDG_ACTIVATION_TOKEN"] = token  # Wayland lets a window come to the front only with it
    return [Path(one) for one in data["paths"] if isinstance(one, str)]
