"""The commands of makers, as a person runs them: films and projections, stopped by Ctrl-C, gone on with, as JSON."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganstudio.cli.main import commands, main
from ganstudio.tools.maker import all_makers

WALK = ["walk", "--model", "mnist-mlp", "--seeds", "1,2", "--class", "3"]
PATIENCE_S = 90
ROOT = Path(__file__).resolve().parents[2]


def surroundings() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def run(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ganstudio", *words],
        cwd=folder,
        env=surroundings(),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def interrupted(*words: str, folder: Path, when: Path | str) -> tuple[int, str, str]:
    """Ctrl-C once a file is there, or once the program's output has a word."""
    process = subprocess.Popen(
        [sys.executable, "-m", "ganstudio", *words],
        cwd=folder,
        env=surroundings(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    heard, until = "", time.monotonic() + PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        if isinstance(when, Path):
            if when.exists():
                break
            time.sleep(0.02)
        else:
            heard += process.stdout.readline()
            if when in heard:
                break
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE_S)
    return process.returncode, heard + out, err


def test_every_maker_is_a_command_with_its_flags(capsys: pytest.CaptureFixture[str]) -> None:
    for name, maker in all_makers().items():
        assert commands()[name].summary == maker.summary
        assert main([name, "--help"]) == 0
        told = capsys.readouterr().out
        for one in maker.params.parameters():
            assert f"--{one.name.replace('_', '-')}" in told


def test_a_film_stopped_by_hand_is_gone_on_with_by_the_same_command(tmp_path: Path) -> None:
    words = [*WALK, "--length", "300", "--fps", "50", "-o", "long.gif"]
    code, _, err = interrupted(*words, folder=tmp_path, when=tmp_path / "long.gif.frames" / "00020.png")
    assert code == 130 and "of 15,000 frames are kept in" in err and "Traceback" not in err
    frames = sorted((tmp_path / "long.gif.frames").glob("*.png"))
    assert len(frames) >= 20 and not (tmp_path / "long.gif").exists()
    before = {path.name: path.stat().st_mtime_ns for path in frames}
    code, _, err = interrupted(
        *words, folder=tmp_path, when=tmp_path / "long.gif.frames" / f"{len(frames) + 20:05d}.png"
    )  # fmt: skip
    assert code == 130
    assert all((tmp_path / "long.gif.frames" / name).stat().st_mtime_ns == then for name, then in before.items())


def test_a_film_as_json(tmp_path: Path) -> None:
    done = run(*WALK, "--length", "1", "--fps", "10", "-o", "a.webp", "--json", folder=tmp_path)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0 and lines[-1]["event"] == "summary" and lines[-1]["frames"] == 10
    with Image.open(tmp_path / "a.webp") as film:
        assert film.n_frames == 10 and film.info["loop"] == 0  # type: ignore[attr-defined]
    again = run(*WALK, "--length", "1", "-o", "a.webp", folder=tmp_path)
    assert again.returncode == 1 and "already exists" in again.stderr
    for words, sentence in (
        (["walk", "--seeds", "1"], "at least two keyframes"),
        (["walk", "--seeds", "1,2", "-o", "a.avi"], "films are written as"),
        (["walk", "--seeds", "1,2", "--easing", "quick"], "is no easing"),
        (["walk", "none.png"], "none.png cannot be read"),
    ):
        wrong = run(*words, folder=tmp_path)
        assert wrong.returncode in (1, 2) and sentence in wrong.stderr, wrong.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["a.webp"]


def test_of_several_photographs_each_is_a_job(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(0)
    for name in ("a.png", "b.png"):
        Image.fromarray(rng.integers(0, 255, (40, 40, 3)).astype(np.uint8)).save(tmp_path / name)
    (tmp_path / "b.jpg").write_bytes(b"\xff\xd8\xff\xe0 nothing")
    photos = [str(tmp_path / name) for name in ("a.png", "b.jpg", "b.png")]
    (tmp_path / "out").mkdir()
    words = ["project", *photos, "-o", str(tmp_path / "out"), "--model", "mnist-mlp", "--class", "3", "--steps", "10"]
    assert main([*words[:3], *words[4:], "--json"]) == 1
    said = capsys.readouterr()
    told = json.loads(said.out.splitlines()[-1])
    assert [Path(one["photo"]).name for one in told["results"]] == ["a.png"]
    assert [one["title"] for one in told["failed"]] == ["Project: b.jpg"]
    assert said.out.count("only if that person agrees") == 1
    assert main(words) == 1  # what is made is left, the others are tried
    again = capsys.readouterr()
    assert "b-mnist-mlp-2.png: " in again.out and "already made" in again.out and "failed: Project: b.jpg" in again.err
    assert sorted(one.name for one in (tmp_path / "out").iterdir()) == ["a-mnist-mlp.png", "b-mnist-mlp-2.png"]


def test_the_first_ctrl_c_of_a_projection_keeps_the_best(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    Image.fromarray(rng.integers(0, 255, (50, 40, 3)).astype(np.uint8)).save(tmp_path / "photo.png")
    words = ["project", "photo.png", "--model", "mnist-mlp", "--class", "3", "--steps", "10000", "-o", "p.png"]
    code, out, err = interrupted(*words, "--json", "--person-agrees", folder=tmp_path, when='"doing": "step')
    assert code == 0, err
    told = json.loads(out.splitlines()[-1])["results"][0]
    assert told["stopped"] and 0 < told["steps"] < 10000 and told["class"] == "3"
    with Image.open(tmp_path / "p.png") as picture:
        assert picture.size == (28, 28) or picture.size == (32, 32)
    wrong = run("project", folder=tmp_path)
    assert wrong.returncode == 2 and "No photograph is named" in wrong.stderr
