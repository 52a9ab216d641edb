"""The Tools in the palette: Enter brings one to the front, Tab shows its models, sizes and choices, to be set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from ganstudio.core.params import Choice, Parameter, Switch
from ganstudio.core.text import _
from ganstudio.tools.upscale import USUAL_SCALE
from ganstudio.ui.edit.tool_tabs import icon_of
from ganstudio.ui.fields.enlarging import CHIPS, pair
from ganstudio.ui.panels.tool_panel import ToolPanel
from ganstudio.ui.sheets.palette_items import ACTIONS, Item
from ganstudio.ui.widgets.wording import factor

if TYPE_CHECKING:
    from ganstudio.ui.edit.tooling import Tooling


def tool_items(tooling: Tooling, to_front: Callable[[], object]) -> list[Item]:
    """One a Tool; `to_front` shows the workspace and its tool panel."""
    return [
        Item(
            ACTIONS,
            f"tool:{name}",
            _(panel.tool.title),
            _(panel.tool.summary),
            icon=icon_of(panel.tool),
            call=partial(_show, tooling, name, to_front),
            options=partial(_options, tooling, name, to_front),
        )
        for name, panel in tooling.tools.panels.items()
    ]


def _show(tooling: Tooling, name: str, to_front: Callable[[], object]) -> None:
    to_front()
    tooling.tools.show_tool(name)


def _run(tooling: Tooling, name: str, to_front: Callable[[], object]) -> None:
    _show(tooling, name, to_front)
    tooling.run()


def _options(tooling: Tooling, name: str, to_front: Callable[[], object]) -> list[Item]:
    """First: run it as it is set. Then its models, how much larger, and every choice; what is chosen has a tick."""
    tooling.tools.show_tool(name)
    panel, can = tooling.tools.panels[name], tooling.can_run()
    reason = can if isinstance(can, str) else "" if can else _("Needs an open picture")
    group, run = _(panel.tool.title), partial(_run, tooling, name, to_front)
    found = [Item(group, f"run:{name}", _("Run it as it is set"), icon="play", reason=reason, call=run)]
    found += [_option(group, label, *rest) for label, *rest in (*_models(panel), *_sizes(panel), *_choices(panel))]
    return found


def _option(group: str, label: str, text: str, chosen: bool, call: Callable[[], object]) -> Item:
    icon = "check" if chosen else "dash"
    return Item(group, f"{group}:{label}:{text}", f"{label}: {text}", icon=icon, call=call, stays=True)


def _models(panel: ToolPanel) -> list[tuple[Any, ...]]:
    field = panel.model
    if field is None:
        return []
    label, now = _(field.parameter.label), field.choice
    return [(label, one.title, one is now, partial(field.choose, one.name)) for one in field.choices]


def _sizes(panel: ToolPanel) -> list[tuple[Any, ...]]:
    both = pair(panel.tool.params.parameters())
    if both is None:
        return []
    scale, size = (one.name for one in both)
    now = getattr(panel.params, scale) if getattr(panel.params, size) is None else None
    choice = None if panel.model is None else panel.model.choice
    if now is None and choice is not None and getattr(panel.params, size) is None:
        now = float(choice.entry_for(USUAL_SCALE).card.scale)
    return [(_("Enlarge"), factor(one), now == one, partial(_put, panel, {scale: one, size: None})) for one in CHIPS]


def _choices(panel: ToolPanel) -> list[tuple[Any, ...]]:
    return [
        (_(one.label), text, getattr(panel.params, one.name) == value, partial(_put, panel, {one.name: value}))
        for one in panel.tool.params.parameters()
        for text, value in _values(one)
    ]


def _values(parameter: Parameter) -> list[tuple[str, Any]]:
    if isinstance(parameter.kind, Switch):
        return [(_("on"), True), (_("off"), False)]
    if isinstance(parameter.kind, Choice):
        return [(_(word.replace("_", " ").capitalize()), word) for word in parameter.kind.options]
    return []


def _put(panel: ToolPanel, values: dict[str, Any]) -> None:
    panel.set_params(replace(panel.params, **values))
