from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ganstudio.ui.theme import Theme
from ganstudio.ui.widgets import (
    Button,
    Chip,
    Divider,
    ElidedLabel,
    EmptyState,
    Flow,
    Label,
    Notice,
    NumberField,
    ProgressBar,
    SearchField,
    Section,
    TextField,
    ToastStack,
)
from ganstudio.ui.widgets.toast import MOST, STAYS_MS

from .conftest import Grab, same

LEFT = Qt.MouseButton.LeftButton


def test_text_field_tells_letters_and_ends(looks: Theme, qtbot: QtBot) -> None:
    field = TextField("Name", name="File name")
    qtbot.addWidget(field)
    field.show()
    field.set_text("{stem}")
    letters: list[str] = []
    ends: list[str] = []
    field.changed.connect(letters.append)
    field.entered.connect(ends.append)
    qtbot.keyClicks(field.edit, "_x")
    qtbot.keyClick(field.edit, Qt.Key.Key_Return)
    qtbot.keyClick(field.edit, Qt.Key.Key_Return)
    assert letters == ["{stem}_", "{stem}_x"] and ends == ["{stem}_x"]
    assert field.edit.height() == 28 and field.edit.accessibleName() == "File name"


def test_escape_brings_the_text_back(looks: Theme, qtbot: QtBot) -> None:
    field = TextField()
    qtbot.addWidget(field)
    field.set_text("before")
    qtbot.keyClicks(field.edit, " after")
    qtbot.keyClick(field.edit, Qt.Key.Key_Escape)
    assert field.text() == "before"


def test_wrong_input_has_line_and_sentence(looks: Theme, qtbot: QtBot) -> None:
    field = TextField()
    qtbot.addWidget(field)
    field.resize(200, 60)
    field.show()
    assert not Grab(field).has(looks.now.err)
    field.set_error("{stm} is not known. Did you mean {stem}?")
    assert Grab(field, 2).has(looks.now.err, 10)
    assert field.error.startswith("{stm}")
    assert same(Grab(field).at(100, field.edit.y() + 0.5), looks.now.err, 40)
    assert field.edit.accessibleDescription() == field.error
    field.set_error("")
    assert not Grab(field).has(looks.now.err)


def test_search_is_cleared_by_cross_and_escape(looks: Theme, qtbot: QtBot) -> None:
    field = SearchField("Filter by name", "Ctrl+K")
    qtbot.addWidget(field)
    field.resize(220, 28)
    field.show()
    qtbot.keyClicks(field.edit, "dog")
    cross = field.edit.childAt(QPoint(field.edit.width() - 12, 14))
    assert cross is not None
    qtbot.mouseClick(cross, LEFT)
    assert field.text() == ""
    qtbot.keyClicks(field.edit, "dog")
    qtbot.keyClick(field.edit, Qt.Key.Key_Escape)
    assert field.text() == ""


def test_number_field_steps_and_clamps(looks: Theme, qtbot: QtBot) -> None:
    field = NumberField(1, 10, 9, whole=True, name="Quality")
    qtbot.addWidget(field)
    heard: list[float] = []
    field.changed.connect(heard.append)
    qtbot.keyClick(field, Qt.Key.Key_Up)
    qtbot.keyClick(field, Qt.Key.Key_Up)
    qtbot.keyClick(field, Qt.Key.Key_PageDown)
    assert heard == [10, 1] and field.text() == "1"
    field.selectAll()
    qtbot.keyClicks(field, "3.6")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.value == 4


def test_number_field_takes_other_units(looks: Theme, qtbot: QtBot) -> None:
    field = NumberField(0, 10000, 100, "px", units={"cm": 300 / 2.54})
    qtbot.addWidget(field)
    field.selectAll()
    qtbot.keyClicks(field, "2.54 cm")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.value == 300 and field.text() == "300\u00a0px"


def test_section_folds_and_remembers(looks: Theme, qtbot: QtBot) -> None:
    body = QWidget()
    body.setFixedHeight(100)
    section = Section("Layers", body, right="3 of 6")
    qtbot.addWidget(section)
    section.resize(300, section.sizeHint().height())
    section.show()
    assert section.head.height() == 36 and body.isVisible()
    with qtbot.waitSignal(section.folded_changed) as heard:
        qtbot.mouseClick(section.head, LEFT)
    assert heard.args == [True] and section.folded and not body.isVisible()
    qtbot.keyClick(section.head, Qt.Key.Key_Right)
    assert not section.folded and body.isVisible()
    with qtbot.assertNotEmitted(section.folded_changed, wait=20):
        section.set_folded(True)
    assert section.folded and not body.isVisible()


def test_section_moves_where_motion_is_wanted(looks: Theme, qtbot: QtBot) -> None:
    looks.still = False
    body = QWidget()
    body.setFixedHeight(100)
    section = Section("Layers", body)
    qtbot.addWidget(section)
    section.show()
    section.head.click()  # type: ignore[attr-defined]
    assert body.isVisible()
    qtbot.waitUntil(lambda: not body.isVisible())


def test_section_that_only_names(looks: Theme, qtbot: QtBot) -> None:
    section = Section("Model", QWidget(), folds=False)
    qtbot.addWidget(section)
    section.show()
    qtbot.mouseClick(section.head, LEFT)
    assert not section.folded
    section.set_folded(True)
    assert not section.folded


def test_notice_says_state_by_glyph_word_and_colour(looks: Theme, qtbot: QtBot) -> None:
    done: list[str] = []
    notice = Notice(
        "warn",
        "Keep an eye on it",
        ["Augmentation has risen to 0.62. Nothing is lost yet."],
        [("Stop at best", lambda: done.append("stop")), ("Show why", lambda: None), ("Not now", lambda: None)],
    )
    qtbot.addWidget(notice)
    notice.resize(312, notice.heightForWidth(312))
    grab = Grab(notice, 2)
    assert same(grab.at(1.5, notice.height() / 2), looks.now.warn)
    assert notice.accessibleName() == "Warning: Keep an eye on it"
    qtbot.mouseClick(notice.buttons[0], LEFT)
    assert done == ["stop"]
    assert not grab.has(looks.now.accent)


def test_notice_with_the_primary(looks: Theme, qtbot: QtBot) -> None:
    notice = Notice("err", "It failed", "The picture is as it was.", [("Try again", lambda: None)], primary=True)
    qtbot.addWidget(notice)
    notice.resize(notice.sizeHint())
    assert Grab(notice).has(looks.now.accent)


def test_notice_closes_by_cross_and_escape_and_unfolds(looks: Theme, qtbot: QtBot) -> None:
    notice = Notice("err", "It failed", "Nothing is lost.", floating=True, closable=True)
    copied: list[int] = []
    notice.set_details("Traceback: line 1", lambda: copied.append(1))
    qtbot.addWidget(notice)
    notice.resize(560, 240)
    notice.show()
    with qtbot.waitSignal(notice.closed):
        qtbot.keyClick(notice, Qt.Key.Key_Escape)
    cross = next(button for button in notice.findChildren(Button) if button.text() == "Close")
    with qtbot.waitSignal(notice.closed):
        qtbot.mouseClick(cross, LEFT)
    section = notice.findChild(Section)
    assert section is not None and section.folded
    link = next(button for button in notice.findChildren(Button) if button.text() == "Copy report")
    qtbot.mouseClick(link, LEFT)
    assert copied == [1]
    before = notice.sizeHint().height()
    section.set_folded(False)
    assert notice.sizeHint().height() > before


def test_toasts_stack_at_the_top_right(looks: Theme, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(900, 600)
    window.show()
    stack = ToastStack(window)
    made = [stack.show(f"News {number}") for number in range(5)]
    assert [toast.text for toast in stack.toasts] == ["News 4", "News 3", "News 2"] and len(stack.toasts) == MOST
    newest, second = stack.toasts[0], stack.toasts[1]
    assert newest.geometry().right() - 16 == window.width() - 12 - 1
    assert newest.y() + 16 == 12 and newest.width() == 356 + 32
    assert second.y() > newest.y()
    window.resize(700, 600)
    qtbot.waitUntil(lambda: newest.geometry().right() - 16 == 700 - 12 - 1)
    assert made[-1] is newest


def test_toast_acts_once_and_leaves(looks: Theme, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(900, 600)
    window.show()
    stack = ToastStack(window)
    done: list[int] = []
    toast = stack.show("Holiday 2019 is done", ("See the 3", lambda: done.append(1)), line="1 195 pictures, 3 failed")
    assert toast.button is not None
    qtbot.mouseClick(toast.button, LEFT)
    assert done == [1] and stack.toasts == []


def test_toast_leaves_by_itself_but_stays_while_focused(looks: Theme, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(900, 600)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.mouseMove(window, QPoint(20, 560))
    stack = ToastStack(window)
    assert STAYS_MS == 6000
    toast = stack.show("Done", ("Show", lambda: None))
    assert toast.waiting
    assert toast.button is not None
    toast.button.setFocus()
    assert not toast.waiting
    window.setFocus()
    toast.button.clearFocus()
    assert toast.waiting


def test_empty_state(looks: Theme, qtbot: QtBot) -> None:
    opened: list[int] = []
    empty = EmptyState(
        "layers", "Results arrive here as layers.", "The picture below is never changed.",
        [("Open picture", lambda: opened.append(1), "picture")],
    )  # fmt: skip
    qtbot.addWidget(empty)
    empty.resize(320, 240)
    empty.show()
    qtbot.mouseClick(empty.buttons[0], LEFT)
    assert opened == [1]
    assert not Grab(empty).has(looks.now.accent)
    empty.set_lines("Nothing found.")
    assert empty.accessibleName() == "Nothing found."


def test_progress_jumps_and_invents_nothing(looks: Theme, qtbot: QtBot) -> None:
    bar = ProgressBar(6, "Batch")
    qtbot.addWidget(bar)
    bar.resize(200, 6)
    bar.set(0.5)
    grab = Grab(bar)
    assert same(grab.at(90, 3), looks.now.accent) and same(grab.at(110, 3), looks.now.track)
    bar.set(None)
    assert not Grab(bar).has(looks.now.accent)
    bar.set(7)
    assert bar.fraction == 1
    told = QAccessible.queryAccessibleInterface(bar)
    assert told.role() == QAccessible.Role.ProgressBar
    assert told.text(QAccessible.Text.Value) == "100\u00a0%"


@pytest.mark.parametrize("mode", ["end", "middle", "start"])
def test_cut_label_tells_all_in_its_tooltip(looks: Theme, qtbot: QtBot, mode: str) -> None:
    label = ElidedLabel("Scan 0031 – Kodachrome, back of the album.tif", mode)  # type: ignore[arg-type]
    qtbot.addWidget(label)
    label.resize(400, 18)
    label.show()
    assert not label.elided() and label.toolTip() == ""
    label.resize(120, 18)
    qtbot.waitUntil(lambda: label.toolTip() == label.text())
    assert label.elided()


def test_wrapped_label_sets_lines_one_and_a_half_apart(looks: Theme, qtbot: QtBot) -> None:
    label = Label("The pictures are few, so the judge is starting to know them by heart.", wrap=True)
    qtbot.addWidget(label)
    assert label.heightForWidth(2000) == 18
    assert label.heightForWidth(200) in (36, 54)
    assert label.heightForWidth(200) % 18 == 0
    label.setText("one\n\nthree")
    assert label.heightForWidth(500) == 54


def test_a_word_longer_than_the_line_is_broken(looks: Theme, qtbot: QtBot) -> None:
    label = Label("x" * 300, wrap=True)
    qtbot.addWidget(label)
    assert label.heightForWidth(100) > 100


def test_flow_breaks_lines(looks: Theme, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    flow = Flow(window, gap=8)
    chips = [Chip("Broken"), Chip("Repeats"), Chip("Small"), Chip("Blurred")]
    for chip in chips:
        flow.addWidget(chip)
    wide = sum(chip.sizeHint().width() for chip in chips) + 24
    assert flow.heightForWidth(wide) == 28
    assert flow.heightForWidth(wide - 1) == 64
    window.resize(140, 400)
    window.show()
    places = [QRect(chip.pos(), chip.size()) for chip in chips]
    assert all(place.right() < 140 for place in places)
    assert not any(one.intersects(other) for i, one in enumerate(places) for other in places[i + 1 :])
    assert flow.takeAt(9) is None and flow.itemAt(9) is None


def test_divider_is_one_pixel(looks: Theme, qtbot: QtBot) -> None:
    line = Divider("edge")
    qtbot.addWidget(line)
    line.resize(50, line.sizeHint().height())
    assert line.height() == 1 and same(Grab(line).at(25, 0), looks.now.edge)
