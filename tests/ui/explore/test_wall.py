"""The painted parts of Explore without an engine: the wall of pictures, what is carried, easing, time, the tree."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ganstudio.core.latent import Latent, Push, Weighted
from ganstudio.core.latent.easing import NAMED
from ganstudio.core.latent.projection import Square
from ganstudio.core.latent.session import Family, Litter
from ganstudio.ui.explore.breed.tree import spots
from ganstudio.ui.explore.carrying import MIME, Carried, carried_in, mime_of
from ganstudio.ui.explore.images import image_of
from ganstudio.ui.explore.pad import shares
from ganstudio.ui.explore.project.cropping import CropView, usual_square
from ganstudio.ui.explore.tiles import Tile
from ganstudio.ui.explore.walk.easing_editor import EasingEditor
from ganstudio.ui.explore.walk.ruler import Ruler, clock
from ganstudio.ui.explore.walk.scale import TimeScale
from ganstudio.ui.explore.wall import Wall

HERE = Latent(seeds=(Weighted("7"),), pushes=(Push("a", 1.0, vector=np.ones(8, np.float32).tobytes()),))


def picture(level: int = 120) -> np.ndarray:
    return np.full((64, 64, 3), level, np.uint8)


@pytest.fixture
def wall(qtbot: QtBot) -> Wall:
    made = Wall("Children", 3, digits=True)
    qtbot.addWidget(made)
    made.set_tiles([Tile(f"Child {n + 1}", image_of(picture(n * 20))) for n in range(9)])
    made.resize(312, 300)
    made.show()
    return made


def test_digits_arrows_and_space_reach_every_tile(wall: Wall) -> None:
    pressed: list[int] = []
    wall.pressed.connect(pressed.append)
    wall.setFocus()
    for key in (Qt.Key.Key_1, Qt.Key.Key_9, Qt.Key.Key_5):
        QTest.keyClick(wall, key)
    QTest.keyClick(wall, Qt.Key.Key_Up)
    QTest.keyClick(wall, Qt.Key.Key_Left)
    QTest.keyClick(wall, Qt.Key.Key_Space)
    assert pressed == [0, 8, 4, 0] and wall.at == 0
    QTest.keyClick(wall, Qt.Key.Key_End)
    QTest.keyClick(wall, Qt.Key.Key_Down)
    assert wall.at == 8, "the ends stay the ends"


def test_enter_delete_and_the_mouse(wall: Wall, qtbot: QtBot) -> None:
    wall.setFocus()
    with qtbot.waitSignal(wall.entered):
        QTest.keyClick(wall, Qt.Key.Key_Return)
    with qtbot.waitSignal(wall.deleted):
        QTest.keyClick(wall, Qt.Key.Key_Delete)
    with qtbot.waitSignal(wall.pressed) as said:
        QTest.mouseClick(wall, Qt.MouseButton.LeftButton, pos=wall.tile_rect(5).center())
    assert said.args == [5]
    assert wall.tile_at(QPoint(-5, -5)) == -1
    with qtbot.waitSignal(wall.dragged) as said:
        QTest.mousePress(wall, Qt.MouseButton.LeftButton, pos=wall.tile_rect(4).center())
        QTest.mouseMove(wall, wall.tile_rect(5).center())
    assert said.args == [4]


def test_tiles_are_square_and_keep_their_gaps(wall: Wall) -> None:
    rects = [wall.tile_rect(n) for n in range(9)]
    assert all(abs(one.width() - one.height()) <= 1 for one in rects)
    assert rects[1].left() - rects[0].right() - 1 == 6 and rects[8].right() == wall.width() - 1
    assert wall.height() >= rects[8].bottom()


def test_the_wall_speaks(wall: Wall) -> None:
    wall.set_tiles([Tile("Child 1", None, "check", spoken="chosen"), Tile("Child 2")])
    face = QAccessible.queryAccessibleInterface(wall)
    assert face.text(QAccessible.Text.Name) == "Children"
    assert face.text(QAccessible.Text.Value) == "Child 1  chosen"
    wall.step_by(1)
    assert wall.accessibleDescription() == "Child 2" and wall.spoken_range() == (2.0, 1.0, 2.0, 1.0)
    wall.set_tiles([])
    assert wall.at == -1 and wall.spoken_range() is None and wall.spoken_value() == ""


def test_a_latent_is_carried_whole() -> None:
    carried = [Carried(HERE, "Haystack", b"webp", "f1"), Carried(HERE)]
    assert carried_in(mime_of(carried)) == carried
    for content in (b"", b"{", b"[1]", b'[{"latent": {}}]'):
        wrong = QMimeData()
        wrong.setData(MIME, content)
        assert carried_in(wrong) == []
    assert carried_in(None) == [] and carried_in(QMimeData()) == []


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_pixels_become_images_of_the_same_colours(channels: int) -> None:
    pixels = np.zeros((4, 6, channels), np.uint8)
    pixels[..., 0], pixels[..., -1] = 200, 255 if channels == 4 else 40 if channels == 3 else 200
    colour = image_of(pixels).pixelColor(3, 2)
    wanted = {1: (200, 200, 200), 3: (200, 0, 40), 4: (200, 0, 0)}[channels]
    assert (colour.red(), colour.green(), colour.blue()) == wanted


def test_a_place_of_the_pad_is_shared_out() -> None:
    assert shares(0, 0) == [1, 0, 0, 0] and shares(1, 1) == [0, 0, 0, 1] and shares(0.5, 0.5) == [0.25] * 4
    assert sum(shares(0.3, 0.8)) == pytest.approx(1.0)


def test_the_tree_has_no_crossings() -> None:
    """Litters of a generation stand in the order of their parents, each at least one place from the next."""
    family = Family()
    for parent in (None, 0, 0, 1, 2, 1, None, 4):
        family = family.bred(Litter((HERE,), (HERE,), parent))
    found = spots(family)
    for row in range(4):
        columns = sorted(one.column for one in found if one.row == row)
        assert all(b - a >= 1.0 for a, b in pairwise(columns))
    at = {one.place: one.column for one in found}
    assert at[3] < at[5] < at[4] and at[1] == (at[3] + at[5]) / 2


def test_easing_is_bent_by_mouse_and_keys(qtbot: QtBot) -> None:
    editor = EasingEditor()
    qtbot.addWidget(editor)
    editor.resize(240, 96)
    editor.show()
    editor.set_easing(NAMED["ease"])
    with qtbot.waitSignal(editor.settled):
        start = editor._spot(0.42, 0.0).toPoint()
        QTest.mousePress(editor, Qt.MouseButton.LeftButton, pos=start)
        QTest.mouseMove(editor, editor._spot(0.8, 0.5).toPoint())
        QTest.mouseRelease(editor, Qt.MouseButton.LeftButton)
    assert editor.easing.x1 == pytest.approx(0.8, abs=0.02) and editor.easing.x2 == 0.58
    QTest.keyClick(editor, Qt.Key.Key_Space)
    QTest.keyClick(editor, Qt.Key.Key_Up)
    assert editor.easing.y2 == pytest.approx(1.02)
    editor.put_handle(0, -3.0, 9.0)
    assert editor.easing.x1 == 0.0 and editor.easing.y1 <= 1.25
    assert "Second handle" in editor.spoken_value()


def test_the_time_scale_zooms_where_the_pointer_is(qtbot: QtBot) -> None:
    scale = TimeScale()
    scale.set_seconds(20.0)
    scale.set_width(1000)
    x = scale.x(5.0)
    scale.zoom_by(4.0, x)
    assert scale.x(5.0) == pytest.approx(x) and scale.seen == 5.0
    scale.scroll(1000)
    assert scale.first == 15.0 and scale.at(scale.x(16.0)) == pytest.approx(16.0)
    scale.zoom_by(1e-6, x)
    assert (scale.zoom, scale.first) == (1.0, 0.0)
    ruler = Ruler(scale)
    qtbot.addWidget(ruler)
    ruler.end = 20.0
    sought: list[float] = []
    ruler.sought.connect(sought.append)
    for key in (Qt.Key.Key_End, Qt.Key.Key_Home, Qt.Key.Key_PageDown):
        QTest.keyClick(ruler, key)
    assert sought == [20.0, 0.0, 1.0]
    ruler.resize(1000, 32)
    ruler.grab()
    assert [clock(one) for one in (0.0, 5.44, 59.96, 61.0, 600.5)] == [
        "0:00.0",
        "0:05.4",
        "1:00.0",
        "1:01.0",
        "10:00.5",
    ]


def test_the_square_is_moved_turned_and_aligned(qtbot: QtBot) -> None:
    view = CropView()
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show()
    view.show_photo(image_of(picture()), 800, 600, usual_square(800, 600))
    changed: list[Square] = []
    view.changed.connect(changed.append)
    view.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Plus, Qt.Key.Key_Period):
        QTest.keyClick(view, key)
    assert view.square == Square(408.0, 300.0, 608.0, 0.5) and len(changed) == 3
    middle = view._to_widget(408, 300).toPoint()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(view, middle + QPoint(20, 0))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton)
    assert view.square is not None and view.square.x > 440 and view.square.side == 608.0
    view.ask_eyes()
    for eye in ((300, 280), (420, 300)):
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=view._to_widget(*eye).toPoint())
    assert view.square.angle == pytest.approx(9.5, abs=1.5) and view.square.side == pytest.approx(487, abs=20)
    view.ask_eyes()
    QTest.keyClick(view, Qt.Key.Key_Escape)
    before = view.square
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPointF(1, 1).toPoint())
    assert view.square == before
    assert "turned by" in view.spoken_value() and view.grab().width() == 400
