"""PSNR on BT.601 luma, protocol A of `measures.fidelity`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ganstudio.measures import fidelity

TITLE, UNIT, HIGHER_IS_BETTER = "PSNR", "dB", True


def measure(result: NDArray[np.uint8], truth: NDArray[np.uint8], border: int) -> float:
    return fidelity.psnr(*fidelity.lumas(result, truth, border))
