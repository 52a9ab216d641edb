"""Latent: a value with one text form and one JSON form, and sentences for what is none."""

from __future__ import annotations

import json

import numpy as np
import pytest

from ganstudio.core.errors import UsageError
from ganstudio.core.latent import Latent, Mix, Point, Push, Weighted

VECTOR = np.linspace(-1, 1, 8, dtype=np.float32)
FULL = Latent(
    model="paintings",
    seeds=(Weighted("3", 0.7), Weighted("5", 0.3)),
    classes=(Weighted("monet"),),
    psi=0.5,
    cutoff=4,
    noise="17",
    pushes=(Push("warm light", 1.5, 2, 5, VECTOR.tobytes()), Push("size", -2.0)),
    mix=Mix(88, 8, None),
    point=Point.of(np.stack([VECTOR, VECTOR * 2])),
    weights="ab" * 32,
)


def test_json_both_ways() -> None:
    assert Latent.from_json(json.loads(json.dumps(FULL.to_json()))) == FULL
    assert np.array_equal(FULL.pushes[0].array, VECTOR)
    assert FULL.point is not None and FULL.point.array.shape == (2, 8)


def test_text_both_ways() -> None:
    for one in Latent.parameters():
        value = getattr(FULL, one.name)
        if one.name != "pushes":  # a name in the terminal; its vector comes from the model's directions
            assert one.kind.parse(one.kind.text(value)) == value
    pushes = {one.name: one for one in Latent.parameters()}["pushes"].kind
    assert [(p.name, p.amount, p.first, p.last) for p in pushes.parse(pushes.text(FULL.pushes))] == [
        ("warm light", 1.5, 2, 5),
        ("size", -2.0, 0, None),
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("seeds", "-1"),
        ("seeds", "4294967296"),
        ("seeds", "one"),
        ("seeds", "3:nan"),
        ("seeds", "3:0"),
        ("classes", "monet:x"),
        ("pushes", "warm"),
        ("pushes", "warm=far"),
        ("pushes", "warm=1e9"),
        ("pushes", "warm=1@5-2"),
        ("pushes", "=1"),
        ("mix", "88"),
        ("mix", "88:x"),
        ("noise", "loud"),
        ("point", "2:###"),
        ("point", "3:" + "AAAA"),
    ],
)
def test_what_is_none_gets_a_sentence(name: str, text: str) -> None:
    kind = {one.name: one for one in Latent.parameters()}[name].kind
    with pytest.raises(UsageError) as caught:
        kind.parse(text)
    assert caught.value.message.endswith((".", "…"))


def test_numbers_that_are_none_are_refused() -> None:
    data = FULL.to_json()
    data["point"] = Point.of(np.full((2, 4), np.nan, np.float32)).layers.__str__() + ":AADAfwAAwH8="
    with pytest.raises(UsageError):
        Latent.from_json(data)
