from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ganstudio.core.paths import resource
from ganstudio.ui.theme import DARK, LIGHT, Theme, follow, theme
from ganstudio.ui.widgets import Button, Label, Slider

from .conftest import Grab, same


def test_dark_and_light_set_the_palette(looks: Theme, qapp: QApplication, qtbot: QtBot) -> None:
    looks.set("light")
    assert looks.now is LIGHT
    assert qapp.palette().color(QPalette.ColorRole.Window) == LIGHT.panel
    with qtbot.waitSignal(looks.changed):
        looks.set("dark")
    assert looks.now is DARK
    assert qapp.palette().color(QPalette.ColorRole.Text) == DARK.text
    assert qapp.palette().color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text) == DARK.text3


def test_system_follows_the_scheme_and_unknown_is_light(looks: Theme) -> None:
    looks.set("system")
    dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    assert looks.now is (DARK if dark else LIGHT)


def test_inter_ships_in_three_weights_and_is_used(looks: Theme) -> None:
    files = sorted(resource("fonts").glob("Inter-*.otf"))
    assert [file.stem for file in files] == ["Inter-Medium", "Inter-Regular", "Inter-SemiBold"]
    assert sum(file.stat().st_size for file in files) < 1_200_000
    assert "SIL OPEN FONT LICENSE" in resource("fonts", "OFL.txt").read_text(encoding="utf-8")
    for weight in (400, 500, 600):
        found = QFontInfo(looks.font(12, weight))
        assert (found.family(), found.pixelSize(), found.weight()) == ("Inter", 12, weight)


def test_figures_are_of_one_width(looks: Theme) -> None:
    measure = looks.metrics(12)
    assert measure.horizontalAdvance("1111") == measure.horizontalAdvance("8888")


@pytest.mark.parametrize(
    ("percent", "font", "control", "glyph"), [(100, 12, 28, 16), (150, 18, 40, 20), (200, 24, 52, 24)]
)
def test_text_scale_grows_fonts_heights_and_glyphs(
    looks: Theme, percent: int, font: int, control: int, glyph: int
) -> None:
    looks.set_text_scale(percent)
    assert looks.font().pixelSize() == font
    assert looks.px(28) == control == 2 * font + 4
    assert looks.glyph() == glyph


def test_text_scale_has_ends(looks: Theme) -> None:
    looks.set_text_scale(900)
    assert looks.text_scale == 2
    looks.set_text_scale(10)
    assert looks.text_scale == 1


def test_widgets_grow_when_the_scale_changes(looks: Theme, qtbot: QtBot) -> None:
    button, label = Button("Add files"), Label("Name")
    qtbot.addWidget(button)
    qtbot.addWidget(label)
    before = button.sizeHint(), label.sizeHint()
    looks.set_text_scale(200)
    assert button.sizeHint().height() == 52
    assert button.sizeHint().width() > 1.5 * before[0].width()
    assert label.sizeHint().height() > 1.8 * before[1].height()


def test_a_deleted_widget_is_not_called(looks: Theme, qtbot: QtBot) -> None:
    called: list[int] = []

    class Watcher(QWidget):
        def restyle(self) -> None:
            called.append(1)

    watcher = Watcher()
    follow(watcher.restyle)
    assert len(called) == 1
    looks.set("light")
    assert len(called) == 2
    with qtbot.waitSignal(watcher.destroyed):
        watcher.deleteLater()
    looks.set("dark")
    assert len(called) == 2


def test_theme_is_one(looks: Theme) -> None:
    assert theme() is looks


class _Window(QWidget):
    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        self.first, self.second, self.field = Button("One"), Button("Two"), QLineEdit()
        self.slider = Slider(0, 100, 50, label="Strength")
        for widget in (self.first, self.second, self.field, self.slider):
            column.addWidget(widget)


@pytest.fixture
def window(qtbot: QtBot) -> _Window:
    made = _Window()
    qtbot.addWidget(made)
    made.resize(300, 240)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    for button in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton):
        if QGuiApplication.mouseButtons() & button:  # another test has left it pressed
            qtbot.mouseRelease(made, button)
    made.first.setFocus(Qt.FocusReason.OtherFocusReason)
    return made


def _ring_is_round(window: QWidget, widget: QWidget) -> bool:
    corner = widget.mapTo(window, widget.rect().topLeft())
    spot = Grab(window).at(corner.x() + widget.width() / 2, corner.y() - 3)
    return same(spot, theme().now.accent_text, 40)


def test_ring_after_tab_not_after_a_click(looks: Theme, window: _Window, qtbot: QtBot) -> None:
    qtbot.keyClick(window.first, Qt.Key.Key_Tab)
    assert window.second.hasFocus()
    qtbot.waitUntil(lambda: _ring_is_round(window, window.second), timeout=20_000)
    assert not _ring_is_round(window, window.first)
    qtbot.mouseClick(window.first, Qt.MouseButton.LeftButton)
    assert window.first.hasFocus()
    assert not _ring_is_round(window, window.first)
    assert not _ring_is_round(window, window.second)


def test_ring_goes_when_the_widget_is_clicked_or_hidden(looks: Theme, window: _Window, qtbot: QtBot) -> None:
    qtbot.keyClick(window.first, Qt.Key.Key_Tab)
    qtbot.mouseClick(window.second, Qt.MouseButton.LeftButton)
    assert not _ring_is_round(window, window.second)
    qtbot.keyClick(window.second, Qt.Key.Key_Backtab)
    assert _ring_is_round(window, window.first)
    window.first.hide()
    spot = Grab(window)
    assert not spot.has(looks.now.accent_text, 20) or window.second.hasFocus()


def test_ring_moves_with_its_widget(looks: Theme, window: _Window, qtbot: QtBot) -> None:
    qtbot.keyClick(window.first, Qt.Key.Key_Tab)
    layout = window.layout()
    assert layout is not None
    layout.setContentsMargins(40, 60, 40, 12)
    qtbot.waitUntil(lambda: window.second.x() == 40)
    assert _ring_is_round(window, window.second)


def test_fields_show_the_focus_also_after_a_click(looks: Theme, window: _Window, qtbot: QtBot) -> None:
    qtbot.mouseClick(window.field, Qt.MouseButton.LeftButton)
    corner = window.field.pos()
    edge = Grab(window).at(corner.x() + 60, corner.y() + 0.5)
    assert same(edge, looks.now.accent_text, 60)


def test_scroll_bar_is_thin_and_widens(looks: Theme, qtbot: QtBot) -> None:
    area = QScrollArea()
    qtbot.addWidget(area)
    inner = QWidget()
    inner.setFixedSize(100, 2000)
    area.setWidget(inner)
    area.resize(200, 200)
    area.show()
    bar = area.verticalScrollBar()
    assert bar.width() == 10
    rest = [Grab(bar).at(x, 10) for x in range(bar.width())]
    assert sum(same(colour, looks.now.track, 12) for colour in rest) == 6


def test_scroll_bar_reaches_both_ends(looks: Theme, qtbot: QtBot) -> None:
    area = QScrollArea()
    qtbot.addWidget(area)
    inner = QWidget()
    inner.setFixedSize(100, 20000)
    area.setWidget(inner)
    area.resize(200, 200)
    area.show()
    bar = area.verticalScrollBar()
    middle = bar.width() // 2

    def handle() -> list[int]:
        grab = Grab(bar)
        return [y for y in range(bar.height()) if same(grab.at(middle, y), looks.now.track, 12)]

    assert handle()[0] <= 3 and len(handle()) >= 20
    bar.setValue(bar.maximum())
    assert handle()[-1] >= bar.height() - 4


def test_check_box_is_marked_by_shape_and_colour(looks: Theme, qtbot: QtBot) -> None:
    box = QCheckBox("Keep")
    qtbot.addWidget(box)
    box.resize(box.sizeHint())
    assert not Grab(box).has(looks.now.accent)
    box.setChecked(True)
    assert Grab(box).has(looks.now.accent) and Grab(box, 2).has(looks.now.on_accent, 20)


def test_default_push_button_is_primary(looks: Theme, qtbot: QtBot) -> None:
    button = QPushButton("Save")
    qtbot.addWidget(button)
    button.setDefault(True)
    button.resize(button.sizeHint())
    assert button.height() == 28
    assert same(Grab(button).at(6, 14), looks.now.accent)


def test_no_ring_on_what_a_window_gives_the_focus_by_itself(looks: Theme, qtbot: QtBot) -> None:
    made = _Window()
    qtbot.addWidget(made)
    made.resize(300, 240)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    qtbot.waitUntil(lambda: made.isActiveWindow() and QApplication.focusWidget() is not None)
    first = QApplication.focusWidget()
    assert first is made.first and not _ring_is_round(made, made.first)
    qtbot.keyClick(made.first, Qt.Key.Key_Tab)
    assert _ring_is_round(made, made.second)
