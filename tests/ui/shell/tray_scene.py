"""Played in a process of its own on a real screen: a window that goes beside the clock. One word a line is answered:

keep    the window goes as if the person had said "keep going"; where the icon is: x y width height
shown   whether the window is to be seen: gone, small, shown
shot F  a picture of the whole screen into F
quit    the end
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication

from ganstudio.core.settings import SettingsStore
from ganstudio.ui.frame.closing import tray_there
from ganstudio.ui.frame.window import Window
from ganstudio.ui.starting.app import make_application
from ganstudio.ui.theme import install


class Scene(QObject):
    heard = Signal(str)

    def __init__(self, window: Window) -> None:
        super().__init__()
        self.window = window
        self.heard.connect(self.obey)
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self) -> None:
        for line in sys.stdin:
            self.heard.emit(line.strip())

    @Slot(str)
    def obey(self, order: str) -> None:
        word, _space, rest = order.partition(" ")
        if word == "keep":
            assert self.window.shell is not None
            self.window.shell.leaving.keep_going()
            QTimer.singleShot(1500, self, self.place)
        elif word == "shown":
            small = self.window.isMinimized()
            say("small" if small else "shown" if self.window.isVisible() else "gone")
        elif word == "shot":
            screen = QGuiApplication.primaryScreen()
            say("saved" if screen.grabWindow(0).save(rest) else "not saved")
        elif word == "quit":
            QGuiApplication.exit(0)

    @Slot()
    def place(self) -> None:
        assert self.window.shell is not None
        tray = self.window.shell.leaving._tray
        place = tray._icon.geometry() if tray is not None else None
        say("none" if place is None else f"{place.x()} {place.y()} {place.width()} {place.height()}")


def say(text: str) -> None:
    print(text, flush=True)


def main() -> int:
    app = make_application()
    install(app)
    window = Window(SettingsStore(Path(sys.argv[1])))
    window.resize(900, 600)
    window.painted.connect(window.furnish)
    scene = Scene(window)
    window.furnished.connect(lambda: say(f"ready {tray_there()}"))
    window.show()
    code = app.exec()
    scene.heard.disconnect()
    if window.desk is not None:
        window.desk.engine.close()
    return code


if __name__ == "__main__":
    sys.exit(main())
