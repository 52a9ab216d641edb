"""The kinds of builds, which one is installed, and which one this computer wants."""

from __future__ import annotations

import importlib.util
import platform
import sys
from dataclasses import dataclass
from importlib.machinery import PathFinder
from pathlib import Path

from ganstudio.core import beside
from ganstudio.runtime.builds.hardware import Nvidia, nvidia


@dataclass(frozen=True)
class Kind:
    """A kind of build: `label` is the end of torch's version (2.13.0+cu130), `index` where PyTorch documents it,
    `device` what it is tried on, `driver` the oldest driver that it runs with."""

    id: str
    title: str
    label: str
    index: str
    device: str
    driver: int = 0


KINDS = {
    "cuda": Kind("cuda", "for NVIDIA cards", "cu130", "https://download.pytorch.org/whl/cu130", "cuda", 580),
    "cpu": Kind("cpu", "for the processor alone", "cpu", "https://download.pytorch.org/whl/cpu", "cpu"),
}


@dataclass(frozen=True)
class Installed:
    """The torch that imports: its version, the CUDA it was built with ("" for none), whether it lies beside."""

    version: str
    cuda: str
    beside: bool

    @property
    def words(self) -> str:
        what = f"for NVIDIA cards (CUDA {self.cuda})" if self.cuda else "for the processor"
        if sys.platform == "darwin" and not self.cuda:
            what = "for Apple computers"
        return f"{self.version}, {what}{', fetched by you' if self.beside else ''}"


def installed() -> Installed | None:
    """What torch's module `version` says, without torch being imported; None where there is no torch."""
    torch = importlib.util.find_spec("torch")
    if torch is None or torch.origin is None:
        return None
    spec = PathFinder.find_spec("torch.version", torch.submodule_search_locations)
    if spec is None or spec.loader is None:
        return None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    active = beside.active()
    mine = active is not None and Path(torch.origin).is_relative_to(active)
    return Installed(str(module.__version__), str(module.cuda or ""), mine)


@dataclass(frozen=True)
class Offer:
    """Another build that would do better here: its kind, and why, in a sentence."""

    kind: Kind
    why: str


def offer(card: Nvidia | None = None, now: Installed | None = None) -> Offer | str | None:
    """What would be better here: an Offer; a sentence where something stands in its way; None where all is right.

    The card and the build are looked for when they are not given.
    """
    card, now = card or nvidia(), now or installed()
    if card is None or now is None or now.cuda:
        return None
    name = card.cards[0] if card.cards else "an NVIDIA card"
    if (reason := unfit(KINDS["cuda"], card)) is not None:
        return f"{name} is here, but is not used: {reason}"
    return Offer(KINDS["cuda"], f"{name} is here, and this build of PyTorch is {now.words.partition(', ')[2]} alone.")


def unfit(kind: Kind, card: Nvidia | None) -> str | None:
    """Why a build of this kind cannot be used on this computer, in a sentence; None where it can."""
    if sys.platform == "darwin":
        return "on Apple computers PyTorch has one build, and this is it."
    if kind.device != "cuda":
        return None
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return f"there is no build of PyTorch for NVIDIA cards on {platform.machine()} that this program knows."
    if card is None:
        return "there is no NVIDIA card here, or its driver is not installed."
    if card.major is not None and card.major < kind.driver:
        return f"its driver, {card.driver}, is too old. Install {kind.driver} or newer, then ask again."
    return None
