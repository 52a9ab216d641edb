"""Walk: a timeline of Latents, as a value. Where it is at a time, `core.latent.course` knows."""

from __future__ import annotations

import json
import math
import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ganstudio.core.errors import UsageError, UserError
from ganstudio.core.latent.easing import LINEAR, Curve, CurveKind, Easing, EasingKind
from ganstudio.core.latent.kinds import Pushes
from ganstudio.core.latent.latent import Latent
from ganstudio.core.latent.parts import Push
from ganstudio.core.params import Choice, Number, Switch

FORMAT, FORMAT_VERSION, SUFFIX = "ganstudio-walk", 1, ".ganstudio-walk"
PATHS = ("smooth", "straight", "spherical")
PACES = ("time", "eye")
USUAL_SECONDS = 2.0
MOST_KEYS, MOST_SECONDS = 1000, 3600.0
_PSI, _AMOUNT = CurveKind(-1.0, 2.0), CurveKind(-100.0, 100.0)
_SECONDS = Number(0.0, MOST_SECONDS)


@dataclass(frozen=True)
class Key:
    """A keyframe: where, and how long and in which manner it goes from there to the next."""

    latent: Latent
    seconds: float = USUAL_SECONDS
    easing: Easing = LINEAR


@dataclass(frozen=True)
class Track:
    """How far along a direction at which time: `push` says which and in what layers (its amount is not read)."""

    push: Push
    amount: Curve


@dataclass(frozen=True)
class Walk:
    """Keyframes and the way between them.

    `loop`: from the last it goes on to the first. `path`: "smooth" turns no corner at the keyframes, "straight" goes
    straight, "spherical" turns about the mean so that none of the strength is lost between. `pace`: "time" gives each
    keyframe the seconds it says, "eye" shares out the same time so that the pictures change evenly. `still`: the noise
    of the first keyframe all along; else it is drawn anew for each frame. `psi` and `tracks` go by the time of the
    film, in place of the keyframes' own ψ, and on top of their directions.
    """

    keys: tuple[Key, ...] = ()
    loop: bool = True
    path: str = "smooth"
    pace: str = "time"
    still: bool = True
    psi: Curve | None = None
    tracks: tuple[Track, ...] = ()
    name: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        Choice(PATHS).check(self.path)
        Choice(PACES).check(self.pace)
        if len(self.keys) > MOST_KEYS:
            raise UsageError(f"A walk has at most {MOST_KEYS:,} keyframes, not {len(self.keys):,}.")
        for key in self.keys:
            _SECONDS.check(key.seconds)
        if self.psi is not None:
            _PSI.check(self.psi)
        for track in self.tracks:
            _AMOUNT.check(track.amount)

    @property
    def segments(self) -> int:
        """Ways from one keyframe to another."""
        return len(self.keys) if self.loop else max(len(self.keys) - 1, 0)

    @property
    def seconds(self) -> float:
        """How long it is; the last keyframe's seconds count only where it loops."""
        return math.fsum(key.seconds for key in self.keys[: self.segments])

    @property
    def model(self) -> str:
        return self.keys[0].latent.model if self.keys else ""

    def times(self, fps: float) -> list[float]:
        """When its frames are. In a loop the last is one step before the first, else the last keyframe is the last."""
        count = max(round(self.seconds * fps), 1 if self.loop else 2)
        steps = count if self.loop else count - 1
        return [self.seconds * index / steps for index in range(count)]

    def lasting(self, seconds: float) -> Walk:
        """The same walk faster or slower, so that all of it takes `seconds`."""
        whole = self.seconds
        if whole <= 0:
            each = seconds / max(self.segments, 1)
            return replace(self, keys=tuple(replace(key, seconds=each) for key in self.keys))
        return replace(self, keys=tuple(replace(key, seconds=key.seconds * seconds / whole) for key in self.keys))

    def check(self) -> None:
        """Raise UsageError, in a sentence, where it cannot be walked."""
        if len(self.keys) < 2:
            have = "has only one" if self.keys else "has none"
            raise UsageError(f"A walk needs at least two keyframes; this one {have}.", "Add where it shall go.")
        if not 0 < self.seconds <= MOST_SECONDS:
            raise UsageError(f"A walk takes more than nothing and at most {MOST_SECONDS:g} seconds.")
        for index, key in enumerate(self.keys[1:], 2):
            self._check_same(index, key.latent)

    def _check_same(self, index: int, latent: Latent) -> None:
        first = self.keys[0].latent
        both = bool(latent.weights and first.weights)
        if (latent.weights != first.weights) if both else (latent.model != first.model):
            raise UsageError(
                f"The keyframes are of different models: the first is of {first.model}, number {index} of "
                f"{latent.model}.",
                "A walk goes through one model.",
            )
        if bool(latent.classes) != bool(first.classes):
            raise UsageError(
                f"Keyframe {index if first.classes else 1} names no class, and others do.", "Choose one for each."
            )

    def to_json(self) -> dict[str, Any]:
        easing = EasingKind()
        return {
            "format": FORMAT,
            "version": FORMAT_VERSION,
            "name": self.name,
            "loop": self.loop,
            "path": self.path,
            "pace": self.pace,
            "still": self.still,
            "psi": None if self.psi is None else _PSI.to_json(self.psi),
            "tracks": [{**one.push.to_json(), "curve": _AMOUNT.to_json(one.amount)} for one in self.tracks],
            "keys": [
                {"latent": key.latent.to_json(), "seconds": key.seconds, "easing": easing.to_json(key.easing)}
                for key in self.keys
            ],
        }

    @classmethod
    def from_json(cls, data: Any) -> Walk:
        """Raises UsageError in a sentence."""
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise UsageError("This is no walk.")
        version = data.get("version")
        if isinstance(version, bool) or not isinstance(version, int) or version < 1:
            raise UsageError("The walk has no version that is a whole number.")
        if version > FORMAT_VERSION:
            raise UsageError("The walk comes from a newer version of the program.", "Update it.")
        keys, tracks, psi = data.get("keys", []), data.get("tracks", []), data.get("psi")
        if not isinstance(keys, list) or not isinstance(tracks, list):
            raise UsageError("The walk has no list of keyframes.")
        return cls(
            keys=tuple(_key(index, one) for index, one in enumerate(keys, 1)),
            loop=Switch().check(data.get("loop", True)),
            path=str(data.get("path", "smooth")),
            pace=str(data.get("pace", "time")),
            still=Switch().check(data.get("still", True)),
            psi=None if psi is None else _PSI.from_json(psi),
            tracks=tuple(map(_track, tracks)),
            name=str(data.get("name", "")),
        )

    def save(self, path: Path) -> None:
        """Write it as a file; raises OSError. The file appears whole or not at all."""
        partial = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            partial.write_text(json.dumps(self.to_json(), ensure_ascii=False, indent=1) + "\n", "utf-8")
            os.replace(partial, path)
        finally:
            partial.unlink(missing_ok=True)

    @classmethod
    def load(cls, path: Path) -> Walk:
        """Raises UsageError naming the file."""
        try:
            return cls.from_json(json.loads(path.read_text(encoding="utf-8-sig")))
        except OSError as error:
            raise UsageError(f"The walk {path.name} cannot be read: {error.strerror}.") from error
        except (ValueError, RecursionError) as error:
            raise UsageError(f"The walk {path.name} is not valid JSON.") from error
        except UserError as error:
            raise UsageError(f"The walk {path.name} cannot be used. {error.message}", error.hint) from error


def _key(index: int, data: Any) -> Key:
    if not isinstance(data, dict):
        raise UsageError(f"Keyframe {index} of the walk is damaged.")
    try:
        seconds = float(_SECONDS.check(data.get("seconds", USUAL_SECONDS)))
        return Key(Latent.from_json(data.get("latent")), seconds, EasingKind().from_json(data.get("easing", "linear")))
    except UsageError as error:
        raise UsageError(f"Keyframe {index} of the walk: {error.message}", error.hint) from error


def _track(data: Any) -> Track:
    if not isinstance(data, dict):
        raise UsageError("A direction of the walk is damaged.")
    return Track(Pushes().from_json([data])[0], _AMOUNT.from_json(data.get("curve", "")))


def walk_of(latents: list[Latent], seconds: float = USUAL_SECONDS, easing: Easing = LINEAR, **how: Any) -> Walk:
    """A walk through these, each way `seconds` long; `how` are further fields of Walk."""
    return Walk(tuple(Key(latent, seconds, easing) for latent in latents), **how)
