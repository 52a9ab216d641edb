"""A folder as people leave it: what breaks in other programs must not break here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.acceptance.making import Result, files, scene

Run = Callable[..., Result]
Photos = Callable[..., Path]

NAMES = [
    "日本の写真.png",
    "Фото лета.jpg",
    "صورة.png",
    "תמונה.png",
    "फोटो.png",
    "รูปภาพ.png",
    "사진.png",
    "φωτό.png",
    "ფოტო.png",
    "նկար.png",
    "ảnh.png",
    "🌋🦊.png",
    unicodedata.normalize("NFD", "Grüße é.png"),
    "100%25.png",
    "#Dia 2.jpg",
    "a?b&c;d'e[f].png",
    "trailing .png",
    " leading.png",
    "UPPER.JPG",
    "odd.jfif",
    "dots.in.name.png",
]


def test_names_in_every_script_arrive(run: Run, photos: Photos, tmp_path: Path) -> None:
    made = photos(NAMES)
    result = run("upscale", made, "-o", tmp_path / "out", "-n", "quick", "--name", "{stem}")
    assert result.code == 0, result.err
    assert len(files(tmp_path / "out")) == len(NAMES)


def test_one_bad_file_does_not_stop_the_rest(run: Run, photos: Photos, tmp_path: Path) -> None:
    made = photos(["a.png", "b.png", "c.png"])
    (made / "b2.jpg").write_text("not a picture")
    (made / "empty.png").touch()
    result = run("upscale", made, "-o", tmp_path / "out", "-n", "quick", "--json")
    assert result.code == 1
    assert "b2.jpg" in result.err
    assert "empty.png" in result.err
    assert len(files(tmp_path / "out")) == 3
    summary = json.loads(result.out.splitlines()[-1])
    assert summary["done"] + summary["failed"] + summary["skipped"] == summary["added"] == 5


def test_a_second_run_finds_everything_done(run: Run, photos: Photos, tmp_path: Path) -> None:
    made = photos(["a.png", "sub/b.jpg"])
    words = ("upscale", made, "-r", "-o", tmp_path / "out", "-n", "quick", "--json")
    assert run(*words).code == 0
    before = {name: (tmp_path / "out" / name).stat().st_mtime_ns for name in files(tmp_path / "out")}
    again = run(*words)
    assert again.code == 0
    assert json.loads(again.out.splitlines()[-1])["skipped"] == 2
    assert {name: (tmp_path / "out" / name).stat().st_mtime_ns for name in files(tmp_path / "out")} == before


def test_a_damaged_result_is_made_again(run: Run, photos: Photos, tmp_path: Path) -> None:
    made = photos(["a.png"])
    words = ("upscale", made, "-o", tmp_path / "out", "-n", "quick")
    assert run(*words).code == 0
    result = tmp_path / "out" / files(tmp_path / "out")[0]
    whole = result.read_bytes()
    result.write_bytes(whole[: len(whole) // 2])
    assert run(*words).code == 0
    assert Image.open(result).convert("RGB").size == (96, 72)


def test_a_foreign_file_is_never_overwritten(run: Run, photos: Photos, tmp_path: Path) -> None:
    made = photos(["a.png"])
    words = ("upscale", made, "-o", tmp_path / "out", "-n", "quick", "--name", "{stem}")
    (tmp_path / "out").mkdir()
    foreign = tmp_path / "out" / "a.png"
    Image.fromarray(scene(seed=9)).save(foreign)
    mine = foreign.read_bytes()
    assert run(*words).code == 0
    assert foreign.read_bytes() == mine
    assert run(*words, "--exists", "rename").code == 0
    assert foreign.read_bytes() == mine
    assert len(files(tmp_path / "out")) == 2
    assert run(*words, "--exists", "overwrite").code == 0
    assert foreign.read_bytes() != mine


def test_the_tree_is_kept_with_empty_folders(run: Run, photos: Photos, tmp_path: Path) -> None:
    made = photos(["one/a.png", "one/two/b.png", "c.png"])
    (made / "empty" / "deeper").mkdir(parents=True)
    assert run("upscale", made, "-r", "-o", tmp_path / "out", "-n", "quick", "--name", "{stem}").code == 0
    assert files(tmp_path / "out") == ["c.png", "one/a.png", "one/two/b.png"]
    assert (tmp_path / "out" / "empty" / "deeper").is_dir()


def test_without_recursive_sub_folders_stay_untouched(run: Run, photos: Photos, tmp_path: Path) -> None:
    made = photos(["a.png", "sub/b.png"])
    assert run("upscale", made, "-o", tmp_path / "out", "-n", "quick", "--name", "{stem}").code == 0
    assert files(tmp_path / "out") == ["a.png"]


def test_outputs_inside_the_input_are_never_eaten(run: Run, photos: Photos) -> None:
    made = photos(["a.png", "b.png"])
    words = ("upscale", made, "-r", "-o", made / "bigger", "-n", "quick", "--json")
    assert run(*words).code == 0
    again = run(*words)
    assert json.loads(again.out.splitlines()[-1])["added"] == 2
    assert len(files(made)) == 4


def test_results_beside_the_inputs_are_never_eaten(run: Run, photos: Photos) -> None:
    made = photos(["a.png", "b.jpg"])
    originals = {name: (made / name).read_bytes() for name in files(made)}
    words = ("upscale", made, "-n", "quick", "--json")
    assert run(*words).code == 0
    again = run(*words)
    assert json.loads(again.out.splitlines()[-1])["added"] == 2
    assert len(files(made)) == 4
    assert {name: (made / name).read_bytes() for name in originals} == originals


def test_two_inputs_with_one_output_name_are_both_kept(run: Run, photos: Photos, tmp_path: Path) -> None:
    made = photos(["a.jpg", "a.png", "A.png"])
    result = run("upscale", made, "-o", tmp_path / "out", "-n", "quick", "--format", "png", "--name", "{stem}")
    assert result.code == 0
    made_names = files(tmp_path / "out")
    assert len(made_names) == 3
    assert len({name.casefold() for name in made_names}) == 3


def test_each_result_belongs_to_its_input(run: Run, photos: Photos, tmp_path: Path) -> None:
    made = photos([f"{i:02d}.png" for i in range(12)])
    assert run("upscale", made, "-o", tmp_path / "out", "-n", "quick", "--name", "{stem}").code == 0
    for name in files(tmp_path / "out"):
        small = np.asarray(Image.open(made / name), np.float32)
        large = np.asarray(Image.open(tmp_path / "out" / name).resize((48, 36), Image.Resampling.BOX), np.float32)
        assert np.abs(large - small).mean() < 6, name


def test_single_and_batch_give_the_same_pixels(run: Run, photos: Photos, tmp_path: Path) -> None:
    made = photos(["a.png", "b.png"])
    for words in (("-s", "3"), ("--size", "x50"), ("-s", "1.5", "-n", "photo")):
        extra = (*words, "--precision", "exact", "--name", "{stem}")
        name = "-".join(words).replace(":", "")
        assert run("upscale", made, "-o", tmp_path / f"batch {name}", "-n", "quick", *extra).code == 0
        assert run("upscale", made / "a.png", "-o", tmp_path / f"one {name}.png", "-n", "quick", *extra).code == 0
        assert np.array_equal(
            np.asarray(Image.open(tmp_path / f"batch {name}" / "a.png")),
            np.asarray(Image.open(tmp_path / f"one {name}.png")),
        )


def test_input_equal_to_output_is_refused(run: Run, photos: Photos) -> None:
    made = photos(["a.png"])
    before = (made / "a.png").read_bytes()
    result = run("upscale", made / "a.png", "-o", made / "a.png", "--exists", "overwrite", "-n", "quick")
    assert result.code in (1, 2)
    assert (made / "a.png").read_bytes() == before


def test_what_is_no_picture_is_counted_not_failed(run: Run, photos: Photos, tmp_path: Path) -> None:
    made = photos(["a.png"])
    (made / "notes.txt").write_text("hello")
    (made / "a.xmp").write_text("<x:xmpmeta/>")
    (made / "clip.mov").write_bytes(b"\0\0\0\x14ftypqt  " + bytes(64))
    (made / "raw.cr2").write_bytes(b"II*\0\x10\0\0\0CR\x02\0" + bytes(64))
    result = run("upscale", made, "-o", tmp_path / "out", "-n", "quick")
    assert result.code == 0
    said = result.out + result.err
    assert "RAW" in said
    assert len(files(tmp_path / "out")) == 1


def test_sidecars_come_along_when_asked(run: Run, photos: Photos, tmp_path: Path) -> None:
    made = photos(["a.jpg"])
    (made / "a.xmp").write_text("<x:xmpmeta/>")
    assert run("upscale", made, "-o", tmp_path / "out", "-n", "quick", "--name", "{stem}", "--sidecars").code == 0
    assert files(tmp_path / "out") == ["a.jpg", "a.xmp"]


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no symbolic links here")
def test_symbolic_link_loops_end(run: Run, photos: Photos, tmp_path: Path) -> None:
    made = photos(["sub/a.png"])
    (made / "sub" / "loop").symlink_to(made, target_is_directory=True)
    assert run("upscale", made, "-r", "-o", tmp_path / "out", "-n", "quick").code == 0
    assert len(files(tmp_path / "out")) == 1


def test_a_larger_picture_is_left_out_when_asked(run: Run, photos: Photos, tmp_path: Path) -> None:
    made = photos(["a.png"])
    Image.fromarray(scene(200, 30)).save(made / "wide.png")
    result = run("upscale", made, "-o", tmp_path / "out", "-n", "quick", "--larger-than", "skip:100", "--json")
    assert result.code == 0
    assert json.loads(result.out.splitlines()[-1])["skipped"] == 1
    assert len(files(tmp_path / "out")) == 1


def test_a_format_that_cannot_hold_the_result_is_refused_first(run: Run, photos: Photos, tmp_path: Path) -> None:
    made = photos([])
    Image.fromarray(scene(9000, 2)).save(made / "panorama.png")
    result = run("upscale", made, "-o", tmp_path / "out", "-n", "quick", "--format", "webp")
    assert result.code == 1
    assert "16,383" in result.err or "16383" in result.err
    assert files(tmp_path / "out") == []


def test_a_dry_run_makes_nothing(run: Run, photos: Photos, tmp_path: Path) -> None:
    made = photos(["a.png", "b.png", "c.png", "d.png"])
    result = run("upscale", made, "-o", tmp_path / "out", "-n", "quick", "--dry-run")
    assert result.code == 0, result.err
    assert "4 files" in result.out + result.err
    assert not (tmp_path / "out").exists() or files(tmp_path / "out") == []


def test_from_the_root_with_an_empty_environment(photos: Photos, tmp_path: Path) -> None:
    made = photos(["Grüße é.png"])
    env = {"GANSTUDIO_HOME": str(tmp_path / "home"), "PYTHONPATH": str(Path(__file__).parents[2])}
    words = [
        sys.executable,
        "-m",
        "ganstudio",
        "upscale",
        str(made),
        "-o",
        str(tmp_path / "out"),
        "-n",
        "quick",
    ]
    done = subprocess.run(words, cwd="/", env=env, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(files(tmp_path / "out")) == 1
