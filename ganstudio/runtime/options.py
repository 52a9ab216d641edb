"""RuntimeOptions: where and how exactly networks run; the same flags wherever one does."""

from __future__ import annotations

from dataclasses import dataclass

from ganstudio.core.params import Choice, Maybe, Number, Params, param


@dataclass(frozen=True)
class RuntimeOptions(Params):
    device: str = param(Choice(("auto", "cpu", "cuda", "mps")), "auto", label="Device", help="where networks run")
    precision: str = param(
        Choice(("exact", "auto", "fast")),
        "auto",
        label="Precision",
        group="advanced",
        help="exact: the same pixels again everywhere; auto: the fastest way that agrees with it on your own picture; "
        "fast: half precision wherever it works",
    )
    tile: int | None = param(
        Maybe(Number(32, 8192, whole=True, unit="px"), also=("0", "auto")),  # as realesrgan-ncnn-vulkan writes it
        None,
        label="Tile",
        flags=("-t",),
        group="advanced",
        help="side of the tiles in pixels; chosen by measurement when left out",
    )
