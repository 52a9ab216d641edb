"""One preference in its row: name and help at the left, the control of its kind at the right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QBoxLayout, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from ganstudio.core.params import Choice, Number, Parameter, Switch
from ganstudio.core.settings import FolderPath
from ganstudio.core.text import N_, _, languages
from ganstudio.ui.desk import SettingsHub
from ganstudio.ui.theme import theme
from ganstudio.ui.widgets.button import Button
from ganstudio.ui.widgets.divider import Divider
from ganstudio.ui.widgets.label import Label
from ganstudio.ui.widgets.number import NumberField
from ganstudio.ui.widgets.segmented import Segmented
from ganstudio.ui.widgets.select import Select
from ganstudio.ui.widgets.textfield import TextField
from ganstudio.ui.widgets.toggle import ToggleSwitch

_CONTROL = 280
# What the words of a choice are called on screen.
_WORDS: dict[str, dict[str, str]] = {
    "close_to_tray": {"ask": N_("Ask"), "keep": N_("Keep going"), "pause": N_("Pause")},
    "theme": {"system": N_("System"), "dark": N_("Dark"), "light": N_("Light")},
    "contrast": {"system": N_("System"), "high": N_("High")},
    "motion": {"system": N_("System"), "less": N_("Less")},
    "canvas_surround": {"theme": N_("Usual"), "darker": N_("Darker"), "grey": N_("Mid grey"), "white": N_("White")},
    "precision": {"auto": N_("Automatic"), "exact": N_("Full"), "fast": N_("Half")},
}
_LANGUAGES = {"system": N_("As the computer"), "en": "English", "de": "Deutsch", "fr": "Français", "es": "Español"}


class Control(QObject):
    """A widget that shows one setting and changes it. `show` sets it without a change."""

    def __init__(self, parameter: Parameter, settings: SettingsHub, parent: QWidget) -> None:
        super().__init__(parent)
        self.parameter, self.settings = parameter, settings
        self.widget, self._set = self._make(parent)
        self.show()

    def show(self) -> None:
        self._set(getattr(self.settings.value, self.parameter.name))

    def _make(self, parent: QWidget) -> tuple[QWidget, Callable[[Any], object]]:
        one, kind, name = self.parameter, self.parameter.kind, _(self.parameter.label)
        if one.name == "language":
            known = ("system", *languages())
            now = self.settings.value.language  # may be one that ships no more
            codes = known if now in known else (*known, now)
            options = [(code, _(_LANGUAGES.get(code, code))) for code in codes]
            return self._chooser(Select(options, name, parent))
        if isinstance(kind, Choice):
            options = [(word, _(_WORDS.get(one.name, {}).get(word, word))) for word in kind.options]
            return self._chooser(Segmented(options, name, parent))
        if isinstance(kind, Switch):
            switch = ToggleSwitch(False, name, parent)
            switch.toggled.connect(self._changed)
            return switch, switch.setChecked
        if isinstance(kind, Number):
            field = NumberField(kind.low, kind.high, one.default, _unit(kind), name=name, parent=parent)
            field.setFixedWidth(theme().px(96))
            field.changed.connect(self._number)
            return field, field.set_value
        if isinstance(kind, FolderPath):
            folder = FolderField(name, parent)
            folder.edit.entered.connect(self._changed)
            return folder, folder.set_text
        text = TextField("", name, parent)
        text.entered.connect(self._changed)
        return text, text.set_text

    def _chooser(self, chooser: Segmented | Select) -> tuple[QWidget, Callable[[Any], object]]:
        chooser.setAccessibleName(_(self.parameter.label))
        chooser.chosen.connect(self._changed)
        return chooser, chooser.set_current

    @Slot(object)
    def _changed(self, value: object) -> None:
        self.settings.change(**{self.parameter.name: value})

    @Slot(float)
    def _number(self, value: float) -> None:
        self.settings.change(**{self.parameter.name: int(value)})


def _unit(kind: Number) -> str:
    return kind.unit


class FolderField(QWidget):
    """A field for a folder, and a button that looks for one."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = TextField(_("Beside the original"), name, self)
        self.choose = Button(_("Choose folder…"), icon="folder", kind="icon", parent=self)
        self.choose.clicked.connect(self._find)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.edit, 1)
        row.addWidget(self.choose)

    def set_text(self, text: str) -> None:
        self.edit.set_text(text)

    @Slot()
    def _find(self) -> None:
        chosen = QFileDialog.getExistingDirectory(
            self.window(), _("Choose folder"), self.edit.text() or str(Path.home())
        )
        if chosen:
            self.edit.set_text(chosen)
            self.edit.entered.emit(chosen)


class Row(QWidget):
    """Name and help left, control right; stacked where there is no room. A line below."""

    def __init__(self, name: str, about: str, control: QWidget | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = f"{name} {about}"
        texts = QVBoxLayout()
        texts.setSpacing(4)
        texts.addWidget(Label(name, 12, 600, "text", wrap=True, parent=self))
        self.about = Label(about, 11, 400, "text2", wrap=True, parent=self)
        self.about.setVisible(bool(about))
        texts.addWidget(self.about)
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._line.setSpacing(24)
        self._line.addLayout(texts, 1)
        self._control = control
        if control is not None:
            control.setParent(self)
            self._line.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(12)
        column.addLayout(self._line)
        column.addWidget(Divider(parent=self))

    def set_about(self, text: str) -> None:
        self.about.setText(text)
        self.about.setVisible(bool(text))

    def stack(self, narrow: bool) -> None:
        """One below the other where both do not fit beside each other."""
        towards = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        self._line.setDirection(towards)
        self._line.setSpacing(8 if narrow else 24)
        if self._control is not None:
            side = Qt.AlignmentFlag.AlignLeft if narrow else Qt.AlignmentFlag.AlignRight
            self._line.setAlignment(self._control, side | Qt.AlignmentFlag.AlignVCenter)
        if isinstance(self._control, (Segmented, Select, FolderField, TextField)):
            self._control.setFixedWidth(round(_CONTROL * max(1.0, theme().text_scale * 0.9)))


class SettingRow(Row):
    """A preference of the settings' declaration."""

    def __init__(self, parameter: Parameter, settings: SettingsHub, parent: QWidget | None = None) -> None:
        host = QWidget()
        self.control = Control(parameter, settings, host)
        super().__init__(_(parameter.label), _(parameter.help), self.control.widget, parent)
        self.control.setParent(self)
        host.deleteLater()
        self.name = parameter.name
