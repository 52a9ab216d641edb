"""A sheet of pictures: what several generators make of the same seeds, a numbered row for each."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from ganstudio.core.latent import moving
from ganstudio.nets.generator_net import GeneratorNet

SEEDS = 8
_SIDE, _GAP, _MARGIN = 64, 4, 40
_PAPER, _INK = 255, 0


def sheet(nets: Sequence[GeneratorNet]) -> NDArray[np.uint8]:
    """H×W×3: row n is of the nth network, seeds 0 to 7, the classes in turn, each picture about 64 px."""
    high, wide = len(nets) * (_SIDE + _GAP) + _GAP, _MARGIN + SEEDS * (_SIDE + _GAP)
    page = np.full((high, wide, 3), _PAPER, np.uint8)
    for row, net in enumerate(nets):
        top = _GAP + row * (_SIDE + _GAP)
        place = (_GAP, top + _SIDE // 2 + 6)
        cv2.putText(page, str(row + 1), place, cv2.FONT_HERSHEY_SIMPLEX, 0.6, (_INK,) * 3, 1, cv2.LINE_AA)
        for column, picture in enumerate(_pictures(net)):
            left = _MARGIN + column * (_SIDE + _GAP)
            page[top : top + _SIDE, left : left + _SIDE] = picture
    return page


@torch.inference_mode()
def _pictures(net: GeneratorNet) -> list[NDArray[np.uint8]]:
    """SEEDS pictures of _SIDE px, RGB."""
    z = torch.from_numpy(np.stack([moving.seed_z(seed, net.z_dim) for seed in range(SEEDS)]))
    levels = (net(z, net.some_labels(SEEDS, z.device)) * 127.5 + 128.0).clamp(0.0, 255.0).to(torch.uint8)
    pixels = levels.permute(0, 2, 3, 1).numpy()
    way = cv2.INTER_AREA if net.resolution > _SIDE else cv2.INTER_NEAREST
    found = [cv2.resize(one, (_SIDE, _SIDE), interpolation=way).reshape(_SIDE, _SIDE, -1) for one in pixels]
    return [np.broadcast_to(one, (_SIDE, _SIDE, 3)).astype(np.uint8) for one in found]
