"""The end with work running: asked once — keep going beside the clock, pause and go on next time, or stop."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QMenu, QSystemTrayIcon, QVBoxLayout, QWidget

from ganstudio.core.text import _
from ganstudio.ui import icons
from ganstudio.ui.widgets.button import Button
from ganstudio.ui.widgets.label import Label
from ganstudio.ui.widgets.toggle import ToggleSwitch

KEEP, PAUSE, STOP, STAY = "keep", "pause", "stop", "stay"


class CloseQuestion(QDialog):
    """`answer` is one of KEEP, PAUSE, STOP, STAY; `always` whether it is to be remembered."""

    def __init__(self, sentences: list[str], pausable: bool, tray: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.answer, self.always = STAY, False
        self.setWindowTitle(_("Work is running"))
        self.setModal(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(12)
        column.addWidget(Label(_("Work is running"), 16, 600, "text", parent=self))
        for sentence in sentences:
            column.addWidget(Label(sentence, 12, color="text", wrap=True, parent=self))
        column.addWidget(Label(self._explained(pausable, tray), 12, wrap=True, parent=self))
        column.addSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(8)
        if tray:
            self._button(row, _("Keep going"), KEEP, primary=True)
        if pausable:
            self._button(row, _("Pause, go on next time"), PAUSE, primary=not tray)
        self._button(row, _("Stop the work"), STOP, primary=not tray and not pausable)
        row.addStretch(1)
        self._button(row, _("Do not close"), STAY)
        column.addLayout(row)
        self._always = ToggleSwitch(False, _("Always do this"), self)
        self._remember = QHBoxLayout()
        self._remember.addWidget(self._always)
        self._remember.addWidget(Label(_("Always do this"), 12, parent=self), 1)
        column.addLayout(self._remember)

    def _explained(self, pausable: bool, tray: bool) -> str:
        said = []
        if tray:
            said.append(_("Keep going: the window goes, an icon beside the clock stays until the work is done."))
        if pausable:
            said.append(_("Pause: what is finished is kept, the rest waits for the next start."))
        return "\n".join(said) or _("What is finished is kept.")

    def _button(self, row: QHBoxLayout, text: str, answer: str, primary: bool = False) -> None:
        button = Button(text, kind="primary" if primary else "normal", large=True, parent=self)
        button.setProperty("answer", answer)
        button.clicked.connect(self._answered)
        row.addWidget(button)
        if primary:
            button.setFocus()

    @Slot()
    def _answered(self) -> None:
        sender = self.sender()
        self.answer = sender.property("answer") if sender is not None else STAY
        self.always = self._always.isChecked() and self.answer in (KEEP, PAUSE)
        self.accept()


def tray_there() -> bool:
    """Whether an icon beside the clock would be seen."""
    return QGuiApplication.platformName() != "offscreen" and QSystemTrayIcon.isSystemTrayAvailable()


class Tray(QObject):
    """The icon beside the clock while the window is away. `show_window()`, `quit()`."""

    show_window = Signal()
    quit = Signal()

    def __init__(self, pause: Callable[[], object], parent: QWidget) -> None:
        super().__init__(parent)
        self._icon = QSystemTrayIcon(icons.icon("logo", "accent", 22), parent)
        menu = QMenu(parent)
        menu.addAction(_("Show the window"), self.show_window.emit)
        menu.addAction(_("Pause or go on"), pause)
        menu.addSeparator()
        menu.addAction(_("Quit, go on next time"), self.quit.emit)
        self._icon.setContextMenu(menu)
        self._icon.activated.connect(self._clicked)
        self._icon.messageClicked.connect(self.show_window)

    def show(self, text: str) -> None:
        self._icon.setToolTip(text)
        self._icon.show()

    def hide(self) -> None:
        self._icon.hide()

    @property
    def shown(self) -> bool:
        return self._icon.isVisible()

    def set_text(self, text: str) -> None:
        self._icon.setToolTip(text)

    def tell(self, title: str, text: str) -> None:
        if self._icon.isVisible():
            self._icon.showMessage(title, text, icons.icon("logo", "accent", 32))

    @Slot(QSystemTrayIcon.ActivationReason)
    def _clicked(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick):
            self.show_window.emit()
