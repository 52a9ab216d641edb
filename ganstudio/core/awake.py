"""Keep the computer awake while work runs, and let it sleep after. Never fails the work."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

# Windows: ES_CONTINUOUS | ES_SYSTEM_REQUIRED, and ES_CONTINUOUS alone to let go (SetThreadExecutionState).
_HOLD, _LET_GO = 0x80000001, 0x80000000


class Awake:
    """What came of asking: `held` while the system keeps us awake, `note` a sentence when it does not."""

    def __init__(self, process: subprocess.Popen[bytes] | None = None, thread: bool = False) -> None:
        self._process = process
        self._thread = thread

    @property
    def held(self) -> bool:
        return self._thread or (self._process is not None and self._process.poll() is None)

    @property
    def note(self) -> str:
        if self.held:
            return ""
        return "The system does not let programs keep the computer awake: see that it does not go to sleep."


@contextmanager
def keep_awake(reason: str) -> Iterator[Awake]:
    """While the block runs the computer does not go to sleep (its screen may). The system shows `reason`."""
    if sys.platform == "win32":
        with _windows() as awake:
            yield awake
        return
    process = _start(_command(reason))
    try:
        yield Awake(process)
    finally:
        if process is not None:
            _end(process)


def _command(reason: str) -> list[str]:
    """A program that holds the computer awake until its standard input ends: when we die, too."""
    if sys.platform == "darwin":
        return ["caffeinate", "-i", "-w", str(os.getpid())]
    who = ["--who=GANStudio", f"--why={reason}"]
    return ["systemd-inhibit", "--what=sleep:idle", *who, "--mode=block", "cat"]


def _start(command: list[str]) -> subprocess.Popen[bytes] | None:
    found = shutil.which(command[0])
    if found is None:
        return None
    try:
        return subprocess.Popen(
            [found, *command[1:]],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # a Ctrl-C at the terminal is ours to handle, not its
        )
    except OSError:
        return None


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        with suppress(OSError):  # it has ended by itself
            process.stdin.close()
    process.terminate()
    try:
        process.wait(timeout=2)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def _windows() -> Iterator[Awake]:
    """The state belongs to a thread, so one of ours holds it until the block ends."""
    import ctypes

    done, asked = threading.Event(), threading.Event()
    held: list[bool] = []

    def hold() -> None:
        kernel = getattr(ctypes, "windll").kernel32  # noqa: B009  (absent from the stubs elsewhere)
        held.append(bool(kernel.SetThreadExecutionState(_HOLD)))
        asked.set()
        done.wait()
        kernel.SetThreadExecutionState(_LET_GO)

    thread = threading.Thread(target=hold, name="awake", daemon=True)
    thread.start()
    asked.wait(2)
    try:
        yield Awake(thread=bool(held and held[0]))
    finally:
        done.set()
        thread.join(2)
