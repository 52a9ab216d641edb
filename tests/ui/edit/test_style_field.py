"""The style field: cards of the styles there are, a picture of one's own beside them, keyboard, sentences."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ganstudio.core.styles import is_picture
from ganstudio.tools.tool import tool_named
from ganstudio.ui.desk import Desk
from ganstudio.ui.fields.style import OWN, StyleField
from ganstudio.ui.panels.tool_panel import ToolPanel


@pytest.fixture
def panel(qtbot: QtBot, desk: Desk) -> ToolPanel:
    made = ToolPanel(desk, tool_named("stylize"))
    qtbot.addWidget(made)
    made.resize(336, 900)
    made.show()
    qtbot.waitUntil(lambda: len(field_of(made).grid.cards) >= 12 and bool(made.model and made.model.choices))
    return made


def field_of(panel: ToolPanel) -> StyleField:
    field = panel.fields["style"]
    assert isinstance(field, StyleField)
    return field


def test_choosing_a_card_chooses_the_style_and_names_the_result(qtbot: QtBot, panel: ToolPanel) -> None:
    field = field_of(panel)
    with qtbot.waitSignal(panel.changed):
        QTest.mouseClick(field.grid.cards["starry-night"], Qt.MouseButton.LeftButton)
    assert field.value == "starry-night" and panel.model_title == "The Starry Night"
    assert [one for one, card in field.grid.cards.items() if card.isChecked()] == ["starry-night"]
    titles = [title for title, _step in panel.steps(3)]
    assert titles[0] == "The Starry Night" and len(set(titles)) == 3
    assert len({step.params.to_json()["style"] for _title, step in panel.steps(3)}) == 3


def test_every_style_has_its_picture_and_says_who_painted_it(panel: ToolPanel) -> None:
    for card_id, card in field_of(panel).grid.cards.items():
        assert card.text() and card.accessibleDescription(), card_id
        assert card._picture is not None and not card._picture.isNull(), card_id


def test_arrows_and_enter_choose_too(panel: ToolPanel) -> None:
    field = field_of(panel)
    ids = list(field.grid.cards)
    field.grid.cards[ids[0]].setFocus()
    QTest.keyClick(field.grid.cards[ids[0]], Qt.Key.Key_Right)
    QTest.keyClick(field.grid.cards[ids[1]], Qt.Key.Key_Down)
    QTest.keyClick(field.grid.cards[ids[4]], Qt.Key.Key_Return)
    assert field.value == ids[4]


def test_a_dropped_picture_becomes_a_card_and_stays_one(qtbot: QtBot, panel: ToolPanel, tmp_path: Path) -> None:
    field = field_of(panel)
    path = tmp_path / "own.png"
    Image.fromarray(np.random.default_rng(1).integers(0, 255, (300, 200, 3), dtype=np.uint8)).save(path)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    copying = Qt.DropAction.CopyAction
    event = QDropEvent(QPointF(5, 5), copying, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    with qtbot.waitSignal(panel.changed):
        field.dropEvent(event)
    assert is_picture(field.value) and field.grid.cards[OWN].isChecked()
    QTest.mouseClick(field.grid.cards["udnie"], Qt.MouseButton.LeftButton)
    QTest.mouseClick(field.grid.cards[OWN], Qt.MouseButton.LeftButton)
    assert is_picture(field.value)
    field.set_value("udnie")
    assert not field.grid.cards[OWN].isChecked()


def test_what_is_no_picture_is_said_under_the_cards(qtbot: QtBot, panel: ToolPanel, tmp_path: Path) -> None:
    field = field_of(panel)
    path = tmp_path / "notes.txt"
    path.write_text("not a picture")
    before = field.value
    field.take_picture(path)
    qtbot.waitUntil(lambda: field.trouble.isVisible())
    assert "notes.txt" in field.trouble.text() and field.value == before
