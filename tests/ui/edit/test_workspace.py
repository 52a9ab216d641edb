"""Edit without its engine: layers, masks, history, tools, the narrow layout, what is remembered."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ganstudio.core.document import Brush, Edit, Point, State, Tiles, composite, flip, land, paint, rename
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Picture
from ganstudio.tools.recipe import Recipe, Step
from ganstudio.tools.resize import ResizeParams
from ganstudio.tools.tool import tool_named
from ganstudio.tools.upscale import UpscaleParams
from ganstudio.ui.desk import Desk
from ganstudio.ui.documents import OpenDocument
from ganstudio.ui.documents.edits import start
from ganstudio.ui.edit.column import LEAST, MOST
from ganstudio.ui.edit.session import Session
from ganstudio.ui.edit.thumbs import SIDE, thumbnail
from ganstudio.ui.edit.workspace import EditWorkspace
from ganstudio.ui.widgets import wording
from tests.ui.edit.conftest import photo

Open = Callable[..., OpenDocument]


def act(edit: EditWorkspace, name: str) -> None:
    action = edit.desk.actions.action(name)
    edit.desk.actions.refresh()
    assert action.isEnabled(), f"{name}: {edit.desk.actions.reason(name)}"
    action.trigger()


def session_of(edit: EditWorkspace) -> Session:
    assert edit.session is not None
    return edit.session


@pytest.fixture
def landed(edit: EditWorkspace, opened: Open) -> Session:
    """A document with a result ×2 on it."""
    document = opened()
    pixels = Tiles.of(edit.desk.pool, Picture.of(photo(192, 128, seed=5)))
    document.do(land(document.state, pixels, "Photo 2×", "Upscale", layer_id="result"))
    return session_of(edit)


def test_a_result_is_chosen_and_can_be_compared(edit: EditWorkspace, landed: Session) -> None:
    assert landed.layer is not None and landed.layer.name == "Photo 2×"
    assert landed.before is not None and landed.before.rect == landed.state.rect
    assert landed.before is landed.before  # the canvas keeps its tiles
    act(edit, "view.split")
    assert edit.canvas.shown_mode == "split" and edit.bar.modes.current == "split"
    act(edit, "view.cycle")
    assert edit.canvas.mode == "side"
    edit.undo()
    assert landed.before is None and edit.canvas.shown_mode == "result"
    assert edit.desk.actions.reason("view.split")
    edit.redo()
    assert landed.layer is not None and landed.layer.id == "result"


def test_every_layer_action(edit: EditWorkspace, landed: Session) -> None:
    labels = landed.document.doc.labels
    act(edit, "layer.duplicate")
    assert [one.name for one in landed.state.layers] == ["Background", "Photo 2×", "Photo 2× copy"]
    assert landed.layer is not None and landed.layer.name == "Photo 2× copy"
    act(edit, "layer.down")
    assert landed.state.layers[1].name == "Photo 2× copy"
    act(edit, "layer.up")
    assert landed.state.layers[2].name == "Photo 2× copy"
    assert "highest" in edit.desk.actions.reason("layer.up")
    act(edit, "layer.delete")
    assert len(landed.state.layers) == 2 and landed.layer is not None and landed.layer.id == "result"
    act(edit, "layer.mask_add")
    assert landed.layer.mask is not None and landed.layer.mask.solid_value == (255,)
    act(edit, "layer.mask_invert")
    assert landed.layer.mask is not None and landed.layer.mask.solid_value == (0,)
    act(edit, "layer.mask_clear")
    assert landed.layer.mask is not None and landed.layer.mask.solid_value == (255,)
    act(edit, "layer.mask_remove")
    assert landed.layer.mask is None and not edit.desk.actions.reason("layer.mask_add")
    assert len(landed.document.doc.labels) == len(labels) + 8
    for _ in range(8):
        edit.undo()
    assert landed.state.layers[-1].id == "result" and landed.document.doc.labels[landed.document.doc.at] == "Upscale"


def test_merging_is_done_in_the_background(edit: EditWorkspace, landed: Session, qtbot: QtBot) -> None:
    before = composite(landed.state, landed.state.rect)
    act(edit, "layer.merge")
    qtbot.waitUntil(lambda: len(landed.state.layers) == 1, timeout=5000)
    assert np.array_equal(composite(landed.state, landed.state.rect), before)
    assert landed.layer is not None


def test_an_edit_made_meanwhile_is_kept(edit: EditWorkspace, landed: Session, qtbot: QtBot) -> None:
    act(edit, "layer.merge")
    landed.do(lambda state: rename(state, "result", "Mine"))
    qtbot.waitUntil(lambda: len(landed.state.layers) == 1, timeout=5000)
    assert landed.document.doc.labels[-2:] == ("Rename layer", "Merge down")


def test_a_locked_layer_says_why(edit: EditWorkspace, landed: Session, said: Callable[[], list[str]]) -> None:
    edit.column.layers.list.lock_pressed.emit("result")
    assert landed.layer is not None and landed.layer.locked
    edit.desk.actions.refresh()
    assert "locked" in edit.desk.actions.reason("layer.delete")
    act(edit, "layer.mask_add")
    assert landed.layer.mask is None and "locked" in said()[-1]


def test_rows_choose_hide_rename_and_order(edit: EditWorkspace, landed: Session, qtbot: QtBot) -> None:
    layers = edit.column.layers.list
    top, bottom = layers.row("result"), layers.row(landed.state.layers[0].id)
    assert top is not None and bottom is not None and top.y() < bottom.y()
    qtbot.mouseClick(bottom, Qt.MouseButton.LeftButton, pos=QPoint(140, 20))
    assert landed.layer is landed.state.layers[0]
    qtbot.mouseClick(top.eye, Qt.MouseButton.LeftButton)
    assert not landed.state.layer("result").visible
    qtbot.keyClick(top, Qt.Key.Key_Space)
    assert landed.state.layer("result").visible
    qtbot.keyClick(top, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert landed.state.layers[0].id == "result"
    qtbot.keyClick(layers.row("result"), Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)  # type: ignore[arg-type]
    assert landed.state.layers[1].id == "result"
    landed.choose("result")
    act(edit, "layer.rename")
    line = edit.window().focusWidget()
    assert line is not None
    qtbot.keyClicks(line, "Sharp")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert landed.state.layer("result").name == "Sharp"


def test_a_row_is_dragged_by_its_handle(edit: EditWorkspace, landed: Session) -> None:
    layers = edit.column.layers.list
    top, bottom = layers.row("result"), layers.row(landed.state.layers[0].id)
    assert top is not None and bottom is not None
    handle = QPoint(top.width() - 14, 20)
    QTest.mousePress(top, Qt.MouseButton.LeftButton, pos=handle)
    QTest.mouseMove(top, QPoint(handle.x(), bottom.geometry().bottom() - top.y() - 2))
    QTest.mouseRelease(top, Qt.MouseButton.LeftButton, pos=QPoint(handle.x(), bottom.geometry().bottom() - top.y()))
    assert landed.state.layers[0].id == "result"


def test_a_drag_of_the_opacity_is_one_step(edit: EditWorkspace, landed: Session) -> None:
    steps = len(landed.document.doc.labels)
    slider = edit.column.layers.opacity
    for value in (0.9, 0.6, 0.5):
        slider.set_value(value)
        slider.changed.emit(value)
    slider.committed.emit(0.5)
    assert landed.layer is not None and landed.layer.opacity == 0.5
    assert len(landed.document.doc.labels) == steps + 1
    slider.changed.emit(0.4)
    assert len(landed.document.doc.labels) == steps + 2


def test_painting_the_mask(edit: EditWorkspace, landed: Session, qtbot: QtBot) -> None:
    act(edit, "tool.eraser")
    assert edit.brush_bar.isVisible() and edit.brush_bar.way.current == "tool.eraser"
    edit.canvas.brush.set_size(20)
    edit.canvas.set_mode("result")
    place = edit.canvas.to_widget(96, 64).toPoint()
    QTest.mousePress(edit.canvas, Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseMove(edit.canvas, place + QPoint(3, 0))
    QTest.mouseRelease(edit.canvas, Qt.MouseButton.LeftButton, pos=place + QPoint(3, 0))
    qtbot.waitUntil(lambda: landed.layer is not None and landed.layer.mask is not None, timeout=5000)
    assert landed.layer is not None and landed.layer.mask is not None
    mask = landed.layer.mask.read(landed.layer.mask.rect)
    assert mask[64, 96, 0] < 60 and mask[0, 0, 0] == 255
    assert landed.document.doc.labels[-1] == "Erase mask"
    act(edit, "tool.brush")
    assert edit.brush_bar.way.current == "tool.brush"
    act(edit, "tool.hand")
    assert not edit.brush_bar.isVisible()


def test_painting_first_shows_the_layer_there_only(edit: EditWorkspace, landed: Session, qtbot: QtBot) -> None:
    act(edit, "tool.brush")
    edit.canvas.brush.set_size(20)
    edit.canvas.set_mode("result")
    place = edit.canvas.to_widget(96, 64).toPoint()
    QTest.mouseClick(edit.canvas, Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: landed.layer is not None and landed.layer.mask is not None, timeout=5000)
    assert landed.layer is not None and landed.layer.mask is not None
    mask = landed.layer.mask.read(landed.layer.mask.rect)
    assert mask[64, 96, 0] > 200 and mask[0, 0, 0] == 0
    assert edit.can_undo() and not edit.can_redo()
    edit.undo()
    assert landed.layer.mask is None and edit.can_redo()


def test_a_picked_colour_is_copied(edit: EditWorkspace, landed: Session) -> None:
    edit.canvas.colour_picked.emit((71, 103, 51))
    assert QGuiApplication.clipboard().text() == "#476733"


def test_feathering_asks_how_soft(edit: EditWorkspace, landed: Session, qtbot: QtBot) -> None:
    act(edit, "layer.mask_add")
    landed.do(lambda state: paint(state, "result", Brush(20, 1.0, erase=True), [Point(50, 50)]))
    asked: list[Callable[[float], object]] = []
    edit.floating.ask_feather = asked.append  # type: ignore[method-assign]
    act(edit, "layer.mask_feather")
    asked[0](8.0)
    qtbot.waitUntil(lambda: landed.document.doc.labels[-1] == "Feather mask", timeout=5000)


def test_the_layer_is_moved(edit: EditWorkspace, landed: Session) -> None:
    act(edit, "tool.move")
    edit.canvas.moved.emit("result", 5, -3)
    layer = landed.state.layer("result")
    assert (layer.x, layer.y) == (5, -3)


def test_the_history_jumps(edit: EditWorkspace, landed: Session) -> None:
    history = edit.column.history
    assert [history.history.label(row) for row in range(history.history.rowCount())] == ["Opened", "Upscale"]
    assert edit.column.history_section.head.accessibleDescription() == "1 of 1 step"
    history.clicked.emit(history.history.index(0))
    assert landed.document.doc.at == 0 and edit.canvas.state is landed.state
    history.clicked.emit(history.history.index(1))
    assert landed.document.doc.at == 1


def test_undo_and_redo_say_what(edit: EditWorkspace, landed: Session, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: edit.bar.undo.isEnabled(), timeout=2000)
    assert "Upscale" in edit.bar.undo.toolTip() and not edit.bar.redo.isEnabled()
    edit.undo()
    qtbot.waitUntil(lambda: edit.bar.redo.isEnabled(), timeout=2000)
    assert not edit.bar.undo.isEnabled()


def test_each_document_keeps_its_view(edit: EditWorkspace, landed: Session, opened: Open) -> None:
    edit.canvas.set_mode("split")
    edit.canvas.set_zoom(3.0, QPointF(10, 10))
    first = landed.document
    second = opened(80, 80, seed=3)
    assert edit.documents.current is second and edit.canvas.mode == "result"
    edit.documents.set_current(first)
    assert edit.canvas.zoom == pytest.approx(3.0) and edit.canvas.mode == "split"


def test_no_picture_no_actions(edit: EditWorkspace) -> None:
    edit.desk.actions.refresh()
    for name in ("run.run", "run.try", "layer.delete", "view.fit", "tool.brush"):
        assert not edit.desk.actions.action(name).isEnabled()
        assert edit.desk.actions.reason(name)
    assert edit.floating.empty.isVisible() and edit.status == []


def test_sizes_are_said(edit: EditWorkspace, opened: Open) -> None:
    opened(96, 64)
    assert "96 × 64" in edit.bar.size_line.text() and "192 × 128" in edit.bar.size_line.text()
    edit.column.tools.show_tool("resize")
    assert "→" not in edit.bar.size_line.text()


def test_narrow_windows_get_tabs(edit: EditWorkspace, opened: Open, host: QWidget, qtbot: QtBot) -> None:
    opened()
    assert not edit.column.narrow and edit.column.layers.isVisible()
    host.resize(1280, 648)
    qtbot.waitUntil(lambda: edit.column.narrow, timeout=2000)
    model = edit.column.tools.panels["upscale"].model
    assert model is not None and model.one is not None and model.one.isVisible() and not model.cards.isVisible()
    assert not edit.column.layers.isVisible() and edit.column.tools.run_row.isVisible()
    edit.column.show_part("layers")
    assert edit.column.layers.isVisible() and not edit.column.tools.isVisible()
    host.resize(1600, 900)
    qtbot.waitUntil(lambda: not edit.column.narrow, timeout=2000)
    assert edit.column.layers.isVisible() and edit.column.tools.isVisible() and model.cards.isVisible()
    assert LEAST <= edit.column.width() <= MOST


def test_the_recipe_is_that_of_the_panel(edit: EditWorkspace, said: Callable[[], list[str]]) -> None:
    wanted = Recipe((Step(tool_named("upscale"), UpscaleParams(model="quick", scale=3.0)),))
    edit.tooling.take_recipe(wanted)
    assert edit.recipe().steps[0].params == UpscaleParams(model="quick", scale=3.0)
    assert edit.choose_model("fidelity-x4") and edit.recipe().steps[0].params == UpscaleParams(
        model="fidelity", scale=3.0
    )
    assert not edit.choose_model("nobody")


def test_all_is_as_it_was_left(edit: EditWorkspace, opened: Open) -> None:
    edit.tooling.take_recipe(Recipe((Step(tool_named("resize"), ResizeParams(scale=0.5)),)))
    edit.canvas.brush.set_size(33)
    act_before = edit.state()
    edit.restore({})
    assert edit.recipe().steps[0].tool.id == "upscale"
    edit.restore(act_before)
    assert edit.state() == act_before and edit.recipe().steps[0].tool.id == "resize"
    edit.restore({"panels": {"tool": 3, "params": {"upscale": {"model": 7}}}, "column": "wide", "brush": [1]})
    assert edit.recipe().steps[0].tool.id == "upscale"


def test_everything_has_a_name(edit: EditWorkspace, opened: Open) -> None:
    opened()
    for widget in edit.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible() and widget.isEnabled():
            assert widget.accessibleName(), f"{widget!r} has no name"


def test_the_services_are_those_of_the_desk(edit: EditWorkspace, desk: Desk) -> None:
    assert edit.desk is desk and edit.busy() == ""


def test_a_batch_picture_opens_before_and_after(edit: EditWorkspace, tmp_path: Path, qtbot: QtBot) -> None:
    small, large = tmp_path / "dog.png", tmp_path / "dog_x2.png"
    Image.fromarray(photo(40, 30)).save(small)
    Image.fromarray(photo(80, 60, seed=4)).save(large)
    edit.open_pair(small, large)
    qtbot.waitUntil(lambda: edit.document is not None, timeout=5000)
    session = session_of(edit)
    assert (session.state.width, session.state.height) == (80, 60) and len(session.state.layers) == 2
    assert session.before is not None and edit.canvas.mode == "split"
    assert edit.document is not None and edit.document.path == small


def test_thumbnails_are_made(edit: EditWorkspace, landed: Session, qtbot: QtBot) -> None:
    thumbs = edit.column.layers.thumbs
    assert landed.layer is not None
    pixels = landed.layer.pixels
    qtbot.waitUntil(lambda: thumbs.of(pixels) is not None, timeout=5000)
    image = thumbs.of(pixels)
    assert image is not None and image.width() == image.height() == SIDE
    clear = Tiles.of(edit.desk.pool, Picture.of(np.zeros((50, 70, 4), np.uint8)))
    checks = thumbnail(clear)
    assert {checks.pixelColor(1, 1).red(), checks.pixelColor(9, 1).red()} == {200, 150}


def test_the_pixel_grid_and_the_panels_can_be_hidden(edit: EditWorkspace, opened: Open) -> None:
    opened()
    act(edit, "view.pixel_grid")
    assert not edit.canvas.pixel_grid
    act(edit, "view.pixel_grid")
    act(edit, "view.panels")
    assert not edit.column.isVisible() and not edit.strip.isVisible()
    act(edit, "view.panels")
    assert edit.column.isVisible()
    act(edit, "view.navigator")
    assert edit.floating.navigator.isVisible()


def test_esc_gives_up_an_edit_that_takes_a_while(edit: EditWorkspace, opened: Open, qtbot: QtBot) -> None:
    document = opened()
    before, begun, ended = document.state, threading.Event(), threading.Event()

    def slow(state: State, progress: Progress) -> Edit:
        """A turn of a picture without an end."""
        begun.set()
        try:
            while True:
                progress.check()
                time.sleep(0.005)
        finally:
            ended.set()

    assert start(document, slow)
    qtbot.waitUntil(edit.desk.actions.action("run.stop").isEnabled)
    assert not start(document, slow), "one at a time"
    assert begun.wait(20)
    edit.canvas.setFocus()
    qtbot.keyClick(edit.canvas, Qt.Key.Key_Escape)
    assert not document.editing
    assert ended.wait(20)
    assert document.state is before and document.doc.labels == ("",)
    edit.desk.actions.refresh()
    assert not edit.desk.actions.action("run.stop").isEnabled()
    assert start(document, lambda state, progress: flip(state, True, progress)), "the next one may begin"
    qtbot.waitUntil(lambda: not document.editing and document.state is not before)


def test_a_layer_is_blended_and_taken_back(edit: EditWorkspace, landed: Session) -> None:
    select = edit.column.layers.blend
    before = composite(landed.state, landed.state.rect)
    select.set_current("multiply")
    select.chosen.emit("multiply")
    layer = landed.layer
    assert layer is not None and layer.blend == "multiply"
    assert not np.array_equal(composite(landed.state, landed.state.rect), before)
    assert landed.document.doc.labels[-1] == "Blend mode"
    row = edit.column.layers.list.row(layer.id)
    assert row is not None and "Multiply" in row.accessibleDescription()
    act_undo(edit)
    assert select.current == "normal"
    assert np.array_equal(composite(landed.state, landed.state.rect), before)


def act_undo(edit: EditWorkspace) -> None:
    assert edit.can_undo()
    edit.undo()


def test_tabs_stand_at_the_left_however_many_are_closed(edit: EditWorkspace, opened: Open, qtbot: QtBot) -> None:
    bar = edit.bar
    for _ in range(5):
        opened(60, 40)
    for left in range(5, -1, -1):
        qtbot.waitUntil(lambda left=left: bar.tabs.bar.count() == left)
        QApplication.processEvents()
        assert bar.tabs.bar.mapTo(bar, QPoint(0, 0)).x() == 8
        assert bar.export.geometry().right() == bar.width() - 9
        assert bar.redo.x() - bar.undo.geometry().right() <= 9
        gap = bar.tabs.more.x() - bar.tabs.bar.geometry().right()
        assert 0 < gap <= 6, "something stands between the last tab and the +"
        if left:
            edit.documents.discard(edit.documents.all[-1])


def test_the_brush_bar_leaves_the_picture_where_it_is(edit: EditWorkspace, opened: Open, qtbot: QtBot) -> None:
    opened(640, 480)
    canvas = edit.canvas

    def corner() -> tuple[int, int, float]:
        at = canvas.mapTo(edit, canvas.to_widget(0, 0))
        return round(at.x()), round(at.y()), canvas.zoom

    before, high = corner(), canvas.height()
    qtbot.waitUntil(edit.desk.actions.action("tool.brush").isEnabled)
    edit.desk.actions.action("tool.brush").trigger()
    qtbot.waitUntil(lambda: canvas.height() < high)
    assert corner() == before
    edit.desk.actions.action("tool.hand").trigger()
    qtbot.waitUntil(lambda: canvas.height() == high)
    assert corner() == before and canvas.fitting == "fit"


def test_an_enlarged_layer_says_how_large_it_was_opened(edit: EditWorkspace, landed: Session, qtbot: QtBot) -> None:
    rows = edit.column.layers.list
    lowest, result = (rows.row(layer.id) for layer in landed.state.layers)
    assert lowest is not None and result is not None
    assert lowest.line.text() == f"{wording.size_px(96, 64)} when opened"
    assert result.line.text() == wording.size_px(192, 128)
    edit.undo()
    assert lowest.line.text() == wording.size_px(96, 64)
