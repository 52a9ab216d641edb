"""Opening: pictures, projects, several at once, and everything that is none of these."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest
from pytestqt.qtbot import QtBot

from ganstudio.core.codecs import History, SaveOptions, write
from ganstudio.core.document import Pool, composite, flip, state_of
from ganstudio.core.document.project import save
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Picture
from ganstudio.tools.recipe import Recipe
from ganstudio.ui.desk import Desk
from ganstudio.ui.documents import Documents, DocumentTabs, OpenDocument, loading

Waves = Callable[..., np.ndarray]
Written = Callable[[Path, np.ndarray, str], Path]
Open = Callable[[Path], OpenDocument]
Said = Callable[[], list[str]]
RECIPE = {"format": "ganstudio-recipe", "version": 1, "steps": [{"tool": "resize", "params": {"scale": 0.5}}]}


def settled(qtbot: QtBot, documents: Documents) -> None:
    qtbot.waitUntil(lambda: not documents.arriving, timeout=10_000)


def test_a_photo_opens_off_the_gui_thread_and_is_not_modified(
    qtbot: QtBot, desk: Desk, documents: Documents, photo: Path
) -> None:
    documents.open([photo])
    assert [one.title for one in documents.arriving] == ["photo.jpg"]
    assert documents.current is None
    settled(qtbot, documents)
    document = documents.current
    assert document is not None
    assert (document.state.width, document.state.height) == (320, 200)
    assert (document.title, document.path, document.project) == ("photo.jpg", photo, None)
    assert not document.modified
    assert document.original is document.state
    assert desk.settings.recent == [photo]


def reader(qtbot: QtBot) -> psutil.Process:
    """The process that waits; just after it was begun the system may not yet say how it was called."""
    qtbot.waitUntil(lambda: bool(children()), timeout=10_000)
    return children()[0]


def children() -> list[psutil.Process]:
    return [one for one in psutil.Process().children() if "spawn_main" in _words(one)]


def _words(process: psutil.Process) -> str:
    """How it was called; nothing for one that has just ended."""
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""


def test_a_large_picture_is_read_by_another_process(
    qtbot: QtBot, desk: Desk, documents: Documents, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents.open([photo])
    settled(qtbot, documents)
    here = documents.all[0].state
    assert not children() and documents.close(documents.all[0])
    monkeypatch.setattr(loading, "APART", 1000)
    documents.open([photo])
    qtbot.waitUntil(lambda: bool(documents.all), timeout=30_000)
    there, document = documents.all[0].state, documents.all[0]
    assert len(children()) == 1
    assert np.array_equal(composite(there, there.rect), composite(here, here.rect))
    assert (document.title, document.path, document.modified) == ("photo.jpg", photo, False)
    assert document.header is not None and document.header.format == "jpeg"
    document.do(flip(document.state, True))
    assert document.modified


def test_a_decoder_that_crashes_takes_no_window_along(
    qtbot: QtBot, desk: Desk, documents: Documents, photo: Path, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "APART", 1000)
    desk.readers.start()
    victim = reader(qtbot)
    victim.suspend()  # in the middle of a picture
    documents.open([photo])
    qtbot.wait(300)
    assert documents.arriving
    victim.kill()
    qtbot.waitUntil(lambda: not documents.arriving, timeout=10_000)
    assert any("photo.jpg" in one and "has ended" in one for one in said())
    documents.open([photo])
    qtbot.waitUntil(lambda: bool(documents.all), timeout=30_000)


def test_a_large_picture_is_given_up_at_once(
    qtbot: QtBot, desk: Desk, documents: Documents, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "APART", 1000)
    desk.readers.start()
    reader(qtbot).suspend()
    documents.open([photo])
    qtbot.wait(100)
    documents.give_up(documents.arriving[0])
    assert not documents.entries
    qtbot.waitUntil(lambda: not children(), timeout=10_000)


def test_a_file_that_is_gone_leaves_the_recent_ones(
    qtbot: QtBot, desk: Desk, documents: Documents, tmp_path: Path, waves: Waves, written: Written
) -> None:
    photo = written(tmp_path / "gone.jpg", waves(64, 40), "jpg")
    documents.open([photo])
    settled(qtbot, documents)
    current = documents.current
    assert current is not None and documents.close(current) and desk.settings.recent == [photo]
    photo.unlink()
    documents.open([photo])
    settled(qtbot, documents)
    assert desk.settings.recent == []


def test_several_open_in_their_order_and_the_first_comes_to_the_front(
    qtbot: QtBot, documents: Documents, tmp_path: Path, waves: Waves, written: Written
) -> None:
    paths = [written(tmp_path / f"{n}.png", waves(900 // (n + 1), 300), "png") for n in range(5)]
    documents.open(paths)
    settled(qtbot, documents)
    assert [one.path for one in documents.all] == paths
    assert documents.current is not None and documents.current in documents.all


def test_what_is_open_comes_to_the_front_instead_of_twice(
    qtbot: QtBot, documents: Documents, opened: Open, photo: Path, tmp_path: Path, waves: Waves, written: Written
) -> None:
    first = opened(photo)
    second = opened(written(tmp_path / "b.png", waves(20, 20), "png"))
    assert documents.current is second
    documents.open([photo, photo])
    assert documents.current is first
    assert len(documents.entries) == 2


def test_a_file_dropped_twice_in_a_row_is_opened_once(qtbot: QtBot, documents: Documents, photo: Path) -> None:
    documents.open([photo])
    documents.open([photo])
    settled(qtbot, documents)
    assert len(documents.all) == 1


def test_more_pictures_than_one_looks_at_go_to_batch(qtbot: QtBot, documents: Documents, tmp_path: Path) -> None:
    paths = [tmp_path / f"{n}.jpg" for n in range(40)]
    with qtbot.waitSignal(documents.folder_dropped) as blocker:
        documents.open(paths)
    assert blocker.args == [paths]
    assert documents.entries == []


def test_a_folder_goes_to_batch_and_the_pictures_beside_it_open(
    qtbot: QtBot, documents: Documents, tmp_path: Path, photo: Path
) -> None:
    folder = tmp_path / "holiday"
    folder.mkdir()
    with qtbot.waitSignal(documents.folder_dropped) as blocker:
        documents.open([folder, photo])
    assert blocker.args == [[folder]]
    settled(qtbot, documents)
    assert [one.path for one in documents.all] == [photo]


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("empty.jpg", b"", "is empty"),
        ("letter.pdf", b"%PDF-1.7\n", "PDF"),
        ("named.jpg", b"%PDF-1.7\n", "PDF"),
        ("shot.raf", b"FUJIFILMCCD-RAW 0201" + bytes(100), "RAW"),
        ("shot.cr2", b"II*\x00\x10\x00\x00\x00CR\x02\x00" + bytes(100), "RAW"),
        ("clip.mp4", b"\x00\x00\x00\x18ftypmp42" + bytes(40), "video"),
        ("notes.txt", b"dear diary", "text"),
        ("cut.png", b"\x89PNG\r\n\x1a\n\x00\x00", "cut off"),
        ("old.ganstudio", b"PK\x03\x04nonsense", "project"),
        ("things.json", b'{"a": 1}', "recipe"),
        ("broken.json", b'{"a": ', "JSON"),
    ],
)
def test_every_wrong_file_gets_one_sentence(
    qtbot: QtBot, documents: Documents, tmp_path: Path, said: Said, name: str, content: bytes, word: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    documents.open([path])
    settled(qtbot, documents)
    assert documents.entries == []
    assert len(said()) == 1
    assert name in said()[0] and word in said()[0]


def test_a_vanished_file_and_one_without_permission(
    qtbot: QtBot, documents: Documents, tmp_path: Path, said: Said
) -> None:
    documents.open([tmp_path / "gone.jpg"])
    settled(qtbot, documents)
    assert said() == ["“gone.jpg” does not exist."]


def test_several_wrong_files_are_told_of_once(qtbot: QtBot, documents: Documents, tmp_path: Path, said: Said) -> None:
    paths = [tmp_path / f"{n}.txt" for n in range(4)]
    for path in paths:
        path.write_text("words")
    documents.open(paths)
    settled(qtbot, documents)
    assert len(said()) == 1
    assert said()[0].startswith("4 of 4 files are no pictures: “0.txt”, “1.txt”, “2.txt” and 1 more.")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_name_that_is_no_text(qtbot: QtBot, documents: Documents, tmp_path: Path, waves: Waves) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.png"))
    write(Picture.of(waves(40, 30)), path, SaveOptions(format="png"), Progress())
    documents.open([path])
    settled(qtbot, documents)
    assert [one.title for one in documents.all] == ["caf\\xe9.png"]
    DocumentTabs(documents.desk, documents, documents.widget)


def test_a_project_opens_as_it_was_saved(opened: Open, tmp_path: Path, waves: Waves) -> None:
    pool = Pool(1 << 20)
    pixels = waves(300, 280)
    project = tmp_path / "trip.ganstudio"
    save(state_of(pool, Picture.of(pixels), "Photo"), project, Progress())
    pool.close()
    document = opened(project)
    assert (document.project, document.path, document.title) == (project, None, "trip.ganstudio")
    assert np.array_equal(document.state.layers[0].pixels.rows(0, 280), pixels)
    assert not document.modified


def test_a_project_is_known_by_its_content(opened: Open, tmp_path: Path, waves: Waves) -> None:
    pool = Pool(1 << 20)
    project = tmp_path / "trip.ganstudio"
    save(state_of(pool, Picture.of(waves(9, 9)), "Photo"), project, Progress())
    pool.close()
    renamed = project.rename(tmp_path / "trip.zip")
    assert opened(renamed).project == renamed


def test_a_project_of_a_newer_version_is_refused(
    qtbot: QtBot, documents: Documents, tmp_path: Path, waves: Waves, said: Said
) -> None:
    import zipfile

    pool = Pool(1 << 20)
    project, newer = tmp_path / "a.ganstudio", tmp_path / "newer.ganstudio"
    save(state_of(pool, Picture.of(waves(9, 9)), "Photo"), project, Progress())
    pool.close()
    with zipfile.ZipFile(project) as old, zipfile.ZipFile(newer, "w") as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename == "manifest.json":
                content = json.dumps(json.loads(content) | {"version": 99}).encode()
            new.writestr(info, content)
    documents.open([newer])
    settled(qtbot, documents)
    assert len(said()) == 1
    assert "newer" in said()[0]


def test_a_recipe_goes_to_the_tool_panel(qtbot: QtBot, documents: Documents, tmp_path: Path) -> None:
    path = tmp_path / "half.json"
    path.write_text(json.dumps(RECIPE))
    with qtbot.waitSignal(documents.recipe_given) as blocker:
        documents.open([path])
    assert blocker.args == [Recipe.from_json(RECIPE)]
    assert documents.entries == []


def test_our_own_picture_offers_its_settings(
    qtbot: QtBot, desk: Desk, documents: Documents, opened: Open, tmp_path: Path, waves: Waves
) -> None:
    path = tmp_path / "made.png"
    recipe = Recipe.from_json(RECIPE)
    history = History(recipe.text(), "algorithmicallyEnhanced")
    write(Picture.of(waves(30, 20)), path, SaveOptions(format="png"), Progress(), history=history)
    with qtbot.waitSignal(desk.notices.toasted) as toasted:
        document = opened(path)
    assert document.recipe == recipe
    assert toasted.args is not None
    name, call = toasted.args[0].action
    assert name == "Use its settings"
    with qtbot.waitSignal(documents.recipe_given) as blocker:
        call()
    assert blocker.args == [recipe]


def test_a_model_file_is_no_picture_but_of_use(qtbot: QtBot, documents: Documents, tmp_path: Path) -> None:
    path = tmp_path / "4x-Any.pth"
    path.write_bytes(b"\x80\x02}q\x00.")
    with qtbot.waitSignal(documents.model_given) as blocker:
        documents.open([path])
    assert blocker.args == [path]


def test_a_picture_named_like_a_model_is_a_picture(
    opened: Open, tmp_path: Path, waves: Waves, written: Written
) -> None:
    path = written(tmp_path / "a.png", waves(30, 20), "png").rename(tmp_path / "a.pth")
    assert opened(path).path == path


def test_the_pictures_of_one_file_one_after_the_other(
    qtbot: QtBot, desk: Desk, documents: Documents, opened: Open, tmp_path: Path
) -> None:
    import tifffile

    path = tmp_path / "scan.tif"
    with tifffile.TiffWriter(path) as file:
        for level in (10, 20, 30):
            file.write(np.full((40, 50, 3), level, np.uint8), photometric="rgb")
    opened(path)
    call = getattr(desk.notices.log[0], "action")[1]  # noqa: B009
    assert "3 pictures" in getattr(desk.notices.log[0], "text")  # noqa: B009
    with qtbot.waitSignal(documents.opened):
        call()
    assert [one.title for one in documents.all] == ["scan.tif", "scan.tif, picture 2"]
    assert documents.all[1].state.layers[0].pixels.rows(0, 1)[0, 0, 0] == 20


def test_the_sample_photograph(qtbot: QtBot, desk: Desk, documents: Documents) -> None:
    with qtbot.waitSignal(documents.opened):
        documents.open_sample()
    sample = documents.current
    assert sample is not None
    assert (sample.state.width, sample.path, sample.project, sample.modified) == (576, None, None, False)
    assert sample.state.layers[0].link == ""
    assert desk.settings.recent == []


def test_an_arrival_can_be_given_up(qtbot: QtBot, documents: Documents, photo: Path) -> None:
    documents.open([photo])
    documents.give_up(documents.arriving[0])
    assert documents.entries == []
    qtbot.waitUntil(lambda: documents.desk.background.busy == 0, timeout=10_000)
    assert documents.all == []
