"""Breeding, the pad, learning, walking and projecting with the real engine and a bundled generator."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from ganstudio.core.document import composite
from ganstudio.core.latent import Latent, Weighted
from ganstudio.core.latent.directions import Direction
from ganstudio.core.latent.easing import NAMED, Curve, Dot
from ganstudio.core.latent.session import Favourite
from ganstudio.core.latent.session_file import write
from ganstudio.core.latent.walk import Walk, walk_of
from ganstudio.ui.documents import Documents
from ganstudio.ui.documents.pasted import Pasted, lay_pasted
from ganstudio.ui.explore.breed.nursery import MIDDLE
from ganstudio.ui.explore.breed.panel import BreedPanel
from ganstudio.ui.explore.carrying import Carried, mime_of
from ganstudio.ui.explore.favourites import FavouritesPanel
from ganstudio.ui.explore.learn.dialogs import learn_from_folders, learn_from_picks
from ganstudio.ui.explore.learn.folders import Examples
from ganstudio.ui.explore.pad import PadPanel
from ganstudio.ui.explore.project.page import ProjectPage
from ganstudio.ui.explore.room import Room
from ganstudio.ui.explore.walk.page import WalkPage
from tests.ui.explore.conftest import Until


def breeding(room: Room) -> BreedPanel:
    panel = room.steer.panels["BreedPanel"]
    assert isinstance(panel, BreedPanel)
    return panel


def first_litter(room: Room, until: Until) -> BreedPanel:
    """The grid fills by itself."""
    panel = breeding(room)
    until(lambda: panel.nursery.family.now is not None and not panel.nursery.busy)
    return panel


def seeded(seed: int, **more: object) -> Latent:
    return Latent(seeds=(Weighted(str(seed)),), classes=(Weighted("monet"),), **more)  # type: ignore[arg-type]


def walking(room: Room, *seeds: int) -> WalkPage:
    """The page Walk with keyframes of these seeds."""
    room.show_page("walk")
    page = room.page
    assert isinstance(page, WalkPage)
    page.editor.edit(lambda _walk: Walk(), "")
    for seed in seeds:
        page.editor.add(seeded(seed))
    return page


def said(room: Room) -> list[str]:
    return [getattr(one, "text", "") or getattr(one, "title", "") for one in room.desk.notices.log]


# Breeding


def test_breeding_goes_on_from_what_was_chosen(room: Room, until: Until) -> None:
    start = room.journey.latent
    panel = first_litter(room, until)
    panel.wall.setFocus()
    litter = panel.nursery.family.litters[0]
    assert litter.parents == (start,) and litter.children[MIDDLE] == start and len(set(litter.children)) == 9
    assert all(one.psi == start.psi for one in litter.children)
    until(lambda: len(panel.nursery.family.litters[0].thumbs) == 9 and all(panel.nursery.family.litters[0].thumbs))
    QTest.keyClick(panel.wall, Qt.Key.Key_1)
    QTest.keyClick(panel.wall, Qt.Key.Key_8)
    assert room.journey.latent == litter.children[7] and panel.breed_button.text() == "Breed the 2 chosen"
    panel.holds["coarse"].click()
    QTest.keyClick(panel.wall, Qt.Key.Key_Return)
    until(lambda: len(panel.nursery.family.litters) == 2)
    second = panel.nursery.family.litters[1]
    assert second.parents == (litter.children[0], litter.children[7]) and second.held == {"coarse"}
    first, facts = litter.children[0].point, room.journey.facts
    assert first is not None and facts is not None
    last = facts.groups[0][1] + 1
    for child in second.children:
        assert child.point is not None and np.array_equal(child.point.array[:last], first.array[:last])
    room.journey.undo()
    room.journey.undo()
    assert room.journey.latent == start, "each choice was a step"
    panel.holds["coarse"].click()


def test_the_tree_leads_back_and_branches(room: Room, until: Until) -> None:
    panel = first_litter(room, until)
    panel._pressed(3)
    panel.breed()
    until(lambda: len(panel.nursery.family.litters) == 2)
    panel._pressed(3)
    panel.tree_button.click()
    tree = panel.tree
    assert tree is not None
    QTest.mouseClick(tree.view, Qt.MouseButton.LeftButton, pos=tree.view.rect_of(0).center())
    assert panel.nursery.family.at == 0
    panel.breed()
    until(lambda: len(panel.nursery.family.litters) == 3)
    assert panel.nursery.family.branches(0) == (1, 2) and panel.nursery.family.generation(2) == 2
    tree.view.setFocus()
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Return):
        QTest.keyClick(tree.view, key)
    assert panel.nursery.family.at == 1
    assert tree.view.grab().height() > 100 and "Generation 2" in tree.view.spoken_value()
    tree.close()


def test_mutation_nought_of_one_parent_is_said_no_surprise(room: Room, until: Until) -> None:
    """Without mutation a single parent's children are itself; strangers at the other end are far from it."""
    panel = first_litter(room, until)
    panel.mutation.set_value(0.0)
    panel.breed()
    until(lambda: len(panel.nursery.family.litters) == 2)
    panel.mutation.set_value(1.0)
    panel.nursery.breed_from((room.journey.latent,), None, 1.0, ())
    until(lambda: len(panel.nursery.family.litters) == 3)
    same, far = panel.nursery.family.litters[1:]
    points = [[one.point.array for one in litter.children if one.point is not None] for litter in (same, far)]
    assert all(np.array_equal(one, points[0][0]) for one in points[0])
    assert min(float(np.abs(one - points[0][0]).mean()) for one in points[1]) > 0.05
    panel.mutation.return_to_default()


def test_parents_of_two_models_are_refused_in_a_sentence(room: Room, until: Until) -> None:
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QDropEvent

    panel = first_litter(room, until)
    mime = mime_of([Carried(seeded(1)), Carried(replace(seeded(2), model="mnist-dcgan"))])
    panel.dropEvent(
        QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
                   Qt.KeyboardModifier.NoModifier)
    )  # fmt: skip
    assert "different models" in said(room)[-1] and not panel.nursery.busy


def test_a_generator_without_w_breeds_and_walks(room: Room, until: Until) -> None:
    """In z: no layers to hold, a pad and a walk all the same; the grid shows this model's children at once."""
    first_litter(room, until)
    room.steer.steer.choose_model("mnist-dcgan")
    until(lambda: room.journey.facts is not None and room.journey.facts.model == "mnist-dcgan")
    panel = breeding(room)
    assert not any(one.isEnabled() for one in panel.holds.values())
    until(lambda: len(panel.nursery.family.litters) == 2)
    litter = panel.nursery.family.litters[1]
    lengths = [np.linalg.norm(one.point.array) for one in litter.children if one.point]
    assert len(lengths) == 8 and max(lengths) / min(lengths) < 1.6, "as long as latents are"
    room.show_page("walk")
    page = room.page
    assert isinstance(page, WalkPage)
    page.editor.edit(lambda _walk: Walk(), "")
    for child in litter.children[:2]:
        page.editor.add(child)
    until(lambda: page.player.course is not None and page.stage.shown is not None)
    room.show_page("steer")
    room.steer.steer.choose_model("paintings")
    until(lambda: panel.nursery.family.at == 0)


def test_own_directions_travel_with_the_session(room: Room, until: Until, tmp_path: Path) -> None:
    until(lambda: room.journey.directions is not None and bool(room.journey.directions.items))
    directions = room.journey.directions
    assert directions is not None
    one = Direction.of("mine", "Mine", directions.items[0].array[::-1].copy(), "picks")
    room.journey.set_directions(directions.adding(one))
    assert [d.name for d in room.journey.session.directions] == ["Mine"]
    write(room.journey.session, tmp_path / "shared.ganstudio-session")
    room.journey.set_directions(directions)
    assert room.journey.session.directions == ()
    room.keeper.open(tmp_path / "shared.ganstudio-session")
    until(lambda: room.journey.directions is not None and room.journey.directions.has("Mine"))
    room.journey.set_directions(directions)


# The pad and favourites


def test_the_pad_moves_between_its_corners(room: Room, until: Until) -> None:
    panel = room.steer.panels["PadPanel"]
    assert isinstance(panel, PadPanel)
    pad = panel.pad
    until(lambda: len(pad.corners) == 4 and pad.known.points is not None)
    before = len(room.journey.steps)
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(pad.width() // 2, pad.height() // 2))
    for x in range(0, 60, 10):
        QTest.mouseMove(pad, QPoint(pad.width() // 2 + x, pad.height() // 2))
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton)
    assert len(room.journey.steps) == before + 1, "one drag is one step"
    assert panel.across.value == pytest.approx(pad.across) and pad.across > 0.55
    pad.setFocus()
    QTest.keyClick(pad, Qt.Key.Key_Home)
    point, points = room.journey.latent.point, pad.known.points
    assert (pad.across, pad.down) == (0.0, 0.0) and point is not None and points is not None
    assert np.array_equal(point.array, points[0])
    panel.down.changed.emit(panel.down.value)
    corner = seeded(99)
    pad.set_corner(2, corner)
    until(lambda: pad.corners[2] == corner and pad.known.points is not None)
    pad.set_corner(1, replace(corner, model="another"))
    assert pad.corners[1].model == "paintings", "a corner of another model is none"
    assert room.journey.session.pad is not None


def test_favourites_are_named_removed_and_brought_back(room: Room, until: Until) -> None:
    panel = room.steer.panels["FavouritesPanel"]
    assert isinstance(panel, FavouritesPanel)
    for seed in (3, 5):
        room.journey.keep(seeded(seed))
    until(lambda: all(one.thumb for one in room.journey.session.favourites))
    first = room.journey.session.favourites[0]
    dialog = panel.rename(first)
    dialog.field.set_text("Haystack")
    dialog._done()
    assert [one.name for one in panel.wall.tiles] == ["Haystack", "Seed 5"]
    panel.wall.setFocus()
    QTest.keyClick(panel.wall, Qt.Key.Key_Home)
    QTest.keyClick(panel.wall, Qt.Key.Key_Delete)
    assert [one.name for one in panel.wall.tiles] == ["Seed 5"]
    room.desk.notices.log[-1].action[1]()  # type: ignore[union-attr]
    assert [one.name for one in panel.wall.tiles] == ["Haystack", "Seed 5"]
    panel.wall.pressed.emit(1)
    assert room.journey.latent == seeded(5)


# Learning


def test_picks_become_a_direction(room: Room, until: Until) -> None:
    dialog = learn_from_picks(room.desk, room.journey, room.link, room.steer)
    until(lambda: all(one is not None for one in dialog._images))
    assert not dialog.learn.isEnabled()
    dialog.wall.setFocus()
    QTest.keyClick(dialog.wall, Qt.Key.Key_Plus)
    for place in (1, 2, 4):
        dialog.mark(place, 1)
    for place in (3, 5, 6):
        dialog._pressed(place)
        dialog._pressed(place)
    assert dialog.marks[:7] == [1, 1, 1, -1, 1, -1, -1]
    dialog.other_pictures()
    assert dialog.marks.count(1) == 4 and dialog.marks.count(-1) == 3 and len(dialog.latents) == 20
    dialog.name.set_text("Stormy")
    assert dialog.learn.isEnabled()
    dialog._learn()
    directions = room.journey.directions
    until(lambda: room.journey.directions is not None and room.journey.directions.has("Stormy"))
    assert directions is not None and room.journey.directions is not None
    learnt = room.journey.directions.find("Stormy")
    assert learnt.origin == "picks" and np.linalg.norm(learnt.array) > 0
    room.journey.set_directions(room.journey.directions.without("Stormy"))


def test_a_direction_comes_of_folders_of_any_pictures(room: Room, until: Until, tmp_path: Path) -> None:
    """Photographs are projected, broken files are counted; a stop leaves what was found."""
    for number in (2, 3):
        Image.fromarray(np.full((12, 18, 3), 40, np.uint8)).save(tmp_path / f"{number}.png")
    (tmp_path / "1.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    dialog = learn_from_folders(room.desk, room.journey, room.link, room.steer)
    dialog.guessing.steps = 10
    dialog.like.take(tmp_path)
    until(lambda: len(dialog.like.found.others) == 3)
    assert "0 pictures of this model, 3 others" in dialog.like.line.text() and "3 pictures" in dialog.cost.text()
    assert not dialog.learn.isEnabled() and dialog.line.text() and dialog.project.isVisible()
    dialog._ask()
    assert dialog.question is not None and not dialog.guessing.busy, "asked whether a person agrees"
    dialog.question.choose("yes")
    assert dialog.guessing.busy and dialog.project.running
    until(lambda: dialog.like.found.guessed == 1)
    dialog.guessing.stop()
    until(lambda: not dialog.guessing.busy)
    assert (dialog.like.found.missed, len(dialog.like.found.others)) == (1, 1) and not dialog.project.running
    assert "1 projected (" in dialog.like.line.text() and "1 picture," in dialog.cost.text()
    dialog.unlike.tell(Examples((seeded(5), seeded(6))))
    dialog.name.set_text("Dusk")
    dialog.learn.click()
    until(lambda: room.journey.directions is not None and room.journey.directions.has("Dusk"))
    assert room.journey.directions is not None
    room.journey.set_directions(room.journey.directions.without("Dusk"))
    room.desk.settings.remember("explore.person", False)


# Walking


def test_a_walk_is_made_played_and_exported(room: Room, until: Until, tmp_path: Path) -> None:
    page = walking(room, 5, 77)
    until(lambda: page.player.course is not None and page.stage.shown is not None)
    page.editor.edit(lambda walk: walk.lasting(1.0), "")
    until(lambda: page.player.course is not None and page.player.course.seconds == 1.0)
    page.player.play()
    until(lambda: page.player.rate is not None and len(page.player._frames) > 3)
    page.player.pause()
    page.player.seek(0.5)
    until(lambda: page.player._index(0.5) in page.player._frames)
    target = tmp_path / "film.webp"
    page.export.format.set_current("webp")
    page._set_fps(12.0)
    page.export.export(target)
    assert page.busy() == "film.webp is being made." and page.can_run() == "A film is being made"
    until(lambda: not page.export.busy)
    with Image.open(target) as film:
        assert 6 <= getattr(film, "n_frames", 1) <= 12 and film.size == (64, 64), "equal frames are one"
    assert "film.webp is ready." in said(room)
    page._set_fps(24.0)


def test_a_film_that_cannot_be_written_is_a_sentence(room: Room, until: Until, tmp_path: Path) -> None:
    page = walking(room, 1, 2)
    until(lambda: page.player.course is not None)
    page.export.format.set_current("webp")
    page.export.export(tmp_path / "nowhere" / "film.webp")
    until(lambda: not page.export.busy)
    assert not (tmp_path / "nowhere").exists() and "nowhere" in said(room)[-1]


def test_fewer_than_two_pictures_are_no_walk(room: Room) -> None:
    page = walking(room)
    assert page.can_run() == "A walk needs at least two pictures" and not page.export.button._button.isEnabled()
    assert not page.transport.play.isVisible() and page.player.course is None
    page.keep()
    assert page.can_run() == "A walk needs at least two pictures"
    page.add_favourite(Favourite(replace(seeded(1), model="another"), "Foreign"))
    assert said(room)[-1] == "Foreign is of another model; a walk goes through one."
    assert len(page.editor.walk.keys) == 1
    foreign = replace(seeded(1), model="another")
    page.editor.edit(lambda _walk: walk_of([foreign, replace(foreign, psi=0.1)]), "")
    assert page.stage._words == "This walk goes through the model another. Choose it in Steer."
    assert page.can_run() == "The model of the walk is not open"


def test_keyframes_move_by_keys_and_every_change_is_undone(room: Room, until: Until) -> None:
    page = walking(room, 1, 2, 3)
    row, editor = page.timeline.pictures, page.editor
    row.setFocus()
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Right):
        QTest.keyClick(row, key)
    assert editor.key == 1 and editor.starts == [0.0, 2.0, 4.0]
    QTest.keyClick(row, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert editor.starts == [0.0, pytest.approx(2.1), 4.0] and editor.walk.seconds == 6.0
    both = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(row, Qt.Key.Key_Right, both)
    assert [key.latent.seeds[0].word for key in editor.walk.keys] == ["1", "3", "2"]
    QTest.keyClick(row, Qt.Key.Key_Delete)
    assert len(editor.walk.keys) == 2 and editor.walk.seconds == 6.0, "its time went to the one before"
    start = row._look.rect(editor.starts[1]).center().toPoint()
    QTest.mousePress(row, Qt.MouseButton.LeftButton, pos=start)
    for x in range(0, 80, 10):
        QTest.mouseMove(row, start + QPoint(x, 0))
    QTest.mouseRelease(row, Qt.MouseButton.LeftButton)
    assert editor.starts[1] > 2.3
    undone = 0
    while editor.can_undo:
        page.undo()
        undone += 1
    page.redo()
    assert undone >= 7 and room.page.history() == (editor.can_undo, editor.can_redo)
    assert "to the next" in row.spoken_value() or "here" in row.spoken_value()
    page.grab()


def test_even_speed_is_in_the_preview_too(room: Room, until: Until) -> None:
    """A way on which the pictures hardly change is gone in hardly any time; pictures then cannot be moved in time."""
    page = walking(room, 5, 5, 77)
    first = page.editor.walk.keys[0]
    near = replace(first, latent=replace(first.latent, psi=0.72))
    page.editor.edit(lambda walk: replace(walk, keys=(walk.keys[0], near, walk.keys[2]), loop=False, pace="eye"), "")
    until(lambda: page.player.starts[1] < 0.5)
    assert page.player.starts[2] == pytest.approx(4.0) and page.editor.starts == [0.0, 2.0, 4.0]
    assert not page.player.measuring and not page.segment.seconds.isEnabled()
    row = page.timeline.pictures
    row.setFocus()
    QTest.keyClick(row, Qt.Key.Key_Home)
    for modifier in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier):
        QTest.keyClick(row, Qt.Key.Key_Right, modifier)
    assert page.editor.key == 1 and page.editor.starts == [0.0, 2.0, 4.0]
    page.settings.even.click()
    until(lambda: page.player.starts == [0.0, 2.0, 4.0])


def test_curves_are_drawn_by_mouse_and_keys(room: Room, until: Until) -> None:
    page = walking(room, 1, 2)
    until(lambda: page.player.course is not None)
    page.editor.add_psi()
    (row,) = page.timeline.rows
    assert [dot.value for dot in row.curve.dots] == [0.7, 0.7]
    row.add(3.0, 1.5)
    row.setFocus()
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Up):
        QTest.keyClick(row, key)
    assert max(dot.value for dot in row.curve.dots) > 1.5 or row.curve.dots[1].value > 0.7
    for _ in range(200):
        row.step_by(1)
    assert row.curve.dots[row.at].value == 2.0, "ψ ends at 2"
    for _ in range(5):
        QTest.keyClick(row, Qt.Key.Key_Delete)
    assert len(row.curve.dots) == 1, "one point stays"
    page.editor.set_curve("psi", Curve((Dot(0.0, 0.0, NAMED["ease"]),)))
    until(lambda: page.player.course is not None and page.player.course.walk.psi is not None)
    course = page.player.course
    assert course is not None
    points = [course.at(t).point for t in (0.0, 1.0)]
    assert points[0] is not None and points[1] is not None
    assert np.allclose(points[0].array, points[1].array, atol=1e-5), "at ψ 0 there is only the mean"
    row.remove_wanted.emit("psi")
    assert page.editor.walk.psi is None and page.timeline.rows == []
    directions = room.journey.directions
    assert directions is not None
    menu = page.timeline.curve_menu()
    names = [one.text() for one in menu.actions()]
    assert names[0] == "Truncation ψ" and directions.items[0].name in names
    page.editor.add_track(directions.items[0])
    assert page.timeline.rows[0].name == directions.items[0].name
    page.editor.remove_curve("0")


# Projecting


def test_a_photo_is_projected_and_pasted_back(room: Room, until: Until, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    photo = np.clip(np.linspace(30, 220, 200)[:, None, None] + rng.normal(0, 6, (200, 260, 3)), 0, 255).astype(np.uint8)
    Image.fromarray(photo).save(tmp_path / "photo.png")
    room.show_page("project")
    page = room.page
    assert isinstance(page, ProjectPage) and page.can_run() == "Choose a photo first"
    assert page.open_paths([tmp_path / "photo.png"])
    until(lambda: page.photo is not None)
    page.searching.classes.set_current("monet")
    page.searching.steps.set_value(12)
    page.run()
    assert page.question is not None, "asked once whether a person agrees"
    page.question.choose("yes")
    assert page.busy() == "A photograph is being projected."
    until(lambda: page.projected is not None)
    projected = page.projected
    assert projected is not None and projected.target.shape == (64, 64, 3)
    assert " of the way: " in page.found.score.text() and page.stage.shown is not None
    page._steer()
    assert room.journey.latent == projected.latent and room.page is room.steer
    directions = room.journey.directions
    assert directions is not None
    room.journey.go(replace(projected.latent, pushes=(directions.items[0].push(2.0),)), "push")
    room.show_page("project")
    until(lambda: page._edited is not None)
    pasted: list[Pasted] = []
    page.paste_wanted.connect(pasted.append)
    page.pasting.mode.set_current("change")
    page.pasting.paste.click()
    assert pasted[0].before is not None and pasted[0].square.side == 200
    documents = Documents(room.desk, room.steer)
    assert lay_pasted(documents, pasted[0])
    until(lambda: bool(documents.all))
    (document,) = documents.all
    layer = document.state.layers[-1]
    assert layer.mask is not None and layer.made_by is not None and len(document.state.layers) == 2
    shown = composite(document.state, document.state.rect)[..., :3]
    assert np.array_equal(shown[:, :25], photo[:, :25]), "outside the square it is the photograph"
    assert not np.array_equal(shown[60:140, 90:170], photo[60:140, 90:170])
    assert lay_pasted(documents, replace(pasted[0], before=None, seamless=True))
    until(lambda: len(document.state.layers) == 3)
    documents.discard(document)
    documents.closing()


def test_a_projection_is_stopped_and_wrong_files_are_said(room: Room, until: Until, tmp_path: Path) -> None:
    (tmp_path / "no.png").write_bytes(b"not a picture")
    Image.fromarray(np.full((40, 40, 3), 90, np.uint8)).save(tmp_path / "grey.png")
    room.show_page("project")
    page = room.page
    assert isinstance(page, ProjectPage)
    troubles: list[object] = []
    room.desk.notices.failed.connect(troubles.append)
    assert page.open_paths([tmp_path / "no.png"])
    until(lambda: bool(troubles))
    assert not page.open_paths([tmp_path / "notes.txt"])
    page.take(tmp_path / "grey.png")
    until(lambda: page.photo is not None and page.photo.path.name == "grey.png")
    room.desk.settings.remember("explore.person", True)
    page.searching.steps.set_value(1000)
    page.run()
    until(lambda: page.search._task is not None)
    began = time.monotonic()
    page.search.stop()
    until(lambda: not page.search.busy)
    assert time.monotonic() - began < 20 and page.projected is None and page.busy() == ""
    (tmp_path / "grey.png").unlink()
    page.run()
    until(lambda: len(troubles) == 2 and not page.search.busy)
    page.searching.steps.set_value(240)
