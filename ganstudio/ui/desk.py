"""Desk: what every workspace and panel is given. One a window; there are no globals.

The window is on screen before this is made: what is slow to import is imported in `open_desk`.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from ganstudio.core.settings import Settings, SettingsStore
from ganstudio.core.text import _
from ganstudio.ui.actions import Actions
from ganstudio.ui.actions_table import all_specs
from ganstudio.ui.background import Background
from ganstudio.ui.collecting import Collector
from ganstudio.ui.notices import Notices

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ganstudio.core.document.pool import Pool
    from ganstudio.core.progress import Progress
    from ganstudio.jobs.reading import Readers
    from ganstudio.models.library import Library
    from ganstudio.ui.engine_link import EngineLink

_SAVE_AFTER_MS = 400


class SettingsHub(QObject):
    """The settings, for the window: `changed(frozenset of names)` after every change; saved shortly after, off the
    GUI thread. The names "recent" and "memory" stand for the recent files and for everything remembered."""

    changed = Signal(object)
    not_saved = Signal(str)  # a sentence, once until they can be saved again

    def __init__(self, store: SettingsStore, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.store = store
        self._background = background
        self._told = False
        self._timer = QTimer(self, interval=_SAVE_AFTER_MS, singleShot=True)
        self._timer.timeout.connect(self._save)

    @property
    def value(self) -> Settings:
        return self.store.value

    @property
    def recent(self) -> list[Path]:
        return self.store.recent

    def change(self, **fields: Any) -> None:
        """Raises UsageError for a value that is not allowed; nothing has changed then."""
        names = self.store.set(**fields)
        if names:
            self._timer.start()
            self.changed.emit(names)

    def add_recent(self, path: Path) -> None:
        self.store.add_recent(path)
        self._timer.start()
        self.changed.emit(frozenset({"recent"}))

    def drop_recent(self, path: Path) -> None:
        if self.store.drop_recent(path):
            self._timer.start()
            self.changed.emit(frozenset({"recent"}))

    def clear_recent(self) -> None:
        self.store.clear_recent()
        self._timer.start()
        self.changed.emit(frozenset({"recent"}))

    def remember(self, key: str, value: Any) -> None:
        """Keep JSON until the next start."""
        self.store.remember(key, value)
        self._timer.start()

    def remembered(self, key: str, default: Any = None) -> Any:
        """What was kept, as JSON gave it back: look at it before use, it may come from another version."""
        return self.store.memory.get(key, default)

    def reset(self) -> None:
        names = self.store.reset()
        self._timer.start()
        self.changed.emit(names | {"memory"})

    def flush(self) -> None:
        """Write now, at the end. Raises OSError."""
        self._timer.stop()
        if self.store.unsaved:
            self.store.save()

    @Slot()
    def _save(self) -> None:
        self._background.run(self._write, self._saved, self._failed, owner=self)

    def _saved(self, _nothing: None) -> None:
        self._told = False

    def _failed(self, error: Exception) -> None:
        """They stay in force, and are written with the next change that can be."""
        if not isinstance(error, OSError):
            raise error
        if not self._told:
            self._told = True
            said = _("The settings cannot be saved in {folder}: {why}. They last until the program ends.")
            why = error.strerror or str(error)
            self.not_saved.emit(said.format(folder=self.store.path.parent, why=why))

    def _write(self, progress: Progress) -> None:
        self.store.save()


@dataclass
class Desk:
    """The services of a window."""

    settings: SettingsHub
    engine: EngineLink
    library: Library
    background: Background
    notices: Notices
    actions: Actions
    pool: Pool
    readers: Readers
    collector: Collector


def open_desk(window: QWidget, store: SettingsStore | None = None, actions: Actions | None = None) -> Desk:
    """The services for `window`, which owns them; the engine is there and not started yet."""
    from ganstudio.core.document.pool import Pool
    from ganstudio.jobs.reading import Readers
    from ganstudio.models.library import Library
    from ganstudio.ui.engine_link import EngineLink

    store = store or SettingsStore()
    notices = Notices(window)
    background = Background(notices.error, window)
    settings = SettingsHub(store, background, window)
    settings.not_saved.connect(notices.toast)
    return Desk(
        settings=settings,
        engine=EngineLink(settings.value),
        library=Library(opening=False),
        background=background,
        notices=notices,
        actions=actions or Actions(all_specs(), window),
        pool=Pool(settings.value.undo_memory_mb << 20),
        readers=Readers(),
        collector=Collector(window),
    )


def close_desk(desk: Desk) -> None:
    """Cancel, drain, end the engine, save. Raises nothing: the window goes in any case."""
    desk.background.close()
    desk.readers.close()
    desk.engine.close()
    try:
        desk.settings.flush()
    except OSError:
        logging.getLogger("ganstudio").exception("the settings cannot be written")
    desk.pool.close()
    desk.collector.close()
