"""Generators of others: the pictures of the original code, every size and depth, kept once, nothing of the file run."""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch

from ganstudio.core.errors import BadModel
from ganstudio.models import Model, converting, open_model
from ganstudio.models.importing import import_path
from ganstudio.models.library import Library
from ganstudio.models.stated import OF_NVIDIA
from ganstudio.nets import chain, dcgan, lucidrains_stylegan2, stylegan2, stylegan3
from ganstudio.nets.equalised import fir_kernel
from ganstudio.nets.generator_net import GeneratorNet
from tests.models.making import card, safetensors_file, shaken, torch_file
from tests.models.writing_generators import official, rosinality, settings_of

Golden = dict[str, np.ndarray]


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Networks this small are slower on several threads, above all beside other work."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def golden(shared_data: Path) -> Path:
    return shared_data / "checkpoints" / "gan_golden"


def opened(path: Path) -> GeneratorNet:
    net = open_model(path).module
    assert isinstance(net, GeneratorNet)
    return net


def close(found: torch.Tensor, wanted: np.ndarray) -> None:
    """To 1e-4 of the picture's range, a tenth of what is asked."""
    assert found.shape == wanted.shape
    assert float((found - torch.from_numpy(wanted)).abs().max()) <= 1e-4 * float(wanted.max() - wanted.min())


def drawn(net: GeneratorNet, psi: float = 1.0, label: torch.Tensor | None = None) -> torch.Tensor:
    z = torch.randn(2, net.z_dim, generator=torch.Generator().manual_seed(1))
    label = net.some_labels(2, z.device) if label is None else label
    with torch.no_grad():
        return net(z, label, psi)


# -- the pictures of the original code


@pytest.mark.parametrize("name", ["stylegan2_64_uncond", "stylegan2_32_cond10", "stylegan3t_64", "stylegan3r_64"])
@torch.no_grad()
def test_pictures_of_nvidias_code(golden: Path, name: str) -> None:
    wanted = np.load(golden / f"{name}_golden.npz")
    path = golden / f"{name}.pkl"
    open_model(path)
    for net in (opened(path), opened(path)):  # from the file, then from the copy
        z = torch.from_numpy(wanted["z"])
        label = torch.from_numpy(wanted["c"]) if net.classes else None
        ws = net.styles(z, label)
        close(ws[:, 0], wanted["w_psi1"])
        close(net.truncated(ws, label, 0.5, 4), wanted["w_psi0.5_cut4"])
        close(net(z, label, 0.7), wanted["img_psi0.7_const"])
        if "img_psi0.7_none" in wanted:
            close(net(z, label, 0.7, "none"), wanted["img_psi0.7_none"])
        if isinstance(net, stylegan3.Generator):
            net.synthesis.input.transform.copy_(torch.from_numpy(wanted["transform"]))
            close(net(z, label, 0.7), wanted["img_psi0.7_transform"])
    assert {"torch_utils", "dnnlib"}.isdisjoint(sys.modules)


@torch.no_grad()
def test_pictures_of_rosinalitys_code(golden: Path) -> None:
    wanted, net = np.load(golden / "rosinality_64_golden.npz"), opened(golden / "rosinality_64.pt")
    z = torch.from_numpy(wanted["z"])
    close(net.styles(z)[:, 0], wanted["w"])
    close(net(z, None, 0.7), wanted["img_psi0.7_const"])


@torch.no_grad()
def test_pictures_of_lucidrains_code(golden: Path) -> None:
    wanted = np.load(golden / "lucidrains_stylegan2_32_golden.npz")
    net = opened(golden / "lucidrains_stylegan2_32_model_0.pt")
    assert isinstance(net, lucidrains_stylegan2.Generator)
    z = torch.from_numpy(wanted["z"])
    close(net.SE(z), wanted["w"])
    for n in range(2):
        net.noise_const.copy_(torch.from_numpy(wanted["noise"][n, :, :, 0]))
        close((net(z[n : n + 1]) + 1) / 2, wanted["img"][n : n + 1])


@pytest.mark.parametrize("name", ["r3gan_32_cond10", "projected_fastgan_128", "lightweight_gan_128_model_0"])
@torch.no_grad()
def test_pictures_of_networks_without_w(golden: Path, name: str) -> None:
    wanted = np.load(golden / f"{name.removesuffix('_model_0')}_golden.npz")
    scale, offset = (0.5, 0.5) if name.startswith("lightweight") else (1.0, 0.0)  # its pictures are 0..1
    for _ in range(2):  # from the file, then from the copy
        net = opened(golden / f"{name}.pt")
        z, label = torch.from_numpy(wanted["z"]), torch.from_numpy(wanted["c"]) if net.classes else None
        close(net(z, label) * scale + offset, wanted["img"])
        alone = net.draw(net.styles(z, label)[1:], None if label is None else label[1:])
        torch.testing.assert_close(alone, net(z, label)[1:], atol=1e-5, rtol=0)


@torch.no_grad()
def test_noise_of_networks_without_w(golden: Path) -> None:
    """Fixed noise is the same in every picture of a batch, random noise follows its generator, none is none."""
    net = opened(golden / "projected_fastgan_128.pt")
    for name, one in net.named_parameters():
        if name.endswith((".2.weight", ".6.weight")) and one.shape == (1,):
            one.fill_(0.05)
    z = torch.randn(1, net.z_dim).expand(2, -1)
    assert torch.equal(*net(z))
    assert torch.equal(net(z), net(z))
    assert not torch.equal(net(z), net(z, noise_mode="none"))

    def random(seed: int) -> torch.Tensor:
        return net(z, noise_mode="random", generator=torch.Generator().manual_seed(seed))

    assert torch.equal(random(1), random(1))
    assert not torch.equal(random(1), random(2))


def test_digits_of_a_trained_dcgan(shared_data: Path) -> None:
    """Bright strokes on black, not a pattern of squares: the strides are right."""
    net = opened(shared_data / "checkpoints" / "gan_small" / "dcgan_mnist_generator.pt")
    images = drawn(net)
    assert images.shape == (2, 1, 28, 28)
    assert float((images < -0.9).float().mean()) > 0.6
    assert float((images > 0.5).float().mean()) > 0.05


@pytest.mark.parametrize(
    "name", ["stylegan2_64_uncond.pkl", "stylegan3t_64.pkl", "stylegan3r_64.pkl", "lucidrains_stylegan2_32_model_0.pt",
             "r3gan_32_cond10.pt", "projected_fastgan_128.pt", "lightweight_gan_128_model_0.pt"]
)  # fmt: skip
def test_every_network_can_be_searched(golden: Path, name: str) -> None:
    """A gradient of ws comes back, finite and not 0: what projecting a photograph stands on."""
    net = opened(golden / name)
    label = net.some_labels(1, torch.device("cpu"))
    ws = (
        net.styles(torch.randn(1, net.z_dim, generator=torch.Generator().manual_seed(3)), label)
        .clone()
        .requires_grad_()
    )
    net.draw(ws, label).square().mean().backward()
    assert ws.grad is not None
    assert torch.isfinite(ws.grad).all()
    assert float(ws.grad.abs().max()) > 0


# -- every size, width and depth


@pytest.mark.parametrize("clamp", [None, 256.0])
@pytest.mark.parametrize("architecture", ["skip", "resnet", "orig"])
@pytest.mark.parametrize(
    ("widths", "z_dim", "w_dim", "classes", "depth", "channels"),
    [((8, 8), 8, 8, 0, 2, 3), ((12, 10, 6, 4), 16, 8, 3, 8, 1), ((16, 16, 16, 8, 4), 12, 20, 0, 3, 4)],
)
def test_stylegan2_of_any_size(
    tmp_path: Path, widths, z_dim, w_dim, classes, depth, channels, architecture, clamp
) -> None:
    net = stylegan2.Generator(widths, z_dim, w_dim, classes, depth, channels, 0, architecture, clamp)
    shaken(net)
    net.mapping.class_w_avg.copy_(net.mapping.w_avg.expand_as(net.mapping.class_w_avg))  # the files have one mean
    settings = settings_of(net, conv_clamp=clamp, activation="lrelu")
    path = official(tmp_path / "network-snapshot-000200.pkl", net, settings)
    model = open_model(path)
    assert (model.card.family, model.card.channels) == ("stylegan2", channels)
    for found in (model.module, opened(path)):
        assert isinstance(found, stylegan2.Generator)
        assert found.synthesis.architecture == architecture
        assert found.synthesis.bound == clamp
        assert torch.equal(drawn(found, 0.6), drawn(net, 0.6))


@pytest.mark.parametrize(("layers", "kernel"), [(5, 3), (14, 1), (14, 3)])
def test_stylegan3_of_any_depth(tmp_path: Path, layers: int, kernel: int) -> None:
    """With 14 layers, L10 comes after L9 and not after L1."""
    design = stylegan3.Design(16 if layers == 5 else 32, layers)
    (_, _, _), plans = stylegan3.plans_of(design)
    widths = [6] * layers + [3]
    names = [f"L{n}_{plan.out_side}_{width}" for n, (plan, width) in enumerate(zip(plans, widths, strict=True))]
    kernels = [(width, 6, 1 if plan.is_rgb else kernel) for plan, width in zip(plans, widths, strict=True)]
    filters = [
        () if p.is_rgb else ((6 * p.up,), (12, 12) if kernel == 1 and n < layers - 2 else (6 * p.down,))
        for n, p in enumerate(plans)
    ]
    net = shaken(stylegan3.Generator(design, names, kernels, filters, 10, 8, 0, 2))
    for name, one in net.state_dict().items():
        if name.endswith("magnitude_ema"):
            one.fill_(1.3)
    settings = {"synthesis.num_critical": 2, "synthesis.output_scale": 0.25, "synthesis.img_resolution": 32}
    settings["synthesis.img_resolution"] = design.resolution
    path = official(tmp_path / "network.pkl", net, settings)
    found = drawn(opened(path))
    assert torch.isfinite(found).all()
    assert torch.equal(found, drawn(net))
    assert torch.equal(found, drawn(opened(path)))
    # the tensors alone, as a safetensors file of somebody else would have them
    alone = {k: v for k, v in net.state_dict().items() if not k.endswith(("design_numbers", "class_w_avg"))}
    assert torch.equal(drawn(opened(torch_file(tmp_path / "alone.pt", alone))), found)


def test_stylegan3_that_is_sampled_otherwise_is_refused(golden: Path, tmp_path: Path) -> None:
    net = opened(golden / "stylegan3t_64.pkl")
    renamed = {name.replace("L2_52_", "L2_50_"): one for name, one in net.state_dict().items() if "design" not in name}
    with pytest.raises(BadModel, match="layer L2_50_32 is sampled otherwise"):
        open_model(torch_file(tmp_path / "other.pt", renamed))


def test_rosinality_without_a_mean_measures_it(tmp_path: Path) -> None:
    net = shaken(stylegan2.Generator([8, 8, 4], 8, 8, 0, 3))
    for name, one in net.state_dict().items():
        if name.endswith("resample_filter"):
            one.copy_(fir_kernel())
    with torch.no_grad():
        net.settle()
    for beside in ({}, {"latent_avg": net.mapping.w_avg.clone()}):
        found = opened(rosinality(tmp_path / f"{len(beside)}.pt", net, **beside))
        torch.testing.assert_close(found.centre(), net.centre(), atol=1e-5, rtol=0)
        torch.testing.assert_close(drawn(found, 0.6), drawn(net, 0.6), atol=1e-4, rtol=0)


def test_lucidrains_copy_and_what_it_cannot(tmp_path: Path) -> None:
    net = shaken(lucidrains_stylegan2.Generator(8, [8, 6, 4], 8, 2))
    net.noise_const.copy_(lucidrains_stylegan2.Generator(8, [8, 6, 4], 8, 2).noise_const)
    with torch.no_grad():
        net.settle()
    theirs = {name: one for name, one in net.state_dict().items() if name not in ("w_avg", "noise_const")}
    whole = theirs | {f"D.{n}": torch.zeros(3, 3, 3, 3) for n in range(4)}
    path = torch_file(tmp_path / "model_7.pt", {"GAN": whole, "version": "1.9.0"})
    for _ in range(2):
        found = opened(path)
        torch.testing.assert_close(drawn(found, 0.6), drawn(net, 0.6), atol=1e-5, rtol=0)
        assert found.sizes == (4, 8, 16)
    seen = torch_file(
        tmp_path / "attention.pt", {"GAN": theirs | {"GE.attns.1.0.fn.to_out.weight": torch.zeros(4, 4, 1, 1)}}
    )
    with pytest.raises(BadModel, match="with attention, which this version cannot run"):
        open_model(seen)


# -- small generators under any names


def as_others_name_it(net: dcgan.Generator) -> dict[str, torch.Tensor]:
    return {name.replace("main.", "model.gen."): one for name, one in net.state_dict().items()}


def test_dcgan_under_other_names_is_the_same_network(tmp_path: Path) -> None:
    net = shaken(dcgan.Generator((8, 6), 7, 12))
    found = opened(torch_file(tmp_path / "net.pth", {"netG": as_others_name_it(net), "epoch": 3}))
    assert isinstance(found, chain.Generator)
    assert torch.equal(drawn(found), drawn(net))
    assert torch.equal(drawn(opened(tmp_path / "net.pth")), drawn(net))


def test_of_two_readings_the_smoother_is_taken(tmp_path: Path) -> None:
    """Kernels 3, 4, 3, 4 without padding may end in 16 px or in 28."""
    torch.manual_seed(0)
    weights = {}
    for number, (inner, outer, size) in enumerate([(16, 8, 3), (8, 8, 4), (8, 4, 3), (4, 1, 4)]):
        line = torch.tensor([1.0, 2.0, 1.0] if size == 3 else [1.0, 1.0, 1.0, 1.0])
        weights[f"gen.{number}.0.weight"] = torch.randn(inner, outer, 1, 1) * torch.outer(line, line)[None, None] / 8
        weights[f"gen.{number}.0.bias"] = torch.zeros(outer)
    model = open_model(torch_file(tmp_path / "course.pth", weights))
    assert "the smoothest of 2 readings" in model.tags
    assert model.module.resolution in (16, 28)
    assert open_model(tmp_path / "course.pth").module.resolution == model.module.resolution


def test_fully_connected_chains(tmp_path: Path) -> None:
    sizes = (20, 32, 64, 3 * 32 * 32)
    state = {}
    for number, (inner, outer) in enumerate(pairwise(sizes)):
        state |= {f"{2 * number}.weight": torch.randn(outer, inner) * 0.1, f"{2 * number}.bias": torch.zeros(outer)}
    model = open_model(torch_file(tmp_path / "mlp.pth", {"generator": state}))
    assert (model.card.channels, model.module.resolution, model.module.z_dim) == (3, 32, 20)
    assert drawn(opened(tmp_path / "mlp.pth")).shape == (2, 3, 32, 32)


def test_a_linear_layer_then_enlargements(tmp_path: Path) -> None:
    """As the much copied example: l1.0, conv_blocks.0 (a norm) …"""
    norm = {"weight": torch.rand(8), "bias": torch.rand(8), "running_mean": torch.rand(8), "running_var": torch.rand(8)}
    state = {"l1.0.weight": torch.randn(8 * 49, 10), "l1.0.bias": torch.randn(8 * 49)}
    state |= {f"conv_blocks.0.{name}": one for name, one in norm.items()}
    for at, (inner, outer) in {2: (8, 8), 6: (8, 4)}.items():
        state |= {
            f"conv_blocks.{at}.weight": torch.randn(outer, inner, 3, 3),
            f"conv_blocks.{at}.bias": torch.zeros(outer),
        }
        state |= {f"conv_blocks.{at + 1}.{name}": one[:outer].clone() for name, one in norm.items()}
    state |= {"conv_blocks.9.weight": torch.randn(1, 4, 3, 3), "conv_blocks.9.bias": torch.zeros(1)}
    model = open_model(torch_file(tmp_path / "g.pth", state))
    assert drawn(opened(tmp_path / "g.pth")).shape == (2, 1, 28, 28)
    assert model.card.title == "g" and "DCGAN" in model.card.summary


@pytest.mark.parametrize(
    "state",
    [
        {"0.weight": (8, 4), "2.weight": (7, 8)},  # 7 numbers are no picture
        {"0.weight": (8, 4), "2.weight": (784, 9)},  # the second does not take what the first gives
        {"0.weight": (64, 3, 4, 4), "2.weight": (128, 64, 4, 4)},  # a discriminator
        {"0.weight": (16, 8, 4, 4), "1.weight": (8, 1, 4, 3)},
        {"0.weight": (16, 8, 4, 4), "1.weight": (8,), "2.weight": (8, 1, 4, 4)},
        {"0.weight": (16, 8, 4, 4), "1.weight": (8, 1, 9, 9)},
        {"parts": (2, 9), "layers.0.weight": (3, 3)},
    ],
)
def test_what_is_no_chain_is_refused(tmp_path: Path, state: dict[str, tuple[int, ...]]) -> None:
    with pytest.raises(BadModel):
        open_model(torch_file(tmp_path / "no.pth", {name: torch.randn(shape) for name, shape in state.items()}))


# -- kept once


def small() -> stylegan2.Generator:
    return shaken(stylegan2.Generator([8, 8], 8, 8))


def test_the_copy_is_used_remade_when_damaged_and_follows_the_file(tmp_path: Path) -> None:
    path = official(tmp_path / "a.pkl", small(), {})
    first = open_model(path)
    copy = converting.converted(first.sha256)
    assert copy is not None
    stamp = copy.stat().st_mtime_ns
    again = open_model(path)
    assert copy.stat().st_mtime_ns == stamp
    assert (again.card, again.sha256, again.path) == (first.card, first.sha256, path)
    copy.write_bytes(copy.read_bytes()[:200])
    assert open_model(path).card == first.card
    assert len(copy.read_bytes()) > 200
    official(tmp_path / "a.pkl", shaken(stylegan2.Generator([4, 4], 8, 8)), {})
    assert open_model(path).sha256 != first.sha256


def test_a_cache_that_cannot_be_written_is_no_reason(tmp_path: Path, own_home: Path) -> None:
    path = official(tmp_path / "a.pkl", small(), {})
    (own_home / "cache").mkdir(exist_ok=True)
    (own_home / "cache" / "generators").write_text("a file where a folder should be")
    assert open_model(path).card.kind == "generator"


def test_import_writes_safetensors_of_the_generator_alone(tmp_path: Path) -> None:
    library = Library(bundled=tmp_path / "none")
    path = official(tmp_path / "Faces.pkl", small(), {}, D=torch.zeros(100_000))
    [entry] = import_path(path, library)
    assert entry.path.suffix == ".safetensors"
    assert entry.path.stat().st_size < path.stat().st_size / 2
    assert entry.card.licence == OF_NVIDIA
    assert "research and evaluation only" in entry.card.commercial_use
    assert torch.equal(drawn(opened(entry.path)), drawn(small()))
    with pytest.raises(BadModel, match="already in the Library as faces"):
        import_path(path, library)


def test_the_licence_that_a_file_names(tmp_path: Path) -> None:
    state = {"g_ema": dict(small().state_dict()), "license": "CC-BY-4.0"}
    assert open_model(torch_file(tmp_path / "a.pt", state)).card.licence == "CC-BY-4.0"
    assert open_model(torch_file(tmp_path / "b.pt", {"g_ema": dict(small().state_dict())})).card.licence == "unknown"
    kept = safetensors_file(tmp_path / "c.safetensors", small(), card("c", kind="generator", licence="MIT"))
    assert open_model(kept).card.licence == "MIT"


# -- nothing of the file is run, and what is not understood is said


def refusal(path: Path) -> str:
    with pytest.raises(BadModel) as caught:
        open_model(path)
    return str(caught.value)


def test_the_source_inside_is_not_run(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    source = f"import pathlib\npathlib.Path({str(mark)!r}).touch()\n"
    path = official(tmp_path / "a.pkl", small(), {}, source)
    assert source.encode() in path.read_bytes()
    assert open_model(path).card.kind == "generator"
    assert not mark.exists()


class _Attack:
    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self):
        return os.system, (f"touch '{self.mark}'",)


def test_a_call_inside_the_network_is_refused_by_name(tmp_path: Path) -> None:
    net, mark = small(), tmp_path / "attacked"
    path = official(tmp_path / "a.pkl", net, {"synthesis.b4.extra": _Attack(mark)})
    assert "system, which no model needs" in refusal(path)
    assert not mark.exists()


def test_what_is_not_understood_is_named(tmp_path: Path) -> None:
    net = small()
    settings = settings_of(net, activation="swish")
    assert "another activation (swish)" in refusal(official(tmp_path / "a.pkl", net, settings))
    more = dict(net.state_dict()) | {"synthesis.b4.extra.weight": torch.zeros(3)}
    assert "synthesis.b4.extra.weight" in refusal(torch_file(tmp_path / "b.pt", more))
    lacking = {name: one for name, one in net.state_dict().items() if name != "synthesis.b8.conv0.bias"}
    assert "synthesis.b8.conv0.bias" in refusal(torch_file(tmp_path / "c.pt", lacking))
    former = dict(net.state_dict()) | {"synthesis.b8.transformer.weight": torch.zeros(3)}
    assert "looks like a GANformer generator" in refusal(torch_file(tmp_path / "d.pt", former))


def test_tensorflow_files_are_told_apart(tmp_path: Path) -> None:
    name = b"\x8c\x14dnnlib.tflib.network\x8c\x07Network\x93"
    (tmp_path / "old.pkl").write_bytes(b"\x80\x04" + (name + b")\x81") * 3 + b"\x87.")
    said = refusal(tmp_path / "old.pkl")
    assert "TensorFlow years" in said and "legacy.py" in said


def test_half_a_file_and_a_file_of_something_else(tmp_path: Path) -> None:
    path = official(tmp_path / "a.pkl", small(), {})
    path.write_bytes(path.read_bytes()[:-500])
    assert "end is missing" in refusal(path)
    (tmp_path / "b.pkl").write_bytes(pickle.dumps({"G_ema": None, "D": [1, 2, 3]}, protocol=4))
    assert "holds no network" in refusal(tmp_path / "b.pkl")


def test_model_of_a_generator_says_what_it_is(tmp_path: Path) -> None:
    model: Model = open_model(official(tmp_path / "a.pkl", small(), {}))
    assert (model.card.kind, model.card.value_range, model.tiles) == ("generator", "-1..1", False)
    assert "StyleGAN2 (8 px)" in model.card.summary
