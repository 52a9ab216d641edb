from __future__ import annotations

import gc

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QWheelEvent
from PySide6.QtWidgets import QApplication, QScrollArea, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ganstudio.ui.theme import Theme
from ganstudio.ui.widgets import Slider
from ganstudio.ui.widgets.slider_scale import Scale

from .conftest import Grab, same

Y = 32  # the track's middle
PLAIN = Qt.KeyboardModifier.NoModifier


def _slider(qtbot: QtBot, **more: object) -> Slider:
    made = Slider(0, 100, 50, default=50, unit="%", label="Strength", **more)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.resize(312, made.sizeHint().height())
    made.show()
    return made


def _x(place: float) -> int:
    return round(6 + place * 300)


def _heard(slider: Slider) -> tuple[list[float], list[float]]:
    moving: list[float] = []
    done: list[float] = []
    slider.changed.connect(moving.append)
    slider.committed.connect(done.append)
    return moving, done


def _drag(qtbot: QtBot, slider: Slider, start: int, end: int, keys: Qt.KeyboardModifier = PLAIN, y: int = Y) -> None:
    left = Qt.MouseButton.LeftButton
    qtbot.mousePress(slider, left, keys, QPoint(start, y))
    for x in (start + (end - start) // 2, end):
        _move(slider, x, y, keys)
    qtbot.mouseRelease(slider, left, keys, QPoint(end, y))


def _move(slider: Slider, x: int, y: int, keys: Qt.KeyboardModifier) -> None:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    spot = QPointF(x, y)
    event = QMouseEvent(
        QEvent.Type.MouseMove, spot, slider.mapToGlobal(spot), Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton, keys
    )
    QApplication.sendEvent(slider, event)


def test_block_is_48_and_60_with_words_at_the_ends(looks: Theme, qtbot: QtBot) -> None:
    assert _slider(qtbot).height() == 48
    assert _slider(qtbot, ends=("Faithful", "Crisp")).height() == 60


def test_drag_moves_and_commits_once(looks: Theme, qtbot: QtBot) -> None:
    slider = _slider(qtbot)
    moving, done = _heard(slider)
    _drag(qtbot, slider, _x(0.5), _x(0.7))
    assert slider.value == 70
    assert moving == [60, 70] and done == [70]


def test_click_on_the_track_goes_there(looks: Theme, qtbot: QtBot) -> None:
    slider = _slider(qtbot)
    _, done = _heard(slider)
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, PLAIN, QPoint(_x(0.2), Y))
    assert slider.value == 20 and done == [20]


def test_shift_moves_a_tenth(looks: Theme, qtbot: QtBot) -> None:
    slider = _slider(qtbot)
    _drag(qtbot, slider, _x(0.5), _x(0.9), Qt.KeyboardModifier.ShiftModifier)
    assert slider.value == 54


def test_drag_stops_at_the_ends(looks: Theme, qtbot: QtBot) -> None:
    slider = _slider(qtbot)
    _drag(qtbot, slider, _x(0.5), 900)
    assert slider.value == 100


def test_escape_during_a_drag_brings_the_value_back(looks: Theme, qtbot: QtBot) -> None:
    slider = _slider(qtbot)
    _, done = _heard(slider)
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, PLAIN, QPoint(_x(0.5), Y))
    _move(slider, _x(0.8), Y, PLAIN)
    assert slider.value == 80
    qtbot.keyClick(slider, Qt.Key.Key_Escape)
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, PLAIN, QPoint(_x(0.8), Y))
    assert slider.value == 50 and done == []


def test_scrubbing_the_label(looks: Theme, qtbot: QtBot) -> None:
    slider = _slider(qtbot)
    _drag(qtbot, slider, 10, 40, y=12)
    assert slider.value == 60


def test_double_click_on_knob_and_label_is_the_default(looks: Theme, qtbot: QtBot) -> None:
    slider = _slider(qtbot)
    for spot in (QPoint(_x(0.8), Y), QPoint(20, 12)):
        slider.set_value(80)
        qtbot.mouseDClick(slider, Qt.MouseButton.LeftButton, PLAIN, spot)
        assert slider.value == 50


def test_dot_says_changed_and_a_click_on_it_returns(looks: Theme, qtbot: QtBot) -> None:
    slider = _slider(qtbot)
    assert not same(Grab(slider).at(2, 12), looks.now.accent_text, 20)
    slider.set_value(80)
    assert same(Grab(slider).at(2, 12), looks.now.accent_text, 20)
    _, done = _heard(slider)
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, PLAIN, QPoint(2, 12))
    assert slider.value == 50 and done == [50]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (Qt.Key.Key_Right, 51),
        (Qt.Key.Key_Up, 51),
        (Qt.Key.Key_Left, 49),
        (Qt.Key.Key_Down, 49),
        (Qt.Key.Key_PageUp, 60),
        (Qt.Key.Key_PageDown, 40),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_End, 100),
    ],
)
def test_keys(looks: Theme, qtbot: QtBot, key: Qt.Key, value: float) -> None:
    slider = _slider(qtbot)
    moving, done = _heard(slider)
    qtbot.keyClick(slider, key)
    assert slider.value == value and moving == done == [value]


def _wheel(widget: QWidget, keys: Qt.KeyboardModifier = PLAIN) -> bool:
    spot = QPointF(widget.rect().center())
    event = QWheelEvent(
        spot, widget.mapToGlobal(spot), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, keys,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def test_wheel_scrolls_the_panel_unless_focused_or_alt(looks: Theme, qtbot: QtBot) -> None:
    area = QScrollArea()
    qtbot.addWidget(area)
    inner = QWidget()
    column = QVBoxLayout(inner)
    slider = Slider(0, 100, 50, label="Strength")
    column.addWidget(slider)
    area.setWidget(inner)
    area.show()
    assert not _wheel(slider) and slider.value == 50
    assert _wheel(slider, Qt.KeyboardModifier.AltModifier) and slider.value == 51


def test_field_takes_sums_and_tells_what_is_wrong(looks: Theme, qtbot: QtBot) -> None:
    slider = _slider(qtbot)
    _, done = _heard(slider)
    field = slider.field

    def write(text: str) -> None:
        field.selectAll()
        qtbot.keyClicks(field, text)
        qtbot.keyClick(field, Qt.Key.Key_Return)

    write("30*2")
    assert slider.value == 60 and done == [60] and field.text() == "60\u00a0%"
    write("max")
    assert slider.value == 100
    write("140")
    assert slider.value == 100 and field.wrong and "between" in field.toolTip()
    write("forty")
    assert slider.value == 100 and field.wrong and "“forty”" in field.toolTip()
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert not field.wrong and field.text() == "100\u00a0%"


def test_value_beyond_the_soft_range_widens_the_track(looks: Theme, qtbot: QtBot) -> None:
    slider = _slider(qtbot, hard=(0, 400))
    slider.field.selectAll()
    qtbot.keyClicks(slider.field, "200")
    qtbot.keyClick(slider.field, Qt.Key.Key_Return)
    assert slider.value == 200 and slider.range == (0, 200)
    slider.set_value(20)
    assert slider.range == (0, 100)
    slider.set_value(9000)
    assert slider.value == 400


def test_set_value_is_silent(looks: Theme, qtbot: QtBot) -> None:
    slider = _slider(qtbot)
    moving, done = _heard(slider)
    slider.set_value(10)
    assert moving == done == [] and slider.field.text() == "10\u00a0%"


def test_share_is_shown_in_per_cent(looks: Theme, qtbot: QtBot) -> None:
    slider = Slider(0, 1, 0.7, unit="%", shown=100, label="Blend")
    qtbot.addWidget(slider)
    assert slider.value_text == "70\u00a0%"
    slider.step_by(1)
    assert slider.value == pytest.approx(0.71)


def test_filled_from_the_centre_with_a_tick(looks: Theme, qtbot: QtBot) -> None:
    slider = _slider(qtbot, centre=50)
    slider.set_value(80)
    grab = Grab(slider)
    assert same(grab.at(_x(0.65), Y), looks.now.accent)
    assert same(grab.at(_x(0.3), Y), looks.now.track)
    assert same(grab.at(_x(0.5), Y - 3), looks.now.text3, 60)
    plain = Slider(0, 100, 80, label="x")
    qtbot.addWidget(plain)
    plain.resize(312, 48)
    assert same(Grab(plain).at(_x(0.3), Y), looks.now.accent)


def test_knob_ring_after_keys_only(looks: Theme, qtbot: QtBot) -> None:
    slider = _slider(qtbot)
    slider.activateWindow()
    qtbot.waitUntil(slider.isActiveWindow)
    slider.setFocus(Qt.FocusReason.MouseFocusReason)
    above = (_x(0.5), Y - 9)
    assert not same(Grab(slider).at(*above), looks.now.accent_text, 60)
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    slider.set_value(50)
    assert same(Grab(slider).at(*above), looks.now.accent_text, 60)


def test_disabled_has_no_accent(looks: Theme, qtbot: QtBot) -> None:
    slider = _slider(qtbot)
    slider.setEnabled(False)
    assert not Grab(slider).has(looks.now.accent)


def test_spoken_as_a_slider(looks: Theme, qtbot: QtBot) -> None:
    slider = Slider(0, 1, 0.7, unit="%", shown=100, label="Blend")
    qtbot.addWidget(slider)
    told = QAccessible.queryAccessibleInterface(slider)
    assert told.role() == QAccessible.Role.Slider
    assert told.text(QAccessible.Text.Name) == "Blend"
    assert told.text(QAccessible.Text.Value) == "70\u00a0%"
    value = told.valueInterface()
    assert (value.currentValue(), value.minimumValue(), value.maximumValue()) == (70, 0, 100)
    value.setCurrentValue(40.0)
    assert slider.value == pytest.approx(0.4)
    actions = told.actionInterface()
    actions.doAction(actions.increaseAction())
    assert slider.value == pytest.approx(0.41)


@given(st.floats(0.01, 1e3), st.floats(1.01, 1e3), st.floats(0, 1), st.booleans(), st.sampled_from([0.01, 0.1, 1.0]))
def test_scale_there_and_back(low: float, factor: float, place: float, log: bool, step: float) -> None:
    scale = Scale(low, low * factor, (low, low * factor), step, log)
    assume(scale.high - scale.low > 4 * step)
    value = scale.value(place)
    assert scale.low <= value <= scale.high
    assert scale.value(0) == scale.low and scale.value(1) == scale.high
    assert abs(scale.place(value) - place) <= abs(scale.place(value + step) - scale.place(value - step)) + 1e-6


def test_log_scale_has_its_middle_at_the_geometric_mean() -> None:
    scale = Scale(0.25, 4, (0.25, 4), 0.01, log=True)
    assert scale.value(0.5) == pytest.approx(1)
    assert scale.place(2) == pytest.approx(0.75)


def test_whole_numbers_stay_whole() -> None:
    scale = Scale(1, 9, (1, 9), 1, whole=True)
    assert scale.moved(4, 0.1) == 4
    assert scale.value(0.33) == round(scale.value(0.33))


def test_spoken_widgets_come_and_go_while_somebody_listens(looks: Theme, qtbot: QtBot) -> None:
    """Qt owns the spoken side and deletes it with the widget; Python must not free it before."""
    QAccessible.setActive(True)
    try:
        for _ in range(8):
            slider = Slider(0, 100, 50, label="Strength")
            told = QAccessible.queryAccessibleInterface(slider)
            slider.set_value(20)
            slider.step_by(1)
            for kind in QAccessible.InterfaceType:
                told.interface_cast(kind)
            assert told.tableCellInterface() is None and told.textInterface() is None
            assert told.actionInterface().actionNames()
            with qtbot.waitSignal(slider.destroyed):
                slider.deleteLater()
            del told, slider
        gc.collect()
    finally:
        QAccessible.setActive(False)
