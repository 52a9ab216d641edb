"""Networks with more than a picture given: how strong, in which style. Each maps a picture to one of the same size."""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn

from ganstudio.nets.compact import Compact
from ganstudio.nets.microast import MicroAST

# Up to this strength a painting is also mixed with the photograph, so that none at all is the photograph itself.
_FADED = 0.5


class Partly(nn.Module):
    """A share of what a network changes: x + strength·(net(x) − x)."""

    def __init__(self, net: nn.Module, strength: float) -> None:
        super().__init__()
        self.net = net
        self.strength = strength

    def forward(self, x: Tensor) -> Tensor:
        return torch.lerp(x, self.net(x), self.strength)


def at_strength(net: nn.Module, strength: float) -> nn.Module:
    """A network of scale 1 that does only `strength` (0..1) of what `net` does.

    A Compact adds what it has found to the picture, so its last layer alone is made weaker and it stays a Compact.
    """
    if not isinstance(net, Compact) or net.scale != 1:
        return Partly(net, strength)
    weaker = copy.deepcopy(net)
    last = weaker.body[-1]
    assert isinstance(last, nn.Conv2d) and last.bias is not None
    with torch.no_grad():
        last.weight.mul_(strength)
        last.bias.mul_(strength)
    return weaker


def between(net: nn.Module, other: nn.Module, share: float) -> nn.Module:
    """A network of the same kind with `(1 - share)·net + share·other` for every tensor.

    Of networks trained one from the other this is again a network that works, and what it makes goes evenly from the
    one to the other (Wang et al. 2018, ESRGAN, network interpolation). ValueError when their layers differ.
    """
    ours, theirs = net.state_dict(), other.state_dict()
    if {key: value.shape for key, value in ours.items()} != {key: value.shape for key, value in theirs.items()}:
        raise ValueError("the two networks have different layers")
    mixed = copy.deepcopy(net)
    mixed.load_state_dict({key: torch.lerp(ours[key], theirs[key], share) for key in ours})
    return mixed


class Painting(nn.Module):
    """Paints with one style code (512): from the photograph itself (`strength` 0) to wholly in the style (1).

    `own` is the photograph's own code, towards which a weaker style leans. `keep_colours` gives the painting's
    brightness the photograph's colours.
    """

    def __init__(self, net: MicroAST, code: Tensor, own: Tensor, strength: float, keep_colours: bool) -> None:
        super().__init__()
        self.net = net
        self.register_buffer("code", torch.lerp(own, code, strength)[None])
        self.strength = strength
        self.keep_colours = keep_colours

    code: Tensor

    def forward(self, x: Tensor) -> Tensor:
        painted = self.net(x, self.code.to(x.dtype).expand(len(x), -1))
        if self.keep_colours:
            painted = x + luma(painted) - luma(x)
        return torch.lerp(x, painted, min(1.0, self.strength / _FADED))


def luma(picture: Tensor) -> Tensor:
    """Brightness N×1×H×W of N×3×H×W by the weights of BT.601."""
    red, green, blue = picture.split(1, dim=1)
    return 0.299 * red + 0.587 * green + 0.114 * blue
