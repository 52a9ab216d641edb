"""The backend of our own kernels: what it is offered for, how well it agrees, and that bad code does no harm."""

from __future__ import annotations

import hashlib
import json
import shutil
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from ganstudio.core import paths
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Picture
from ganstudio.models import open_model
from ganstudio.models.torchvision_standin import torchvision_at_hand
from ganstudio.nets.compact import Compact
from ganstudio.runtime import Runtime, choice, devices, probes
from ganstudio.runtime.adopt import Adopted, Facts, adopt
from ganstudio.runtime.backends import all_backends
from ganstudio.runtime.backends.winograd import BACKEND, Winograd
from ganstudio.runtime.native import images
from tests.runtime.small_nets import Module, compact, entry_of, model, photo

pytestmark = pytest.mark.skipif(bool(BACKEND.missing()), reason="this processor is none that the kernels are made for")
CPU = devices.cpu()


def adopted_of(module: nn.Module, path: Path, scale: int, channels: int = 3) -> Adopted:
    """Without measuring, which takes long and is not what is tested here."""
    m = model(module, path, scale=scale, channels=channels)
    facts = Facts("0..1", None, 1, 1, 1, 32, False, 0.0, 0, 1000)
    return Adopted(m.sha256, m.card, m.module, facts, True, True, False, m.path)


def check(backend: Winograd, adopted: Adopted, sizes: list[tuple[int, int]], least_half: float = 50) -> int:
    """Every path against eager float32; how many there are."""
    offered = backend.paths(CPU, adopted)
    for path in offered:
        program = backend.prepare(adopted, path, CPU, 1)
        for height, width in sizes:
            x = probes.busy(adopted.channels, height, width)
            with torch.no_grad():
                wanted = adopted.module(x)
            agreed = choice.agreement(adopted, program(x, (), None), wanted)
            assert agreed >= (least_half if path.is_half else 90), (path.name, height, width)
    return len(offered)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("path", sorted(paths.resource("models").glob("*-x?.safetensors")), ids=lambda path: path.stem)
def test_every_bundled_upscaler_runs_on_it(path: Path) -> None:
    m = open_model(path)
    facts = Facts(m.card.value_range, None, 1, 1, 1, 32, False, 0.0, 0, 1000)
    adopted = Adopted(m.sha256, m.card, m.module, facts, True, True, False, m.path)
    assert check(BACKEND, adopted, [(37, 53), (5, 6), (1, 61), (70, 7)]) >= 1


@pytest.mark.parametrize(
    ("scale", "features", "convs", "channels"),
    [(1, 16, 1, 3), (2, 20, 2, 1), (3, 48, 3, 3), (4, 72, 2, 3), (4, 8, 0, 1)],
)
def test_compact_of_any_shape(tmp_path: Path, scale: int, features: int, convs: int, channels: int) -> None:
    net = compact(scale, features, convs, channels)
    assert check(BACKEND, adopted_of(net, tmp_path, scale, channels), [(19, 30), (3, 2)])


@pytest.mark.parametrize(
    ("scale", "more"),
    [
        (4, {"scale": 4}),
        (2, {"scale": 2}),
        (1, {"scale": 1}),
        (2, {"scale": 4, "in_nc": 12, "shuffle_factor": 2}),
        (1, {"scale": 4, "in_nc": 48, "shuffle_factor": 4}),
    ],
)
def test_rrdb_of_every_scale(tmp_path: Path, scale: int, more: dict[str, Any]) -> None:
    with torchvision_at_hand():
        from spandrel.architectures.ESRGAN import ESRGAN
    torch.manual_seed(0)
    net = ESRGAN(num_blocks=1, **more)
    assert check(BACKEND, adopted_of(net, tmp_path, scale), [(9, 14)], least_half=35)


@pytest.mark.parametrize(
    "more", [{"plus": True}, {"upsampler": "pixel_shuffle"}, {"act": "relu", "norm": "batch"}, {"scale": 3}]
)
def test_relatives_of_rrdb_stay_with_pytorch(tmp_path: Path, more: dict[str, Any]) -> None:
    with torchvision_at_hand():
        from spandrel.architectures.ESRGAN import ESRGAN
    net = ESRGAN(**{"num_blocks": 1, "scale": 2, **more})
    assert BACKEND.paths(CPU, adopted_of(net, tmp_path, 2)) == []


def test_other_networks_and_devices_stay_with_pytorch(tmp_path: Path) -> None:
    net = compact()
    assert BACKEND.paths(CPU, adopted_of(Module(net), tmp_path, 2)) == []
    gpu = devices.Device("cuda", "cuda:0", "a GPU", ("fp16",))
    assert BACKEND.paths(gpu, adopted_of(net, tmp_path, 2)) == []
    strange = compact()
    assert isinstance(strange, Compact)
    first = strange.body[0]
    assert isinstance(first, nn.Conv2d)
    first.padding_mode = "reflect"
    assert BACKEND.paths(CPU, adopted_of(strange, tmp_path, 2)) == []


def test_a_network_on_which_it_is_wrong_stays_with_pytorch(tmp_path: Path) -> None:
    """One that looks like Compact and computes something else."""

    class Like(Compact):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return super().forward(x) * 0.9

    net = Like(3, 3, 16, 2, 2).eval()
    adopted, backend = adopted_of(net, tmp_path, 2), Winograd()
    path = backend.paths(CPU, adopted)[-1]
    with pytest.raises(RuntimeError, match="gives other pixels than PyTorch"):
        backend.prepare(adopted, path, CPU, 1)
    assert backend.paths(CPU, adopted) == []
    assert any("is not used for it" in note for note in backend.notes())


# Bad code: made anew in a folder of its own, with a manifest that vouches for it.


def vouched(folder: Path, change) -> Path:
    """A copy of the images with `change(image's entry, its bytes) → bytes` applied to each."""
    where = Path(shutil.copytree(images.folder(), folder / "kernels"))
    data = json.loads((where / "manifest.json").read_text())
    for entry in data["images"]:
        code = change(entry, (where / f"{entry['name']}.bin").read_bytes())
        (where / f"{entry['name']}.bin").write_bytes(code)
        entry["sha256"] = hashlib.sha256(code).hexdigest()
    (where / "manifest.json").write_text(json.dumps(data))
    return where


def crashing(entry: dict, code: bytes) -> bytes:
    """An instruction that no processor has, where the layers begin."""
    at = entry["functions"]["winograd"]
    return code[:at] + b"\x0f\x0b" + code[at + 2 :]


def wrong(entry: dict, code: bytes) -> bytes:
    """The transforms with other constants."""
    for constant in (-5.0, -4.0, 4.0, 1.5625, -1.5625, 0.390625, -0.390625):
        code = code.replace(struct.pack("<f", constant), struct.pack("<f", constant * 1.1))
    return code


@pytest.mark.parametrize(
    ("change", "said"), [(crashing, "a process that tried them crashed"), (wrong, "they compute other numbers")]
)
def test_bad_code_is_found_by_another_process_said_and_remembered(tmp_path: Path, change, said: str) -> None:
    where = vouched(tmp_path, change)
    adopted = adopted_of(compact(), tmp_path, 2)
    backend = Winograd(where)
    assert not backend.missing()
    assert backend.paths(CPU, adopted) == []
    notes = backend.notes()
    assert notes and all(said in note and "PyTorch takes their place" in note for note in notes)
    kept = json.loads((paths.cache() / "kernels.json").read_text())
    assert len(kept) == len(notes) and all(verdict["trouble"] for verdict in kept.values())

    for key in kept:
        kept[key]["trouble"] = "remembered"
    (paths.cache() / "kernels.json").write_text(json.dumps(kept))
    again = Winograd(where)
    assert again.paths(CPU, adopted) == []
    assert all("remembered" in note for note in again.notes())


def test_with_bad_code_pictures_are_made_by_pytorch_and_doctor_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(all_backends(), "winograd", Winograd(vouched(tmp_path, crashing)))
    m = model(compact(), tmp_path)
    for precision in ("exact", "auto"):
        runtime = Runtime("cpu", precision)
        runtime.asked_of(runtime.adopt(m), 60.0)
        raster = runtime.apply(entry_of(m), Picture.of(photo(60, 70)), Progress())
        assert raster.rows(0, 120).shape == (120, 140, 3)
        assert runtime.path_of(entry_of(m)).startswith("torch")
        assert any("crashed" in note for note in runtime.facts()["notes"])
        runtime.close()


def test_an_altered_file_is_never_run(tmp_path: Path) -> None:
    where = Path(shutil.copytree(images.folder(), tmp_path / "kernels"))
    for path in where.glob("*.bin"):
        data = bytearray(path.read_bytes())
        data[-1] ^= 1
        path.write_bytes(data)
    backend = Winograd(where)
    assert backend.paths(CPU, adopted_of(compact(), tmp_path, 2)) == []
    assert all("not as it was made" in note for note in backend.notes())
    (where / "manifest.json").write_text("{")
    assert "manifest.json is damaged" in Winograd(where).missing()


@pytest.mark.parametrize(
    ("flags", "left"),
    [
        ({"avx512_bf16": False}, {"kernels fp32 AVX-512"}),
        ({"avx512_bf16": False, "avx512_vl": False}, {"kernels fp32 AVX2"}),
        ({"fma3": False}, set()),
    ],
)
def test_what_the_processor_lacks_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flags: dict[str, bool], left: set[str]
) -> None:
    here = torch.cpu.get_capabilities()
    if not all(here.get(flag) for image in images.manifest() for flag in image.needs):
        pytest.skip("this processor lacks some of it itself")
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {**here, **flags})
    backend = Winograd()
    assert {path.name for path in backend.paths(CPU, adopted_of(compact(), tmp_path, 2))} == left
    assert bool(backend.missing()) == (not left)


def test_exact_takes_it_and_gives_the_same_pixels_on_any_workers(tmp_path: Path) -> None:
    m, pixels = model(compact(features=16), tmp_path), photo(150, 170)
    outs = []
    for threads in (1, 2, 3):
        runtime = Runtime("cpu", "exact", threads)
        runtime.adopt(m)
        raster = runtime.apply(entry_of(m), Picture.of(pixels), Progress())
        outs.append(raster.rows(0, 300))
        assert runtime.path_of(entry_of(m)).startswith("kernels fp32")
        runtime.close()
    assert np.array_equal(outs[0], outs[1]) and np.array_equal(outs[0], outs[2])
    plain = m.module(torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 255)[0].permute(1, 2, 0)
    assert np.abs(outs[0] - (plain.clamp(0, 1) * 255).round().numpy()).max() <= 1


def test_auto_chooses_it_where_it_is_the_fastest_and_remembers(tmp_path: Path) -> None:
    m = model(compact(features=32, convs=6), tmp_path)
    runtime = Runtime("cpu")
    runtime.asked_of(runtime.adopt(m), 60.0)
    runtime.apply(entry_of(m), Picture.of(photo(160, 160)), Progress()).rows(0, 320)
    (kept,) = runtime.choices.all().values()
    tried = " ".join(kept["tried"])
    assert "kernels fp32" in tried
    assert kept["path"]["backend"] == "winograd", tried
    assert runtime.path_of(entry_of(m)).startswith("kernels")
    runtime.close()


def test_adopting_keeps_what_the_kernels_need(tmp_path: Path) -> None:
    """The module that a measured model carries is the one that is recognised."""
    adopted = adopt(model(compact(), tmp_path))
    assert BACKEND.paths(CPU, adopted)
