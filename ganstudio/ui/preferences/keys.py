"""The keyboard page: every action with its key, to be changed by pressing another."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence, QResizeEvent
from PySide6.QtWidgets import QKeySequenceEdit, QLineEdit, QToolButton, QWidget

from ganstudio.core.text import _
from ganstudio.ui import icons
from ganstudio.ui.desk import Desk
from ganstudio.ui.preferences.page import Page
from ganstudio.ui.preferences.rows import Row
from ganstudio.ui.theme import theme
from ganstudio.ui.widgets.label import Label

KEYS = "keys"  # under this name the person's own keys are remembered


class Keyboard(Page):
    def after(self) -> None:
        self.edits: dict[str, KeyEdit] = {}
        menu = ""
        for spec in self.desk.actions.specs():
            if spec.menu != menu:
                menu = spec.menu
                head = Label(_(menu), 11, 600, "text3", parent=self)
                head.setContentsMargins(0, 20, 0, 0)
                self.column.addWidget(head)
            edit = KeyEdit(spec.id, _(spec.text).rstrip("…"), self.desk, self)
            self.edits[spec.id] = edit
            self.add(Row(edit.name, "", edit, self))

    def refresh(self) -> None:
        super().refresh()
        for edit in self.edits.values():
            edit.show_keys()

    def reset(self) -> None:
        self.desk.settings.remember(KEYS, None)
        self.desk.settings.changed.emit(frozenset({"memory"}))


class KeyEdit(QKeySequenceEdit):
    """The first key of an action. A key that another action has is refused with its name."""

    def __init__(self, id: str, name: str, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.id, self.name, self._desk = id, name, desk
        self.setMaximumSequenceLength(1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for field in self.findChildren(QLineEdit):
            field.setAccessibleName(_("Key for {action}").format(action=name))
        self.setAccessibleName(_("Key for {action}").format(action=name))
        self.setToolTip(_("Click, then press the key"))
        self.setFixedWidth(theme().px(200))
        self._clear = QToolButton(self)  # Qt's own fades, whatever the person says of motion
        self._clear.setAutoRaise(True)
        self._clear.setIcon(icons.icon("close", "text2", 12))
        self._clear.setCursor(Qt.CursorShape.ArrowCursor)
        self._clear.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._clear.setAccessibleName(_("No key"))
        self._clear.setToolTip(_("No key"))
        self._clear.clicked.connect(self._none)
        self.keySequenceChanged.connect(self._place_clear)
        self.show_keys()
        self.editingFinished.connect(self._changed)

    def show_keys(self) -> None:
        keys = self._desk.actions.keys_of(self.id).split(" | ")
        self.blockSignals(True)
        self.setKeySequence(QKeySequence(keys[0]))
        self.blockSignals(False)
        self._place_clear()

    @Slot()
    def _none(self) -> None:
        self.clear()
        self._changed()

    @Slot()
    def _place_clear(self) -> None:
        self._clear.setVisible(not self.keySequence().isEmpty())
        side = self.height() - 4
        self._clear.setGeometry(self.width() - side - 2, 2, side, side)
        self._clear.raise_()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_clear()

    @Slot()
    def _changed(self) -> None:
        key = self.keySequence().toString(QKeySequence.SequenceFormat.PortableText)
        before = self._desk.actions.keys_of(self.id).split(" | ")
        if key == before[0]:
            return
        clashes = self._desk.actions.clashes(self.id, key) if key else []
        if clashes:
            other = _(self._desk.actions.spec(clashes[0]).text).rstrip("…")
            self._desk.notices.toast(_("{key} belongs to “{action}”.").format(key=key, action=other))
            self.show_keys()
            return
        kept = self._desk.settings.remembered(KEYS)
        own = dict(kept) if isinstance(kept, dict) else {}
        own[self.id] = " | ".join([key, *(one for one in before[1:] if one != key)]) if key else ""
        self._desk.settings.remember(KEYS, own)
        self._desk.settings.changed.emit(frozenset({"memory"}))
