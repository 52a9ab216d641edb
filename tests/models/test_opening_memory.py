"""Opening a large generator takes little more memory than its weights: no more than two of them at a time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch

from ganstudio.nets import stylegan2
from tests.models.making import shaken
from tests.models.writing_generators import official

_MIB = 1 << 20
_SLACK = 48 * _MIB  # what torch and the reader take for themselves
_OPEN = """
import sys, threading, time
from pathlib import Path
import safetensors.torch, torch
import ganstudio.models.readers.torch_pickles
from ganstudio.models.opening import open_model
from ganstudio.nets import stylegan2

def own():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("RssAnon"))

before, most, over = own(), 0, threading.Event()

def watch():
    global most
    while not over.wait(0.001):
        most = max(most, own())

thread = threading.Thread(target=watch)
thread.start()
open_model(Path(sys.argv[1]))
over.set()
thread.join()
print(most - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the system says what a process holds of its own")
def test_a_pickle_of_two_networks_and_its_copy(tmp_path: Path, own_home: Path) -> None:
    net = shaken(stylegan2.Generator([640, 640, 640], 64, 64))
    weights = sum(one.nbytes for one in net.state_dict().values())
    training = {"other": torch.zeros(weights // 4)}  # a discriminator, as heavy as it, that nobody needs
    path = official(tmp_path / "large.pkl", net, {}, D=training)
    assert weights > 64 * _MIB and path.stat().st_size > 1.9 * weights
    for _ in range(2):  # the file itself, then our copy of it
        done = subprocess.run([sys.executable, "-c", _OPEN, str(path)], capture_output=True, text=True, check=True)
        assert int(done.stdout) < 2.2 * weights + _SLACK
