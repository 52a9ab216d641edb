"""The stand-in for torchvision: its functions compute what torchvision's do, and it is there only while needed."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from ganstudio.models import torchvision_standin as standin


def smooth(size: int = 64) -> torch.Tensor:
    ys, xs = torch.meshgrid(torch.linspace(0, 3, size), torch.linspace(0, 2, size), indexing="ij")
    return (0.5 + 0.4 * torch.sin(xs * 2 + ys))[None, None]


@pytest.mark.parametrize("mode", [standin.InterpolationMode.NEAREST, standin.InterpolationMode.BILINEAR])
@pytest.mark.parametrize("quarter", [0, 1, 2, 3, -1])
def test_quarter_turns_are_exact(mode: standin.InterpolationMode, quarter: int) -> None:
    picture = torch.rand(2, 3, 9, 9)
    turned = standin.rotate(picture, 90.0 * quarter, mode)
    assert torch.allclose(turned, torch.rot90(picture, quarter, (2, 3)), atol=1e-4)


def test_free_turn_agrees_with_pillow() -> None:
    picture = smooth()
    turned = standin.rotate(picture, torch.tensor([25.0]), standin.InterpolationMode.BILINEAR, fill=0)
    pillow = Image.fromarray(picture[0, 0].numpy(), "F").rotate(25, Image.Resampling.BILINEAR)
    middle = (slice(16, 48), slice(16, 48))
    assert np.abs(turned[0, 0].numpy()[middle] - np.asarray(pillow)[middle]).max() < 1e-3


def test_corners_are_filled() -> None:
    turned = standin.rotate(torch.ones(1, 1, 32, 32), 45, standin.InterpolationMode.BILINEAR, fill=0.25)
    assert turned[0, 0, 0, 0] == 0.25
    assert turned[0, 0, 16, 16] == 1
    assert standin.rotate(torch.ones(1, 1, 32, 32), 45)[0, 0, 0, 0] == 0


def test_normalize() -> None:
    picture = torch.rand(2, 3, 4, 5)
    mean, std = [0.1, 0.2, 0.3], [0.5, 0.25, 2.0]
    expected = torch.stack([(picture[:, c] - mean[c]) / std[c] for c in range(3)], 1)
    kept = picture.clone()
    assert torch.allclose(standin.normalize(picture, mean, std), expected)
    assert torch.equal(picture, kept)
    standin.normalize(picture, mean, std, inplace=True)
    assert torch.allclose(picture, expected)
    with pytest.raises(ValueError, match="zero"):
        standin.normalize(kept, mean, [1, 0, 1])
    with pytest.raises(TypeError, match="float"):
        standin.normalize(torch.zeros(3, 2, 2, dtype=torch.uint8), mean, std)


def vision() -> list[str]:
    return [name for name in sys.modules if name.partition(".")[0] == "torchvision"]


def fake_torchvision(folder: Path, functional: str) -> None:
    package = folder / "torchvision" / "transforms"
    package.mkdir(parents=True)
    (folder / "torchvision" / "__init__.py").touch()
    (package / "__init__.py").touch()
    (package / "functional.py").write_text(functional)


def test_broken_torchvision_is_replaced_for_the_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As PyPI's build fails beside a CPU torch."""
    fake_torchvision(tmp_path, "raise RuntimeError('operator torchvision::nms does not exist')")
    monkeypatch.syspath_prepend(tmp_path)
    with standin.torchvision_at_hand() as real:
        from torchvision.transforms.functional import rotate  # pyright: ignore[reportMissingImports]

        assert not real
        assert rotate is standin.rotate
    assert vision() == []


def test_working_torchvision_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_torchvision(tmp_path, "rotate = 'the real one'")
    monkeypatch.syspath_prepend(tmp_path)
    try:
        with standin.torchvision_at_hand() as real:
            from torchvision.transforms.functional import rotate  # pyright: ignore[reportMissingImports]

            assert real
            assert rotate == "the real one"
    finally:
        for name in vision():
            del sys.modules[name]


def test_spandrel_code_that_uses_it_runs() -> None:
    """LaMa's learned turning, and the normalisation around RestoreFormer."""
    with standin.torchvision_at_hand():
        from spandrel.architectures.LaMa.__arch.LaMa import LearnableSpatialTransformWrapper
        from spandrel.architectures.RestoreFormer import RestoreFormer, RestoreFormerArch
    wrapper = LearnableSpatialTransformWrapper(torch.nn.Identity(), pad_coef=0.5).eval()
    wrapper.angle.data.fill_(30.0)
    picture = smooth(32)
    with torch.inference_mode():
        there_and_back = wrapper(picture)
    assert there_and_back.shape == picture.shape
    assert (there_and_back - picture)[..., 8:24, 8:24].abs().max() < 0.02
    net = RestoreFormer(n_embed=4, embed_dim=32, ch=32, out_ch=3, ch_mult=(1,), num_res_blocks=1,
                        attn_resolutions=(), in_channels=3, resolution=32, z_channels=32, head_size=8)  # fmt: skip
    result = RestoreFormerArch().load(net.state_dict())(torch.rand(1, 3, 32, 32))
    assert result.shape == (1, 3, 32, 32)
    assert torch.isfinite(result).all()
