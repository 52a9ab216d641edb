"""An installation that is damaged, told in a window where one can be shown: a double click has no terminal."""

from __future__ import annotations

import sys

from ganstudio.ui.starting import display


def show(sentence: str) -> None:
    """A box with the sentence, until it is closed; nothing where there is no screen."""
    if display.trouble():
        return
    from PySide6.QtWidgets import QApplication, QMessageBox

    app = QApplication.instance() or QApplication(sys.argv[:1])
    box = QMessageBox(QMessageBox.Icon.Critical, "GANStudio", sentence)
    box.exec()
    del app
