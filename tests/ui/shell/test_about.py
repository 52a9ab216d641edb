"""About: the parts and their texts, found by words, in both themes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ganstudio import __version__
from ganstudio.ui.desk import Desk
from ganstudio.ui.sheets.about import About
from ganstudio.ui.widgets.label import Label


@pytest.fixture
def about(qtbot: QtBot, desk: Desk) -> Iterator[About]:
    host = QWidget()
    host.resize(1280, 800)
    host.show()
    page = About(host, desk)
    page.open()
    qtbot.waitUntil(lambda: page.chosen is not None, timeout=20_000)
    yield page
    host.close()
    host.deleteLater()


def test_it_says_which_program_this_is_and_what_is_inside(about: About) -> None:
    assert any(__version__ in label.text() for label in about.panel.findChildren(Label))
    assert about.parts.model().rowCount() > 50
    assert about.chosen is not None and about.text.toPlainText()


def test_texts_are_found_and_the_words_marked(about: About) -> None:
    QTest.keyClicks(about.search.edit, "libheif lesser")
    assert about.chosen is not None and about.chosen.name == "libheif"
    marked = {mark.cursor.selectedText().lower() for mark in about.text.extraSelections()}  # type: ignore[attr-defined]
    assert marked == {"lesser"}
    QTest.keyClick(about.search.edit, Qt.Key.Key_Escape)
    assert about.parts.model().rowCount() > 50 and about.chosen.name == "libheif"
    assert not about.text.extraSelections()


def test_words_that_stand_nowhere_say_so(about: About) -> None:
    QTest.keyClicks(about.search.edit, "qwertyuiop asdf")
    assert about.chosen is None and about.text.toPlainText() == ""
    assert any("Nothing inside" in label.text() for label in about.panel.findChildren(Label))


def test_by_the_keyboard(about: About) -> None:
    QTest.keyClick(QApplication.focusWidget() or about, Qt.Key.Key_Tab)
    assert about.parts.hasFocus()
    before = about.text.toPlainText()
    QTest.keyClick(about.parts, Qt.Key.Key_Down)
    assert about.text.toPlainText() != before
    QTest.keyClick(about.parts, Qt.Key.Key_Escape)
    assert about.isHidden()
