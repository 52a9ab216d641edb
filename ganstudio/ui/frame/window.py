"""The window: top bar, one workspace at a time, status bar; the panels that float over them.

It is made in two steps. The constructor is quick and shows an empty frame where the window was; `furnish`, after the
first paint, imports and makes everything else and starts the engine. So nothing of it is imported here.
"""

from __future__ import annotations

import base64
import binascii
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from ganstudio.core.settings import Settings, SettingsStore
from ganstudio.core.text import _
from ganstudio.ui import errors
from ganstudio.ui.frame.workspaces import WORKSPACES, make
from ganstudio.ui.workspace import Workspace

if TYPE_CHECKING:
    from ganstudio.ui.actions import Actions
    from ganstudio.ui.desk import Desk
    from ganstudio.ui.frame.menus import Menus
    from ganstudio.ui.frame.shell import Shell
    from ganstudio.ui.frame.statusbar import StatusBar
    from ganstudio.ui.frame.topbar import TopBar

SMALLEST = (960, 600)
USUAL = (1440, 900)
_GEOMETRY, _WORKSPACE = "window.geometry", "window.workspace"
_log = logging.getLogger("ganstudio")


class Window(QMainWindow):
    """`furnished` comes once everything is there; the bars and `desk` are there from then on."""

    actions_: Actions
    menus: Menus
    top: TopBar
    status: StatusBar
    stack: QStackedWidget

    furnished = Signal()
    painted = Signal()
    broken = Signal(str)  # could not be furnished; the report
    gone = Signal()  # closed for good: the program may end

    def __init__(self, store: SettingsStore) -> None:
        super().__init__()
        self.store = store
        self.desk: Desk | None = None
        self.shell: Shell | None = None
        self.workspaces: dict[str, Workspace] = {}
        self.first_paint: float | None = None  # time.monotonic() of it
        self._waiting: list[list[Path]] = []  # files that came before the workspaces were there
        self.setObjectName("window")
        self.setWindowTitle("GANStudio")
        self.setMinimumSize(*SMALLEST)
        self._restore_geometry()

    def _make_bars(self) -> None:
        from ganstudio.ui.actions import Actions
        from ganstudio.ui.actions_table import all_specs
        from ganstudio.ui.frame.menus import Menus
        from ganstudio.ui.frame.statusbar import StatusBar
        from ganstudio.ui.frame.topbar import TopBar
        from ganstudio.ui.theme import theme

        self.actions_ = Actions(all_specs(), self)
        self._take_settings(self.store.value)
        self.menus = Menus(self.actions_, self)
        self.top = TopBar(self.menus, [(one.id, one.title) for one in WORKSPACES], self)
        self.top.setObjectName("top")
        self.status = StatusBar(self)
        self.status.setObjectName("status")
        self.stack = QStackedWidget(self)
        self.stack.setObjectName("stack")
        theme().changed.connect(self._restyle)
        self._lay_out()

    def _lay_out(self) -> None:
        inside = QWidget(self)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        column.addWidget(self.stack, 1)
        column.addWidget(self.status)
        self.setCentralWidget(inside)
        inside.setGeometry(self.rect())
        column.activate()  # the bars are painted at once, in their places

    # --- after the first paint -------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.first_paint is None:  # nothing of ours is there yet: the system's own ground
            self.first_paint = time.monotonic()
            QTimer.singleShot(0, self, self._painted)
        else:
            from ganstudio.ui.theme import theme

            QPainter(self).fillRect(event.rect(), theme().now.canvas)

    @Slot()
    def _painted(self) -> None:
        self.painted.emit()

    @Slot()
    def start(self) -> None:
        """Furnish; where that fails the window says so instead of staying empty."""
        try:
            self.furnish()
        except Exception as error:  # noqa: BLE001 - the last door: nothing else could tell the person
            _log.critical("the window cannot be furnished", exc_info=error)
            self._say_broken(error)
            self.broken.emit(errors.report_of(error))

    def _say_broken(self, error: Exception) -> None:
        from ganstudio.ui.widgets import Notice

        lines = [str(error), _("Your pictures and projects are as they were. What happened is in the log.")]
        buttons = [(_("Copy report"), _Copy(errors.report_of(error))), (_("Close"), self.close)]
        self.setCentralWidget(Notice("err", _("GANStudio could not start"), lines, buttons, floating=True))

    def furnish(self) -> None:
        """Make the bars, the desk, the workspaces and the panels; start the engine. Called once, after the first
        paint; the bars are painted before the workspaces are imported."""
        from ganstudio.ui.desk import open_desk

        self._make_bars()
        self.repaint()
        from ganstudio.ui.frame.menus import with_icons
        from ganstudio.ui.frame.shell import Shell

        desk = self.desk = open_desk(self, self.store, self.actions_)
        for one in WORKSPACES:
            workspace = make(one, desk, self.stack)
            self.workspaces[one.id] = workspace
            self.stack.addWidget(workspace)
        self.shell = Shell(self, desk)
        self.shell.bind()
        self._restore_workspaces()
        desk.settings.changed.connect(self._settings_changed)
        desk.engine.start()
        with_icons(desk.actions)
        for note in self.store.notes:
            desk.notices.toast(note)
        self.setFocus()
        self.furnished.emit()
        waiting, self._waiting = self._waiting, []
        for paths in waiting:
            self.open_paths(paths)

    # --- workspaces ------------------------------------------------------------------------------------------

    @property
    def current(self) -> Workspace | None:
        now = self.stack.currentWidget()
        return now if isinstance(now, Workspace) else None

    def show_workspace(self, id: str) -> None:
        workspace = self.workspaces.get(id)
        if workspace is None or self.desk is None:
            return
        if self.shell is not None:
            self.shell.close_panels()
        self.stack.setCurrentWidget(workspace)
        self.top.switch.set_current(id)
        self.menus.set_scope(id)
        self.desk.actions.set_scope(id)
        self.top.refresh()
        self.desk.settings.remember(_WORKSPACE, id)
        workspace.activated()
        if self.shell is not None:
            self.shell.workspace_shown(workspace)

    def open_paths(self, paths: list[Path]) -> None:
        """Files go to Edit, folders to Batch; before the workspaces are there they wait."""
        if self.desk is None:
            self._waiting.append(paths)
            return
        folders = bool(paths) and all(path.is_dir() for path in paths)
        id = "batch" if folders and "batch" in self.workspaces else "edit"
        if paths and id in self.workspaces:
            self.show_workspace(id)
            if not self.workspaces[id].open_paths(paths):
                names = ", ".join(path.name for path in paths[:3])
                self.desk.notices.toast(_("This cannot be opened here: {names}").format(names=names))

    @Slot(object)
    def handed_over(self, paths: list[Path]) -> None:
        """A second start gave us its files: come to the front and open them."""
        self.show_again()
        self.open_paths(paths)

    def show_again(self) -> None:
        if self.isMinimized() or not self.isVisible():
            self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
            self.show()
        self.raise_()
        self.activateWindow()

    def go_to_next_panel(self, forward: bool = True) -> None:
        from ganstudio.ui.frame.panels_order import next_panel

        next_panel([self.top, *([self.current] if self.current else []), self.status], forward)

    # --- settings --------------------------------------------------------------------------------------------

    def _take_settings(self, value: Settings) -> None:
        from ganstudio.ui.theme import theme

        look = theme()
        look.set_motion(value.motion)  # type: ignore[arg-type]
        look.set_contrast(value.contrast)  # type: ignore[arg-type]
        look.set_text_scale(value.text_scale)
        look.set(value.theme)  # type: ignore[arg-type]
        keys = self.store.memory.get("keys")
        own = {id: key for id, key in keys.items() if isinstance(key, str)} if isinstance(keys, dict) else {}
        self.actions_.set_keys(own, value.single_letter_keys)

    @Slot(object)
    def _settings_changed(self, names: frozenset[str]) -> None:
        if names & {"theme", "contrast", "motion", "text_scale", "single_letter_keys", "memory"}:
            self._take_settings(self.store.value)

    @Slot()
    def _restyle(self) -> None:
        self.update()
        if self.desk is not None:
            from ganstudio.ui.frame.menus import with_icons

            with_icons(self.desk.actions)

    # --- as it was left --------------------------------------------------------------------------------------

    def _restore_geometry(self) -> None:
        kept = self.store.memory.get(_GEOMETRY)
        try:
            data = base64.b64decode(kept, validate=True) if isinstance(kept, str) else b""
        except binascii.Error:
            data = b""
        if not data or not self.restoreGeometry(QByteArray(data)):
            screen = self.screen().availableGeometry()
            self.resize(min(USUAL[0], screen.width()), min(USUAL[1], screen.height()))

    def _restore_workspaces(self) -> None:
        for id, workspace in self.workspaces.items():
            self._guarded(workspace.restore, self._kept(id))
        wanted = self.store.memory.get(_WORKSPACE)
        self.show_workspace(wanted if wanted in self.workspaces else next(iter(self.workspaces)))

    def _kept(self, id: str) -> dict[str, Any]:
        kept = self.store.memory.get(f"workspace.{id}")
        return kept if isinstance(kept, dict) else {}

    def _guarded(self, restore: Callable[[dict[str, Any]], None], state: dict[str, Any]) -> None:
        """A state of another version must not keep the window from opening."""
        try:
            restore(state)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError):
            _log.exception("a workspace's state does not fit")

    def remember(self) -> None:
        """Keep the geometry and the workspaces' states."""
        if self.desk is None:
            return
        geometry = base64.b64encode(self.saveGeometry().data()).decode()
        self.desk.settings.remember(_GEOMETRY, geometry)
        for id, workspace in self.workspaces.items():
            self.desk.settings.remember(f"workspace.{id}", workspace.state())

    # --- the end ---------------------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.desk is None:
            self.gone.emit()
            return
        if self.shell is not None and not self.shell.leaving.may_close():
            event.ignore()
            return
        self.hide()
        self.end()

    def end(self) -> None:
        """Stop timers, refuse new work, drain, end the engine, save."""
        if self.desk is None:
            return
        steps = [workspace.closing for workspace in self.workspaces.values()]
        if self.shell is not None:
            steps = [self.remember, self.shell.closing, *steps]
        for step in steps:
            try:
                step()
            except Exception:  # noqa: BLE001 - logged; a window that cannot be closed would be worse
                _log.exception("a part of the window did not end as it should")
        from ganstudio.ui.desk import close_desk

        close_desk(self.desk)
        self.desk = None
        self.gone.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.desk is not None and self.isActiveWindow():
            self.desk.actions.refresh()  # the clipboard may have changed meanwhile

    # --- dropped where no workspace takes it -----------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.open_paths(paths)


class _Copy:
    """Copies a text."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __call__(self) -> None:
        QGuiApplication.clipboard().setText(self._text)
