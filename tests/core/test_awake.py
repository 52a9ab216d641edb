"""Keeping the computer awake never stands in the way of the work."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from ganstudio.core.awake import keep_awake

posix = pytest.mark.skipif(sys.platform == "win32", reason="uses a program on PATH")


def service(folder: Path, body: str) -> None:
    """A program in `folder` under the name of the system's own."""
    path = folder / ("caffeinate" if sys.platform == "darwin" else "systemd-inhibit")
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


def helpers() -> list[psutil.Process]:
    return [p for p in psutil.Process().children() if p.status() != psutil.STATUS_ZOMBIE]


def test_without_a_service_the_work_goes_on_and_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with keep_awake("a batch") as awake:
        if sys.platform != "win32":
            assert not awake.held
            assert "sleep" in awake.note


@posix
def test_a_service_that_refuses_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    service(tmp_path, "exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    before = helpers()  # of other tests in this process: multiprocessing keeps one
    with keep_awake("a batch") as awake:
        for child in set(helpers()) - set(before):
            child.wait(60)
        assert not awake.held
        assert awake.note
    assert helpers() == before


@posix
def test_held_while_the_work_runs_and_let_go_after_also_when_it_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service(tmp_path, f'echo "$@" > {tmp_path}/said\nexec sleep 60')
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    before = len(helpers())
    seen: list[tuple[bool, str]] = []

    def work() -> None:
        with keep_awake("4,000 pictures") as awake:
            seen.append((awake.held, awake.note))
            raise RuntimeError("the work fails")

    with pytest.raises(RuntimeError, match="the work fails"):
        work()
    assert seen == [(True, "")]
    assert len(helpers()) == before


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the service ends with its pipe on Linux")
def test_a_killed_program_leaves_no_lock_behind(tmp_path: Path) -> None:
    service(tmp_path, 'echo $$ > "$(dirname "$0")/pid"\nexec cat')
    env = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    code = (
        "import os, pathlib, time\nfrom ganstudio.core.awake import keep_awake\nwith keep_awake('x'):\n"
        f" p = pathlib.Path({str(tmp_path)!r}, 'pid')\n"
        " while not (p.exists() and p.read_text().strip()): time.sleep(0.01)\n os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code], env=env, check=False, timeout=30, cwd=Path(__file__).parents[2])
    pid = int((tmp_path / "pid").read_text())
    with suppress(psutil.NoSuchProcess):
        psutil.Process(pid).wait(60)
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
