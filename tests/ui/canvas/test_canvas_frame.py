"""The frame that is kept: whatever was moved, changed or compared, it looks like one painted anew."""

from __future__ import annotations

import numpy as np
import pytest

from ganstudio.core import document as doc
from tests.ui.canvas.conftest import Shown, noise


def _anew(shown: Shown) -> np.ndarray:
    shown.canvas.frame.drop()
    return shown.pixels()


@pytest.mark.parametrize("seed", range(4))
def test_what_is_kept_is_what_would_be_painted(shown: Shown, seed: int) -> None:
    rng = np.random.default_rng(seed)
    first = shown.state(noise(1500, 1100, channels=3 + seed % 2))
    state = doc.set_opacity(first, first.layers[0].id, 0.5).state if seed % 2 else first
    canvas = shown.canvas
    canvas.show_state(state)
    canvas.compare(first)
    canvas.set_zoom(1.0)
    shown.settle()
    for _ in range(25):
        match int(rng.integers(0, 8)):
            case 0:
                canvas.set_zoom(float(rng.choice([0.3, 0.75, 1.0, 1.7, 2.194, 3.0, 9.3])))
            case 1:
                canvas.set_mode(str(rng.choice(["result", "split", "side"])))
            case 2:
                canvas.set_split(float(rng.uniform()))
            case 3:
                seen = canvas.visible_rect()
                patch = np.full((40, 30, 3 + seed % 2), rng.integers(0, 256), np.uint8)
                edit = doc.paste_region(state, state.layers[0].id, seen.x0 + 20, seen.y0 + 30, patch)
                state = edit.state
                canvas.show_state(state, edit.change)
            case _:
                canvas.pan(float(rng.integers(-90, 90)), float(rng.integers(-70, 70)))
        if rng.integers(0, 3) == 0:
            shown.settle()
        canvas.repaint()  # the frame is as of now, before the next move
    shown.settle()
    kept = shown.pixels()
    assert (kept == _anew(shown)).all()


def test_what_is_shown_again_is_not_painted_again(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    from ganstudio.ui.canvas import frame, viewport

    painted = []
    paint = frame.paint_panes

    def watched(painter: object, dirty: doc.Rect, *rest: object) -> None:
        painted.append(dirty.width * dirty.height)
        paint(painter, dirty, *rest)  # type: ignore[arg-type]

    shown.canvas.show_state(shown.state(noise(1500, 1100)))
    shown.canvas.set_zoom(1.0)
    shown.settle()
    shown.canvas.repaint()
    shown.canvas.repaint()
    for room in (frame, viewport):
        monkeypatch.setattr(room, "paint_panes", watched)
    shown.canvas.repaint()
    assert not painted
    shown.canvas.pan(-10, 4)
    shown.canvas.repaint()
    assert painted
