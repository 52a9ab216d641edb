"""Presets: named Plans, one JSON file each in this folder, with the goal they are for. Nothing here needs torch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ganstudio.core.errors import UsageError
from ganstudio.core.names import shown
from ganstudio.training.plan import Plan

FOLDER = Path(__file__).parent
VERSION = 1


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def of_goal(goal: str) -> list[str]:
    """The presets for one goal."""
    return [name for name in names() if _data(FOLDER / f"{name}.json")["goal"] == goal]


def load(name: str) -> Plan:
    """The Plan of that name from this folder, or from a path that ends in .json. UsageError when there is none."""
    path = Path(name) if name.endswith(".json") else FOLDER / f"{name}.json"
    if not path.is_file():
        raise UsageError(f"There is no preset called {shown(name)}.", f"Known: {', '.join(names())}.")
    return from_data(_data(path), shown(path.name))


def from_data(data: Any, where: str = "The Plan") -> Plan:
    """A Plan from its JSON object: `goal`, `version` and its fields. UsageError naming what is wrong."""
    if not isinstance(data, dict):
        raise UsageError(f"{where} is not a JSON object.")
    version = data.get("version")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise UsageError(f"The version of {where} is no whole number.")
    if version > VERSION:
        raise UsageError(f"{where} comes from a newer version of the program.", "Update this one.")
    values = {key: value for key, value in data.items() if key not in ("goal", "version")}
    return from_fields(values, str(data.get("goal")), where)


def from_fields(values: Any, goal: str, where: str) -> Plan:
    """A Plan of a goal from its fields alone."""
    from ganstudio.training.goal import goal as find

    try:
        return find(goal).plan.from_json(values)
    except UsageError as error:
        raise UsageError(f"{where}: {error.message}", error.hint) from error


def to_text(plan: Plan) -> str:
    """A Plan as the text of a preset's file."""
    data = {"goal": plan.GOAL, "version": VERSION, **plan.to_json()}
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def _data(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise UsageError(f"{shown(path.name)} is not valid JSON: {error}.") from error
