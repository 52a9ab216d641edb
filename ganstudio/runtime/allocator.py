"""The C allocator: big activations are kept by the process between layers instead of going back to the system.

glibc gives every block above 128 KiB its own mapping and returns it when freed, so each layer of a network pays all its
page faults again; two thresholds double the speed of eager PyTorch on Linux. Elsewhere nothing needs doing.
"""

from __future__ import annotations

import ctypes
import platform
import sys
from functools import cache

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_KEEP_BELOW = 1 << 30
_NEVER_TRIM = 2**31 - 1


@cache
def _glibc() -> ctypes.CDLL | None:
    if sys.platform != "linux" or platform.libc_ver()[0] != "glibc":
        return None
    return ctypes.CDLL(None)


@cache
def prepare() -> bool:
    """Set the thresholds, once a process and before the first big allocation; False where there is no glibc."""
    libc = _glibc()
    if libc is None:
        return False
    kept = libc.mallopt(_M_MMAP_THRESHOLD, _KEEP_BELOW)
    return bool(kept and libc.mallopt(_M_TRIM_THRESHOLD, _NEVER_TRIM))


def trim() -> None:
    """Give unused memory back to the system; called when a batch ends or the program idles."""
    from ganstudio.runtime.native.memory import ARENAS

    ARENAS.release()
    libc = _glibc()
    if libc is not None:
        libc.malloc_trim(0)
