"""Intake: files and folders into the queue, however they come; nothing is started by it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog

from ganstudio.core.codecs.kinds import PICTURE_SUFFIXES
from ganstudio.core.text import _
from ganstudio.jobs.batch import Added

if TYPE_CHECKING:
    from ganstudio.ui.batch.workspace import BatchWorkspace


class Intake(QObject):
    """What is added becomes a batch of what the panels say at that moment."""

    def __init__(self, room: BatchWorkspace) -> None:
        super().__init__(room)
        self._room = room
        room.adder.finding.connect(self._finding)
        room.adder.added.connect(self._added)

    def add(self, paths: list[Path]) -> None:
        room = self._room
        if not paths:
            return
        if room.plan is None:
            room.bar.say("warn", _("The recipe has no step."), _("Add a step, then add the pictures."))
        elif room.side.output.error:
            room.bar.say("warn", _("The output cannot be used yet."), room.side.output.error)
        else:
            room.bar.quiet()
            room.adder.add(room.plan, paths)
            room.showing.soon()

    @Slot()
    def add_files(self) -> None:
        endings = " ".join(f"*{one}" for found in PICTURE_SUFFIXES.values() for one in found)
        chosen, _kind = QFileDialog.getOpenFileNames(
            self._room, _("Add pictures"), "", f"{_('Pictures')} ({endings});;{_('All files')} (*)"
        )
        self.add([Path(one) for one in chosen])

    @Slot()
    def add_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self._room, _("Add folder"))
        if chosen:
            self.add([Path(chosen)])

    @Slot(int)
    def _finding(self, found: int) -> None:
        room = self._room
        if found >= 0:
            room.stack.setCurrentWidget(room.table)
            room.totals.show_finding(found)
        else:
            room.showing.soon()

    @Slot(object, object)
    def _added(self, added: Added, paths: list[Path]) -> None:
        room = self._room
        if added.batch.added:
            room.inputs.add(added.batch.id, paths)
            if room.runner.running:
                room.desk.engine.run_batches([added.batch.id])
        room.reader.kick()
