"""A Session survives the disk; a damaged file is put aside, one of a later version is refused, both in a sentence."""

from __future__ import annotations

import json
import os
import random
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ganstudio.core.errors import BadInput, OutputError
from ganstudio.core.latent import Latent, Point, Push, Weighted
from ganstudio.core.latent.directions import Direction
from ganstudio.core.latent.session import MOST_LITTERS, MOST_STEPS, Family, Favourite, Litter, Pad, Session, Step
from ganstudio.core.latent.session_file import Newer, from_lines, read, restore, to_lines, write
from ganstudio.core.latent.thumbs import SIDE, pixels_of, thumbnail
from ganstudio.core.latent.walk import walk_of

VECTOR = np.linspace(-1, 1, 64, dtype=np.float32)
HERE = Latent(pushes=(Push("warm light", 1.5, 2, 5, VECTOR.tobytes()),))
CHILDREN = tuple(replace(HERE, point=Point.of(np.stack([VECTOR + n, VECTOR - n]))) for n in range(9))


def picture(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 255, (200, 160, 3), dtype=np.uint8)


def full() -> Session:
    session = Session(
        walk=walk_of([HERE, CHILDREN[0]], 3.0, path="straight"),
        directions=(Direction.of("mine", "Mine", VECTOR, "picks"),),
        weights="ab",
        pad=Pad(CHILDREN[:4], 0.25, 1.0),
    )
    for number in range(5):
        latent = replace(HERE, seeds=(Weighted(str(number)),))
        session = session.stepped(Step(latent, f"Seed {number}", thumbnail(picture(number))))
    session = session.jumped(2).kept(Favourite(HERE, "Haystack, 京都", thumbnail(picture()), "f1"))
    first = Litter((HERE,), CHILDREN, None, (2, 4), 0.35, frozenset({"coarse"}), 7)
    family = Family().bred(first.with_thumb(3, thumbnail(picture(3)))).bred(Litter(CHILDREN[:2], CHILDREN, 0))
    return replace(session, family=family)


def test_all_of_it_comes_back(tmp_path: Path) -> None:
    write(full(), tmp_path / "a.ganstudio-session")
    assert read(tmp_path / "a.ganstudio-session") == full()
    assert os.listdir(tmp_path) == ["a.ganstudio-session"], "nothing half-written is left"


def test_the_same_numbers_are_stored_once() -> None:
    small = sum(map(len, to_lines(full())))
    many = full()
    for number in range(200):
        many = many.stepped(Step(replace(HERE, psi=number / 200)))
    assert sum(map(len, to_lines(many))) < small + 200 * 700


def test_thumbnails_are_small_and_close_to_the_picture() -> None:
    smooth = np.linspace(0, 255, 200 * 160 * 3).reshape(200, 160, 3).astype(np.uint8)
    thumb = thumbnail(smooth)
    assert len(thumb) < 3000
    again = pixels_of(thumb)
    assert again.shape == (SIDE, round(160 * SIDE / 200), 3)
    assert abs(float(again.mean()) - float(smooth.mean())) < 3
    assert pixels_of(thumbnail(smooth[..., :1])).shape == again.shape
    with pytest.raises(BadInput):
        pixels_of(b"RIFF no picture")


def test_steps_go_back_and_forth_and_branch() -> None:
    session = full()
    assert session.latent is not None and session.latent.seeds[0].word == "2"
    on = session.stepped(Step(HERE, "new"))
    assert [one.words for one in on.steps] == ["Seed 0", "Seed 1", "Seed 2", "new"] and on.at == 3
    drag = on.stepped(Step(HERE, "drag"), instead=True)
    assert [one.words for one in drag.steps][-2:] == ["Seed 2", "drag"]
    for bad in (-1, 5):
        with pytest.raises(IndexError):
            session.jumped(bad)
    for number in range(MOST_STEPS + 10):
        session = session.stepped(Step(HERE, str(number)))
    assert len(session.steps) == MOST_STEPS and session.steps[-1].words == str(MOST_STEPS + 9)


def test_favourites_are_named_moved_dropped() -> None:
    session = Session()
    for name in "abc":
        session = session.kept(Favourite(HERE, name, b"", name))
    assert [one.name for one in session.renamed("b", "B").moved("c", 0).favourites] == ["c", "a", "B"]
    assert [one.name for one in session.dropped(["a", "nobody"]).favourites] == ["b", "c"]
    assert session.moved("nobody", 0) == session and session.favourite("x") is None


def test_the_family_keeps_every_branch() -> None:
    family = Family()
    for parent in (None, 0, 1, 0):
        family = family.bred(Litter((HERE,), CHILDREN, parent))
    assert [family.generation(n) for n in range(4)] == [1, 2, 3, 2]
    assert family.branches(0) == (1, 3) and family.at == 3
    back = family.looking_at(1)
    assert back.now == family.litters[1] and len(back.litters) == 4
    with pytest.raises(IndexError):
        family.looking_at(4)


def test_a_very_large_family_loses_its_oldest_ends_first() -> None:
    family = Family().bred(Litter((HERE,), CHILDREN[:1], None, seed=0))
    family = family.bred(Litter((HERE,), CHILDREN[:1], 0, seed=1))  # an end at once
    for seed in range(2, MOST_LITTERS + 2):
        parent = 0 if seed == 2 else len(family.litters) - 1
        family = family.bred(Litter((HERE,), CHILDREN[:1], parent, seed=seed))
    assert len(family.litters) == MOST_LITTERS and family.at == MOST_LITTERS - 1
    seeds = [one.seed for one in family.litters]
    assert seeds == list(range(2, MOST_LITTERS + 2)), "the end, then the oldest of the one long line"
    assert [one.parent for one in family.litters] == [None, *range(MOST_LITTERS - 1)]
    assert family.generation(family.at or 0) == MOST_LITTERS


def test_a_newer_file_is_refused_and_kept(tmp_path: Path) -> None:
    place = tmp_path / "explore.ganstudio-session"
    write(full(), place)
    lines = place.read_text("utf-8").splitlines()
    place.write_text("\n".join([json.dumps({**json.loads(lines[0]), "version": 99}), *lines[1:]]), "utf-8")
    with pytest.raises(Newer, match=r"“explore.ganstudio-session” comes from a newer version of the program. Update"):
        read(place)
    session, said = restore(place)
    assert session == Session() and "Explore begins anew" in said and not place.exists()
    assert (tmp_path / "explore.newer.ganstudio-session").exists()


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\xff\xfe\x00", b"null\n", b'{"format": "ganstudio-session"}', b"[" * 100_000,
     b'{"format": "ganstudio-session", "version": true}', b'{"format": "ganstudio-session", "version": 1}'],
)  # fmt: skip
def test_what_is_no_session_is_put_aside(tmp_path: Path, content: bytes) -> None:
    place = tmp_path / "explore.ganstudio-session"
    place.write_bytes(content)
    with pytest.raises(BadInput):
        read(place)
    session, said = restore(place)
    assert session == Session() and "kept as explore.damaged.ganstudio-session" in said
    assert (tmp_path / "explore.damaged.ganstudio-session").read_bytes() == content
    assert restore(place) == (Session(), "")


def test_damage_anywhere_gives_the_session_or_a_sentence(tmp_path: Path) -> None:
    """Random damage never comes out as another kind of error, and a file cut short never as a smaller Session."""
    place = tmp_path / "s.ganstudio-session"
    write(full(), place)
    whole, dice = place.read_bytes(), random.Random(1)
    for _number in range(150):
        damaged = bytearray(whole)
        if dice.random() < 0.5:
            del damaged[dice.randrange(len(damaged) - 1) :]
            with pytest.raises(BadInput):
                read(_written(place, bytes(damaged)))
            continue
        for _one in range(dice.randrange(1, 6)):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        with suppress(BadInput):
            read(_written(place, bytes(damaged)))


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("at", 99), ("at", "1"), ("litter", 2), ("litter", -1), ("walk", []), ("weights", 3), ("pad", {"corners": []})],
)
def test_impossible_places_are_damage(name: str, wrong: object) -> None:
    lines = list(to_lines(full()))
    place = next(n for n, line in enumerate(lines) if line.startswith('{"rest"'))
    rest = json.loads(lines[place])["rest"]
    lines[place] = json.dumps({"rest": {**rest, name: wrong}})
    with pytest.raises(BadInput, match="The session is damaged"):
        from_lines(lines)


def test_a_full_or_missing_folder_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="The session cannot be saved in"):
        write(full(), tmp_path / "gone" / "a.ganstudio-session")
    with pytest.raises(BadInput, match="is not there"):
        read(tmp_path / "none.ganstudio-session")
