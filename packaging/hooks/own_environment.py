"""At the frozen program's start: what it starts in turn (a file manager, a browser) finds the system's libraries.

The bootloader points LD_LIBRARY_PATH at the program's own; they are loaded from there already, since the system's
loader reads the variable once. A child that is the program itself (the engine) must set it again, so its bootloader is
told to begin anew.
"""

import os
import sys

if sys.platform == "linux":
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    os.environ.pop("LD_LIBRARY_PATH", None)
    if before:
        os.environ["LD_LIBRARY_PATH"] = before
    os.environ["PYINSTALLER_RESET_ENVIRONMENT"] = "1"
