"""Project files: what is saved comes back, on any machine; what is damaged, newer or hostile is a sentence."""

from __future__ import annotations

import json
import platform
import random
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from ganstudio.core import document as doc
from ganstudio.core.document import Pool, State
from ganstudio.core.document.project import open_project, save
from ganstudio.core.errors import BadInput, Cancelled, OutputError
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Metadata
from tests.core.document.acting import act, actions, start
from tests.core.document.making import document, facts, noise, tiles, whole


def opened(path: Path) -> State:
    return open_project(path, Pool(), Progress())


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "a.ganstudio"
    save(document(Pool()), path, Progress())
    return path


def rewritten(path: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """The project with its manifest changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(parts["manifest.json"])
    change(manifest)
    parts["manifest.json"] = json.dumps(manifest).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1000), actions)
def test_any_document_comes_back(
    tmp_path_factory: pytest.TempPathFactory, seed: int, doing: list[tuple[str, int]]
) -> None:
    state = start(seed)
    for kind, number in doing:
        edit = act(state, kind, number)
        state = state if edit is None else edit.state
    path = tmp_path_factory.mktemp("project") / "a.ganstudio"
    save(state, path, Progress())
    assert facts(opened(path)) == facts(state)


def test_everything_that_travels_with_the_pixels(tmp_path: Path) -> None:
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[271] = "Camera"
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"/>'
    meta = Metadata(icc, exif.tobytes().removeprefix(b"Exif\0\0"), xmp, (300.0, 72.0))
    state = replace(document(Pool()), meta=meta)
    recipe = {"format": "ganstudio-recipe", "steps": [{"tool": "upscale", "params": {"scale": 2.0}}], "n": None}
    pixels = tiles(state.pool, noise(4, 4, 2, 16))
    made = doc.add(state, pixels, "Größer ✓ \n", made_by=recipe, source_type="algorithmicallyEnhanced")
    state = doc.set_locked(made.state, made.state.layers[-1].id, True).state
    progress = Progress()
    save(state, tmp_path / "a.ganstudio", progress)
    assert progress.snapshot().done == progress.snapshot().total > 0
    again = opened(tmp_path / "a.ganstudio")
    assert again.layers[-1].made_by == recipe
    assert again.meta.exif is not None
    assert b"Camera" in again.meta.exif
    assert facts(replace(again, meta=state.meta)) == facts(state)
    assert (again.meta.icc, again.meta.xmp, again.meta.dpi) == (icc, xmp, (300.0, 72.0))


def test_it_is_a_plain_zip_of_plain_pictures(saved: Path, tmp_path: Path) -> None:
    state = document(Pool())
    with zipfile.ZipFile(saved) as archive:
        assert archive.namelist()[0] == "mimetype"
        assert archive.testzip() is None
        with archive.open("layers/1.png") as entry:
            np.testing.assert_array_equal(np.asarray(Image.open(entry)), whole(state.layers[1].pixels))
        with archive.open("preview.png") as entry:
            np.testing.assert_array_equal(np.asarray(Image.open(entry)), doc.composite(state, state.rect))
    save(document(Pool()), tmp_path / "b.ganstudio", Progress())
    assert (tmp_path / "b.ganstudio").read_bytes() == saved.read_bytes()


def test_it_names_no_folder_machine_or_person(tmp_path: Path) -> None:
    folder = tmp_path / "somebody" / "album"
    folder.mkdir(parents=True)
    state = document(Pool())
    links = (folder / "trip" / "a.jpg", tmp_path / "somebody" / "other.jpg", Path("/else/b.jpg"))
    for number, link in enumerate(links):
        state = state.with_layer(replace(state.layers[number], link=str(link)))
    save(state, folder / "p.ganstudio", Progress())
    content = (folder / "p.ganstudio").read_bytes()
    for word in ("somebody", str(tmp_path), platform.node(), "else", "other.jpg"):
        assert word.encode() not in content
    assert b"trip/a.jpg" in content
    moved = tmp_path / "moved"
    folder.rename(moved)
    assert [layer.link for layer in opened(moved / "p.ganstudio").layers] == [str(moved / "trip" / "a.jpg"), "", ""]


def test_links_that_lead_elsewhere_are_dropped(saved: Path) -> None:
    for link in ("../../etc/passwd", "/etc/passwd", "C:\\x.jpg", "a/../../b", "//host/x", "~:x"):
        rewritten(saved, lambda m, link=link: m["layers"][0].update(original=link))
        assert opened(saved).layers[0].link == ""


def test_a_file_of_that_name_stays(saved: Path) -> None:
    before = saved.read_bytes()
    with pytest.raises(OutputError, match="already exists"):
        save(document(Pool(), 9, 20), saved, Progress())
    assert saved.read_bytes() == before
    save(document(Pool(), 9, 20), saved, Progress(), overwrite=True)
    assert opened(saved).width == 9
    assert stat.S_ISREG(saved.stat().st_mode)


@pytest.fixture
def small_files() -> Iterator[None]:
    """This process may write no file larger than 20 KB."""
    limits = pytest.importorskip("resource")
    soft, hard = limits.getrlimit(limits.RLIMIT_FSIZE)
    limits.setrlimit(limits.RLIMIT_FSIZE, (20_000, hard))
    yield
    limits.setrlimit(limits.RLIMIT_FSIZE, (soft, hard))


def test_what_cannot_be_written_leaves_the_old_file(tmp_path: Path, saved: Path, small_files: None) -> None:
    before = saved.read_bytes()
    with pytest.raises(OutputError, match="larger than this disk"):
        save(document(Pool(), 300, 200), saved, Progress(), overwrite=True)
    stopped = Progress()
    stopped.stop()
    with pytest.raises(Cancelled):
        save(document(Pool()), saved, stopped, overwrite=True)
    assert saved.read_bytes() == before
    assert list(tmp_path.iterdir()) == [saved]
    with pytest.raises(OutputError, match="is not there"):
        save(document(Pool()), tmp_path / "gone" / "a.ganstudio", Progress())


def test_opening_can_be_stopped(saved: Path) -> None:
    stopped = Progress()
    stopped.stop()
    with pytest.raises(Cancelled):
        open_project(saved, Pool(), stopped)


def test_every_cut_and_flipped_byte_is_noticed(saved: Path) -> None:
    """Also at places that no checksum of the ZIP covers: nothing but BadInput, or the very same document."""
    whole_file, want = saved.read_bytes(), facts(document(Pool()))
    for cut in range(0, len(whole_file), 97):
        saved.write_bytes(whole_file[:cut])
        with pytest.raises(BadInput, match=r"a\.ganstudio"):
            opened(saved)
    for at in [*range(0, len(whole_file), 101), *range(len(whole_file) - 700, len(whole_file))]:
        damaged = bytearray(whole_file)
        damaged[at] ^= 1 << at % 8
        saved.write_bytes(damaged)
        try:
            assert facts(opened(saved)) == want
        except BadInput:
            continue


def first(**changes: object) -> Callable[[dict[str, Any]], object]:
    return lambda manifest: manifest["layers"][0].update(changes)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda m: m.update(version=3), "newer version of GANStudio; update"),
        (lambda m: m.update(version="1"), "“version”"),
        (lambda m: m.update(format="other"), "no project of GANStudio"),
        (lambda m: m.update(width=0), "“width”"),
        (lambda m: m.update(width=10**6, height=10**6), "too large"),
        (lambda m: m.update(width=True), "“width”"),
        (lambda m: m.update(dpi=[1, float("inf")]), "resolution"),
        (lambda m: m.update(dpi=3), "resolution"),
        (lambda m: m.pop("layers"), "“layers”"),
        (lambda m: m.update(layers=[3]), "not described"),
        (lambda m: m.update(layers=m["layers"] * 4000), "12,000 layers"),
        (lambda m: m["layers"].append(m["layers"][0]), "same id"),
        (lambda m: m.update(records=[]), "“records”"),
        (lambda m: m.update(records={"icc": "../x"}), "names a part"),
        (lambda m: m.update(records={"icc": "nowhere"}), "“nowhere”"),
        (first(width=10**6, height=4000), "“layers/0.png”"),
        (first(height=31), "“layers/0.png”"),
        (first(channels=4), "“layers/0.png”"),
        (first(depth=16), "“layers/0.png”"),
        (first(depth=12), "12 bits"),
        (first(channels=5), "“channels”"),
        (first(opacity=2), "opacity"),
        (first(opacity=float("nan")), "opacity"),
        (first(x=1.5), "“x”"),
        (first(x=10**30), "“x”"),
        (first(visible="yes"), "“visible”"),
        (first(made_by=[1]), "what made a layer"),
        (first(id=""), "no id"),
        (first(pixels="layers/9.png"), "“layers/9.png”"),
        (first(pixels="/etc/passwd"), "names a part"),
        (first(pixels=None), "names a part"),
        (first(pixels="manifest.json"), "“manifest.json”"),
        (first(mask="layers/0.png"), "“layers/0.png”"),
    ],
)
def test_a_manifest_that_cannot_be(saved: Path, change: Callable[[dict[str, Any]], object], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        opened(rewritten(saved, change))


def png(width: int, height: int, data: bytes) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def with_pixels(path: Path, data: bytes) -> Path:
    """The project with other pixel data in its lowest layer."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["layers/0.png"] = png(40, 30, data)
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return path


def test_bombs_and_other_files(saved: Path, tmp_path: Path) -> None:
    bomb = zlib.compress(bytes(1 << 28), 9)
    with pytest.raises(BadInput, match=r"layers/0\.png"):  # more rows than it states
        opened(with_pixels(saved, bomb))
    with zipfile.ZipFile(saved) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    with pytest.raises(BadInput, match="stored plainly"):
        opened(saved)
    with zipfile.ZipFile(saved, "w") as archive:
        archive.writestr("manifest.json", b"[" * 100_000)
    with pytest.raises(BadInput, match="list of layers cannot be read"):
        opened(saved)
    with zipfile.ZipFile(saved, "w") as archive:
        archive.writestr("manifest.json", bytes(17 << 20))
    with pytest.raises(BadInput, match="manifest"):
        opened(saved)
    with zipfile.ZipFile(saved, "w") as archive:
        archive.writestr("other.txt", b"")
    with pytest.raises(BadInput, match="is no project of GANStudio"):
        opened(saved)
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 65535, 65535, 1 << 30, 0, 0)
    saved.write_bytes(bytes(1000) + end)
    with pytest.raises(BadInput, match="list of parts is too large"):
        opened(saved)
    for content in (b"", b"PK\5\6", random.Random(7).randbytes(5000)):
        saved.write_bytes(content)
        with pytest.raises(BadInput, match="no project"):
            opened(saved)
    with pytest.raises(BadInput, match="does not exist"):
        opened(tmp_path / "gone.ganstudio")
    with pytest.raises(BadInput, match="is not a file"):
        opened(tmp_path)


def test_a_broken_profile_is_left_out_with_a_note(tmp_path: Path) -> None:
    state = replace(document(Pool()), meta=Metadata(icc=b"no profile", exif=b"no exif"))
    save(state, tmp_path / "a.ganstudio", Progress())
    meta = opened(tmp_path / "a.ganstudio").meta
    assert (meta.icc, meta.exif) == (None, None)
    assert len(meta.notes) == 2
