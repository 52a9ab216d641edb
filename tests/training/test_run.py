"""Runs on a small network: learning, true resume, refusals, a stop by signal, the file that comes out."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from ganstudio.core.errors import BadInput, EngineError
from ganstudio.measures.resize import imresize
from ganstudio.models import open_model
from ganstudio.training import plans, snapshots
from ganstudio.training.export import add_figures
from ganstudio.training.loop import Run
from ganstudio.training.plans import Plan

PLAN = replace(
    plans.load("photo-x2"),
    name="small", features=8, convs=2, batch=4, patch=16, final_patch=16, steps=40, warmup=4, refresh=2,
    hold_out=3, start_from="",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for i in range(6):
        coarse = rng.integers(0, 256, (12, 14, 3), dtype=np.uint8)
        Image.fromarray(np.asarray(imresize(coarse, 8.0), np.uint8)).save(folder / f"p{i}.png")
    return folder


def _run(folder: Path, pictures: Path, plan: Plan = PLAN) -> Run:
    run = Run(folder, plan, pictures, report=lambda line: None)
    run.open()
    return run


def _equal(a: object, b: object) -> bool:
    if isinstance(a, torch.Tensor):
        return isinstance(b, torch.Tensor) and torch.equal(a, b)
    if isinstance(a, dict):
        return isinstance(b, dict) and a.keys() == b.keys() and all(_equal(a[k], b[k]) for k in a)
    if isinstance(a, list):
        if not isinstance(b, list) or len(a) != len(b):
            return False
        return all(_equal(x, y) for x, y in zip(a, b, strict=True))
    return a == b


def test_two_and_two_steps_are_four(tmp_path: Path, pictures: Path) -> None:
    whole = _run(tmp_path / "whole", pictures)
    whole.go(stop_after=4)
    _run(tmp_path / "parts", pictures).go(stop_after=2)
    rest = _run(tmp_path / "parts", pictures)
    assert rest.step == 2
    rest.go(stop_after=2)
    a, b = whole.state(), rest.state()
    for state in (a, b):
        state.pop("seconds")
    assert _equal(a, b)
    assert a["step"] == 4


def test_without_the_optimisers_state_it_would_not_be_equal(tmp_path: Path, pictures: Path) -> None:
    """The comparison above can fail: leave Adam's memory out and it does."""
    whole = _run(tmp_path / "whole", pictures)
    whole.go(stop_after=4)
    _run(tmp_path / "parts", pictures).go(stop_after=2)
    rest = _run(tmp_path / "parts", pictures)
    rest.learner.optimiser.state.clear()
    rest.go(stop_after=2)
    assert not _equal(whole.state()["net"], rest.state()["net"])


def test_it_learns_and_the_file_opens(tmp_path: Path, pictures: Path) -> None:
    run = _run(tmp_path / "run", pictures, replace(PLAN, lr=3e-3, degradation="clean"))
    run.check()
    before = run.best
    run.go()
    assert run.step == 40 and run.best > before + 1.0
    model = open_model(tmp_path / "run" / "small.safetensors")
    net, card = model.module, model.card
    assert (card.name, card.scale, card.licence, card.family) == ("small", 2, "your own", "compact")
    x = torch.rand(1, 3, 12, 10)
    assert net(x).shape == (1, 3, 24, 20)
    assert (net(x) - run.learner.ema.net(x)).abs().max() < 2e-2
    lines = [json.loads(line) for line in (tmp_path / "run" / "log.jsonl").read_text().splitlines()]
    assert lines[0]["event"] == "start" and lines[-1]["event"] == "end"
    assert Image.open(tmp_path / "run" / "preview.png").size[0] > 100


def test_other_programs_open_the_file_as_compact(tmp_path: Path, pictures: Path) -> None:
    from ganstudio.models.torchvision_standin import torchvision_at_hand

    with torchvision_at_hand():
        import spandrel
    run = _run(tmp_path / "run", pictures)
    run.go(stop_after=3)
    run.export(run.learner.ema.net)
    opened = spandrel.ModelLoader().load_from_file(tmp_path / "run" / "small.safetensors")
    assert (opened.architecture.id, opened.scale, opened.input_channels) == ("Compact", 2, 3)
    x = torch.rand(1, 3, 12, 10)
    with torch.inference_mode():
        assert torch.allclose(
            opened.model(x), open_model(tmp_path / "run" / "small.safetensors").module(x), atol=1e-6
        )


def test_a_blend_lies_between_its_two(tmp_path: Path, pictures: Path) -> None:
    from ganstudio.training.blend import main

    run = _run(tmp_path / "run", pictures)
    first, second, out = (tmp_path / f"{name}.safetensors" for name in ("first", "second", "out"))
    run.export(run.learner.ema.net)
    os.replace(tmp_path / "run" / "small.safetensors", first)
    run.go(stop_after=8)
    run.export(run.learner.ema.net)
    os.replace(tmp_path / "run" / "small.safetensors", second)
    assert main([str(first), str(second), "--share", "0.25", "-o", str(out)]) == 0
    a, b, mixed = (open_model(path) for path in (first, second, out))
    for key, value in mixed.module.state_dict().items():
        expected = 0.75 * a.module.state_dict()[key] + 0.25 * b.module.state_dict()[key]
        assert torch.allclose(value, expected, atol=2e-3)
    assert mixed.card.settings["share_of_its_own"] == 0.25 and mixed.card.figures == {}
    other = _run(tmp_path / "other", pictures, replace(PLAN, features=12))
    other.export(other.learner.ema.net)
    assert (
        main([str(first), str(tmp_path / "other" / "small.safetensors"), "--share", "1", "-o", str(out)]) == 1
    )


def test_figures_are_added_and_the_weights_stay(tmp_path: Path, pictures: Path) -> None:
    run = _run(tmp_path / "run", pictures)
    run.export(run.learner.ema.net)
    path = tmp_path / "run" / "small.safetensors"
    before = open_model(path).module.state_dict()
    add_figures(path, {"Set5": 36.5})
    model = open_model(path)
    assert model.card.figures == {"Set5": 36.5} and model.card.settings["plan"] == "small"
    assert _equal(dict(before), dict(model.module.state_dict()))


def test_another_plan_or_other_pictures_are_refused(tmp_path: Path, pictures: Path) -> None:
    _run(tmp_path / "run", pictures).go(stop_after=1)
    with pytest.raises(BadInput, match="another Plan"):
        _run(tmp_path / "run", pictures, replace(PLAN, lr=0.1))
    (pictures / "p0.png").unlink()
    with pytest.raises(BadInput, match="pictures have changed"):
        _run(tmp_path / "run", pictures)


def test_a_killed_writer_and_a_cut_snapshot(tmp_path: Path, pictures: Path) -> None:
    run = _run(tmp_path / "run", pictures)
    run.go(stop_after=1)
    (tmp_path / "run" / "step-00000009.pt.tmp").write_bytes(b"half")
    newest = snapshots.latest(tmp_path / "run")
    assert newest is not None and newest.name == "step-00000001.pt"
    assert not list((tmp_path / "run").glob("*.tmp"))
    newest.write_bytes(newest.read_bytes()[:1000])
    with pytest.raises(BadInput, match="cannot be read"):
        _run(tmp_path / "run", pictures)


@pytest.mark.skipif(os.name == "nt", reason="POSIX file size limits")
def test_a_full_disk_is_said_and_the_snapshot_before_stays(tmp_path: Path) -> None:
    code = """
import resource, signal, sys, torch
from pathlib import Path
from ganstudio.core.errors import DiskFull
from ganstudio.training import snapshots
path = Path(sys.argv[1])
snapshots.write(path, {"step": 1})
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
try:
    snapshots.write(path, {"step": 2, "net": torch.zeros(100_000)})
except DiskFull as error:
    print(error)
"""
    path = tmp_path / "step-00000001.pt"
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert "cannot be written" in done.stdout
    assert snapshots.read(path)["step"] == 1
    assert list(tmp_path.iterdir()) == [path]


def test_only_the_newest_snapshots_stay(tmp_path: Path, pictures: Path) -> None:
    run = _run(tmp_path / "run", pictures)
    for _ in range(snapshots.KEEP + 2):
        run.go(stop_after=1)
    assert [p.name for p in snapshots.numbered(tmp_path / "run")] == [f"step-{n:08d}.pt" for n in (3, 4, 5)]


def test_losses_that_are_not_numbers_change_nothing_and_then_stop(tmp_path: Path, pictures: Path) -> None:
    run = _run(tmp_path / "run", pictures, replace(PLAN, losses={"l1": float("nan")}))
    before = {k: v.clone() for k, v in run.learner.net.state_dict().items()}
    with pytest.raises(EngineError, match="diverged"):
        run.go()
    assert run.step == 2 and _equal(before, dict(run.learner.net.state_dict()))


def test_minutes_plan_their_own_end(tmp_path: Path, pictures: Path) -> None:
    run = _run(tmp_path / "run", pictures)
    run.go(minutes=0.03)
    assert run.decay_from is not None and run.decay_from >= PLAN.warmup
    assert run.step == run.end > run.decay_from
    assert (tmp_path / "run" / "trunk.pt").is_file()


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_a_signal_stops_cleanly_and_the_run_goes_on(tmp_path: Path, pictures: Path) -> None:
    plan = tmp_path / "small.json"
    plan.write_text(replace(PLAN, steps=100_000).to_json())
    words = [sys.executable, "-m", "ganstudio.training.upscaler", "--plan", str(plan), "--threads", "1"]
    words += ["--pictures", str(pictures), "-o", str(tmp_path / "run")]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["event"] == "start"
    time.sleep(0.5)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors
    found = snapshots.latest(tmp_path / "run")
    assert found is not None
    again = _run(tmp_path / "run", pictures, plans.load(str(plan)))
    assert again.step == int(found.stem.removeprefix("step-")) > 0


def test_the_commands_mistakes_are_sentences(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from ganstudio.training.upscaler import main

    assert main(["--plan", "nothing", "--pictures", str(tmp_path), "-o", str(tmp_path / "r")]) == 2
    assert "no Plan called nothing" in capsys.readouterr().err
    assert main(["--plan", "photo-x2", "--pictures", str(tmp_path), "-o", str(tmp_path / "r")]) == 2
    assert "--start" in capsys.readouterr().err
    assert main(["--plan", "fidelity-x2", "--pictures", str(tmp_path / "no"), "-o", str(tmp_path / "r")]) == 1
    assert "no folder" in capsys.readouterr().err
