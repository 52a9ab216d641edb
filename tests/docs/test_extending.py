"""docs/extending.md is true: each file it shows, put where it says, is found and works, and nothing else is changed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.acceptance.making import scene

ROOT = Path(__file__).parents[2]
# A line that names a file of the package, and the code block after it.
SHOWN = re.compile(r"`(ganstudio/[\w/]+\.py)`[^`]*?(?:`[^`\n]*`[^`]*?)*?\n```python\n(.*?)^```", re.M | re.S)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package with the files of the page added."""
    root = tmp_path_factory.mktemp("program")
    shutil.copytree(ROOT / "ganstudio", root / "ganstudio", ignore=shutil.ignore_patterns("__pycache__"))
    (root / "resources").symlink_to(ROOT / "resources")
    shown = SHOWN.findall((ROOT / "docs" / "extending.md").read_text(encoding="utf-8"))
    for name, code in shown:
        assert not (root / name).exists(), f"{name} exists already"
        (root / name).write_text(code, encoding="utf-8")
    assert {name.split("/")[1] for name, _ in shown} >= {"nets", "models", "tools", "runtime"}
    return root


def python(program: Path, *words: str, home: Path) -> str:
    env = {**os.environ, "PYTHONPATH": str(program), "GANSTUDIO_HOME": str(home)}
    done = subprocess.run([sys.executable, *words], cwd=home, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_tool_is_a_command_with_its_flags(program: Path, tmp_path: Path) -> None:
    assert "mirror" in python(program, "-m", "ganstudio", "--help", home=tmp_path)
    assert "--axis" in python(program, "-m", "ganstudio", "mirror", "--help", home=tmp_path)
    pixels = scene()
    Image.fromarray(pixels).save(tmp_path / "a.png")
    python(program, "-m", "ganstudio", "mirror", "a.png", "-o", "b.png", "--axis", "vertical", home=tmp_path)
    assert np.array_equal(np.asarray(Image.open(tmp_path / "b.png")), pixels[::-1])


def test_the_maker_is_a_command_and_a_job_of_the_queue(program: Path, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    for seed in range(3):
        Image.fromarray(np.full((40, 40, 3), 60 * seed, np.uint8)).save(photos / f"{seed}.png")
    words = ["-m", "ganstudio", "sheet", "photos", "--side", "32"]
    assert "sheet.png: 3 pictures" in python(program, *words, "--dry-run", home=tmp_path)
    assert "sheet.png: 3 pictures" in python(program, *words, home=tmp_path)
    sheet = np.asarray(Image.open(tmp_path / "sheet.png"))
    assert sheet.shape == (64, 64, 3)
    assert [int(sheet[y, x, 0]) for y, x in ((9, 9), (9, 40), (40, 9), (40, 40))] == [0, 60, 120, 255]
    assert "Sheet: 3 pictures" in python(program, "-m", "ganstudio", "queue", "list", home=tmp_path)
    assert "already made" in python(program, *words, home=tmp_path)


def test_the_family_opens_and_runs(program: Path, tmp_path: Path) -> None:
    make = """
import torch
from ganstudio.nets.subpixel import Subpixel
torch.manual_seed(0)
net = Subpixel(2)
weight = torch.zeros(12, 3, 5, 5)
for channel in range(3):
    weight[channel * 4 : channel * 4 + 4, channel, 2, 2] = 1
net.only.weight.data, net.only.bias.data = weight, torch.zeros(12)
torch.save(net.state_dict(), "mine.pth")
"""
    python(program, "-c", make, home=tmp_path)
    pixels = scene()
    Image.fromarray(pixels).save(tmp_path / "a.png")
    python(program, "-m", "ganstudio", "upscale", "a.png", "-o", "b.png", "-n", "mine.pth", home=tmp_path)
    twice = pixels.repeat(2, 0).repeat(2, 1)
    assert np.abs(np.asarray(Image.open(tmp_path / "b.png")).astype(int) - twice).max() <= 1


def test_the_backend_is_tried_and_agrees(program: Path, tmp_path: Path) -> None:
    try_it = """
import torch
from ganstudio.models.library import Library
from ganstudio.runtime import Runtime
from ganstudio.runtime.backends import all_backends
runtime, backends = Runtime(), all_backends()
adopted = runtime.open(Library().find("quick"))
path, = backends["inference"].paths(runtime.device, adopted)
x = torch.rand(1, 3, 40, 56)
with torch.no_grad():
    wanted = adopted.module(x)
assert torch.equal(backends["inference"].prepare(adopted, path, runtime.device, 2)(x, (), None), wanted)
print(runtime.facts()["backends"])
runtime.close()
"""
    assert "inference" in python(program, "-c", try_it, home=tmp_path)
