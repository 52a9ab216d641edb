"""Small generators of others (DCGAN and fully connected, also by class), under any names: a chain of layers that fit
each other. What is in no tensor is chosen by the pictures (`models.chains`), and kept with our copy (`parts`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ganstudio.models.chains.links import chain_of
from ganstudio.models.families import Built, Shapes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from ganstudio.nets.chain import Generator, Part

FALLBACK = True


def detect(shapes: Shapes) -> bool:
    if "parts" in shapes:
        return len(shapes["parts"]) == 2 and all(name == "parts" or name.startswith("layers.") for name in shapes)
    return chain_of(shapes) is not None


def build(state: dict[str, Tensor]) -> Built:
    from ganstudio.models.chains.networks import taken
    from ganstudio.nets.chain import restored

    if "parts" in state:
        return built(_own(state, restored(state["parts"])))
    chain = chain_of({key: tuple(value.shape) for key, value in state.items()})
    assert chain is not None
    best, ways = taken(state, chain)
    return built(best.net, (f"the smoothest of {ways} readings",) if ways > 1 else ())


def built(net: Generator, said: tuple[str, ...] = ()) -> Built:
    """`said`: why it is read as it is."""
    from ganstudio.nets.chain import restored

    linear = all(part.kind not in ("transposed", "convolution") for part in restored(net.parts))
    classes = (f"{net.classes} classes",) if net.classes else ()
    return Built(
        net, "chain", "Fully connected GAN" if linear else "DCGAN", 1, net.channels, ("-1..1",), gan=True,
        tags=(f"{net.resolution} px", *classes, *said), makes="generator", tiles=False,
    )  # fmt: skip


def _own(state: dict[str, Tensor], parts: Sequence[Part]) -> Generator:
    from ganstudio.models.chains.networks import made

    net = made(parts)
    counters = {name: one for name, one in net.state_dict().items() if name.endswith("num_batches_tracked")}
    net.load_state_dict(counters | state)
    return net
