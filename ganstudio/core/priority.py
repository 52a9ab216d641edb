"""Priority: a process that works for a window lets the window go first."""

from __future__ import annotations

import os

_NICER = 10


def step_back() -> None:
    """Lower the priority of this process, of threads it starts later too, where the system has such numbers (not
    Windows, which prefers the window in front by itself). To be called before other threads are started."""
    if hasattr(os, "nice"):
        os.nice(_NICER)
