"""The one door to model files. No code from a file is ever run, and no name in it imported or looked up.

`read` decides by bytes what a file is and describes its tensors without reading them; `state_dict.candidates`
finds the state dicts in it, most preferred first.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ganstudio.core.text import _
from ganstudio.models.readers import mapping, ncnn, ncnn_convert, npz, safe_tensors, sniff, structure
from ganstudio.models.readers.bare_pickle import read_pickle
from ganstudio.models.readers.budget import Budget
from ganstudio.models.readers.checkpoint import Checkpoint
from ganstudio.models.readers.records import GlobalRef, Record
from ganstudio.models.readers.tensors import LazyTensor
from ganstudio.models.readers.torch_legacy import read_legacy
from ganstudio.models.readers.torch_zip import read_zip
from ganstudio.models.readers.unreadable import Unreadable, named
from ganstudio.models.readers.zip_index import ZipIndex

__all__ = ["Checkpoint", "GlobalRef", "LazyTensor", "Record", "read"]

_PICKLED: dict[str, Callable[[memoryview, Budget], Any]] = {"torch-legacy": read_legacy, "pickle": read_pickle}


def read(path: Path) -> Checkpoint:
    """What a model file holds; cheap, since tensors stay in the file until they are asked for.

    Reads torch files (zip, legacy and very old), safetensors, bare pickles (StyleGAN), npz, and ncnn pairs (given
    the `.param` or the `.bin`). Raises BadModel with one sentence for everything else.
    """
    try:
        return _read(path)
    except Unreadable as error:
        raise named(path, error) from error


def _read(path: Path) -> Checkpoint:
    data = mapping.mapped(path)
    kind = sniff.container(data, ncnn.has_param_beside(path))
    archive = None
    if kind == "zip":
        archive = ZipIndex(data)
        kind = sniff.zip_container(archive)
    if path.suffix.lower() == ".safetensors" and kind != "safetensors":
        raise Unreadable(
            _(
                "its name ends in .safetensors, but it is a file of another kind, which such a name must not hide. "
                "Rename it to .pth if you know where it comes from."
            )
        )
    if kind.startswith("ncnn"):
        graph = ncnn.read_pair(path, data, kind)
        return Checkpoint(path, "ncnn", ncnn_convert.to_state_dict(graph))
    budget = Budget(len(data))
    if kind == "safetensors":
        tensors, metadata = safe_tensors.read_safetensors(data, budget)
        return Checkpoint(path, kind, tensors, metadata)
    if kind == "npz" and archive is not None:
        return Checkpoint(path, kind, npz.read_npz(archive, Budget(npz.MAX_INFLATED * len(data))))
    root = read_zip(archive, budget) if archive is not None else _PICKLED[kind](data, budget)
    return Checkpoint(path, kind, root, inert=structure.checked(root))
