"""The geometry of tiles, for any size, halo and period."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from ganstudio.runtime.tiles import Grid, Span, Tile, grid, halves, up, window_for

sizes = st.one_of(st.integers(1, 80), st.integers(1, 3000))
multiples = st.sampled_from([1, 2, 3, 4, 6, 8, 16])


@st.composite
def grids(draw: st.DrawFn) -> tuple[Grid, int, int]:
    width, height = draw(sizes), draw(sizes)
    window = (draw(st.integers(1, 600)), draw(st.integers(1, 600)))
    made = grid(
        width, height, window=window, halo=draw(st.integers(0, 70)), multiple=draw(multiples),
        minimum=draw(st.sampled_from([1, 5, 16])),
    )  # fmt: skip
    return made, width, height


def _check_axis(spans: tuple[Span, ...], length: int, made: Grid) -> None:
    assert spans[0].keep == 0
    assert spans[-1].keep_stop == length
    assert all(a.keep_stop == b.keep for a, b in itertools.pairwise(spans))
    for span in spans:
        assert 0 <= span.start <= span.keep < span.keep_stop <= span.stop <= length
        assert span.start % made.multiple == 0
        assert span.start == 0 or span.keep - span.start >= made.halo
        assert span.stop == length or span.stop - span.keep_stop >= made.halo
        assert span.size == spans[0].size


@given(grids())
def test_every_pixel_is_kept_once_with_its_surroundings(case: tuple[Grid, int, int]) -> None:
    made, width, height = case
    assert made.width >= width
    assert made.width % made.multiple == 0
    assert made.height >= height
    assert made.height % made.multiple == 0
    assert made.width - width < made.multiple or made.width <= up(16, made.multiple)
    _check_axis(made.rows, made.height, made)
    _check_axis(made.columns, made.width, made)


@given(grids(), st.integers(0, 1000), st.integers(0, 1000), st.integers(1, 6))
def test_halves_cover_the_same_with_the_same_surroundings(
    case: tuple[Grid, int, int], row: int, column: int, times: int
) -> None:
    made, _, _ = case
    tile = Tile(made.rows[row % len(made.rows)], made.columns[column % len(made.columns)])
    for _ in range(times):
        parts = halves(tile, made)
        if parts is None:
            break
        first, second = parts
        along_rows = first.columns == tile.columns
        a, b, whole = (t.rows if along_rows else t.columns for t in (first, second, tile))
        length = made.height if along_rows else made.width
        assert (a.keep, b.keep_stop) == (whole.keep, whole.keep_stop)
        assert a.keep_stop == b.keep
        for part in (a, b):
            assert whole.start <= part.start
            assert part.stop <= whole.stop
            assert part.start % made.multiple == 0
            assert part.size % made.multiple == 0
            assert part.start == 0 or part.keep - part.start >= made.halo
            assert part.stop == length or part.stop - part.keep_stop >= made.halo
        tile = first


@given(sizes, sizes, st.integers(0, 100), st.integers(1, 2000), st.integers(1, 16))
def test_the_window_asked_for_fits_the_picture(width: int, height: int, halo: int, side: int, workers: int) -> None:
    down, across = window_for(
        width, height, halo, side=side, workers=workers, row_bytes=width * 12, row_budget=64 << 20
    )
    assert 1 <= across <= width
    assert down >= 1


def test_windows_are_of_equal_size_and_waste_little() -> None:
    made = grid(4000, 3000, window=(256, 256), halo=16)
    height, width = made.shape
    assert width <= 256
    assert height <= 256
    computed = len(made.rows) * len(made.columns) * width * height
    assert computed < 4000 * 3000 * 1.35


def test_a_small_picture_is_shared_by_the_workers() -> None:
    for halo, tiles in [(10, 2), (100, 1)]:  # not where the halo would cost more than a second worker brings
        window = window_for(400, 300, halo, side=500, workers=2, row_bytes=2400, row_budget=1 << 26)
        made = grid(400, 300, window=window, halo=halo)
        assert len(made.rows) * len(made.columns) == tiles


def test_a_very_wide_picture_gets_low_bands() -> None:
    row_bytes = 60_000 * 4 * 3 * 4
    down, _ = window_for(60_000, 9000, 10, side=700, workers=2, row_bytes=row_bytes, row_budget=96 << 20)
    assert (down - 20) * row_bytes <= max(96 << 20, 64 * row_bytes)
