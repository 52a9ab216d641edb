"""Choosing a path: what agrees, what is fastest, what is remembered; and every backend against the plain one."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from ganstudio.core import paths
from ganstudio.core.errors import Cancelled
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Picture
from ganstudio.runtime import Runtime, choice, devices, probes
from ganstudio.runtime.adopt import Adopted, adopt
from ganstudio.runtime.backends import Path as Way
from ganstudio.runtime.backends import all_backends
from ganstudio.runtime.backends.torch_eager import FAITHFUL, PLAIN
from ganstudio.runtime.choice import Choice
from ganstudio.runtime.devices import Device
from ganstudio.runtime.lane import Lane
from ganstudio.runtime.precision import allowed
from tests.runtime.small_nets import Module, compact, entry_of, model, photo

# A CPU that is said to have bf16: torch computes it anywhere, if slowly.
WITH_BF16 = Device("cpu", "cpu", "a CPU with bf16", ("bf16",))
BF16 = Way("torch_eager", "torch", "bf16", "channels_last")


@pytest.fixture
def lane():
    made = Lane(2, one_core_each=True)
    yield made
    made.close()


def chosen(adopted: Adopted, lane: Lane, precision: str, depth: int = 8, spoil=None) -> Choice:
    """Choose on a busy crop; `spoil` changes what a path's program answers."""
    changed = spoil or (lambda way, y: y)

    def prepare(way: Way):
        program = all_backends()[way.backend].prepare(adopted, way, WITH_BF16, 2)
        return lambda x, held, progress: changed(way, program(x, held, progress))

    crop = probes.busy(3, 64, 64)
    return choice.choose(adopted, WITH_BF16, precision, depth, crop, (), lane, prepare, Progress())


def test_exact_is_one_path_unmeasured(tmp_path: Path, lane: Lane) -> None:
    made = chosen(adopt(model(compact(), tmp_path)), lane, "exact")
    assert (made.path, made.measured) == (FAITHFUL, False)


def test_every_candidate_is_tried_and_said(tmp_path: Path, lane: Lane) -> None:
    made = chosen(adopt(model(compact(), tmp_path)), lane, "auto")
    assert made.measured
    assert made.seconds_a_pixel > 0
    names = [line.partition(":")[0] for line in made.tried]
    assert {BF16.name, FAITHFUL.name, PLAIN.name} <= set(names)


@pytest.mark.parametrize(
    ("precision", "decibel", "kept"), [("auto", 55, True), ("auto", 45, False), ("fast", 45, True), ("fast", 35, False)]
)
def test_half_precision_must_agree(tmp_path: Path, lane: Lane, precision: str, decibel: int, kept: bool) -> None:
    off = 10 ** (-decibel / 20)

    def spoil(way: Way, y: Tensor) -> Tensor:
        if not way.is_half:
            end = time.thread_time() + 0.1  # the half path is the fastest by far: only its agreement decides
            while time.thread_time() < end:
                pass
            return y
        return torch.where(y > 0.5, y - off, y + off)

    made = chosen(adopt(model(compact(), tmp_path)), lane, precision, spoil=spoil)
    agreed = next(line for line in made.tried if line.startswith(BF16.name))
    assert abs(float(agreed.split(", ")[1].split(" ")[0]) - decibel) < 2
    assert made.path.is_half == kept


def test_float32_must_agree_to_90_decibel_and_plain_float32_always_does(tmp_path: Path, lane: Lane) -> None:
    def spoil(way: Way, y: Tensor) -> Tensor:
        return y if way == PLAIN else y + 1e-3

    made = chosen(adopt(model(compact(), tmp_path)), lane, "auto", depth=16, spoil=spoil)
    assert made.path == PLAIN


def test_what_cannot_run_or_gives_no_numbers_is_said_and_left_out(tmp_path: Path, lane: Lane) -> None:
    def spoil(way: Way, y: Tensor) -> Tensor:
        if way == BF16:
            raise RuntimeError("this op has no bfloat16\nand a long story")
        return y * float("nan") if way == FAITHFUL else y

    made = chosen(adopt(model(compact(), tmp_path)), lane, "auto", spoil=spoil)
    assert made.path == PLAIN or made.path.backend in ("openvino", "winograd")
    assert f"{BF16.name}: cannot run here (this op has no bfloat16)" in made.tried
    assert any(line.startswith(FAITHFUL.name) and "-inf dB" in line for line in made.tried)


def test_sixteen_bits_keep_float32_but_in_fast(tmp_path: Path) -> None:
    adopted = adopt(model(compact(), tmp_path))
    assert not any(way.is_half for way in allowed("auto", adopted, WITH_BF16, 16))
    assert any(way.is_half for way in allowed("fast", adopted, WITH_BF16, 16))
    assert any(way.is_half for way in allowed("auto", adopted, WITH_BF16, 8))


def test_a_cpu_without_bf16_is_never_asked_for_it(tmp_path: Path) -> None:
    adopted = adopt(model(compact(), tmp_path))
    without = replace(WITH_BF16, halves=())
    assert not any(way.is_half for way in allowed("fast", adopted, without, 8))


def test_a_family_that_does_not_stand_bf16_is_never_run_in_it(tmp_path: Path) -> None:
    adopted = adopt(replace(model(compact(), tmp_path), bfloat16=False))
    assert not any(way.is_half for way in allowed("fast", adopted, WITH_BF16, 8))


def tune(runtime: Runtime, m, size: int = 96) -> str:
    """Ask for enough that measuring pays, then run a picture."""
    adopted = runtime.adopt(m)
    runtime.asked_of(adopted, 60.0)
    pixels = photo(size, size)
    runtime.apply(entry_of(m), Picture.of(pixels), Progress()).rows(0, 2 * size)
    return runtime.path_of(entry_of(m))


def test_a_choice_is_remembered_shown_and_can_be_overridden(tmp_path: Path) -> None:
    m = model(compact(), tmp_path)
    first = Runtime("cpu")
    tune(first, m)
    ((key, kept),) = first.choices.all().items()
    assert m.sha256 in key
    assert torch.__version__ in key
    assert kept["tried"]
    assert first.facts()["choices"][key] == kept
    first.close()

    kept["path"] = {"backend": "torch_eager", "title": "torch", "dtype": "fp32", "layout": "contiguous"}
    first.choices.put(key, kept)
    second = Runtime("cpu")
    assert tune(second, m).startswith("torch fp32 contiguous, tile ")
    second.close()


@pytest.mark.parametrize("damage", ["", "[1, 2]", "{", '{"%s": {"path": "x"}}', '{"%s": 7}'])
def test_a_damaged_memory_is_measured_again(tmp_path: Path, damage: str) -> None:
    m = model(compact(), tmp_path)
    runtime = Runtime("cpu")
    adopted = runtime.adopt(m)
    key = choice.key(adopted, runtime.device, "auto", 8, runtime.lane.workers)
    runtime.choices.path.write_text(damage.replace("%s", key))
    assert tune(runtime, m).startswith(("torch", "OpenVINO", "kernels"))
    assert key in json.loads(runtime.choices.path.read_text())
    runtime.close()


def test_a_remembered_path_whose_backend_is_gone_is_chosen_anew(tmp_path: Path) -> None:
    m = model(compact(), tmp_path)
    runtime = Runtime("cpu")
    adopted = runtime.adopt(m)
    key = choice.key(adopted, runtime.device, "auto", 8, runtime.lane.workers)
    gone = Choice(Way("quantum", "Quantum", "fp32"), 99.0, 1e-9, (), True)
    runtime.choices.put(key, gone.to_json())
    assert "Quantum" not in tune(runtime, m)
    runtime.close()


def test_a_small_picture_does_not_wait_for_measuring(tmp_path: Path) -> None:
    m = model(compact(), tmp_path)
    runtime = Runtime("cpu")
    runtime.adopt(m)
    runtime.apply(entry_of(m), Picture.of(photo(40, 40)), Progress()).rows(0, 80)
    assert runtime.path_of(entry_of(m)).startswith(FAITHFUL.name)
    assert runtime.choices.all() == {}
    runtime.close()


def test_where_the_cache_cannot_be_written_all_works_without(tmp_path: Path) -> None:
    (paths.cache() / "choices.json").mkdir()
    (paths.cache() / "adopted.json").mkdir()
    m = model(compact(), tmp_path)
    runtime = Runtime("cpu")
    assert tune(runtime, m)
    runtime.close()


@pytest.mark.parametrize("name", sorted(all_backends()))
def test_every_backend_agrees_with_the_plain_one(tmp_path: Path, name: str) -> None:
    device = devices.cpu()
    adopted = adopt(model(compact(scale=4), tmp_path, scale=4))
    backend = all_backends()[name]
    for height, width in [(40, 56), (33, 21)]:
        x = probes.busy(3, height, width)
        reference = all_backends()[PLAIN.backend].prepare(adopted, PLAIN, device, 1)(x, (), None)
        for way in backend.paths(device, adopted):
            y = backend.prepare(adopted, way, device, 2)(x, (), Progress())
            assert y.dtype == torch.float32
            assert choice.agreement(adopted, y, reference) >= (50 if way.is_half else 90), way.name
    assert backend.version()


@pytest.mark.parametrize("name", sorted(all_backends()))
def test_every_backend_hears_a_stop(tmp_path: Path, name: str) -> None:
    adopted = adopt(model(compact(), tmp_path))
    backend = all_backends()[name]
    program = backend.prepare(adopted, backend.paths(devices.cpu(), adopted)[-1], devices.cpu(), 1)
    stopped = Progress()
    stopped.stop()
    with pytest.raises(Cancelled):
        program(probes.busy(3, 64, 64), (), stopped)


def test_the_residual_of_a_half_path_leaves_the_picture_exact(tmp_path: Path) -> None:
    """What is added to the picture is half precision, the picture is not: adding nothing changes nothing."""
    net = compact()
    for parameter in list(net.parameters())[-2:]:
        parameter.data.zero_()
    adopted = adopt(model(net, tmp_path))
    x = torch.rand(1, 3, 30, 30)
    y = all_backends()["torch_eager"].prepare(adopted, BF16, WITH_BF16, 1)(x, (), None)
    assert torch.equal(y, x.repeat_interleave(2, 2).repeat_interleave(2, 3))


def test_unknown_devices_are_refused_and_facts_are_json() -> None:
    runtime = Runtime("cpu")
    facts = runtime.facts()
    assert json.loads(json.dumps(facts)) == facts
    assert facts["kind"] == "cpu"
    runtime.close()


def test_the_self_test_finds_wrong_numbers(tmp_path: Path) -> None:
    net = compact()

    def wrong_in_one_layout(x: Tensor) -> Tensor:
        return net(x) * (1.0 if x.is_contiguous() else 0.9)

    runtime = Runtime("cpu")
    for m, sound in [(model(net, tmp_path), True), (model(Module(wrong_in_one_layout), tmp_path, name="wrong"), False)]:
        runtime.adopt(m)
        assert (runtime.check(entry_of(m)) > 45) == sound
    runtime.close()


def test_importing_the_runtime_needs_no_torch() -> None:
    code = "import sys; from ganstudio.runtime import Runtime; Runtime(); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_pictures_of_the_same_choice_are_the_same(tmp_path: Path) -> None:
    m, pixels = model(compact(), tmp_path), photo(80, 90)
    runtime = Runtime("cpu", tile=48)
    tune(runtime, m)
    outs = [runtime.apply(entry_of(m), Picture.of(pixels), Progress()).rows(0, 160) for _ in range(2)]
    assert np.array_equal(outs[0], outs[1])
    runtime.close()


def test_a_remembered_half_path_is_checked_on_every_large_picture(tmp_path: Path) -> None:
    """A network that half precision ruins on bright pictures only: dark ones keep the path, a bright one does not."""
    net = compact(features=4, convs=1)

    def fragile(x: Tensor) -> Tensor:
        y = net(x)
        return y * 0.9 if torch.is_autocast_enabled("cpu") and float(x.mean()) > 0.8 else y

    m = model(Module(fragile), tmp_path)
    runtime = Runtime("cpu", tile=512)
    adopted = runtime.adopt(m)
    runtime._device = WITH_BF16
    key = choice.key(adopted, WITH_BF16, "auto", 8, runtime.lane.workers)
    runtime.choices.put(key, Choice(BF16, 60.0, 1e-7, (), True).to_json())
    for value, half in [(60, True), (250, False)]:
        pixels = np.full((660, 640, 3), value, np.uint8)
        raster = runtime.apply(entry_of(m), Picture.of(pixels), Progress())
        raster.rows(0, 10)
        raster.close()
        assert ("bf16" in runtime.path_of(entry_of(m))) == half
    assert any("agreed only to" in note for note in runtime.facts()["notes"])
    runtime.close()
