"""The eight orientations, on arrays and on Rasters that are read by rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from ganstudio.core.orientation import INVERSE, turned, upright, upright_array, upright_xmp
from ganstudio.core.raster import ComputedRaster, Header, Metadata, Picture, read_whole


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 8), st.integers(1, 9), st.integers(1, 9), st.integers(1, 4))
def test_there_and_back(orientation: int, width: int, height: int, channels: int) -> None:
    picture = np.arange(width * height * channels, dtype=np.uint16).reshape(height, width, channels)
    there = upright_array(picture, orientation)
    assert np.array_equal(upright_array(there, INVERSE[orientation]), picture)
    header = turned(Header(width, height, channels, 16), orientation)
    assert there.shape == (header.height, header.width, channels)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_as_pillow_turns(orientation: int) -> None:
    picture = np.arange(5 * 7 * 3, dtype=np.uint8).reshape(5, 7, 3)
    image = Image.fromarray(picture)
    image.getexif()[0x0112] = orientation
    assert np.array_equal(upright_array(picture, orientation), np.asarray(ImageOps.exif_transpose(image)))


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 8), st.integers(1, 40), st.integers(1, 40), st.data())
def test_rasters_by_rows(orientation: int, width: int, height: int, data: st.DataObject) -> None:
    pixels = np.random.default_rng(width * 41 + height).integers(0, 256, (height, width, 3), np.uint8)
    closed: list[bool] = []
    source = Picture.of(pixels)
    by_rows = ComputedRaster(source.header, source.meta, source.rows, lambda: closed.append(True))
    meta = Metadata(notes=("kept",))
    raster = upright(by_rows, orientation, meta)
    wanted = upright_array(pixels, orientation)
    assert raster.meta is meta
    assert raster.header == turned(source.header, orientation)
    y0 = data.draw(st.integers(0, raster.header.height - 1))
    y1 = data.draw(st.integers(y0 + 1, raster.header.height))
    assert np.array_equal(raster.rows(y0, y1), wanted[y0:y1])
    assert np.array_equal(read_whole(raster).pixels, wanted)
    raster.close()
    assert closed


@pytest.mark.parametrize(
    ("packet", "wanted"),
    [
        (b'<x tiff:Orientation="6"/>', b'<x tiff:Orientation="1"/>'),
        (b"<tiff:Orientation> 8 </tiff:Orientation>", b"<tiff:Orientation> 1 </tiff:Orientation>"),
        (b'<x tiff:Orientation="1"/>\0', b'<x tiff:Orientation="1"/>'),
        (b"<x other:Orientation='6'/>", b"<x other:Orientation='6'/>"),
        (None, None),
        (b"", None),
    ],
)
def test_xmp(packet: bytes | None, wanted: bytes | None) -> None:
    assert upright_xmp(packet) == wanted
