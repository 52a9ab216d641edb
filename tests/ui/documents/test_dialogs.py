"""Dialogs on small screens and with large text: nothing is cut, and every button is in reach."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from ganstudio.core import text
from ganstudio.core.document import flip
from ganstudio.ui.desk import Desk
from ganstudio.ui.documents import DocumentActions, Documents, OpenDocument, PictureActions
from ganstudio.ui.documents.closing import ask_about
from ganstudio.ui.documents.dialog import Dialog, Question
from ganstudio.ui.theme import theme
from ganstudio.ui.widgets.button import Button

Open = Callable[[Path], OpenDocument]


@pytest.fixture
def large(qapp: QApplication) -> Iterator[None]:
    """Text at 200 % in the pseudo-language, which is a third longer."""
    theme().set_text_scale(200)
    text.set_language(text.PSEUDO)
    yield
    text.set_language("en")
    theme().set_text_scale(100)


def dialogs(desk: Desk, documents: Documents, document: OpenDocument) -> Iterator[Dialog]:
    actions, pictures = DocumentActions(desk, documents), PictureActions(desk, documents)
    desk.actions.set_scope("edit")
    for action in ("crop", "resize", "rotate_free"):
        desk.actions.action(f"picture.{action}").trigger()
        assert pictures._dialog is not None
        yield pictures._dialog
        pictures._dialog.close()
    actions.export()
    assert actions._exports
    for format in ("webp", "jpg"):
        actions._exports[-1].form.set_format(format)
        yield actions._exports[-1]
    actions._exports[-1].close()
    document.do(flip(document.state, True))
    question = ask_about(documents, document)
    yield question
    question.close()
    document.doc.mark_saved(document.state)


@pytest.mark.parametrize("size", ["usual", "large"])
def test_nothing_is_cut_and_every_button_is_in_reach(
    request: pytest.FixtureRequest,
    qtbot: QtBot,
    desk: Desk,
    documents: Documents,
    opened: Open,
    photo: Path,
    size: str,
) -> None:
    if size == "large":
        request.getfixturevalue("large")
    document = opened(photo.rename(photo.with_name("a-name-of-a-photograph-that-needs-two-lines-or-three.jpg")))
    for dialog in dialogs(desk, documents, document):
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        qtbot.wait(20)
        screen = dialog.screen().availableGeometry()
        assert dialog.height() <= screen.height()
        for label in dialog.findChildren(QLabel):
            if label.isVisible() and label.text():
                assert label.height() >= label.heightForWidth(label.width()), (dialog.windowTitle(), label.text())
        for button in dialog.findChildren(Button):
            if button.isVisible() and button.parentWidget() is dialog:
                corner = button.mapTo(dialog, QPoint(button.width(), button.height()))
                assert dialog.rect().contains(corner), (dialog.windowTitle(), button.text())


def test_enter_presses_the_primary_button_and_escape_none(qtbot: QtBot, host: QWidget) -> None:
    host.show()
    answers: list[str] = []
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape):
        question = Question("Well?", ["It is so."], [("yes", "Do it"), ("cancel", "Leave it")], host)
        question.answered.connect(answers.append)
        question.show()
        qtbot.keyClick(question, key)
    assert answers == ["yes", "cancel"]
