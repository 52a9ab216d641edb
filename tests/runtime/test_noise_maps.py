"""Noise maps that a search finds: they bring it nearer, stay noise, travel with the point, and are drawn again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from ganstudio.core.errors import UsageError
from ganstudio.core.latent import Latent, Point, Weighted
from ganstudio.core.latent.course import Course
from ganstudio.core.latent.walk import Key, Walk
from ganstudio.models.library import Library
from ganstudio.nets.generator_net import GeneratorNet
from ganstudio.runtime import Runtime
from ganstudio.runtime.generating import generator_of, noise_maps
from ganstudio.runtime.generating.darkroom import Darkroom
from ganstudio.runtime.generating.search import Search
from ganstudio.runtime.lane import cores
from tests.runtime.generator_files import generator_file, tiny_plain, tiny_style


def drawn_maps(net: GeneratorNet, seed: int) -> list[Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(one.shape, generator=generator) for one in noise_maps.own(net)]


def darkroom(path: Path, net: GeneratorNet, precision: str = "exact") -> Darkroom:
    file = generator_file(path / "tiny.safetensors", net)
    entry = Library(bundled=path, user=path / "none").find(str(file))
    return generator_of(Runtime("cpu", precision), entry)


def test_noise_is_regular_and_a_picture_is_not() -> None:
    maps = [torch.randn(64, 64, generator=torch.Generator().manual_seed(seed)) for seed in range(2)]
    smooth = torch.nn.functional.interpolate(
        torch.randn(1, 1, 16, 16, generator=torch.Generator().manual_seed(2)), size=(64, 64), mode="bicubic"
    )[0, 0]
    smooth = (smooth - smooth.mean()) / smooth.std()
    assert float(noise_maps.regularity(maps)) < 0.3 < 1.0 < float(noise_maps.regularity([smooth, maps[0]]))
    blocks = maps[0][::8, ::8].repeat_interleave(8, 0).repeat_interleave(8, 1)  # alike only at a smaller size
    mixed = (blocks + 3.0 * maps[1]) / 10.0**0.5
    assert float(noise_maps.regularity([mixed])) > 5 * float(noise_maps.regularity(maps))


def test_they_travel_as_bytes_and_belong_to_their_network() -> None:
    net = tiny_style(side=32)
    maps = drawn_maps(net, 1)
    noise = noise_maps.packed(maps)
    assert len(noise) == 16 + 2 * (64 + 256 + 1024)
    for one, again in zip(maps, noise_maps.unpacked(noise, net), strict=True):
        assert again.shape == one.shape and float((one - again).abs().max()) <= 0.5 / 24 + 1e-6
    assert noise_maps.packed(noise_maps.unpacked(noise, net)) == noise
    latent = Latent(point=Point.of(np.zeros((8, 12), np.float32), noise))
    assert Latent.from_json(latent.to_json()) == latent
    with pytest.raises(UsageError, match="noise of 5 numbers, the model takes 2704"):
        noise_maps.unpacked(b"\0" * 5, net)
    assert noise_maps.own(tiny_plain()) == [] == noise_maps.unpacked(b"", tiny_plain())
    for text in ("1:AAAAAA==:A", "1:AAAAAA==:*", "x:AAAAAA=="):
        with pytest.raises(UsageError):
            Latent.from_json({**Latent().to_json(), "point": text})


@pytest.fixture(scope="module")
def searched() -> tuple[GeneratorNet, Search, Search]:
    """A picture drawn with other noise, gone after with the network's own noise, and with noise that may move."""
    net = tiny_style(side=32, noise=0.6).requires_grad_(False)
    with torch.no_grad(), noise_maps.lent(net, drawn_maps(net, 5)):
        target = net.draw(net.styles(torch.randn(1, 10, generator=torch.Generator().manual_seed(3))))

    def distance(pictures: Tensor) -> Tensor:
        return (pictures - target).square().mean(dim=(1, 2, 3))

    found = []
    with cores(1):
        for noise in (False, True):
            search = Search(net, None, distance)
            for layers in (False, True):
                way = search.steps(24, layers, noise)
                for _ in range(24):
                    way.step()
                way.judge()
            found.append(search)
    return net, found[0], found[1]


def test_the_search_comes_nearer_and_the_noise_stays_noise(searched: tuple[GeneratorNet, Search, Search]) -> None:
    net, fixed, free = searched
    assert fixed.best.noise == b"" and fixed.faults == free.faults == 0
    assert free.best.distance < 0.85 * fixed.best.distance < fixed.best.distance < float(fixed.mean[0])
    maps, own = noise_maps.unpacked(free.best.noise, net), noise_maps.own(net)
    assert float(noise_maps.regularity(maps)) <= float(noise_maps.regularity(own))
    for one, before in zip(maps, own, strict=True):
        assert float(one.mean() - before.mean()) == pytest.approx(0.0, abs=0.05)
        assert float(one.std()) == pytest.approx(float(before.std()), rel=0.05)
        assert not torch.equal(one, before)
    assert torch.equal(net.noise_layers()[-1].get_buffer("noise_const"), own[-1])  # what was lent is given back


def test_what_was_found_is_drawn_again(searched: tuple[GeneratorNet, Search, Search], tmp_path: Path) -> None:
    net, _, free = searched
    room = darkroom(tmp_path, net)
    found = Latent(psi=1.0, point=Point.of(free.best.ws, free.best.noise))
    bare = replace(found, point=Point.of(free.best.ws))
    pictures = [room.picture(one) for one in (found, bare, found)]
    assert np.abs(pictures[0].astype(int) - free.best.picture).max() <= 1
    assert np.array_equal(pictures[0], pictures[2]) and not np.array_equal(pictures[0], pictures[1])
    early = room.picture(found, 8)
    assert early.shape == (8, 8, 3) and np.array_equal(room.picture(found), pictures[0])
    fresh = darkroom(tmp_path / "again", net)
    assert np.array_equal(fresh.picture(Latent.from_json(found.to_json())), pictures[0])
    assert np.array_equal(room.picture(replace(found, noise="off")), room.picture(replace(bare, noise="off")))
    quick = darkroom(tmp_path / "quick", net, "auto")
    several = quick.pictures([found, bare, bare, found])
    for one, alone in zip(several, [pictures[0], pictures[1], pictures[1], pictures[0]], strict=True):
        assert np.abs(one.astype(int) - alone).max() <= 1
    with pytest.raises(UsageError, match="another model"):
        room.picture(replace(found, point=Point.of(free.best.ws, b"\0" * 7)))
    assert np.array_equal(room.picture(bare), pictures[1])


def test_a_walk_keeps_the_noise_of_its_first_keyframe(
    searched: tuple[GeneratorNet, Search, Search], tmp_path: Path
) -> None:
    net, _, free = searched
    room = darkroom(tmp_path, net)
    keys = (Key(Latent(psi=1.0, point=Point.of(free.best.ws, free.best.noise))), Key(Latent(seeds=(Weighted("3"),))))
    course = Course(Walk(keys), room.ws)
    for seconds in (0.0, 0.7):
        point = course.at(seconds).point
        assert point is not None and point.noise == free.best.noise
    assert np.abs(room.picture(course.at(0.0)).astype(int) - room.picture(keys[0].latent)).max() <= 1
    renewed = Course(Walk(keys, still=False), room.ws).at(0.7)
    assert renewed.point is not None and renewed.point.noise == b""
