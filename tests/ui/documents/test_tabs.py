"""The row of tabs: names, dots, closing, choosing, what is still arriving."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from ganstudio.core.document import flip
from ganstudio.ui.desk import Desk
from ganstudio.ui.documents import Documents, DocumentTabs
from ganstudio.ui.theme import theme
from ganstudio.ui.widgets.draw import fits


@pytest.fixture
def tabs(
    qtbot: QtBot,
    desk: Desk,
    documents: Documents,
    host: QWidget,
    tmp_path: Path,
    waves: Callable[..., np.ndarray],
    written: Callable[[Path, np.ndarray, str], Path],
) -> DocumentTabs:
    """Three pictures, the last with a name that is far too long; shown."""
    tabs = DocumentTabs(desk, documents, host)
    names = ("a.png", "b.png", "a-very-long-name-" * 6 + "end.png")
    documents.open([written(tmp_path / name, waves(40, 30), "png") for name in names])
    qtbot.waitUntil(lambda: not documents.arriving, timeout=10_000)
    tabs.setGeometry(0, 0, 800, 40)
    host.show()
    documents.set_current(documents.all[0])
    return tabs


def cross(tabs: DocumentTabs, index: int) -> QAbstractButton:
    button = tabs.bar.tabButton(index, QTabBar.ButtonPosition.RightSide)
    assert isinstance(button, QAbstractButton)
    return button


def test_long_names_are_cut_and_told(tabs: DocumentTabs) -> None:
    assert tabs.bar.count() == 3
    room = tabs.bar.tabRect(2).width()
    assert room < 260
    assert not fits(tabs.bar.tabText(2), theme().font(12), room)
    assert tabs.bar.tabToolTip(2).endswith("end.png")
    assert tabs.bar.tabRect(0).width() < tabs.bar.tabRect(2).width()


def test_the_plus_stands_behind_the_last_tab(qtbot: QtBot, tabs: DocumentTabs) -> None:
    tabs.resize(780, 40)
    qtbot.waitUntil(lambda: tabs.width() == 780)
    end = tabs.bar.tabRect(2).right()
    assert 0 <= tabs.more.x() - tabs.bar.x() - end < 12
    tabs.documents.discard(tabs.documents.all[2])
    tabs.documents.discard(tabs.documents.all[1])
    qtbot.waitUntil(lambda: tabs.more.x() < 200)
    assert 0 <= tabs.more.x() - tabs.bar.x() - tabs.bar.tabRect(0).right() < 12
    assert tabs.sizeHint().width() <= tabs.more.geometry().right() + 8


def test_the_plus_stays_when_room_is_short(qtbot: QtBot, tabs: DocumentTabs) -> None:
    tabs.resize(260, 40)
    qtbot.waitUntil(lambda: tabs.more.geometry().right() <= 260)
    assert tabs.more.isVisible()


def test_choosing_and_going_round(tabs: DocumentTabs, documents: Documents) -> None:
    tabs.bar.setCurrentIndex(1)
    assert documents.current is documents.all[1]
    tabs.next()
    tabs.next()
    assert documents.current is documents.all[0]
    tabs.previous()
    assert documents.current is documents.all[2]


def test_changes_show_as_a_dot_and_in_words(tabs: DocumentTabs, documents: Documents) -> None:
    document = documents.all[1]
    assert "changes" not in tabs.bar.accessibleTabName(1)
    document.do(flip(document.state, True))
    assert "has changes" in tabs.bar.accessibleTabName(1)
    assert "not saved" in cross(tabs, 1).toolTip()
    document.undo()
    assert "changes" not in tabs.bar.accessibleTabName(1)


def test_the_cross_and_the_middle_button_close(qtbot: QtBot, tabs: DocumentTabs, documents: Documents) -> None:
    first, _second, third = documents.all
    qtbot.mouseClick(cross(tabs, 1), Qt.MouseButton.LeftButton)
    assert documents.all == [first, third]
    place = tabs.bar.tabRect(0).center()
    qtbot.mouseClick(tabs.bar, Qt.MouseButton.MiddleButton, pos=place)
    assert documents.all == [third]
    assert documents.current is third
    qtbot.mouseClick(cross(tabs, 0), Qt.MouseButton.LeftButton)
    assert documents.entries == [] and documents.current is None
    assert tabs.bar.count() == 0


def test_what_arrives_has_a_tab_that_can_be_closed(
    qtbot: QtBot, tabs: DocumentTabs, documents: Documents, photo: Path
) -> None:
    documents.open([photo])
    assert tabs.bar.count() == 4
    assert tabs.bar.arriving == [False, False, False, True]
    qtbot.mouseClick(cross(tabs, 3), Qt.MouseButton.LeftButton)
    assert tabs.bar.count() == 3
    tabs.grab()


def test_every_button_has_a_name(tabs: DocumentTabs) -> None:
    for button in tabs.findChildren(QAbstractButton):
        if button.isVisible():
            assert button.accessibleName() or button.toolTip() or button.parent() is tabs.bar
    assert cross(tabs, 0).accessibleName() == "Close a.png"


def drag(qtbot: QtBot, tabs: DocumentTabs, start: int, *stops: int) -> None:
    """Press on a tab and take it over the middles of others, by way of each."""
    bar = tabs.bar
    at = bar.tabRect(start).center()
    qtbot.mousePress(bar, Qt.MouseButton.LeftButton, pos=at)
    for stop in stops:
        aim = bar.tabRect(stop).center()
        aim.setX(aim.x() + (3 if stop > start else -3))
        for step in range(1, 9):
            at = at + (aim - at) * step / 8
            move = QMouseEvent(
                QEvent.Type.MouseMove, at.toPointF(), bar.mapToGlobal(at).toPointF(),
                Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
            )  # fmt: skip
            QApplication.sendEvent(bar, move)
    qtbot.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=at)


def titles(tabs: DocumentTabs) -> list[str]:
    return [tabs.bar.tabText(index)[:5] for index in range(tabs.bar.count())]


def test_tabs_are_dragged_into_another_order(qtbot: QtBot, tabs: DocumentTabs) -> None:
    assert titles(tabs) == ["a.png", "b.png", "a-ver"]
    first = tabs.documents.all[0]
    drag(qtbot, tabs, 0, 1)
    assert titles(tabs) == ["b.png", "a.png", "a-ver"]
    assert tabs.documents.current is first
    assert tabs.bar.currentIndex() == 1
    drag(qtbot, tabs, 2, 0)
    assert titles(tabs) == ["a-ver", "b.png", "a.png"]


def test_a_click_that_trembles_moves_nothing(qtbot: QtBot, tabs: DocumentTabs) -> None:
    at = tabs.bar.tabRect(1).center()
    qtbot.mousePress(tabs.bar, Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseMove(tabs.bar, at + QPoint(3, 0))
    qtbot.mouseRelease(tabs.bar, Qt.MouseButton.LeftButton, pos=at)
    assert titles(tabs) == ["a.png", "b.png", "a-ver"]
    assert tabs.bar.currentIndex() == 1


def test_the_order_is_changed_without_a_mouse_too(tabs: DocumentTabs) -> None:
    tabs.documents.move(tabs.documents.all[0], 2)
    assert titles(tabs) == ["b.png", "a-ver", "a.png"]
    tabs.documents.move(tabs.documents.all[0], -4)
    assert titles(tabs) == ["b.png", "a-ver", "a.png"]
