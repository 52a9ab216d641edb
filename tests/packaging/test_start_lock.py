from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import start_lock
from start_lock import LockTimeout, StartLock

HOLD = """
import subprocess, sys, time
sys.path.append({packaging!r})
from pathlib import Path
from start_lock import StartLock
with StartLock(Path({path!r}), print) as lock:
    {inside}
    print("held", flush=True)
    time.sleep(60)
"""
CHILD = 'print(subprocess.Popen(["sleep", "1.5"], pass_fds=[lock.descriptor], stdout=subprocess.DEVNULL).pid)'


def hold(path: Path, inside: str = "pass") -> subprocess.Popen[str]:
    """A process that holds the lock."""
    code = HOLD.format(packaging=str(Path(start_lock.__file__).parent), path=str(path), inside=inside)
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    while process.stdout.readline() != "held\n":
        assert process.poll() is None
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate()


def test_waits_says_so_once_and_gives_up(tmp_path: Path) -> None:
    holder = hold(tmp_path / "lock")
    said: list[str] = []
    with pytest.raises(LockTimeout, match="End it and start again"):
        StartLock(tmp_path / "lock", said.append, patience=0.3).__enter__()
    end(holder)
    assert said == [f"Another start (process {holder.pid}) is installing; waiting for it to end."]


def test_a_killed_holder_frees_it(tmp_path: Path) -> None:
    end(hold(tmp_path / "lock"))
    with StartLock(tmp_path / "lock", pytest.fail, patience=0.0):
        assert int((tmp_path / "lock").read_text()) == os.getpid()


@pytest.mark.skipif(os.name != "posix", reason="descriptors are handed on on POSIX only")
def test_a_killed_holder_whose_pip_lives_on_does_not_free_it(tmp_path: Path) -> None:
    end(hold(tmp_path / "lock", CHILD))
    said: list[str] = []
    begun = time.monotonic()
    with StartLock(tmp_path / "lock", said.append, patience=30):
        assert said
        assert time.monotonic() - begun > 0.2
