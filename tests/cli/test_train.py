"""`ganstudio train` and `ganstudio runs`, typed as a person types them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from ganstudio.cli.main import main
from ganstudio.measures.resize import imresize
from ganstudio.models.library import Library
from ganstudio.training.run import STOP, Run, usual_place

SMALL = ["--steps", "8", "--features", "8", "--depth", "2", "--batch", "2", "--patch", "16", "--final-patch", "16"]
SMALL += ["--warmup", "2", "--hold-out", "3", "--precision", "fp32", "--from", "none", "--threads", "1"]


@pytest.fixture
def pictures(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "pictures"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for i in range(6):
        coarse = rng.integers(0, 256, (12, 14, 3), dtype=np.uint8)
        Image.fromarray(np.asarray(imresize(coarse, 8.0), np.uint8)).save(folder / f"p{i}.png")
    (folder / "broken.png").write_bytes(b"nothing")
    before = torch.get_num_threads()
    yield folder
    torch.set_num_threads(before)


def train(pictures: Path, *more: str) -> int:
    return main(["train", "upscaler", "--pictures", str(pictures), *SMALL, *more])


def test_from_a_folder_to_a_model_in_the_library(
    tmp_path: Path, pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train(pictures, "-o", str(tmp_path / "mine"), "--install") == 0
    told = capsys.readouterr()
    assert "6 pictures, 0.1 megapixels" in told.err and "Left out because broken: broken.png." in told.err
    assert "The Plan for mine: 8 steps, batch 2" in told.err and "At this pace" in told.err
    assert "Finished at step 8" in told.out and "In the Library as mine" in told.out
    card = Library().find("mine").card
    assert (card.scale, card.group, card.licence) == (2, "", "your own") and card.title == "mine"
    assert main(["upscale", str(pictures / "p0.png"), "--model", "mine", "-o", str(tmp_path / "out")]) == 0
    assert Image.open(next((tmp_path / "out").iterdir())).size == (224, 192)


def test_a_run_is_listed_shown_and_exported(
    tmp_path: Path, pictures: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["runs", "list"]) == 0
    assert "no Runs yet" in capsys.readouterr().out
    assert train(pictures) == 0  # without -o: a place and name of its own
    run = Run(usual_place() / "my-photo-x2")
    capsys.readouterr()
    assert main(["runs", "list"]) == 0
    assert "my-photo-x2  upscaler  finished  8 of 8" in capsys.readouterr().out
    assert main(["runs", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["state"] == "finished"
    assert main(["runs", "show", "my-photo-x2"]) == 0
    shown = capsys.readouterr().out
    assert "finished" in shown and str(pictures) in shown and "my-photo-x2.safetensors" in shown
    monkeypatch.chdir(tmp_path)
    assert main(["runs", "export", "my-photo-x2"]) == 0
    assert (tmp_path / "my-photo-x2.safetensors").read_bytes() == run.models()[0].read_bytes()
    assert main(["runs", "export", "my-photo-x2"]) == 2
    assert "is there already" in capsys.readouterr().err


def test_only_looking_trains_nothing(tmp_path: Path, pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert train(pictures, "-o", str(tmp_path / "mine"), "--dry-run") == 0
    assert "The Plan for mine" in capsys.readouterr().err and not (tmp_path / "mine").exists()


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_ctrl_c_saves_and_says_how_to_go_on(tmp_path: Path, pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [sys.executable, "-m", "ganstudio", "train", "upscaler", "--pictures", str(pictures), *SMALL]
    words += ["--steps", "100000", "-o", str(tmp_path / "mine"), "--json"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if json.loads(line).get("event") == "estimate":
            break
    assert main(words[3:]) == 2
    assert "is being trained already" in capsys.readouterr().err
    process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    summary = json.loads(out.splitlines()[-1])
    assert summary["event"] == "summary" and summary["state"] == "stopped" and summary["step"] >= 8
    run = Run(tmp_path / "mine")
    assert run.file(f"step-{summary['step']:08d}.pt").is_file()
    again = subprocess.Popen([*words[:3], "runs", "resume", str(tmp_path / "mine")], stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 60
    while run.state().step <= summary["step"]:
        assert time.monotonic() < until and again.poll() is None
        time.sleep(0.1)
    assert main(["runs", "stop", str(tmp_path / "mine")]) == 0
    assert again.wait(60) == 130


def test_a_stop_asked_before_it_begins_is_heard_and_the_same_command_goes_on(
    tmp_path: Path, pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = Run(tmp_path / "mine")
    assert train(pictures, "-o", str(run.folder), "--dry-run") == 0
    assert train(pictures, "-o", str(run.folder)) == 0
    capsys.readouterr()
    assert train(pictures, "-o", str(run.folder), "--steps", "9") == 2
    assert "was begun with other settings: Steps was 8 and is 9." in capsys.readouterr().err
    run.file("step-00000008.pt").unlink()
    run.ask(STOP)
    assert train(pictures, "-o", str(run.folder)) in (0, 130)
    assert "Goes on in" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["train"], "GOAL"),
        (["train", "upscalr"], "Did you mean upscaler?"),
        (["train", "upscaler"], "No pictures are named."),
        (["train", "upscaler", "--pictures", "nowhere"], "no folder (or zip) of pictures at nowhere"),
        (["train", "upscaler", "--pictures", ".", "--preset", "foto"], "no preset called foto"),
        (["train", "upscaler", "--pictures", ".", "--preset", "restore-x1"], "trains a restorer, not a upscaler"),
        (["train", "upscaler", "--pictures", ".", "--batch", "0"], "--batch: 0 is outside"),
        (["train", "upscaler", "--pictures", ".", "--minutes", "soon"], "“soon” is not a number"),
        (["train", "upscaler", "--pictres", "x"], "Did you mean --pictures?"),
        (["runs", "show", "nowhere"], "There is no Run “nowhere”"),
        (["runs", "export", "nowhere"], "There is no Run “nowhere”"),
    ],
)
def test_mistakes_are_sentences(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(words) in (1, 2)
    assert sentence in capsys.readouterr().err


def test_help_is_for_newcomers(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--help"]) == 0
    told = capsys.readouterr().out
    assert "All you need is a folder" in told and "ganstudio train upscaler --pictures photos/" in told
    for goal in ("upscaler", "restorer"):
        assert main(["train", goal, "--help"]) == 0
        told = capsys.readouterr().out
        assert told.startswith(f"usage: ganstudio train {goal} --pictures DIR") and "--micro-batches" in told


def test_a_folder_that_is_no_run_is_not_touched(
    tmp_path: Path, pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "mine.txt").write_text("mine")
    assert train(pictures, "-o", str(tmp_path / "photos")) == 2
    assert "is no Run" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "photos").iterdir()] == ["mine.txt"]
    assert main(["runs", "stop", "nowhere"]) == 1


def test_stopping_what_does_not_run_is_said(tmp_path: Path, pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert train(pictures, "-o", str(tmp_path / "mine")) == 0
    assert main(["runs", "pause", str(tmp_path / "mine")]) == 2
    assert "is not being trained (finished)" in capsys.readouterr().err
