"""The program as it is started: the self-test and a second start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


def program(*words: str) -> subprocess.Popen[str]:
    environ = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.Popen(
        [sys.executable, "-m", "ganstudio", *words], cwd=ROOT, env=environ, stdout=-1, stderr=-1, text=True
    )


def test_the_self_test_passes() -> None:
    ended = program("--selftest")
    said, errors = ended.communicate(timeout=120)
    assert ended.returncode == 0, said + errors
    assert "The engine runs in its own process." in said and said.endswith("Everything works.\n")


@pytest.mark.skipif(os.name != "posix", reason="ended by a signal")
def test_a_second_start_ends_at_once_and_a_third_on_its_own_stays(own_home: Path) -> None:
    first = program()
    try:
        until = time.monotonic() + 60
        while not (own_home / "window.lock").exists() and time.monotonic() < until:
            time.sleep(0.05)
        second = program(str(ROOT / "resources" / "samples" / "flowers.jpg"))
        assert second.wait(60) == 0, second.communicate()
        second.communicate()
        assert first.poll() is None
        third = program("--new-instance")
        with pytest.raises(subprocess.TimeoutExpired):
            third.wait(1.5)
        third.send_signal(signal.SIGKILL)
        third.communicate()
    finally:
        first.send_signal(signal.SIGKILL)
        first.communicate()
