"""The whole window in a process of its own: a picture opened, tried, run, put in a batch; then what it has loaded.

`python -m tests.ui.whole FOLDER` uses the pictures of the folder and prints the modules of torch and the files of its
libraries that are in this process: two lines, empty ones where there are none.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication

from ganstudio.core.settings import SettingsStore
from ganstudio.jobs.records import State
from ganstudio.ui.batch.workspace import BatchWorkspace
from ganstudio.ui.edit.workspace import EditWorkspace
from ganstudio.ui.frame.window import Window
from ganstudio.ui.starting.app import dress, make_application

_PATIENCE_S = 90.0


def until(what: str, done: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE_S
    while not done():
        QCoreApplication.processEvents()
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(0.002)


def work(window: Window, pictures: list[Path]) -> None:
    """Open, try, run, batch."""
    edit, batch = window.workspaces["edit"], window.workspaces["batch"]
    assert isinstance(edit, EditWorkspace) and isinstance(batch, BatchWorkspace)
    window.open_paths(pictures[:1])
    until("opening", lambda: edit.document is not None)
    model = edit.column.tools.panels["upscale"].model
    until("the models", lambda: model is not None and bool(model.choices))
    assert edit.choose_model("quick")
    edit.tooling.try_here()
    until("trying", lambda: bool(edit.canvas.trials) and all(one.image is not None for one in edit.canvas.trials))
    edit.tooling.run()
    until("running", lambda: not edit.tooling.runner.runs)
    document = edit.document
    assert document is not None and len(document.state.layers) == 2
    batch.side.recipe.set_recipe(edit.recipe())
    batch.side.output.folder.edit.setText(str(pictures[0].parent / "out"))
    window.show_workspace("batch")
    batch.add(pictures)
    until("adding", lambda: len(batch.model.rows) == len(pictures) and not batch.adder.busy)
    batch.start()
    until("the batch", lambda: batch.model.counts[State.DONE] == len(pictures) and not batch.runner.running)


def libraries() -> list[str]:
    """Files of torch that are mapped into this process; none where the system has no list of them."""
    maps = Path("/proc/self/maps")
    lines = maps.read_text().splitlines() if maps.exists() else []
    return sorted({line.split()[-1] for line in lines if "/torch/" in line or "libtorch" in line})


def main() -> None:
    dress(make_application())
    window = Window(SettingsStore())
    window.painted.connect(window.furnish)
    window.show()
    until("furnishing", lambda: window.desk is not None)
    work(window, sorted(Path(sys.argv[1]).glob("*.png")))
    print(*sorted(name for name in sys.modules if name.split(".")[0] == "torch"))
    print(*libraries())
    window.end()


if __name__ == "__main__":
    main()
