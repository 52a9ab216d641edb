"""The one entrance of the program: a word that is a command goes to the terminal, a picture opens the window."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from ganstudio.core.beside import activate

WINDOW_FLAGS = ("--selftest", "--new-instance")
DAMAGED = 4


def main() -> int:
    """Run the command line in sys.argv; the exit code."""
    words = sys.argv[1:]
    if words[:1] == ["--try-kernels"]:  # a process of the program's own: native code runs there first
        from ganstudio.runtime.native.trial import main as trial

        return trial(words[1:])
    if words[:1] == ["--try-packages"]:  # likewise, with another build of PyTorch
        from ganstudio.runtime.builds.trial import main as trial_of_packages

        return trial_of_packages(words[1:])
    activate()
    if for_the_window(words):
        from ganstudio.ui.starting.start import main as window

        return window(words)
    from ganstudio.cli.main import main as terminal

    return terminal()


def for_the_window(words: Sequence[str]) -> bool:
    """No words, the window's flags, or nothing but files and folders, the first of which is not named like a
    command."""
    paths = [word for word in words if word not in WINDOW_FLAGS]
    if not paths:
        return True
    if not all(os.path.exists(path) for path in paths):
        return False
    return _is_path(paths[0]) or not _is_command(paths[0])


def _is_path(word: str) -> bool:
    """Commands have neither a folder nor a suffix."""
    return "." in word or os.sep in word or (os.altsep or os.sep) in word


def _is_command(word: str) -> bool:
    from ganstudio.cli.main import commands

    return word in commands() or word in ("help", "version")


def frozen() -> int:
    """The frozen program: also its own engine, which turns off here; then it looks whether it is whole."""
    from multiprocessing import freeze_support

    freeze_support()
    from ganstudio.core.bundle import damage

    said = damage()
    if not said:
        return main()
    print(f"ganstudio: {said}", file=sys.stderr, flush=True)
    if not sys.argv[1:] and "PySide6" not in said:
        from ganstudio.ui.starting.damaged import show

        show(said)
    return DAMAGED


if __name__ == "__main__":
    sys.exit(frozen() if hasattr(sys, "frozen") else main())
