"""The engine as the window has it: signals in the GUI thread, pixels that fill in, batches, an engine that dies."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from PySide6.QtCore import QCoreApplication, QObject, QThread, Slot
from pytestqt.qtbot import QtBot

from ganstudio.core.document.pool import Pool
from ganstudio.core.document.rect import Rect
from ganstudio.core.settings import Settings
from ganstudio.jobs.remote import Facts, Failure, Source, TaskResult
from ganstudio.jobs.remote.pixels import MappedRaster, exchange
from ganstudio.jobs.watch import Status
from ganstudio.tools.recipe import Recipe
from ganstudio.ui.engine_link import EngineLink
from tests.jobs.harness import engine as engine_here
from tests.jobs.harness import files, folder_of
from tests.jobs.harness import put as put_in
from tests.jobs.remote_harness import source, upscaling

_MS = 60_000


class Listener(QObject):
    """Everything a link says, as it came; each must come in the GUI thread."""

    def __init__(self, link: EngineLink) -> None:
        super().__init__()
        self.link = link
        self.said: list[tuple[str, tuple[Any, ...]]] = []
        self.partials: dict[int, MappedRaster] = {}
        for name, slot in (
            ("state", self.state), ("began", self.began), ("area", self.area), ("finished", self.finished),
            ("failed", self.failed), ("batch_status", self.batch_status), ("batch_ended", self.batch_ended),
            ("batch_failed", self.batch_failed), ("trouble", self.trouble),
        ):  # fmt: skip
            getattr(link, "state_changed" if name == "state" else name).connect(slot)

    def _note(self, name: str, *what: Any) -> None:
        application = QCoreApplication.instance()
        assert application is not None
        assert QThread.currentThread() is application.thread()
        self.said.append((name, what))

    @Slot(str)
    def state(self, state: str) -> None:
        self._note("state", state)

    @Slot(int, object)
    def began(self, task: int, header: object) -> None:
        self._note("began", task, header)
        partial = self.link.partial(task)
        if partial is not None:
            self.partials[task] = partial

    @Slot(int, object)
    def area(self, task: int, rect: Rect) -> None:
        self._note("area", task, rect)
        if task in self.partials:
            assert self.partials[task].rows(rect.y0, rect.y1)[:, rect.x0 : rect.x1].any()

    @Slot(int, object)
    def finished(self, task: int, result: TaskResult) -> None:
        self._note("finished", task, result)

    @Slot(int, object)
    def failed(self, task: int, failure: Failure) -> None:
        self._note("failed", task, failure)

    @Slot(object)
    def batch_status(self, status: Status) -> None:
        self._note("batch_status", status)

    @Slot(object)
    def batch_ended(self, end: object) -> None:
        self._note("batch_ended", end)

    @Slot(object)
    def batch_failed(self, failure: Failure) -> None:
        self._note("batch_failed", failure)

    @Slot(object)
    def trouble(self, failure: Failure) -> None:
        self._note("trouble", failure)

    def of(self, name: str, task: int | None = None) -> list[Any]:
        found = [what for said, what in self.said if said == name and (task is None or what[0] == task)]
        return [what[-1] for what in found]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GANSTUDIO_HOME", str(folder))
        yield folder


@pytest.fixture(scope="module")
def link(home: Path, qapp: object) -> Iterator[EngineLink]:
    link = EngineLink(Settings(threads=2))
    link.start()
    yield link
    link.close()


@pytest.fixture(autouse=True)
def same_home(home: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANSTUDIO_HOME", str(home))


@pytest.fixture
def heard(link: EngineLink) -> Listener:
    return Listener(link)


@pytest.fixture
def pool() -> Iterator[Pool]:
    pool = Pool(1 << 28)
    yield pool
    pool.close()


def until(qtbot: QtBot, there: Callable[[], object]) -> None:
    qtbot.waitUntil(lambda: bool(there()), timeout=_MS)


def exchanged() -> set[Path]:
    """What lies in the exchange folder, which is made by the first picture that is handed over."""
    return set(exchange().iterdir()) if exchange().is_dir() else set()


def recipe(**params: Any) -> Recipe:
    return Recipe.from_json(upscaling(**params))


def test_a_task_from_the_click_to_the_layer(qtbot: QtBot, link: EngineLink, heard: Listener, pool: Pool) -> None:
    given = source(pool, 500, 420)
    task = link.apply(recipe(), given, label="Upscale")  # the engine is still starting
    assert link.partial(task) is None
    until(qtbot, lambda: heard.of("finished", task))
    assert link.state == "ready"
    result = heard.of("finished", task)[0]
    assert heard.of("began", task)[0] == result.header
    areas = heard.of("area", task)
    assert len(areas) > 1
    assert sum(rect.width * rect.height for rect in areas) == 1000 * 840
    assert np.array_equal(heard.partials[task].rows(0, 840), result.raster().rows(0, 840))
    assert (result.label, link.partial(task)) == ("Upscale", None)
    assert isinstance(link.facts, Facts)
    assert (link.facts.workers, link.facts.kind) == (2, "cpu")
    assert "precision" in link.facts.precision
    until(qtbot, lambda: link.ask_time("quick", 1000, 1000))
    assert link.ask_time("fidelity-x4", 1000, 1000) is None


def test_try_it_here_beside_a_running_picture(qtbot: QtBot, link: EngineLink, heard: Listener, pool: Pool) -> None:
    long = link.apply(recipe(), source(pool, 2600, 2600))
    until(qtbot, lambda: heard.of("area", long))
    here = link.apply(recipe(), source(pool, 400, 400), region=Rect(100, 100, 250, 220))
    until(qtbot, lambda: heard.of("finished", here))
    assert heard.of("finished", here)[0].rect == Rect(200, 200, 500, 440)
    assert not heard.of("finished", long)
    link.cancel(long)
    until(qtbot, lambda: heard.of("failed", long))
    assert heard.of("failed", long)[0].kind == "stopped"


def test_trouble_is_a_failure_with_a_sentence(
    qtbot: QtBot, link: EngineLink, heard: Listener, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n" + b"x" * 99)
    task = link.apply(recipe(), Source.of_file(broken))
    until(qtbot, lambda: heard.of("failed", task))
    failure = heard.of("failed", task)[0]
    assert (failure.kind, "broken.png" in failure.sentence) == ("user", True)


def test_batches_of_the_journal_run_and_can_be_stopped(
    qtbot: QtBot, link: EngineLink, heard: Listener, tmp_path: Path
) -> None:
    here = engine_here()
    added = put_in(here, folder_of(tmp_path / "in", 5, 700, 500), tmp_path / "out", recipe())
    here.close()
    link.run_batches([])
    assert not link.batch_running
    link.run_batches([added.batch.id])
    assert link.batch_running
    until(qtbot, lambda: [one for one in heard.of("batch_status") if one.current])
    link.stop_batches()
    until(qtbot, lambda: heard.of("batch_ended") and not link.batch_running)
    end = heard.of("batch_ended")[0]
    assert (end.ending, end.batches) == ("stopped", (added.batch.id,))
    assert end.totals.waiting > 0
    link.run_batches([added.batch.id])
    until(qtbot, lambda: len(heard.of("batch_ended")) == 2)
    assert heard.of("batch_ended")[1].totals.done == 5
    assert len(files(tmp_path / "out")) == 5


def test_the_window_lives_when_the_engine_is_killed(
    qtbot: QtBot, link: EngineLink, heard: Listener, pool: Pool, tmp_path: Path
) -> None:
    here = engine_here()
    added = put_in(here, folder_of(tmp_path / "in", 4, 700, 500), tmp_path / "out", recipe())
    here.close()
    link.run_batches([added.batch.id])
    task = link.apply(recipe(), source(pool, 2000, 2000))
    until(qtbot, lambda: heard.of("area", task))
    assert link.pid is not None
    os.kill(link.pid, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
    until(qtbot, lambda: heard.of("failed", task) and heard.of("batch_failed"))
    assert heard.of("failed", task)[0].kind == "engine"
    assert heard.of("trouble")[0].sentence
    assert not link.batch_running
    assert link.partial(task) is None
    again = link.apply(recipe(), source(pool, 64, 64))
    until(qtbot, lambda: heard.of("finished", again))
    link.run_batches([added.batch.id])
    until(qtbot, lambda: heard.of("batch_ended"))
    assert heard.of("batch_ended")[0].totals.done == 4


def test_options_apply_to_the_next_task(qtbot: QtBot, link: EngineLink) -> None:
    link.set_options(precision="exact", threads=1, memory=40)
    until(qtbot, lambda: link.facts is not None and link.facts.workers == 1)
    assert link.facts is not None
    assert link.facts.precision == "exact"
    link.set_options()
    link.set_options(precision="auto", threads=2)
    until(qtbot, lambda: link.facts is not None and link.facts.workers == 2)


def test_one_that_was_never_started_closes_and_one_that_runs_leaves_nothing(qtbot: QtBot, pool: Pool) -> None:
    EngineLink(Settings()).close()
    link = EngineLink(Settings())
    heard = Listener(link)
    before = exchanged()
    task = link.apply(recipe(), source(pool, 2500, 2500))
    until(qtbot, lambda: heard.of("area", task))
    pid = link.pid
    assert pid is not None
    link.close()
    assert not psutil.pid_exists(pid)
    assert exchanged() == before
    assert link.state == "stopped"
    late = link.apply(recipe(), source(pool, 64, 64))
    assert not heard.of("finished", late)
