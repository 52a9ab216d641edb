"""A projection's files: the PNG that carries its Latent, and the photograph with it pasted back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ganstudio.core.errors import UsageError
from ganstudio.core.names import shown
from ganstudio.core.progress import Progress
from ganstudio.tools.using import model_word, only

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ganstudio.core.latent import Latent
    from ganstudio.core.latent.projection import Projected
    from ganstudio.core.raster import Picture
    from ganstudio.tools.maker import Inputs
    from ganstudio.tools.project import ProjectParams
    from ganstudio.tools.tool import Context


def read(path: Path) -> Picture:
    """A photograph, whole. Raises BadInput."""
    from ganstudio.core.codecs import open_raster
    from ganstudio.core.raster import read_whole

    raster = open_raster(path)
    try:
        return read_whole(raster)
    finally:
        raster.close()


def folder_of(inputs: Inputs, several: bool) -> Path:
    """The folder for the results, or the file of one. Raises UsageError where several photographs have no folder."""
    output = Path.cwd() if inputs.get("output") is None else Path(inputs["output"])
    if several and not output.is_dir():
        raise UsageError(f"{shown(output)} is no folder, and there are several photographs.", "Make it first.")
    return output


def targets_of(path: Path, params: ProjectParams, inputs: Inputs, output: Path) -> tuple[Path, ...]:
    """Where the projection goes, and the pasted photograph. Raises OutputError for names that are taken."""
    from ganstudio.core.codecs.partial import exists

    targets = names_of(path, params, inputs, output)
    if inputs.get("exists") not in ("overwrite", "rename"):
        # What is pasted is saved first: it may be left by a program that was killed.
        for target in targets[:1] if inputs.get("goes_on") else targets:
            if target.exists():
                raise exists(target)
    return targets


def names_of(path: Path, params: ProjectParams, inputs: Inputs, output: Path) -> tuple[Path, ...]:
    """The same, whatever is there."""
    from ganstudio.core.film.export import renamed

    first = output / f"{path.stem}-{model_word(params.model)}.png" if output.is_dir() else output
    if first.suffix.lower() != ".png":
        raise UsageError(f"{shown(first.name)}: a projection is saved as PNG, with its Latent inside.")
    targets = (first,) if params.paste == "no" else (first, first.with_name(f"{first.stem}-pasted.png"))
    return tuple(map(renamed, targets)) if inputs.get("exists") == "rename" else targets


def save(
    photo: Picture,
    one: Projected,
    params: ProjectParams,
    targets: tuple[Path, ...],
    context: Context,
    *,
    overwrite: bool,
) -> None:
    """The directions of `params` have their numbers. Raises OutputError, DiskFull, VerifyError."""
    from ganstudio.runtime.generating import generator_of

    latent, picture = one.latent, one.picture
    if params.pushes:
        latent = replace(latent, pushes=params.pushes)
        entry = only(context.library.find(params.model), "generator")
        picture = generator_of(context.runtime, entry).picture(latent)
    if params.paste != "no":
        _save_pasted(photo, one, picture, params, targets[1], overwrite)
    _save_projection(picture, latent, targets[0], context, overwrite)


def _save_projection(
    picture: NDArray[np.uint8], latent: Latent, target: Path, context: Context, overwrite: bool
) -> None:
    from ganstudio.core.codecs import History, SaveOptions, write
    from ganstudio.core.raster import Picture
    from ganstudio.tools.recipe import Recipe, Step
    from ganstudio.tools.tool import step_named

    recipe = Recipe((Step(step_named("generate"), latent),))
    history = History(recipe=recipe.text(), source_type=recipe.source_type(context.library))
    write(Picture.of(picture), target, SaveOptions(format="png"), Progress(), history=history, overwrite=overwrite)


def _save_pasted(
    photo: Picture, one: Projected, picture: NDArray[np.uint8], params: ProjectParams, target: Path, overwrite: bool
) -> None:
    """The photograph keeps its metadata; that a network made part of it is marked."""
    from ganstudio.core.codecs import History, SaveOptions, write
    from ganstudio.core.latent.paste import paste_back

    before = one.picture if params.paste == "change" else None
    pixels = paste_back(
        photo.pixels, one.square, picture, feather=params.feather, seamless=params.paste == "seamless", before=before
    )
    history = History(source_type="compositeWithTrainedAlgorithmicMedia")
    raster = replace(photo, pixels=pixels)
    write(raster, target, SaveOptions(format="png"), Progress(), history=history, overwrite=overwrite)
