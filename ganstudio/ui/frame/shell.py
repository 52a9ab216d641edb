"""What joins the window's parts: the actions of the window itself, the floating panels, news."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, Qt, QTimer, Slot
from PySide6.QtWidgets import QFileDialog, QMenu

from ganstudio.core.log import log_file
from ganstudio.core.progress import Progress
from ganstudio.core.text import _
from ganstudio.models.library import Entry
from ganstudio.ui import errors
from ganstudio.ui.desk import Desk
from ganstudio.ui.frame.leaving import Leaving
from ganstudio.ui.frame.status_feed import StatusFeed
from ganstudio.ui.frame.telling import Telling
from ganstudio.ui.opening import open_folder
from ganstudio.ui.preferences.dialog import Preferences
from ganstudio.ui.preferences.pages import PAGES, copy_report
from ganstudio.ui.sheets.help_pages import Heading, headings
from ganstudio.ui.sheets.keys_sheet import KeysSheet
from ganstudio.ui.sheets.palette import Palette
from ganstudio.ui.sheets.palette_items import Item, action_items, help_items, model_items, picture_items, setting_items
from ganstudio.ui.workspace import Workspace

if TYPE_CHECKING:
    from ganstudio.jobs.remote import Failure
    from ganstudio.ui.documents.pasted import Pasted
    from ganstudio.ui.explore.handing import Handed
    from ganstudio.ui.frame.window import Window
    from ganstudio.ui.sheets.about import About
    from ganstudio.ui.sheets.help_sheet import HelpSheet

_RECENT = "palette.recent"
_LATER_MS = 800  # the palette is made before it is asked for, and after everything else


class Shell(QObject):
    """Made once, when the window is furnished."""

    def __init__(self, window: Window, desk: Desk) -> None:
        super().__init__(window)
        self.window, self.desk = window, desk
        self.telling = Telling(desk.notices, window.stack, self._news_area)
        self.feed = StatusFeed(desk, window.status)
        self.leaving = Leaving(window, desk, self.feed)
        self.faults = errors.Faults(desk.notices.error, self)
        self._palette: Palette | None = None
        self._preferences: Preferences | None = None
        self._sheet: KeysSheet | None = None
        self._about: About | None = None
        self._manual: HelpSheet | None = None
        self._models: list[Entry] = []
        self._headings: list[Heading] = []

    def bind(self) -> None:
        """Bind the window's own actions and connect the bars."""
        window, actions = self.window, self.desk.actions
        actions.bind("file.quit", window.close)
        actions.bind("file.recent", _nothing, self._any_recent)
        if not actions.bound("file.open_folder"):
            actions.bind("file.open_folder", self.open_folder)
        actions.bind("edit.undo", self.undo, self._can_undo)
        actions.bind("edit.redo", self.redo, self._can_redo)
        actions.bind("edit.palette", self.open_palette)
        actions.bind("edit.preferences", self.open_preferences)
        actions.bind("view.fullscreen", self.full_screen)
        for id in window.workspaces:
            actions.bind(f"window.{id}", _Show(window, id))
        actions.bind("window.next_panel", self.next_panel)
        actions.bind("window.previous_panel", self.previous_panel)
        actions.bind("window.reset", self.reset_panels)
        actions.bind("help.manual", self.open_manual)
        actions.bind("help.keys", self.open_keys)
        actions.bind("help.log", self.open_log)
        actions.bind("help.report", self.copy_report)
        actions.bind("help.about", self.about)
        window.top.workspace_chosen.connect(window.show_workspace)
        window.top.search.connect(self.open_palette)
        window.top.preferences.connect(self.open_preferences)
        window.top.notices.connect(self.open_notices)
        self.telling.missed.connect(window.top.show_missed)
        window.menus.recent.bind(self._open_recent, self.desk.settings.clear_recent)
        window.menus.recent.set_paths(self.desk.settings.recent)
        self.desk.settings.changed.connect(self._settings_changed)
        self.desk.engine.trouble.connect(self._engine_trouble)
        self.desk.engine.state_changed.connect(self._engine_state)
        for workspace in window.workspaces.values():
            workspace.status_changed.connect(self._status_changed)
        self._join()
        errors.watch(self.faults)
        QTimer.singleShot(_LATER_MS, self, self._make_palette)
        self._read_models()

    def _join(self) -> None:
        """What one workspace hands over to the other."""
        from ganstudio.ui.batch.workspace import BatchWorkspace
        from ganstudio.ui.edit.workspace import EditWorkspace
        from ganstudio.ui.explore.workspace import ExploreWorkspace

        edit, batch = (self.window.workspaces.get(id) for id in ("edit", "batch"))
        if isinstance(edit, EditWorkspace) and isinstance(batch, BatchWorkspace):
            batch.set_edit_recipe(edit.recipe)
            batch.open_in_edit.connect(self._look_at)
            batch.notified.connect(self.leaving.notify)
            edit.batch_wanted.connect(self._give_to_batch)
            self._edit, self._batch = edit, batch
        explore = self.window.workspaces.get("explore")
        if isinstance(edit, EditWorkspace) and isinstance(explore, ExploreWorkspace):
            self._explore = explore
            explore.canvas_wanted.connect(self._lay_on_canvas)
            explore.paste_wanted.connect(self._paste_back)
            edit.explore_wanted.connect(self._explore_layer)

    @Slot(object)
    def _lay_on_canvas(self, handed: Handed) -> None:
        """A generated picture becomes a layer in Edit; one stays where one is."""
        from ganstudio.ui.documents.generated import lay

        documents = self._edit.documents
        where = documents.current
        if not lay(documents, handed.picture, handed.name, handed.made_by):
            self.desk.notices.toast(_("Another step is being made. Try again when it is done."))
            return
        if where is None:
            said = _("{name} is open in Edit, as a layer that remembers how it was made.").format(name=handed.name)
        else:
            said = _("{name} is a layer of {title} now.").format(name=handed.name, title=where.title)
        self.desk.notices.toast(said, (_("Show it"), self.desk.actions.action("window.edit").trigger))

    @Slot(object)
    def _paste_back(self, pasted: Pasted) -> None:
        """What was made of a photograph goes back into it, as a layer."""
        from ganstudio.ui.documents.pasted import lay_pasted

        if not lay_pasted(self._edit.documents, pasted):
            self.desk.notices.toast(_("Another step is being made. Try again when it is done."))
            return
        self.window.show_workspace("edit")

    @Slot(object)
    def _explore_layer(self, made_by: object) -> None:
        from ganstudio.ui.explore.making_of import latent_of_layer

        latent = latent_of_layer(made_by)
        if latent is not None:
            self.window.show_workspace("explore")
            self._explore.open_latent(latent)

    @Slot(object, object)
    def _look_at(self, source: Path, result: Path | None) -> None:
        self.window.show_workspace("edit")
        self._edit.open_pair(source, result)

    @Slot(object)
    def _give_to_batch(self, paths: list[Path]) -> None:
        self.window.show_workspace("batch")
        self._batch.open_paths(paths)

    def _news_area(self) -> QRect:
        workspace = self.window.current
        return workspace.news_area() if workspace is not None else self.window.stack.rect()

    # --- the floating panels ---------------------------------------------------------------------------------

    @Slot()
    def _make_palette(self) -> None:
        _made = self.palette
        gc.collect()
        gc.freeze()  # what is there by now stays: a full collection must not walk through it while a person drags

    @property
    def palette(self) -> Palette:
        if self._palette is None:
            kept = self.desk.settings.remembered(_RECENT, [])
            recent = [key for key in kept if isinstance(key, str)] if isinstance(kept, list) else []
            self._palette = Palette(self.window, self.items, recent)
        return self._palette

    @Slot()
    def open_palette(self) -> None:
        self.palette.open()
        self._read_models()  # for the next time: the folder may have changed

    @Slot()
    def open_preferences(self) -> None:
        self.preferences.open()

    def show_setting(self, name: str) -> None:
        """Open the preferences where a setting is."""
        self.preferences.open_at(name)

    @property
    def preferences(self) -> Preferences:
        if self._preferences is None:
            self._preferences = Preferences(self.window, self.desk)
        return self._preferences

    @Slot()
    def open_keys(self) -> None:
        self.keys.open()

    @property
    def keys(self) -> KeysSheet:
        if self._sheet is None:
            self._sheet = KeysSheet(self.window, self.desk.actions)
        return self._sheet

    @Slot()
    def open_manual(self) -> None:
        self.manual.open()

    def show_help(self, heading: Heading) -> None:
        self.manual.open_at(heading.page, heading.title)

    @property
    def manual(self) -> HelpSheet:
        if self._manual is None:
            from ganstudio.ui.sheets.help_sheet import HelpSheet

            self._manual = HelpSheet(self.window)
        return self._manual

    @Slot()
    def open_notices(self) -> None:
        """The last news, newest first, under the bell."""
        menu = QMenu(self.window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for entry in self.desk.notices.log[:-11:-1]:
            text = getattr(entry, "text", "") or getattr(entry, "title", "")
            menu.addAction(text).setEnabled(False)
        menu.popup(self.window.mapToGlobal(self.window.top.geometry().bottomRight()))
        self.window.top.show_missed(False)

    def close_panels(self) -> None:
        """Put away whatever floats over the workspaces."""
        for panel in (self._palette, self._preferences, self._sheet, self._about, self._manual):
            if panel is not None:
                panel.close_panel()

    def items(self) -> list[Item]:
        """Everything the palette can find."""
        titles = {one.id: _(one.title) for one in PAGES}
        return [
            *action_items(self.desk.actions),
            *model_items(self._models, self._choose_model),
            *setting_items(titles.__getitem__, self.show_setting),
            *picture_items(self.desk.settings.recent, self.window.open_paths),
            *[item for workspace in self.window.workspaces.values() for item in workspace.palette_items()],
            *help_items(self._headings, self.show_help),
        ]

    def _choose_model(self, name: str) -> None:
        """A generator opens in Explore, any other in the workspace in front or in Edit."""
        if any(one.name == name and not one.card.takes_pictures for one in self._models):
            self.window.show_workspace("explore")
            self._explore.open_model(name)
            return
        workspace = self.window.current
        if workspace is None or not workspace.choose_model(name):
            self.window.show_workspace("edit")
            self.window.workspaces["edit"].choose_model(name)

    def _read_models(self) -> None:
        self.desk.background.run(self._models_of, self._models_read, owner=self)

    def _models_of(self, progress: Progress) -> tuple[list[Entry], list[Heading]]:
        return self.desk.library.entries(), self._headings or headings()

    @Slot(object)
    def _models_read(self, read: tuple[list[Entry], list[Heading]]) -> None:
        self._models, self._headings = read

    # --- the window's own actions ----------------------------------------------------------------------------

    @Slot()
    def undo(self) -> None:
        if self.window.current is not None:
            self.window.current.undo()

    @Slot()
    def redo(self) -> None:
        if self.window.current is not None:
            self.window.current.redo()

    def _can_undo(self) -> bool:
        return self.window.current is not None and self.window.current.can_undo()

    def _can_redo(self) -> bool:
        return self.window.current is not None and self.window.current.can_redo()

    @Slot()
    def open_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self.window, _("Open folder"))
        if chosen:
            self.window.open_paths([Path(chosen)])

    @Slot()
    def full_screen(self) -> None:
        self.window.setWindowState(self.window.windowState() ^ Qt.WindowState.WindowFullScreen)

    @Slot()
    def next_panel(self) -> None:
        self.window.go_to_next_panel(True)

    @Slot()
    def previous_panel(self) -> None:
        self.window.go_to_next_panel(False)

    @Slot()
    def reset_panels(self) -> None:
        for id, workspace in self.window.workspaces.items():
            self.desk.settings.remember(f"workspace.{id}", None)
            workspace.restore({})

    @Slot()
    def open_log(self) -> None:
        if not open_folder(log_file().parent):
            self.desk.notices.toast(_("The log is in {folder}.").format(folder=log_file().parent))

    @Slot()
    def copy_report(self) -> None:
        copy_report()
        self.desk.notices.toast(_("The report is copied."))

    @Slot()
    def about(self) -> None:
        """Which program this is, and what is inside it."""
        if self._about is None:
            from ganstudio.ui.sheets.about import About

            self._about = About(self.window, self.desk)
        self._about.open()

    def _open_recent(self, path: Path) -> None:
        self.window.open_paths([path])

    def _any_recent(self) -> bool:
        return bool(self.desk.settings.recent)

    @Slot(object)
    def _settings_changed(self, names: frozenset[str]) -> None:
        if "recent" in names:
            self.window.menus.recent.set_paths(self.desk.settings.recent)
            self.desk.actions.refresh_soon()
        if names & {"device", "precision", "threads", "memory_percent"}:
            value = self.desk.settings.value
            self.desk.engine.set_options(value.device, value.precision, value.threads, value.memory_percent)
        if "undo_memory_mb" in names:
            self.desk.pool.memory = self.desk.settings.value.undo_memory_mb << 20

    # --- the bars --------------------------------------------------------------------------------------------

    def workspace_shown(self, workspace: Workspace) -> None:
        self.window.status.show_right(workspace.status)

    @Slot()
    def _status_changed(self) -> None:
        if self.window.current is not None:
            self.window.status.show_right(self.window.current.status)

    @Slot(str)
    def _engine_state(self, state: str) -> None:
        """What comes after the engine, so that it does not come later by it."""
        if state == "ready":
            self.desk.background.run(self._start_readers, owner=self)

    def _start_readers(self, _progress: Progress) -> None:
        self.desk.readers.start()

    @Slot(object)
    def _engine_trouble(self, failure: Failure) -> None:
        """It starts again by itself: news, unless a card tells of a run that it took along. Where it does not start any
        more, a card with a way to start it."""
        if self.desk.engine.state == "gone":
            self.desk.notices.error(failure, self.desk.engine.start, title=_("The engine has stopped"))
        elif not self.desk.notices.just_told(failure.sentence):
            text = _("The engine stopped and was started again.")
            self.desk.notices.toast(text, kind="warn", line=failure.sentence)

    def closing(self) -> None:
        errors.watch(None)
        if self._palette is not None:
            self.desk.settings.remember(_RECENT, self._palette.recent)
        self.leaving.closing()


class _Show:
    """Show a workspace."""

    def __init__(self, window: Window, id: str) -> None:
        self._window, self._id = window, id

    def __call__(self) -> None:
        self._window.show_workspace(self._id)


def _nothing() -> None:
    """The menu itself opens."""
