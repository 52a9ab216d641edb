"""Owner: the process that runs a Job, and whether it still lives.

A process id alone is used again by the system, and a clock may jump; so an Owner also has the process's start time
as the kernel counts it, and the machine (on Linux the process-id namespace, too) in which the id means anything.
"""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psutil


@dataclass(frozen=True)
class Owner:
    pid: int
    born: str
    host: str

    @classmethod
    def me(cls) -> Owner:
        return cls(os.getpid(), _born(os.getpid()) or "", _host())

    def alive(self) -> bool | None:
        """Whether this process runs; None when it ran on another machine and cannot be seen from here."""
        if self.host != _host():
            return None
        return _born(self.pid) == self.born


@cache
def _host() -> str:
    try:
        return f"{platform.node()} {os.readlink('/proc/self/ns/pid')}"
    except OSError:
        return platform.node()


def _born(pid: int) -> str | None:
    """When a process started, in a form that is equal only for the same process; None when it is gone."""
    try:
        return _born_linux(pid)
    except OSError:
        return _born_elsewhere(pid) if not Path("/proc/self/stat").exists() else None


def _born_linux(pid: int) -> str | None:
    """Clock ticks since boot (proc(5), field 22 of stat) and the boot's id; a zombie is gone."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    if fields[0] in ("Z", "X"):
        return None
    boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii")
    return f"{boot[:8]} {fields[19]}"


def _born_elsewhere(pid: int) -> str | None:
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else f"{process.create_time():.2f}"
    except psutil.NoSuchProcess:
        return None
    except psutil.AccessDenied:
        return "hidden"
