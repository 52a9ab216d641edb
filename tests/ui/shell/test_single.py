"""One window a person: hand-over, a holder that died, one that does not answer, and nonsense on the socket."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from pytestqt.qtbot import QtBot

from ganstudio.ui.starting.single import Single, hand_over, socket_name

ROOT = Path(__file__).resolve().parents[3]
OTHER = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
app = QCoreApplication([])
from ganstudio.ui.starting.single import Single, hand_over
single = Single()
if sys.argv[1] == "hold":
    assert single.first and single.listen()
    print("holding", flush=True)
    sys.stdin.read()
    import os
    os._exit(9)
assert not single.first
sys.exit(0 if hand_over([Path(word) for word in sys.argv[2:]]) else 5)
"""


def other(*words: str) -> subprocess.Popen[str]:
    environ = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.Popen(
        [sys.executable, "-c", OTHER, *words], cwd=ROOT, env=environ, stdin=-1, stdout=-1, stderr=-1, text=True
    )


@pytest.fixture
def single(qapp: object) -> Iterator[Single]:
    made = Single()
    assert made.first
    yield made
    made.close()


def test_a_second_start_hands_over_and_ends(qtbot: QtBot, single: Single) -> None:
    assert single.listen()
    with qtbot.waitSignal(single.handed, timeout=20_000) as heard:
        second = other("hand", "a b.png", "/abs/ü.jpg")
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=10_000)
    assert second.wait() == 0, second.communicate()
    assert heard.args == [[ROOT / "a b.png", Path("/abs/ü.jpg")]]
    second.communicate()


@pytest.mark.skipif(os.name != "posix", reason="sockets are files there")
def test_only_its_user_may_open_the_socket(single: Single) -> None:
    assert single.listen()
    assert single.socket_file
    mode = os.stat(single.socket_file).st_mode
    assert not mode & (stat.S_IRWXG | stat.S_IRWXO)


def test_a_killed_window_leaves_nothing_in_the_way(qapp: object) -> None:
    holder = other("hold")
    assert holder.stdout is not None and holder.stdin is not None
    assert holder.stdout.readline() == "holding\n"
    assert not Single().first
    holder.kill()
    holder.communicate()
    after = Single()
    assert after.first and after.listen()
    after.close()


def test_a_window_that_does_not_answer_is_not_waited_for_long(qapp: object) -> None:
    deaf = QLocalServer()  # listens and reads nothing
    name = f"{socket_name()}-deaf"
    assert deaf.listen(name)
    assert not hand_over([Path("a.png")], name, patience=300)
    assert not hand_over([Path("a.png")], f"{name}-gone", patience=300)
    deaf.close()


@pytest.mark.parametrize(
    "said", [b"\n", b"{}\n", b"[1]\n", b'{"version": 2, "paths": []}\n', b"\xff\n", b"x" * 2_000_000]
)
def test_nonsense_is_not_listened_to(qtbot: QtBot, single: Single, said: bytes) -> None:
    assert single.listen()
    heard: list[object] = []
    single.handed.connect(heard.append)
    socket = QLocalSocket()
    socket.connectToServer(socket_name())
    assert socket.waitForConnected(1000)
    socket.write(said)
    socket.flush()
    qtbot.waitUntil(lambda: socket.state() == QLocalSocket.LocalSocketState.UnconnectedState, timeout=5000)
    assert not heard


def test_another_data_folder_is_another_window(single: Single, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANSTUDIO_HOME", str(tmp_path / "other"))
    second = Single()
    assert second.first
    second.close()
