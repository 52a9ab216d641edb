"""Actions: one table of everything one can do by name; menus, palette and the sheet of keys come from it.

The table (`actions_table.py`) declares; whoever does the thing binds it: `desk.actions.bind("file.open", self.open)`.
An action is available when it is bound, its scope is in front, and its own condition holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from ganstudio.core.text import _

Condition = Callable[[], "bool | str"]


@dataclass(frozen=True)
class ActionSpec:
    """One action. `text` and `tip` are English, for `_`. `shortcut` may be several, parted by " | ". `scope` is
    "window" or the workspace that must be in front. `when` is the reason shown while it is not available."""

    id: str
    text: str
    shortcut: str = ""
    tip: str = ""
    icon: str = ""
    menu: str = ""
    scope: str = "window"
    when: str = ""

    @property
    def shortcuts(self) -> list[str]:
        return [one.strip() for one in self.shortcut.split(" | ") if one.strip()]


class Actions(QObject):
    """The actions of one window. Their QActions live as long as it does."""

    refreshed = Signal()
    triggered = Signal(str)

    def __init__(self, specs: Iterable[ActionSpec] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._window = parent
        self._specs: dict[str, ActionSpec] = {}
        self._actions: dict[str, QAction] = {}
        self._calls: dict[str, Callable[[], object]] = {}
        self._conditions: dict[str, Condition] = {}
        self._keys: dict[str, str] = {}
        self._tips: dict[str, str] = {}
        self._reasons: dict[str, str] = {}
        self._letters = True
        self._scope = "window"
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self.refresh)
        for spec in specs:
            self._declare(spec)

    def add(
        self,
        spec: ActionSpec,
        call: Callable[[], object],
        enabled: Condition | None = None,
        parent: QWidget | None = None,
    ) -> QAction:
        """Declare and bind in one. With `parent` the keys work in that widget's window instead of the main one."""
        action = self._declare(spec, parent)
        self.bind(spec.id, call, enabled)
        return action

    def bind(self, id: str, call: Callable[[], object], enabled: Condition | None = None) -> QAction:
        """Say what a declared action does. `enabled()` gives True, False (the reason is the spec's `when`), or the
        reason itself. The latest binding counts."""
        self._calls[id] = call
        if enabled is None:
            self._conditions.pop(id, None)
        else:
            self._conditions[id] = enabled
        self._refresh_one(id)
        return self._actions[id]

    def action(self, id: str) -> QAction:
        return self._actions[id]

    def spec(self, id: str) -> ActionSpec:
        return self._specs[id]

    def specs(self) -> list[ActionSpec]:
        """All of them in the table's order, with the keys in force."""
        return [replace(spec, shortcut=self.keys_of(spec.id)) for spec in self._specs.values()]

    def bound(self, id: str) -> bool:
        return id in self._calls

    def reason(self, id: str) -> str:
        """Why an action is not available now, as a sentence; "" when it is."""
        spec = self._specs[id]
        if id not in self._calls:
            return _(spec.when) or _("Not available here")
        if spec.scope not in ("window", self._scope):
            return _("In the workspace {name}").format(name=_(spec.scope.capitalize()))
        condition = self._conditions.get(id)
        said = True if condition is None else condition()
        if said is True or said == "":
            return ""
        return said if isinstance(said, str) else _(spec.when) or _("Not available now")

    def set_scope(self, scope: str) -> None:
        """The workspace that is in front."""
        self._scope = scope
        self.refresh()

    def set_keys(self, keys: dict[str, str], single_letters: bool = True) -> None:
        """The person's own keys (id → keys, "" for none), and whether single letters count."""
        self._keys, self._letters = dict(keys), single_letters
        for id in self._specs:
            self._set_shortcuts(id)
            self._set_tip(id)

    def keys_of(self, id: str) -> str:
        """The keys of an action as they are in force, in the portable form ("Ctrl+K")."""
        spec = self._specs[id]
        keys = replace(spec, shortcut=self._keys.get(id, spec.shortcut)).shortcuts
        return " | ".join(one for one in keys if self._letters or not _is_letter(one))

    def clashes(self, id: str, key: str) -> list[str]:
        """The other actions that the key belongs to where this one has it too."""
        wanted = QKeySequence(key)
        scope = self._specs[id].scope
        found = []
        for spec in self.specs():
            together = scope == "window" or spec.scope in ("window", scope)
            if spec.id != id and together and any(QKeySequence(one) == wanted for one in spec.shortcuts):
                found.append(spec.id)
        return found

    @Slot()
    def refresh(self) -> None:
        """Ask every condition again. Cheap: conditions look at what is in memory."""
        for id in self._specs:
            self._refresh_one(id)
        self.refreshed.emit()

    @Slot()
    def refresh_soon(self) -> None:
        """The same once what happens now is over, however often it is asked for meanwhile."""
        self._soon.start()

    def _declare(self, spec: ActionSpec, parent: QWidget | None = None) -> QAction:
        known = self._actions.get(spec.id)
        if known is not None:
            return known
        action = QAction(_(spec.text), self)
        action.setObjectName(spec.id)
        action.setMenuRole(QAction.MenuRole.NoRole)
        action.triggered.connect(self._run)
        self._specs[spec.id], self._actions[spec.id] = spec, action
        self._set_shortcuts(spec.id)
        self._set_tip(spec.id)
        action.setEnabled(False)
        home = parent or self._window
        if home is not None:
            home.addAction(action)
        return action

    def _set_shortcuts(self, id: str) -> None:
        keys = replace(self._specs[id], shortcut=self.keys_of(id)).shortcuts
        self._actions[id].setShortcuts([QKeySequence(one) for one in keys])

    def _set_tip(self, id: str) -> None:
        spec, action = self._specs[id], self._actions[id]
        tip = _(spec.tip) or _(spec.text).rstrip("…")
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText).replace("Return", "Enter")
        self._tips[id] = f"{tip}  {keys}".strip()
        self._say(id, "" if action.isEnabled() or id not in self._calls else self.reason(id))

    def _say(self, id: str, reason: str) -> None:
        """Why it cannot be done now, below what it does."""
        self._reasons[id] = reason
        self._actions[id].setToolTip(self._tips[id] + (f"\n{reason}" if reason else ""))

    def _refresh_one(self, id: str) -> None:
        reason, action = self.reason(id), self._actions[id]
        if action.isEnabled() == bool(reason):
            action.setEnabled(not reason)
        if id not in self._calls:
            reason = ""
        if reason != self._reasons[id]:
            self._say(id, reason)

    @Slot()
    def _run(self) -> None:
        sender = self.sender()
        id = sender.objectName() if sender is not None else ""
        if id in self._calls and not self.reason(id):
            self._calls[id]()
            self.triggered.emit(id)
            self.refresh()


def _is_letter(key: str) -> bool:
    return len(key) == 1 or (key.startswith("Shift+") and len(key) == len("Shift+") + 1)
