"""Generating: the same pixels as the bare network, early ones, only what changed, and a sentence for what cannot be."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from ganstudio.core.errors import BadModel, Cancelled, EngineError, OutOfMemory, UsageError
from ganstudio.core.latent import Latent, Mix, Point, Push, Weighted, moving
from ganstudio.core.progress import Progress
from ganstudio.models.library import Entry, Library
from ganstudio.nets.generator_net import GeneratorNet
from ganstudio.runtime import Runtime
from ganstudio.runtime.generating import generator_of
from ganstudio.runtime.generating.darkroom import Darkroom
from ganstudio.runtime.generating.turns import Turns
from tests.models.making import card, safetensors_file, tiny_compact
from tests.runtime.generator_files import CLASSES, generator_file, tiny_plain, tiny_style

NETS = {
    "style": lambda: tiny_style(),
    "style by class": lambda: tiny_style(3),
    "dcgan": lambda: tiny_plain(),
    "mlp by class": lambda: tiny_plain("mlp", 3),
}


def entry_of(path: Path) -> Entry:
    return Library(bundled=path.parent, user=path.parent / "none").find(str(path))


def darkroom_of(path: Path, net: GeneratorNet, precision: str = "auto", name: str = "tiny") -> Darkroom:
    names = CLASSES if net.classes else ()
    file = generator_file(path / f"{name}.safetensors", net, names)
    return generator_of(Runtime("cpu", precision), entry_of(file))


def bare(net: GeneratorNet, seed: int, label: torch.Tensor | None, psi: float, mode: str = "const") -> np.ndarray:
    z = torch.from_numpy(np.random.RandomState(seed).randn(1, net.z_dim)).float()
    with torch.no_grad():
        image = net(z, label, psi, mode)
    return (image[0] * 127.5 + 128).clamp(0, 255).to(torch.uint8).permute(1, 2, 0).numpy()


@pytest.mark.parametrize("name", NETS)
def test_the_same_pixels_as_the_network_gives_for_the_seed(tmp_path: Path, name: str) -> None:
    net = NETS[name]()
    room = darkroom_of(tmp_path, net)
    for seed, psi in ((0, 1.0), (7, 0.5), (2**32 - 1, -1.0)):
        label = torch.tensor([[0.0, 1.0, 0.0]]) if net.classes else None
        classes = (Weighted("Dog"),) if net.classes else ()
        found = room.picture(Latent(seeds=(Weighted(str(seed)),), classes=classes, psi=psi))
        assert found.dtype == np.uint8 and found.shape == (net.resolution, net.resolution, net.channels)
        # A centre that is taken before or after rounding may turn a level here and there.
        assert np.abs(found.astype(int) - bare(net, seed, label, psi)).max() <= 1
        assert found.std() > 1


def test_facts(tmp_path: Path) -> None:
    facts = darkroom_of(tmp_path, tiny_style(3)).facts
    assert (facts.classes, facts.resolution, facts.sizes) == (CLASSES, 16, (4, 8, 16))
    assert (facts.num_ws, facts.w_dim, facts.z_dim, facts.has_w, facts.channels) == (6, 12, 10, True, 3)
    assert facts.licence == "CC0-1.0" and len(facts.weights) == 64
    plain = darkroom_of(tmp_path, tiny_plain(), name="plain").facts
    assert (plain.num_ws, plain.w_dim, plain.has_w, plain.classes) == (1, 10, False, ())


def test_early_pictures_are_small_and_the_whole_one_the_same_after_them(tmp_path: Path) -> None:
    net = tiny_style(side=32)
    room, other = darkroom_of(tmp_path, net, "exact"), darkroom_of(tmp_path / "b", net, "exact")
    latent = Latent(seeds=(Weighted("3"),))
    for side, want in ((1, 4), (4, 4), (5, 8), (16, 16), (17, 32), (999, 32)):
        assert room.picture(latent, side).shape[0] == want
    assert np.array_equal(room.picture(latent), other.picture(latent))


def test_what_did_not_change_is_not_computed_again(tmp_path: Path) -> None:
    net = tiny_style(side=32)
    room, fresh = darkroom_of(tmp_path, net), darkroom_of(tmp_path / "b", net)
    direction = room.sefa(1)[0]
    latent = Latent(seeds=(Weighted("3"),), pushes=(replace(direction.push(0.0), first=6),))
    room.picture(latent)
    layers = []
    for name, module in room._net.named_modules():
        if name.endswith(("conv0", "conv1")):
            module.register_forward_hook(lambda *_, name=name: layers.append(name))
    for amount in (0.5, 1.0, -2.0):
        layers.clear()
        moved = replace(latent, pushes=(replace(latent.pushes[0], amount=amount),))
        found = room.picture(moved)
        assert layers and all("b32" in name for name in layers)
        assert np.array_equal(found, fresh.picture(moved))
    layers.clear()
    room.picture(moved)
    assert layers == []


def test_blends_of_seeds_and_classes(tmp_path: Path) -> None:
    style, plain = darkroom_of(tmp_path, tiny_style(3)), darkroom_of(tmp_path, tiny_plain(), name="plain")
    ends = [Latent(seeds=(Weighted(str(n)),)) for n in (3, 5)]
    both = Latent(seeds=(Weighted("3", 3.0), Weighted("5", 1.0)))
    a, b = (style.base_ws(one) for one in ends)
    assert np.allclose(style.base_ws(both), 0.75 * a + 0.25 * b, atol=1e-5)
    a, b = (plain.base_ws(one) for one in ends)
    lengths = [np.linalg.norm(one) for one in (a, b, plain.base_ws(both))]
    assert np.isclose(lengths[2], 0.75 * lengths[0] + 0.25 * lengths[1], rtol=1e-4)
    mixed = style.picture(Latent(classes=(Weighted("cat", 1.0), Weighted("owl", 1.0))))
    assert not np.array_equal(mixed, style.picture(Latent(classes=(Weighted("cat"),))))
    assert np.array_equal(style.picture(Latent()), style.picture(Latent(classes=(Weighted("cat"),))))


def test_a_point_is_the_same_picture_as_the_latent_it_was_taken_from(tmp_path: Path) -> None:
    room = darkroom_of(tmp_path, tiny_style(), "exact")
    direction = room.sefa(1)[0]
    latent = Latent(seeds=(Weighted("3"),), pushes=(direction.push(2.0),), mix=Mix(9, 2, 3), noise="5")
    point = Latent(point=Point.of(room.moved_ws(latent)), noise="5")
    assert np.array_equal(room.picture(latent), room.picture(point))
    assert np.array_equal(room.from_ws(room.ws(latent), latent), room.picture(latent))


def test_noise_fixed_off_and_of_a_seed(tmp_path: Path) -> None:
    room = darkroom_of(tmp_path, tiny_style(noise=1.0))
    found = {noise: room.picture(Latent(noise=noise)) for noise in ("fixed", "off", "1", "2", "1")}
    pictures = [*found.values()]
    assert len(pictures) == 4
    for n, one in enumerate(pictures):
        assert all(not np.array_equal(one, other) for other in pictures[n + 1 :])
    assert np.array_equal(found["1"], room.picture(Latent(noise="1")))


def test_exact_gives_the_same_pixels_whatever_else_was_drawn(tmp_path: Path) -> None:
    net = tiny_style(3, side=32)
    latents = [
        Latent(seeds=(Weighted(str(n)),), classes=(Weighted(CLASSES[n % 3]),), noise="fixed" if n % 2 else str(n))
        for n in range(6)
    ]
    alone = [darkroom_of(tmp_path / str(n), net, "exact").picture(one) for n, one in enumerate(latents)]
    room = darkroom_of(tmp_path, net, "exact")
    assert all(np.array_equal(a, b) for a, b in zip(alone, room.pictures(latents), strict=True))
    busy = Runtime("cpu", "exact", threads=3)
    same = generator_of(busy, entry_of(tmp_path / "tiny.safetensors"))
    assert np.array_equal(same.picture(latents[1]), alone[1])


def test_many_pictures_in_batches_are_those_drawn_one_by_one(tmp_path: Path) -> None:
    room = darkroom_of(tmp_path, tiny_style(3))
    latents = [Latent(seeds=(Weighted(str(n)),), classes=(Weighted(CLASSES[n // 4 % 3]),)) for n in range(40)]
    heard: list[int] = []
    found = room.pictures(latents, on_drawn=lambda number, drawn: heard.append(number))
    assert heard == list(range(40))
    for latent, picture in zip(latents, found, strict=True):
        assert np.abs(picture.astype(int) - room.picture(latent)).max() <= 1


# Directions


@pytest.mark.parametrize("name", NETS)
def test_sefa_and_pca_move_the_picture_and_say_one_sigma(tmp_path: Path, name: str) -> None:
    room = darkroom_of(tmp_path, NETS[name]())
    start = room.picture(Latent()).astype(float)
    progress = Progress(1.0)
    for found in (room.sefa(4), room.pca(4, 600, progress)):
        assert len(found) == 4 and len({one.id for one in found}) == 4
        units = np.stack([one.array / np.linalg.norm(one.array) for one in found])
        sample = room.sample(400)
        for one, unit in zip(found, units, strict=True):
            assert np.isclose(np.linalg.norm(one.array), (sample @ unit).std(), rtol=0.25)
            assert np.abs(room.picture(Latent(pushes=(one.push(3.0),))) - start).mean() > 0.3
        if room.facts.has_w:
            assert np.allclose(units @ units.T, np.eye(4), atol=1e-3)
    assert np.isclose(progress.snapshot().done, 1.0, atol=0.2)
    again = [one.vector for one in room.sefa(4)]
    assert again == [one.vector for one in room.sefa(4)]


def test_sefa_is_what_the_first_maps_stretch_most(tmp_path: Path) -> None:
    net = tiny_plain("mlp")
    found = darkroom_of(tmp_path, net).sefa(1)[0].array
    weight = net.get_parameter("main.0.weight")[:, :10].detach().numpy()
    best = np.linalg.svd(weight)[2][0]
    assert np.isclose(abs(best @ found), 1.0, atol=1e-4)


def test_pca_lets_a_person_in_between_and_can_be_stopped(tmp_path: Path) -> None:
    room = darkroom_of(tmp_path, tiny_style())
    progress = Progress(1.0)
    ended: list[BaseException] = []

    def long() -> None:
        try:
            room.pca(4, 10_000_000, progress)
        except Cancelled as error:
            ended.append(error)

    thread = threading.Thread(target=long)
    thread.start()
    while not progress.snapshot().done:
        time.sleep(0.01)
    assert room.picture(Latent()).shape == (16, 16, 3)
    progress.stop()
    thread.join(20)
    assert ended and not thread.is_alive()


def test_turns_go_by_priority_and_are_fair() -> None:
    turns, order = Turns(), list[str]()
    begun = threading.Event()

    def wait(priority: int, name: str) -> None:
        with turns.turn(priority):
            order.append(name)

    def many() -> None:
        for n in range(3):
            with turns.turn(1):
                begun.set()
                order.append(f"long {n}")
                time.sleep(0.05)

    first = threading.Thread(target=many)
    first.start()
    begun.wait(60)
    person = threading.Thread(target=wait, args=(0, "person"))
    person.start()
    first.join(60)
    person.join(60)
    assert order == ["long 0", "person", "long 1", "long 2"]


# Trouble


def test_a_slider_pushed_too_far_is_clamped_and_said(tmp_path: Path) -> None:
    room = darkroom_of(tmp_path, tiny_style())
    huge = np.full(12, 1e37, "<f4").tobytes()
    far = Latent(pushes=(Push("warm", 40.0, 0, None, huge),))
    drawn = room.drawn(far)
    assert "“warm” is pushed" in drawn.said and room.clamped == drawn.said
    assert drawn.pixels.shape == (16, 16, 3)
    beyond = replace(far, pushes=(replace(far.pushes[0], vector=np.full(12, 3e38, "<f4").tobytes()),))
    assert "without it" in room.drawn(beyond).said
    assert np.array_equal(room.drawn(beyond).pixels, room.picture(Latent()))
    assert room.clamped == ""


def test_a_network_of_no_numbers_is_a_sentence(tmp_path: Path) -> None:
    net = tiny_style()
    net.get_parameter("synthesis.b4.conv1.weight").data.fill_(float("nan"))
    room = darkroom_of(tmp_path, net)
    with pytest.raises(EngineError, match="no usable pixels"):
        room.picture(Latent())


@pytest.mark.parametrize(
    ("latent", "said"),
    [
        (Latent(classes=(Weighted("dig"),)), r"“dig” is no class of Tiny. Did you mean dog\?"),
        (Latent(classes=(Weighted("zebra"),)), "It knows cat, dog, owl"),
        (Latent(mix=Mix(1, 6, None)), "no layer 6"),
        (Latent(pushes=(Push("warm", 1.0),)), "not known"),
        (Latent(pushes=(Push("warm", 1.0, 0, None, b"\0" * 40),)), "another model"),
        (Latent(point=Point.of(np.zeros((6, 11), np.float32))), "another model"),
    ],
)
def test_a_latent_that_does_not_fit_is_a_sentence(tmp_path: Path, latent: Latent, said: str) -> None:
    room = darkroom_of(tmp_path, tiny_style(3))
    with pytest.raises(UsageError, match=said):
        room.picture(latent)
    assert room.picture(Latent()).shape == (16, 16, 3)  # and the next one is drawn


def test_a_class_where_there_is_none_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="knows no classes"):
        darkroom_of(tmp_path, tiny_style()).picture(Latent(classes=(Weighted("cat"),)))


def test_stopped_between_layers(tmp_path: Path) -> None:
    room = darkroom_of(tmp_path, tiny_style())
    progress = Progress()
    progress.stop()
    with pytest.raises(Cancelled):
        room.picture(Latent(), progress=progress)
    assert room.picture(Latent()).shape == (16, 16, 3)


def test_opened_once_and_still_there_when_its_file_has_gone(tmp_path: Path) -> None:
    path = generator_file(tmp_path / "tiny.safetensors", tiny_style())
    runtime, entry = Runtime("cpu"), entry_of(path)
    room = generator_of(runtime, entry)
    assert generator_of(runtime, entry) is room
    path.unlink()
    assert generator_of(runtime, entry) is room
    generator_file(path, tiny_style(seed=1))
    assert generator_of(runtime, entry) is not room
    runtime.close()


def test_no_generator_and_no_memory_are_sentences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    upscaler = safetensors_file(tmp_path / "up.safetensors", tiny_compact(), card("up"))
    with pytest.raises(BadModel, match="makes no pictures of its own"):
        generator_of(Runtime("cpu"), entry_of(upscaler))
    path = generator_file(tmp_path / "tiny.safetensors", tiny_style())
    monkeypatch.setattr("ganstudio.runtime.generating.darkroom.free_bytes", lambda device: 100)
    with pytest.raises(OutOfMemory, match="GB are free"):
        generator_of(Runtime("cpu"), entry_of(path))


# What others published


@pytest.mark.parametrize("name", ["stylegan2_64_uncond", "stylegan2_32_cond10"])
def test_old_notes_match_nvidias_pictures(shared_data: Path, name: str) -> None:
    folder = shared_data / "checkpoints" / "gan_golden"
    golden = np.load(folder / f"{name}_golden.npz")
    room = generator_of(Runtime("cpu", "exact"), entry_of(folder / f"{name}.pkl"))
    for number, seed in enumerate(golden["seeds"]):
        shown = golden["c"][number]
        classes = (Weighted(room.facts.classes[int(shown.argmax())]),) if len(shown) else ()
        latent = Latent(seeds=(Weighted(str(seed)),), classes=classes, psi=0.7)
        found = room.picture(latent).astype(int)
        assert np.abs(found - golden["u8"][number]).max() <= 1
        cut = room.ws(replace(latent, psi=0.5, cutoff=4))
        assert np.allclose(cut, golden["w_psi0.5_cut4"][number], atol=1e-3)
        assert np.allclose(moving.seed_z(int(seed), 64), golden["z"][number], atol=1e-6)


def test_the_bundled_ones_draw_their_classes() -> None:
    runtime = Runtime("cpu")
    for name in ("mnist-dcgan", "mnist-mlp", "paintings"):
        room = generator_of(runtime, Library().find(name))
        found = [room.picture(Latent(model=name, classes=(Weighted(one),))) for one in room.facts.classes[:2]]
        assert np.abs(found[0].astype(int) - found[1]).mean() > 3
        assert room.facts.licence == "Apache-2.0"
    runtime.close()
