"""Can a window be shown here? Looked at before Qt is loaded: without a screen or a library Qt would abort.

Standard library only.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys

# library → Debian package. packaging/machine.py installs the same ones.
ANY_LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
}
X_LIBRARIES = {
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}
WAYLAND_LIBRARIES = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}
_SCREENLESS = ("offscreen", "minimal", "vnc", "linuxfb", "eglfs")
TERMINAL = "In the terminal: `ganstudio upscale photo.jpg`; `ganstudio --help` lists everything."


def trouble() -> str:
    """Why no window can be shown, as a sentence that says what to do; "" when one can."""
    if sys.platform != "linux":
        return ""
    wanted = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0].partition(";")[0]
    needed = dict(ANY_LIBRARIES)
    if wanted not in _SCREENLESS:
        x, wayland = os.environ.get("DISPLAY"), os.environ.get("WAYLAND_DISPLAY")
        if not x and not wayland:
            return f"There is no display here that a window could be shown on. {TERMINAL}"
        if wanted == "xcb" or not wayland:
            needed |= X_LIBRARIES
        elif wanted == "wayland" or not x:
            needed |= WAYLAND_LIBRARIES
    return without(missing(needed))


def missing(libraries: dict[str, str]) -> list[str]:
    """The libraries that the system does not load."""
    return [library for library in libraries if not _loads(library)]


def without(libraries: list[str]) -> str:
    """The sentence for libraries that are missing; "" for none."""
    if not libraries:
        return ""
    known = ANY_LIBRARIES | X_LIBRARIES | WAYLAND_LIBRARIES
    if shutil.which("apt-get"):
        packages = " ".join(known[library] for library in libraries)
        remedy = f"Install it with: sudo apt-get install -y --no-install-recommends {packages}"
    else:
        remedy = "Install the packages of your system that bring it."
    return f"The window needs what this system lacks: {', '.join(libraries)}. {remedy}"


def refused() -> str:
    """The sentence when Qt itself says that it can show nothing."""
    lacking = missing(ANY_LIBRARIES | X_LIBRARIES)
    where = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY") or "none"
    return without(lacking) or f"The display “{where}” does not answer, so no window can be shown. {TERMINAL}"


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
