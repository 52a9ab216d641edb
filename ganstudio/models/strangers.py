"""Strangers: networks that are recognised by the names of their tensors but cannot be run here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ganstudio.core.text import N_

Shapes = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class Stranger:
    """`what` completes "looks like …"; `signs` are patterns that must each match the start of some tensor's name."""

    what: str
    signs: tuple[str, ...]
    also: Callable[[Shapes], bool] = lambda shapes: True


def _luma(key: str) -> Callable[[Shapes], bool]:
    """Whether the convolution `key` takes one channel."""
    return lambda shapes: shapes.get(key, (0, 0))[1:2] == (1,)


_STRANGERS = (
    # Upscalers
    Stranger(N_("FSRCNN, an upscaler of luma alone"), (r"first_part\.0\.weight", r"mid_part\.", r"last_part\.weight")),
    Stranger(
        N_("ESPCN, an upscaler of luma alone"),
        (r"conv1\.weight", r"conv2\.weight", r"conv3\.weight"),
        lambda shapes: _luma("conv1.weight")(shapes) and shapes["conv1.weight"][2:] == (5, 5),
    ),
    Stranger(
        N_("SRCNN, an upscaler of luma alone"),
        (r"conv1\.weight", r"conv2\.weight", r"conv3\.weight"),
        lambda shapes: _luma("conv1.weight")(shapes) and shapes["conv1.weight"][2:] == (9, 9),
    ),
    Stranger(N_("VDSR, an upscaler of luma alone"), (r"residual_layer\.0\.conv\.weight", r"input\.weight")),
    Stranger(N_("BSRN, an efficient upscaler"), (r"fea_conv\.pw\.weight", r"B1\.c1_r\.")),
    Stranger(N_("CARN, an upscaler"), (r"entry\.weight", r"b1\.b1\.body\.0\.weight", r"upsample\.up")),
    Stranger(N_("EDSR"), (r"head\.0\.weight", r"body\.0\.body\.0\.weight", r"tail\.0\.")),
    Stranger(N_("LapSRN"), (r"convt_I1\.", r"convt_F1\.")),
    Stranger(N_("EFDN"), (r"cells\.0\.conv1\.",)),
    Stranger(
        N_("an SRCNN-like chain of convolutions that takes luma alone"), (r"conv1\.weight",), _luma("conv1.weight")
    ),
    # Denoisers and light
    Stranger(N_("DnCNN in SaoYan's layout, a denoiser"), (r"dncnn\.0\.weight",)),
    Stranger(N_("Zero-DCE, which brightens dark pictures"), (r"e_conv1\.", r"e_conv7\.")),
    # Style and translation
    Stranger(
        N_("a part of MicroAST (content or style encoder), which paints one picture in the style of another"),
        (r"enc1\.0\.conv_layer",),
    ),
    Stranger(
        N_("the decoder of MicroAST, which paints one picture in the style of another"), (r"dec1\.conv1\.conv_layer",)
    ),
    Stranger(
        N_("the modulator of MicroAST, which paints one picture in the style of another"),
        (r"weight1\.0\.conv_layer", r"bias1\.0\.conv_layer"),
    ),
    Stranger(N_("a fast neural style network"), (r"conv1\.conv2d\.weight", r"res1\.conv1\.conv2d")),
    Stranger(
        N_("a fast neural style network with MobileNet blocks"),
        (r"conv1\.weight", r"in1\.weight", r"conv\d\.conv1\.weight"),
    ),
    Stranger(N_("AnimeGAN, which turns photos into drawings"), (r"block_a\.0\.1\.weight", r"out_layer\.")),
    Stranger(N_("a CycleGAN or pix2pix generator"), (r"model\.1\.weight", r"model\.1[0-8]\.(conv_)?block\.")),
    Stranger(N_("a pix2pix U-Net generator"), (r"model\.model\.1\.model\.",)),
    Stranger(
        N_("AdaIN's decoder, which paints one picture in the style of another"),
        (r"1\.weight", r"5\.weight", r"28\.weight"),
    ),
    # Generators
    Stranger(N_("a GANformer generator"), (r"(G_ema\.)?synthesis\.b\d+\.transformer\.",)),
    Stranger(N_("a StyleGAN3 generator"), (r"(G_ema\.)?synthesis\.input\.freqs", r"(G_ema\.)?mapping\.")),
    Stranger(N_("a StyleGAN2 generator"), (r"(G_ema\.)?synthesis\.b4\.const", r"(G_ema\.)?mapping\.")),
    Stranger(N_("a StyleGAN2 generator (rosinality's layout)"), (r"style\.1\.weight", r"to_rgb1\.", r"convs\.0\.conv")),
    Stranger(N_("a StyleGAN2 generator (lucidrains' layout)"), (r"GE?\.blocks\.0\.to_style1",)),
    Stranger(N_("a Lightweight GAN generator"), (r"GE?\.initial_conv\.0\.weight", r"GE?\.out_conv\.")),
    Stranger(N_("a FastGAN generator"), (r"(synthesis\.)?init\.init\.0\.weight", r"(synthesis\.)?feat_8\.")),
    Stranger(N_("an R3GAN generator"), (r"(Model\.)?MainLayers\.0\.Layers\.0\.Basis",)),
    Stranger(N_("a BigGAN generator"), (r"shared\.weight", r"blocks\.0\.0\.bn1\.")),
    Stranger(
        N_("a DCGAN generator, which makes small pictures from noise"),
        (r"(main|net)\.0\.weight", r"(main|net)\.1\."),
        lambda shapes: any(shapes.get(f"{top}.0.weight", ())[2:] in ((4, 4), (7, 7)) for top in ("main", "net")),
    ),
    Stranger(N_("a Progressive GAN generator"), (r"scaleLayers\.", r"toRGBLayers\.")),
    # Others
    Stranger(N_("a discriminator, the half of a GAN that judges pictures"), (r"(D|netD|discriminator)\.",)),
    Stranger(N_("a SqueezeNet classifier of pictures"), (r"features\.\d+\.squeeze\.weight", r"classifier\.")),
    Stranger(N_("a VGG or AlexNet classifier of pictures"), (r"features\.0\.weight", r"classifier\.\d\.weight")),
    Stranger(N_("a ResNet classifier of pictures"), (r"layer1\.0\.conv1\.weight", r"fc\.weight")),
    Stranger(N_("an EfficientNet classifier of pictures"), (r"_conv_stem\.weight", r"_blocks\.0\.")),
    Stranger(N_("an LPIPS measure of likeness"), (r"lin0\.model\.1\.weight",)),
    Stranger(N_("a part of Stable Diffusion"), (r"model\.diffusion_model\.|first_stage_model\.|cond_stage_model\.",)),
    Stranger(N_("a LoRA for Stable Diffusion"), (r"lora_(unet|te)",)),
)


def looks_like(shapes: Shapes) -> str:
    """What the tensors look like, as a phrase that is marked for translation; "" when nothing is recognised."""
    for stranger in _STRANGERS:
        has_all = all(any(re.match(sign, name) for name in shapes) for sign in stranger.signs)
        if has_all and stranger.also(shapes):
            return stranger.what
    return ""
