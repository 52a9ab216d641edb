"""Walk: a film through a generator's latent space, from keyframe to keyframe."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ganstudio.core.errors import UsageError
from ganstudio.core.film.options import FilmOptions
from ganstudio.core.latent import NOISE_FIXED, Latent, Push, Weighted
from ganstudio.core.latent.easing import LINEAR, Curve, CurveKind, Easing, EasingKind
from ganstudio.core.latent.kinds import Noise, Pushes
from ganstudio.core.latent.walk import MOST_SECONDS, PACES, PATHS, USUAL_SECONDS, Key, Track, Walk
from ganstudio.core.latent.walk_kinds import ClassRow, SeedRow, Tracks
from ganstudio.core.params import Choice, Maybe, ModelOf, Number, Switch, param
from ganstudio.core.text import ngettext_
from ganstudio.tools.maker import Asked, Forecast, Inputs, Made, Maker
from ganstudio.tools.tool import Context
from ganstudio.tools.using import model_word
from ganstudio.tools.walk_frames import VERSION, Painter, painter, upscalers, whole


@dataclass(frozen=True)
class WalkParams(FilmOptions):
    """How a walk goes; its keyframes are seeds, or come from files. Of a walk file what is left out here stays."""

    model: str = param(
        ModelOf(kind="generator"),
        "paintings",
        label="Model",
        flags=("-n",),
        help="which generator the seeds are of: a name from `ganstudio models list`, or a model file",
    )
    seeds: tuple[int, ...] = param(SeedRow(), (), label="Seeds", help="keyframes from seeds, in this order: 3,17,5-9")
    classes: tuple[tuple[Weighted, ...], ...] = param(
        ClassRow(),
        (),
        label="Classes",
        flags=("--class",),
        help="which class (or blend) each of the seeds is of: one for all, or several in turn: monet,aivazovsky",
    )
    psi: float = param(
        Number(-1.0, 2.0),
        0.7,
        label="Truncation ψ",
        flags=("--trunc",),
        help="of keyframes from seeds: 0 is the mean picture, 1 the whole variety",
    )
    noise: str = param(
        Noise(), NOISE_FIXED, label="Noise", help="of keyframes from seeds: fixed (the model's own), off, or a seed"
    )
    pushes: tuple[Push, ...] = param(
        Pushes(), (), label="Directions", flags=("--direction",), help="of keyframes from seeds, in σ: NAME=1.5"
    )
    seconds: float | None = param(
        Maybe(Number(0.05, MOST_SECONDS, unit="s", soft=(0.5, 10.0))),
        None,
        label="Seconds",
        help=f"from each keyframe to the next ({USUAL_SECONDS:g} when left out)",
    )
    length: float | None = param(
        Maybe(Number(0.1, MOST_SECONDS, unit="s", soft=(1.0, 120.0))),
        None,
        label="Length",
        help="seconds of the whole film instead",
    )
    easing: Easing | None = param(
        Maybe(EasingKind()),
        None,
        label="Easing",
        help="how it goes from keyframe to keyframe: linear, ease, ease-in, ease-out, hold, or a Bézier: 0.4,0,0.2,1",
    )
    loop: bool | None = param(
        Maybe(Switch()), None, label="Loop", help="yes: it ends where it began, so that it can go round (usual); or no"
    )
    path: str | None = param(
        Maybe(Choice(PATHS)),
        None,
        label="Path",
        help="smooth turns no corners (usual), straight goes straight, spherical turns about the mean",
    )
    pace: str | None = param(
        Maybe(Choice(PACES)),
        None,
        label="Pace",
        help="time: each keyframe has its seconds (usual); eye: the pictures change evenly",
    )
    still: bool | None = param(
        Maybe(Switch()),
        None,
        label="Still noise",
        group="advanced",
        help="yes: the same noise all along (usual); no: drawn anew for each frame",
    )
    psi_curve: Curve | None = param(
        Maybe(CurveKind(-1.0, 2.0)),
        None,
        label="ψ over time",
        group="advanced",
        help="truncation over the time of the film: 0:0.5,2:1.2",
    )
    direction_curves: tuple[Track, ...] = param(
        Tracks(),
        (),
        label="Directions over time",
        group="advanced",
        help="directions over the time of the film: warm=0:-2,3:2, several with semicolons",
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.seconds is not None and self.length is not None:
            raise UsageError("Seconds and Length both say how long the film is.", "Give one of them.")


def walk_of(params: WalkParams, inputs: Inputs) -> Walk:
    """The walk that is asked for: `inputs["walk"]` (a Walk, as the window has it, or its JSON, as the queue), else that
    of the files, else seeds.

    Raises UserErrors for files that are no keyframes, UsageError for fewer than two.
    """
    walk = inputs.get("walk")
    if isinstance(walk, dict):
        return Walk.from_json(walk)  # the Params are in it already
    walk = walk or _of_files(params, tuple(inputs.get("files", ())))
    changes: dict[str, Any] = {
        name: value
        for name, value in (
            ("loop", params.loop),
            ("path", params.path),
            ("pace", params.pace),
            ("still", params.still),
            ("psi", params.psi_curve),
        )
        if value is not None
    }
    if params.direction_curves:
        changes["tracks"] = params.direction_curves
    if params.seconds is not None or params.easing is not None:
        changes["keys"] = tuple(
            replace(
                key,
                seconds=key.seconds if params.seconds is None else params.seconds,
                easing=params.easing or key.easing,
            )
            for key in walk.keys
        )
    walk = replace(walk, **changes)
    walk = walk if params.length is None else walk.lasting(params.length)
    walk.check()
    return walk


def _of_files(params: WalkParams, files: Sequence[Path]) -> Walk:
    from ganstudio.tools.keyframes import latent_of, pictures_of, walk_in

    if not files:
        return Walk(tuple(Key(one, USUAL_SECONDS, LINEAR) for one in _of_seeds(params)))
    if params.seeds:
        raise UsageError("Keyframes come from seeds or from files, not from both.", "Leave out --seeds or the files.")
    if len(files) == 1 and files[0].is_file() and (found := walk_in(files[0])) is not None:
        return found
    keys: list[Key] = []
    for path in pictures_of(files):
        found = walk_in(path)
        keys += found.keys if found is not None else (Key(latent_of(path), USUAL_SECONDS, LINEAR),)
    return Walk(tuple(keys))


def _of_seeds(params: WalkParams) -> list[Latent]:
    """Where there are fewer seeds than classes they are used again, so that one seed goes through all classes."""
    classes = params.classes or ((),)
    count = max(len(params.seeds), len(classes)) if params.seeds and params.classes else len(params.seeds)
    return [
        Latent(
            model=params.model,
            seeds=(Weighted(str(params.seeds[number % len(params.seeds)])),),
            classes=classes[number % len(classes)],
            psi=params.psi,
            noise=params.noise,
            pushes=params.pushes,
        )
        for number in range(count)
    ]


def _asked(params: WalkParams, inputs: Inputs, context: Context) -> tuple[Painter, Path, str]:
    """Who draws, where the film goes, its format."""
    walk = walk_of(params, inputs)
    target, format = _target(walk, params, inputs)
    return painter(walk, params, context, format), target, format


def _target(walk: Walk, params: WalkParams, inputs: Inputs) -> tuple[Path, str]:
    from ganstudio.core.film.export import renamed, target_of

    usual = Path.cwd() / f"walk-{model_word(walk.model)}"
    target, format = target_of(inputs.get("output"), params, usual)
    return (renamed(target) if inputs.get("exists") == "rename" else target), format


def asked(params: WalkParams, inputs: Inputs, context: Context) -> list[Asked]:
    """The film, with all that its keyframes need: neither their files nor directions by name."""
    from ganstudio.runtime.generating import generator_of
    from ganstudio.tools.generate import model, of_entry

    walk = walk_of(params, inputs)
    target, _ = _target(walk, params, inputs)
    entry = model(walk.keys[0].latent, context.library)
    walk = whole(walk, entry, generator_of(context.runtime, entry))
    keys = tuple(replace(key, latent=of_entry(key.latent, entry, context.library)) for key in walk.keys)
    walk = replace(walk, keys=keys)
    count = len(keys)
    subject = ngettext_("{count} keyframe", "{count} keyframes", count).format(count=count)
    models = () if params.upscaler is None else (one.name for one in upscalers(params, context))
    return [Asked(params, target, subject, models=tuple(models), inputs={"walk": walk.to_json()})]


def forecast(params: WalkParams, inputs: Inputs, context: Context) -> Forecast:
    """Frames, seconds, bytes; a few frames are drawn to know how long all take."""
    from ganstudio.core.film.export import bytes_needed

    paint, target, format = _asked(params, inputs, context)
    frames = paint.frames()
    few = range(min(2, frames.count))
    frames.draw(few)  # the first time measures the networks
    began = time.perf_counter()
    frames.draw(few)
    seconds = (time.perf_counter() - began) / len(few) * frames.count
    needed = bytes_needed(frames, format, params.quality)
    facts = {
        "target": str(target), "format": format, "frames": frames.count, "side": frames.width, "fps": params.fps,
        "length": paint.walk.seconds, "seconds": round(seconds, 1), "bytes": needed,
    }  # fmt: skip
    words = (
        f"{target.name}: {frames.count:,} frames of {frames.width}×{frames.height} pixels, "
        f"{paint.walk.seconds:.4g} s at {params.fps:g} a second"
    )
    return Forecast(words, facts)


def run(params: WalkParams, inputs: Inputs, context: Context) -> Made:
    """The film. Beside what every maker takes: `walk`, a Walk in place of files and seeds; `show` sees each new frame
    (side×side×3 uint8)."""
    from ganstudio.core.awake import keep_awake
    from ganstudio.core.film import film

    paint, target, format = _asked(params, inputs, context)
    overwrite = inputs.get("exists") == "overwrite"
    with keep_awake("a film is being made"):
        made = film(
            paint.frames(), target, format, params, context.progress, loop=paint.walk.loop, overwrite=overwrite,
            show=inputs.get("show"),
        )  # fmt: skip
    facts = {
        "path": str(made.path), "format": made.format, "bytes": made.bytes, "frames": made.count, "reused": made.reused,
        "side": paint.side, "length": paint.walk.seconds, "model": paint.entry.name, "notes": list(made.notes),
    }  # fmt: skip
    kept = f", {made.reused:,} of them from before" if made.reused else ""
    what = f"{made.count:,} frames of {paint.side}×{paint.side} pixels{kept}"
    return Made((made.path,), f"{made.path.name}: {what}, {paint.walk.seconds:.4g} s.", facts, paint.walk)


MAKER = Maker(
    id="walk",
    version=VERSION,
    title="Walk",
    summary="make a film through a generator's latent space, from keyframe to keyframe",
    params=WalkParams,
    run=run,
    forecast=forecast,
    asked=asked,
    takes="keyframes: pictures that were generated or projected, folders of them, walks, a Session",
    example="ganstudio walk --model paintings --seeds 3,17,42 --size 512 -o dream.webm",
)
