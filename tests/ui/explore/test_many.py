"""Generate many: a form, a Job of the queue, pictures in a folder that say how they were made."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from ganstudio.core import xmp
from ganstudio.core.codecs import open_raster
from ganstudio.core.latent import Latent, Weighted
from ganstudio.tools.recipe import Recipe
from ganstudio.ui.explore.making_of import latent_in
from ganstudio.ui.explore.many_dialog import ManyDialog
from ganstudio.ui.explore.room import Room
from tests.ui.explore.conftest import Until


def form(room: Room, until: Until) -> ManyDialog:
    """Opened by its action, on the smallest model."""
    room.steer.steer.choose_model("mnist-mlp")
    until(lambda: room.journey.facts is not None and room.journey.facts.model == "mnist-mlp")
    room.desk.actions.set_scope("explore")
    room.desk.actions.refresh()
    room.desk.actions.action("explore.many").trigger()
    assert room.many.dialog is not None
    return room.many.dialog


def made_by(path: Path) -> Latent:
    raster = open_raster(path)
    try:
        found = latent_in(Recipe.from_json(json.loads(xmp.recipe(raster.meta.xmp) or "")))
    finally:
        raster.close()
    assert found is not None
    return found


def test_six_pictures_land_in_the_folder_with_their_recipes(room: Room, until: Until, tmp_path: Path) -> None:
    dialog = form(room, until)
    room.steer.steer.psi.field.setText("1.5")
    QTest.keyClick(room.steer.steer.psi.field, Qt.Key.Key_Return)
    dialog.seeds.edit.setText("3-4, 9")
    dialog.which.set_current("chosen")
    dialog.named.edit.setText("8, 3")
    dialog.set_folder(str(tmp_path / "new" / "digits"))
    assert "6" in dialog.button.text() and dialog.line.text().startswith("6 pictures")
    QTest.keyClick(dialog.seeds.edit, Qt.Key.Key_Return)
    until(lambda: len(list((tmp_path / "new" / "digits").glob("*.png"))) == 6)
    until(lambda: not room.desk.engine.batch_running)
    toast = next(one for one in reversed(room.desk.notices.log) if "6 pictures are being" in getattr(one, "text", ""))
    assert getattr(toast, "action", None) and room.many.dialog is None
    found = [made_by(path) for path in sorted((tmp_path / "new" / "digits").glob("*.png"))]
    assert {(one.seeds[0].word, one.classes) for one in found} == {
        (seed, (Weighted(name),)) for seed in ("3", "4", "9") for name in ("8", "3")
    }
    assert {one.psi for one in found} == {1.5} and all(one.weights for one in found)
    again = form(room, until)
    assert (again.seeds.text(), again.place.text()) == ("3-4, 9", str(tmp_path / "new" / "digits"))
    again.close()


def test_what_cannot_be_is_said_in_the_form_or_on_a_card(room: Room, until: Until, tmp_path: Path) -> None:
    dialog = form(room, until)
    for words, sentence in (
        ("9-3", "run backwards"), ("x", "is not a seed"), (" , ", "No seed is named"), ("0-5000000", "more than"),
    ):  # fmt: skip
        dialog.seeds.edit.setText(words)
        assert sentence in dialog.seeds.error and not dialog.button.isEnabled()
    dialog.seeds.edit.setText("0-999999")
    assert not dialog.seeds.error and dialog.button.isEnabled()
    dialog.which.set_current("chosen")
    dialog.named.edit.setText("3, monet")
    assert "“monet” is no class" in dialog.named.error and not dialog.button.isEnabled()
    dialog.which.set_current("each")
    dialog.seeds.edit.setText("5")
    assert dialog.button.text() == "Generate 10 pictures" and not dialog.named.isVisible()
    (tmp_path / "file").write_text("not a folder")
    dialog.set_folder(str(tmp_path / "file" / "inside"))
    troubles: list[object] = []
    room.desk.notices.failed.connect(troubles.append)
    dialog.button.click()
    until(lambda: troubles)
    lines = getattr(troubles[0], "lines", [])
    assert any("cannot be made" in line for line in lines)
