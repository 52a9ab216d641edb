"""Lasso, rectangle and pen on the canvas, by the events a hand would cause."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QInputDevice, QPointingDevice, QPointingDeviceUniqueId, QTabletEvent

from ganstudio.core import document as doc
from ganstudio.core.document import Brush, Point, Rect, State
from ganstudio.ui.canvas.tools import Area

from .conftest import Shown

_Kind = QPointingDevice.PointerType
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


@pytest.fixture
def easel(shown: Shown) -> Shown:
    """A white layer over a black one, shown at 100 %, its corner at (120, 40) of the widget."""
    state = shown.state(np.full((400, 400, 3), 0, np.uint8))
    top = doc.add(state, shown.tiles(np.full((400, 400, 3), 255, np.uint8)), "Top", layer_id="top")
    shown.canvas.show_state(top.state)
    shown.canvas.active_layer = "top"
    shown.canvas.set_zoom(1.0)
    shown.canvas.brush.set_size(40)
    shown.bare()
    return shown


def mask_of(state: State) -> np.ndarray:
    mask = state.layer("top").mask
    assert mask is not None
    return mask.read(Rect(0, 0, mask.width, mask.height))[..., 0]


def drawn(easel: Shown, *points: tuple[int, int]) -> Area:
    with easel.qtbot.waitSignal(easel.canvas.area_chosen) as told:
        easel.drag(*points)
    area = told.args[0]  # type: ignore[index]
    assert isinstance(area, Area)
    return area


def test_a_lasso_says_what_it_went_round(easel: Shown) -> None:
    easel.canvas.use("lasso")
    area = drawn(easel, (200, 100), (300, 100), (300, 200), (200, 200))
    assert area == Area("top", ((80.0, 60.0), (180.0, 60.0), (180.0, 160.0), (80.0, 160.0)), False)


def test_a_rectangle_and_a_square(easel: Shown) -> None:
    easel.canvas.use("rectangle")
    area = drawn(easel, (300, 200), (250, 150), (200, 100))
    assert area.line == ((80.0, 60.0), (180.0, 60.0), (180.0, 160.0), (80.0, 160.0))
    easel.qtbot.keyClick(easel.canvas, Qt.Key.Key_X)
    assert drawn(easel, (200, 100), (300, 200)).erase, "X erases"
    easel.canvas.area_erase = False


def test_the_line_is_seen_while_it_is_drawn_and_given_up_by_esc(easel: Shown) -> None:
    canvas, told = easel.canvas, []
    canvas.area_chosen.connect(told.append)
    canvas.use("lasso")
    clean = easel.pixels()
    easel.qtbot.mousePress(canvas, LEFT, pos=QPoint(200, 100))
    for place in ((300, 100), (300, 200), (200, 200)):
        easel._move(QPoint(*place), LEFT)
    assert not np.array_equal(easel.pixels(), clean)
    easel.qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    easel.qtbot.mouseRelease(canvas, LEFT, pos=QPoint(200, 200))
    assert not told
    assert np.array_equal(easel.pixels(), clean)


def test_a_click_is_no_area(easel: Shown) -> None:
    told: list[object] = []
    easel.canvas.area_chosen.connect(told.append)
    for tool in ("lasso", "rectangle"):
        easel.canvas.use(tool)
        easel.drag((200, 100), (200, 100))
    assert not told


def test_without_a_layer_it_is_said(easel: Shown) -> None:
    easel.canvas.active_layer = None
    easel.canvas.use("lasso")
    with easel.qtbot.waitSignal(easel.canvas.trouble):
        easel.drag((200, 100), (300, 100), (300, 200))


# The pen


def pen(kind: QPointingDevice.PointerType) -> QPointingDevice:
    able = QInputDevice.Capability.Pressure | QInputDevice.Capability.Position
    return QPointingDevice("pen", 7, QInputDevice.DeviceType.Stylus, kind, able, 1, 3, "", QPointingDeviceUniqueId())


def touch(easel: Shown, device: QPointingDevice, kind: QEvent.Type, x: int, y: int, pressure: float) -> QTabletEvent:
    button = NONE if kind == QEvent.Type.TabletMove else LEFT
    buttons = NONE if kind == QEvent.Type.TabletRelease else LEFT
    place = QPointF(x, y)
    far = QPointF(easel.canvas.mapToGlobal(QPoint(x, y)))
    event = QTabletEvent(
        kind, device, place, far, pressure, 0, 0, 0, 0, 0, Qt.KeyboardModifier.NoModifier, button, buttons
    )
    QCoreApplication.sendEvent(easel.canvas, event)
    return event


def stroke(easel: Shown, points: list[tuple[int, int, float]], kind: QPointingDevice.PointerType = _Kind.Pen) -> object:
    device = pen(kind)
    with easel.qtbot.waitSignal(easel.canvas.stroke_painted) as told:
        for number, (x, y, pressure) in enumerate(points):
            at = QEvent.Type.TabletMove if number else QEvent.Type.TabletPress
            assert touch(easel, device, at, x, y, pressure).isAccepted(), "no mouse event is made of it too"
        touch(easel, device, QEvent.Type.TabletRelease, *points[-1][:2], 0.0)
    return told.args[0]  # type: ignore[index]


LINE = [(180, 240, 0.2), (300, 240, 0.6), (420, 240, 1.0)]


def width_at(mask: np.ndarray, x: int) -> int:
    return int((mask[:, x] > 127).sum())


def test_pressure_changes_the_width(easel: Shown) -> None:
    canvas = easel.canvas
    canvas.use("brush")
    canvas.brush.set_pen("size")
    canvas.brush.set_feather(0.0)
    base = canvas.state
    painted = stroke(easel, LINE)
    mask = mask_of(painted.edit.state)  # type: ignore[attr-defined]
    assert painted.points[:3] == [Point(60, 200, 0.2), Point(180, 200, 0.6), Point(300, 200, 1.0)]  # type: ignore[attr-defined]
    assert abs(width_at(mask, 180) - 24) <= 2
    assert abs(width_at(mask, 299) - 40) <= 2
    assert abs(width_at(mask, 120) - 16) <= 2, "between the points too"
    assert mask.max() == 255
    again = doc.paint(base, "top", canvas.brush.brush(False), painted.points)  # type: ignore[arg-type,attr-defined]
    assert np.array_equal(mask_of(again.state), mask)


def test_pressure_changes_how_much(easel: Shown) -> None:
    canvas = easel.canvas
    canvas.use("brush")
    canvas.brush.set_pen("flow")
    mask = mask_of(stroke(easel, LINE).edit.state)  # type: ignore[attr-defined]
    assert abs(int(mask[200, 180]) - 153) <= 4
    assert abs(int(mask[200, 120]) - 102) <= 6
    assert mask[200, 298] >= 250
    assert abs(width_at(mask, 298) - width_at(np.maximum(mask, 0), 298)) == 0


def test_pressure_may_mean_nothing_and_a_mouse_presses_fully(easel: Shown) -> None:
    canvas = easel.canvas
    canvas.use("brush")
    canvas.brush.set_pen("nothing")
    by_pen = mask_of(stroke(easel, LINE).edit.state)  # type: ignore[attr-defined]
    canvas.brush.set_pen("both")
    with easel.qtbot.waitSignal(canvas.stroke_painted) as told:
        easel.drag(*((x, y) for x, y, _pressure in LINE))
    assert np.array_equal(mask_of(told.args[0].edit.state), by_pen)  # type: ignore[index]


def test_the_other_end_of_the_pen_erases(easel: Shown) -> None:
    canvas, used = easel.canvas, []
    canvas.pen_used.connect(lambda: used.append(1))
    canvas.use("brush")
    mask = mask_of(stroke(easel, [(300, 240, 1.0), (320, 240, 1.0)], _Kind.Eraser).edit.state)  # type: ignore[attr-defined]
    assert mask[200, 190] == 0 and mask[10, 10] == 255
    assert canvas.tool.id == "eraser"
    stroke(easel, [(300, 300, 1.0), (320, 300, 1.0)])
    assert canvas.tool.id == "brush", "turned round again"
    assert used


@pytest.mark.parametrize("pressure", [0.0, 0.001, 1.0])
def test_any_pressure_is_a_brush(pressure: float) -> None:
    brush = Brush(20, 0.5, sizes=True, fades=True)
    covered = brush.coverage(np.linspace(0, 30, 100, dtype=np.float32)[None], np.full((1, 100), pressure, np.float32))
    assert covered.dtype == np.uint8 and (np.diff(covered[0].astype(int)) <= 0).all()
