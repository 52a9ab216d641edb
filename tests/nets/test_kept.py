"""What a generator keeps between two calls: the same numbers, fewer steps; pictures at a lower side come early."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from ganstudio.nets import dcgan, mlp_gan
from ganstudio.nets.generator_net import GeneratorNet, NoiseMode
from ganstudio.nets.kept import Kept, Lent
from ganstudio.nets.stylegan2 import Generator, SynthesisLayer


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Networks this small are slower on several threads, above all beside other work."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def net() -> Generator:
    torch.manual_seed(0)
    made = Generator([16, 16, 8], 16, 16).eval().requires_grad_(False)
    for one in made.modules():
        if isinstance(one, SynthesisLayer):
            torch.nn.init.constant_(one.noise_strength, 0.3)
    return made


def _noise(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("mode", ["const", "none", "random"])
def test_a_call_begins_where_ws_changed_and_gives_the_same_numbers(net: Generator, mode: NoiseMode) -> None:
    kept, ws = Kept(), net.styles(torch.randn(2, 16))
    for row in (None, 5, 3, 0, 4, 2):
        if row is not None:
            ws = ws.clone()
            ws[:, row] += 0.5
        plain = net.draw(ws, noise_mode=mode, generator=_noise(7))
        assert torch.equal(net.draw(ws, noise_mode=mode, generator=_noise(7), kept=kept), plain)
        assert kept.steps == {None: 8, 5: 1, 3: 4, 0: 8, 4: 2, 2: 5}[row]
    assert torch.equal(net.draw(ws, noise_mode=mode, generator=_noise(7), kept=kept), plain)
    assert kept.steps == 0


def test_other_noise_or_none_kept_computes_anew(net: Generator) -> None:
    kept, ws = Kept(), net.styles(torch.randn(1, 16))
    net.draw(ws, noise_mode="random", generator=_noise(1), kept=kept)
    assert not torch.equal(
        net.draw(ws, noise_mode="random", generator=_noise(2), kept=kept),
        net.draw(ws, noise_mode="random", generator=_noise(1)),
    )
    assert kept.steps == 8
    first = net.draw(ws, noise_mode="random", kept=kept)
    assert not torch.equal(first, net.draw(ws, noise_mode="random", kept=kept))
    small = Kept(room=2000)
    for _ in range(2):
        assert torch.equal(net.draw(ws, kept=small), net.draw(ws))
    assert 0 < small.steps < 8


def test_the_early_picture_is_taken_up_by_the_full_one(net: Generator) -> None:
    kept, ws = Kept(), net.styles(torch.randn(1, 16))
    full = net.draw(ws)
    assert [net.draw(ws, side=side, kept=kept).shape[-1] for side in net.sizes] == [4, 8, 16] == list(net.sizes)
    assert kept.steps == 3  # of 16 px alone
    assert torch.equal(net.draw(ws, side=8), net.draw(ws, side=8, kept=kept))
    assert torch.equal(net.draw(ws, kept=kept), full)
    assert kept.steps == 0
    ws = ws.clone()
    ws[:, 5] += 1.0  # a row that the early picture does not read
    net.draw(ws, side=8, kept=kept)
    assert kept.steps == 0
    assert torch.equal(net.draw(ws, kept=kept), net.draw(ws))
    assert kept.steps == 1


@pytest.mark.parametrize(
    "made", [lambda: dcgan.Generator((8, 4), 7, 12, 3), lambda: mlp_gan.Generator(8, 16, 12, 3), lambda: None]
)
def test_every_generator_has_ws(net: Generator, made) -> None:
    one: GeneratorNet = made() or net
    one.eval()
    z, label = torch.randn(2, one.z_dim), torch.eye(3)[:2] if one.classes else None
    ws = one.styles(z, label)
    assert ws.shape == (2, one.num_ws, one.w_dim)
    assert one.sizes[-1] == one.resolution
    with torch.no_grad():
        torch.testing.assert_close(one(z, label, 0.5), one.draw(one.truncated(ws, label, 0.5), label))
        mean = one.truncated(ws, label, 0.0)
    centre = one.centre(label)
    torch.testing.assert_close(mean, torch.zeros_like(mean) if centre is None else centre[:, None].expand_as(mean))
    assert one.draw(ws, label).shape == (2, one.channels, one.resolution, one.resolution)


def test_lent_states_serve_others_and_stay_as_they_are(net: Generator) -> None:
    kept, ws = Kept(), net.styles(torch.randn(1, 16))
    first = net.draw(ws, kept=kept)
    for row, steps in ((5, 1), (0, 8), (4, 2)):
        other = ws.clone()
        other[:, row] += 0.5
        lent = Lent(kept)
        assert torch.equal(net.draw(other, kept=lent), net.draw(other)) and lent.steps == steps
    assert torch.equal(net.draw(ws, kept=kept), first) and kept.steps == 0
    assert net.draw(ws, side=8, kept=Lent(Kept())).shape[-1] == 8
