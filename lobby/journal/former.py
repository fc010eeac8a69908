"""What the journal speaks of and the configuration no longer has: counters removed, services and tiers renamed.

They stay findable by their ids, so that the day goes on, is shown and is rebuilt as before; nothing new is given to
them, for what a branch offers are its tuples.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from sqlite_utils import Database

from lobby.branch.model import Area, Branch, Counter, Service
from lobby.branch.names import Name
from lobby.journal.history import rows_since

USUAL_S = 300
"""What a service takes of which nothing is known any more."""


@dataclass
class Named:
    """The ids that events speak of; `services` with the series of their numbers."""

    areas: set[str] = field(default_factory=set)
    tiers: set[str] = field(default_factory=set)
    services: dict[str, str] = field(default_factory=dict)
    counters: set[str] = field(default_factory=set)

    def take(self, counter: object, data: dict[str, Any]) -> None:
        """One event's."""
        self.areas.update(_texts(data.get("area")))
        self.tiers.update(_texts(data.get("tier")))
        self.counters.update(_texts(counter, data.get("to_counter")))
        for service in _texts(data.get("service"), *_list(data.get("then"))):
            self.services.setdefault(service, "A")
        for service in _texts(data.get("service")):
            self.services[service] = str(data.get("series") or self.services[service])
        for booked in _list(data.get("appointments")):
            for service in _texts(booked.get("service") if isinstance(booked, dict) else None):
                self.services.setdefault(service, "A")


def _texts(*values: object) -> Iterator[str]:
    return (value for value in values if isinstance(value, str) and value)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def named(db: Database, since: int) -> Named:
    """What the events after `since` speak of; rows that cannot be read are passed over."""
    found = Named()
    for row in rows_since(db, since):
        with suppress(ValueError, TypeError, AttributeError):
            found.take(row[4], json.loads(row[6]))
    return found


def strangers(branch: Branch, found: Named) -> list[str]:
    """What of it the configuration does not have, as `kind id`."""
    known = (
        ("area", found.areas, branch.area), ("tier", found.tiers, branch.tier),
        ("service", found.services, branch.service), ("counter", found.counters, branch.counter),
    )  # fmt: skip
    return [f"{kind} {id}" for kind, ids, has in known for id in sorted(set(ids) - set(has))]


def remembering(branch: Branch, found: Named) -> Branch:
    """The same branch, which also knows by its id what the events speak of."""
    wide = replace(branch)
    home = branch.areas[0].id
    for id in found.areas - set(branch.area):
        wide.area[id] = Area(id, Name(id, id), Name(id, id))
    for id in found.tiers - set(branch.tier):
        wide.tier[id] = replace(branch.standard_tier, id=id, name=Name(id, id), area=None)
    for id in set(found.services) - set(branch.service):
        wide.service[id] = Service(id, Name(id, id), found.services[id], home, USUAL_S)
    for id in found.counters - set(branch.counter):
        wide.counter[id] = Counter(id, Name(id, id), home, ())
    return wide
