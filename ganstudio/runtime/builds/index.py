"""An index of packages (PEP 503) read: which wheels a build consists of, where they lie and what they must hash to."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from email.parser import Parser
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag, urljoin

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.tags import Tag, sys_tags
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import Version

from ganstudio.core.errors import BadInput
from ganstudio.runtime.builds.remote_file import RemoteFile
from ganstudio.runtime.builds.web import Web
from ganstudio.runtime.builds.wheel import Wheel

# Of what torch asks for, these belong to a build; the rest is in the program, and triton only serves torch.compile.
_PARTS = ("nvidia-", "cuda-")
_BLOCK = 1 << 16


class _Links(HTMLParser):
    """The links of a page: address and attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found.append({name: value or "" for name, value in attrs})


@dataclass(frozen=True)
class _Candidate:
    wheel: Wheel
    tags: frozenset[Tag]
    metadata: bool  # whether the index serves the wheel's metadata beside it


class Index:
    """One index; `tags` are those of this Python and system, the best first, when not given."""

    def __init__(self, address: str, web: Web, tags: list[Tag] | None = None) -> None:
        self.address, self._web = address.rstrip("/"), web
        self._tags = {tag: rank for rank, tag in enumerate(tags if tags is not None else sys_tags())}

    def wheels(self, torch: str) -> list[Wheel]:
        """torch of exactly this version (2.13.0+cu130) and what its build needs, without sizes. Raises BadInput when
        the index has not all of it."""
        found: dict[str, Wheel] = {}
        asked = [Requirement(f"torch==={torch}")]
        while asked:
            one = asked.pop(0)
            name = canonicalize_name(one.name)
            candidate = self._best(one)
            if name not in found:
                found[name] = candidate.wheel
            elif Version(found[name].version) not in one.specifier:
                raise BadInput(f"The index {self.address} contradicts itself about {name}.")
            asked += [more for more in self._needs(candidate, one.extras) if not self._had(more, one, found)]
        return list(found.values())

    def _had(self, more: Requirement, by: Requirement, found: dict[str, Wheel]) -> bool:
        """Whether a requirement is met by what was found, so that it is not looked at again."""
        have = found.get(canonicalize_name(more.name))
        return have is not None and not more.extras and Version(have.version) in more.specifier

    def _best(self, asked: Requirement) -> _Candidate:
        """The newest wheel that fits the requirement and this system."""
        fitting = [
            (Version(one.wheel.version), -min(self._tags[tag] for tag in one.tags if tag in self._tags), one)
            for one in self._candidates(asked.name)
            if one.tags & self._tags.keys() and _within(one.wheel.version, asked.specifier)
        ]
        if not fitting:
            raise BadInput(
                f"The index {self.address} has no {asked.name} {asked.specifier} for this system.",
                "Another one can be named with --index.",
            )
        return max(fitting, key=lambda one: one[:2])[2]

    def _candidates(self, name: str) -> Iterator[_Candidate]:
        page = f"{self.address}/{canonicalize_name(name)}/"
        links = _Links()
        links.feed(self._web.text(page))
        for link in links.found:
            address, fragment = urldefrag(urljoin(page, link.get("href", "")))
            file = unquote(address.rpartition("/")[2])
            try:
                known, version, _, tags = parse_wheel_filename(file)
            except InvalidWheelFilename:
                continue
            digest = re.fullmatch(r"sha256=([0-9a-f]{64})", fragment)
            if known != canonicalize_name(name) or digest is None or "data-yanked" in link:
                continue
            served = "data-core-metadata" in link or "data-dist-info-metadata" in link
            yield _Candidate(Wheel(known, str(version), file, address, digest[1]), tags, served)

    def _metadata(self, candidate: _Candidate) -> str:
        url = candidate.wheel.url
        return self._web.text(url + ".metadata") if candidate.metadata else _metadata_inside(url, self._web)

    def _needs(self, candidate: _Candidate, extras: set[str]) -> list[Requirement]:
        """What a wheel asks for on this system, of the parts of a build."""
        metadata = Parser().parsestr(self._metadata(candidate))
        needed = []
        for text in metadata.get_all("Requires-Dist", []):
            try:
                one = Requirement(text)
            except InvalidRequirement as error:
                raise BadInput(
                    f"The index {self.address} tells of {candidate.wheel.name} what cannot be read."
                ) from error
            wanted = one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in extras or {""})
            if wanted and canonicalize_name(one.name).startswith(_PARTS):
                needed.append(one)
        return needed


def _metadata_inside(url: str, web: Web) -> str:
    """A wheel's metadata, read out of it where it lies: a few ranges of it instead of all."""
    try:
        with zipfile.ZipFile(io.BufferedReader(RemoteFile(url, web.size(url), web), _BLOCK)) as archive:
            names = [
                name for name in archive.namelist() if name.endswith(".dist-info/METADATA") and name.count("/") == 1
            ]
            return archive.read(names[0]).decode("utf-8", "replace")
    except (zipfile.BadZipFile, IndexError) as error:
        raise BadInput(f"{url} is no wheel.") from error


def _within(version: str, specifier: SpecifierSet) -> bool:
    return specifier.contains(version, prereleases=True)
