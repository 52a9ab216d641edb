"""Page: the settings of one group, and what else belongs to them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ganstudio.core.settings import Settings
from ganstudio.ui.desk import Desk
from ganstudio.ui.preferences.rows import Row, SettingRow
from ganstudio.ui.widgets.button import Button


class Page(QWidget):
    """The settings of one group, a row each; those in `own` the page shows in its own way."""

    own: tuple[str, ...] = ()

    def __init__(self, desk: Desk, group: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.rows: list[Row] = []
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(4, 0, 8, 0)
        self.column.setSpacing(0)
        self.before()
        for one in Settings.parameters():
            if one.group == group and one.name not in self.own:
                self.add(SettingRow(one, desk.settings, self))
        self.after()
        self.column.addStretch(1)

    @property
    def resettable(self) -> bool:
        return any(isinstance(row, SettingRow) for row in self.rows)

    def before(self) -> None:
        """Rows above the settings."""

    def after(self) -> None:
        """Rows below the settings."""

    def shown(self) -> None:
        """The page is looked at: bring what it tells up to date."""

    def reset(self) -> None:
        """Return what is not a setting to how it came."""

    def add(self, row: Row) -> Row:
        self.rows.append(row)
        self.column.addWidget(row)
        return row

    def button_row(self, name: str, about: str, button: str, call: Callable[[], object], icon: str = "") -> Row:
        press = Button(button, icon=icon, parent=self)
        press.clicked.connect(call)
        return self.add(Row(name, about, press, self))

    def refresh(self) -> None:
        for row in self.rows:
            if isinstance(row, SettingRow):
                row.control.show()

    def stack(self, narrow: bool) -> None:
        for row in self.rows:
            row.stack(narrow)

    def focus(self, name: str) -> None:
        row = next((one for one in self.rows if isinstance(one, SettingRow) and one.name == name), None)
        if row is not None:
            row.control.widget.setFocus()
