"""Trouble while writing, made for real: after each the folder holds whole files under final names and nothing else."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from ganstudio.core.codecs import SaveOptions, sweep_partials, verify, write
from ganstudio.core.codecs.partial import Partial
from ganstudio.core.errors import Cancelled, DiskFull, EngineError, OutputError, VerifyError
from ganstudio.core.progress import Progress
from ganstudio.core.raster import ComputedRaster, Header, Metadata, Picture

WIDTH, HEIGHT = 900, 9000  # 24 MB: several bands in every streaming format
FORMATS = ("png", "jpg", "tiff", "webp", "avif")
STREAMING = ("png", "jpg", "tiff")
ROWS = np.random.default_rng(5).integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)


def raster(event: Callable[[int], None], height: int = HEIGHT) -> ComputedRaster:
    """Noise; `event(y0)` happens before rows are given."""

    def compute(y0: int, y1: int) -> np.ndarray:
        event(y0)
        return ROWS[y0:y1]

    return ComputedRaster(Header(WIDTH, height), Metadata(), compute)


def save(
    source: ComputedRaster | Picture, target: Path, progress: Progress | None = None, overwrite: bool = False
) -> None:
    options = SaveOptions(format=target.suffix[1:].replace("tif", "tiff").replace("tifff", "tiff"))
    write(source, target, options, progress or Progress(), overwrite=overwrite)


def half_way(y0: int) -> bool:
    return y0 > HEIGHT // 3


@pytest.mark.parametrize("format_id", FORMATS)
def test_a_failing_raster_leaves_nothing(tmp_path, format_id):
    def fail(y0: int) -> None:
        if y0 > 0:
            raise EngineError("The network gave nothing.")

    with pytest.raises(EngineError):
        save(raster(fail, HEIGHT if format_id in STREAMING else 600), tmp_path / f"a.{format_id}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format_id", STREAMING)
def test_stop_half_way_leaves_nothing(tmp_path, format_id):
    progress = Progress()
    with pytest.raises(Cancelled):
        save(raster(lambda y0: progress.stop() if half_way(y0) else None), tmp_path / f"a.{format_id}", progress)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format_id", STREAMING)
def test_a_folder_that_vanishes_half_way_is_a_sentence(tmp_path, format_id):
    folder = tmp_path / "gone"
    folder.mkdir()
    with pytest.raises(OutputError, match=r"a\.\w+ cannot be saved: the folder .*gone is not there"):
        save(raster(lambda y0: shutil.rmtree(folder, True) if half_way(y0) else None), folder / f"a.{format_id}")
    assert not folder.exists()


def test_no_such_folder(tmp_path):
    with pytest.raises(OutputError, match="is not there"):
        save(Picture.of(ROWS[:9]), tmp_path / "nowhere" / "a.png")


def test_wrong_rows_are_no_output(tmp_path):
    short = ComputedRaster(Header(WIDTH, 50), Metadata(), lambda y0, y1: ROWS[y0 : y1 - 1])
    with pytest.raises(OutputError, match="promised shape"):
        save(short, tmp_path / "a.png")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def small_files() -> Iterator[None]:
    """This process may write no file larger than 300 KB."""
    limits = pytest.importorskip("resource")
    soft, hard = limits.getrlimit(limits.RLIMIT_FSIZE)
    limits.setrlimit(limits.RLIMIT_FSIZE, (300_000, hard))
    yield
    limits.setrlimit(limits.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("format_id", FORMATS)
def test_a_file_that_grows_too_large_leaves_nothing(tmp_path, small_files, format_id):
    with pytest.raises(OutputError, match="larger than this disk or account allows"):
        save(raster(lambda y0: None, 900), tmp_path / f"a.{format_id}")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 3 MB, of which 1 MB is used up later."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root on Linux")
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)], capture_output=True)
    if made.returncode:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("format_id", STREAMING)
def test_disk_full_in_the_middle(small_disk, format_id):
    """The estimate fits at first; another program fills the disk while the picture is computed."""

    def fill(y0: int) -> None:
        if y0 > 0 and not (small_disk / "other").exists():
            with open(small_disk / "other", "wb", buffering=0) as file, suppress(OSError):
                while True:  # until the disk is full
                    file.write(bytes(4096))

    with pytest.raises(DiskFull, match=r"disk is full: a\.\w+ was not saved"):
        save(raster(fill, 3000), small_disk / f"a.{format_id}")
    assert [path.name for path in small_disk.iterdir()] == ["other"]


def test_what_cannot_fit_is_refused_before_anything_is_computed(small_disk):
    with pytest.raises(DiskFull, match="needs about"):
        save(raster(lambda y0: pytest.fail("rows were computed"), 30_000), small_disk / "a.png")
    assert list(small_disk.iterdir()) == []


def test_an_existing_file_stays_unless_told(tmp_path):
    target = tmp_path / "a.png"
    target.write_bytes(b"mine")
    with pytest.raises(OutputError, match="already exists"):
        save(raster(lambda y0: pytest.fail("rows were computed")), target)
    assert target.read_bytes() == b"mine"
    save(Picture.of(ROWS[:40]), target, overwrite=True)
    verify(target, WIDTH, 40)
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


def test_a_file_that_appears_meanwhile_stays(tmp_path):
    target = tmp_path / "a.png"
    with pytest.raises(OutputError, match="already exists"):
        save(raster(lambda y0: target.write_bytes(b"theirs") and None, 40), target)
    assert target.read_bytes() == b"theirs"
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


def test_a_failed_overwrite_keeps_the_old_file(tmp_path):
    target = tmp_path / "a.jpg"
    save(Picture.of(ROWS[:40]), target)
    old = target.read_bytes()
    progress = Progress()
    with pytest.raises(Cancelled):
        save(raster(lambda y0: progress.stop()), target, progress, overwrite=True)
    assert target.read_bytes() == old


def test_of_many_writers_to_one_name_exactly_one_wins(tmp_path):
    writers = 6
    together = threading.Barrier(writers)
    results: list[str] = []

    def run(level: int) -> None:
        pixels = np.full((30, 40, 3), level, np.uint8)

        def compute(y0: int, y1: int) -> np.ndarray:
            together.wait()
            return pixels[y0:y1]

        try:
            save(ComputedRaster(Header(40, 30), Metadata(), compute), tmp_path / "one.png")
            results.append(str(level))
        except OutputError as error:
            results.append("refused" if "already exists" in error.message else error.message)

    threads = [threading.Thread(target=run, args=(level,)) for level in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results.count("refused") == writers - 1
    from PIL import Image

    winner = next(int(result) for result in results if result != "refused")
    assert np.unique(np.asarray(Image.open(tmp_path / "one.png"))).tolist() == [winner]
    assert len(list(tmp_path.iterdir())) == 1


def test_without_hard_links_a_name_is_still_claimed_by_one(tmp_path, monkeypatch):
    """As on FAT: the kernel's refusal of links is what is imitated."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    save(Picture.of(ROWS[:40]), tmp_path / "a.png")
    verify(tmp_path / "a.png", WIDTH, 40)
    with pytest.raises(OutputError, match="already exists"):
        save(raster(lambda y0: (tmp_path / "b.png").write_bytes(b"theirs") and None, 40), tmp_path / "b.png")
    assert (tmp_path / "b.png").read_bytes() == b"theirs"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png", "b.png"]


@pytest.mark.parametrize("format_id", STREAMING)
def test_a_byte_that_changes_on_the_disk_is_noticed(tmp_path, format_id):
    """One bit is turned in the temporary file while later rows are computed."""

    damaged: list[Path] = []

    def damage(y0: int) -> None:
        (partial,) = tmp_path.glob(".*.part")
        if not damaged and partial.stat().st_size > 1_000_000:
            with open(partial, "r+b") as file:
                file.seek(500_000)
                byte = file.read(1)[0]
                file.seek(500_000)
                file.write(bytes((byte ^ 1,)))
            damaged.append(partial)

    with pytest.raises(VerifyError, match=rf"a\.{format_id} was not saved"):
        save(raster(damage), tmp_path / f"a.{format_id}")
    assert damaged
    assert list(tmp_path.iterdir()) == []


def test_the_temporary_file_is_hidden_and_short(tmp_path):
    names: list[str] = []
    target = tmp_path / ("夜" * 83 + ".png")
    assert len(os.fsencode(target.name)) == 253
    save(raster(lambda y0: names.extend(path.name for path in tmp_path.iterdir()), 40), target)
    assert len(names) == 1
    assert names[0].startswith(".")
    assert len(os.fsencode(names[0])) <= 143  # what an encrypted home folder allows
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


@pytest.mark.parametrize(
    "name", ["a b.png", "100%.png", "#Dia 2.png", "q?&;'[].png", "日本語 ümläut é.png", "👩‍👩‍👧.png", "-f.png"]
)
def test_any_name(tmp_path, name):
    save(Picture.of(ROWS[:20]), tmp_path / name)
    verify(tmp_path / name, WIDTH, 20)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.skipif(sys.platform == "win32", reason="names are no bytes there")
def test_a_name_that_is_no_text(tmp_path):
    target = tmp_path / os.fsdecode(b"caf\xe9.png")
    save(Picture.of(ROWS[:20]), target)
    verify(target, WIDTH, 20)
    with pytest.raises(OutputError) as caught:
        save(Picture.of(ROWS[:20]), target)
    str(caught.value).encode("utf-8")


KILLED = """
import sys, time
import numpy as np
from pathlib import Path
from ganstudio.core.codecs import SaveOptions, write
from ganstudio.core.progress import Progress
from ganstudio.core.raster import ComputedRaster, Header, Metadata

def compute(y0, y1):
    if y0 > 0:
        print("writing", flush=True)
        time.sleep(60)
    return np.zeros((y1 - y0, 4000, 3), np.uint8)

write(ComputedRaster(Header(4000, 3000), Metadata(), compute), Path(sys.argv[1]), SaveOptions(), Progress())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is Unix's")
def test_what_a_killed_process_leaves_is_swept_and_what_a_living_one_writes_is_not(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path / "dead.png")], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "writing\n"
    assert sweep_partials(tmp_path) == 0, "its writer lives"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    left = [path.name for path in tmp_path.iterdir()]
    assert len(left) == 1
    assert left[0].endswith(".part")
    (tmp_path / ".other.part").write_bytes(b"not ours")
    (tmp_path / "holiday.part").write_bytes(b"not ours")
    with Partial(tmp_path / "mine.png"):
        save(Picture.of(ROWS[:20]), tmp_path / "next.png")
        assert len(list(tmp_path.glob(".mine*.part"))) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == [".other.part", "holiday.part", "next.png"]


def test_another_machines_files_in_a_shared_folder_stay(tmp_path):
    with Partial(tmp_path / "a.png") as partial:
        name = partial.path.name
    machine = name.split(".gs")[1].split("-")[0]
    foreign = tmp_path / name.replace(machine, "00000000")
    dead = tmp_path / name.replace(f"{os.getpid():x}-", "fffffff-")
    for path in (foreign, dead):
        path.write_bytes(b"")
    assert sweep_partials(tmp_path) == 1
    assert list(tmp_path.iterdir()) == [foreign]


def test_stop_is_heard_within_a_band(tmp_path):
    progress, asked = Progress(), []

    def stop_at_the_third(y0: int) -> None:
        asked.append(y0)
        if len(asked) == 3:
            progress.stop()

    with pytest.raises(Cancelled):
        save(raster(stop_at_the_third), tmp_path / "a.tif", progress)
    assert len(asked) == 3
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_a_sentence(tmp_path):
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    with pytest.raises(OutputError, match="may not be written to"):
        save(Picture.of(ROWS[:20]), folder / "a.png")
