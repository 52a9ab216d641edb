"""What the pointer's tools do to the document in front: strokes, moving, cropping, the brush bar, the mask's veil."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication

from ganstudio.core import document as core
from ganstudio.core.document import Brush, Edit, Rect, State
from ganstudio.core.document.areas import fill_area
from ganstudio.core.document.brush import hides_first
from ganstudio.core.progress import Progress
from ganstudio.core.text import _
from ganstudio.ui.canvas.brush import Painted
from ganstudio.ui.canvas.tools import Area
from ganstudio.ui.documents import edits

if TYPE_CHECKING:
    from ganstudio.ui.edit.workspace import EditWorkspace

_BRUSHES = ("tool.brush", "tool.eraser")
_AREAS = ("tool.lasso", "tool.rectangle")


class Painting(QObject):
    """Binds every `tool.` action of the canvas; turns what the canvas says into edits."""

    def __init__(self, workspace: EditWorkspace) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        canvas, bar, layers = workspace.canvas, workspace.brush_bar, workspace.layer_actions
        for name in canvas.tools:
            workspace.desk.actions.bind(f"tool.{name}", partial(canvas.use, name), workspace.has_picture)
        canvas.stroke_painted.connect(self._painted)
        canvas.area_chosen.connect(self._area)
        canvas.pen_used.connect(bar.show_pen)
        canvas.moved.connect(self._moved)
        canvas.colour_picked.connect(self._picked)
        canvas.crop_chosen.connect(self._crop)
        canvas.crop_changed.connect(self._crop_changed)
        canvas.tool_changed.connect(self.tool_changed)
        bar.way_chosen.connect(self._way_chosen)
        bar.show_pressed.connect(self.show_mask)
        layers.rename_wanted.connect(self._rename)
        layers.feather_wanted.connect(self._feather)

    @Slot(str)
    def tool_changed(self, name: str) -> None:
        """Another tool is in hand: its button, and the brush bar for those that paint."""
        workspace, action = self._workspace, f"tool.{name}"
        masking = action in (*_BRUSHES, *_AREAS)
        workspace.strip.set_current(action)
        if masking == workspace.brush_bar.isHidden():
            workspace.canvas.hold()
        workspace.brush_bar.setVisible(masking)
        if action in _BRUSHES:
            workspace.brush_bar.set_way(action)
        elif masking:
            workspace.brush_bar.set_way(_BRUSHES[workspace.canvas.area_erase], area=True)
        workspace.column.layers.set_masking(masking)
        self.show_mask()
        if name != "crop":  # it says what its frame leaves
            workspace.show_sizes()

    @Slot()
    def show_mask(self, *_unused: object) -> None:
        """The chosen layer's mask in colour over the picture, where that is asked for."""
        workspace = self._workspace
        layer = None if workspace.session is None else workspace.session.layer
        bar = workspace.brush_bar
        wanted = bar.isVisibleTo(workspace) and bar.show_mask.isChecked()
        masked = wanted and layer is not None and layer.mask is not None
        workspace.canvas.show_mask(layer.id if masked and layer is not None else None)

    @Slot(object)
    def _painted(self, painted: Painted) -> None:
        session = self._workspace.session
        if session is None:
            return
        before = session.state
        layer = next((one for one in before.layers if one.id == painted.layer_id), None)
        if session.do(painted.on) and layer is not None and layer.mask is None:
            self._say_first(hides_first(before, layer.id, painted.brush), painted.brush.erase)

    @Slot(object)
    def _area(self, area: Area) -> None:
        """An area was drawn: its mask is made off the GUI thread, pictures may be large."""
        session = self._workspace.session
        if session is None:
            return
        layer = next((one for one in session.state.layers if one.id == area.layer_id), None)
        if layer is None:
            return
        if edits.start(session.document, partial(_filled, area)) and layer.mask is None and not layer.locked:
            self._say_first(hides_first(session.state, layer.id, Brush(1, erase=area.erase)), area.erase)

    def _say_first(self, hidden: bool, erase: bool) -> None:
        """What the first stroke on a layer did, as it is more, or less, than the stroke."""
        if hidden:
            self._workspace.desk.notices.toast(
                _("The layer now shows only where you paint."), line=_("Invert shows it everywhere else instead.")
            )
        elif not erase:
            self._workspace.desk.notices.toast(
                _("The whole layer shows already."), line=_("Erase hides a part of it; Paint brings it back.")
            )

    @Slot(object)
    def _picked(self, colour: tuple[int, int, int]) -> None:
        """The colour as one writes it elsewhere, copied; 16 bits become 8."""
        state = self._workspace.state_shown
        if state is None:
            return
        shift = state.depth - 8
        written = "#" + "".join(f"{value >> shift:02X}" for value in colour)
        QGuiApplication.clipboard().setText(written)
        self._workspace.desk.notices.toast(_("{colour} is copied.").format(colour=written))

    @Slot(str, int, int)
    def _moved(self, layer_id: str, dx: int, dy: int) -> None:
        session = self._workspace.session
        if session is not None:
            session.do(lambda state: _moved(state, layer_id, dx, dy))

    @Slot(object, float)
    def _crop(self, rect: Rect, angle: float) -> None:
        self._workspace.picture_actions.crop_to(rect, angle)
        self._workspace.canvas.use("hand")

    @Slot(object, float)
    def _crop_changed(self, rect: Rect, _angle: float) -> None:
        state = self._workspace.state_shown
        if state is not None:
            self._workspace.bar.show_crop((state.width, state.height), (rect.width, rect.height))

    @Slot(str)
    def _way_chosen(self, action: str) -> None:
        canvas = self._workspace.canvas
        if f"tool.{canvas.tool.id}" in _AREAS:
            canvas.area_erase = action == "tool.eraser"
        else:
            self._workspace.desk.actions.action(action).trigger()

    @Slot()
    def _rename(self) -> None:
        self._workspace.column.show_part("layers")
        self._workspace.column.layers.rename_chosen()

    @Slot()
    def _feather(self) -> None:
        self._workspace.floating.ask_feather(self._workspace.layer_actions.feather_mask)


def _filled(area: Area, state: State, progress: Progress) -> Edit:
    return fill_area(state, area.layer_id, area.line, area.erase, progress)


def _moved(state: State, layer_id: str, dx: int, dy: int) -> Edit:
    layer = state.layer(layer_id)
    return core.move(state, layer_id, layer.x + dx, layer.y + dy)
