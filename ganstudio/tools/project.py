"""Project: a photograph's place in a generator's space, to be edited there, and pasted back."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganstudio.core.errors import UsageError
from ganstudio.core.latent import Latent, Point, Push, Weighted
from ganstudio.core.latent.kinds import Blend, Pushes
from ganstudio.core.latent.paste import USUAL_FEATHER
from ganstudio.core.latent.projection import Crop, Eyes, Projected, Score, Snapshot, Square
from ganstudio.core.names import shown
from ganstudio.core.params import Choice, Maybe, ModelOf, Number, Params, Switch, param
from ganstudio.tools.maker import Asked, Forecast, Inputs, Made, Maker
from ganstudio.tools.tool import Context
from ganstudio.tools.using import only

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ganstudio.runtime.generating.projecting import Ended, Look

VERSION = 1
PERSON = "If this is a photograph of a person, project and change it only if that person agrees."
_FLAG = "--person-agrees leaves this sentence out."
_TRIED, _BEGINNING = 10, 8  # steps that a forecast measures, and how many of them the beginning is worth


@dataclass(frozen=True)
class ProjectParams(Params):
    model: str = param(
        ModelOf(kind="generator"),
        "paintings",
        label="Model",
        flags=("-n",),
        help="which generator: a name from `ganstudio models list`, or a model file",
    )
    classes: tuple[Weighted, ...] = param(
        Blend(),
        (),
        label="Class",
        flags=("--class",),
        help="the model's class that the photograph is of; tried when left out",
    )
    crop: str | Square = param(
        Crop(),
        "centre",
        label="Crop",
        help="the square of the photograph: centre, whole, or its middle, side and turn in pixels and degrees",
    )
    eyes: tuple[float, float, float, float] | None = param(
        Maybe(Eyes()),
        None,
        label="Eyes",
        help="align a face instead, as face generators know it: where its eyes are, the left one as you see it first",
    )
    space: str = param(
        Choice(("w+", "w")),
        "w+",
        label="Space",
        help="w: all layers alike, easier to edit; w+: then each for itself, nearer to the photograph",
    )
    noise: str = param(
        Choice(("found", "own")),
        "found",
        label="Noise",
        help="found: noise maps are searched, too, and travel with the picture; own: the model's noise stays",
    )
    steps: int = param(
        Number(10, 10_000, whole=True, soft=(50.0, 1000.0)), 240, label="Steps", help="how long it searches"
    )
    pushes: tuple[Push, ...] = param(
        Pushes(), (), label="Directions", flags=("--direction",), help="edit it at once, in σ: NAME=1.5"
    )
    paste: str = param(
        Choice(("no", "change", "soft", "seamless")),
        "no",
        label="Paste back",
        help="also save the photograph with the result in it: only what the directions changed, all of it under a soft "
        "mask, or with its colours joined to the photograph's",
    )
    feather: float = param(
        Number(0.0, 0.5, soft=(0.0, 0.3)),
        USUAL_FEATHER,
        label="Soft edge",
        help="of the mask, as a share of the square",
    )
    person_agrees: bool = param(
        Switch(), False, label="The person agrees", help="say that whoever is in the photograph agrees"
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.paste == "change" and not self.pushes:
            raise UsageError("There is no change to paste back.", "Name a direction, or paste all of it: --paste soft.")

    def square(self, width: int, height: int) -> Square:
        """The square of a photograph of this size."""
        if self.eyes is not None:
            return Square.of_eyes(self.eyes[:2], self.eyes[2:])
        if isinstance(self.crop, Square):
            return self.crop
        return Square.centre(width, height) if self.crop == "centre" else Square.whole(width, height)


def projected(
    photo: NDArray[np.uint8] | NDArray[np.uint16],
    params: ProjectParams,
    context: Context,
    show: Callable[[Snapshot], None] = lambda one: None,
    enough: Callable[[], bool] = lambda: False,
) -> Projected:
    """A photograph (H×W×C, 8 or 16 bit) in the generator's space: the nearest point that `params.steps` find.

    `show` hears of the best so far every few steps; `enough` ends it with that. The Latent draws the same picture again
    anywhere. Raises UsageError, BadModel, OutOfMemory, EngineError, Cancelled.
    """
    from ganstudio.core.latent.paste import cut
    from ganstudio.runtime.generating import generator_of
    from ganstudio.runtime.generating.projecting import project

    entry = only(context.library.find(params.model), "generator")
    darkroom = generator_of(context.runtime, entry)
    square = params.square(photo.shape[1], photo.shape[0])
    target = cut(photo, square, darkroom.facts.resolution)
    shares = darkroom.facts.class_shares(params.classes) if params.classes else ()
    began = time.monotonic()

    def latent(look: Look) -> Latent:
        classes = params.classes
        if darkroom.facts.classes and not classes and look.chosen is not None:
            classes = (Weighted(darkroom.facts.classes[look.chosen]),)
        point = Point.of(look.ws, look.noise)
        return Latent(model=params.model, classes=classes, psi=1.0, point=point, weights=darkroom.facts.weights)

    def told(look: Look) -> None:
        show(Snapshot(look.step, look.steps, _score(look), look.picture, latent(look), look.doing))

    ended = project(
        context.runtime, entry, _distance(target), shares=shares, layers=params.space == "w+",
        noise=params.noise == "found", steps=params.steps, progress=context.progress, show=told, enough=enough,
    )  # fmt: skip
    found = latent(ended.look)
    picture = darkroom.picture(found)
    return Projected(
        found, picture, target, square, _score(ended.look), ended.look.step, time.monotonic() - began, ended.stopped,
        _notes(ended),
    )  # fmt: skip


def _score(look: Look) -> Score:
    return Score.of(look.distance, look.mean, look.random, look.looked_at)


def _notes(ended: Ended) -> tuple[str, ...]:
    if not ended.faults:
        return ()
    return ("The model gave no numbers at some points; it went on from the best before.",)


def _distance(target: NDArray[np.uint8]) -> Callable[..., Any]:
    def made(device: Any) -> Any:
        import copy

        import torch

        from ganstudio.measures import features
        from ganstudio.measures.likeness import Likeness

        judge = features.named(features.DEFAULT)
        judge = judge if device.type == "cpu" else replace(judge, net=copy.deepcopy(judge.net)).to(device)
        wanted = torch.from_numpy(target).permute(2, 0, 1).float().to(device) / 255.0
        return Likeness(judge, wanted)

    return made


def run(params: ProjectParams, inputs: Inputs, context: Context) -> Made:
    """A photograph's projection as a PNG that carries its Latent, and pasted back where that is wanted; of several
    `asked` gives each by itself. Beside what every maker takes: `photo`, H×W×C pixels in place of files, of which
    nothing is saved. `show` hears Snapshots. The value is a tuple of the one Projected.
    """
    from ganstudio.core.awake import keep_awake

    show, enough = inputs.get("show", lambda one: None), inputs.get("enough", lambda: False)
    with keep_awake("a photograph is being projected"):
        if inputs.get("photo") is not None:
            one = projected(inputs["photo"], params, context, show, enough)
            return Made((), one.score.sentence, _facts(one), (one,))
        (path,) = _files(inputs)
        if not params.person_agrees:
            inputs.get("tell", lambda words: None)(f"{PERSON} {_FLAG}")
        return _run_file(path, params, inputs, context, show, enough)


def _files(inputs: Inputs) -> list[Path]:
    files = [Path(one) for one in inputs.get("files", ())]
    if not files:
        raise UsageError("No photograph is named.", "Try `ganstudio project photo.jpg`.")
    return files


def _run_file(
    path: Path, params: ProjectParams, inputs: Inputs, context: Context, show: Callable[[Snapshot], None],
    enough: Callable[[], bool],
) -> Made:  # fmt: skip
    from ganstudio.tools.project_files import folder_of, read, save, targets_of

    params = _directed(params, context)
    paths = targets_of(path, params, inputs, folder_of(inputs, several=False))
    photo = read(path)
    one = projected(photo.pixels, params, context, show, enough)
    overwrite = inputs.get("exists") == "overwrite" or bool(inputs.get("goes_on"))
    save(photo, one, params, paths, context, overwrite=overwrite)
    kind = f" Class: {classes}." if (classes := _classes(one)) else ""
    words = [f"{shown(paths[0].name)}: {one.score.sentence}{kind}"]
    words += [f"{shown(other.name)}: the photograph with it" for other in paths[1:]]
    result = {"photo": str(path), "files": [str(other) for other in paths], **_facts(one)}
    return Made(paths, "\n".join(words), {"results": [result], "notes": list(one.notes)}, (one,))


def _directed(params: ProjectParams, context: Context) -> ProjectParams:
    """With the numbers of the directions. Raises UsageError for an unknown one, before anything is searched."""
    from ganstudio.runtime.generating import generator_of
    from ganstudio.tools.generate import directed

    if not params.pushes:
        return params
    entry = only(context.library.find(params.model), "generator")
    pushes = directed(Latent(pushes=params.pushes), entry, generator_of(context.runtime, entry)).pushes
    return replace(params, pushes=pushes)


def _classes(one: Projected) -> str:
    return Blend().text(one.latent.classes)


def _facts(one: Projected) -> dict[str, Any]:
    return {
        "percent": round(one.score.percent, 1), "words": one.score.words, "random": round(one.score.random, 1),
        "class": _classes(one), "steps": one.steps,
        "seconds": round(one.seconds, 1), "stopped": one.stopped,
        "square": [one.square.x, one.square.y, one.square.side, one.square.angle],
    }  # fmt: skip


def asked(params: ProjectParams, inputs: Inputs, context: Context) -> list[Asked]:
    """Each photograph by itself, no two with a result of one name."""
    from ganstudio.tools.generate import of_entry
    from ganstudio.tools.project_files import folder_of, names_of

    files = _files(inputs)
    output = folder_of(inputs, len(files) > 1)
    entry = only(context.library.find(params.model), "generator")
    params = replace(_directed(params, context), model=of_entry(Latent(), entry, context.library).model)
    found: dict[Path, Asked] = {}
    for path in files:
        target = first = names_of(path, params, inputs, output)[0]
        number = 2
        while target in found:
            target, number = first.with_name(f"{first.stem}-{number}{first.suffix}"), number + 1
        found[target] = Asked(params, target, shown(path.name), (path,), (params.model,))
    return list(found.values())


def forecast(params: ProjectParams, inputs: Inputs, context: Context) -> Forecast:
    """How long it takes: a few steps are done on the first photograph."""
    from ganstudio.tools.project_files import read

    files = _files(inputs)
    photo = read(files[0]).pixels
    quiet = replace(context, progress=context.progress.part(counted=False))
    few = replace(params, steps=_TRIED, paste="no", pushes=())
    one = projected(photo, few, quiet)
    again = projected(photo, replace(few, classes=one.latent.classes), quiet)
    each = again.seconds / (_TRIED + _BEGINNING)
    seconds = (one.seconds + (params.steps - _TRIED) * each) * len(files)
    side = one.picture.shape[0]
    facts = {
        "photos": len(files), "side": side, "steps": params.steps, "seconds": round(seconds, 1),
        "bytes": len(files) * side * side * 3,
    }  # fmt: skip
    return Forecast(f"{len(files):,} × {params.steps:,} steps for {side}×{side} pixels", facts)


MAKER = Maker(
    id="project",
    version=VERSION,
    title="Project",
    summary="find a photograph in a generator's latent space, to edit it there",
    params=ProjectParams,
    run=run,
    forecast=forecast,
    asked=asked,
    takes="photographs",
    keeps=True,
    example="ganstudio project photo.jpg --model paintings",
)
