"""Plans and presets: JSON in, the same JSON out; flags for every field; mistakes are sentences; no torch needed."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ganstudio.core.errors import UsageError
from ganstudio.training import plans
from ganstudio.training.goal import all_goals


@pytest.mark.parametrize("name", plans.names())
def test_every_preset_reads_and_round_trips(name: str) -> None:
    plan = plans.load(name)
    assert plan.name == name and name in plans.of_goal(plan.GOAL)
    assert plans.from_data(json.loads(plans.to_text(plan))) == plan
    assert plan.start_from == "" or plan.start_from in plans.names()
    assert plan.summary.endswith(".") and plan.title
    assert len(plan.purpose) <= 42


@pytest.mark.parametrize("name", list(all_goals()))
def test_every_goal_has_its_usual_preset_and_says_what_it_is(name: str) -> None:
    one = all_goals()[name]
    assert one.id == name == one.plan.GOAL and one.preset in plans.of_goal(one.id)
    assert one.summary and one.example.startswith(f"ganstudio train {name} ")
    for parameter in one.plan.parameters():
        assert parameter.label and parameter.help and parameter.group in ("", "advanced")


def test_the_fingerprint_sees_what_matters() -> None:
    plan = plans.load("photo-x2")
    assert replace(plan, lr=1e-4).fingerprint() != plan.fingerprint()
    assert replace(plan, purpose="Another word for it", patience=5).fingerprint() == plan.fingerprint()
    assert replace(plan, batch=8, seed=2).differences(plan) == ["Batch was 16 and is 8", "Seed was 1 and is 2"]
    assert plan.differences(plans.load("restore-x1")) == ["the goal was restorer and is upscaler"]


def test_mistakes_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="photo-x2"):
        plans.load("foto")
    (tmp_path / "my.json").write_text("{")
    with pytest.raises(UsageError, match=r"my\.json is not valid JSON"):
        plans.load(str(tmp_path / "my.json"))
    for data, sentence in [
        ([], "not a JSON object"),
        ({"goal": "upscaler"}, "no whole number"),
        ({"goal": "upscaler", "version": 99}, "newer version"),
        ({"goal": "sorcerer", "version": 1}, "no goal “sorcerer”"),
        ({"goal": "upscaler", "version": 1, "colour": 1}, "colour"),
        ({"goal": "upscaler", "version": 1, "batch": 0}, "Batch: 0 is outside"),
        ({"goal": "upscaler", "version": 1, "network": "vgg"}, "Network"),
    ]:
        with pytest.raises(UsageError, match=sentence):
            plans.from_data(data)


def test_what_is_shown_before_a_training_needs_no_torch() -> None:
    code = (
        "import sys; from ganstudio.training import plans, run, sitting, planning, standing; "
        "from ganstudio.training.goal import all_goals; all_goals(); [plans.load(n) for n in plans.names()]; "
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
