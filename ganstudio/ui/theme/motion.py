"""Whether the system asks for less motion; Qt 6.11 does not say it, so each system is asked in its own way."""

from __future__ import annotations

import os
import plistlib
import sys
from configparser import ConfigParser, Error
from contextlib import suppress
from pathlib import Path


def system_wants_stillness() -> bool:
    """True where animations are switched off in the system's settings (or by GANSTUDIO_STILL=1, for tests)."""
    if os.environ.get("GANSTUDIO_STILL") == "1":
        return True
    if sys.platform == "win32":
        return _windows()
    if sys.platform == "darwin":
        return _mac(Path.home() / "Library" / "Preferences" / "com.apple.universalaccess.plist")
    return _linux(Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"))


def _windows() -> bool:
    import ctypes

    get_client_area_animation = 0x1042
    on = ctypes.c_int(1)
    windll = vars(ctypes)["windll"]  # there on Windows only
    windll.user32.SystemParametersInfoW(get_client_area_animation, 0, ctypes.byref(on), 0)
    return not on.value


def _mac(settings: Path) -> bool:
    """The switch "Reduce motion"; the file may not be readable for programs, then nothing is known."""
    with suppress(OSError, plistlib.InvalidFileException, ValueError):
        return bool(plistlib.loads(settings.read_bytes()).get("reduceMotion", False))
    return False


def _linux(folder: Path) -> bool:
    """What Plasma and the GTK desktops that keep settings in files say; GNOME's own database is not read."""
    if _said(folder / "kdeglobals", "KDE", "AnimationDurationFactor") in ("0", "0.0"):
        return True
    files = (folder / f"gtk-{version}.0" / "settings.ini" for version in (4, 3))
    return any(_said(file, "Settings", "gtk-enable-animations") in ("0", "false") for file in files)


def _said(file: Path, section: str, key: str) -> str:
    found = ConfigParser(interpolation=None, strict=False)
    found.optionxform = str  # type: ignore[assignment,method-assign]  # names keep their capitals
    with suppress(OSError, Error, UnicodeDecodeError):
        found.read_string(file.read_text("utf-8"))
        return found.get(section, key, fallback="").strip().lower()
    return ""
