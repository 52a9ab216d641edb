"""A model file that was dropped or trained: put into the Library. Another process opens it, for that takes torch."""

from __future__ import annotations

import subprocess
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from ganstudio.core.errors import BadModel
from ganstudio.core.names import shown
from ganstudio.core.program import environment, program
from ganstudio.core.progress import Progress
from ganstudio.core.text import _

if TYPE_CHECKING:
    from ganstudio.ui.desk import Desk

_LOOK_EVERY = 0.1  # seconds: how soon a stop is heard


class ModelImport(QObject):
    """`imported(list of paths)`: the Library may have more models now."""

    imported = Signal(object)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk

    @Slot(object)
    def offer(self, path: Path) -> None:
        said = _("{name} may be a model. It is looked at first, then copied.").format(name=shown(path.name))
        self._desk.notices.toast(said, (_("Add to the library"), partial(self.add, path)))

    def add(self, path: Path) -> None:
        """Import it; what came of it is said."""
        work = partial(_imported, path)
        self._desk.background.run(work, partial(self._done, path), partial(self._failed, path), owner=self)

    def _done(self, path: Path, said: str) -> None:
        self._desk.notices.toast(said)
        self.imported.emit([path])

    def _failed(self, path: Path, error: Exception) -> None:
        self._desk.notices.error(error, title=_("{name} was not added.").format(name=shown(path.name)))


def _imported(path: Path, progress: Progress) -> str:
    """What the terminal's command says of it. Raises BadModel with its sentence, Cancelled."""
    process = subprocess.Popen(
        [*program(), "models", "import", "--", str(path)],
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    with process:
        try:
            while True:
                try:
                    said, why = process.communicate(timeout=_LOOK_EVERY)
                    break
                except subprocess.TimeoutExpired:
                    progress.check()
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        lines = [line.removeprefix("ganstudio: ").strip() for line in why.splitlines() if line.strip()]
        raise BadModel(" ".join(lines[-2:]) or _("The program that looks at models ended without a word."))
    return " ".join(said.split())
