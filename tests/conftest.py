"""What every test stands on: a home of its own, no network, the shared data where they are there."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of shared pictures and checkpoints: GANSTUDIO_SHARED_DATA, or beside the clone. Skips without."""
    named = os.environ.get("GANSTUDIO_SHARED_DATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the shared data are not here (GANSTUDIO_SHARED_DATA names their folder)")
    return folder


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person's data folder for this test alone; the processes it starts inherit it."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("GANSTUDIO_HOME", str(folder))
    return folder


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connecting anywhere but to a socket file or this computer raises: no test may need the network."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex
    local = getattr(socket, "AF_UNIX", None)

    def refuse_remote(own: socket.socket, address: Any) -> None:
        here = isinstance(address, tuple) and address[0] in ("127.0.0.1", "::1")
        if own.family != local and not here:
            raise PermissionError(f"a test tried to connect to {address}")

    def guarded(own: socket.socket, address: Any) -> None:
        refuse_remote(own, address)
        connect(own, address)

    def guarded_ex(own: socket.socket, address: Any) -> int:
        refuse_remote(own, address)
        return connect_ex(own, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_ex)
