"""Directions: found by name, filled into a Latent, learnt from picks, kept in files that others may damage."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ganstudio.core.errors import BadInput, DiskFull, OutputError, UsageError
from ganstudio.core.latent import Latent, Push, direction_files, learning
from ganstudio.core.latent.directions import Direction, DirectionSet

SHA = "ab" * 32
WARM = Direction.of("warm", "Warm light", np.linspace(-1, 1, 8), "picks", first=2, last=5, low=-2.0, high=4.0)
SIZE = Direction.of("sefa-1", "SeFa 1", np.ones(8), "sefa")
BOTH = DirectionSet(SHA, "paintings", (WARM, SIZE))


def test_found_by_id_and_by_name_whatever_the_case() -> None:
    assert BOTH.find("WARM light") is WARM and BOTH.find("sefa-1") is SIZE
    with pytest.raises(UsageError, match=r"no direction “warm lihgt”. Did you mean Warm light\?"):
        BOTH.find("warm lihgt")
    with pytest.raises(UsageError, match="The model has none yet"):
        DirectionSet(SHA).find("x")


def test_a_latent_that_names_a_direction_gets_its_numbers_and_layers() -> None:
    own = Push("sefa 1", 1.0, 3, 4)
    filled = BOTH.filled(Latent(pushes=(Push("warm light", 1.5), own)))
    assert filled.pushes == (Push("Warm light", 1.5, 2, 5, WARM.vector), Push("SeFa 1", 1.0, 3, 4, SIZE.vector))
    assert BOTH.filled(filled) is filled


def test_renaming_keeps_the_id_and_refuses_a_name_that_is_taken() -> None:
    renamed = BOTH.renamed("SeFa 1", "Size")
    assert renamed.find("size").id == "sefa-1" == renamed.joined([SIZE]).find("size").id
    assert len(renamed.joined([SIZE]).items) == 2
    with pytest.raises(UsageError, match="already"):
        BOTH.renamed("SeFa 1", "warm LIGHT")
    for wrong in ("", " ", "a=b", "a,b", "a@b", "x" * 200, "a\nb"):
        with pytest.raises(UsageError):
            BOTH.renamed("SeFa 1", wrong)


def test_adding_gives_a_free_name_and_replaces_the_same_id() -> None:
    twice = BOTH.adding(replace(WARM, id="other"))
    assert [one.name for one in twice.items] == ["Warm light", "SeFa 1", "Warm light 2"]
    assert BOTH.adding(replace(WARM, name="Cold")).items[0].name == "Cold"
    assert BOTH.free_id("Warm!") == "warm-2" and BOTH.free_id("日本") == "direction"
    assert BOTH.without("warm").items == (SIZE,)
    assert BOTH.in_layers("warm", 0, None).find("warm").last is None


@pytest.mark.parametrize("suffix", [".json", ".safetensors"])
def test_files_both_ways(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"shared{suffix}"
    direction_files.write(BOTH, path)
    assert direction_files.read(path) == BOTH
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_kept_for_a_model_and_put_aside_when_damaged(own_home: Path) -> None:
    assert direction_files.load(SHA, "paintings") == DirectionSet(SHA, "paintings")
    direction_files.save(BOTH)
    assert direction_files.load(SHA) == BOTH
    path = own_home / "directions" / f"{SHA}.json"
    path.write_text(path.read_text("utf-8")[:-40], "utf-8")
    assert direction_files.load(SHA, "paintings").items == ()
    assert path.with_suffix(".damaged.json").is_file() and not path.exists()
    direction_files.save(BOTH)
    assert direction_files.load(SHA) == BOTH


def changed(**about: object) -> str:
    data = {
        "format": "ganstudio-directions", "version": 1, "weights": SHA, "model": "m",
        "directions": [WARM.to_json() | about],
    }  # fmt: skip
    return json.dumps(data)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no directions"),
        ("[]", "holds no directions"),
        ('{"format": "ganstudio-directions", "version": 9, "directions": []}', "newer version"),
        ('{"format": "ganstudio-directions", "directions": []}', "holds no directions"),
        ('{"format": "ganstudio-directions", "version": 1, "directions": [{}]}', "no name"),
        (changed(vector="AAA"), "damaged"),
        (changed(vector="AADAfw=="), "damaged"),  # not a number
        (changed(vector=""), "damaged"),
        (changed(first=-1), "backwards"),
        (changed(first=5, last=2), "backwards"),
        (changed(first="x"), "no numbers"),
        (changed(low=3, high=3), "backwards"),
        (changed(low=float("nan")), "not a number"),
        (changed(origin="magic"), "does not say"),
        (changed(name="a=b"), "Leave out"),
        ("[" * 100_000, "holds no directions"),
    ],
)
def test_a_wrong_file_is_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "d.json"
    path.write_text(text, "utf-8")
    with pytest.raises(BadInput) as refused:
        direction_files.read(path)
    assert said in str(refused.value) and "d.json" in str(refused.value)


def test_other_files_are_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "d.safetensors"
    direction_files.write(BOTH, path)
    whole = path.read_bytes()
    for cut in (0, 4, 100, len(whole) - 3):
        path.write_bytes(whole[:cut])
        with pytest.raises(BadInput, match=r"d\.safetensors"):
            direction_files.read(path)
    with pytest.raises(BadInput, match="cannot be read"):
        direction_files.read(tmp_path / "none.json")
    with pytest.raises(UsageError, match=r"end in \.json"):
        direction_files.write(BOTH, tmp_path / "d.txt")
    with pytest.raises(OutputError) as refused:
        direction_files.write(BOTH, tmp_path / "no" / "d.json")
    assert not isinstance(refused.value, DiskFull)


def test_a_fit_finds_the_way_that_tells_picks_apart() -> None:
    rng = np.random.default_rng(1)
    way = rng.standard_normal(64)
    way /= np.linalg.norm(way)
    sample = rng.standard_normal((500, 64)) * 0.5
    picks = sample[:200]
    ups, downs = picks[picks @ way > 0.3], picks[picks @ way < -0.3]
    found = learning.fit(ups[:12], downs[:8], sample)
    # Twenty picks in 64 dimensions cannot tell it wholly: far more than by chance (0.125), less than 1.
    assert found @ way / np.linalg.norm(found) > 0.5
    assert np.isclose(np.linalg.norm(found), 0.5, rtol=0.15)  # one σ of the sample
    more = learning.fit(ups, downs, sample)
    assert more @ way / np.linalg.norm(more) > 0.85


def test_a_fit_counts_both_sides_the_same_and_takes_layers() -> None:
    up, down = np.full((1, 3, 4), 2.0, np.float32), np.zeros((5, 3, 4), np.float32)
    found = learning.fit(up, down)
    assert found.shape == (4,) and np.allclose(found / found[0], 1.0) and found[0] > 0


@pytest.mark.parametrize(
    ("ups", "downs", "said"),
    [
        (np.zeros((0, 4)), np.ones((1, 4)), "both sides"),
        (np.ones((2, 4)), np.ones((3, 4)), "are the same"),
        (np.ones((2, 4)), np.ones((3, 5)), "different models"),
    ],
)
def test_a_fit_of_nothing_is_a_sentence(ups: np.ndarray, downs: np.ndarray, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        learning.fit(ups, downs)
