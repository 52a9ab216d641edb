"""Films: whole or not at all, the frames that were drawn, gone on with after a stop, refused in a sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganstudio.core.codecs import sweep_partials
from ganstudio.core.errors import Cancelled, DiskFull, OutputError, UsageError
from ganstudio.core.film import Film, FilmOptions, Frames, film, video
from ganstudio.core.film.export import bytes_needed, renamed, target_of
from ganstudio.core.film.writers import Encoding, Frame, writer
from ganstudio.core.film.writers.gif import durations
from ganstudio.core.progress import Progress

HIGH, WIDE, COUNT = 32, 48, 20
ALWAYS = ["gif", "webp"]
HERE = [*ALWAYS, *(name for name in ("webm", "mp4") if not video.missing(name, "auto"))]


def frame(number: int) -> Frame:
    y, x = np.mgrid[:HIGH, :WIDE]
    colours = [(x * 3 + number * 5) % 200, y * 4, np.full_like(x, 12 * number % 256)]
    return np.stack(colours, axis=-1).astype(np.uint8)


class Drawing:
    """Draws, and knows what it has drawn; stops the work at a frame."""

    def __init__(self, stop_at: int = -1, identity: str = "a") -> None:
        self.drawn: list[int] = []
        self.progress, self._stop_at = Progress(), stop_at
        self.frames = Frames(COUNT, WIDE, HIGH, identity, self.draw, chunk=4)

    def draw(self, numbers: Sequence[int]) -> list[Frame]:
        self.drawn += numbers
        if self._stop_at in numbers:
            self.progress.stop()
        return [frame(number) for number in numbers]

    def film(self, path: Path, options: FilmOptions | None = None, overwrite: bool = False) -> Film:
        options = options or FilmOptions(fps=20)
        target, format = target_of(path, options, path)
        return film(self.frames, target, format, options, self.progress, overwrite=overwrite)


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


@pytest.mark.parametrize("name", HERE)
def test_every_format_holds_the_frames_that_were_drawn(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"a.{name}"
    made = Drawing().film(path)
    assert (made.path, made.count, made.seconds, made.bytes) == (path, COUNT, 1.0, path.stat().st_size)
    decoded = list(writer(name).decode(path))
    assert len(decoded) == COUNT
    assert [begin for begin, _ in decoded] == pytest.approx([number / 20 for number in range(COUNT)], abs=0.006)
    for number, (_, pixels) in enumerate(decoded):
        assert np.abs(pixels.astype(int) - frame(number)).mean() < 9
    assert names(tmp_path) == [path.name]


def test_lossless_webp_and_png_frames_are_the_same_pixels(tmp_path: Path) -> None:
    Drawing().film(tmp_path / "a.webp", FilmOptions(fps=20, quality=100))
    for number, (_, pixels) in enumerate(writer("webp").decode(tmp_path / "a.webp")):
        assert np.array_equal(pixels, frame(number))
    made = Drawing().film(tmp_path / "frames", FilmOptions(format="png"))
    assert names(made.path) == [f"{number:05d}.png" for number in range(1, COUNT + 1)]
    assert np.array_equal(np.asarray(Image.open(made.path / "00007.png")), frame(6))
    assert names(tmp_path) == ["a.webp", "frames"]


@pytest.mark.parametrize("name", [*ALWAYS, "png"])
def test_a_stopped_film_is_gone_on_with_and_is_the_same(tmp_path: Path, name: str) -> None:
    options = FilmOptions(fps=20, format=name)
    whole = Drawing().film(tmp_path / f"whole.{name}", options)
    first = Drawing(stop_at=10)
    with pytest.raises(Cancelled, match="12 of 20 frames are kept"):
        first.film(tmp_path / f"a.{name}", options)
    assert not (tmp_path / f"a.{name}").exists()
    second = Drawing()
    made = second.film(tmp_path / f"a.{name}", options)
    assert (made.reused, second.drawn) == (12, list(range(12, 20)))
    if name == "png":
        for one in names(whole.path):
            assert (made.path / one).read_bytes() == (whole.path / one).read_bytes()
    else:
        assert made.path.read_bytes() == whole.path.read_bytes()
    assert names(tmp_path) == sorted([f"a.{name}", f"whole.{name}"])


def test_frames_of_another_film_or_cut_ones_are_not_taken(tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        Drawing(stop_at=10).film(tmp_path / "a.gif")
    folder = tmp_path / "a.gif.frames"
    cut = folder / "00002.png"
    cut.write_bytes(cut.read_bytes()[:-30])
    again = Drawing(stop_at=3)
    with pytest.raises(Cancelled):
        again.film(tmp_path / "a.gif")
    assert again.drawn == [0, 1, 2, 3]  # the whole chunk of the cut one
    other = Drawing(identity="b")
    assert other.film(tmp_path / "a.gif").reused == 0
    assert other.drawn == list(range(COUNT))


def test_a_stop_before_the_first_frame_leaves_nothing(tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.progress.stop()
    with pytest.raises(Cancelled):
        drawing.film(tmp_path / "a.gif")
    assert names(tmp_path) == []


def test_a_folder_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.gif.frames").mkdir()
    (tmp_path / "a.gif.frames" / "00001.png").write_text("mine")
    with pytest.raises(OutputError, match="in the way"):
        Drawing().film(tmp_path / "a.gif")
    assert (tmp_path / "a.gif.frames" / "00001.png").read_text() == "mine"


def test_what_is_there_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a.gif").write_text("mine")
    drawing = Drawing()
    with pytest.raises(OutputError, match="already exists"):
        drawing.film(tmp_path / "a.gif")
    assert drawing.drawn == [] and (tmp_path / "a.gif").read_text() == "mine"
    assert renamed(tmp_path / "a.gif") == tmp_path / "a-2.gif"
    Drawing().film(tmp_path / "a.gif", overwrite=True)
    assert (tmp_path / "a.gif").read_bytes().startswith(b"GIF")
    full = tmp_path / "frames"
    full.mkdir()
    (full / "note.txt").write_text("mine")
    with pytest.raises(OutputError, match="already exists"):
        Drawing().film(full, FilmOptions(format="png"))
    Drawing().film(full, FilmOptions(format="png"), overwrite=True)
    assert len(names(full)) == COUNT + 1 and (full / "note.txt").read_text() == "mine"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 256 kilobytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("only root on Linux can make a small disk")
    words = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)]
    if subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_disk_that_is_too_small_is_told_before_a_frame_is_drawn(small_disk: Path) -> None:
    drawing = Drawing()
    with pytest.raises(DiskFull, match=r"need about .* but only"):
        film(replace(drawing.frames, count=2000), small_disk / "a.gif", "gif", FilmOptions(fps=20), Progress())
    assert drawing.drawn == []


def test_a_disk_that_fills_up_in_the_middle(small_disk: Path) -> None:
    """Something else fills the disk after the first frames; once there is space, the film is gone on with."""
    drawing, filling = Drawing(), small_disk / "other"

    def draw(numbers: Sequence[int]) -> list[Frame]:
        if 8 in numbers:
            filling.write_bytes(b"x" * (small_disk_free(small_disk) - 4096))
        return drawing.draw(numbers)

    with pytest.raises(DiskFull, match="full"):
        film(replace(drawing.frames, draw=draw), small_disk / "a.webp", "webp", FilmOptions(fps=20), Progress())
    assert names(small_disk) == ["a.webp.frames", "other"]
    filling.unlink()
    again = Drawing()
    made = again.film(small_disk / "a.webp")
    assert made.reused >= 8 and 0 not in again.drawn
    assert names(small_disk) == ["a.webp"]


def small_disk_free(folder: Path) -> int:
    about = os.statvfs(folder)
    return about.f_bavail * about.f_frsize


def test_a_disk_that_fills_up_while_the_film_is_written(small_disk: Path) -> None:
    drawing = Drawing()

    def draw(numbers: Sequence[int]) -> list[Frame]:
        found = drawing.draw(numbers)
        if 7 in numbers:
            rest = small_disk_free(small_disk) - 4 * 4096  # one page for each frame of this chunk
            (small_disk / "other").write_bytes(b"x" * max(rest, 0))
        return found

    with pytest.raises(DiskFull, match=r"a\.gif was not saved"):
        film(replace(drawing.frames, draw=draw, count=8), small_disk / "a.gif", "gif", FilmOptions(fps=20), Progress())


def test_names_and_formats() -> None:
    usual = Path("walk-paintings")
    here = HERE[2] if len(HERE) > 2 else "webp"
    assert target_of(None, FilmOptions(), usual) == (Path(f"walk-paintings.{here}"), here)
    assert target_of(Path("a.GIF"), FilmOptions(), usual) == (Path("a.GIF"), "gif")
    assert target_of(Path("a"), FilmOptions(format="webp"), usual) == (Path("a.webp"), "webp")
    assert target_of(Path("a.b"), FilmOptions(format="png"), usual) == (Path("a.b"), "png")
    for path, options, words in (
        (Path("a.avi"), FilmOptions(), "films are written as"),
        (Path("a.gif"), FilmOptions(format="webp"), "named like a gif film"),
        (Path("a.gif"), FilmOptions(fps=60), "at most 50 frames"),
        (Path("a.webm"), FilmOptions(codec="h264"), "holds no H.264"),
    ):
        with pytest.raises(UsageError, match=words):
            target_of(path, options, usual)


def test_a_folder_as_output_gets_the_usual_name(tmp_path: Path) -> None:
    assert target_of(tmp_path, FilmOptions(format="gif"), Path("walk")) == (tmp_path / "walk.gif", "gif")


def test_video_without_codec_says_what_can_be_done() -> None:
    if video.installed():
        pytest.skip("PyAV is installed")
    assert not video.missing("webm", "auto") and not video.missing("mp4", "vp9")  # by OpenCV
    for codec, words in (("av1", "AV1 needs PyAV"), ("h264", "H.264 needs PyAV")):
        with pytest.raises(UsageError, match=rf"{words}.*pip install av.*VP9"):
            target_of(Path("a.mp4"), FilmOptions(codec=codec), Path("walk"))


def test_what_a_killed_program_left_of_a_video_is_swept_away(tmp_path: Path) -> None:
    dead = "from ganstudio.core.codecs.partial import Partial; from pathlib import Path; import os\n"
    dead += f"one = Partial(Path({str(tmp_path / 'a.webm')!r})); open(f'{{one.path}}.webm', 'w'); os._exit(1)"
    subprocess.run([sys.executable, "-c", dead], cwd=Path(__file__).parents[3], check=False)
    assert len(names(tmp_path)) == 2
    assert sweep_partials(tmp_path) == 2 and names(tmp_path) == []


def test_h264_comes_only_from_encoders_with_a_licence(tmp_path: Path) -> None:
    pytest.importorskip("av")
    for container, codec in (("mp4", "h264"), ("mp4", "auto"), ("webm", "auto")):
        assert not {"libx264", "libx265", "libx264rgb"} & set(video.usable(container, codec))
    if video.usable("mp4", "h264"):
        try:
            Drawing().film(tmp_path / "a.mp4", FilmOptions(fps=20, codec="h264"))
        except OutputError as error:  # there are encoders for hardware that this machine does not have
            assert error.hint.startswith("Choose another codec")  # noqa: PT017


def test_odd_sides_are_no_video(tmp_path: Path) -> None:
    odd = replace(Drawing().frames, width=WIDE - 1)
    with pytest.raises(OutputError, match="even"):
        film(odd, tmp_path / "a.webm", "webm", FilmOptions(), Progress())


def test_times_of_a_gif_add_up() -> None:
    for fps in (7.0, 24.0, 30.0, 50.0):
        assert sum(durations(Encoding(1, 1, 300, fps, 85), 10)) == pytest.approx(300_000 / fps, abs=5)


def test_an_estimate_knows_what_is_there_already() -> None:
    frames = Drawing().frames
    whole, half = (bytes_needed(frames, "gif", 85, drawn) for drawn in (0, COUNT // 2))
    assert whole > half > bytes_needed(frames, "gif", 85, COUNT) > 0


def test_progress_comes_to_its_end(tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.film(tmp_path / "a.gif")
    told = drawing.progress.snapshot()
    assert told.done == pytest.approx(told.total)
