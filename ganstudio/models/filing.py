"""Where Cards are kept, how model files are named, and their hashes. Torch-free.

A Card lies in the header of a safetensors file, or for any other file as `cards/SHA256.json` in the person's folder.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import struct
import tempfile
from pathlib import Path
from typing import Any

from ganstudio.core import paths
from ganstudio.core.errors import BadModel
from ganstudio.core.text import _
from ganstudio.models.cards import HEADER_KEY, Card

TRAINING = ".train"  # NAME.train.safetensors, both networks of a GAN, lies beside NAME.safetensors
_HEADER_LENGTH = struct.Struct("<Q")


def main_file(path: Path) -> Path:
    """The file itself, or of a `.param`/`.bin` pair the `.param`. Raises BadModel when there is no such file."""
    if path.suffix.lower() == ".bin" and os.path.isfile(path.with_suffix(".param")):
        path = path.with_suffix(".param")
    if os.path.isdir(path):
        raise BadModel(_("{path} is a folder, not a model file.").format(path=path))
    if not os.path.exists(path):
        raise BadModel(_("There is no model file {path}.").format(path=path))
    return path


def parts(path: Path) -> list[Path]:
    """The files a model consists of: one, or a `.param` and its `.bin`."""
    twin = path.with_suffix(".bin")
    return [path, twin] if path.suffix.lower() == ".param" and twin.is_file() else [path]


def training_file(path: Path) -> Path:
    """The file with both networks that belongs to a generator's file; itself where it is one."""
    return path if path.stem.endswith(TRAINING) else path.with_name(f"{path.stem}{TRAINING}.safetensors")


def name_of(path: Path) -> str:
    """The name people type: the file's stem in lower case, blanks as hyphens."""
    return re.sub(r"\s+", "-", path.stem.strip()).lower() or "model"


def header_card(path: Path) -> Card | None:
    """The Card in a safetensors header; None for other files and for headers without one. BadModel when damaged."""
    with path.open("rb") as file:
        if file.read(9)[8:] != b"{":
            return None
    from ganstudio.models import readers

    card = readers.read(path).metadata.get(HEADER_KEY)
    return None if card is None else Card.from_json(card)


def write_header_card(path: Path, card: Card) -> None:
    """Put a Card into the header of a safetensors file; the weights stay bit for bit. BadModel for other files."""
    whole = path.read_bytes()
    length = _HEADER_LENGTH.unpack_from(whole)[0] if len(whole) > _HEADER_LENGTH.size else 0
    begin = _HEADER_LENGTH.size + length
    if header_card(path) is None or begin > len(whole):
        raise BadModel(_("{file} has no Card in a safetensors header.").format(file=path.name))
    header = json.loads(whole[_HEADER_LENGTH.size : begin])
    header["__metadata__"][HEADER_KEY] = card.to_json()
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)  # the numbers begin at a multiple of 8
    write_whole(path, _HEADER_LENGTH.pack(len(text)) + text + whole[begin:])


def cards_folder() -> Path:
    return paths.home() / "cards"


def filed_card(sha256: str) -> Card | None:
    file = cards_folder() / f"{sha256}.json"
    return Card.from_json(file.read_text("utf-8")) if file.is_file() else None


def file_card(sha256: str, card: Card) -> None:
    write_whole(cards_folder() / f"{sha256}.json", card.to_json().encode())


def forget_card(sha256: str) -> None:
    (cards_folder() / f"{sha256}.json").unlink(missing_ok=True)


def write_whole(target: Path, content: bytes) -> None:
    """Write a small file so that it appears whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(temporary, 0o644)
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def file_sha256(path: Path) -> str:
    """Of the file's bytes (of a pair: the `.param`, then the `.bin`); remembered by path, size and time of change."""
    files = parts(path)
    stats = [file.stat() for file in files]
    stamp = [[str(file.resolve()), stat.st_size, stat.st_mtime_ns] for file, stat in zip(files, stats, strict=True)]
    memo = paths.cache() / "model_hashes.json"
    known = _read_memo(memo)
    key = json.dumps(stamp)
    if key not in known:
        digest = hashlib.sha256()
        for file in files:
            _feed(digest, file)
        # Files that are gone are forgotten, so that the memo stays small.
        known = {old: sha for old, sha in known.items() if all(Path(p).exists() for p, _, _ in json.loads(old))}
        known[key] = digest.hexdigest()
        try:
            write_whole(memo, json.dumps(known).encode())
        except OSError as error:  # a full or read-only disk: the hash is right all the same
            logging.getLogger(__name__).warning("the hash of %s is not remembered: %s", path.name, error)
    return known[key]


def _feed(digest: Any, file: Path) -> None:
    with file.open("rb") as opened:
        while chunk := opened.read(1 << 20):
            digest.update(chunk)


def _read_memo(memo: Path) -> dict[str, str]:
    try:
        known = json.loads(memo.read_text("utf-8"))
    except (OSError, ValueError):  # absent or damaged: it can be made again
        return {}
    return known if isinstance(known, dict) else {}
