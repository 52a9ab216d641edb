"""The strip of a direction by mouse and keys; the layers' range. Without an engine."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ganstudio.core.latent.directions import Direction
from ganstudio.ui.explore.direction_strip import HARD, PICTURES, DirectionStrip
from ganstudio.ui.explore.layers.layer_range import LayerRange, layers_words
from ganstudio.ui.widgets.textfield import LineEdit

WARM = Direction.of("warm", "Warm light", np.ones(8), "pca", first=8, last=13)


@pytest.fixture
def strip(qtbot: QtBot) -> DirectionStrip:
    made = DirectionStrip(WARM, 14)
    qtbot.addWidget(made)
    made.resize(332, made.heightForWidth(332))
    made.show()
    return made


def moved(strip: DirectionStrip) -> list[float]:
    seen: list[float] = []
    strip.moved.connect(seen.append)
    return seen


def on_track(strip: DirectionStrip, value: float) -> QPoint:
    return QPoint(round(strip._x(value)), round(strip.track_y))


def test_the_slider_stands_under_its_pictures(strip: DirectionStrip) -> None:
    assert strip.values == [-3, -2, -1, 0, 1, 2, 3]
    for index, value in enumerate(strip.values):
        assert strip._x(value) == pytest.approx(strip._cell(index).center().x())
    assert strip.heightForWidth(480) > strip.heightForWidth(280)


def test_a_drag_moves_and_settles_once(strip: DirectionStrip, qtbot: QtBot) -> None:
    seen = moved(strip)
    ends = []
    strip.settled.connect(lambda: ends.append(strip.value))
    QTest.mousePress(strip, Qt.MouseButton.LeftButton, pos=on_track(strip, 0.0))
    for value in (0.5, 1.0, 1.4):
        QTest.mouseMove(strip, on_track(strip, value))
    assert strip.dragging and ends == []
    QTest.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=on_track(strip, 1.4))
    assert strip.value == pytest.approx(1.4, abs=0.11) and ends == [strip.value] and seen[-1] == strip.value
    assert strip.field.value == strip.value and "σ" in strip.field.text()


def test_the_track_ends_a_drag_the_field_goes_further_and_widens(strip: DirectionStrip) -> None:
    QTest.mousePress(strip, Qt.MouseButton.LeftButton, pos=on_track(strip, 0.0))
    QTest.mouseMove(strip, QPoint(900, round(strip.track_y)))
    QTest.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=QPoint(900, round(strip.track_y)))
    assert strip.value == 3.0
    strip.field.setText("5,5")
    QTest.keyClick(strip.field, Qt.Key.Key_Return)
    assert strip.value == 5.5 and strip.values[-1] == 6.0 and strip.values[0] == -3.0
    strip.field.setText("900")
    QTest.keyClick(strip.field, Qt.Key.Key_Return)
    assert strip.value == 5.5 and strip.field.wrong and str(round(HARD)) in strip.field.toolTip()


def test_a_picture_is_a_place(strip: DirectionStrip) -> None:
    seen = moved(strip)
    strip.set_image(5, QImage(8, 8, QImage.Format.Format_RGB32))
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip._cell(5).center().toPoint())
    assert strip.value == 2.0 and seen == [2.0]
    QTest.mouseDClick(strip, Qt.MouseButton.LeftButton, pos=on_track(strip, 2.0))
    assert strip.value == 0.0


def test_keys(strip: DirectionStrip) -> None:
    seen = moved(strip)
    shifts: list[int] = []
    strip.shifted.connect(shifts.append)
    for key, value in (
        (Qt.Key.Key_Right, 0.1), (Qt.Key.Key_PageUp, 1.1), (Qt.Key.Key_Left, 1.0), (Qt.Key.Key_End, 3.0),
        (Qt.Key.Key_Home, -3.0), (Qt.Key.Key_Backspace, 0.0),
    ):  # fmt: skip
        QTest.keyClick(strip, key)
        assert strip.value == pytest.approx(value)
    assert len(seen) == 6
    QTest.keyClick(strip, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(strip, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert shifts == [-1, 1] and strip.value == 0.0


def test_renaming_takes_enter_and_leaves_with_escape(strip: DirectionStrip, qtbot: QtBot) -> None:
    names: list[str] = []
    strip.renamed.connect(names.append)
    for typed, key, found in (("Sunset", Qt.Key.Key_Return, ["Sunset"]), ("Other", Qt.Key.Key_Escape, ["Sunset"])):
        QTest.keyClick(strip, Qt.Key.Key_F2)
        edits = [one for one in strip.findChildren(LineEdit) if one is not strip.field and one.isVisible()]
        assert len(edits) == 1 and edits[0].text() == "Warm light"
        edits[0].setText(typed)
        QTest.keyClick(edits[0], key)
        assert names == found
        qtbot.wait(1)


def test_it_says_what_it_is_and_what_was_held_back(strip: DirectionStrip) -> None:
    strip.set_value(1.4)
    assert strip.accessibleName() == "Warm light" and strip.spoken_value().startswith("1.4")
    assert strip.spoken_range() == (1.4, -3.0, 3.0, 0.1)
    before = strip.heightForWidth(332)
    strip.set_warning("Pushed further than the model can follow: shown at 75 % of it.")
    assert strip.field.wrong and "75" in strip.accessibleDescription() and strip.heightForWidth(332) > before
    strip.set_warning("")
    assert not strip.field.wrong and strip.heightForWidth(332) == before


def test_pictures_are_painted_where_they_belong(strip: DirectionStrip) -> None:
    for index in range(PICTURES):
        image = QImage(16, 16, QImage.Format.Format_RGB32)
        image.fill(QColor(10 + 30 * index, 0, 0))
        strip.set_image(index, image)
    shot = strip.grab().toImage()
    for index in range(PICTURES):
        middle = strip._cell(index).center().toPoint()
        assert abs(shot.pixelColor(middle).red() - (10 + 30 * index)) <= 2


def test_layers_are_drawn_over(qtbot: QtBot) -> None:
    row = LayerRange(10)
    qtbot.addWidget(row)
    row.resize(200, 24)
    row.show()
    told: list[tuple[int, int]] = []
    row.committed.connect(lambda first, last: told.append((first, last)))
    assert row.value == (0, 9) and row.spoken_value() == "all layers"
    QTest.mousePress(row, Qt.MouseButton.LeftButton, pos=QPoint(90, 12))
    QTest.mouseMove(row, QPoint(30, 12))
    QTest.mouseRelease(row, Qt.MouseButton.LeftButton, pos=QPoint(30, 12))
    assert row.value == (1, 4) and told == [(1, 4)]
    QTest.keyClick(row, Qt.Key.Key_Right)
    QTest.keyClick(row, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert row.value == (2, 5) and told[-1] == (2, 5)
    QTest.mouseDClick(row, Qt.MouseButton.LeftButton, pos=QPoint(100, 12))
    assert row.value == (0, 9)
    row.set_value(7, None)
    row.set_count(4)
    assert row.value == (3, 3)


def test_layers_in_words() -> None:
    assert layers_words(0, None, 14) == "all layers" and layers_words(8, 13, 14) == "layers 8–13"
    assert layers_words(4, 4, 14) == "layer 4" and layers_words(2, 99, 14) == "layers 2–13"


def test_a_direction_of_its_own_range(qtbot: QtBot) -> None:
    strip = DirectionStrip(replace(WARM, low=-1.0, high=2.0), 14)
    qtbot.addWidget(strip)
    strip.resize(332, 100)
    assert strip.values == [-1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0]
