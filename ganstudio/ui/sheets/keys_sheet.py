"""The sheet of keys (Ctrl+/): every action's key and the keys of places, in columns."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ganstudio.core.text import _
from ganstudio.ui.actions import Actions
from ganstudio.ui.actions_table import PLACE_KEYS
from ganstudio.ui.sheets.keycaps import KeyCaps
from ganstudio.ui.sheets.overlay import Overlay
from ganstudio.ui.theme import theme
from ganstudio.ui.widgets.button import Button
from ganstudio.ui.widgets.label import Label

_WIDTH, _COLUMN = 1120, 330


class KeysSheet(Overlay):
    """Made anew each time it opens: keys can be changed."""

    def __init__(self, window: QWidget, actions: Actions) -> None:
        super().__init__(window, _("Keys"))
        self._actions = actions
        self._area = QScrollArea(self.panel)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setAccessibleName(_("Keys"))
        self._area.setProperty("ring", "own")
        column = QVBoxLayout(self.panel)
        column.setContentsMargins(24, 20, 8, 20)
        head = QHBoxLayout()
        head.addWidget(Label(_("Keys"), 16, 600, "text", parent=self.panel))
        head.addStretch(1)
        self._close = Button(_("Close"), icon="close", kind="icon", parent=self.panel)
        self._close.clicked.connect(self.close_panel)
        head.addWidget(self._close)
        head.addSpacing(8)
        column.addLayout(head)
        column.addWidget(self._area, 1)

    def first(self) -> QWidget:
        return self._area

    def place(self) -> None:
        width, height = min(round(_WIDTH * theme().text_scale), self.width() - 48), min(860, self.height() - 48)
        self.panel.setGeometry((self.width() - width) // 2, (self.height() - height) // 2, width, height)

    def open(self) -> None:
        sheet = self._sheet()
        self._area.setWidget(sheet)
        sheet.setAutoFillBackground(False)
        self._area.viewport().setAutoFillBackground(False)
        super().open()

    def _sheet(self) -> QWidget:
        sheet = QWidget()
        room = min(_WIDTH, self._over.width() - 48) - 48
        columns = max(1, min(3, room // round(_COLUMN * theme().text_scale)))
        row = QHBoxLayout(sheet)
        row.setContentsMargins(0, 8, 16, 8)
        row.setSpacing(32)
        stacks = [QVBoxLayout() for _column in range(columns)]
        lengths = [0] * columns
        for stack in stacks:
            stack.setSpacing(20)
            row.addLayout(stack, 1)
        for title, lines in self._groups().items():
            shortest = lengths.index(min(lengths))
            stacks[shortest].addLayout(_group(title, lines, sheet))
            lengths[shortest] += len(lines) + 2
        for stack in stacks:
            stack.addStretch(1)
        return sheet

    def _groups(self) -> dict[str, list[tuple[str, str]]]:
        groups: dict[str, list[tuple[str, str]]] = {}
        for spec in self._actions.specs():
            if spec.shortcuts:
                groups.setdefault(spec.menu, []).append((spec.shortcuts[0], _(spec.text).rstrip("…")))
        for title, lines in PLACE_KEYS.items():
            groups.setdefault(title, []).extend((keys, _(text)) for keys, text in lines)
        return groups


def _group(title: str, lines: list[tuple[str, str]], parent: QWidget) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(0, 1)
    grid.addWidget(Label(_(title), 11, 600, "text3", parent=parent), 0, 0)
    for number, (keys, text) in enumerate(lines, 1):
        grid.addWidget(Label(text, 12, wrap=True, color="text", parent=parent), number, 0)
        grid.addWidget(KeyCaps(keys, parent), number, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
    return grid
