"""The Loop on a small network: learning, true resume, refusals, pause and stop, trouble."""

from __future__ import annotations

import importlib.util
import json
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from ganstudio.core.errors import BadInput, DiskFull, EngineError, OutOfMemory, UsageError
from ganstudio.training import snapshots
from ganstudio.training.board import Board
from ganstudio.training.loop import Loop, Pace
from ganstudio.training.run import FINISHED, PAUSE, PAUSED, RESUME, STOP, STOPPED, Order, Run
from ganstudio.training.upscaler.plan import UpscalerPlan
from ganstudio.training.upscaler.trainee import PairTrainee

Begin = Callable[..., Loop]


def equal(a: object, b: object) -> bool:
    if isinstance(a, torch.Tensor):
        return isinstance(b, torch.Tensor) and torch.equal(a, b)
    if isinstance(a, dict):
        return isinstance(b, dict) and a.keys() == b.keys() and all(equal(a[k], b[k]) for k in a)
    if isinstance(a, (list, tuple)):
        return isinstance(b, type(a)) and len(a) == len(b) and all(map(equal, a, b))
    return a == b


def learnt(loop: Loop) -> dict[str, Any]:
    """The whole state but what depends on the time of day."""
    state = loop.keeper.state()
    for name in ("seconds", "best", "best_step", "stale"):
        state["standing"].pop(name)
    return state


def trainee_of(loop: Loop) -> PairTrainee:
    assert isinstance(loop.trainee, PairTrainee)
    return loop.trainee


GAN = {"discriminator": "unet", "judge_features": 4, "adversarial": 0.1, "matching": 1.0, "lowpass": 1.0}


@pytest.mark.parametrize("kind", ["pixel", "gan", "clean"])
def test_two_and_two_steps_are_four(tmp_path: Path, begin: Begin, small_plan: UpscalerPlan, kind: str) -> None:
    changes: dict[str, Any] = {"gan": GAN, "clean": {"degradation": "clean"}, "pixel": {}}[kind]
    plan = replace(small_plan, **changes)
    whole = begin(tmp_path / "whole", plan)
    whole.go(stop_after=4)
    begin(tmp_path / "parts", plan).go(stop_after=2)
    rest = begin(tmp_path / "parts", plan)
    assert rest.standing.step == 2
    rest.go(stop_after=2)
    assert equal(learnt(whole), learnt(rest))
    assert learnt(whole)["standing"]["step"] == 4


def test_without_the_optimisers_state_it_would_not_be_equal(tmp_path: Path, begin: Begin) -> None:
    """The comparison above can fail: leave Adam's memory out and it does."""
    whole = begin(tmp_path / "whole")
    whole.go(stop_after=4)
    begin(tmp_path / "parts").go(stop_after=2)
    rest = begin(tmp_path / "parts")
    trainee_of(rest).optimiser.state.clear()
    rest.go(stop_after=2)
    assert not equal(learnt(whole)["trainee"]["net"], learnt(rest)["trainee"]["net"])


@pytest.mark.parametrize("times", [3, pytest.param(20, marks=pytest.mark.long)])
def test_stops_at_random_steps_change_nothing(
    tmp_path: Path, begin: Begin, small_plan: UpscalerPlan, times: int
) -> None:
    plan, rng = replace(small_plan, steps=4 * times), random.Random(times)
    whole = begin(tmp_path / "whole", plan)
    whole.go()
    part = begin(tmp_path / "parts", plan)
    for _ in range(times):
        part.go(stop_after=rng.randint(1, 4))
        part = begin(tmp_path / "parts", plan)
    part.go()
    assert part.standing.step == 4 * times
    assert equal(learnt(whole), learnt(part))


def test_a_soft_resume_goes_on_with_a_warm_up(tmp_path: Path, begin: Begin) -> None:
    loop = begin(tmp_path / "run")
    loop.go(stop_after=6)
    soft = tmp_path / "run" / snapshots.SOFT
    assert soft.stat().st_size < 0.5 * (tmp_path / "run" / "step-00000006.pt").stat().st_size
    other = begin(tmp_path / "other")
    other.open(soft)
    assert other.standing.step == 6 and other.standing.schedule.warm_from == 6
    assert other.standing.schedule.factor(6) < 0.01
    for a, b in zip(trainee_of(loop).net.parameters(), trainee_of(other).net.parameters(), strict=True):
        assert torch.allclose(a, b, atol=2e-3)
    other.go(stop_after=2)
    assert other.standing.step == 8


def test_other_settings_or_pictures_are_refused_by_name(
    tmp_path: Path, begin: Begin, small_plan: UpscalerPlan, pictures: Path
) -> None:
    begin(tmp_path / "run").go(stop_after=1)
    with pytest.raises(BadInput, match=r"Batch was 4 and is 2; Learning rate was 0\.0003 and is 0\.1"):
        begin(tmp_path / "run", replace(small_plan, lr=0.1, batch=2))
    begin(tmp_path / "run", replace(small_plan, title="Another word", patience=3))
    (pictures / "p0.png").unlink()
    (pictures / "p1.png").rename(pictures / "new.png")
    with pytest.raises(BadInput, match=r"2 are gone \(p0\.png, p1\.png\), 1 is new \(new\.png\)"):
        begin(tmp_path / "run")


def test_a_killed_writer_leaves_nothing_and_a_cut_snapshot_is_said(tmp_path: Path, begin: Begin) -> None:
    begin(tmp_path / "run").go(stop_after=1)
    (tmp_path / "run" / "step-00000009.pt.tmp").write_bytes(b"half")
    newest = snapshots.latest(tmp_path / "run")
    assert newest is not None and newest.name == "step-00000001.pt"
    assert not list((tmp_path / "run").glob("*.tmp"))
    newest.write_bytes(newest.read_bytes()[:1000])
    with pytest.raises(BadInput, match="cannot be read"):
        begin(tmp_path / "run")


def test_an_older_snapshot_is_refused_with_what_to_do(tmp_path: Path) -> None:
    torch.save({"version": 1, "step": 3}, tmp_path / "step-00000003.pt")
    with pytest.raises(BadInput, match=r"older version.*--from"):
        snapshots.read(tmp_path / "step-00000003.pt")


def test_only_the_newest_snapshots_stay(tmp_path: Path, begin: Begin) -> None:
    loop = begin(tmp_path / "run")
    for _ in range(snapshots.KEEP + 2):
        loop.go(stop_after=1)
    assert [p.name for p in snapshots.numbered(tmp_path / "run")] == [f"step-{n:08d}.pt" for n in (3, 4, 5)]


def test_a_failed_save_pauses_says_so_and_goes_on_when_there_is_room(tmp_path: Path, begin: Begin) -> None:
    """The next snapshot's name is a folder until the Run has said that it waits."""
    loop = begin(tmp_path / "run", pace=Pace(snapshot=0.0, again=0.2))
    obstacle = tmp_path / "run" / "step-00000001.pt"
    obstacle.mkdir()
    seen = []

    def watch(state: Any) -> None:
        if state.state == PAUSED:
            seen.append(state.reason)
            if obstacle.is_dir():
                obstacle.rmdir()

    loop.report._watch = watch
    assert loop.go(stop_after=2).state == STOPPED
    assert "step-00000001.pt cannot be written" in seen[0]
    assert obstacle.is_file() and loop.standing.step == 2
    assert any(line.get("event") == "pause" for line in loop.run.lines()[0])


def test_where_it_cannot_be_saved_stop_ends_it_and_says_so(tmp_path: Path, begin: Begin) -> None:
    loop = begin(tmp_path / "run", pace=Pace(snapshot=0.0, again=30.0))
    (tmp_path / "run" / "step-00000001.pt").mkdir()
    loop.report._watch = lambda state: loop.run.ask(STOP) if state.state == PAUSED else None
    with pytest.raises(Exception, match="cannot be written"):
        loop.go(stop_after=5)
    assert loop.run.state().state == "failed"
    assert snapshots.latest(tmp_path / "run") is not None  # step 1 is a folder, step 0 a snapshot


@pytest.mark.skipif(os.name == "nt", reason="POSIX file size limits")
def test_a_full_disk_is_said_and_the_snapshot_before_stays(tmp_path: Path) -> None:
    code = """
import resource, signal, sys, torch
from pathlib import Path
from ganstudio.core.errors import DiskFull
from ganstudio.training import snapshots
from ganstudio.training.board import Board
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


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
@pytest.mark.parametrize("times", [3, pytest.param(20, marks=pytest.mark.long)])
def test_killed_in_the_middle_of_a_snapshot_the_one_before_opens(tmp_path: Path, times: int) -> None:
    """A child writes snapshots without end and is killed at any moment; then every snapshot must be whole."""
    code = """
import os, random, signal, sys, time, torch
from pathlib import Path
from ganstudio.training import snapshots
from ganstudio.training.board import Board
folder, times = Path(sys.argv[1]), int(sys.argv[2])
torch.set_num_threads(1)
rng, leftovers = random.Random(times), 0
for _ in range(times):
    child = os.fork()
    if child == 0:
        for step in range(100_000):
            net = torch.full((1_000_000,), float(step))
            snapshots.write(folder / f"step-{step % 4:08d}.pt", {"step": step, "net": net})
    while len(snapshots.numbered(folder)) < 4:
        time.sleep(0.01)
    time.sleep(rng.uniform(0.0, 0.1))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    leftovers += len(list(folder.glob("*.tmp")))
    assert snapshots.latest(folder) is not None and not list(folder.glob("*.tmp"))
    for path in snapshots.numbered(folder):
        state = snapshots.read(path)
        assert bool((state["net"] == state["step"]).all()), path
print("whole", leftovers)
"""
    words = [sys.executable, "-c", code, str(tmp_path), str(times)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=300)
    assert done.stdout.startswith("whole"), done.stderr


KILLED = """
import os, random, signal, sys, time, torch
from pathlib import Path
from ganstudio.training.data.folder import open_pictures
from ganstudio.training.loop import Loop, Pace
from ganstudio.training.run import Run
from ganstudio.training.trainee import Facts
from ganstudio.training.upscaler.trainee import PairTrainee
torch.set_num_threads(1)
run, times = Run(Path(sys.argv[1])), int(sys.argv[2])
order, rng = run.order(), random.Random(times)
found = open_pictures(Path(order.pictures))
def sit(stop_after=None):
    loop = Loop(run, order, PairTrainee(order.plan, found, Facts()), (found.listing(), found.table()),
                pace=Pace(snapshot=0.0))
    loop.open()
    loop.go(stop_after)
    return loop
for _ in range(times):
    child = os.fork()
    if child == 0:
        sit()
        os._exit(0)
    time.sleep(rng.uniform(0.2, 0.7))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
print(sit().standing.step)
"""


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
@pytest.mark.parametrize("times", [2, pytest.param(20, marks=pytest.mark.long)])
def test_killed_at_any_moment_it_ends_as_if_nothing_had_been(
    tmp_path: Path, begin: Begin, small_plan: UpscalerPlan, pictures: Path, times: int
) -> None:
    plan = replace(small_plan, steps=25 * times)
    whole = begin(tmp_path / "whole", plan)
    whole.go()
    run = Run(tmp_path / "parts")
    run.begin(Order(plan, str(pictures)))
    words = [sys.executable, "-c", KILLED, str(run.folder), str(times)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=580)
    assert done.stdout.strip() == str(25 * times), done.stderr
    ended = begin(run.folder, plan)
    assert ended.standing.step == 25 * times and equal(learnt(whole), learnt(ended))


def test_room_for_two_snapshots_is_kept_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshots.write(tmp_path / "step-1.pt", {"net": torch.zeros(100_000)})
    free = shutil.disk_usage(tmp_path)._replace(free=700_000)  # one more would fit, and then no other
    monkeypatch.setattr(shutil, "disk_usage", lambda path: free)
    with pytest.raises(DiskFull, match="nearly full"):
        snapshots.write(tmp_path / "step-2.pt", {"net": torch.zeros(100_000)})
    assert [path.name for path in tmp_path.iterdir()] == ["step-1.pt"]


def test_losses_that_are_not_numbers_change_nothing_roll_back_and_then_stop(
    tmp_path: Path, begin: Begin, small_plan: UpscalerPlan
) -> None:
    loop = begin(tmp_path / "run", small_plan)
    loop.go(stop_after=2)
    before = {k: v.clone() for k, v in trainee_of(loop).net.state_dict().items()}
    trainee_of(loop).path = lambda low, cast: low.new_full((len(low), 3, 32, 32), float("nan"))
    with pytest.raises(EngineError, match="diverged for the third time"):
        loop.go(stop_after=20)
    events = [line["event"] for line in loop.run.lines()[0] if "event" in line]
    assert events.count("rollback") == 2 and events.count("skipped") == 9
    assert trainee_of(loop).calmness == 0.25
    assert equal(before, dict(trainee_of(loop).net.state_dict()))
    assert loop.run.state().state == "failed"


def test_one_lost_step_is_skipped_and_said(tmp_path: Path, begin: Begin) -> None:
    loop = begin(tmp_path / "run")
    path = trainee_of(loop).path
    calls: list[int] = []

    def once(low: torch.Tensor, cast: Any) -> torch.Tensor:
        calls.append(1)
        return path(low, cast) * (float("inf") if len(calls) == 2 else 1.0)

    trainee_of(loop).path = once
    loop.go(stop_after=4)
    assert loop.standing.step == 4 and loop.standing.troubles.skipped == [1]


def test_out_of_memory_halves_the_micro_batches_and_says_so(tmp_path: Path, begin: Begin) -> None:
    loop = begin(tmp_path / "run")
    path = trainee_of(loop).path

    def narrow(low: torch.Tensor, cast: Any) -> torch.Tensor:
        if len(low) > 1:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 1 bytes.")
        return path(low, cast)

    trainee_of(loop).path = narrow
    loop.go(stop_after=2)
    assert loop.standing.micro_batches == 4 and loop.standing.step == 2
    said = [line["text"] for line in loop.run.lines()[0] if line.get("event") == "memory"]
    assert said == [f"memory did not suffice: each batch is now cut into {n} parts" for n in (2, 4)]


def test_where_not_even_one_picture_fits_it_ends(tmp_path: Path, begin: Begin) -> None:
    def never(low: torch.Tensor, cast: Any) -> torch.Tensor:
        raise torch.OutOfMemoryError("CUDA out of memory.")

    loop = begin(tmp_path / "run")
    trainee_of(loop).path = never
    with pytest.raises(OutOfMemory, match="one picture at a time"):
        loop.go(stop_after=1)


def test_minutes_plan_their_own_end(tmp_path: Path, begin: Begin) -> None:
    loop = begin(tmp_path / "run", minutes=0.04)
    state = loop.go()
    schedule = loop.standing.schedule
    assert state.state == FINISHED and schedule.decay_from is not None
    assert loop.standing.step == schedule.end > schedule.decay_from > 0
    trunk = snapshots.read(tmp_path / "run" / snapshots.TRUNK)
    assert trunk["standing"]["schedule"]["decay_from"] is None
    assert trunk["standing"]["step"] == schedule.decay_from


def test_without_progress_it_ends_and_the_best_is_kept(tmp_path: Path, begin: Begin, small_plan: UpscalerPlan) -> None:
    plan = replace(small_plan, steps=5_000, lr=1e-8, lr_end=1e-8, patience=3, ema=0.0)
    loop = begin(tmp_path / "run", plan, pace=Pace(check=0.0))
    loop.clock.reset = lambda what, at_least=0.0: None  # type: ignore[method-assign]  # check after every step
    trainee_of(loop).calmness = 0.0
    state = loop.go()
    assert state.state == FINISHED and "no better for 3 checks" in state.reason.lower()
    assert loop.standing.step < 20 and (tmp_path / "run" / "small.safetensors").is_file()


def test_pause_resume_and_stop_are_heard(tmp_path: Path, begin: Begin, small_plan: UpscalerPlan) -> None:
    loop = begin(tmp_path / "run", replace(small_plan, steps=1_000_000))
    run = Run(tmp_path / "run")
    thread = threading.Thread(target=loop.go)
    thread.start()
    try:
        _until(lambda: run.state().step > 0 or loop.standing.step > 0)
        run.ask(PAUSE)
        _until(lambda: run.state().state == PAUSED)
        still = loop.standing.step
        time.sleep(0.3)
        assert loop.standing.step == still
        assert snapshots.latest(run.folder) == run.file(f"step-{still:08d}.pt")
        run.ask(RESUME)
        _until(lambda: loop.standing.step > still)
    finally:
        run.ask(STOP)
        thread.join(30)
    assert not thread.is_alive() and run.state().state == STOPPED
    events = [line["event"] for line in run.lines()[0] if "event" in line]
    assert "pause" in events and "resume" in events


def _until(true: Callable[[], bool], patience: float = 60.0) -> None:
    end = time.monotonic() + patience
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_the_estimate_comes_from_the_first_steps(tmp_path: Path, begin: Begin) -> None:
    loop = begin(tmp_path / "run", pace=Pace(estimate_steps=4))
    loop.go(stop_after=6)
    line = next(line for line in loop.run.lines()[0] if line.get("event") == "estimate")
    assert line["step"] == 4 and line["precision"] == "fp32" and line["memory"] > 1e6
    assert line["seconds_left"] == pytest.approx(36 * line["seconds_a_step"], abs=0.06)


def test_the_log_is_json_and_samples_come_from_fixed_pictures(tmp_path: Path, begin: Begin) -> None:
    loop = begin(tmp_path / "run", pace=Pace(log_steps=2))
    loop.go()
    lines = [json.loads(text) for text in (tmp_path / "run" / "log.jsonl").read_text().splitlines()]
    numbers = [line for line in lines if "event" not in line]
    assert {"step", "end", "images", "rate", "lr", "seconds", "loss"} <= set(numbers[0])
    assert [line["step"] for line in numbers] == list(range(2, 42, 2))
    assert lines[-1]["event"] == "end" and lines[-1]["reason"] == "all steps are done"
    assert [path.name for path in loop.run.samples()] == ["00000000.png", "00000040.png"]


def test_tensorboard_is_said_to_be_missing_or_writes(tmp_path: Path, begin: Begin) -> None:
    loop = begin(tmp_path / "run")
    if importlib.util.find_spec("tensorboard") is None:
        with pytest.raises(UsageError, match="pip install tensorboard"):
            Board(loop.run)
        return
    loop.report._hear = Board(loop.run)
    loop.go(stop_after=2)
    assert list((tmp_path / "run" / "tensorboard").iterdir())
