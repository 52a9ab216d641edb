"""The system's packages by the names of each distribution, for the libraries of machine.py (the one list of them)."""

from __future__ import annotations

import machine

# What the Python inside the frozen program loads; a Python of the system brings it along.
FROZEN_LIBRARIES = {"libexpat.so.1": "libexpat1"}

# Debian's names that changed where Ubuntu and Debian moved to 64-bit times: either will do.
_ALSO_CALLED = {"libglib2.0-0": "libglib2.0-0t64"}

# library → (Fedora's and Red Hat's package, openSUSE's package)
_ELSEWHERE = {
    "libstdc++.so.6": ("libstdc++", "libstdc++6"),
    "libgcc_s.so.1": ("libgcc", "libgcc_s1"),
    "libz.so.1": ("zlib", "libz1"),
    "libGL.so.1": ("libglvnd-glx", "libglvnd"),
    "libEGL.so.1": ("libglvnd-egl", "libglvnd"),
    "libglib-2.0.so.0": ("glib2", "libglib-2_0-0"),
    "libfontconfig.so.1": ("fontconfig", "libfontconfig1"),
    "libdbus-1.so.3": ("dbus-libs", "libdbus-1-3"),
    "libxkbcommon.so.0": ("libxkbcommon", "libxkbcommon0"),
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11", "libxkbcommon-x11-0"),
    "libxcb-cursor.so.0": ("xcb-util-cursor", "libxcb-cursor0"),
    "libxcb-icccm.so.4": ("xcb-util-wm", "libxcb-icccm4"),
    "libxcb-image.so.0": ("xcb-util-image", "libxcb-image0"),
    "libxcb-keysyms.so.1": ("xcb-util-keysyms", "libxcb-keysyms1"),
    "libxcb-render-util.so.0": ("xcb-util-renderutil", "libxcb-render-util0"),
    "libxcb-shape.so.0": ("libxcb", "libxcb-shape0"),
    "libxcb-xkb.so.1": ("libxcb", "libxcb-xkb1"),
    "libwayland-client.so.0": ("libwayland-client", "libwayland-client0"),
    "libwayland-cursor.so.0": ("libwayland-cursor", "libwayland-cursor0"),
    "libwayland-egl.so.1": ("libwayland-egl", "libwayland-egl1"),
    "libX11.so.6": ("libX11", "libX11-6"),
    "libX11-xcb.so.1": ("libX11-xcb", "libX11-xcb1"),
    "libbrotlidec.so.1": ("libbrotli", "libbrotlidec1"),
    "libbrotlicommon.so.1": ("libbrotli", "libbrotlicommon1"),
    "libexpat.so.1": ("expat", "libexpat1"),
    "libfreetype.so.6": ("freetype", "libfreetype6"),
    "libgssapi_krb5.so.2": ("krb5-libs", "krb5"),
    "libgthread-2.0.so.0": ("glib2", "libgthread-2_0-0"),
    "libxcb.so.1": ("libxcb", "libxcb1"),
    "libxcb-glx.so.0": ("libxcb", "libxcb-glx0"),
    "libxcb-randr.so.0": ("libxcb", "libxcb-randr0"),
    "libxcb-render.so.0": ("libxcb", "libxcb-render0"),
    "libxcb-shm.so.0": ("libxcb", "libxcb-shm0"),
    "libxcb-sync.so.1": ("libxcb", "libxcb-sync1"),
    "libxcb-util.so.1": ("xcb-util", "libxcb-util1"),
    "libxcb-xfixes.so.0": ("libxcb", "libxcb-xfixes0"),
    "libzstd.so.1": ("libzstd", "libzstd1"),
}


def every_library() -> dict[str, str]:
    """library → Debian package, of the program and of its window."""
    return {**_always(), **machine.WINDOW_LIBRARIES, **machine.ALONG_LIBRARIES}


def _always() -> dict[str, str]:
    """What the terminal needs as well."""
    return {**machine.SYSTEM_LIBRARIES, **FROZEN_LIBRARIES}


def depends(glibc: str) -> str:
    """The .deb's `Depends`: everything that the program or its window loads from the system; `glibc` as "2.35"."""
    packages = [f"libc6 (>= {glibc})"]
    for package in every_library().values():
        other = _ALSO_CALLED.get(package)
        packages.append(f"{package} | {other}" if other else package)
    return ", ".join(dict.fromkeys(packages))


def recommends() -> str:
    """A font for the scripts that the program's own font lacks, the desktop's databases, links opened in a browser."""
    return "fonts-dejavu-core, desktop-file-utils, shared-mime-info, hicolor-icon-theme, xdg-utils"


def table() -> str:
    """A line for each library, for the installer's shell: WHAT LIBRARY APT DNF ZYPPER, WHAT being `all` or `window`."""
    return "\n".join(
        " ".join(["all" if name in _always() else "window", name, apt, *_ELSEWHERE[name]])
        for name, apt in every_library().items()
    )
