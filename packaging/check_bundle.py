"""Does the frozen program do what the source does? `python packaging/check_bundle.py [PROGRAM]`, with the Python of an
environment in which the source runs (build/env/bin/python).

PROGRAM is the folder (dist/ganstudio) or an installed executable. Both run the same commands on the same pictures; what
they say and what they make is compared. The folder is also looked through: no path of the building machine in any file,
nothing asked of the system that the installers do not ask for, every file as it was listed. Ends with 1 when a check
failed; `--only NAME` runs those whose name has NAME in it.
"""

from __future__ import annotations

import argparse
import importlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import bundle_scan
from virtual_screen import VirtualScreen

ROOT = Path(__file__).resolve().parents[1]
_PATIENCE_S = 600


class Failed(Exception):
    """A check that failed: a sentence."""


@dataclass
class Side:
    """One of the two: how it is started, and a home of its own."""

    words: list[str]
    home: Path
    environ: dict[str, str]

    def run(self, *words: str | Path, code: int = 0, **environ: str) -> str:
        """What it prints; Failed when it ends with another code."""
        given = {**self.environ, "GANSTUDIO_HOME": str(self.home), **environ}
        command = [*self.words, *map(str, words)]
        done = subprocess.run(
            command, cwd=self.home, env=given, capture_output=True, text=True, timeout=_PATIENCE_S, check=False
        )
        if done.returncode != code:
            raise Failed(f"{' '.join(command)} ended with {done.returncode}: {(done.stderr or done.stdout)[-600:]}")
        return done.stdout


@dataclass
class Both:
    program: Path
    frozen: Side
    source: Side
    scratch: Path

    @property
    def folder(self) -> Path:
        return self.program.parent

    def said_alike(self, *words: str) -> None:
        """The two print the same."""
        frozen, source = self.frozen.run(*words), self.source.run(*words)
        if frozen != source:
            raise Failed(f"{' '.join(words)} says other things than the source: {_first_difference(frozen, source)}")

    def made_alike(self, name: str, *words: str | Path) -> None:
        """Each makes a picture NAME in its home; their pixels are equal."""
        from PIL import Image

        made = []
        for side in (self.frozen, self.source):
            side.run(*words, "-o", side.home / name)
            with Image.open(side.home / name) as picture:
                made.append((picture.size, picture.mode, picture.tobytes()))
        if made[0] != made[1]:
            raise Failed(f"{name} is not the same picture as the source's")


def _first_difference(one: str, other: str) -> str:
    lines = zip((one + "\n<end>").splitlines(), (other + "\n<end>").splitlines(), strict=False)
    return next((f"“{a}” where the source has “{b}”" for a, b in lines if a != b), "the length")


def photo() -> Path:
    return ROOT / "resources" / "samples" / "flowers.jpg"


# The checks, by name; each raises Failed.


def version(both: Both) -> None:
    frozen, source = both.frozen.run("--version").split(), both.source.run("--version").split()
    if frozen[:2] != source[:2]:
        raise Failed(f"it is version {frozen[1]}, the source {source[1]}")
    if "(source)" in frozen:
        raise Failed("it does not know of which build it is")


def help_and_commands(both: Both) -> None:
    both.said_alike("--help")
    both.said_alike("upscale", "--help")


def found_by_name(both: Both) -> None:
    both.said_alike("doctor", "--parts")


def models(both: Both) -> None:
    both.said_alike("models", "list")


def photograph(both: Both) -> None:
    both.made_alike("one.png", "upscale", photo(), "--precision", "exact")


def photograph_in_the_usual_way(both: Both) -> None:
    both.frozen.run("upscale", photo(), "-o", both.frozen.home / "usual.jpg")


def folder(both: Both) -> None:
    from PIL import Image

    inputs = both.scratch / "folder"
    inputs.mkdir()
    with Image.open(photo()) as picture:
        for number, suffix in enumerate(("jpg", "png", "webp", "tiff", "avif")):
            picture.crop((number * 20, 0, number * 20 + 80, 60)).save(inputs / f"{number}.{suffix}")
    both.frozen.run("upscale", inputs, "-o", both.frozen.home / "out", "-n", "quick-x2", "-f", "keep")
    made = sorted(path.suffix for path in (both.frozen.home / "out").iterdir() if path.is_file())
    if len(made) < 5:
        raise Failed(f"of five pictures {len(made)} were made")


def a_strangers_model(both: Both) -> None:
    """A checkpoint that spandrel builds: its families, and the stand-in for torchvision, work frozen."""
    import torch

    sys.path.insert(0, str(ROOT))
    from ganstudio.models.torchvision_standin import torchvision_at_hand

    with torchvision_at_hand():
        network = importlib.import_module("spandrel.architectures.SwinIR.__arch.SwinIR").SwinIR
    path = both.scratch / "stranger.pth"
    torch.manual_seed(1)
    size = {"img_size": 16, "window_size": 8, "depths": [2], "embed_dim": 12, "num_heads": [2], "mlp_ratio": 2}
    made = network(upscale=2, upsampler="pixelshuffledirect", resi_connection="1conv", **size)
    torch.save(made.state_dict(), path)
    both.said_alike("models", "info", str(path))


def project(both: Both) -> None:
    """Exported as the source exports it."""
    path = both.scratch / "trip.ganstudio"
    code = _MAKES_A_PROJECT.format(photo=str(photo()), path=str(path))
    subprocess.run([both.source.words[0], "-c", code], check=True, env=both.source.environ, cwd=both.scratch)
    both.made_alike("trip.png", "export", path)


_MAKES_A_PROJECT = """
from pathlib import Path
from ganstudio.core.codecs import open_raster
from ganstudio.core.document import Pool, project, state_of
from ganstudio.core.progress import Progress
pool = Pool()
project.save(state_of(pool, open_raster(Path({photo!r})), "trip"), Path({path!r}), Progress())
"""


def window(both: Both) -> None:
    """The window, the engine's process and a model, without a screen."""
    said = both.frozen.run("--selftest", QT_QPA_PLATFORM="offscreen")
    if "Everything works." not in said:
        raise Failed(f"the self-test says {said[-300:]}")


def window_on_a_screen(both: Both) -> None:
    """The same under the X Window System."""
    if shutil.which("Xvfb") is None:
        raise Failed("Xvfb is not installed here")
    with VirtualScreen() as display:
        both.frozen.run("--selftest", QT_QPA_PLATFORM="xcb", DISPLAY=display)


def doctor(both: Both) -> None:
    """Every bundled model gives the known answer."""
    both.frozen.run("doctor")
    both.frozen.run("doctor", "--bundle")


def programs_of_the_system(both: Both) -> None:
    """What it starts in turn does not get its libraries."""
    stubs, told = both.scratch / "stubs", both.scratch / "told"
    stubs.mkdir()
    stub = stubs / "systemd-inhibit"
    stub.write_text(f'#!/bin/sh\necho "[${{LD_LIBRARY_PATH:-}}]" >{told}\nexec cat\n', "utf-8")
    stub.chmod(0o755)
    both.frozen.run(
        "upscale", photo(), "-o", both.frozen.home / "awake.png", "-n", "quick-x2",
        PATH=f"{stubs}:{both.frozen.environ['PATH']}",
    )  # fmt: skip
    if not told.exists():
        raise Failed("the computer was not asked to stay awake, so this could not be seen")
    places = told.read_text("utf-8").strip()[1:-1].split(":")  # OpenCV adds one that does not exist
    if wrong := [place for place in places if place and os.path.isdir(place)]:
        raise Failed(f"programs that it starts look for libraries in {wrong}")


def engines_libraries(both: Both) -> None:
    """The engine's process loads the program's libraries, not those that happen to be here."""
    import psutil

    environ = {**both.frozen.environ, "GANSTUDIO_HOME": str(both.frozen.home), "QT_QPA_PLATFORM": "offscreen"}
    process = psutil.Popen([*both.frozen.words, "--new-instance"], env=environ, stderr=subprocess.DEVNULL)
    loaded: set[str] = set()
    until = time.monotonic() + _PATIENCE_S / 2
    while time.monotonic() < until and not any("libtorch_cpu" in path for path in loaded):
        time.sleep(0.5)
        with suppress(psutil.Error):
            loaded = {one.path for child in process.children(recursive=True) for one in child.memory_maps()}
    process.terminate()
    process.wait()
    ours = {path.name for path in (both.folder / "lib").iterdir() if ".so" in path.name}
    strange = [path for path in loaded if Path(path).name in ours and not path.startswith(str(both.folder))]
    if strange or not loaded:
        raise Failed(f"the engine has loaded {sorted(strange)[:3] or 'nothing'}")


def empty_environment(both: Both) -> None:
    """From /, in the C locale, with nothing set."""
    home = {"GANSTUDIO_HOME": str(both.frozen.home)}
    done = subprocess.run(
        [*both.frozen.words, "models", "list"], cwd="/", env={**home, "LANG": "C"}, capture_output=True, check=False
    )
    if done.returncode != 0:
        raise Failed(f"it ends with {done.returncode}: {done.stderr.decode(errors='replace')[-300:]}")


def without_a_display(both: Both) -> None:
    environ = {"PATH": both.frozen.environ["PATH"], "GANSTUDIO_HOME": str(both.frozen.home)}
    done = subprocess.run(both.frozen.words, env=environ, capture_output=True, text=True, check=False)
    if done.returncode != 2 or "no display" not in done.stderr:
        raise Failed(f"it ends with {done.returncode}: {done.stderr[-300:]}")


def damaged(both: Both) -> None:
    """A missing and an altered file are named in one sentence."""
    copy = both.scratch / "damaged"
    shutil.copytree(both.folder, copy, symlinks=True, copy_function=os.link)
    own = copy / both.program.name
    victim = next((copy / "lib" / "ganstudio" / "resources" / "models").glob("*.safetensors"))
    victim.unlink()
    said = [_complaint(own, "--version")]
    victim.write_bytes(b"x")
    said.append(_complaint(own, "--version"))
    shutil.rmtree(copy)
    for sentence, word in zip(said, ("is missing", "has been altered"), strict=True):
        if f"{victim.name} {word}" not in sentence or sentence.count("\n") != 1:
            raise Failed(f"of {victim.name} it says: {sentence}")


def _complaint(program: Path, *words: str) -> str:
    return subprocess.run([program, *words], capture_output=True, text=True, check=False).stderr


def no_path_of_this_machine(both: Both) -> None:
    found = bundle_scan.paths_found(both.folder, bundle_scan.own_paths(ROOT))
    if found:
        raise Failed("; ".join(f"{path} has {name}" for path, name in found[:5]))


def nothing_unexpected_of_the_system(both: Both) -> None:
    import distributions
    import elf

    asked = elf.asked_of_system(both.folder)
    strange = {name: by for name, by in asked.libraries.items() if name not in distributions.every_library()}
    if strange:
        raise Failed(f"the installers do not ask for {strange}")


CHECKS: tuple[Callable[[Both], None], ...] = (
    version,
    help_and_commands,
    found_by_name,
    models,
    photograph,
    photograph_in_the_usual_way,
    folder,
    a_strangers_model,
    project,
    doctor,
    window,
    empty_environment,
    damaged,
    no_path_of_this_machine,
)
ON_LINUX = (
    window_on_a_screen,
    engines_libraries,
    without_a_display,
    programs_of_the_system,
    nothing_unexpected_of_the_system,
)


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("program", nargs="?", type=Path, default=ROOT / "dist" / "ganstudio")
    parser.add_argument("--only", default="", help="the checks with this in their name")
    asked = parser.parse_args(words)
    program = executable(asked.program)
    failed = 0
    with tempfile.TemporaryDirectory(prefix="ganstudio-check-") as scratch:
        both = prepared(program, Path(scratch))
        checks = CHECKS + (ON_LINUX if sys.platform == "linux" else ())
        for check in checks:
            if asked.only in check.__name__:
                failed += not _passes(check, both)
    print(f"{failed} failed" if failed else "The program does what the source does.")
    return 1 if failed else 0


def executable(place: Path) -> Path:
    """The program's file for a folder, itself for a file; links followed, since the libraries lie beside it."""
    name = "ganstudio.exe" if os.name == "nt" else "ganstudio"
    return (place / name if place.is_dir() else place).resolve(strict=True)


def prepared(program: Path, scratch: Path) -> Both:
    kept = ("PATH", "HOME", "SYSTEMROOT", "TEMP", "TMP", "USERPROFILE", "LOCALAPPDATA", "APPDATA", "LANG")
    plain = {key: os.environ[key] for key in kept if key in os.environ} | {"COLUMNS": "100"}
    homes = [scratch / "frozen", scratch / "source"]
    for home in homes:
        home.mkdir()
    source = {**plain, "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1"}
    return Both(
        program,
        Side([str(program)], homes[0], plain),
        Side([sys.executable, "-m", "ganstudio"], homes[1], source),
        scratch,
    )


def _passes(check: Callable[[Both], None], both: Both) -> bool:
    begun = time.monotonic()
    try:
        check(both)
    except Failed as error:
        print(f"FAILED  {check.__name__.replace('_', ' ')}: {error}", flush=True)
        return False
    print(f"ok      {check.__name__.replace('_', ' ')} ({time.monotonic() - begun:.1f} s)", flush=True)
    return True


if __name__ == "__main__":
    sys.exit(main())
