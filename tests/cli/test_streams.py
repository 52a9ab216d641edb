"""What the terminal says where: JSON lines for programs, sentences for people, and streams that close or are full."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from ganstudio.cli.main import main
from tests.acceptance.making import Result, files, scene

ROOT = Path(__file__).parents[2]
PICTURES = 12
posix = pytest.mark.skipif(os.name != "posix", reason="streams of POSIX")


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Twelve pictures, a broken one, a text."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for seed in range(PICTURES):
        Image.fromarray(scene(320, 240, seed=seed)).save(folder / f"{seed:02d}.png", compress_level=0)
    whole = (folder / "00.png").read_bytes()
    (folder / "broken.png").write_bytes(whole[: len(whole) // 2])
    (folder / "notes.txt").write_text("hello")
    return folder


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Result]:
    """Run one command line in a process of its own, in `tmp_path`."""

    def call(*words: object, shell: str = "", **env: str) -> Result:
        command = [sys.executable, "-m", "ganstudio", *map(str, words)]
        if shell:
            command = ["bash", "-c", f'"$@" {shell}', "bash", *command]
        full = {**os.environ, "PYTHONPATH": str(ROOT), **env}
        done = subprocess.run(command, cwd=tmp_path, env=full, capture_output=True, check=False)
        return Result(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))

    return call


@pytest.fixture
def here(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The same in this process, which is quicker, where streams are as usual."""
    monkeypatch.chdir(tmp_path)

    def call(*words: object) -> Result:
        capfd.readouterr()
        code = main([str(word) for word in words])
        said = capfd.readouterr()
        return Result(code, said.out, said.err)

    return call


def test_json_is_one_object_a_line_and_nothing_else(run: Callable[..., Result], photos: Path) -> None:
    result = run("resize", photos, "-o", "out", "-s", "2", "--json")
    assert result.code == 1
    told = [json.loads(line) for line in result.out.splitlines()]
    assert [one["event"] for one in told if one["event"] != "status"] == ["found", "estimate", "summary"]
    assert told[0]["added"] == PICTURES + 1
    assert told[0]["notes"] == ["1 file is no picture."]
    estimate = next(one for one in told if one["event"] == "estimate")
    assert set(estimate) == {"event", "files", "seconds", "bytes_needed", "bytes_free", "problems"}
    for status in (one for one in told if one["event"] == "status"):
        assert set(status) == {"event", "finished", "added", "megapixels", "seconds", "left", "current"}
    end = told[-1]
    assert end["added"] == end["done"] + end["failed"] + end["skipped"] + end["cancelled"] + end["waiting"] == 13
    assert (end["done"], end["failed"], end["ending"]) == (PICTURES, 1, "finished")
    assert end["bytes"] == sum((photos.parent / "out" / name).stat().st_size for name in files(photos.parent / "out"))
    assert result.err.startswith("failed: ")
    assert result.err.count("\n") == 1


def test_sentences_for_a_log(run: Callable[..., Result], photos: Path) -> None:
    result = run("resize", photos, "-o", "out", "-s", "2")
    assert result.out.startswith("12 pictures done (3.7 megapixels, ")
    assert result.out.endswith("; 1 failed.\n")
    said = result.err.splitlines()
    assert said[0] == "1 file is no picture."
    assert said[1].startswith("Still to do: ")
    assert said[1].endswith(" free.")
    assert said[2] == f"failed: {photos / 'broken.png'}: “broken.png” is cut off: its end is missing."
    again = run("resize", photos / "00.png", "-o", "out", "-s", "2")
    assert again.out == "0 pictures done; 1 skipped.\n  skipped: 00.png: already made with this recipe\n"
    assert again.err == ""


def test_a_dry_run_says_what_is_left(here: Callable[..., Result], photos: Path) -> None:
    words = ("resize", photos, "-o", "out", "-s", "2", "--dry-run")
    first = here(*words)
    assert first.out.startswith("To do: 13 files, about ")
    assert "“broken.png” is cut off" not in first.out  # its header is whole: nothing was decoded but three
    assert here(*words[:-1]).code == 1
    second = json.loads(here(*words, "--json").out.splitlines()[-1])
    assert (second["added"], second["files"]) == (13, 1)
    (photos / "broken.png").unlink()
    last = here(*words)
    assert last.out == "To do: nothing. 12 of 12 are done already or left out.\n"
    assert last.code == 0


def test_a_folder_without_pictures(here: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = here("resize", "empty", "-o", "out", "--json", "--report", "report.json")
    assert result.code == 0
    end = json.loads(result.out.splitlines()[-1])
    assert (end["event"], end["added"], end["done"], end["waiting"]) == ("summary", 0, 0, 0)
    assert json.loads((tmp_path / "report.json").read_text())["pictures"] == []
    assert here("resize", "empty").out == "There is no picture to work on.\n"


def test_reports(here: Callable[..., Result], photos: Path, tmp_path: Path) -> None:
    """Each kind has a row for every picture; the second and third run find everything done."""
    for suffix in ("json", "csv", "html"):
        assert here("resize", photos, "-o", "out", "-s", "2", "--report", f"to/r.{suffix}").code == 1
    first = json.loads((tmp_path / "to" / "r.json").read_text("utf-8"))
    assert (first["added"], first["done"], first["failed"], first["ending"]) == (13, PICTURES, 1, "finished")
    assert [Path(one["input"]).name for one in first["pictures"]] == [
        *(f"{n:02d}.png" for n in range(PICTURES)),
        "broken.png",
    ]
    assert [one["state"] for one in first["pictures"]] == ["done"] * PICTURES + ["failed"]
    assert all(Path(one["output"]).is_file() for one in first["pictures"] if one["state"] == "done")
    with open(tmp_path / "to" / "r.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["state"] for row in rows] == ["skipped"] * PICTURES + ["failed"]
    assert rows[0]["reason"] == "already made with this recipe"
    assert first["pictures"][0]["seconds"] > 0
    assert {float(row["seconds"]) for row in rows} == {0}, "this run spent no time on them"
    page = (tmp_path / "to" / "r.html").read_text("utf-8")
    assert page.count("<tr class=") == 13
    assert "13 added, 0 done, 12 skipped, 1 failed" in page


def test_the_queue_in_json(here: Callable[..., Result], photos: Path) -> None:
    assert here("resize", photos, "-o", "out", "-s", "2").code == 1
    told = [json.loads(line) for line in here("queue", "list", "--json").out.splitlines()]
    assert [one["event"] for one in told] == ["batch", "failed"]
    assert told[0] | {"begun": ""} == {
        "event": "batch", "batch": 1, "begun": "", "recipe": ["resize"], "results": str(photos.parent / "out"),
        "added": 13, "done": 12, "skipped": 0, "failed": 1, "cancelled": 0, "waiting": 0,
    }  # fmt: skip
    assert told[1]["input"] == str(photos / "broken.png")
    retried = here("queue", "retry", "--json")
    assert retried.code == 1
    assert json.loads(retried.out.splitlines()[0]) == {"event": "retry", "pictures": 1}
    assert json.loads(retried.out.splitlines()[-1])["failed"] == 1
    Image.fromarray(scene(seed=9)).save(photos / "broken.png")
    assert here("queue", "retry").out.startswith("1 picture done now in ")
    assert here("queue", "retry").out == "No picture has failed.\n"
    assert here("queue", "resume").out == "Nothing waits.\n"
    assert json.loads(here("queue", "clear", "--json").out) == {"event": "cleared", "jobs": 13}
    assert here("queue", "list").out == "The queue is empty.\n"


def test_retry_leaves_alone_what_waits_for_another_reason(run: Callable[..., Result], photos: Path) -> None:
    assert run("resize", photos / "broken.png", "-o", "one", "-s", "2").code == 1
    gone = run("resize", photos / "00.png", photos / "01.png", "-o", "two", "-s", "2", "--json", shell="> /dev/full")
    if "No space left" not in gone.err:
        pytest.skip("there is no /dev/full here")
    assert run("queue", "retry").code == 1
    waiting = [json.loads(line) for line in run("queue", "list", "--json").out.splitlines()]
    assert [one["waiting"] for one in waiting if one["event"] == "batch"] == [0, 2]
    assert run("queue", "resume").code == 0
    assert len(files(photos.parent / "two")) == 2


@posix
def test_a_reader_that_goes_away_stops_the_work_and_loses_nothing(run: Callable[..., Result], photos: Path) -> None:
    result = run("resize", photos, "-o", "out", "-s", "2", "--json", shell="| true; exit ${PIPESTATUS[0]}")
    assert result.code == 130
    assert "Traceback" not in result.err
    assert "Exception ignored" not in result.err
    (batch,) = [json.loads(line) for line in run("queue", "list", "--json").out.splitlines()]
    assert batch["added"] == batch["done"] + batch["failed"] + batch["waiting"] == 13
    for words in (("--help",), ("upscale", "--help"), ("models", "list")):
        assert run(*words, shell="| true").err == ""


@posix
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_disk_behind_stdout_is_a_sentence(run: Callable[..., Result]) -> None:
    for words in (("models", "list"), ("--version",)):
        result = run(*words, shell="> /dev/full")
        assert (result.code, result.err) == (
            1, "ganstudio: What the program prints cannot be written: No space left on device.\n",
        )  # fmt: skip


@posix
@pytest.mark.parametrize("closed", ["2>&-", "<&- >&- 2>&-"])
def test_closed_streams_do_not_matter(run: Callable[..., Result], photos: Path, closed: str) -> None:
    result = run("resize", photos, "-o", "out", "-s", "2", "--json", shell=closed)
    assert result.code == 1
    assert len(files(photos.parent / "out")) == PICTURES
    assert run("queue", "list").code == 0  # the journal was not written over


@posix
def test_names_that_are_no_text_and_names_that_are_codes(run: Callable[..., Result], tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path / "odd")
    os.mkdir(folder)
    Image.fromarray(scene()).save(tmp_path / "whole.png")
    whole = (tmp_path / "whole.png").read_bytes()
    for name, content in ((b"good\xff.png", whole), (b"bad\xff.png", whole[:300]), (b"bad\x1b[31m\n.png", whole[:300])):
        try:
            with open(os.path.join(folder, name), "wb") as file:
                file.write(content)
        except OSError:
            pytest.skip("names must be UTF-8 here")
    for env in ({"LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii:strict"}):
        result = run("resize", "odd", "-o", "out", "-s", "2", "--report", "r.html", **env)
        assert result.code == 1
        failed = [line for line in result.err.splitlines() if line.startswith("failed: ")]
        assert len(failed) == len(result.err.splitlines()) == 2
        assert r"bad\xff.png" in result.err
        assert r"bad\x1b[31m\n.png" in result.err
        listed = run("queue", "list", **env)
        assert listed.code == 0
        assert r"bad\x1b[31m\n.png" in listed.out
    assert len(files(tmp_path / "out")) == 1


@posix
def test_where_nothing_can_be_remembered_the_work_is_done_all_the_same(
    run: Callable[..., Result], photos: Path
) -> None:
    result = run("resize", photos / "00.png", "-o", "out", "-s", "2", GANSTUDIO_HOME="/dev/null/home")
    assert result.code == 0
    assert result.err == (
        "The journal /dev/null/home/journal.sqlite cannot be written, so this run is not remembered.\n"
    )
    assert len(files(photos.parent / "out")) == 1


def test_a_picture_in_several_batches_is_retried_and_told_of_once(here: Callable[..., Result], photos: Path) -> None:
    for _ in range(3):
        assert here("resize", photos, "-o", "out", "-s", "2").code == 1
    assert here("resize", photos / "broken.png", photos / "00.png", "-o", "out", "-s", "2").code == 1
    result = here("queue", "retry", "--json")
    assert result.code == 1
    assert json.loads(result.out.splitlines()[0]) == {"event": "retry", "pictures": 1}
    assert result.err.count("failed: ") == 1
