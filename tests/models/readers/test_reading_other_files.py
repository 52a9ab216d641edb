"""What else people offer as a model: each is named in one sentence."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from ganstudio.core.errors import BadModel
from ganstudio.models import readers
from ganstudio.models.readers.state_dict import state_dict


def _picture(form: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (20, 20), (10, 200, 30)).save(file, form)
    return file.getvalue()


def _tar() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        info = tarfile.TarInfo("pickle")
        info.size = 4
        archive.addfile(info, io.BytesIO(b"text"))
    return file.getvalue()


def _script() -> bytes:
    file = io.BytesIO()
    torch.jit.save(torch.jit.script(nn.ReLU()), file)
    return file.getvalue()


def _onnx() -> bytes:
    """ModelProto: ir_version 8, producer_name "pytorch", a graph of 3 bytes."""
    return b"\x08\x08" + b"\x12\x07pytorch" + b"\x3a\x03\x12\x01a" + b"\x42\x02\x10\x11"


def _damaged_zip() -> bytes:
    file = io.BytesIO()
    torch.save({"a": torch.randn(2000)}, file)
    return file.getvalue().decode("utf-8", "replace").encode()


def _zip(names: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in names.items():
            archive.writestr(name, content)
    return file.getvalue()


def _npy() -> bytes:
    file = io.BytesIO()
    np.save(file, np.arange(3))
    return file.getvalue()


FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "it is empty"),
    "zeros": (lambda: bytes(10_000), "only zeros"),
    "LFS pointer": (
        lambda: b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
        "Git LFS pointer",
    ),
    "web page": (lambda: b"\n<!DOCTYPE html><html><title>404</title>", "web page"),
    "web page with mark": (lambda: b"\xef\xbb\xbf<HTML lang=en>", "web page"),
    "answer of a server": (lambda: b'{"error": "Repository not found"}', "text file"),
    "text": (lambda: b"# a readme\n" * 20, "text file"),
    "PNG": (lambda: _picture("PNG"), r"picture \(PNG\)"),
    "JPEG": (lambda: _picture("JPEG"), r"picture \(JPEG\)"),
    "WebP": (lambda: _picture("WEBP"), r"picture \(WebP\)"),
    "TIFF": (lambda: _picture("TIFF"), r"picture \(TIFF\)"),
    "GIF": (lambda: _picture("GIF"), r"picture \(GIF\)"),
    "AVIF": (lambda: b"\0\0\0\x1cftypavif" + bytes(40), "AVIF"),
    "PDF": (lambda: b"%PDF-1.7\n\x80\x90", "PDF"),
    "tar": (_tar, "tar archive"),
    "gzip": (lambda: b"\x1f\x8b\x08\0" + bytes(20), "gzip"),
    "HDF5": (lambda: b"\x89HDF\r\n\x1a\n" + bytes(40), "Keras"),
    "TorchScript": (_script, "TorchScript"),
    "ONNX": (_onnx, "ONNX model, which cannot be opened yet"),
    "re-encoded": (lambda: b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.".decode("utf-8", "replace").encode(), "damaged"),
    "re-encoded zip": (_damaged_zip, "rewritten as text"),
    "zip of papers": (lambda: _zip({"readme.txt": b"hello"}), "zip archive without a torch model"),
    "zip of a model": (lambda: _zip({"models/net.pth": b"hello"}), "Unpack it"),
    "single array": (_npy, "single numpy array"),
    "binary ncnn param": (lambda: struct.pack("<I", 7767517) + bytes(30), r"text form \(\.param\)"),
    "ncnn weights alone": (lambda: struct.pack("<I", 0x01306B47) + bytes(30), r"one half of an ncnn model"),
    "program": (lambda: b"\x7fELF\2\1\1" + bytes(30), "program"),
    "noise": (lambda: np.random.default_rng(1).bytes(5000), "no kind of model file"),
    "two bytes": (lambda: b"\x07\xff", "no kind of model file"),
    "pickle of protocol 0": (lambda: b"(dp0\nS'a'\np1\nI1\ns.", "text file"),
}


@pytest.mark.filterwarnings("ignore:.*torch.jit:DeprecationWarning")
@pytest.mark.parametrize("case", FILES)
def test_what_is_no_model_is_named(tmp_path: Path, case: str) -> None:
    make, reason = FILES[case]
    path = tmp_path / "model.pth"
    path.write_bytes(make())
    with pytest.raises(BadModel, match=reason) as caught:
        readers.read(path)
    assert str(caught.value).startswith("model.pth cannot be opened as a model: ")


@pytest.mark.parametrize("suffix", ["pth", "pt", "ckpt", "pkl", "tar", "bin", "png", "pth.tar", "safetensor", ""])
def test_the_bytes_decide_and_not_the_suffix(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"model.{suffix}"
    torch.save({"w": torch.ones(2)}, path)
    assert readers.read(path).container == "torch-zip"
    torch.save({"w": torch.ones(2)}, path, _use_new_zipfile_serialization=False)
    assert readers.read(path).container == "torch-legacy"


def test_a_missing_file_a_folder_and_a_pipe(tmp_path: Path) -> None:
    with pytest.raises(BadModel, match=r"none\.pth cannot be opened as a model: there is no such file"):
        readers.read(tmp_path / "none.pth")
    with pytest.raises(BadModel, match="it is a folder"):
        readers.read(tmp_path)
    with pytest.raises(BadModel):
        readers.read(Path("a\0b"))
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.pth")
        with pytest.raises(BadModel, match="it is not a file"):
            readers.read(tmp_path / "pipe.pth")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file(tmp_path: Path) -> None:
    path = tmp_path / "model.pth"
    torch.save({}, path)
    path.chmod(0)
    with pytest.raises(BadModel, match="permission denied"):
        readers.read(path)


def test_a_file_without_weights_says_so(tmp_path: Path) -> None:
    torch.save({"epoch": 3, "names": ["a"]}, tmp_path / "model.pth")
    with pytest.raises(BadModel, match="holds no weights"):
        state_dict(readers.read(tmp_path / "model.pth"))


def test_describing_a_file_does_not_import_torch(tmp_path: Path) -> None:
    torch.save({"w": torch.ones(2)}, tmp_path / "model.pth")
    code = (
        "import sys, pathlib; from ganstudio.models import readers; from ganstudio.models.readers import state_dict;"
        f"state_dict.state_dict(readers.read(pathlib.Path({str(tmp_path / 'model.pth')!r})));"
        "sys.exit('torch' in sys.modules)"
    )
    root = Path(__file__).resolve().parents[3]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0
