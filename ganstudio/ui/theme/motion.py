"""Whether the system asks for less motion; Qt 6.11 does not say it, so each system is asked in its own way."""

from __future__ import annotations

import os
import sys


def system_wants_stillness() -> bool:
    """True where animations are switched off in the system's settings (or by GANSTUDIO_STILL=1, for tests)."""
    if os.environ.get("GANSTUDIO_STILL") == "1":
        return True
    if sys.platform == "win32":
        return _windows()
    return False


def _windows() -> bool:
    import ctypes

    get_client_area_animation = 0x1042
    on = ctypes.c_int(1)
    windll = vars(ctypes)["windll"]  # there on Windows only
    windll.user32.SystemParametersInfoW(get_client_area_animation, 0, ctypes.byref(on), 0)
    return not on.value
