"""Two processes over gloo: the gradients of one process on the same batch, and the same Run."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from ganstudio.training import snapshots
from ganstudio.training.data.folder import open_pictures
from ganstudio.training.run import FINISHED, Order, Run
from ganstudio.training.schedule import Schedule
from ganstudio.training.trainee import Facts
from ganstudio.training.upscaler.plan import UpscalerPlan
from ganstudio.training.upscaler.trainee import PairTrainee

pytestmark = [
    pytest.mark.usefixtures("one_thread"),
    pytest.mark.skipif(not torch.distributed.is_available(), reason="this torch has no processes"),
]

GRADIENTS = """
import sys, torch
from pathlib import Path
from ganstudio.training.data.folder import open_pictures
from ganstudio.training.parallel import joined, sum_gradients, sum_values
from ganstudio.training.run import Run
from ganstudio.training.trainee import Facts
from ganstudio.training.upscaler.trainee import PairTrainee
torch.set_num_threads(1)
begin_as_two()
run = Run(Path(sys.argv[1]))
order = run.order()
with joined("cpu") as (world, device):
    trainee = PairTrainee(order.plan, open_pictures(Path(order.pictures)), Facts(share=world.rank, shares=world.size))
    told = trainee._gradients(trainee._parts(trainee._batch(0, 1.0), 1))
    sum_gradients(trainee._learning(), world.size)
    told = sum_values(told, world.size, device)
    torch.save({"loss": told["loss"], "all": [p.grad for p in trainee._learning()]}, run.file(f"told-{world.rank}"))
"""
SITTING = """
import sys
from pathlib import Path
from ganstudio.training.run import Run
from ganstudio.training.sitting import sit
run = Run(Path(sys.argv[1]))
sit(run, run.order())
"""
GAN = {"discriminator": "unet", "judge_features": 4, "adversarial": 0.1, "matching": 1.0, "lowpass": 1.0}


# One process reads the modules and becomes two that know of each other, which is half the work of starting two.
AS_TWO = """
import os
def begin_as_two():
    for rank in (0, 1):
        if os.fork() == 0:
            os.environ.update(RANK=str(rank), LOCAL_RANK=str(rank))
            return
    os._exit(max(os.waitstatus_to_exitcode(os.wait()[1]) for _ in range(2)))
"""


def _together() -> dict[str, str]:
    """The environment by which two processes find each other, as `torchrun` would set it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return {**os.environ, "WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}


def _two(code: str, folder: Path) -> None:
    """Run the code in two processes that know of each other."""
    together, processes = _together(), []
    for rank in range(2):
        environment = {**together, "RANK": str(rank), "LOCAL_RANK": str(rank)}
        words = [sys.executable, "-c", code, str(folder)]
        processes.append(subprocess.Popen(words, env=environment, stderr=subprocess.PIPE, text=True))
    try:
        for process in processes:
            _, errors = process.communicate(timeout=240)
            assert process.returncode == 0, errors
    finally:
        for process in processes:
            process.kill()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="one process cannot become two here")
def test_two_processes_give_one_processs_gradients(tmp_path: Path, pictures: Path, small_plan: UpscalerPlan) -> None:
    plan, run = replace(small_plan, **GAN), Run(tmp_path / "run")
    run.begin(Order(plan, str(pictures), threads=1))
    words = [sys.executable, "-c", AS_TWO + GRADIENTS, str(run.folder)]
    done = subprocess.run(words, env=_together(), capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    alone = PairTrainee(plan, open_pictures(pictures), Facts())
    told = alone._gradients(alone._parts(alone._batch(0, 1.0), 1))
    both = [torch.load(run.file(f"told-{rank}"), weights_only=True) for rank in range(2)]
    assert both[0]["loss"] == both[1]["loss"] == pytest.approx(told["loss"], abs=1e-6)
    for one, a, b in zip(alone._learning(), both[0]["all"], both[1]["all"], strict=True):
        assert one.grad is not None and torch.equal(a, b)
        assert torch.allclose(one.grad, a, atol=1e-6)


@pytest.mark.long
def test_two_processes_train_what_one_would(tmp_path: Path, pictures: Path, small_plan: UpscalerPlan) -> None:
    plan, run = replace(small_plan, **GAN, steps=3), Run(tmp_path / "run")
    run.begin(Order(plan, str(pictures), threads=1))
    _two(SITTING, run.folder)
    assert run.state().state == FINISHED
    alone = PairTrainee(plan, open_pictures(pictures), Facts())
    for number in range(3):
        alone.step(number, Schedule.of(plan, timed=False).factor(number), 1)
    found = snapshots.latest(run.folder)
    assert found is not None
    trained = snapshots.read(found)["trainee"]["net"]
    for key, value in alone.net.state_dict().items():
        assert torch.allclose(value, trained[key], atol=1e-5), key
