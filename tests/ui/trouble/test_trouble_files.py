"""Files and disks: the opened photo is never written to, what is on the disk is whole or as it was, sizes that hurt."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from ganstudio.core.codecs import SaveOptions
from ganstudio.core.document import Pool, state_of
from ganstudio.core.document.project import open_project
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Picture
from ganstudio.ui.desk import Desk
from ganstudio.ui.documents import OpenDocument, exporting
from ganstudio.ui.documents.export_dialog import ExportDialog
from ganstudio.ui.documents.saving import SaveProject
from ganstudio.ui.edit.workspace import EditWorkspace
from tests.ui.edit.conftest import desk, edit, host, photo, said

from .conftest import added, pixels, samples, wait, written

__all__ = ["desk", "edit", "host", "said"]  # fixtures: a workspace without an engine
ROOT = Path(__file__).resolve().parents[3]
Said = Callable[[], list[str]]


def open_(edit: EditWorkspace, path: Path) -> OpenDocument:
    before = len(edit.documents.all)
    edit.documents.open([path])
    wait(lambda: len(edit.documents.all) > before)
    edit.documents.set_current(edit.documents.all[-1])
    return edit.documents.all[-1]


def dialog_of(edit: EditWorkspace) -> ExportDialog:
    edit.document_actions.export()
    return edit.document_actions._exports[-1]


def other_names(path: Path) -> list[Path]:
    """The same photo under names that do not look like it."""
    names = [path.with_name("link.png"), path.with_name("hard.png")]
    names[0].symlink_to(path)
    os.link(path, names[1])
    upper = path.with_name(path.name.upper())
    return [path, *names, *([upper] if upper.exists() else [])]  # where case does not count


def test_no_opened_photo_is_exported_to_by_any_name(
    edit: EditWorkspace, desk: Desk, said: Said, tmp_path: Path
) -> None:
    first, second = written(tmp_path / "one.png"), written(tmp_path / "two.png", seed=2)
    open_(edit, first)
    before = [first.read_bytes(), second.read_bytes()]
    open_(edit, second)
    edit.documents.set_current(edit.documents.all[0])
    for target in (*other_names(second), first):  # the second's, too: it is open
        dialog = dialog_of(edit)
        dialog.name.set_text(target.name)
        dialog.start(overwrite=True)
        wait(lambda dialog=dialog: not dialog.running)
        dialog.close()
        assert said()[-1] == f"{target.name} was not exported."
        assert "your originals are never changed" in getattr(desk.notices.log[-1], "lines")[0]  # noqa: B009
    assert [first.read_bytes(), second.read_bytes()] == before


def test_a_project_s_photo_is_not_exported_to(edit: EditWorkspace, tmp_path: Path) -> None:
    path = written(tmp_path / "photo.png")
    document = open_(edit, path)
    document.project = tmp_path / "a.ganstudio"
    SaveProject(edit.documents, document).save()
    wait(lambda: document.project is not None and document.project.is_file() and not document.saving)
    edit.documents.discard(document)
    again = open_(edit, tmp_path / "a.ganstudio")
    assert again.path is None
    before = path.read_bytes()
    dialog = dialog_of(edit)
    dialog.name.set_text("photo.png")
    dialog.start(overwrite=True)
    wait(lambda: not dialog.running)
    dialog.close()
    assert path.read_bytes() == before


@pytest.mark.parametrize("kind", ["itself", "symlink", "hard link"])
def test_saving_never_writes_into_the_photo(edit: EditWorkspace, tmp_path: Path, kind: str) -> None:
    path = written(tmp_path / "photo.png")
    before, number = path.read_bytes(), path.stat().st_ino
    target = tmp_path / ("photo.png" if kind == "itself" else "photo.ganstudio")
    if kind == "symlink":
        target.symlink_to(path)
    elif kind == "hard link":
        os.link(path, target)
    document = open_(edit, path)
    document.do(added(document.state))
    saving = SaveProject(edit.documents, document)
    if kind == "itself":
        saving._named(str(target))
    else:
        saving._write(target)
    wait(lambda: not document.saving)
    assert (path.read_bytes(), path.stat().st_ino) == (before, number)
    assert document.project is not None and samples(open_project(document.project, Pool(), Progress())) == samples(
        document.state
    )


def test_an_export_goes_on_when_its_tab_is_closed_and_another_begins(
    edit: EditWorkspace, desk: Desk, said: Said, tmp_path: Path
) -> None:
    first, second = written(tmp_path / "large.png", 1500, 1200), written(tmp_path / "small.png")
    document = open_(edit, first)
    open_(edit, second)
    edit.documents.set_current(document)
    dialog = dialog_of(edit)
    dialog.name.set_text("result.png")
    dialog.start()
    assert dialog.running and edit.busy() == "result.png is being saved."
    assert edit.documents.close(document)  # nothing of it is unsaved
    other = dialog_of(edit)
    assert other is not dialog and dialog.running and dialog.isVisible()
    wait(lambda: not dialog.isVisible())
    assert np.array_equal(pixels(tmp_path / "result.png"), photo(1500, 1200))
    assert said()[-1].startswith("result.png is saved") and edit.busy() == ""
    other.close()


def test_the_folder_goes_in_the_middle_of_an_export(
    edit: EditWorkspace, desk: Desk, said: Said, tmp_path: Path
) -> None:
    open_(edit, written(tmp_path / "large.png", 2400, 2000))
    folder = tmp_path / "out"
    folder.mkdir()
    dialog = dialog_of(edit)
    dialog.set_folder(str(folder))
    dialog.name.set_text("a.png")
    dialog.start()
    wait(lambda: any(folder.iterdir()) or not dialog.running)
    shutil.rmtree(folder)
    wait(lambda: not dialog.running)
    assert said()[-1] == "a.png was not exported.", said()
    assert dialog.isVisible() and not folder.exists()
    folder.mkdir()
    dialog.start()
    wait(lambda: not dialog.isVisible())
    assert np.array_equal(pixels(folder / "a.png"), photo(2400, 2000))


def test_a_full_disk_at_every_kind_of_saving(
    edit: EditWorkspace, desk: Desk, said: Said, tmp_path: Path, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(3)
    Image.fromarray(rng.integers(0, 255, (1300, 1300, 3), np.uint8)).save(tmp_path / "noise.png")
    document = open_(edit, tmp_path / "noise.png")
    project = small_disk / "a.ganstudio"
    document.do(added(document.state))
    document.jump(0)
    kept = written(small_disk / "kept.png")
    left = sorted(one.name for one in small_disk.iterdir())
    dialog = dialog_of(edit)
    dialog.set_folder(str(small_disk))
    dialog.name.set_text("noise.png")
    dialog.start()
    wait(lambda: not dialog.running)
    dialog.close()
    lines = getattr(desk.notices.log[-1], "lines")  # noqa: B009
    assert said()[-1] == "noise.png was not exported." and "disk is full" in lines[0]
    SaveProject(edit.documents, document)._write(project)
    wait(lambda: not document.saving)
    assert said()[-1] == "noise.png was not saved."
    monkeypatch.setenv("GANSTUDIO_HOME", str(small_disk))  # the safety copy, and what is pasted
    document.jump(1)
    document.safety.write_now()
    wait(lambda: "safety copy" in said()[-1])
    assert "disk is full" in said()[-1] and document.modified
    edit.documents.open_image((tmp_path / "noise.png").read_bytes(), "Pasted picture")
    wait(lambda: not edit.documents.arriving)
    assert "Pasted picture" in said()[-1], said()
    shutil.rmtree(small_disk / "cache", ignore_errors=True)
    shutil.rmtree(small_disk / "recovery", ignore_errors=True)
    assert sorted(one.name for one in small_disk.iterdir() if one.suffix == ".png") == left
    assert np.array_equal(pixels(kept), photo(96, 64))
    document.doc.mark_saved(document.state)


SAVER = """
import sys
from pathlib import Path
from ganstudio.core.codecs import open_raster
from ganstudio.core.document import Pool, project, state_of
from ganstudio.core.progress import Progress
pool = Pool()
states = [state_of(pool, open_raster(Path(one)), one) for one in sys.argv[2:]]
print("ready", flush=True)
while True:
    for state in states:
        project.save(state, Path(sys.argv[1]), Progress(), overwrite=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="ended by a signal")
def test_a_project_saved_over_another_is_whole_or_the_old_one(tmp_path: Path) -> None:
    """Killed in the middle, at different moments."""
    pictures = [written(tmp_path / "a.png", 500, 400, 1), written(tmp_path / "b.png", 500, 400, 2)]
    target = tmp_path / "x.ganstudio"
    may = {photo(500, 400, seed).tobytes() for seed in (1, 2)}
    words = [sys.executable, "-c", SAVER, str(target), *map(str, pictures)]
    for number in range(3):
        saver = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE)
        assert saver.stdout is not None and saver.stdout.readline() == b"ready\n"
        while not target.exists():
            time.sleep(0.005)
        time.sleep(0.07 + 0.031 * number)
        saver.send_signal(signal.SIGKILL)
        saver.communicate()
        assert samples(open_project(target, Pool(), Progress()))[0] in may


def test_sizes_that_hurt_are_measured(desk: Desk) -> None:
    """Also a picture that is larger than what is measured of one, and has only a few rows."""
    for width, height in ((1, 3000), (3000, 1), (100_000, 30), (300_000, 7), (1, 1)):
        state = state_of(desk.pool, Picture.of(np.full((height, width, 3), 90, np.uint8)), "flat")
        assert 20 < exporting.measure(state, SaveOptions(format="png"), False, Progress()) < 3 * width * height + 5000


def test_a_huge_picture_is_pasted(edit: EditWorkspace, qtbot: QtBot) -> None:
    image = QImage(7000, 6000, QImage.Format.Format_RGB32)
    image.fill(0xFF336699)
    mime = QMimeData()
    mime.setImageData(image)
    edit.document_actions.clipboard.paste_mime(mime)
    wait(lambda: edit.document is not None)
    assert edit.document is not None
    state = edit.document.state
    assert (state.width, state.height) == (7000, 6000)
    assert samples(state)[0][:3] == b"\x33\x66\x99"
    edit.documents.discard(edit.document)


def test_five_thousand_files_are_dropped(edit: EditWorkspace, tmp_path: Path) -> None:
    given: list[list[Path]] = []
    edit.batch_wanted.connect(given.append)
    mime = QMimeData()
    paths = [tmp_path / f"a photo {number} %41 #é.png" for number in range(5000)]
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    edit._dropped(mime)
    assert given == [paths]  # Batch takes them; nothing is opened here
    assert not edit.documents.entries
