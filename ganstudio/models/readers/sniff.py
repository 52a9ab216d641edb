"""Which container a file is, by its bytes and never by its suffix; and what else people offer as a model."""

from __future__ import annotations

import re
import struct

from ganstudio.core.text import N_, _
from ganstudio.models.readers import ncnn
from ganstudio.models.readers.torch_legacy import magic_length
from ganstudio.models.readers.torch_zip import PICKLE
from ganstudio.models.readers.unreadable import Unreadable
from ganstudio.models.readers.zip_index import ZipIndex

HEAD = 4096
_VERY_SHORT = 64

_REWRITTEN = b"\xef\xbf\xbd"  # the replacement character, U+FFFD
_PICTURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n", "PNG"),
    (0, b"\xff\xd8\xff", "JPEG"),
    (0, b"GIF8", "GIF"),
    (8, b"WEBP", "WebP"),
    (0, b"II*\0", "TIFF"),
    (0, b"MM\0*", "TIFF"),
)
_OTHERS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"version https://git-lfs", N_("it is only a Git LFS pointer: the real file was not downloaded. "
     "Fetch it with `git lfs pull` or from the model's page.")),
    (4, b"ftyp", N_("it is a video or an AVIF or HEIC picture, not a model.")),
    (0, b"%PDF", N_("it is a PDF document, not a model.")),
    (257, b"ustar", N_("it is a tar archive. Unpack it and open the model inside.")),
    (0, b"\x1f\x8b", N_("it is packed with gzip. Unpack it and open the model inside.")),
    (0, b"7z\xbc\xaf", N_("it is a 7z archive. Unpack it and open the model inside.")),
    (0, b"Rar!", N_("it is a RAR archive. Unpack it and open the model inside.")),
    (0, b"\x89HDF\r\n", N_("it is a Keras (HDF5) file, which cannot be opened. "
     "Look for a PyTorch or safetensors version of the model.")),
    (4, b"TFL3", N_("it is a TensorFlow Lite file, which cannot be opened. "
     "Look for a PyTorch or safetensors version of the model.")),
    (0, b"GGUF", N_("it is a GGUF language model, which works on text, not on pictures.")),
    (0, b"\x93NUMPY", N_("it is a single numpy array, not a model.")),
    (0, b"\xdd\x85\x76\x00", N_("it is a binary ncnn param file. Open the text form (.param) beside it.")),
    (0, b"MZ", N_("it is a Windows program, not a model.")),
    (0, b"\x7fELF", N_("it is a Linux program, not a model.")),
)  # fmt: skip


def container(data: memoryview, ncnn_param_beside: bool) -> str:
    """The id of the container: torch-zip, torch-legacy, pickle, safetensors, npz, ncnn-param, ncnn-bin.

    `ncnn_param_beside`: a file of the same name holds an ncnn graph (a `.bin` has no mark of its own).
    Raises `Unreadable` with what the file is when it is none of these.
    """
    head = bytes(data[:HEAD])
    if head.count(_REWRITTEN) >= 8 or head.startswith(_REWRITTEN):
        raise Unreadable(
            _(
                "it is damaged at its source: its bytes were rewritten as text (UTF-8), which cannot be undone. "
                "Look for another copy."
            )
        )
    if head.startswith(b"PK\x03\x04"):
        return "zip"
    if magic_length(head):
        return "torch-legacy"
    if head[:1] == b"\x80" and head[1:2] in (b"\2", b"\3", b"\4", b"\5"):
        return "pickle"
    if head.lstrip().startswith(ncnn.PARAM_MAGIC):
        return "ncnn-param"
    if _is_safetensors(head):
        return "safetensors"
    _refuse_known(head)
    if ncnn_param_beside or head[:4] in ncnn.BIN_MARKS:
        return "ncnn-bin"
    if _is_onnx(data):
        raise Unreadable(
            _("it is an ONNX model, which cannot be opened yet. Look for a PyTorch or safetensors version of it.")
        )
    if len(head) < _VERY_SHORT:
        raise Unreadable(_("it is no kind of model file that is known here. It may be the rest of a broken download."))
    raise Unreadable(_("it is no kind of model file that is known here."))


def zip_container(archive: ZipIndex) -> str:
    """torch-zip or npz, by the names inside; `Unreadable` for archives of other kinds."""
    names = archive.entries
    if any(name.endswith("/constants.pkl") for name in names) and any("/code/" in name for name in names):
        raise Unreadable(
            _(
                "it is a TorchScript archive: it carries program code, which is never run here. "
                "Look for the plain weights (.pth or .safetensors)."
            )
        )
    if any(name.endswith(f"/{PICKLE}") for name in names):
        return "torch-zip"
    if names and all(name.endswith(".npy") for name in names):
        return "npz"
    raise Unreadable(_("it is a zip archive without a torch model in it. Unpack it and open the model inside."))


def _refuse_known(head: bytes) -> None:
    for offset, magic, reason in _OTHERS:
        if head[offset : offset + len(magic)] == magic:
            raise Unreadable(_(reason))
    for offset, magic, kind in _PICTURES:
        if head[offset : offset + len(magic)] == magic:
            raise Unreadable(_("it is a picture ({kind}), not a model.").format(kind=kind))
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<?xml", b"<!--", b"<script")):
        raise Unreadable(_("it is a web page, saved instead of the model. Download it again from the model's page."))
    if not head.strip(b"\0"):
        raise Unreadable(_("it holds only zeros; the download or the disk failed. Download it again."))
    if _is_text(head):
        raise Unreadable(_("it is a text file, not a model. Download it again from the model's page."))


def _is_text(head: bytes) -> bool:
    return b"\0" not in head and re.search(rb"[\x01-\x08\x0e-\x1a\x80-\x9f\xfe\xff]", head) is None


def _is_safetensors(head: bytes) -> bool:
    return len(head) > 8 and head[8:9] == b"{" and struct.unpack_from("<Q", head)[0] < 2**48


def _is_onnx(data: memoryview) -> bool:
    """A protobuf ModelProto (onnx/onnx.proto): ir_version (field 1) first, then a graph (field 7) that fits."""
    position, seen = 0, set()
    while position < len(data) and len(seen) < 16:
        tag, position = _varint(data, position)
        field, wire = tag >> 3, tag & 7
        value, position = _varint(data, position)
        if not seen and (field != 1 or wire != 0 or not 1 <= value <= 64):
            return False
        seen.add(field)
        if wire == 2:
            if field == 7:
                return True
            position += value
        elif wire != 0:
            return False
    return False


def _varint(data: memoryview, position: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if position >= len(data):
            return 0, position
        byte = data[position]
        position += 1
        value |= (byte & 127) << shift
        if byte < 128:
            break
    return value, position
