"""Build the docs into a site: `python3 packaging/docs.py [-o FOLDER]`, usually into build/site.

The pages of docs/, the changelog and a page for every command are put together in build/docs and built by MkDocs, which
is installed into build/docs-env the first time (packaging/docs-requirements.txt; the program itself needs none of it).
A link that leads nowhere, a page that is not listed, or anything that would be fetched from elsewhere fails the build.
Ends with 1 when the site is not in order, with 2 when it cannot be built here.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from environment import Environment, SetupError, say
from launch import environ_for

ROOT = Path(__file__).resolve().parents[1]
PAGES, TOOLS = ROOT / "build" / "docs", ROOT / "build" / "docs-env"
REQUIREMENTS = Path(__file__).with_name("docs-requirements.txt")
# What a page may not do: have a browser fetch something from elsewhere. Links to click are no fetching.
_FETCHED = re.compile(
    r"""<(?:script|img|iframe|source|audio|video)\b[^>]*\bsrc=["'](?:https?:)?//|<link\b(?=[^>]*\brel=["'](?:stylesheet|preload|preconnect|icon))[^>]*\bhref=["'](?:https?:)?//|url\(["']?(?:https?:)?//"""
)


def put_together(python: Path, folder: Path = PAGES) -> None:
    """All pages into a folder, which is made anew."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "docs", folder)
    shutil.copy(ROOT / "CHANGELOG.md", folder / "changelog.md")
    words = [str(python), str(Path(__file__).with_name("command_pages.py")), "-o", str(folder / "commands")]
    subprocess.run(words, env=environ_for(ROOT), check=True, stdout=subprocess.DEVNULL)


def mkdocs() -> Path:
    """The Python that has MkDocs; installed when it is not there or the list of it has changed."""
    python = TOOLS / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = TOOLS / "requirements.txt"
    if stamp.exists() and stamp.read_bytes() == REQUIREMENTS.read_bytes():
        return python
    say(f"Installing MkDocs into {TOOLS}.")
    shutil.rmtree(TOOLS, ignore_errors=True)
    for words in (
        [sys.executable, "-I", "-m", "venv", str(TOOLS)],
        [str(python), "-I", "-m", "pip", "install", "-q", "-r", str(REQUIREMENTS)],
    ):
        if subprocess.run(words, check=False).returncode != 0:
            raise SetupError(f"MkDocs could not be installed; what failed was: {' '.join(words)}")
    shutil.copy(REQUIREMENTS, stamp)
    return python


def fetched_from_elsewhere(site: Path) -> list[str]:
    """Every place in a built site at which a browser would fetch something from another computer."""
    found = []
    for path in sorted([*site.rglob("*.html"), *site.rglob("*.css")]):
        for match in _FETCHED.finditer(path.read_text("utf-8")):
            found.append(f"{path.relative_to(site).as_posix()}: {match[0][-80:]}")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "build" / "site", help="the folder for the site")
    site: Path = parser.parse_args().output.absolute()
    try:
        put_together(Environment().ensure(["run"]))
        words = [str(mkdocs()), "-m", "mkdocs", "build", "--strict", "--clean", "-q"]
    except SetupError as error:
        print(error, file=sys.stderr)
        return 2
    environ = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}  # an advertisement
    words += ["-f", str(ROOT / "mkdocs.yml"), "-d", str(site)]
    if subprocess.run(words, env=environ, check=False).returncode != 0:
        return 1
    for place in (elsewhere := fetched_from_elsewhere(site)):
        print(f"fetched from elsewhere: {place}", file=sys.stderr)
    print(f"The site is in {site}." if not elsewhere else f"{len(elsewhere)} things are fetched from elsewhere.")
    return 1 if elsewhere else 0


if __name__ == "__main__":
    sys.exit(main())
