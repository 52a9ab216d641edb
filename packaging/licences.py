"""The licences of what is inside the program: `packaging/licences.py [-o FILE] [--bundle FOLDER] [--sbom FILE]`.

Makes the list that *About* shows from the packages of this environment and from resources/licences; ends with 1 when a
part is unknown or its licence is not allowed. `--bundle` looks through a built program as well: every library in it
must be known, none may be under the GPL, also not by what is linked into it. Run by the environment that builds.
"""

from __future__ import annotations

import argparse
import mmap
import sys
from pathlib import Path

import freezing

from ganstudio.core.licences import Listing, collect
from ganstudio.core.licences.collecting import table
from ganstudio.core.licences.libraries import Libraries, is_library


def taken_along(path: str) -> bool:
    """Whether the built program takes a file of the packages along, by its path below their folder."""
    return freezing.is_wanted(path, "", freezing.languages(Path(__file__).resolve().parents[1]), sys.platform)


def made() -> Listing:
    return collect(taken_along)


def looked_through(folder: Path) -> list[str]:
    """What is wrong with the libraries of a built program, in sentences."""
    libraries, problems = Libraries(table()), []
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file() or not is_library(path.name):
            continue
        where = path.relative_to(folder).as_posix()
        if libraries.is_forbidden(path.name, built=True):
            problems.append(f"{where} is under the GPL.")
        elif not libraries.known(path.name) and not libraries.is_anybodys(path.name):
            problems.append(f"Nobody has said whose {where} is.")
        problems += [f"{where} holds what only the GPL permits: {word}" for word in telling_words(path)]
    return problems


def telling_words(path: Path) -> list[str]:
    """The words in a library that tell of GPL parts linked into it."""
    if path.stat().st_size == 0:
        return []
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return [word for word in table()["forbidden"]["words"] if content.find(word.encode()) >= 0]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("-o", "--output", type=Path, help="write the list as the program reads it")
    parser.add_argument("--bundle", type=Path, help="look through the libraries of a built program as well")
    parser.add_argument("--sbom", type=Path, help="write a bill of materials (CycloneDX)")
    asked = parser.parse_args()
    listing = made()
    problems = [*listing.problems, *(looked_through(asked.bundle) if asked.bundle else [])]
    for problem in problems:
        print(problem, file=sys.stderr)
    if asked.output:
        listing.written(asked.output)
    if asked.sbom:
        import sbom

        sbom.write(listing, asked.sbom)
    print(f"{len(listing.components)} parts, {len(listing.texts)} texts, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
