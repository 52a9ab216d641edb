"""Small pictures of a slow model make way for what is looked at, and all come in the end."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from ganstudio.core.latent import Latent, Weighted
from ganstudio.jobs.remote import exploring
from ganstudio.jobs.remote.exploring import Explorer
from ganstudio.jobs.remote.generators import Explored, Pictured, Render, ThumbDone, Thumbs
from ganstudio.jobs.remote.messages import Options
from ganstudio.jobs.remote.works import Works
from tests.runtime.generator_files import generator_file, tiny_style

COUNT = 40


def test_a_slider_does_not_wait_for_strips(tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exploring, "SLOW_S", 0.0)  # as if it were a large network
    model = str(generator_file(tmp_path / "large.safetensors", tiny_style(side=128)))
    heard: list[Explored] = []
    changed = threading.Condition()

    def tell(one: Explored) -> None:
        with changed:
            heard.append(one)
            changed.notify_all()

    def count(kind: type[Explored]) -> int:
        return sum(isinstance(one, kind) for one in heard)

    works = Works(Options(device="cpu", threads=1), lambda news: None)
    explorer = Explorer(lambda: works, tell)
    latents = tuple(Latent(model=model, seeds=(Weighted(str(seed)),)) for seed in range(COUNT))
    try:
        explorer.take(Thumbs("strips", 1, latents, 128))
        for number in range(2, 6):
            with changed:
                assert changed.wait_for(lambda number=number: count(ThumbDone) >= number, 60)
            explorer.take(Render("stage", number, latents[number], early=False))
            with changed:
                assert changed.wait_for(lambda number=number: count(Pictured) >= number - 1, 60)
                assert count(ThumbDone) < COUNT
        with changed:
            assert changed.wait_for(lambda: count(ThumbDone) >= COUNT, 60)
    finally:
        explorer.close()
    indices = [one.index for one in heard if isinstance(one, ThumbDone)]
    assert sorted(indices) == list(range(COUNT))
