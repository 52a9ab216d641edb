"""Explore by hand, with the real engine: sliders, seeds, history, what is kept and handed on, and trouble."""

from __future__ import annotations

import json
import os
import shutil
import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ganstudio.core import xmp
from ganstudio.core.codecs import open_raster
from ganstudio.core.latent import Latent, Weighted
from ganstudio.core.latent.directions import Direction
from ganstudio.core.paths import resource, user_models
from ganstudio.jobs.remote.generators import Pictured
from ganstudio.tools.recipe import Recipe
from ganstudio.ui.explore.compare_bar import CompareBar
from ganstudio.ui.explore.handing import Handed
from ganstudio.ui.explore.layers.page import LayersPage
from ganstudio.ui.explore.moves import with_model
from ganstudio.ui.explore.room import Room
from ganstudio.ui.explore.workspace import ExploreWorkspace
from tests.ui.explore.conftest import Until


def sharp(room: Room) -> Pictured:
    found = room.steer.rendering.sharp
    assert found is not None
    return found


def choose(room: Room, model: str, until: Until) -> None:
    room.steer.steer.choose_model(model)
    until(lambda: room.journey.facts is not None and room.steer.rendering.sharp is not None)
    until(lambda: bool(room.journey.directions and room.journey.directions.items))


def files(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def said(room: Room) -> list[str]:
    return [getattr(one, "text", "") or getattr(one, "title", "") for one in room.desk.notices.log]


def test_a_model_opens_and_its_sliders_work(room: Room, until: Until, qtbot: QtBot) -> None:
    """The card, the classes, the directions with their pictures; one drag is one step; undo brings the pixels back."""
    steer, journey = room.steer, room.journey
    until(lambda: steer.stage.painted is not None and not steer.stage.painted.early)
    assert steer.steer.model.card.name == "Paintings" and steer.steer.classes.isVisible()
    until(lambda: len(steer.directions.strips) >= 8)
    strip = next(iter(steer.directions.strips.values()))
    until(lambda: all(one is not None for one in strip._images))
    before, steps = sharp(room), len(journey.steps)
    place = QPoint(strip.width() // 2, round(strip.track_y))
    QTest.mousePress(strip, Qt.MouseButton.LeftButton, pos=place)
    for x in range(0, 90, 10):
        QTest.mouseMove(strip, place + QPoint(x, 0))
        qtbot.wait(5)
    QTest.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=place + QPoint(80, 0))
    assert len(journey.steps) == steps + 1 and strip.direction.name in journey.steps[-1].words
    until(lambda: room.steer.rendering.sharp is not None)
    pushed = sharp(room)
    assert journey.latent.pushes[0].vector == strip.direction.vector and strip.value > 1
    assert not np.array_equal(pushed.picture, before.picture)
    room.journey.undo()
    until(lambda: room.steer.rendering.sharp is not None)
    assert strip.value == 0 and np.array_equal(sharp(room).picture, before.picture)
    until(lambda: bool(journey.steps[journey.at].thumb))


def test_seed_truncation_noise_and_classes_are_steps(room: Room, until: Until) -> None:
    steer, journey = room.steer.steer, room.journey
    steer.seed.field.setText("4217")
    QTest.keyClick(steer.seed.field, Qt.Key.Key_Return)
    assert journey.latent.seeds == (Weighted("4217"),) and "4" in journey.steps[-1].words
    room.desk.actions.set_scope("explore")
    room.desk.actions.action("explore.random").trigger()
    assert journey.latent.seeds != (Weighted("4217"),)
    seed = journey.latent.seeds
    steer.seed.lock.click()
    room.desk.actions.action("explore.random").trigger()
    assert journey.latent.seeds == seed and not steer.seed.dice.isEnabled()
    steer.seed.lock.click()
    steer.psi.field.setText("1.5")
    QTest.keyClick(steer.psi.field, Qt.Key.Key_Return)
    assert journey.latent.psi == 1.5
    steer.noise.setFocus()
    QTest.keyClick(steer.noise, Qt.Key.Key_Right)
    first = journey.latent.noise
    assert first.isdecimal() and steer.noise_line.isVisible()
    steer.noise_dice.click()
    assert journey.latent.noise.isdecimal() and journey.latent.noise != first
    QTest.keyClick(steer.noise, Qt.Key.Key_Right)
    assert journey.latent.noise == "off" and not steer.noise_line.isVisible()
    steer.classes.add_class("monet")
    assert [one.word for one in journey.latent.classes] == ["aivazovsky", "monet"]
    assert {chip.weight for chip in steer.classes.chips.values()} == {0.5}
    QTest.keyClick(steer.classes.chips["monet"], Qt.Key.Key_Right)
    assert steer.classes.chips["monet"].weight == pytest.approx(0.55)
    QTest.keyClick(steer.classes.chips["aivazovsky"], Qt.Key.Key_Delete)
    assert journey.latent.classes == (Weighted("monet"),)
    steer.cutoff.set_value(4)
    steer.cutoff.step_by(-1)
    assert journey.latent.cutoff == 3
    until(lambda: room.steer.rendering.sharp is not None)
    room.journey.jump(0)
    assert steer.seed.field.value == 0 and steer.psi.value == 0.7 and steer.noise.current == "fixed"


def test_arrows_walk_through_the_history(room: Room, workspace: ExploreWorkspace) -> None:
    for seed in (1, 2, 3):
        room.steer.steer._go_seed(seed)
    assert room.journey.at == 3
    room.steer.stage.setFocus()
    QTest.keyClick(room.steer.stage, Qt.Key.Key_Left)
    QTest.keyClick(room.steer.stage, Qt.Key.Key_Left)
    assert room.journey.at == 1 and workspace.can_redo()
    QTest.keyClick(room.steer.stage, Qt.Key.Key_Right)
    assert room.journey.at == 2
    film = room.steer.film.film
    QTest.mouseClick(film, Qt.MouseButton.LeftButton, pos=film.place(0).center().toPoint())
    assert room.journey.at == 0 and film.spoken_value().endswith("1 of 4")


def test_layers_are_drawn_for_directions_and_a_second_seed(room: Room, until: Until) -> None:
    until(lambda: room.steer.rendering.sharp is not None and len(room.steer.directions.strips) >= 8)
    before = sharp(room).picture
    room.steer.mixing.click()
    page = room.page
    assert isinstance(page, LayersPage) and page.mixing.seed.hasFocus()
    until(lambda: all(one is not None for one in page.mixing.pictures._images))
    page.mixing.on.click()
    mix = room.journey.latent.mix
    assert mix is not None and (mix.first, mix.last) == (5, 9)
    until(lambda: room.steer.rendering.sharp is not None)
    assert not np.array_equal(sharp(room).picture, before) and page.stage.shown is room.steer.stage.shown
    page.mixing.dice.click()
    assert room.journey.latent.mix is not None and room.journey.latent.mix.seed != mix.seed
    place = page.mixing.pictures._rect(2).center().toPoint()
    QTest.mouseClick(page.mixing.pictures, Qt.MouseButton.LeftButton, pos=place)
    alone = room.journey.latent.mix
    assert alone is not None and (alone.first, alone.last) == (2, 2)
    QTest.mouseClick(page.mixing.pictures, Qt.MouseButton.LeftButton, pos=place)
    assert room.journey.latent.mix is None
    id = next(iter(page.rows))
    strip = room.steer.directions.strips[id]
    strip._step_to(2.0)
    room.show_page("steer")
    room.steer.directions.layers_wanted.emit(id)
    row = page.rows[id]
    assert room.page is page and row.layers.hasFocus() and row.word.text().startswith("+2.0")
    QTest.keyClick(row.layers, Qt.Key.Key_Left)
    assert (room.journey.latent.pushes[0].first, room.journey.latent.pushes[0].last) == (0, 8)
    panel = room.steer.panels["BreedPanel"]
    page.heads.holds["coarse"].click()
    assert panel.held == {"coarse"} == room.journey.held  # type: ignore[attr-defined]
    page.heads.holds["coarse"].click()
    assert not room.journey.held
    room.steer.directions.set_layers(id, 0, None)
    room.steer.steer.choose_model("mnist-dcgan")
    until(lambda: room.journey.facts is not None and room.journey.facts.model == "mnist-dcgan")
    assert not page.heads.isVisible() and not page.rows and "one layer" in page.note.text()


def test_a_pinned_picture_is_compared_without_a_step(room: Room, workspace: ExploreWorkspace, until: Until) -> None:
    """A, B and the line between them by buttons and keys; sliders lead back to A; the exchange is a step."""
    steer, actions = room.steer, room.desk.actions
    comparing, stage = steer.comparing, steer.stage
    actions.set_scope("explore")
    actions.refresh()
    pin, compare = actions.action("explore.pin"), actions.action("explore.compare")
    bar = steer.bar.findChild(CompareBar)
    assert bar is not None and (compare.isEnabled(), pin.isEnabled()) == (False, True)
    first = room.journey.latent
    pin.trigger()
    steer.steer._go_seed(12)
    second, steps = room.journey.latent, len(room.journey.steps)
    until(lambda: steer.rendering.sharp is not None and stage.painted is not None)
    until(lambda: stage._b.of is not None and stage._a.of is not None and stage._a.of.pixels is sharp(room).picture)
    a = sharp(room).picture
    compare.trigger()
    assert stage.view == bar.views.current == "b" and stage.painted is not None
    b = stage.painted.pixels
    assert not np.array_equal(a, b) and room.journey.latent == second and len(room.journey.steps) == steps
    assert "exchange" in str(steer.can_run()) and not actions.action("explore.save").isEnabled()
    steer.keep()
    assert room.journey.session.favourites[-1].latent == first, "what is looked at is kept"
    steer.steer.psi.step_by(1)
    assert stage.view == "a" and room.journey.latent != second
    room.journey.undo()
    bar.views.setFocus()
    QTest.keyClick(bar.views, Qt.Key.Key_End)
    assert stage.view == "split"
    shown = stage.grab().toImage()
    stage.setFocus()
    QTest.keyClick(stage, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert stage.split == pytest.approx(0.4) and stage.grab().toImage() != shown
    place = stage._a.place
    QTest.mousePress(stage, Qt.MouseButton.LeftButton, pos=QPoint(round(stage._line), 40))
    QTest.mouseMove(stage, QPoint(place.x() + round(place.width() * 0.75), 40))
    QTest.mouseRelease(stage, Qt.MouseButton.LeftButton)
    assert stage.split == pytest.approx(0.75, abs=0.01)
    compare.trigger()
    QTest.keyPress(workspace, Qt.Key.Key_Backslash)
    assert stage.view == "b"
    QTest.keyRelease(workspace, Qt.Key.Key_Backslash)
    assert stage.view == "a" and room.journey.latent == second
    actions.action("explore.exchange").trigger()
    assert (room.journey.latent, comparing.pinned) == (first, second)
    room.journey.undo()
    assert room.journey.latent == second


def test_what_is_pushed_too_far_is_said_at_its_field(room: Room, until: Until) -> None:
    until(lambda: len(room.steer.directions.strips) >= 8)
    facts, known = room.journey.facts, room.journey.directions
    assert facts is not None and known is not None
    wild = Direction.of("wild", "Wild", np.full(facts.w_dim, 1e38, np.float32), "own")
    room.journey.set_directions(replace(known, items=(wild, *known.items)))
    strip = room.steer.directions.strips["wild"]
    strip.setFocus()
    QTest.keyClick(strip, Qt.Key.Key_End)
    until(lambda: strip.field.wrong)
    assert "Wild" in strip.field.toolTip() and room.steer.stage.painted is not None
    strip.reset()
    until(lambda: not strip.field.wrong)


def test_directions_are_renamed_layered_removed_and_kept(room: Room, until: Until) -> None:
    panel, journey = room.steer.directions, room.journey
    until(lambda: len(panel.strips) >= 14 and not room.opening.looking)
    first, second = list(panel.strips)[:2]
    panel.strips[first].renamed.emit("Warm light")
    panel.strips[second].renamed.emit("Warm light")  # the name is taken
    assert panel.strips[first].direction.name == "Warm light"
    assert panel.strips[second].direction.name != "Warm light" and any("Warm light" in one for one in said(room))
    panel.strips[first]._step_to(1.0)
    panel.set_layers(first, 4, 7)
    assert (journey.latent.pushes[0].first, journey.latent.pushes[0].last) == (4, 7)
    panel.strips[second].shifted.emit(3)
    assert list(panel.strips).index(second) == 4
    gone = panel.strips[second].direction.name
    panel.remove(second)
    assert second not in panel.strips and any(gone in one for one in said(room))
    panel.more.add_random()
    panel.search.set_text("warm")
    panel._filter("warm")
    assert [one.direction.name for one in panel.strips.values() if one.isVisible()] == ["Warm light"]
    facts = journey.facts
    assert facts is not None
    kept = user_models().parent
    until(lambda: any(facts.weights in path.name for path in kept.rglob("*.json")))
    room.opening.open()
    until(lambda: journey.directions is not None and not room.opening.looking)
    directions = journey.directions
    assert directions is not None and directions.has("Warm light") and not directions.has(second)
    assert (directions.find("Warm light").first, directions.find("Warm light").last) == (4, 7)


def test_a_saved_picture_brings_everything_back(room: Room, until: Until, tmp_path: Path) -> None:
    """The recipe is in the PNG; dropped here it restores model and sliders, and gives the same pixels."""
    until(lambda: len(room.steer.directions.strips) >= 8)
    room.steer.steer._go_seed(88)
    next(iter(room.steer.directions.strips.values()))._step_to(2.0)
    room.steer.steer.classes.choose_class("dore")
    until(lambda: room.steer.rendering.best is not None)
    there, picture = room.journey.latent, sharp(room).picture
    target = tmp_path / "found.png"
    best = room.steer.rendering.best
    assert best is not None
    room.handing.save_to(best, target)
    until(target.exists)
    until(lambda: any("found.png" in one for one in said(room)))
    raster = open_raster(target)
    recipe, pixels = xmp.recipe(raster.meta.xmp), raster.rows(0, raster.header.height)
    raster.close()
    assert recipe is not None and np.array_equal(pixels, picture)
    step = Recipe.from_json(json.loads(recipe)).source
    facts = room.journey.facts
    assert step is not None and isinstance(step.params, Latent) and facts is not None
    assert step.params.weights == facts.weights and step.params.pushes == there.pushes
    choose(room, "mnist-mlp", until)
    room.arrivals.drop(files(target))
    until(lambda: room.journey.latent.model == "paintings")
    assert replace(room.journey.latent, weights="") == replace(there, weights="")
    until(lambda: room.steer.rendering.sharp is not None)
    assert np.array_equal(sharp(room).picture, picture)


def test_a_layer_for_the_canvas_remembers_its_latent(room: Room, workspace: ExploreWorkspace, until: Until) -> None:
    handed: list[Handed] = []
    workspace.canvas_wanted.connect(handed.append)
    room.steer.steer._go_seed(5)
    room.handing.to_canvas()  # before the picture is there: it goes once it is
    until(lambda: bool(handed))
    recipe = Recipe.from_json(handed[0].made_by)
    assert recipe.source is not None and recipe.source.params.seeds == (Weighted("5"),)  # type: ignore[attr-defined]
    assert np.array_equal(handed[0].picture, sharp(room).picture)
    room.steer.row.enlarge.setChecked(True)
    room.handing.to_canvas()
    until(lambda: len(handed) == 2)
    large = Recipe.from_json(handed[1].made_by)
    assert [step.tool.id for step in large.steps] == ["generate", "upscale"]
    assert handed[1].picture.shape[0] > handed[0].picture.shape[0]
    until(lambda: room.steer.stage.painted is not None and "×" in room.steer.stage.painted.chip)


def test_favourites_are_kept_and_exported(room: Room, until: Until, tmp_path: Path) -> None:
    for seed in (1, 2):
        room.steer.steer._go_seed(seed)
        until(lambda: room.steer.rendering.sharp is not None)
        room.steer.keep()
    until(lambda: len(room.journey.session.favourites) == 2)
    room.handing.export_to(list(room.journey.session.favourites), tmp_path)
    until(lambda: len(list(tmp_path.glob("*.png"))) == 2)
    until(lambda: any("2 favourites" in one for one in said(room)))
    assert all(Image.open(path).size == (64, 64) for path in tmp_path.glob("*.png"))


def test_every_wrong_drop_gets_one_sentence(room: Room, until: Until, tmp_path: Path) -> None:
    latent = room.journey.latent
    (tmp_path / "a.txt").write_text("words")
    (tmp_path / "cut.json").write_text("{")
    recipe = {"format": "ganstudio-recipe", "version": 1, "steps": [{"tool": "upscale"}]}
    (tmp_path / "upscale.json").write_text(json.dumps(recipe))
    (tmp_path / "cut.ganstudio-session").write_text("{}")
    (tmp_path / "cut.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    address = QMimeData()
    address.setText("https://example.org/a.png")
    wrong = ("", "gone.png", "a.txt", "cut.json", "upscale.json", "cut.png", "cut.ganstudio-session")
    for mime in [address, *(files(tmp_path / name) for name in wrong)]:
        before = len(room.desk.notices.log)
        room.arrivals.drop(mime)
        until(lambda before=before: len(room.desk.notices.log) > before)
        QTest.qWait(30)
        assert len(room.desk.notices.log) == before + 1, said(room)[before:]
        assert "." in said(room)[-1] and room.journey.latent == latent and room.page is room.steer


def test_a_picture_whose_model_is_missing_names_it(room: Room, until: Until, tmp_path: Path) -> None:
    best = room.steer.rendering.best
    assert best is not None
    room.journey.go(with_model(room.journey.latent, "paintings"), "back")
    recipe = room.handing._recipe(best).to_json()
    recipe["steps"][0]["params"] |= {"model": "lost-model", "weights": "0" * 64}
    (tmp_path / "lost.json").write_text(json.dumps(recipe))
    room.arrivals.drop(files(tmp_path / "lost.json"))
    until(lambda: any("lost-model" in one for one in said(room)))


def test_a_model_whose_file_goes_leaves_the_last_picture(room: Room, until: Until) -> None:
    path = user_models() / "mine.safetensors"
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(resource("models", "mnist-mlp.safetensors"), path)
    room.steer.steer.model.refresh()
    choose(room, "mine", until)
    until(lambda: room.steer.stage.painted is not None)
    path.unlink()
    room.steer.steer._go_seed(3)
    until(lambda: room.steer.notice is not None)
    notice = room.steer.notice
    assert notice is not None and "gone" in notice.accessibleName().lower() and notice.isVisible()
    assert room.steer.stage.painted is not None
    shutil.copy(resource("models", "mnist-mlp.safetensors"), path)
    room.steer.try_again()
    until(lambda: room.steer.rendering.sharp is not None and room.steer.notice is None)


def test_the_engine_dies_and_explore_goes_on(room: Room, until: Until) -> None:
    room.steer.steer._go_seed(12)
    os.kill(room.desk.engine.pid or 0, signal.SIGKILL)
    room.steer.steer._go_seed(13)
    until(lambda: room.desk.engine.state == "ready")
    until(lambda: room.steer.rendering.sharp is not None and room.journey.facts is not None)
    assert sharp(room).latent.seeds == (Weighted("13"),)
    until(lambda: len(room.steer.directions.strips) >= 8)


def test_a_small_window_has_everything_in_reach(room: Room, workspace: ExploreWorkspace, until: Until) -> None:
    workspace.resize(1280, 652)
    steer = room.steer
    until(lambda: steer.film.height() < 80)
    assert steer.stage.width() >= 640 and steer.columns.tabs.isVisible() and steer.film.height() < 80
    assert steer.steer.isVisible()
    steer.columns.show_part("breed")
    assert not steer.steer.isVisible() and all(one.isVisible() for one in steer.panels.values())
    workspace.resize(1700, 940)
    until(lambda: steer.steer.isVisible() and not steer.columns.tabs.isVisible())


def test_it_is_as_it_was_left(room: Room) -> None:
    room.steer.steer.seed.set_locked(True)
    room.steer.directions_section.set_folded(True)
    state = json.loads(json.dumps(room.state()))
    room.steer.steer.seed.set_locked(False)
    room.steer.directions_section.set_folded(False)
    room.restore(state)
    assert room.steer.steer.seed.locked and room.steer.directions_section.folded
    room.restore({"steer": {"columns": "wide", "folded": 3, "locked": 1}, "page": 7})  # of another version
    assert not room.steer.steer.seed.locked
