"""A desktop's place for icons over D-Bus, as small as it can be: `org.kde.StatusNotifierWatcher` on the session bus.

Says "ready", then the service of every icon that comes, its title and the entries of its menu.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import ClassInfo, Property, QCoreApplication, QObject, QTimer, Signal, Slot
from PySide6.QtDBus import QDBusConnection, QDBusInterface

WATCHER = "org.kde.StatusNotifierWatcher"


@ClassInfo({"D-Bus Interface": WATCHER})  # type: ignore[call-arg, operator]
class Watcher(QObject):
    StatusNotifierItemRegistered = Signal(str)
    StatusNotifierHostRegistered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.items: list[str] = []

    @Slot(str)
    def RegisterStatusNotifierItem(self, service: str) -> None:
        self.items.append(service)
        self.StatusNotifierItemRegistered.emit(service)
        QTimer.singleShot(300, self, lambda: tell(service))

    @Slot(str)
    def RegisterStatusNotifierHost(self, service: str) -> None:
        self.StatusNotifierHostRegistered.emit()

    def _there(self) -> bool:
        return True

    def _version(self) -> int:
        return 0

    def _items(self) -> list[str]:
        return self.items

    IsStatusNotifierHostRegistered = Property(bool, _there)
    ProtocolVersion = Property(int, _version)
    RegisteredStatusNotifierItems = Property("QStringList", _items)  # type: ignore[arg-type]


def tell(service: str) -> None:
    item = QDBusInterface(service, "/StatusNotifierItem", "org.kde.StatusNotifierItem")
    pixmaps = item.property("IconName")
    print("icon", service, "|", item.property("Title"), "|", item.property("Status"), "|", pixmaps, flush=True)


def main() -> int:
    app = QCoreApplication(sys.argv)
    bus, watcher = QDBusConnection.sessionBus(), Watcher()
    flags = QDBusConnection.RegisterOption.ExportAllContents
    there = bus.registerObject("/StatusNotifierWatcher", watcher, flags) and bus.registerService(WATCHER)
    print("ready" if there else "not there", flush=True)
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
