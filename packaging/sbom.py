"""The software bill of materials: the list of licences as CycloneDX 1.6. The same build gives the same file."""

from __future__ import annotations

import json
import os
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import build_stamp

from ganstudio import __version__
from ganstudio.core.licences import Component, Listing

_KINDS = {"package": "library", "library": "library", "language": "platform", "models": "machine-learning-model"}
_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://github.com/ganstudio")


def bill(listing: Listing, stamp: dict[str, str]) -> dict[str, Any]:
    """The bill as JSON; `stamp` is the build's (build_stamp.stamp)."""
    version = f"{__version__}+{stamp['commit']}" if stamp["commit"] else __version__
    program = {"type": "application", "name": "GANStudio", "version": version, "bom-ref": "ganstudio"}
    parts = [_part(one) for one in listing.components]
    packages = [one["bom-ref"] for one, part in zip(parts, listing.components, strict=True) if not part.inside]
    within: dict[str, list[str]] = {}
    for one, part in zip(parts, listing.components, strict=True):
        if part.inside:
            within.setdefault(part.inside, []).append(one["bom-ref"])
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(_SPACE, json.dumps([version, parts], sort_keys=True))}",
        "version": 1,
        "metadata": {
            "timestamp": f"{_seconds(stamp):%Y-%m-%dT%H:%M:%SZ}",
            "component": program | {"licenses": [{"license": {"id": "Apache-2.0"}}]},
        },
        "components": parts,
        "dependencies": [
            {"ref": "ganstudio", "dependsOn": packages},
            *({"ref": f"package:{name}", "dependsOn": refs} for name, refs in sorted(within.items())),
        ],
    }


def _part(one: Component) -> dict[str, Any]:
    ref = f"package:{one.name}" if one.kind == "package" else f"{one.inside or 'program'}/{one.name}"
    part: dict[str, Any] = {"type": _KINDS.get(one.kind, "data"), "bom-ref": ref, "name": one.name}
    if one.version:
        part["version"] = one.version
    part["licenses"] = _licences(one.licence)
    if one.kind == "package":
        part["purl"] = f"pkg:pypi/{one.name}@{one.version.replace('+', '%2B')}"
    if one.home.startswith("http"):
        part["externalReferences"] = [{"type": "website", "url": one.home}]
    if one.note:
        part["description"] = one.note
    return part


def _licences(expression: str) -> list[dict[str, Any]]:
    """An SPDX expression where it is one; what SPDX has no name for by its own name."""
    if expression in ("public-domain", "Intel-Simplified") or "Intel-Simplified" in expression:
        return [{"license": {"name": expression}}]
    return [{"expression": expression}]


def _seconds(stamp: dict[str, str]) -> datetime:
    if epoch := os.environ.get("SOURCE_DATE_EPOCH"):
        return datetime.fromtimestamp(int(epoch), UTC)
    return datetime.fromisoformat(stamp["date"]).replace(tzinfo=UTC)


def write(listing: Listing, path: Path) -> None:
    stamp = build_stamp.stamp(Path(__file__).resolve().parents[1])
    path.write_text(json.dumps(bill(listing, stamp), ensure_ascii=False, indent=1) + "\n", "utf-8")
