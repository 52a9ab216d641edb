"""The EXIF editor: exact on what it edits, everything else at its offset, hostile bytes harmless."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from ganstudio.core import exif, ifd
from tests.core.codecs.making import exif as made


def read(data: bytes | None) -> Image.Exif:
    assert data is not None
    tags = Image.Exif()
    tags.load(b"Exif\0\0" + data)
    return tags


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("orientation", [None, 1, 6, 8])
def test_upright(order: str, orientation: int | None) -> None:
    data = made(orientation, order=order, thumbnail=b"\xff\xd8 a thumbnail \xff\xd9")
    assert exif.orientation(data) == (orientation or 1)
    edited = exif.upright(data)
    assert edited is not None
    assert exif.orientation(edited) == 1
    assert b"a thumbnail" not in edited
    assert len(edited) < len(data)
    assert edited.index(b"maker note") == data.index(b"maker note")
    assert read(edited)[0x010F] == "Camera maker"
    assert exif.upright(edited) == edited


def test_a_thumbnail_in_the_middle_is_wiped_and_nothing_moves() -> None:
    data = made(6, thumbnail=b"a thumbnail")
    edited = exif.upright(data + b"a maker's own bytes behind everything")
    assert edited is not None
    assert b"a thumbnail" not in edited
    assert edited.endswith(b"a maker's own bytes behind everything")


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("size", [(4000, 3000), (100_000, 80_000)])
def test_sizes(order: str, size: tuple[int, int]) -> None:
    data = made(1, order=order)
    edited = exif.resized(data, *size)
    inner = read(edited).get_ifd(0x8769)
    assert (inner[0xA002], inner[0xA003]) == size
    assert read(edited)[0x0100] == size[0]
    assert edited is not None
    assert len(edited) == len(data)
    assert edited.index(b"maker note") == data.index(b"maker note")


@pytest.mark.parametrize("order", ["<", ">"])
def test_gps_goes_without_a_trace(order: str) -> None:
    data = made(6, order=order, gps=True)
    assert exif.has_gps(data)
    place = struct.pack(order + "II", 52, 1)
    assert place in data
    edited = exif.without_gps(data)
    assert edited is not None
    assert not exif.has_gps(edited)
    assert place not in edited
    assert edited.index(b"maker note") == data.index(b"maker note")
    assert read(edited)[0x010F] == "Camera maker"
    assert read(edited).get_ifd(0x8769)[0xA002] == 64
    assert exif.without_gps(made(1)) == made(1)


def test_resolution() -> None:
    tags = Image.Exif()
    tags[282], tags[283], tags[296] = 300.0, 150.0, 2
    data = tags.tobytes()
    assert exif.resolution(data) == (300, 150)
    assert exif.resolution(exif.with_resolution(data, (72.5, 72.5))) == (72.5, 72.5)
    assert exif.resolution(made(1)) is None


@pytest.mark.parametrize("data", [None, b"", b"Exif\0\0", b"II*\0", b"MM\0*\0\0\0\x08\0\0", b"hello world, hello"])
def test_what_is_no_exif(data: bytes | None) -> None:
    assert exif.bare(data) is None
    assert exif.upright(data) is None
    assert exif.without_gps(data) is None
    assert exif.resized(data, 1, 1) is None
    assert exif.orientation(data) == 1
    assert exif.resolution(data) is None


def every_edit(data: bytes) -> None:
    exif.orientation(data)
    exif.resolution(data)
    for edited in (exif.upright(data), exif.resized(data, 70_000, 5), exif.without_gps(data),
                   exif.with_resolution(data, (300.0, 1e9))):  # fmt: skip
        assert edited is None or exif.bare(edited) is not None
    assert not exif.has_gps(exif.without_gps(data))
    assert exif.orientation(exif.upright(data)) == 1
    tiff = ifd.parse_bytes(data)
    if tiff is not None:
        for directory in tiff.directories():
            exif.gathered(tiff, directory)
            for entry in directory.entries.values():
                tiff.values(entry)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08", b"", b"II+\0\x08\0\0\0"]))
def test_random_bytes_never_raise(data: bytes, head: bytes) -> None:
    every_edit(head + data)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=30),
    st.sampled_from(["<", ">"]),
    st.integers(0, 2000),
)
def test_damaged_exif_never_raises(changes: list[tuple[int, int]], order: str, cut: int) -> None:
    data = bytearray(made(6, order=order, thumbnail=b"\xff\xd8 a thumbnail \xff\xd9", gps=True))
    for at, value in changes:
        data[at % len(data)] = value
    every_edit(bytes(data[: max(8, len(data) - cut % len(data))] if cut % 3 == 0 else data))
