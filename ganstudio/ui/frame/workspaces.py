"""Which workspaces there are, in the order of the switch. Their modules are imported after the first paint."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ganstudio.core.text import N_

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ganstudio.ui.desk import Desk
    from ganstudio.ui.workspace import Workspace


@dataclass(frozen=True)
class Place:
    """One workspace: its class is `name` in `module`."""

    id: str
    title: str
    module: str
    name: str


WORKSPACES = [
    Place("edit", N_("Edit"), "ganstudio.ui.edit.workspace", "EditWorkspace"),
    Place("explore", N_("Explore"), "ganstudio.ui.explore.workspace", "ExploreWorkspace"),
    Place("batch", N_("Batch"), "ganstudio.ui.batch.workspace", "BatchWorkspace"),
    Place("train", N_("Train"), "ganstudio.ui.train.workspace", "TrainWorkspace"),
]


def make(place: Place, desk: Desk, parent: QWidget) -> Workspace:
    """Import and build one."""
    return getattr(importlib.import_module(place.module), place.name)(desk, parent)
