"""A monkey at the whole window, with real Documents and the real engine."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from ganstudio.ui.frame.window import Window
from tests.jobs.harness import doubling, folder_of, scene
from tests.ui.shell.conftest import Open, open_window, window

from .hands import Hands
from .monkey import go_wild

__all__ = ["Open", "open_window", "window"]  # fixtures of a whole window


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Small pictures of every make, and what is none."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    rgb = Image.fromarray(scene(1, 120, 90))
    rgb.save(folder / "photo.jpg", quality=90)
    rgb.save(folder / "photo.png")
    rgb.convert("RGBA").rotate(20).save(folder / "alpha.png")
    rgb.convert("L").save(folder / "grey.png")
    rgb.convert("P").save(folder / "palette.gif")
    rgb.resize((700, 5)).save(folder / "wide.webp")
    Image.new("RGB", (1, 1), "red").save(folder / "one.png")
    rgb.save(folder / "pages.tiff", save_all=True, append_images=[rgb.rotate(90)])
    Image.fromarray(np.asarray(rgb.convert("L")).astype(np.uint16) << 8).save(folder / "deep.png")
    (folder / "words.png").write_text("no picture")
    (folder / "cut.jpg").write_bytes((folder / "photo.jpg").read_bytes()[:900])
    (folder / "empty.tif").write_bytes(b"")
    return sorted(folder.iterdir())


@pytest.mark.parametrize("acts", [1_000, pytest.param(10_000, marks=pytest.mark.long)])
def test_a_monkey_finds_nothing(window: Window, qtbot: QtBot, files: list[Path], tmp_path: Path, acts: int) -> None:
    seed = int(os.environ.get("GANSTUDIO_MONKEY_SEED", "10"))
    pictures = sorted(folder_of(tmp_path / "many", 8).iterdir())
    hands = Hands(window, Random(seed), files, pictures)
    hands.batch.side.recipe.set_recipe(doubling())
    hands.batch.side.output.folder.edit.setText(str(tmp_path / "out"))
    hands.edit.floating.seen = True
    before = {path: path.read_bytes() for path in [*files, *pictures]}
    with qtbot.capture_exceptions() as caught:
        monkey = go_wild(hands, caught, seed, acts)
        hands.batch.stop()
        for document in hands.edit.documents.all:
            hands.edit.documents.discard(document)
    assert not caught
    assert {path: path.read_bytes() for path in before} == before
    assert monkey.shown > acts / 4, "it did hardly anything"
    print(f"{monkey.shown} states shown; slowest:")
    for busy, what in monkey.slowest:
        print(f"{busy * 1e3:5.0f} ms  {what}")
