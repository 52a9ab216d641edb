"""The menus: made from the table of actions, for the bar and for the one button that stands for it when narrow."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from ganstudio.core.text import _
from ganstudio.ui import icons
from ganstudio.ui.actions import Actions
from ganstudio.ui.actions_table import MENUS


class Menus(QObject):
    """Every menu of the table as a QMenu; a menu hides while its workspace is not in front."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self._actions = actions
        self._menus = {title: self._menu(title, ids, parent) for title, ids in MENUS.items()}
        self.all = QMenu(parent)  # behind the one button
        for menu in self._menus.values():
            self.all.addMenu(menu)
        self.recent = RecentMenu(parent)
        actions.action("file.recent").setMenu(self.recent)

    def fill(self, bar: QMenuBar) -> None:
        for menu in self._menus.values():
            bar.addMenu(menu)

    def set_scope(self, scope: str) -> None:
        for title, menu in self._menus.items():
            scopes = {self._actions.spec(id).scope for id in MENUS[title] if id != "-"}
            menu.menuAction().setVisible(bool(scopes & {"window", scope}))

    def _menu(self, title: str, ids: list[str], parent: QWidget) -> QMenu:
        menu = QMenu(_(title), parent)
        menu.setToolTipsVisible(False)
        for id in ids:
            if id == "-":
                menu.addSeparator()
            else:
                menu.addAction(self._actions.action(id))
        return menu


class RecentMenu(QMenu):
    """The files opened last. Whether they still exist is not looked at: a dead network folder must not block."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._paths: list[Path] = []
        self._open: Callable[[Path], object] | None = None
        self._clear: Callable[[], object] | None = None
        self.setToolTipsVisible(True)
        self.triggered.connect(self._chosen)

    def bind(self, open: Callable[[Path], object], clear: Callable[[], object]) -> None:
        self._open, self._clear = open, clear

    def set_paths(self, paths: list[Path]) -> None:
        self.clear()
        self._paths = list(paths)
        for number, path in enumerate(paths):
            action = self.addAction(path.name.replace("&", "&&"))
            action.setData(number)
            action.setToolTip(str(path))
        if paths:
            self.addSeparator()
            self.addAction(_("Clear this list")).setData(-1)

    @Slot(object)
    def _chosen(self, action: object) -> None:
        number = action.data()  # type: ignore[attr-defined]
        if number == -1 and self._clear is not None:
            self._clear()
        elif isinstance(number, int) and 0 <= number < len(self._paths) and self._open is not None:
            self._open(self._paths[number])


def with_icons(actions: Actions) -> None:
    """Give the actions their icons; after the theme is there and whenever it changes."""
    for spec in actions.specs():
        if spec.icon:
            actions.action(spec.id).setIcon(icons.icon(spec.icon))
            actions.action(spec.id).setIconVisibleInMenu(False)  # menus are words
