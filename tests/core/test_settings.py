"""Settings: declared once, saved whole, damaged files put aside, two programs on one file."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganstudio.core.errors import UsageError
from ganstudio.core.settings import Settings, SettingsStore


def test_what_is_changed_is_there_at_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    store = SettingsStore(path)
    assert store.change(theme="dark", threads=2, ai_mark=False) == {"theme", "threads", "ai_mark"}
    store.add_recent(tmp_path / "a.png")
    store.remember("window", {"x": [1, 2]})
    store.save()
    again = SettingsStore(path)
    assert again.value == replace(Settings(), theme="dark", threads=2, ai_mark=False)
    assert again.recent == [tmp_path / "a.png"]
    assert again.memory == {"window": {"x": [1, 2]}}
    assert not again.notes


def test_what_is_not_allowed_changes_nothing(tmp_path: Path) -> None:
    store = SettingsStore(tmp_path / "settings.json")
    with pytest.raises(UsageError, match="Text size: 500 is outside"):
        store.change(text_scale=500)
    assert store.value == Settings()
    assert not store.unsaved


def test_every_setting_has_a_page_and_words() -> None:
    for one in Settings.parameters():
        assert one.group, one.name
        assert one.label and one.help.endswith(".") and "!" not in one.help


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'"text"', b"null", b"\xff\xfe\x00", b'{"version": "new"}', b"[" * 100_000, b"{}"],
)
def test_a_damaged_file_is_put_aside(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    store = SettingsStore(path)
    assert store.value == Settings()
    assert len(store.notes) == 1 and "settings.damaged.json" in store.notes[0]
    assert (tmp_path / "settings.damaged.json").read_bytes() == content
    store.change(theme="dark")
    assert SettingsStore(path).value.theme == "dark"


def test_one_damaged_value_leaves_the_others(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    stored = {"theme": "dark", "text_scale": "huge", "threads": 1e99, "ai_mark": 1, "of a later version": 5}
    recent = ["/a", 7, None]
    path.write_text(json.dumps({"version": 1, "settings": stored, "recent": recent, "memory": [1]}))
    store = SettingsStore(path)
    assert store.value == replace(Settings(), theme="dark")
    assert len(store.notes) == 3
    assert store.recent == [Path("/a")] and store.memory == {}
    store.change(keep_gps=False)
    assert json.loads(path.read_text())["settings"]["of a later version"] == 5


def test_two_programs_do_not_undo_each_other(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    first, second = SettingsStore(path), SettingsStore(path)
    first.change(theme="dark")
    first.remember("a", 1)
    first.save()
    second.change(threads=3)
    second.remember("b", 2)
    second.save()
    both = SettingsStore(path)
    assert (both.value.theme, both.value.threads) == ("dark", 3)
    assert both.memory == {"a": 1, "b": 2}


def test_a_disk_that_refuses_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    store = SettingsStore(path)
    store.change(theme="dark")
    before = path.read_bytes()
    blocked = path.with_name(f"settings.json.{os.getpid()}.part")
    blocked.mkdir()  # nobody can write a file of this name
    with pytest.raises(OSError, match="settings"):
        store.change(theme="light")
    assert path.read_bytes() == before
    assert store.value.theme == "light" and store.unsaved
    blocked.rmdir()
    store.save()
    assert SettingsStore(path).value.theme == "light"


def test_reset_forgets_all_but_the_recent_files(tmp_path: Path) -> None:
    store = SettingsStore(tmp_path / "settings.json")
    store.change(theme="dark", threads=5)
    store.remember("window", 1)
    store.add_recent(tmp_path / "a.png")
    store.reset()
    store.save()
    again = SettingsStore(tmp_path / "settings.json")
    assert (again.value, again.memory, again.recent) == (Settings(), {}, [tmp_path / "a.png"])


def test_recent_files_are_few_and_newest_first(tmp_path: Path) -> None:
    store = SettingsStore(tmp_path / "settings.json")
    for number in [*range(30), 5]:
        store.add_recent(Path(f"/{number}.png"))
    assert len(store.recent) == 20
    assert store.recent[:2] == [Path("/5.png"), Path("/29.png")]


_json = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda kids: st.lists(kids, max_size=3))


@given(st.dictionaries(st.sampled_from(["version", "settings", "recent", "memory"]), _json | st.just(1)))
def test_any_json_is_read(tmp_path_factory: pytest.TempPathFactory, data: dict[str, object]) -> None:
    path = tmp_path_factory.mktemp("any") / "settings.json"
    path.write_text(json.dumps(data), "utf-8")
    assert isinstance(SettingsStore(path).value, Settings)
