"""Generated pictures as layers in Edit: on the document in front, alone, and the way back to Explore. No engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ganstudio.core.document import state_of
from ganstudio.core.latent import Latent, Weighted
from ganstudio.core.raster import Picture
from ganstudio.ui.desk import Desk
from ganstudio.ui.documents.exporting import history_of
from ganstudio.ui.documents.generated import lay
from ganstudio.ui.documents.loading import Opened
from ganstudio.ui.edit.workspace import EditWorkspace
from ganstudio.ui.explore.making_of import latent_of_layer, recipe_of
from tests.acceptance.making import scene

LATENT = Latent(seeds=(Weighted("7"),), psi=0.4)
MADE = recipe_of(LATENT, "ab" * 32).to_json()


@pytest.fixture
def edit(desk: Desk, qtbot: QtBot) -> Iterator[EditWorkspace]:
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(1500, 900)
    made = EditWorkspace(desk, host)
    made.resize(1500, 900)
    made.floating.seen = True
    host.show()
    yield made
    made.closing()


def opened(edit: EditWorkspace) -> None:
    state = state_of(edit.desk.pool, Picture.of(scene(120, 90)), "Photo")
    edit.documents.take(Opened(state, "photo.png"))


def test_it_lies_in_the_middle_of_the_document_in_front(edit: EditWorkspace, qtbot: QtBot) -> None:
    opened(edit)
    grey = np.full((28, 28, 1), 200, np.uint8)
    assert lay(edit.documents, grey, "Seed 7", MADE)
    qtbot.waitUntil(lambda: len(edit.documents.current.state.layers) == 2)  # type: ignore[union-attr]
    document = edit.documents.current
    assert document is not None
    layer = document.state.layers[-1]
    assert (layer.name, layer.x, layer.y, layer.pixels.channels) == ("Seed 7", 46, 31, 3)
    assert layer.source_type == "trainedAlgorithmicMedia" and latent_of_layer(layer.made_by) == _there()
    edit.undo()
    assert len(document.state.layers) == 1


def _there() -> Latent:
    return replace(LATENT, weights="ab" * 32)


def test_without_a_document_it_is_one_and_its_file_says_how_it_was_made(edit: EditWorkspace, qtbot: QtBot) -> None:
    assert lay(edit.documents, scene(64, 64), "Seed 7", MADE)
    qtbot.waitUntil(lambda: edit.documents.current is not None)
    document = edit.documents.current
    assert document is not None and document.title == "Seed 7" and document.state.width == 64
    history = history_of(document.state)
    assert '"generate"' in history.recipe and history.source_type == "trainedAlgorithmicMedia"


def test_a_double_click_leads_back_and_f2_still_renames(edit: EditWorkspace, qtbot: QtBot) -> None:
    opened(edit)
    assert lay(edit.documents, scene(64, 64), "Seed 7", MADE)
    qtbot.waitUntil(lambda: len(edit.documents.current.state.layers) == 2)  # type: ignore[union-attr]
    wanted: list[object] = []
    edit.explore_wanted.connect(wanted.append)
    document = edit.documents.current
    assert document is not None
    photo, generated = (edit.column.layers.list.row(layer.id) for layer in document.state.layers)
    assert photo is not None and generated is not None
    for target in (generated, generated.picture):
        QTest.mouseDClick(target, Qt.MouseButton.LeftButton, pos=QPoint(target.width() // 2, target.height() // 2))
    assert [latent_of_layer(one) for one in wanted] == [_there(), _there()]
    QTest.mouseDClick(photo, Qt.MouseButton.LeftButton, pos=QPoint(photo.width() // 2, 20))
    assert len(wanted) == 2 and photo._edit is not None
    QTest.keyClick(photo._edit, Qt.Key.Key_Escape)
    generated.begin_rename()
    assert generated._edit is not None
    QTest.keyClick(generated._edit, Qt.Key.Key_Escape)
    edit.column.layers._session.choose(document.state.layers[-1].id)  # type: ignore[union-attr]
    menu = edit.column.layers.menu(edit)
    assert "Open in Explore" in [action.text() for action in menu.actions()]
    menu.deleteLater()


def test_what_is_no_recipe_leads_nowhere() -> None:
    assert latent_of_layer(None) is None and latent_of_layer({"format": "other"}) is None
    assert latent_of_layer({"recipe": MADE}) == _there()
