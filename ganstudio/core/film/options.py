"""FilmOptions: how frames become a film; its flags and its panel come from here."""

from __future__ import annotations

from dataclasses import dataclass

from ganstudio.core.params import Choice, Maybe, ModelOf, Number, Params, param

FORMATS = ("auto", "webm", "mp4", "webp", "gif", "png")
CODECS = ("auto", "vp9", "av1", "h264")


@dataclass(frozen=True)
class FilmOptions(Params):
    """`size` and `upscaler` are for whoever draws the frames, the rest is for whoever writes them."""

    fps: float = param(
        Number(1.0, 120.0, soft=(10.0, 60.0)), 30.0, label="Frames a second", help="how many frames a second"
    )
    size: int | None = param(
        Maybe(Number(16, 8192, whole=True, unit="px", soft=(64.0, 2048.0))),
        None,
        label="Size",
        help="side of the film in pixels; the model's own (after the upscaler, if any) when left out",
    )
    upscaler: str | None = param(
        Maybe(ModelOf(kind="upscaler"), also=("none",)),
        None,
        label="Upscaler",
        help="a model that makes each frame larger, as `ganstudio upscale` does",
    )
    format: str = param(
        Choice(FORMATS),
        "auto",
        label="Format",
        flags=("-f",),
        help="the film's format; auto: by the name of the result, else WebM where it can be written, else WebP; "
        "png: a folder of frames",
    )
    codec: str = param(
        Choice(CODECS),
        "auto",
        label="Video codec",
        group="advanced",
        help="of WebM and MP4; h264 only where the system or its hardware brings an encoder",
    )
    quality: int = param(
        Number(1, 100, whole=True),
        85,
        label="Quality",
        help="quality of WebM, MP4 and WebP, 1 to 100; 100: lossless WebP",
    )
