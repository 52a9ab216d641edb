"""The one entrance of the program: a word that is a command goes to the terminal, a picture opens the window."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

WINDOW_FLAGS = ("--selftest", "--new-instance")


def main() -> int:
    """Run the command line in sys.argv; the exit code."""
    words = sys.argv[1:]
    if for_the_window(words):
        from ganstudio.ui.start import main as window

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


if __name__ == "__main__":
    if hasattr(sys, "frozen"):  # the frozen program is also its own engine: this is where that one turns off
        from multiprocessing import freeze_support

        freeze_support()
    sys.exit(main())
