"""What one can do with all parameters of a Tool at once: as usual, copied and pasted as a recipe, as a command."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from ganstudio.core.errors import UserError
from ganstudio.core.params import Params
from ganstudio.core.text import _
from ganstudio.tools.recipe import Recipe, Step
from ganstudio.tools.tool import Tool

if TYPE_CHECKING:
    from ganstudio.ui.panels.tool_panel import ToolPanel


def command(tool: Tool, params: Params) -> str:
    """The same in the terminal; what is as usual is left out."""
    words = ["ganstudio", tool.id, _("PICTURE")]
    for one in tool.params.parameters():
        value = getattr(params, one.name)
        if value != one.default:
            words += [f"--{one.name.replace('_', '-')}", one.kind.text(value)]
    return shlex.join(words)


def pasted(text: str, tool: Tool) -> Params:
    """A recipe's parameters of a Tool. Raises UserError for other texts and for recipes without the Tool."""
    try:
        recipe = Recipe.from_json(json.loads(text))
    except ValueError as error:
        raise UserError(_("What was copied is no recipe.")) from error
    steps = [step for step in recipe.steps if step.tool is tool]
    if not steps:
        raise UserError(_("The recipe does not say anything about {tool}.").format(tool=_(tool.title)))
    return steps[-1].params


class PanelMenu(QObject):
    """The menu of one panel, by right click or from the Menu key."""

    def __init__(self, panel: ToolPanel) -> None:
        super().__init__(panel)
        self._panel = panel
        panel.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        panel.customContextMenuRequested.connect(self._open)

    def menu(self) -> QMenu:
        menu = QMenu(self._panel)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(_("Everything as usual")).triggered.connect(self._panel.return_all)
        menu.addSeparator()
        menu.addAction(_("Copy as recipe")).triggered.connect(self.copy_recipe)
        menu.addAction(_("Paste recipe")).triggered.connect(self.paste_recipe)
        menu.addAction(_("Copy as terminal command")).triggered.connect(self.copy_command)
        return menu

    @Slot(QPoint)
    def _open(self, at: QPoint) -> None:
        self.menu().popup(self._panel.mapToGlobal(at))

    @Slot()
    def copy_recipe(self) -> None:
        step = Step(self._panel.tool, self._panel.params)
        text = json.dumps(Recipe((step,)).to_json(), ensure_ascii=False, indent=1)
        QGuiApplication.clipboard().setText(text)

    @Slot()
    def paste_recipe(self) -> None:
        try:
            self._panel.set_params(pasted(QGuiApplication.clipboard().text(), self._panel.tool))
        except UserError as error:
            self._panel.desk.notices.toast(str(error))

    @Slot()
    def copy_command(self) -> None:
        QGuiApplication.clipboard().setText(command(self._panel.tool, self._panel.params))
