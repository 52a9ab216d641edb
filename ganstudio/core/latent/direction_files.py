"""Directions in files: one a model in the person's folder, and those that are shared, as JSON or safetensors."""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ganstudio.core import paths
from ganstudio.core.codecs.partial import sentence
from ganstudio.core.errors import BadInput, UsageError
from ganstudio.core.latent.directions import Direction, DirectionSet
from ganstudio.core.names import shown
from ganstudio.core.text import _

FORMAT, VERSION = "ganstudio-directions", 1
_KEY = "ganstudio.directions"
_LARGEST = 256 << 20


def load(weights: str, model: str = "") -> DirectionSet:
    """What is kept for the model whose file has this SHA-256. A damaged file is put aside, and the set is empty."""
    path = _file(weights)
    if not path.is_file():
        return DirectionSet(weights, model)
    try:
        return replace(read(path), weights=weights)
    except BadInput:
        with suppress(OSError):
            os.replace(path, path.with_suffix(".damaged.json"))
        return DirectionSet(weights, model)


def save(directions: DirectionSet) -> None:
    """Keep them in the person's folder. Raises DiskFull or OutputError."""
    path = _file(directions.weights)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise sentence(error, path) from error
    write(directions, path)


def write(directions: DirectionSet, path: Path) -> None:
    """To a `.json` or `.safetensors` file, whole or not at all. Raises UsageError, DiskFull or OutputError."""
    suffix = path.suffix.lower()
    if suffix not in (".json", ".safetensors"):
        raise UsageError(_("“{name}” should end in .json or .safetensors.").format(name=shown(path.name)))
    data = _safetensors(directions) if suffix == ".safetensors" else _text(directions).encode()
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with open(partial, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        raise sentence(error, path) from error


def read(path: Path) -> DirectionSet:
    """From a shared file. Raises BadInput in a sentence."""
    name = shown(path.name)
    try:
        if path.stat().st_size > _LARGEST:
            raise BadInput(_("“{name}” is too large for directions.").format(name=name))
        data = path.read_bytes()
    except OSError as error:
        raise BadInput(_("“{name}” cannot be read: {why}.").format(name=name, why=error.strerror)) from error
    try:
        if path.suffix.lower() == ".safetensors":
            return _of_safetensors(data)
        return _of_json(json.loads(data.decode("utf-8-sig")))
    except UsageError as error:
        said = _("“{name}” cannot be used. {why}").format(name=name, why=error.message)
        raise BadInput(said, error.hint) from error
    except (ValueError, RecursionError, KeyError) as error:
        said = _("“{name}” holds no directions of GANStudio, or it is damaged.").format(name=name)
        raise BadInput(said) from error


def _file(weights: str) -> Path:
    if not re.fullmatch(r"[0-9a-f]{8,64}", weights):
        raise ValueError(f"{weights!r} is no SHA-256")
    return paths.home() / "directions" / f"{weights}.json"


def _head(directions: DirectionSet) -> dict[str, Any]:
    return {"format": FORMAT, "version": VERSION, "weights": directions.weights, "model": directions.model}


def _text(directions: DirectionSet) -> str:
    items = [one.to_json() for one in directions.items]
    return json.dumps(_head(directions) | {"directions": items}, ensure_ascii=False, indent=1)


def _of_json(data: Any) -> DirectionSet:
    if not isinstance(data, dict) or data.get("format") != FORMAT or not isinstance(data.get("directions"), list):
        raise ValueError
    version = data.get("version")
    if isinstance(version, bool) or not isinstance(version, int):
        raise ValueError
    if version > VERSION:
        raise UsageError("It comes from a newer version of the program.", "Update this one.")
    items = tuple(map(Direction.from_json, data["directions"]))
    return DirectionSet(str(data.get("weights", "")), str(data.get("model", "")), items)


def _safetensors(directions: DirectionSet) -> bytes:
    """Each direction a tensor under its id; what else is known of it in the header."""
    from safetensors.numpy import save as packed

    about = [{k: v for k, v in one.to_json().items() if k != "vector"} for one in directions.items]
    head = json.dumps(_head(directions) | {"directions": about}, ensure_ascii=False)
    return packed({one.id: one.array for one in directions.items}, {_KEY: head})


def _of_safetensors(data: bytes) -> DirectionSet:
    from safetensors import SafetensorError
    from safetensors.numpy import load as unpacked

    try:
        size = int.from_bytes(data[:8], "little")
        head = json.loads(json.loads(data[8 : 8 + size])["__metadata__"][_KEY])
        tensors = unpacked(data)
    except (SafetensorError, TypeError) as error:
        raise ValueError from error
    if not isinstance(head, dict) or not isinstance(head.get("directions"), list):
        raise ValueError
    items = []
    for about in head["directions"]:
        vector = np.asarray(tensors[about["id"]], dtype=np.float32).ravel()
        items.append(Direction.of("x", "x", vector, "own").to_json() | about)
    return _of_json(head | {"directions": items})
