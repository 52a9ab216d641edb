"""What will be written is known before anything is computed: the table of *keep*, limits, notes, options."""

from __future__ import annotations

import json

import numpy as np
import pytest

from ganstudio.core import discovery
from ganstudio.core.codecs import OutputPlan, SaveOptions, keep, open_raster, plan_output, readers, write, writers
from ganstudio.core.codecs.planning import formats
from ganstudio.core.errors import OutputError, UsageError
from ganstudio.core.progress import Progress
from ganstudio.core.raster import Header, Metadata, Picture


def plan(header: Header, options: SaveOptions | None = None, size: tuple[int, int] = (100, 80)) -> OutputPlan:
    return plan_output(header, Metadata(), *size, options or SaveOptions())


def test_the_table_says_something_for_every_format_that_is_read():
    assert set(discovery.discover(readers)) == set(keep.TABLE) - {""}
    assert {row.format for row in keep.TABLE.values()} <= set(discovery.discover(writers))


@pytest.mark.parametrize(
    ("header", "format_id", "quality", "chroma"),
    [
        (Header(9, 9, format="png"), "png", None, "4:4:4"),
        (Header(9, 9, depth=16, format="png"), "png", None, "4:4:4"),
        (Header(9, 9, format="tiff"), "tiff", None, "4:4:4"),
        (Header(9, 9, format="bmp"), "png", None, "4:4:4"),
        (Header(9, 9, format="gif"), "png", None, "4:4:4"),
        (Header(9, 9), "png", None, "4:4:4"),
        (Header(9, 9, format="jpeg", lossless=False, quality=75, chroma="4:2:0"), "jpg", 92, "4:2:0"),
        (Header(9, 9, format="jpeg", lossless=False, quality=97, chroma="4:2:2"), "jpg", 97, "4:2:2"),
        (Header(9, 9, format="jpeg", lossless=False, quality=97, chroma="4:1:1"), "jpg", 97, "4:2:2"),
        (Header(9, 9, 1, format="jpeg", lossless=False, quality=97), "jpg", 97, "4:4:4"),
        (Header(9, 9, format="webp", lossless=False, quality=80), "webp", 90, "4:4:4"),
        (Header(9, 9, format="webp"), "webp", None, "4:4:4"),
        (Header(9, 9, format="avif", lossless=False), "avif", 80, "4:2:0"),
        (Header(9, 9, format="heif", lossless=False), "jpg", 95, "4:4:4"),
        (Header(9, 9, 4, format="heif", lossless=False), "png", None, "4:4:4"),
    ],
)
def test_keep(header, format_id, quality, chroma):
    made = plan(header)
    assert (made.format, made.quality, made.chroma) == (format_id, quality, chroma)
    assert made.extension in made.suffixes


def test_what_keep_cannot_keep_is_said():
    assert any("HEIC" in note for note in plan(Header(9, 9, format="heif", lossless=False)).notes)
    assert any("GIF" in note for note in plan(Header(9, 9, format="gif")).notes)
    assert plan(Header(9, 9, format="png")).notes == ()
    assert plan(Header(9, 9, format="heif", lossless=False), SaveOptions(format="png")).notes == ()
    for format_id, lost in (("jpg", False), ("png", True), ("webp", True)):
        meta, options = Metadata(gain_map=b"map"), SaveOptions(format=format_id)
        notes = plan_output(Header(9, 9, format="jpeg"), meta, 18, 18, options).notes
        assert any("gain map" in note for note in notes) == lost


def test_a_named_quality_wins():
    source = Header(9, 9, format="jpeg", lossless=False, quality=97, chroma="4:4:4")
    assert plan(source, SaveOptions(quality=60)).quality == 60
    assert plan(Header(9, 9, format="webp"), SaveOptions(quality=60)).quality == 60
    assert plan(Header(9, 9, format="png"), SaveOptions(format="jpg", quality=60)).chroma == "4:2:0"


@pytest.mark.parametrize(
    ("format_id", "fits", "too_large", "others"),
    [
        ("jpg", (65_500, 1), (65_501, 1), "PNG, TIFF"),
        ("webp", (16_383, 16_383), (16_384, 10), "AVIF, JPEG, PNG, TIFF"),
        ("avif", (32_768, 8_192), (32_769, 10), "JPEG, PNG, TIFF"),
        ("avif", (16_384, 16_384), (20_000, 16_384), "JPEG, PNG, TIFF"),
        ("png", (2**31 - 1, 1), (2**31, 1), "Choose a smaller size"),
    ],
)
def test_limits_name_the_formats_that_fit(format_id, fits, too_large, others):
    options = SaveOptions(format=format_id)
    plan(Header(9, 9), options, fits)
    with pytest.raises(OutputError) as caught:
        plan(Header(9, 9), options, too_large)
    assert others in str(caught.value)


def test_the_limit_of_webp_is_libwebps(tmp_path):
    pixels = np.zeros((3, 16_383, 3), np.uint8)
    write(Picture.of(pixels), tmp_path / "a.webp", SaveOptions(format="webp"), Progress())
    raster = open_raster(tmp_path / "a.webp")
    assert raster.header.width == 16_383
    raster.close()


@pytest.mark.parametrize("format_id", ["png", "jpg", "tiff"])
def test_a_side_at_the_limit_of_jpeg(tmp_path, format_id):
    """Long strips both ways: many small bands, more than 65,535 MCUs in all."""
    for shape in ((65_500, 9, 3), (9, 65_500, 3)):
        pixels = np.full(shape, 77, np.uint8)
        target = tmp_path / f"{shape[0]}.{format_id}"
        write(Picture.of(pixels), target, SaveOptions(format=format_id), Progress())
        raster = open_raster(target)
        assert (raster.header.height, raster.header.width) == shape[:2]
        raster.close()


def test_whole_pictures_in_memory_are_said():
    assert any("memory" in note for note in plan(Header(9, 9), SaveOptions(format="avif"), (10_000, 8_000)).notes)
    assert plan(Header(9, 9), SaveOptions(format="png"), (100_000, 80_000)).notes == ()


@pytest.mark.parametrize("format_id", [one.id for one in formats()])
def test_the_estimate_is_of_the_right_size(tmp_path, format_id):
    y, x = np.mgrid[0:600, 0:800]
    noise = np.random.default_rng(2).normal(0, 2, (600, 800, 3))
    pixels = (128 + 80 * np.sin(np.hypot(x - 300, y - 200) / 30)[..., None] + noise).clip(0, 255).astype(np.uint8)
    done = write(Picture.of(pixels), tmp_path / "a", SaveOptions(format=format_id), Progress())
    estimate = plan(Picture.of(pixels).header, SaveOptions(format=format_id), (800, 600)).estimated_bytes
    assert done.bytes / 4 < estimate < done.bytes * 4


def test_options_go_through_json():
    options = SaveOptions(format="jpg", quality=88, alpha_background="#AABBCC", ai_mark=False)
    assert options.alpha_background == "#aabbcc"
    assert SaveOptions.from_json(json.loads(json.dumps(options.to_json()))) == options
    with pytest.raises(UsageError, match="Background"):
        SaveOptions(alpha_background="red-ish")
    with pytest.raises(UsageError, match="Quality"):
        SaveOptions(quality=0)
