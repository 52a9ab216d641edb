"""Showing a folder or a file in the system's file manager."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices


def open_folder(path: Path) -> bool:
    """Open a folder; False when the system has nothing to open it with."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def show_file(path: Path) -> bool:
    """Open the folder of a file, with the file chosen where the system can do that."""
    if sys.platform == "win32":
        subprocess.Popen(["explorer", "/select,", os.path.normpath(path)])
        return True
    if sys.platform == "darwin":
        subprocess.Popen(["open", "-R", str(path)])
        return True
    return open_folder(path.parent)
