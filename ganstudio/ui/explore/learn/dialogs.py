"""The two ways to a direction of one's own, as the buttons below the directions open them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ganstudio.ui.explore.learn.folders import FoldersDialog
from ganstudio.ui.explore.learn.picks import PicksDialog

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ganstudio.ui.desk import Desk
    from ganstudio.ui.explore.journey import Journey
    from ganstudio.ui.explore.link import ExploreLink


def learn_from_picks(desk: Desk, journey: Journey, link: ExploreLink, parent: QWidget) -> PicksDialog:
    dialog = PicksDialog(desk, journey, link, parent.window())
    dialog.show()
    return dialog


def learn_from_folders(desk: Desk, journey: Journey, link: ExploreLink, parent: QWidget) -> FoldersDialog:
    dialog = FoldersDialog(desk, journey, link, parent.window())
    dialog.show()
    return dialog
