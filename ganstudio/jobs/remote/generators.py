"""What window and engine say to each other about generators: plain values that pickle, torch-free.

`channel` names a place in the window that shows pictures ("stage", "strip:warm", "breed", …): a newer wish of a channel
takes the place of an older one that has not been granted yet.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ganstudio.core.latent import Latent
    from ganstudio.core.latent.directions import Direction
    from ganstudio.jobs.remote.messages import Failure, TaskProgress

Stage = Literal["early", "full", "upscaled"]
Which = Literal["base", "moved", "final"]


@dataclass(frozen=True)
class ModelFacts:
    """What a generator is. `sizes`: the sides it can give, the last is the full one; `groups`: coarse, middle and fine
    layers as (first, last); `weights`: the SHA-256 of its file."""

    model: str
    title: str
    classes: tuple[str, ...]
    resolution: int
    sizes: tuple[int, ...]
    channels: int
    num_ws: int
    w_dim: int
    z_dim: int
    has_w: bool
    groups: tuple[tuple[int, int], ...]
    licence: str
    weights: str

    @property
    def layers(self) -> int:
        return self.num_ws


# From the window


@dataclass(frozen=True)
class AskModel:
    """Open a generator and tell its Facts."""

    model: str


@dataclass(frozen=True)
class Render:
    """One picture, early and then full; `upscaled`: then through this model of the Library, "" for not."""

    channel: str
    number: int
    latent: Latent
    early: bool = True
    upscaled: str = ""


@dataclass(frozen=True)
class Thumbs:
    """Small pictures, `side` px at least where the network can give them early; drawn in the order of `order`."""

    channel: str
    number: int
    latents: tuple[Latent, ...]
    side: int
    order: tuple[int, ...] = ()


@dataclass(frozen=True)
class AskPoints:
    """The points that Latents come to: before pushes and mixing, with them, or also drawn to the mean by ψ."""

    channel: str
    number: int
    latents: tuple[Latent, ...]
    which: Which = "moved"


@dataclass(frozen=True)
class AskChanges:
    """How much the pictures of each way change from one to the next, as a network sees it."""

    channel: str
    number: int
    ways: tuple[tuple[Latent, ...], ...]


@dataclass(frozen=True)
class FindDirections:
    model: str
    how: Literal["sefa", "pca"]
    count: int = 6


@dataclass(frozen=True)
class Make:
    """Run a maker (Walk, Project): its id, its Params as JSON, files and values it needs; or only its forecast."""

    task: int
    maker: str
    params: dict[str, Any]
    inputs: dict[str, Any] = field(default_factory=dict)
    forecast: bool = False


@dataclass(frozen=True)
class EndMake:
    """`keep`: end it with what it has (stop when happy); else throw away."""

    task: int
    keep: bool = False


@dataclass(frozen=True)
class Forget:
    """Nothing of this channel is wanted any more."""

    channel: str


WISHES = (AskModel, Render, Thumbs, AskPoints, AskChanges, FindDirections, Make, EndMake, Forget)
Wish = AskModel | Render | Thumbs | AskPoints | AskChanges | FindDirections | Make | EndMake | Forget


# From the engine


@dataclass(frozen=True)
class ModelKnown:
    facts: ModelFacts


@dataclass(frozen=True)
class ModelRefused:
    """`gone`: its file is not there any more."""

    model: str
    failure: Failure
    gone: bool = False


@dataclass(frozen=True, eq=False)
class Pictured:
    """H×W×C uint8. `clamped`: a sentence when an over-pushed slider had to be held back. `seconds` it took, `weights`
    the SHA-256 of the file that it was drawn with."""

    channel: str
    number: int
    latent: Latent
    stage: Stage
    picture: NDArray[np.uint8]
    seconds: float
    clamped: str = ""
    weights: str = ""


@dataclass(frozen=True, eq=False)
class ThumbDone:
    channel: str
    number: int
    index: int
    picture: NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Points:
    """num_ws×w_dim float32 of each Latent, as asked."""

    channel: str
    number: int
    values: tuple[NDArray[np.float32], ...]


@dataclass(frozen=True)
class Changes:
    """Of each way as many numbers as it has pictures, less one."""

    channel: str
    number: int
    values: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class ChannelFailed:
    channel: str
    number: int
    failure: Failure
    gone: bool = False


@dataclass(frozen=True)
class DirectionsFound:
    model: str
    how: str
    directions: tuple[Direction, ...]


@dataclass(frozen=True)
class DirectionsFailed:
    model: str
    how: str
    failure: Failure


@dataclass(frozen=True)
class MakeProgress:
    task: int
    progress: TaskProgress


@dataclass(frozen=True, eq=False)
class MakeNews:
    """Something to look at on the way: a snapshot of a projection, a frame."""

    task: int
    value: Any


@dataclass(frozen=True, eq=False)
class MakeDone:
    task: int
    value: Any


@dataclass(frozen=True)
class MakeFailed:
    task: int
    failure: Failure


Explored = (
    ModelKnown | ModelRefused | Pictured | ThumbDone | Points | Changes | ChannelFailed | DirectionsFound
    | DirectionsFailed | MakeProgress | MakeNews | MakeDone | MakeFailed
)  # fmt: skip
