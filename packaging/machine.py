"""What this machine has and lacks: an NVIDIA card, the system libraries, Debian's separate venv package."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

# library → Debian package; what the wheels link against and do not bring.
SYSTEM_LIBRARIES = {"libstdc++.so.6": "libstdc++6", "libgcc_s.so.1": "libgcc-s1", "libz.so.1": "zlib1g"}
# What Qt needs for the window, by the X Window System or by Wayland; the terminal's commands do without.
# ganstudio/ui/starting/display.py tells of the same ones when the window starts.
WINDOW_LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}
# What the above brings along on Debian and most systems, but not on all; the installers ask for it by name as well.
ALONG_LIBRARIES = {
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libbrotlidec.so.1": "libbrotli1",
    "libbrotlicommon.so.1": "libbrotli1",
    "libfreetype.so.6": "libfreetype6",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxcb.so.1": "libxcb1",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libzstd.so.1": "libzstd1",
}


def has_nvidia() -> bool:
    """Whether an NVIDIA card with a driver is here."""
    if sys.platform == "win32":
        try:
            ctypes.CDLL("nvcuda.dll")
        except OSError:
            return False
        return True
    if Path("/proc/driver/nvidia/version").exists():
        return True
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return False
    listed = subprocess.run([tool, "-L"], capture_output=True, text=True, check=False)
    return listed.returncode == 0 and "GPU" in listed.stdout


def missing_packages() -> list[str]:
    """Debian names of what the installation needs from the system and does not find."""
    missing = []
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        missing.append(f"python3.{sys.version_info.minor}-venv")
    if sys.platform == "linux":
        missing += [package for library, package in SYSTEM_LIBRARIES.items() if not _loads(library)]
    return missing


def missing_for_the_window() -> list[str]:
    """Debian names of what only the window needs and does not find."""
    if sys.platform != "linux":
        return []
    needed = {**WINDOW_LIBRARIES, **ALONG_LIBRARIES}
    return list(dict.fromkeys(package for library, package in needed.items() if not _loads(library)))


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def apt_words(packages: list[str]) -> list[str]:
    return ["apt-get", "install", "-y", "--no-install-recommends", *packages]


def apt_install(packages: list[str], log: Path) -> bool:
    """Install with apt where this is a Debian and we are root; False where that is not so or did not work."""
    if shutil.which("apt-get") is None or os.name != "posix" or os.geteuid() != 0:
        return False
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with open(log, "ab") as out:
        for words in (["apt-get", "update"], apt_words(packages)):
            out.write(f"\n$ {' '.join(words)}\n".encode())
            out.flush()
            code = subprocess.call(words, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=environ)
    return code == 0
