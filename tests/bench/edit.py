"""What waiting feels like in Edit: `python -m tests.bench.edit`.

First pixels of *Try it here* on the sample photograph (engine warm) beside the whole picture; undo and redo of an
upscale of 24 megapixels beside copying its pixels back, and what 50 steps on it hold.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def undo() -> None:
    from ganstudio.core.document import Document, Pool, Rect, Tiles, add, land, new_state, pyramid, set_opacity
    from ganstudio.core.raster import Picture
    from ganstudio.core.resample import resized

    pool = Pool(2 << 30)
    small = np.random.default_rng(1).integers(0, 256, (4000, 6000, 3), np.uint8)
    large = small.repeat(2, 0).repeat(2, 1)
    state = add(new_state(pool, 6000, 4000), Tiles.of(pool, Picture.of(small)), "Background").state
    document = Document(state, 2 << 30)
    result, edits = Tiles.of(pool, Picture.of(large)), []
    landed = _milliseconds(lambda: edits.append(land(state, result, "Photo 2×", "Upscale", layer_id="result")))
    at_once = _milliseconds(lambda: resized(Picture.of(small), 12000, 8000).rows(0, 8000))
    done = _milliseconds(lambda: document.do(edits[0]))
    print(f"24 megapixels ×2: landing {landed:.0f} ms (enlarging the layer below at once {at_once:.0f} ms), "
          f"do {done:.1f} ms")  # fmt: skip
    below = edits[0].state.layers[0].pixels
    shown = _milliseconds(lambda: pyramid.read(below, Rect(0, 0, 1500, 1000), 3))
    print(f"the layer below seen whole {shown:.0f} ms, a screen of it at 1:1 "
          f"{_milliseconds(lambda: below.read(Rect(4000, 4000, 5920, 5080))):.0f} ms")  # fmt: skip
    back, again = _milliseconds(document.undo), _milliseconds(document.redo)
    copied = _milliseconds(small.copy)
    print(f"24 megapixels ×2: undo {back:.1f} ms, redo {again:.1f} ms; copying the pixels back {copied:.1f} ms")
    for step in range(50):
        document.do(set_opacity(document.state, "result", step / 50))
    print(f"50 more steps on it hold {document.held_bytes / 1e6:.0f} MB beyond what is shown")
    pool.close()


def trying() -> None:
    from PySide6.QtWidgets import QApplication, QWidget

    from ganstudio.ui import theme
    from ganstudio.ui.desk import close_desk, open_desk
    from ganstudio.ui.edit.workspace import EditWorkspace

    app = QApplication(sys.argv[:1])
    theme.install(app)
    desk = open_desk(QWidget())
    edit = EditWorkspace(desk)
    edit.resize(1600, 900)
    edit.show()
    edit.restore({})
    desk.engine.start()

    def until(there: Callable[[], bool], limit: float = 120) -> float:
        began = time.perf_counter()
        while not there() and time.perf_counter() - began < limit:
            app.processEvents()
            time.sleep(0.001)
        return time.perf_counter() - began

    until(lambda: desk.engine.state == "ready" and edit.document is not None)
    edit.tooling.run()
    until(lambda: not edit.tooling.runner.runs)  # warm
    edit.undo()
    for _round in range(3):
        edit.tooling.try_here()
        first = until(lambda: any(one.image for one in edit.canvas.trials))
        rest = until(lambda: all(one.image for one in edit.canvas.trials))
        edit.tooling.stop()
        edit.tooling.run()
        whole = until(lambda: not edit.tooling.runner.runs)
        edit.undo()
        print(f"try it here: first {first:.2f} s, three models {first + rest:.2f} s; the whole picture {whole:.2f} s")
    edit.closing()
    close_desk(desk)


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        os.environ["GANSTUDIO_HOME"] = home
        undo()
        trying()
