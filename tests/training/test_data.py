"""Which pictures train, which are held out, and how crops are drawn."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganstudio.core.errors import BadInput
from ganstudio.measures.resize import imresize
from ganstudio.training import data, plans

ALLOWED = plans.OPEN_LICENCES


@pytest.mark.parametrize(
    ("licence", "may"),
    [
        ("CC BY-SA 4.0", True),
        ("CC BY 4.0 / CC BY-SA 3.0-4.0 / CC0 (debian/copyright)", True),
        ("CC0", True),
        ("public domain (as stated there)", True),
        ("Unsplash Licence (as stated there)", False),
        ("Unsplash photos (README there calls them public domain; older Unsplash = CC0)", False),
        ("Pexels Licence (README there)", False),
        ("CC BY-NC 4.0", False),
        ("CC BY-NC-SA 4.0", False),
        ("CC BY-ND 2.0", False),
        ("", False),
    ],
)
def test_only_open_licences_train(licence: str, may: bool) -> None:
    assert data.may_train(licence, ALLOWED) is may


def _save(folder: Path, name: str, side: int = 96, seed: int = 0) -> None:
    rng = np.random.default_rng(seed)
    Image.fromarray(rng.integers(0, 256, (side, side, 3), dtype=np.uint8)).save(folder / name)


def test_the_table_of_sources_decides(tmp_path: Path) -> None:
    for name in ("a.png", "b.png", "c.png"):
        _save(tmp_path, name)
    (tmp_path / "notes.txt").write_text("not a picture")
    assert [p.name for p in data.find_pictures(tmp_path, ALLOWED)] == ["a.png", "b.png", "c.png"]
    rows = "file\twidth\theight\tsource\tlicence\na.png\t96\t96\tx\tCC0\nb.png\t96\t96\tx\tPexels Licence\n"
    (tmp_path / "SOURCES.tsv").write_text(rows)
    assert [p.name for p in data.find_pictures(tmp_path, ALLOWED)] == ["a.png"]


def test_the_shared_photographs(shared_data: Path) -> None:
    found = data.find_pictures(shared_data / "photos", ALLOWED)
    assert len(found) == 229
    assert sum(data.held_out(p.name, plans.load("photo-x2").hold_out) for p in found) == 20


def test_no_folder_no_pictures_or_a_broken_one_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no folder"):
        data.find_pictures(tmp_path / "none", ALLOWED)
    with pytest.raises(BadInput, match="No picture"):
        data.find_pictures(tmp_path, ALLOWED)
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    with pytest.raises(BadInput, match=r"broken\.png"):
        data.read(tmp_path / "broken.png")


PLAN = replace(plans.load("fidelity-x2"), patch=8, final_patch=12, refresh=1)


def _photographs(degradation: str = "clean") -> data.Photographs:
    rng = np.random.default_rng(3)
    coarse = [rng.integers(0, 256, (8, 9, 3), dtype=np.uint8) for _ in range(3)]
    high = [np.asarray(imresize(picture, 8.0), np.uint8) for picture in coarse]
    photographs = data.Photographs(replace(PLAN, degradation=degradation), high)
    photographs.prepare(0)
    return photographs


def test_crops_lie_on_the_grid_of_the_scale() -> None:
    """Away from borders, reducing the high crop gives the low crop: they are the same place, turned alike."""
    low, high = _photographs().batch(5, 6, 12)
    assert low.shape == (6, 12, 12, 3) and high.shape == (6, 24, 24, 3)
    for given, truth in zip(low, high, strict=True):
        again = np.asarray(imresize(truth, 0.5), dtype=np.int16)
        assert np.abs(again - given)[4:-4, 4:-4].max() <= 2


def test_a_batch_depends_on_the_step_alone() -> None:
    one, two = _photographs("mild"), _photographs("mild")
    ahead = [one.batch(step, 4, 8) for step in range(9)]
    two.prepare(7)
    for step in (7, 8):
        for a, b in zip(two.batch(step, 4, 8), ahead[step], strict=True):
            assert np.array_equal(a, b)
    assert not np.array_equal(ahead[0][0], ahead[1][0])


def test_pictures_smaller_than_a_crop_are_left_out_or_refused() -> None:
    small = np.zeros((20, 90, 3), np.uint8)
    with pytest.raises(BadInput, match="at least 24 pixels"):
        data.Photographs(PLAN, [small])


def test_busy_beats_flat() -> None:
    rng = np.random.default_rng(0)
    assert data.busyness(rng.integers(0, 256, (16, 16, 3), dtype=np.uint8)) > 50
    assert data.busyness(np.full((16, 16, 3), 90, np.uint8)) == 0.0
