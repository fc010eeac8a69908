"""A configuration lost an area, a tier, a service and a counter while their tickets wait: every page still opens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from changes import without
from conftest import Desk
from test_cases_api import Asker

from app import Lobby, open_lobby
from lobby.branch.model import Branch
from lobby.engine.runtime import open_branch

GONE = {"areas": "priority", "tiers": "private", "services": "loans", "counters": "1"}
ROLES = ("admin", "head", "manager", "teller")


def lived(branch: Branch, data: Path) -> None:
    """Somebody of each service and tier waits, some are at counters, one was served and said so."""
    runtime = open_branch(branch, data, "http://lobby.test")
    desk = Desk(runtime)
    for service in branch.services:
        for tier in branch.tiers:
            desk.issue(service=service.id, tier=tier.id)
    for counter in branch.counters:
        desk.open_counter(counter=counter.id)
        ticket = desk.next(counter=counter.id)["ticket"]
        if ticket and counter.id != "2":
            desk.start(counter=counter.id)
    desk.finish(counter="1")
    runtime.close()


@pytest.fixture(scope="module")
def lobby(branch: Branch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lobby]:
    data = tmp_path_factory.mktemp("poorer")
    lived(branch, data)
    opened = open_lobby(without(branch, GONE), data, "http://lobby.test", loopback=True, demo=True)
    opened.runtime.writer.notify = opened.runtime.writer.pump
    yield opened
    opened.close()


def asked(lobby: Lobby) -> Iterator[str]:
    """Every address that names nothing, and those that name what is gone."""
    for rule in lobby.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.arguments:
            yield rule.rule
    today = lobby.runtime.branch.day_of(lobby.runtime.clock()).isoformat()
    yield f"/api/v1/reports/day/{today}"
    for id, of in (("late", "tier=private"), ("waits", "service=loans"), ("served", "counter=1")):
        yield f"/api/v1/measures/{id}/tickets?from={today}&to={today}&{of}"
    yield "/desk/counter/1"
    yield "/api/v1/counters/1"


def test_every_page_opens(lobby: Lobby) -> None:
    broken = []
    for role in ROLES:
        asker = Asker(lobby, role)
        for path in asked(lobby):
            answer = asker.client.get(path, headers=asker.headers)
            if answer.status_code >= 500:
                broken.append((role, path, answer.status_code))
    assert not broken
