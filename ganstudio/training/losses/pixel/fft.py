"""L1 between real and imaginary parts of the orthonormal spectra (Sun et al. 2023, SAFMN)."""

from __future__ import annotations

import torch
from torch import Tensor


def loss(result: Tensor, truth: Tensor) -> Tensor:
    return torch.view_as_real(torch.fft.rfft2(result - truth, norm="ortho")).abs().mean()
