from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QColor, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ganstudio.ui.theme import Theme
from ganstudio.ui.widgets import CardList, ModelCard, Segmented, Select
from ganstudio.ui.widgets.select_popup import SelectPopup

from .conftest import Grab, same

LEFT = Qt.MouseButton.LeftButton
SIZES = [("2", "2×"), ("3", "3×"), ("4", "4×"), ("custom", "Custom")]


@pytest.fixture
def sizes(qtbot: QtBot, looks: Theme) -> Segmented:
    made = Segmented(SIZES, "Enlarge")
    qtbot.addWidget(made)
    made.resize(312, made.sizeHint().height())
    made.show()
    return made


def test_segments_are_chosen_by_click_and_keys(sizes: Segmented, qtbot: QtBot) -> None:
    heard: list[str] = []
    sizes.chosen.connect(heard.append)
    qtbot.mouseClick(sizes, LEFT, pos=QPoint(200, 14))
    qtbot.keyClick(sizes, Qt.Key.Key_Right)
    qtbot.keyClick(sizes, Qt.Key.Key_Right)
    qtbot.keyClick(sizes, Qt.Key.Key_Home)
    qtbot.keyClick(sizes, Qt.Key.Key_End)
    assert heard == ["4", "custom", "2", "custom"]
    sizes.set_current("3")
    assert sizes.current == "3" and len(heard) == 4
    with pytest.raises(KeyError):
        sizes.set_current("5")


def test_press_that_leaves_its_segment_chooses_nothing(sizes: Segmented, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(sizes.chosen, wait=20):
        qtbot.mousePress(sizes, LEFT, pos=QPoint(200, 14))
        qtbot.mouseRelease(sizes, LEFT, pos=QPoint(20, 14))


def test_chosen_segment_is_filled(sizes: Segmented, looks: Theme) -> None:
    sizes.set_current("4")
    grab = Grab(sizes)
    assert sizes.height() == 28
    assert same(grab.at(164, 14), looks.now.segment)
    assert same(grab.at(8, 14), looks.now.field)
    assert same(grab.at(156, 1), looks.now.field)


def test_impossible_segment_is_passed_over(sizes: Segmented, qtbot: QtBot) -> None:
    sizes.set_possible("3", False, "This model makes 2× and 4× only")
    qtbot.keyClick(sizes, Qt.Key.Key_Right)
    assert sizes.current == "4"
    qtbot.mouseClick(sizes, LEFT, pos=QPoint(110, 14))
    assert sizes.current == "4"
    qtbot.mouseMove(sizes, QPoint(110, 14))
    qtbot.waitUntil(lambda: sizes.toolTip() == "This model makes 2× and 4× only")


def test_segments_without_room_become_a_select(sizes: Segmented, qtbot: QtBot) -> None:
    assert not sizes.folded
    sizes.resize(90, 28)
    assert sizes.folded
    qtbot.mouseClick(sizes, LEFT, pos=QPoint(40, 14))
    menu = QApplication.activePopupWidget()
    assert menu is not None
    actions = menu.actions()
    assert [action.text() for action in actions] == [text for _, text in SIZES]
    with qtbot.waitSignal(sizes.chosen):
        actions[2].trigger()
    menu.close()
    assert sizes.current == "4"


def test_other_options_keep_the_choice(sizes: Segmented) -> None:
    sizes.set_current("4")
    sizes.set_options([("4", "4×"), ("8", "8×")])
    assert sizes.current == "4"
    sizes.set_options([("2", "2×"), ("8", "8×")])
    assert sizes.current == "2"


def test_segments_are_spoken(sizes: Segmented) -> None:
    told = QAccessible.queryAccessibleInterface(sizes)
    assert told.text(QAccessible.Text.Name) == "Enlarge"
    assert told.text(QAccessible.Text.Value) == "2×"
    assert told.valueInterface() is None
    actions = told.actionInterface()
    actions.doAction(actions.increaseAction())
    assert sizes.current == "3"


def _popup() -> SelectPopup:
    found = QApplication.activePopupWidget()
    assert isinstance(found, SelectPopup)
    return found


@pytest.fixture
def formats(qtbot: QtBot, looks: Theme) -> Select:
    made = Select([("jpeg", "JPEG"), ("png", "PNG"), ("webp", "WebP"), ("tiff", "TIFF"), ("avif", "AVIF")], "Format")
    qtbot.addWidget(made)
    made.resize(160, made.sizeHint().height())
    made.show()
    return made


def test_select_is_chosen_from_its_list(formats: Select, qtbot: QtBot) -> None:
    assert formats.height() == 28 and formats.current == "jpeg"
    formats.showPopup()
    popup = _popup()
    assert popup.search is None and popup.y() >= formats.mapToGlobal(QPoint(0, 28)).y()
    qtbot.keyClick(popup.list, Qt.Key.Key_Down)
    with qtbot.waitSignal(formats.chosen) as heard:
        qtbot.keyClick(popup.list, Qt.Key.Key_Return)
    assert heard.args == ["png"] and formats.current == "png"


def test_select_list_closes_without_a_choice(formats: Select, qtbot: QtBot) -> None:
    formats.showPopup()
    with qtbot.assertNotEmitted(formats.chosen, wait=20):
        qtbot.keyClick(_popup().list, Qt.Key.Key_Escape)
    assert formats.current == "jpeg"


def test_select_with_many_options_searches(qtbot: QtBot, looks: Theme) -> None:
    select = Select([(str(number), f"Style {number}") for number in range(40)], "Style")
    qtbot.addWidget(select)
    select.show()
    select.showPopup()
    popup = _popup()
    assert popup.search is not None
    qtbot.keyClicks(popup.search.edit, "style 3")
    assert popup.list.model().rowCount() == 11
    qtbot.keyClick(popup.search.edit, Qt.Key.Key_Down)
    with qtbot.waitSignal(select.chosen):
        qtbot.keyClick(popup.search.edit, Qt.Key.Key_Return)
    assert select.current in {"3", "30", "31"}


def test_impossible_option_is_not_taken(formats: Select, qtbot: QtBot) -> None:
    formats.set_possible("png", False, "No alpha in this picture")
    formats.showPopup()
    popup = _popup()
    index = popup.list.model().index(1, 0)
    qtbot.mouseClick(popup.list.viewport(), LEFT, pos=popup.list.visualRect(index).center())
    assert formats.current == "jpeg"
    popup.close()


def test_wheel_changes_a_select_only_with_focus(formats: Select) -> None:
    formats.clearFocus()
    spot = QPointF(40, 14)
    event = QWheelEvent(
        spot, formats.mapToGlobal(spot), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(formats, event)
    assert formats.current == "jpeg"


def test_select_says_what_is_cut(formats: Select) -> None:
    formats.set_options([("a", "A very long name of a format that is never seen in whole")])
    formats.set_current("a")
    assert formats.toolTip().startswith("A very long name")
    with pytest.raises(KeyError):
        formats.set_current("b")


def _picture() -> QImage:
    made = QImage(80, 60, QImage.Format.Format_RGB32)
    made.fill(QColor("#40A060"))
    return made


@pytest.fixture
def models(qtbot: QtBot, looks: Theme) -> CardList:
    made = CardList("Model")
    made.add("gan", ModelCard(_picture(), "Photo GAN", "Crisp texture for phones", ["4×", "9 MB", "about 23 s"]))
    made.add("psnr", ModelCard(_picture(), "Photo faithful", "Closest to the original", ["4×", "2 MB", "about 9 s"]))
    qtbot.addWidget(made)
    made.resize(312, made.sizeHint().height())
    made.show()
    return made


def test_cards_are_64_high_and_6_apart(models: CardList) -> None:
    first, second = models.cards.values()
    assert first.height() == second.height() == 64
    assert second.y() - first.y() == 70


def test_one_card_is_chosen(models: CardList, qtbot: QtBot, looks: Theme) -> None:
    models.set_current("gan")
    heard: list[str] = []
    models.chosen.connect(heard.append)
    qtbot.mouseClick(models.cards["psnr"], LEFT)
    qtbot.mouseClick(models.cards["psnr"], LEFT)
    assert heard == ["psnr"] and models.current == "psnr"
    card = models.cards["psnr"]
    grab = Grab(card, 2)
    assert same(grab.at(64, 32), looks.now.sel)
    assert grab.has(looks.now.accent_text)
    assert same(grab.at(30, 32), QColor("#40A060"))
    assert not Grab(models.cards["gan"]).has(looks.now.accent_text)


def test_arrows_move_between_cards(models: CardList, qtbot: QtBot) -> None:
    models.set_current("gan")
    models.activateWindow()
    qtbot.waitUntil(models.isActiveWindow)
    models.cards["gan"].setFocus()
    with qtbot.waitSignal(models.chosen):
        qtbot.keyClick(models.cards["gan"], Qt.Key.Key_Down)
    assert models.current == "psnr" and models.cards["psnr"].hasFocus()


def test_card_is_spoken_with_its_facts(models: CardList) -> None:
    told = QAccessible.queryAccessibleInterface(models.cards["gan"])
    assert told.role() == QAccessible.Role.RadioButton
    assert told.text(QAccessible.Text.Name) == "Photo GAN"
    assert told.text(QAccessible.Text.Description) == "Crisp texture for phones. 4×, 9 MB, about 23 s"


def test_card_of_a_missing_file(models: CardList, qtbot: QtBot, looks: Theme) -> None:
    card = models.cards["gan"]
    asked: list[int] = []
    card.set_missing("D:\\models\\x.pth", lambda: asked.append(1))
    grab = Grab(card, 2)
    assert grab.has(looks.now.err, 12) and grab.has(looks.now.accent_text, 12)
    assert not grab.has(QColor("#40A060"))
    assert "D:\\models\\x.pth" in QAccessible.queryAccessibleInterface(card).text(QAccessible.Text.Description)
    link = card.findChild(type(card).__mro__[1])
    qtbot.mouseClick(link, LEFT)
    assert asked == [1] and not card.isChecked()
    card.set_missing("")
    assert Grab(card).has(QColor("#40A060"))


def test_cut_words_of_a_card_are_in_its_tooltip(models: CardList) -> None:
    card = models.cards["gan"]
    assert card.toolTip() == ""
    card.set_facts(["4×", "9 MB", "about 23 s on this computer with everything that it has to offer"])
    assert "everything that it has" in card.toolTip()
