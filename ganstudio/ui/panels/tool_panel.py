"""ToolPanel: a Tool's parameters as widgets, in one order: model, size, main, advanced. Made from its Params alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ganstudio.core.errors import UserError
from ganstudio.core.params import ModelOf, Parameter, Params
from ganstudio.core.settings import Settings
from ganstudio.core.text import N_, _
from ganstudio.tools.recipe import Step
from ganstudio.tools.tool import Tool
from ganstudio.ui.fields import Field, FieldContext, field_for
from ganstudio.ui.fields.enlarging import Enlargement, pair
from ganstudio.ui.fields.model import ModelField
from ganstudio.ui.fields.number import NumberValue
from ganstudio.ui.panels.enlarge import EnlargeField
from ganstudio.ui.panels.labels import GUTTER, FieldLabel
from ganstudio.ui.panels.panel_menu import PanelMenu
from ganstudio.ui.widgets.button import Button
from ganstudio.ui.widgets.section import Section

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk

PAD = 12
_PRECISION = next(one for one in Settings.parameters() if one.name == "precision")
_SAID = {"auto": N_("Everything chosen for you"), "exact": N_("Kept exact"), "fast": N_("As fast as it can")}


class ToolPanel(QWidget):
    """`changed()`: other parameters, by the person or by `set_params`; `size_changed()`: another result size;
    `add_model_wanted()`: a model file is to be added."""

    changed = Signal()
    size_changed = Signal()
    add_model_wanted = Signal()

    def __init__(self, desk: Desk, tool: Tool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.tool = tool
        self.context = FieldContext()
        self.fields: dict[str, Field] = {}
        self.model: ModelField | None = None
        self.enlarge: EnlargeField | None = None
        self.advanced: Section | None = None
        self._labels: dict[str, FieldLabel] = {}
        self._tips: dict[str, str] = {}
        self._result: tuple[int, int] | None = None
        self._pair = pair(tool.params.parameters())
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(PAD - GUTTER, PAD, PAD, 4)
        self._column.setSpacing(8)
        self._build()
        self.menu = PanelMenu(self)
        self._refresh()

    # Making it

    def _build(self) -> None:
        parameters = self.tool.params.parameters()
        models = [one for one in parameters if isinstance(one.kind, ModelOf)]
        together = self._pair or ()
        main = [one for one in parameters if one not in models and one not in together]
        for parameter in models:
            if parameter.group != "advanced":
                self._add_model(parameter, self._column)
        if self._pair is not None:
            self._add_enlarge()
        for parameter in (one for one in main if one.group != "advanced"):
            self._add_row(parameter, self._column)
        self._add_advanced([one for one in parameters if one.group == "advanced" and one not in together], bool(models))

    def _field(self, parameter: Parameter) -> Field:
        field = field_for(parameter, self.desk, self.context, self)
        field.changed.connect(self._field_changed)
        self.fields[parameter.name] = field
        self._tips[parameter.name] = field.toolTip()
        return field

    def _label(self, name: str, text: str, help: str, gutter: int = GUTTER) -> FieldLabel:
        label = FieldLabel(text, help, gutter, self)
        label.setObjectName(name)
        label.clicked.connect(self._return)
        self._labels[name] = label
        return label

    def _add_model(self, parameter: Parameter, column: QVBoxLayout, gutter: int = GUTTER) -> None:
        field = self._field(parameter)
        assert isinstance(field, ModelField)
        self.model = field
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self._label(parameter.name, _(parameter.label), _(parameter.help), gutter))
        head.addStretch(1)
        library = Button(_("Library…"), kind="link", parent=self)
        library.setToolTip(_("All models of this kind, and adding one"))
        library.clicked.connect(field.open_list)
        head.addWidget(library)
        column.addLayout(head)
        column.addLayout(_indented(field, gutter))
        column.addSpacing(8)
        field.listed.connect(self._refresh)
        field.add_wanted.connect(self.add_model_wanted)

    def _add_enlarge(self) -> None:
        self.enlarge = EnlargeField(self.context, self)
        self.enlarge.changed.connect(self._enlarged)
        help = _("How many times larger, or the size to reach")
        self._column.addWidget(self._label("enlarge", _("Enlarge"), help))
        self._column.addWidget(self.enlarge)
        self._column.addSpacing(4)

    def _add_row(self, parameter: Parameter, column: QVBoxLayout, gutter: int = GUTTER) -> None:
        field = self._field(parameter)
        if isinstance(field, NumberValue) and field.wide:  # it names itself
            column.addLayout(_indented(field, gutter))
            return
        label = self._label(parameter.name, _(parameter.label), _(parameter.help), gutter)
        if field.wide:
            column.addWidget(label)
            column.addLayout(_indented(field, gutter))
            return
        row = QHBoxLayout()
        row.setSpacing(8)
        label.setMinimumWidth(104 + gutter)
        row.addWidget(label, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(field, 1)
        column.addLayout(row)

    def _add_advanced(self, parameters: list[Parameter], with_model: bool) -> None:
        """Folded; for Tools with a model also how exactly it is computed, which is a preference of the program."""
        if not parameters and not with_model:
            return
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(8)
        for parameter in parameters:
            if isinstance(parameter.kind, ModelOf):
                self._add_model(parameter, column, 0)
            else:
                self._add_row(parameter, column, 0)
        if with_model:
            self._precision = field_for(_PRECISION, self.desk, self.context, body)
            self._precision.set_value(self.desk.settings.value.precision)
            self._precision.changed.connect(self._precision_changed)
            self.desk.settings.changed.connect(self._settings_changed)
            label = FieldLabel(_(_PRECISION.label), _(_PRECISION.help), 0, body)
            column.addWidget(label)
            column.addWidget(self._precision)
        self.advanced = Section(_("Advanced"), body, folded=True, light=True, parent=self)
        self._column.addLayout(_indented(self.advanced))
        self._said()

    # Values

    @property
    def params(self) -> Params:
        """What the widgets say. They hold only values that their Kinds allow."""
        return self._sound(**self._values())

    def _sound(self, **values: Any) -> Params:
        """Params of these values; what cannot do anything with the others is as it usually is."""
        params = self.tool.params(**values)
        usual = {one.name: one.default for one in params.parameters()}
        idle = self._idle(params)
        return replace(params, **{name: usual[name] for name in idle}) if idle else params

    def _idle(self, params: Params) -> dict[str, str]:
        if self._library is None:
            return {}
        try:
            return self.tool.idle(params, self._library)
        except UserError:  # a model that is not there is told where it is chosen
            return {}

    def _values(self) -> dict[str, Any]:
        values = {name: field.value for name, field in self.fields.items()}
        if self.enlarge is not None and self._pair is not None:
            values[self._pair[0].name] = self.enlarge.value.scale
            values[self._pair[1].name] = self.enlarge.value.size
        return values

    @property
    def step(self) -> Step:
        return Step(self.tool, self.params)

    def steps(self, most: int) -> list[tuple[str, Step]]:
        """To be tried side by side, with titles: the chosen style or model first, then the next ones shown."""
        chosen = [(self.model_title, self.step)]
        name, others = self._others(most - 1)
        made = [(title, Step(self.tool, self._sound(**{**self._values(), name: value}))) for title, value in others]
        return [*chosen, *made][:most]

    def _others(self, most: int) -> tuple[str, list[tuple[str, Any]]]:
        """The parameter that is worth trying otherwise, and titles and values for it."""
        for name, field in self.fields.items():
            if found := field.others(most):
                return name, found
        if self.model is None:
            return "", []
        others = [one for one in self.model.choices if one.name != self.model.value and one.missing is None]
        return self.model.parameter.name, [(one.title, one.name) for one in others]

    def set_params(self, params: Params) -> None:
        for name, field in self.fields.items():
            field.set_value(getattr(params, name))
        if self.enlarge is not None and self._pair is not None:
            scale, size = (getattr(params, one.name) for one in self._pair)
            self.enlarge.set_value(Enlargement(scale, size))
        self._refresh()
        self.changed.emit()

    @Slot()
    def return_all(self) -> None:
        """Everything as it usually is."""
        self.set_params(self.tool.params())

    def set_context(self, context: FieldContext) -> None:
        """Another picture is in front, or none."""
        self.context = context
        for field in self.fields.values():
            field.set_context(context)
        if self.enlarge is not None:
            self.enlarge.set_context(context)
        self._refresh()

    def set_compact(self, compact: bool) -> None:
        if self.model is not None:
            self.model.set_compact(compact)

    @property
    def result_size(self) -> tuple[int, int] | None:
        """Width and height of the result for the picture in front; None when there is none or it cannot be."""
        return self._result

    @property
    def model_title(self) -> str:
        """The chosen style, or the model as its card says it; the Tool's name where there is neither."""
        subject = next((field.subject for field in self.fields.values() if field.subject), "")
        if subject:
            return subject
        choice = None if self.model is None else self.model.choice
        return _(self.tool.title) if choice is None else choice.title

    # Inside

    @Slot(object)
    def _field_changed(self, value: object) -> None:
        self._refresh()
        self.changed.emit()

    @Slot(object)
    def _enlarged(self, value: object) -> None:
        self._refresh()
        self.changed.emit()

    @Slot()
    def _return(self) -> None:
        sender = self.sender()
        name = "" if sender is None else sender.objectName()
        if name == "enlarge" and self.enlarge is not None:
            self.enlarge.set_value(Enlargement())
        elif name in self.fields:
            self.fields[name].set_value(self.fields[name].parameter.default)
        self._refresh()
        self.changed.emit()

    @Slot()
    def _refresh(self) -> None:
        """Labels' dots, what can do nothing now, and the size that comes out."""
        idle = self._idle(self.tool.params(**self._values()))
        for name, field in self.fields.items():
            field.setEnabled(name not in idle)
            field.setToolTip(_(idle[name]) if name in idle else self._tips[name])
        for name, field in self.fields.items():
            if name in self._labels:
                self._labels[name].set_changed(not field.is_default)
        if self.enlarge is not None:
            self._labels["enlarge"].set_changed(self.enlarge.value != Enlargement())
        before = self._result
        self._result, trouble = self._size()
        if self.enlarge is not None:
            self._show_own()
            self.enlarge.set_result(self._result, trouble)
        if self._result != before:
            self.size_changed.emit()

    def _size(self, **other: Any) -> tuple[tuple[int, int] | None, str]:
        """The result's size with some parameters changed; a sentence where it cannot be."""
        header, library = self.context.header, self._library
        if header is None or library is None:
            return None, ""
        try:
            params = self.tool.params(**{**self._values(), **other})
            return self.tool.out_size(params, header, library), ""
        except UserError as error:
            return None, error.message

    def _show_own(self) -> None:
        if self.enlarge is None or self._pair is None or self.context.header is None:
            return
        size, _trouble = self._size(**{one.name: None for one in self._pair})
        if size is not None:
            self.enlarge.set_own(size[0] / self.context.header.width)

    @property
    def _library(self) -> Any:
        return self.desk.library if self.model is None else self.model.library

    @Slot(object)
    def _precision_changed(self, value: str) -> None:
        self.desk.settings.change(precision=value)

    @Slot(object)
    def _settings_changed(self, names: frozenset[str]) -> None:
        if "precision" in names:
            self._precision.set_value(self.desk.settings.value.precision)
            self._said()

    def _said(self) -> None:
        if self.advanced is not None and self.model is not None:
            self.advanced.set_right(_(_SAID[self.desk.settings.value.precision]))


def _indented(widget: QWidget, gutter: int = GUTTER) -> QHBoxLayout:
    """Under its label's words, not under the dot."""
    row = QHBoxLayout()
    row.setContentsMargins(gutter, 0, 0, 0)
    row.addWidget(widget)
    return row
