"""What the tests of the training floor stand on: a folder of small pictures, a small Plan, a Loop ready to go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from ganstudio.measures.resize import imresize
from ganstudio.training import plans
from ganstudio.training.data.folder import open_pictures
from ganstudio.training.loop import Loop, Pace
from ganstudio.training.run import Order, Run
from ganstudio.training.trainee import Facts
from ganstudio.training.upscaler.plan import UpscalerPlan
from ganstudio.training.upscaler.trainee import PairTrainee

Begin = Callable[..., Loop]


@pytest.fixture
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Six smooth pictures of 96×112 pixels."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for i in range(6):
        coarse = rng.integers(0, 256, (12, 14, 3), dtype=np.uint8)
        Image.fromarray(np.asarray(imresize(coarse, 8.0), np.uint8)).save(folder / f"p{i}.png")
    return folder


@pytest.fixture
def small_plan() -> UpscalerPlan:
    plan = plans.load("photo-x2")
    assert isinstance(plan, UpscalerPlan)
    return replace(
        plan, name="small", features=8, depth=2, batch=4, patch=16, final_patch=16, steps=40, warmup=4, refresh=2,
        hold_out=3, start_from="", precision="fp32",
    )  # fmt: skip


@pytest.fixture
def begin(pictures: Path, small_plan: UpscalerPlan, one_thread: None) -> Begin:
    """`begin(folder, plan=…, pace=…, minutes=…)`: a Loop that has taken up what the folder holds."""

    def begun(folder: Path, plan: UpscalerPlan = small_plan, pace: Pace | None = None, **order: Any) -> Loop:
        run, found = Run(folder), open_pictures(pictures)
        wanted = Order(plan, str(pictures), **order)
        run.begin(wanted)
        trainee = PairTrainee(plan, found, Facts())
        loop = Loop(run, wanted, trainee, (found.listing(), found.table()), pace=pace)
        loop.open()
        return loop

    return begun
