"""Plans: JSON in, the same JSON out; mistakes are sentences; no torch needed."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ganstudio.core.errors import UsageError
from ganstudio.training import plans


@pytest.mark.parametrize("name", plans.names())
def test_every_plan_reads_and_round_trips(name: str) -> None:
    plan = plans.load(name)
    assert plan.name == name
    assert plans.from_json(plan.to_json()) == plan
    assert plan.start_from == "" or plan.start_from in plans.names()
    assert plan.summary.endswith(".") and plan.title and plan.group


def test_the_fingerprint_sees_every_change() -> None:
    plan = plans.load("photo-x2")
    data = json.loads(plan.to_json())
    data["lr"] = 1e-4
    assert plans.from_json(json.dumps(data)).fingerprint() != plan.fingerprint()
    assert replace(plan, purpose="Another word for it").fingerprint() == plan.fingerprint()


def test_mistakes_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="photo-x2"):
        plans.load("foto")
    with pytest.raises(UsageError, match="not valid JSON"):
        plans.from_json("{")
    with pytest.raises(UsageError, match="colour"):
        plans.from_json('{"name": "a", "colour": 1}')
    with pytest.raises(UsageError, match="lacks"):
        plans.from_json('{"name": "a"}')
    with pytest.raises(UsageError, match="not a JSON object"):
        plans.from_json("[]")


def test_plans_need_no_torch() -> None:
    code = "import sys, ganstudio.training.plans as p; p.load('photo-x2'); assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
