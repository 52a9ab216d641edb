"""Cutting a square out of a photograph, and putting a picture back into it under a soft mask."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ganstudio.core.errors import UsageError
from ganstudio.core.latent.projection import Pixels, Square

USUAL_FEATHER = 0.12
_LUMA = np.array([0.299, 0.587, 0.114])
_LEAST_CLONED = 3  # px: what is smaller has no inside


def cut(photo: NDArray[np.uint8] | NDArray[np.uint16], square: Square, side: int) -> Pixels:
    """H×W×C, 8 or 16 bit, 1 to 4 channels → side×side×3 uint8. Beyond the photograph's edge its mirror image."""
    colour = _rgb8(_part(photo, square))
    box = _box(photo.shape, square)
    # Reduced first by whole areas, as turning takes only the nearest pixels into account.
    factor = min(1.0, 1.5 * side / square.side) if square.angle % 90 else min(1.0, side / square.side)
    wide, high = (max(1, round(length * factor)) for length in (colour.shape[1], colour.shape[0]))
    reduced = cv2.resize(colour, (wide, high), interpolation=cv2.INTER_AREA) if factor < 1.0 else colour
    moved = square.to_pixels(side) @ _affine(colour.shape[1] / wide, colour.shape[0] / high, box[0], box[1])
    warped = cv2.warpAffine(
        reduced, _centred(moved), (side, side), flags=cv2.INTER_CUBIC if factor == 1.0 else cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REFLECT_101,
    )  # fmt: skip
    return warped.astype(np.uint8, copy=False)


def paste_back(
    photo: NDArray[np.uint8] | NDArray[np.uint16],
    square: Square,
    picture: Pixels,
    *,
    feather: float = USUAL_FEATHER,
    seamless: bool = False,
    before: Pixels | None = None,
) -> NDArray[np.uint8] | NDArray[np.uint16]:
    """The photograph (H×W×C, 8 or 16 bit, 1 to 4 channels) with a picture (side×side×1 or 3 uint8) in its square.

    The mask rises over `feather` (share of the square's side) from its edges; outside it every sample, and alpha
    everywhere, is as it was. `seamless`: colours join the photograph's at the edge (Pérez et al. 2003). `before`: the
    picture before it was edited; only what differs from it is laid on, so that the photograph keeps its detail. Raises
    UsageError for a square that lies beside the photograph.
    """
    x0, y0, x1, y1 = _box(photo.shape, square)
    if x1 <= x0 or y1 <= y0:
        raise UsageError("The square lies beside the photograph.", "Choose a part of it.")
    colours = 3 if photo.shape[2] >= 3 else 1
    peak = 255.0 if photo.dtype == np.uint8 else 65535.0
    there = photo[y0:y1, x0:x1, :colours].astype(np.float64)
    mask = _mask(square, (x0, y0, x1, y1), feather)
    laid = _laid(picture, square, (x0, y0, x1, y1), colours) * (peak / 255.0)
    if before is not None:
        laid = there + laid - _laid(before, square, (x0, y0, x1, y1), colours) * (peak / 255.0)
    elif seamless:
        laid = _cloned(laid * (255.0 / peak), there * (255.0 / peak), mask) * (peak / 255.0)
    result = photo.copy()
    mixed = np.rint(np.clip(there + mask[:, :, None] * (laid - there), 0.0, peak)).astype(photo.dtype)
    result[y0:y1, x0:x1, :colours] = np.where(mask[:, :, None] > 0, mixed, photo[y0:y1, x0:x1, :colours])
    return result


def mask_of(square: Square, width: int, height: int, feather: float = USUAL_FEATHER) -> Pixels:
    """The mask over a whole photograph, H×W uint8."""
    found = np.zeros((height, width), np.uint8)
    x0, y0, x1, y1 = box = _box((height, width), square)
    if x1 > x0 and y1 > y0:
        found[y0:y1, x0:x1] = np.rint(_mask(square, box, feather) * 255.0).astype(np.uint8)
    return found


def _box(shape: tuple[int, ...], square: Square) -> tuple[int, int, int, int]:
    """What of the photograph the square covers: x0, y0, x1, y1."""
    corners = square.corners()
    low, high = np.floor(corners.min(axis=0)).astype(int), np.ceil(corners.max(axis=0)).astype(int)
    return (
        max(int(low[0]), 0), max(int(low[1]), 0), min(int(high[0]), shape[1]), min(int(high[1]), shape[0])
    )  # fmt: skip


def _part(photo: NDArray[np.uint8] | NDArray[np.uint16], square: Square) -> NDArray[np.uint8] | NDArray[np.uint16]:
    x0, y0, x1, y1 = _box(photo.shape, square)
    if x1 <= x0 or y1 <= y0:
        raise UsageError("The square lies beside the photograph.", "Choose a part of it.")
    return photo[y0:y1, x0:x1]


def _rgb8(part: NDArray[np.uint8] | NDArray[np.uint16]) -> Pixels:
    """H×W×3 uint8; what is transparent is laid on gray."""
    values = part.astype(np.float32) / (257.0 if part.dtype == np.uint16 else 1.0)
    if values.shape[2] in (2, 4):
        alpha = values[:, :, -1:] / 255.0
        values = values[:, :, :-1] * alpha + 128.0 * (1.0 - alpha)
    rounded = np.rint(values).astype(np.uint8)
    return np.repeat(rounded, 3, axis=2) if rounded.shape[2] == 1 else np.ascontiguousarray(rounded)


def _affine(scale_x: float, scale_y: float, x: float, y: float) -> NDArray[np.float64]:
    """3×3: from a reduced part back to the photograph."""
    return np.array([[scale_x, 0.0, x], [0.0, scale_y, y], [0.0, 0.0, 1.0]])


def _centred(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """From places (pixel centres at halves) to OpenCV's (pixel centres at whole numbers)."""
    found = matrix.copy()
    found[:, 2] += 0.5 * (found[:, 0] + found[:, 1]) - 0.5
    return found


def _laid(picture: Pixels, square: Square, box: tuple[int, int, int, int], colours: int) -> NDArray[np.float64]:
    """The picture as it lies in the box, levels 0..255."""
    x0, y0, x1, y1 = box
    rgb = np.repeat(picture, 3, axis=2) if picture.shape[2] == 1 else picture[:, :, :3]
    forth = np.vstack([square.to_pixels(picture.shape[0]), [0.0, 0.0, 1.0]])
    back = (np.linalg.inv(forth))[:2] - np.array([[0.0, 0.0, x0], [0.0, 0.0, y0]])
    if picture.shape[0] > 1.2 * square.side:
        small = max(1, round(square.side))
        factor = picture.shape[0] / small
        back = back @ _affine(factor, factor, 0.0, 0.0)
        rgb = cv2.resize(rgb, (small, small), interpolation=cv2.INTER_AREA)
    laid = cv2.warpAffine(
        rgb, _centred(back), (x1 - x0, y1 - y0), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    ).astype(np.float64)
    return laid if colours == 3 else (laid @ _LUMA)[:, :, None]


def _mask(square: Square, box: tuple[int, int, int, int], feather: float) -> NDArray[np.float64]:
    """0..1 over the box: 0 from the square's edge outwards, 1 `feather` of its side further in."""
    x0, y0, x1, y1 = box
    y, x = np.mgrid[y0:y1, x0:x1] + 0.5
    matrix = square.to_pixels(2) - np.array([[0.0, 0.0, 1.0], [0.0, 0.0, 1.0]])  # the square as -1..1
    places = [row[0] * x + row[1] * y + row[2] for row in matrix]
    inside = np.minimum(1.0 - np.abs(places[0]), 1.0 - np.abs(places[1])) / 2.0  # of the side
    share = np.clip(inside / max(feather, 1e-6), 0.0, 1.0)
    return share * share * (3.0 - 2.0 * share)


def _cloned(laid: NDArray[np.float64], there: NDArray[np.float64], mask: NDArray[np.float64]) -> NDArray[np.float64]:
    """The picture with its edges' colours drawn to the photograph's; levels 0..255."""
    inner = (mask > 0).astype(np.uint8) * 255
    inner[[0, -1]] = inner[:, [0, -1]] = 0  # OpenCV wants an edge around
    x, y, wide, high = cv2.boundingRect(inner)
    if min(wide, high) < _LEAST_CLONED:
        return laid
    source, target = (_three(np.rint(np.clip(one, 0, 255)).astype(np.uint8)) for one in (laid, there))
    cloned = cv2.seamlessClone(source, target, inner, (x + wide // 2, y + high // 2), cv2.NORMAL_CLONE)
    return cloned[:, :, : laid.shape[2]].astype(np.float64)


def _three(levels: Pixels) -> Pixels:
    return np.ascontiguousarray(np.repeat(levels, 3, axis=2) if levels.shape[2] == 1 else levels)
