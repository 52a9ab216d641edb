"""`ganstudio export PROJECT`: a project of the window as a picture, its layers made one."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ganstudio.cli.flags import Parser, add_params, take
from ganstudio.cli.show import number_text, size_text
from ganstudio.core.errors import UsageError
from ganstudio.core.names import shown

if TYPE_CHECKING:
    from ganstudio.core.codecs import SaveOptions

SUMMARY = "save the picture of a project"


def run(words: Sequence[str]) -> int:
    from ganstudio.core.codecs import History, SaveOptions, plan_output, write
    from ganstudio.core.document import Pool, flattened, source_type
    from ganstudio.core.document.project import SUFFIX, open_project
    from ganstudio.core.progress import Progress

    parser = Parser(
        prog="ganstudio export",
        description=SUMMARY.capitalize() + ", as its layers look together.",
        epilog=f"example: ganstudio export trip{SUFFIX} -o trip.jpg --quality 92",
    )
    parser.add_argument("project", metavar="PROJECT", type=Path, help=f"a project, {SUFFIX}")
    parser.add_argument(
        "-o", "--output", metavar="FILE", type=Path, help="the picture, or a folder for it (usually beside the project)"
    )
    parser.add_argument("--overwrite", action="store_true", help="replace a file of that name")
    add_params(parser, SaveOptions, "how it is saved")
    found = parser.parse(words)
    options = _with_format(take(SaveOptions, found), found.output, hasattr(found, "format"))
    pool = Pool()
    try:
        state = open_project(found.project, pool, Progress())
        raster = flattened(state)
        head = raster.header
        plan = plan_output(head, raster.meta, head.width, head.height, options)
        target = _target(found.project, found.output, plan.extension)
        history = History(source_type=source_type(state))
        written = write(raster, target, options, Progress(), history=history, overwrite=found.overwrite)
    finally:
        pool.close()
    size = f"{number_text(head.megapixels)} megapixels, {size_text(written.bytes)}"
    print(f"{shown(written.path)}: {written.width}×{written.height} ({size})")
    for note in written.notes:
        print(f"  {shown(note)}")
    return 0


def _with_format(options: SaveOptions, output: Path | None, said: bool) -> SaveOptions:
    """The format that the output's name asks for, unless a flag says one."""
    from ganstudio.core.codecs.planning import formats

    if said or output is None or not output.suffix or os.path.isdir(output):
        return options
    named = next((one.id for one in formats() if output.suffix.lower() in one.suffixes), None)
    if named is None:
        known = ", ".join(one.extension for one in formats())
        raise UsageError(f"“{shown(output.name)}” names no format that can be saved.", f"Known: {known}.")
    return replace(options, format=named)


def _target(project: Path, output: Path | None, extension: str) -> Path:
    if output is None:
        return project.with_name(project.stem + extension)
    if os.path.isdir(output):
        return output / (project.stem + extension)
    return output if output.suffix else output.with_name(output.name + extension)
