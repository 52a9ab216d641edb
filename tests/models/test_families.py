"""Every family: recognised by names and shapes, built with the right settings, computing the same as the original."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from ganstudio.models import families
from ganstudio.models.families import Built
from ganstudio.nets.compact import Compact
from ganstudio.nets.fast_srgan import FastSRGAN
from ganstudio.nets.imdn import IMDN, IMDNRTC
from ganstudio.nets.rfdn import RFDN
from ganstudio.nets.rlfn import RLFN
from ganstudio.nets.span import SPAN
from ganstudio.nets.srgan import SRGAN
from ganstudio.nets.srresnet import SRResNet
from tests.models.making import shaken


def span() -> SPAN:
    widths = {f"block_{b}.c{c}_r": (6, 6) for b in range(1, 4) for c in (1, 2, 3)}
    widths |= {"conv_1": (3, 6), "conv_2": (6, 6), "conv_cat": (24, 5), "upsampler.0": (5, 27)}
    return SPAN(widths, blocks=3, scale=3)


OWN: dict[str, tuple[str, Callable[[], nn.Module], dict[str, Any]]] = {
    "compact ×2": ("compact", lambda: Compact(3, 3, 8, 3, 2), {"scale": 2}),
    "compact ×1": ("compact", lambda: Compact(3, 3, 8, 1, 1), {"scale": 1, "kind": "restorer"}),
    "compact grey": ("compact", lambda: Compact(1, 1, 4, 2, 4), {"scale": 4, "channels": 1}),
    "srresnet ×4": ("srresnet", lambda: SRResNet(3, 8, 2, 4), {"scale": 4}),
    "srresnet ×3": ("srresnet", lambda: SRResNet(3, 8, 3, 3), {"scale": 3}),
    "srresnet ×2 grey": ("srresnet", lambda: SRResNet(1, 8, 1, 2), {"scale": 2, "channels": 1}),
    "srgan of the files": ("srgan", lambda: SRGAN(8, 5, 2, True), {"scale": 4, "gan": True}),
    "srgan of today": ("srgan", lambda: SRGAN(8, 3, 3, False), {"scale": 8}),
    "fast-srgan": ("fast_srgan", lambda: FastSRGAN(8, 2, 2), {"scale": 4, "ranges": ("-1..1",), "tiles": False}),
    "fast-srgan depthwise": (
        "fast_srgan", lambda: FastSRGAN(8, 2, 1, "batch", True), {"scale": 2, "tiles": True},
    ),
    "rlfn": ("rlfn", lambda: RLFN(8, 10, 4, 3, 2), {"scale": 2, "ranges": ("0..255", "0..1"), "size_minimum": 15}),
    "rfdn": ("rfdn", lambda: RFDN(8, 4, 3, 2, 3), {"scale": 3, "ranges": ("0..255", "0..1"), "size_minimum": 15}),
    "imdn": ("imdn", lambda: IMDN(16, 4, 2, 2, 4), {"scale": 4, "tiles": False}),
    "imdn real-time": ("imdn", lambda: IMDNRTC(8, 2, 3, 2), {"scale": 2, "tiles": True}),
    "span fused": ("span", span, {"scale": 3}),
}  # fmt: skip


def rebuilt(state: dict[str, Tensor]) -> Built:
    family = families.recognise({name: tuple(tensor.shape) for name, tensor in state.items()})
    assert family is not None
    return family.build(state)


def saved(net: nn.Module) -> dict[str, Tensor]:
    """As the readers give it: without counters."""
    return {k: v.clone() for k, v in net.state_dict().items() if not k.endswith("num_batches_tracked")}


@pytest.mark.parametrize("case", OWN)
def test_own_family(case: str) -> None:
    name, make, facts = OWN[case]
    net = shaken(make())
    state = saved(net)
    shapes = {key: tuple(tensor.shape) for key, tensor in state.items()}
    own = {key: family for key, family in families.all_families().items() if not getattr(family, "FALLBACK", False)}
    assert [key for key, family in own.items() if family.detect(shapes)] == [name]
    built = rebuilt(state)
    assert built.family == name
    assert {fact: getattr(built, fact) for fact in facts} == facts
    picture = torch.rand(1, built.channels, 19, 22, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        result = built.module.eval()(picture)
        assert torch.equal(result, net(picture))
    assert result.shape == (1, built.channels, 19 * built.scale, 22 * built.scale)


def spandrel_nets() -> dict[str, tuple[str, Callable[[], nn.Module], dict[str, Any]]]:
    from ganstudio.models.torchvision_standin import torchvision_at_hand

    with torchvision_at_hand():
        from spandrel.architectures.DAT import DAT
        from spandrel.architectures.ESRGAN import ESRGAN
        from spandrel.architectures.HAT import HAT
        from spandrel.architectures.RealCUGAN import UpCunet2x
        from spandrel.architectures.SwinIR import SwinIR
    window = {"img_size": 16, "window_size": 4, "embed_dim": 12, "depths": (2,), "num_heads": (2,), "mlp_ratio": 2}
    return {
        "RRDB ×4": ("esrgan", lambda: ESRGAN(num_filters=8, num_blocks=2, scale=4), {"scale": 4}),
        "RRDB ×1": ("esrgan", lambda: ESRGAN(num_filters=8, num_blocks=1, scale=1), {"scale": 1, "kind": "restorer"}),
        "RRDB ×2 unshuffled": (
            "esrgan", lambda: ESRGAN(in_nc=12, num_filters=8, num_blocks=1, scale=4, shuffle_factor=2),
            {"scale": 2, "channels": 3, "size_multiple": 4},
        ),
        "SwinIR": ("swinir", lambda: SwinIR(**window, upscale=2, upsampler="pixelshuffle"),
                   {"scale": 2, "tiles": False}),
        "HAT": ("hat", lambda: HAT(**window, compress_ratio=3, squeeze_factor=4, upscale=2), {"scale": 2}),
        "DAT": ("dat", lambda: DAT(img_size=16, split_size=[4, 8], embed_dim=32, depth=[2], num_heads=[2], upscale=2),
                {"scale": 2}),
        "RealCUGAN": ("realcugan", lambda: UpCunet2x(), {"scale": 2}),
    }  # fmt: skip


@pytest.mark.parametrize("case", ["RRDB ×4", "RRDB ×1", "RRDB ×2 unshuffled", "SwinIR", "HAT", "DAT", "RealCUGAN"])
def test_spandrel_family(case: str) -> None:
    name, make, facts = spandrel_nets()[case]
    net = make().eval()
    built = rebuilt(saved(net))
    assert built.family == name
    assert {fact: getattr(built, fact) for fact in facts} == facts
    picture = torch.rand(1, 3, 32, 48, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        assert torch.equal(built.module.eval()(picture), net(picture))


def new_names(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """The old ESRGAN names of a ×4 network as Real-ESRGAN writes them."""
    trunk = max(int(key.split(".")[3]) for key in state if key.startswith("model.1.sub."))
    names = {"model.0": "conv_first", f"model.1.sub.{trunk}": "conv_body", "model.3": "conv_up1",
             "model.6": "conv_up2", "model.8": "conv_hr", "model.10": "conv_last"}  # fmt: skip
    renamed = {}
    for key, tensor in state.items():
        head, _, end = key.rpartition(".")
        inner = head.replace("model.1.sub.", "body.").replace(".RDB", ".rdb").removesuffix(".0")
        renamed[f"{names.get(head, inner)}.{end}"] = tensor
    return renamed


def test_both_names_of_esrgan_are_one_network() -> None:
    net = spandrel_nets()["RRDB ×4"][1]().eval()
    state = saved(net)
    renamed = new_names(state)
    assert "body.1.rdb3.conv5.weight" in renamed
    assert "conv_last.bias" in renamed
    picture = torch.rand(1, 3, 9, 12)
    with torch.inference_mode():
        assert torch.equal(rebuilt(renamed).module.eval()(picture), rebuilt(state).module.eval()(picture))


def test_noise_map_is_added_for_networks_that_want_one() -> None:
    """DRUNet takes a noise level beside the colours; whoever calls the module does not see that."""
    from spandrel.architectures.DRUNet import DRUNet

    net = DRUNet(in_nc=4, out_nc=3, nc=[8, 8, 8, 8], nb=4).eval()
    built = rebuilt(saved(net))
    assert (built.family, built.kind, built.channels) == ("drunet", "restorer", 3)
    with torch.inference_mode():
        assert built.module.eval()(torch.rand(1, 3, 16, 24)).shape == (1, 3, 16, 24)


def test_face_restorer_is_refused_by_name() -> None:
    from spandrel.architectures.RestoreFormer import RestoreFormer

    net = RestoreFormer(n_embed=4, embed_dim=32, ch=32, out_ch=3, ch_mult=(1,), num_res_blocks=1,
                        attn_resolutions=(), in_channels=3, resolution=32, z_channels=32, head_size=8)  # fmt: skip
    with pytest.raises(families.Refused, match="faces"):
        rebuilt(saved(net))


def test_misfit_raises_value_error() -> None:
    """Names of an ESRGAN with a tensor of another size: one error that says so, not a crash."""
    state = saved(spandrel_nets()["RRDB ×4"][1]())
    state["model.3.weight"] = torch.zeros(5, 8, 3, 3)
    with pytest.raises(ValueError, match="size mismatch"):
        rebuilt(state)


@pytest.mark.parametrize(
    "shapes",
    [
        {},
        {"body.0.weight": (8, 3, 3, 3), "body.0.bias": (8,), "body.1.weight": (8,)},
        {"body.0.weight": (8,), "body.0.bias": (8,), "body.1.weight": (8,), "body.2.weight": (), "body.2.bias": ()},
        {"body.0.weight": (8, 0, 3, 3), "body.0.bias": (8,), "body.1.weight": (8,), "body.2.weight": (12, 8, 3, 3),
         "body.2.bias": (12,)},
        {"conv_first.weight": (), "body.0.conv1.weight": (1,), "body.0.conv2.weight": (1,), "upconv1.weight": (),
         "conv_hr.weight": (), "conv_last.weight": ()},
        {"block1.0.weight": (), "block2.bn1.running_mean": ()},
    ],
)  # fmt: skip
def test_absurd_shapes_are_not_recognised(shapes: dict[str, tuple[int, ...]]) -> None:
    """spandrel asks for names alone: what it then makes of the shapes is for `open_model` to refuse."""
    family = families.recognise(shapes)
    assert family is None or getattr(family, "FALLBACK", False)


def test_importing_families_needs_no_torch() -> None:
    code = (
        "import sys; from ganstudio.models import families, library, cards, get, realesrgan, strangers; "
        "assert len(families.all_families()) > 5; assert 'torch' not in sys.modules, 'torch'"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
