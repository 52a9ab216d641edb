"""A Batch workspace on a real journal, and small pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from ganstudio.tools.recipe import Recipe, Step
from ganstudio.tools.tool import tool_named
from ganstudio.ui.batch.workspace import BatchWorkspace
from ganstudio.ui.desk import Desk
from tests.jobs.harness import folder_of


def doubling() -> Recipe:
    """A recipe without a network."""
    tool = tool_named("resize")
    return Recipe((Step(tool, tool.params(scale=2.0)),))  # type: ignore[call-arg]


@pytest.fixture
def workspace(qtbot: QtBot, desk: Desk, tmp_path: Path) -> Iterator[BatchWorkspace]:
    """Shown, with a recipe that needs no network and an output folder."""
    made = BatchWorkspace(desk)
    desk.actions.set_scope("batch")
    made.resize(1600, 1000)
    made.show()
    made.side.recipe.set_recipe(doubling())
    made.side.output.folder.edit.setText(str(tmp_path / "out"))
    yield made
    made.closing()
    made.close()
    made.deleteLater()


@pytest.fixture
def filled(workspace: BatchWorkspace, qtbot: QtBot, tmp_path: Path) -> Callable[[int], BatchWorkspace]:
    """Fill it with so many pictures (beside what lies in the folder), and wait until they are in the table."""

    def fill(count: int) -> BatchWorkspace:
        folder = folder_of(tmp_path / "in", count)
        there = len(list(folder.iterdir()))
        workspace.add([folder])
        qtbot.waitUntil(lambda: len(workspace.model.rows) == there and not workspace.adder.busy, timeout=10_000)
        return workspace

    return fill
