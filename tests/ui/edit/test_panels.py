"""Tool panels made from Params: the order, any Tool shows, models that come and go, recipes in and out."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ganstudio.core.params import Choice, Kind, Number, Params, Switch, param
from ganstudio.core.paths import resource, user_models
from ganstudio.core.raster import Header
from ganstudio.models.library import Library
from ganstudio.tools.tool import Tool, tool_named
from ganstudio.tools.upscale import UpscaleParams
from ganstudio.ui.desk import Desk
from ganstudio.ui.fields import FieldContext
from ganstudio.ui.fields.enlarging import Enlargement
from ganstudio.ui.fields.model import ModelField
from ganstudio.ui.panels.choices import choices
from ganstudio.ui.panels.model_menu import details
from ganstudio.ui.panels.models import ModelPopup, time_words
from ganstudio.ui.panels.panel_menu import command
from ganstudio.ui.panels.tool_panel import ToolPanel


@dataclass(frozen=True)
class Curve(Kind):
    """A Kind that no field knows."""

    def parse(self, text: str) -> Any:
        return self.check(json.loads(text))

    def check(self, value: Any) -> Any:
        return value


@dataclass(frozen=True)
class NewParams(Params):
    strength: float = param(Number(0.0, 1.0), 0.5, label="Strength", help="How much.")
    keep: str = param(Choice(("off", "light", "all")), "off", label="Keep my colours", help="Colours of the picture.")
    curve: Any = param(Curve(), (0, 1), label="Curve", help="Input against output.")
    careful: bool = param(Switch(), False, label="Careful", help="Slower.", group="advanced")


@pytest.fixture
def panel(desk: Desk, qtbot: QtBot) -> ToolPanel:
    panel = ToolPanel(desk, tool_named("upscale"))
    qtbot.addWidget(panel)
    panel.resize(336, 500)
    panel.show()
    assert panel.model is not None
    model = panel.model
    qtbot.waitUntil(lambda: bool(model.choices), timeout=10_000)
    return panel


def test_a_tool_that_nobody_drew_a_panel_for(desk: Desk, qtbot: QtBot) -> None:
    tool = replace(tool_named("resize"), id="new", title="New", params=NewParams)
    panel = ToolPanel(desk, tool)
    qtbot.addWidget(panel)
    panel.resize(336, 400)
    panel.show()
    assert panel.params == NewParams() and panel.model is None and panel.enlarge is None
    tops = {name: field.mapTo(panel, field.rect().topLeft()).y() for name, field in panel.fields.items()}
    assert tops["strength"] < tops["keep"] < tops["curve"]
    assert panel.advanced is not None and panel.advanced.folded and not panel.fields["careful"].isVisible()
    heard: list[bool] = []
    panel.changed.connect(lambda: heard.append(True))
    panel.set_params(NewParams(strength=0.2, keep="all", curve=[1], careful=True))
    assert panel.params == NewParams(strength=0.2, keep="all", curve=[1], careful=True) and heard
    panel.return_all()
    assert panel.params == NewParams()


def test_model_then_size_then_advanced(panel: ToolPanel) -> None:
    assert panel.model is not None and panel.enlarge is not None and panel.advanced is not None
    places: list[QWidget] = [panel.model, panel.enlarge, panel.advanced]
    tops = [one.mapTo(panel, one.rect().topLeft()).y() for one in places]
    assert tops == sorted(tops)
    assert [one.name for one in panel.model.choices] == ["photo", "fidelity", "gan", "quick"]
    cards = panel.model.cards.cards
    assert "cleans JPEG traces" in cards["photo"].accessibleDescription()
    assert "not measured yet" in cards["photo"].accessibleDescription()
    panel.model.set_times({"photo": 4.2})
    assert "about 4 s" in cards["photo"].accessibleDescription()
    assert all(choice.thumbnail is not None for choice in panel.model.choices)


def test_the_size_follows_the_settings(panel: ToolPanel) -> None:
    assert panel.result_size is None
    panel.set_context(FieldContext(Header(300, 200)))
    assert panel.result_size == (600, 400)
    panel.set_params(UpscaleParams(model="fidelity", scale=3.0))
    assert panel.result_size == (900, 600) and panel.enlarge is not None
    assert panel.enlarge.value == Enlargement(3.0) and panel.enlarge.chips.current == "3"
    panel.set_context(FieldContext(Header(30, 20)))
    assert panel.result_size == (90, 60)


def test_what_is_tried_side_by_side(panel: ToolPanel) -> None:
    panel.set_params(UpscaleParams(model="quick", scale=3.0))
    steps = panel.steps(3)
    assert [title for title, _step in steps] == ["Quick", "Photo", "Fidelity"]
    assert all(getattr(step.params, "scale", 0) == 3.0 for _title, step in steps)


def test_a_dot_says_what_was_changed_and_returns_it(panel: ToolPanel) -> None:
    label = panel._labels["model"]
    assert not label.isEnabled()
    panel.set_params(UpscaleParams(model="quick"))
    assert label.isEnabled() and "usual" in label.accessibleName()
    label.click()
    assert panel.params == UpscaleParams() and not label.isEnabled()


def test_models_come_and_go(panel: ToolPanel, qtbot: QtBot) -> None:
    field = panel.model
    assert isinstance(field, ModelField)
    path = Path(shutil.copy(resource("models", "quick-x2.safetensors"), user_models() / "mine.safetensors"))
    field.refresh()
    qtbot.waitUntil(lambda: len(field.choices) == 4 and len(field.choices[-1].entries) >= 1, timeout=5000)
    qtbot.waitUntil(lambda: any("mine" in e.name for one in field.choices for e in one.entries), timeout=5000)
    name = next(one.name for one in field.choices if any("mine" in e.name for e in one.entries))
    field.choose(name)
    assert panel.params.to_json()["model"] == name
    path.unlink()
    field.refresh()
    qtbot.waitUntil(lambda: all("mine" not in e.name for one in field.choices for e in one.entries), timeout=5000)
    assert field.value == name


def test_a_model_that_is_gone_says_so(panel: ToolPanel, qtbot: QtBot) -> None:
    """A model of its own kind and name, deleted while it is chosen."""
    from ganstudio.models import filing

    field = panel.model
    assert field is not None
    path = Path(shutil.copy(resource("models", "quick-x2.safetensors"), user_models() / "lone.safetensors"))
    card = filing.header_card(path)
    assert card is not None
    filing.write_header_card(path, replace(card, name="lone", title="Lone ×2", group=""))
    field.refresh()
    qtbot.waitUntil(lambda: any(one.name == "lone" for one in field.choices), timeout=5000)
    field.choose("lone")
    assert panel.model_title == "Lone"
    path.unlink()
    field.refresh()
    qtbot.waitUntil(lambda: "gone" in field.cards.cards["lone"].accessibleDescription(), timeout=5000)
    panel.set_context(FieldContext(Header(30, 20)))
    assert panel.result_size is None
    field.choose("photo")
    assert panel.params.to_json()["model"] == "photo"


def test_many_models_leave_three_and_the_library(desk: Desk, qtbot: QtBot, panel: ToolPanel) -> None:
    from ganstudio.models import filing

    field = panel.model
    assert field is not None
    for number in range(4):
        path = Path(shutil.copy(resource("models", "quick-x2.safetensors"), user_models() / f"m{number}.safetensors"))
        card = filing.header_card(path)
        assert card is not None
        filing.write_header_card(path, replace(card, title=f"Mine {number}", group=""))
    field.refresh()
    qtbot.waitUntil(lambda: len(field.choices) == 8, timeout=5000)
    assert len(field.cards.cards) == 3
    field.open_list()
    popup = field.findChild(ModelPopup)
    assert popup is not None and len(popup.cards.cards) == 8 and popup.search.isVisible()
    popup.search.set_text("Mine 2")
    popup.search.changed.emit("Mine 2")
    assert [name for name, card in popup.cards.cards.items() if card.isVisible()] == ["m2"]
    popup.cards.cards["m2"].click()
    assert field.value == "m2" and "m2" in field.cards.cards


def test_the_menu_of_a_card(panel: ToolPanel) -> None:
    field = panel.model
    assert field is not None and field.menu is not None and field.choice is not None
    texts = [action.text() for action in field.menu.menu(field.choice).actions()]
    assert "Licence: Apache-2.0" in texts and "photo-x2, photo-x4" in texts
    remove = next(one for one in field.menu.menu(field.choice).actions() if one.text().startswith("Remove"))
    assert not remove.isEnabled()  # it came with the program
    assert details(field.choice)[0] == "photo-x2, photo-x4"


def test_recipes_are_copied_and_pasted(panel: ToolPanel, said: Callable[[], list[str]]) -> None:
    panel.set_params(UpscaleParams(model="quick", scale=3.0))
    panel.menu.copy_recipe()
    panel.return_all()
    panel.menu.paste_recipe()
    assert panel.params == UpscaleParams(model="quick", scale=3.0)
    panel.menu.copy_command()
    assert QGuiApplication.clipboard().text() == "ganstudio upscale PICTURE --model quick --scale 3"
    QGuiApplication.clipboard().setText("nothing of the kind")
    panel.menu.paste_recipe()
    assert panel.params == UpscaleParams(model="quick", scale=3.0) and "no recipe" in said()[-1]


def test_what_is_as_usual_is_left_out_of_the_command() -> None:
    tool: Tool = tool_named("upscale")
    assert command(tool, UpscaleParams()) == "ganstudio upscale PICTURE"


def test_every_bundled_choice_has_few_words() -> None:
    for choice in choices(Library(opening=False).entries(), "upscaler", "photo"):
        assert choice.bundled and 10 <= len(choice.purpose) <= 42 and not choice.title.endswith("2")


def test_times_promise_no_more_than_they_know() -> None:
    assert time_words(0.3) == "under 1 s" and time_words(4.4) == "about 4 s"
    assert time_words(7200) == "about 2 h"
