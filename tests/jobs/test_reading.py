"""Pictures read in a process of its own are those that would be read here; what goes wrong there is said here."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image

from ganstudio.core.codecs import open_raster
from ganstudio.core.document import Pool, add, composite, state_of
from ganstudio.core.document.project import save
from ganstudio.core.errors import BadInput, Cancelled, NotAPicture
from ganstudio.core.progress import Progress
from ganstudio.core.text import set_language
from ganstudio.jobs.reading import Readers


@pytest.fixture
def readers() -> Iterator[Readers]:
    readers = Readers()
    yield readers
    readers.close()
    assert not children()


def children() -> list[psutil.Process]:
    return [one for one in psutil.Process().children() if "spawn_main" in _words(one)]


def _words(process: psutil.Process) -> str:
    """How it was called; nothing for one that has just ended."""
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    samples = np.random.default_rng(5).integers(0, 256, (37, 50, 3)).astype(np.uint8)
    path = tmp_path / "photo.png"
    Image.fromarray(samples).resize((1200, 900)).save(path)
    return path


def test_pictures_projects_and_errors_come_from_one_process(readers: Readers, photo: Path, tmp_path: Path) -> None:
    pool, progress = Pool(), Progress()
    header, found = readers.picture(photo, 0, "photo.png", "/a/photo.png", pool, progress)
    raster = open_raster(photo)
    here = state_of(Pool(), raster, "photo.png")
    assert header == raster.header
    assert found.layers[0].name == "photo.png" and found.layers[0].link == "/a/photo.png"
    assert np.array_equal(composite(found, found.rect), composite(here, here.rect))
    first = children()
    assert len(first) == 1

    two = add(here, here.layers[0].pixels, "Again", x=5, y=7).state
    save(two, tmp_path / "two.gansproj", Progress())
    opened = readers.project(tmp_path / "two.gansproj", pool, Progress())
    assert np.array_equal(composite(opened, opened.rect), composite(two, two.rect))

    (tmp_path / "text.png").write_text("no picture at all, but long enough to be looked at")
    with pytest.raises(BadInput) as said:
        readers.picture(tmp_path / "text.png", 0, "", "", pool, Progress())
    with pytest.raises(type(said.value)) as here_too:
        open_raster(tmp_path / "text.png")
    assert str(said.value) == str(here_too.value)
    with pytest.raises(NotAPicture):
        readers.picture(Path(__file__), 0, "", "", pool, Progress())
    assert children() == first


def test_a_process_that_dies_over_a_picture_is_said_and_the_next_one_is_new(readers: Readers, photo: Path) -> None:
    readers.start()
    victim, pool = children()[0], Pool()
    victim.suspend()
    threading.Timer(0.2, os.kill, (victim.pid, signal.SIGKILL)).start()
    with pytest.raises(BadInput, match=r"photo\.png.*has ended"):
        readers.picture(photo, 0, "photo.png", "", pool, Progress())
    assert readers.picture(photo, 0, "photo.png", "", pool, Progress())[1].width == 1200


def test_a_process_that_died_while_it_waited_is_replaced(readers: Readers, photo: Path) -> None:
    readers.start()
    victim = children()[0]
    os.kill(victim.pid, signal.SIGKILL)
    while victim.status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)
    assert readers.picture(photo, 0, "photo.png", "", Pool(), Progress())[1].width == 1200


def test_stopping_does_not_wait_for_the_decoder(readers: Readers, photo: Path) -> None:
    readers.start()
    process, progress, ended = children()[0], Progress(), threading.Event()
    process.suspend()  # deep in a decoder that does not answer

    def read() -> None:
        with pytest.raises(Cancelled):
            readers.picture(photo, 0, "photo.png", "", Pool(), progress)
        ended.set()

    thread = threading.Thread(target=read)
    thread.start()
    time.sleep(0.1)
    progress.stop()
    assert ended.wait(60)
    thread.join()
    assert not children()


def test_two_at_a_time(readers: Readers, photo: Path) -> None:
    pool, found = Pool(), []
    threads = [
        threading.Thread(target=lambda: found.append(readers.picture(photo, 0, "", "", pool, Progress())[1].width))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [1200, 1200]
    assert len(children()) == 1


def test_what_a_reader_says_is_said_in_the_language_of_who_asked(readers: Readers, tmp_path: Path) -> None:
    (tmp_path / "cut.png").write_bytes(b"")
    set_language("de")
    try:
        with pytest.raises(BadInput) as caught:
            readers.picture(tmp_path / "cut.png", 0, "", "", Pool(), Progress())
        with pytest.raises(BadInput) as absent:
            readers.picture(tmp_path / "none.png", 0, "", "", Pool(), Progress())
    finally:
        set_language("en")
    assert caught.value.message == "„cut.png“ ist leer."
    assert absent.value.message == "„none.png“ gibt es nicht."
