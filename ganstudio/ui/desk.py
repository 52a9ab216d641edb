"""Desk: what every workspace and panel is given. One a window; there are no globals."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from ganstudio.core.document.pool import Pool
from ganstudio.core.settings import Settings, SettingsStore
from ganstudio.models.library import Library
from ganstudio.ui.actions import Actions
from ganstudio.ui.background import Background
from ganstudio.ui.notices import Notices

if TYPE_CHECKING:
    from ganstudio.core.progress import Progress
    from ganstudio.ui.engine_link import EngineLink

_SAVE_AFTER_MS = 400


class SettingsHub(QObject):
    """The settings, for the window: `changed(frozenset of names)` after every change; saved shortly after, off the
    GUI thread. The names "recent" and "memory" stand for the recent files and for everything remembered."""

    changed = Signal(object)

    def __init__(self, store: SettingsStore, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.store = store
        self._background = background
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
        self._background.run(self._write, owner=self)

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
