"""What changes who may do what reaches the journal."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app import open_lobby
from lobby.branch.model import Branch
from lobby.events import ConfigurationChanged
from web.audit import Audit, Refusals


def here(act: Callable[..., Any], *args: Any) -> Any:
    return act(*args)


def opened_and_told(branch: Branch, data: Path) -> list[ConfigurationChanged]:
    """The branch is opened once; what the journal then has of changed configurations."""
    lobby = open_lobby(branch, data, "http://lobby.test", loopback=True)
    lobby.runtime.writer.notify = lobby.runtime.writer.pump
    Audit(lobby.runtime, lobby.access, Refusals(lobby.access)).drain(here)
    events = [recorded.event for recorded in lobby.runtime._journal.events()]
    lobby.close()
    return [event for event in events if isinstance(event, ConfigurationChanged)]


def test_a_changed_configuration_is_told_by_its_sections_and_an_equal_one_is_not(
    branch: Branch, tmp_path: Path
) -> None:
    rules = dataclasses.replace(branch.rules, recall_max=branch.rules.recall_max + 1)
    changed = dataclasses.replace(branch, rules=rules, counters=branch.counters[:-1])
    assert opened_and_told(branch, tmp_path) == []
    assert opened_and_told(branch, tmp_path) == []
    told = opened_and_told(changed, tmp_path)
    assert [sorted(event.sections) for event in told] == [["counters", "rules"]]
    assert len(opened_and_told(changed, tmp_path)) == 1
