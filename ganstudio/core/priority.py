"""Priority: what works for a window, or for a desktop, lets what a person looks at go first."""

from __future__ import annotations

import os
import sys
import threading

_NICER = 5


def step_back() -> None:
    """Lower the priority of this process, of threads it starts later too, where the system has such numbers (not
    Windows, which prefers the window in front by itself). To be called before other threads are started."""
    if hasattr(os, "nice"):
        os.nice(_NICER)


def thread_steps_back(by: int) -> None:
    """Lower the priority of this thread where the system has priorities per thread (Linux)."""
    if sys.platform == "linux":
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, min(19, os.getpriority(os.PRIO_PROCESS, thread) + by))
