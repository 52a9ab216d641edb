"""The menu Picture: what each action makes of the canvas, off the GUI thread, as one step that can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from ganstudio.core.document import Rect, add, flip, resize, rotate
from ganstudio.core.document.straighten import filled
from ganstudio.core.progress import Progress
from ganstudio.ui.desk import Desk
from ganstudio.ui.documents import DocumentActions, Documents, OpenDocument, PictureActions
from ganstudio.ui.documents.crop_dialog import CropDialog
from ganstudio.ui.documents.resize_dialog import ResizeDialog
from ganstudio.ui.documents.straighten_dialog import StraightenDialog
from ganstudio.ui.widgets.number import NumberField

Open = Callable[[Path], OpenDocument]


@pytest.fixture
def pictures(desk: Desk, documents: Documents, host: QWidget) -> PictureActions:
    host.show()
    desk.actions.set_scope("edit")
    return PictureActions(desk, documents)


def samples(document: OpenDocument) -> np.ndarray:
    tiles = document.state.layers[0].pixels
    return tiles.rows(0, tiles.height)


def enter(field: NumberField, text: str) -> None:
    field.setFocus()
    field.setText(text)
    field.returnPressed.emit()


@pytest.mark.parametrize(
    ("action", "want"),
    [
        ("rotate_left", lambda pixels: np.rot90(pixels, 1)),
        ("rotate_right", lambda pixels: np.rot90(pixels, -1)),
        ("flip_h", lambda pixels: pixels[:, ::-1]),
        ("flip_v", lambda pixels: pixels[::-1]),
    ],
)
def test_turns_and_flips(
    qtbot: QtBot, desk: Desk, pictures: PictureActions, opened: Open, photo: Path, action: str, want: Callable
) -> None:
    document = opened(photo)
    before = samples(document)
    with qtbot.waitSignal(document.changed):
        desk.actions.action(f"picture.{action}").trigger()
        assert document.editing
        assert "Another step" in desk.actions.reason(f"picture.{action}")
    assert np.array_equal(samples(document), want(before))
    assert not document.editing
    document.undo()
    assert np.array_equal(samples(document), before)


def test_without_a_picture_nothing_can_be_done(desk: Desk, pictures: PictureActions) -> None:
    assert not desk.actions.action("picture.crop").isEnabled()
    assert desk.actions.reason("picture.resize") == "Needs an open picture"


def test_an_edit_made_meanwhile_is_kept(
    qtbot: QtBot, desk: Desk, pictures: PictureActions, opened: Open, photo: Path
) -> None:
    document = opened(photo)
    before = samples(document)
    desk.actions.action("picture.rotate_right").trigger()
    document.do(flip(document.state, True))
    qtbot.waitUntil(lambda: not document.editing, timeout=10_000)
    assert np.array_equal(samples(document), np.rot90(before[:, ::-1], -1))


def test_a_document_closed_meanwhile_ends_it(
    qtbot: QtBot, desk: Desk, documents: Documents, pictures: PictureActions, opened: Open, photo: Path
) -> None:
    document = opened(photo)
    desk.actions.action("picture.flip_h").trigger()
    documents.discard(document)
    qtbot.waitUntil(lambda: desk.background.busy == 0, timeout=10_000)
    assert documents.all == []


def test_flatten(qtbot: QtBot, desk: Desk, pictures: PictureActions, opened: Open, photo: Path) -> None:
    document = opened(photo)
    assert desk.actions.reason("picture.flatten") == "It is one layer already"
    document.do(add(document.state, document.state.layers[0].pixels, "Again"))
    desk.actions.refresh()
    with qtbot.waitSignal(document.changed):
        desk.actions.action("picture.flatten").trigger()
    assert len(document.state.layers) == 1


def test_the_crop_tool(qtbot: QtBot, pictures: PictureActions, opened: Open, photo: Path) -> None:
    document = opened(photo)
    before = samples(document)
    pictures.crop_to(Rect(10, 20, 110, 90))
    assert (document.state.width, document.state.height) == (100, 70)
    assert np.array_equal(samples(document), before)  # what lies outside is kept
    document.undo()
    with qtbot.waitSignal(document.changed):
        pictures.crop_to(Rect(100, 60, 220, 140), 10.0)
    assert (document.state.width, document.state.height, document.doc.labels[-1]) == (120, 80, "Crop")


def test_crop_by_numbers(desk: Desk, pictures: PictureActions, opened: Open, photo: Path) -> None:
    document = opened(photo)
    desk.actions.action("picture.crop").trigger()
    dialog = pictures._dialog
    assert isinstance(dialog, CropDialog) and not dialog.isModal()
    assert not dialog.apply_button.isEnabled()
    dialog.shape.set_current("1:1")
    dialog.shape.chosen.emit("1:1")
    assert dialog.wanted == Rect(60, 0, 260, 200)
    enter(dialog.fields[2], "100")
    assert dialog.wanted == Rect(60, 0, 160, 100)
    enter(dialog.fields[0], "300")
    assert dialog.wanted == Rect(300, 0, 320, 100)  # never beyond the picture
    dialog.apply()
    assert (document.state.width, document.state.height) == (20, 100)
    assert pictures._dialog is None


def test_cancel_changes_nothing(qtbot: QtBot, desk: Desk, pictures: PictureActions, opened: Open, photo: Path) -> None:
    document = opened(photo)
    for action in ("crop", "resize", "rotate_free"):
        desk.actions.action(f"picture.{action}").trigger()
        dialog = pictures._dialog
        assert dialog is not None
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
        assert pictures._dialog is None
    assert document.doc.labels == ("",)
    assert not document.modified


def test_resize_in_every_unit(desk: Desk, pictures: PictureActions, opened: Open, photo: Path) -> None:
    opened(photo)
    desk.actions.action("picture.resize").trigger()
    dialog = pictures._dialog
    assert isinstance(dialog, ResizeDialog)
    enter(dialog.width_field, "160")
    assert dialog.wanted == (160, 100)
    dialog.unit.set_current("%")
    dialog.unit.chosen.emit("%")
    assert dialog.width_field.value == pytest.approx(50)
    enter(dialog.height_field, "200")
    assert dialog.wanted == (640, 400)
    dialog.unit.set_current("cm")
    dialog.unit.chosen.emit("cm")
    enter(dialog.dpi_field, "254")
    assert dialog.wanted == (542, 339)  # the print keeps its size
    enter(dialog.width_field, "10")
    assert dialog.wanted == (1000, 625)
    dialog.chain.setChecked(False)
    enter(dialog.height_field, "1")
    assert dialog.wanted == (1000, 100)
    dialog.chain.setChecked(True)
    assert dialog.wanted == (1000, 625)
    assert "10.0 × 6.2 cm at 254 dpi" in dialog.size_line.text()
    dialog.close()


def test_resize_is_what_the_document_says_with_its_resolution(
    qtbot: QtBot, desk: Desk, pictures: PictureActions, opened: Open, photo: Path
) -> None:
    document = opened(photo)
    want = resize(document.state, 150, 94, Progress()).state.layers[0].pixels.rows(0, 94)
    qtbot.waitUntil(desk.actions.action("picture.resize").isEnabled)
    desk.actions.action("picture.resize").trigger()
    dialog = pictures._dialog
    assert isinstance(dialog, ResizeDialog)
    enter(dialog.width_field, "150")
    before = document.state.meta.dpi
    with qtbot.waitSignal(document.changed):
        dialog.apply()
    assert np.array_equal(samples(document), want)
    assert document.state.meta.dpi == before  # nobody spoke of a resolution
    qtbot.waitUntil(desk.actions.action("picture.resize").isEnabled)
    desk.actions.action("picture.resize").trigger()
    dialog = pictures._dialog
    assert isinstance(dialog, ResizeDialog)
    enter(dialog.dpi_field, "96")
    with qtbot.waitSignal(document.changed):
        dialog.apply()
    assert (document.state.width, document.state.meta.dpi) == (150, (96.0, 96.0))


def test_a_size_that_no_picture_has(desk: Desk, pictures: PictureActions, opened: Open, photo: Path) -> None:
    opened(photo)
    desk.actions.action("picture.resize").trigger()
    dialog = pictures._dialog
    assert isinstance(dialog, ResizeDialog)
    enter(dialog.width_field, "900000")
    assert not dialog.apply_button.isEnabled()
    assert "larger than a picture can be" in dialog.size_line.text()
    dialog.close()


def test_straighten(qtbot: QtBot, desk: Desk, pictures: PictureActions, opened: Open, photo: Path) -> None:
    document = opened(photo)
    desk.actions.action("picture.rotate_free").trigger()
    dialog = pictures._dialog
    assert isinstance(dialog, StraightenDialog)
    assert not dialog.apply_button.isEnabled()
    dialog.angle.set_value(4.5)
    dialog.angle.changed.emit(4.5)
    wide, high = filled(320, 200, 4.5)
    assert dialog.size_line.text().startswith(f"{wide} × {high}")
    with qtbot.waitSignal(document.changed):
        dialog.apply()
    assert (document.state.width, document.state.height) == (wide, high)


def test_a_dialog_goes_when_the_picture_changes_under_it(
    desk: Desk, documents: Documents, pictures: PictureActions, opened: Open, photo: Path
) -> None:
    document = opened(photo)
    for action in ("crop", "resize"):
        desk.actions.action(f"picture.{action}").trigger()
        assert pictures._dialog is not None
        document.do(rotate(document.state, 90))
        assert pictures._dialog is None
    desk.actions.action("picture.rotate_free").trigger()
    documents.discard(document)
    assert pictures._dialog is None


def test_everything_in_the_dialogs_has_a_name(
    desk: Desk, documents: Documents, pictures: PictureActions, opened: Open, photo: Path
) -> None:
    opened(photo)
    actions = DocumentActions(desk, documents)
    for action in ("picture.crop", "picture.resize", "picture.rotate_free", "file.export"):
        desk.actions.action(action).trigger()
        dialog = pictures._dialog if action.startswith("picture") else actions._exports[-1]
        assert dialog is not None
        for widget in dialog.findChildren(QWidget):
            if widget.isVisible() and isinstance(widget, (QAbstractButton, QLineEdit)):
                assert widget.accessibleName(), (action, widget)
        dialog.close()
