"""Explore in the window: the pulse of the GUI thread while a direction's slider is dragged, and how soon pictures come.

    python -m tests.bench.explore [--seconds 20] [--models paintings mnist-dcgan mnist-mlp]

The slider of the first direction is dragged to and fro by mouse events, sixty times a second, without rest; beside it,
at the same moment, an empty window beats in another process (`tests.bench.pulse`). Then each model is asked for twelve
pictures after a rest: from the move to the first picture on the stage (early, where there is one) and to the whole one.
Last, ten moves are made while one picture is drawn: how many more the engine draws.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from ganstudio.jobs.remote.generators import Pictured
from ganstudio.ui.explore.direction_strip import DirectionStrip
from ganstudio.ui.explore.room import Room
from ganstudio.ui.explore.workspace import ExploreWorkspace
from ganstudio.ui.frame.window import Window
from tests.bench import pulse

_MOVE_MS = 16
_PICTURES = 12


class Explored:
    """The furnished window with Explore in front."""

    def __init__(self) -> None:
        from ganstudio.core.settings import SettingsStore
        from ganstudio.ui.starting.app import dress, make_application

        self._app = QApplication.instance() or make_application()
        assert isinstance(self._app, QApplication)
        dress(self._app)
        self.window = Window(SettingsStore())
        self.window.painted.connect(self.window.furnish)
        self.window.resize(*pulse.SIZE)
        self.window.show()
        pulse.until(lambda: self.window.desk is not None and self.window.desk.engine.state == "ready")
        self.window.show_workspace("explore")
        workspace = self.window.workspaces["explore"]
        assert isinstance(workspace, ExploreWorkspace)
        self.room: Room = workspace.furnish()
        self.came: list[tuple[float, Pictured]] = []
        self.room.steer.rendering.rendered.connect(self._hear)
        pulse.until(lambda: self.room.steer.rendering.sharp is not None)

    def _hear(self, told: Pictured) -> None:
        self.came.append((time.monotonic(), told))

    def strip(self) -> DirectionStrip:
        pulse.until(lambda: len(self.room.steer.directions.strips) >= 8, 60)
        pulse.for_seconds(2)
        return next(iter(self.room.steer.directions.strips.values()))

    def drag(self, seconds: float) -> None:
        """To and fro over the whole track, without rest."""
        strip = self.strip()
        heart = pulse.Heart(self.room.steer.stage)
        rival = pulse.Rival()
        pulse.for_seconds(3)
        rest = pulse.for_seconds(5)
        self.came.clear()
        hand = _Hand(strip)
        span = pulse.for_seconds(seconds)
        hand.let_go()
        theirs = rival.stop()
        for what, one in (("at rest in Explore", rest), ("a slider dragged without rest", span)):
            print(pulse.told(what, pulse.gaps(heart.beats, one), pulse.gaps(theirs, one)), flush=True)
        shown = [told for when, told in self.came if span[0] <= when <= span[1]]
        whole = sum(told.stage == "full" for told in shown)
        print(
            f"  {hand.moves} moves, {len(shown) / seconds:.0f} pictures a second came, {whole} of them whole",
            flush=True,
        )

    def latency(self, model: str) -> None:
        """From a move after a rest to the first and to the whole picture."""
        room = self.room
        if room.journey.latent.model != model:
            room.steer.steer.choose_model(model)
        pulse.until(lambda: room.journey.facts is not None and room.steer.rendering.sharp is not None, 60)
        early, full = [], []
        for number in range(_PICTURES):
            pulse.for_seconds(0.5)
            self.came.clear()
            began = time.monotonic()
            room.steer.steer._go_seed(1000 + number)
            pulse.until(lambda: room.steer.rendering.sharp is not None, 60)
            early.append(self.came[0][0] - began)
            full.append(next(when for when, told in self.came if told.stage == "full") - began)
        side = room.journey.facts.resolution if room.journey.facts is not None else 0
        first, last = (statistics.median(one) * 1e3 for one in (early, full))
        print(f"{model} ({side} px): first picture after {first:.0f} ms, whole after {last:.0f} ms", flush=True)

    def burst(self) -> None:
        """Ten moves at once."""
        room = self.room
        pulse.for_seconds(1)
        self.came.clear()
        for number in range(10):
            room.steer.steer._go_seed(2000 + number)
        pulse.until(lambda: room.steer.rendering.sharp is not None, 60)
        pulse.for_seconds(0.5)
        whole = sum(told.stage == "full" for _when, told in self.came)
        print(f"ten moves at once: {whole} whole pictures came", flush=True)

    def close(self) -> None:
        self.window.close()
        pulse.for_seconds(0.5)


class _Hand:
    """Drags the knob of a strip by mouse events."""

    def __init__(self, strip: DirectionStrip) -> None:
        self.moves = 0
        self._strip = strip
        self._at, self._step = strip.width() / 2, 4.0
        self._send(QEvent.Type.MouseButtonPress, Qt.MouseButton.LeftButton)
        self._timer = QTimer(strip, interval=_MOVE_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._move)
        self._timer.start()

    def _move(self) -> None:
        if not 40 < self._at + self._step < self._strip.width() - 40:
            self._step = -self._step
        self._at += self._step
        self.moves += 1
        self._send(QEvent.Type.MouseMove, Qt.MouseButton.NoButton)

    def let_go(self) -> None:
        self._timer.stop()
        self._send(QEvent.Type.MouseButtonRelease, Qt.MouseButton.LeftButton)

    def _send(self, kind: QEvent.Type, button: Qt.MouseButton) -> None:
        strip = self._strip
        place = QPointF(self._at, strip.track_y)
        event = QMouseEvent(
            kind, place, strip.mapToGlobal(place), button, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(strip, event)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--models", nargs="*", default=["paintings", "mnist-dcgan", "mnist-mlp"])
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home, pulse.screen() as name:
        os.environ.setdefault("GANSTUDIO_HOME", home)
        print(f"on {name}", flush=True)
        explored = Explored()
        explored.drag(wanted.seconds)
        for model in wanted.models:
            explored.latency(model)
        explored.burst()
        explored.close()


if __name__ == "__main__":
    main()
