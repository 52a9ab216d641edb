from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QColor, QEnterEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from ganstudio.ui.theme import Theme, contrast
from ganstudio.ui.widgets import Button, Chip, RunButton, ToggleSwitch, draw

from .conftest import Grab, same

LEFT = Qt.MouseButton.LeftButton


@pytest.mark.parametrize(("kind", "high"), [("normal", 28), ("primary", 28), ("quiet", 28), ("icon", 28), ("link", 24)])
def test_heights_are_hit_areas(looks: Theme, qtbot: QtBot, kind: str, high: int) -> None:
    button = Button("Add", "plus", kind)  # type: ignore[arg-type]
    qtbot.addWidget(button)
    assert button.sizeHint().height() == button.minimumSizeHint().height() == high
    assert button.sizeHint().width() >= 24


def test_large_is_32(looks: Theme, qtbot: QtBot) -> None:
    button = Button("Try it here", large=True)
    qtbot.addWidget(button)
    assert button.sizeHint().height() == 32


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_keys_press(looks: Theme, qtbot: QtBot, key: Qt.Key) -> None:
    button = Button("Add")
    qtbot.addWidget(button)
    button.show()
    with qtbot.waitSignal(button.clicked):
        qtbot.keyClick(button, key)


def test_disabled_does_nothing_and_says_why(looks: Theme, qtbot: QtBot) -> None:
    button = Button("Export", "export")
    qtbot.addWidget(button)
    button.setToolTip("Writes a file")
    pressed: list[bool] = []
    button.clicked.connect(pressed.append)
    button.set_possible(False, "Needs two pictures")
    button.resize(button.sizeHint())
    qtbot.mouseClick(button, LEFT)
    assert pressed == [] and button.toolTip() == "Needs two pictures"
    assert not Grab(button, 2).has(looks.now.text) and Grab(button, 2).has(looks.now.text3, 20)
    button.set_possible(False, "Needs three pictures")
    button.set_possible(True)
    assert button.toolTip() == "Writes a file"


def test_looks_of_the_kinds(looks: Theme, qtbot: QtBot) -> None:
    def corner(button: Button) -> QColor:
        qtbot.addWidget(button)
        button.resize(100, 28)
        return Grab(button).at(4, 14)

    assert same(corner(Button("A")), looks.now.raised)
    assert same(corner(Button("A", kind="primary")), looks.now.accent)
    assert same(corner(Button("A", kind="quiet")), looks.now.panel)
    assert same(corner(Button("A", on_card=True)), looks.now.hover)
    chosen = Button("A", checkable=True)
    chosen.setChecked(True)
    assert same(corner(chosen), looks.now.sel)
    down = Button("A")
    down.setDown(True)
    assert same(corner(down), looks.now.pressed)


def test_light_buttons_have_a_line(looks: Theme, qtbot: QtBot) -> None:
    looks.set("light")
    button = Button("A")
    qtbot.addWidget(button)
    button.resize(100, 28)
    grab = Grab(button)
    assert same(grab.at(50, 0), looks.now.line) and same(grab.at(4, 14), looks.now.raised)


def test_hover_is_one_step_up(looks: Theme, qtbot: QtBot) -> None:
    button = Button("A")
    qtbot.addWidget(button)
    button.resize(100, 28)
    button.show()
    spot = QPointF(50, 14)
    QApplication.sendEvent(button, QEnterEvent(spot, spot, button.mapToGlobal(spot)))
    assert same(Grab(button).at(4, 14), looks.now.hover)
    QApplication.sendEvent(button, QEvent(QEvent.Type.Leave))
    assert same(Grab(button).at(4, 14), looks.now.raised)


def test_text_on_the_primary_is_read_in_every_state(looks: Theme) -> None:
    for choice in ("dark", "light"):
        looks.set(choice)  # type: ignore[arg-type]
        for share in (0, 0.08, 0.16):
            ground = draw.mix(looks.now.accent, QColor(0, 0, 0), share)
            assert contrast(looks.now.on_accent, ground) >= 4.5


def test_icon_button_has_name_and_tooltip(looks: Theme, qtbot: QtBot) -> None:
    button = Button("Undo", "undo", "icon", "Ctrl+Z")
    qtbot.addWidget(button)
    told = QAccessible.queryAccessibleInterface(button)
    assert told.text(QAccessible.Text.Name) == "Undo"
    assert told.role() == QAccessible.Role.Button
    assert button.toolTip() == "Undo  Ctrl+Z"


def test_long_text_is_cut_inside(looks: Theme, qtbot: QtBot) -> None:
    button = Button("A very long sentence that has no room in here", "plus", shortcut="Ctrl+Enter")
    qtbot.addWidget(button)
    button.resize(120, 28)
    grab = Grab(button)
    assert all(same(grab.at(x, 14), looks.now.raised) for x in (2, 3, 116, 117))


def test_menu_opens_below(looks: Theme, qtbot: QtBot) -> None:
    button, menu = Button("Export"), QMenu()
    qtbot.addWidget(button)
    qtbot.addWidget(menu)
    before = button.sizeHint().width()
    menu.addAction("PNG")
    button.set_menu(menu)
    assert button.sizeHint().width() > before
    button.resize(button.sizeHint())
    button.show()
    button.click()
    qtbot.waitUntil(menu.isVisible)
    assert menu.y() >= button.mapToGlobal(QPoint(0, button.height())).y()
    menu.close()


def test_toggle_says_its_state_by_the_place_of_the_knob(looks: Theme, qtbot: QtBot) -> None:
    toggle = ToggleSwitch(False, "Keep sub-folders")
    qtbot.addWidget(toggle)
    toggle.resize(toggle.sizeHint())
    left, right = (9, 12), (22, 12)
    assert same(Grab(toggle).at(*left), looks.now.knob) and not same(Grab(toggle).at(*right), looks.now.knob)
    with qtbot.waitSignal(toggle.toggled):
        qtbot.mouseClick(toggle, LEFT)
    assert same(Grab(toggle).at(*right), looks.now.knob) and same(Grab(toggle).at(*left), looks.now.accent)
    qtbot.keyClick(toggle, Qt.Key.Key_Space)
    assert not toggle.isChecked()
    told = QAccessible.queryAccessibleInterface(toggle)
    assert told.role() == QAccessible.Role.CheckBox
    assert told.text(QAccessible.Text.Name) == "Keep sub-folders"


def test_toggle_moves_in_120_ms_where_motion_is_wanted(looks: Theme, qtbot: QtBot) -> None:
    looks.still = False
    toggle = ToggleSwitch()
    qtbot.addWidget(toggle)
    toggle.show()
    toggle.setChecked(True)
    assert toggle.property("at") < 1
    qtbot.waitUntil(lambda: toggle.property("at") == 1)


def test_run_button_turns_into_the_bar_and_back(looks: Theme, qtbot: QtBot) -> None:
    button = RunButton("Upscale", "Ctrl+Enter")
    qtbot.addWidget(button)
    button.resize(200, button.sizeHint().height())
    button.show()
    assert button.height() == 32 and same(Grab(button).at(5, 16), looks.now.accent)
    with qtbot.waitSignal(button.pressed):
        qtbot.mouseClick(button.focusProxy(), LEFT)
    button.run_state(0.62, 14)
    assert button.running and button.height() == 32
    grab = Grab(button)
    done = draw.mix(looks.now.sel, looks.now.accent, 0.5)
    assert same(grab.at(110, 28), done) and same(grab.at(126, 28), looks.now.sel)
    with qtbot.assertNotEmitted(button.stopped, wait=20):
        qtbot.mouseClick(button.focusProxy(), LEFT, pos=QPoint(20, 16))
    with qtbot.waitSignal(button.stopped):
        qtbot.mouseClick(button.focusProxy(), LEFT, pos=QPoint(180, 16))
    with qtbot.waitSignal(button.stopped):
        qtbot.keyClick(button.focusProxy(), Qt.Key.Key_Space)
    bar = button.focusProxy()
    assert bar is not None
    told = QAccessible.queryAccessibleInterface(bar)
    assert "62" in told.text(QAccessible.Text.Description)
    button.idle()
    assert not button.running


def test_a_word_that_has_no_room_is_left_out_of_the_bar_and_told(looks: Theme, qtbot: QtBot) -> None:
    button = RunButton("Upscale")
    qtbot.addWidget(button)
    button.show()
    for wide, shown in ((340, True), (200, False)):
        button.resize(wide, 32)
        button.run_state(0.62, 14)
        without = Grab(button).image
        button.run_state(0.62, 14, "tile 31 of 42")
        assert (Grab(button).image != without) is shown
        bar = button.focusProxy()
        assert bar is not None
        told = QAccessible.queryAccessibleInterface(bar)
        assert "tile 31 of 42" in told.text(QAccessible.Text.Description)


def test_run_button_text_is_read_on_both_halves(looks: Theme) -> None:
    for choice, share in (("dark", 0.5), ("light", 0.3)):
        looks.set(choice)  # type: ignore[arg-type]
        now = looks.now
        assert contrast(now.text, draw.mix(now.sel, now.accent, share)) >= 4.5
        assert contrast(now.text, now.sel) >= 4.5


def test_run_button_steps_back_for_a_notice(looks: Theme, qtbot: QtBot) -> None:
    button = RunButton("Upscale")
    qtbot.addWidget(button)
    button.resize(200, 32)
    button.set_kind("normal")
    assert not Grab(button).has(looks.now.accent)


def test_filter_chip(looks: Theme, qtbot: QtBot) -> None:
    chip = Chip("Broken", "fail_ring", 1204, color="err")
    qtbot.addWidget(chip)
    chip.resize(chip.sizeHint())
    assert chip.height() == 28
    assert chip.accessibleName() == "Broken 1\u202f204"
    assert Grab(chip, 2).has(looks.now.err, 20)
    with qtbot.waitSignal(chip.toggled):
        qtbot.mouseClick(chip, LEFT)
    assert same(Grab(chip).at(8, 14), looks.now.sel, 8)


def test_weight_chip_is_dragged_and_stepped(looks: Theme, qtbot: QtBot) -> None:
    chip = Chip("Monet", weight=0.5)
    qtbot.addWidget(chip)
    chip.resize(chip.sizeHint())
    chip.show()
    heard: list[float] = []
    chip.weight_changed.connect(heard.append)
    qtbot.mousePress(chip, LEFT, pos=QPoint(20, 14))
    qtbot.mouseMove(chip, QPoint(60, 14))
    qtbot.waitUntil(lambda: chip.weight == 0.7)
    qtbot.mouseRelease(chip, LEFT, pos=QPoint(60, 14))
    qtbot.keyClick(chip, Qt.Key.Key_Right)
    assert chip.weight == 0.75 and heard[-1] == 0.75
    with qtbot.waitSignal(chip.removed):
        qtbot.keyClick(chip, Qt.Key.Key_Delete)


def test_chip_with_a_cross(looks: Theme, qtbot: QtBot) -> None:
    chip = Chip("Name contains dog", removable=True)
    qtbot.addWidget(chip)
    chip.resize(chip.sizeHint())
    with qtbot.waitSignal(chip.removed):
        qtbot.mouseClick(chip, LEFT, pos=QPoint(chip.width() - 16, 14))
    assert not chip.isChecked()
    with qtbot.assertNotEmitted(chip.removed, wait=20):
        qtbot.mouseClick(chip, LEFT, pos=QPoint(10, 14))
