"""What headquarters may send down of a configuration, and how it joins the branch's own file.

A catalogue's entry joins the branch's own entry of the same id: a key that the catalogue leaves out stays as the branch
has it, its area above all. A service that no counter serves is not offered, since counters are the branch's own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Annotated, Any

from annotated_types import MaxLen, MinLen

from lobby.branch import agreement
from lobby.branch.complaint import Complaint
from lobby.branch.deadlines import Cases
from lobby.branch.model import Branch, Service, Tier
from lobby.branch.names import STRICT, ShortText
from lobby.branch.rules import ActionRules, Alerts, PanelRules, Reports, Rules
from lobby.branch.screens import Group
from lobby.branch.standards import Standards
from lobby.texts import Text

CATALOGUES = ("tiers", "groups", "services")
"""Lists of entries with ids. What the list has not is not offered."""
SENDABLE = (*CATALOGUES, "standards", "rules", "alerts", "cases", "actions", "panel", "reports")
"""The tables that headquarters may send. Of the others each branch has the last word."""
KEPT = (("rules", "directory"), ("standards", "file"), ("standards", "opens"))
"""Keys of those tables that are the branch's own all the same."""
OF_THE_BRANCH = frozenset({"tiers.area", "services.area", "services.quicker_at"})
"""They name areas, which headquarters does not have; each branch checks them with its own."""
VERSION_MAX = 40
DIGEST_HEX = 32
"""128 bits: nobody makes a second one by chance."""
ANY_AREA = "any"

ONLY = Text("nothing: this is each branch's own; headquarters sends {tables}")
OWN = Text("nothing: this is each branch's own")
Tables = Mapping[str, Any]


Version = Annotated[ShortText, MaxLen(VERSION_MAX)]


@dataclass(frozen=True)
class SentTables:
    """The form of what is sent. Its defaults are never used: a table that is not sent is the branch's own."""

    __pydantic_config__ = STRICT

    tiers: Annotated[tuple[Tier, ...], MinLen(1)] = ()
    groups: Annotated[tuple[Group, ...], MinLen(1)] = ()
    services: Annotated[tuple[Service, ...], MinLen(1)] = ()
    standards: Standards = field(default_factory=Standards)
    rules: Rules = field(default_factory=Rules)
    alerts: Alerts = field(default_factory=Alerts)
    cases: Cases = field(default_factory=Cases)
    actions: ActionRules = field(default_factory=ActionRules)
    panel: PanelRules = field(default_factory=PanelRules)
    reports: Reports = field(default_factory=Reports)


@dataclass(frozen=True)
class Joined:
    """The branch's tables with those of headquarters. Services in `left_out` are served by no counter here."""

    tables: dict[str, Any]
    left_out: tuple[str, ...]


def not_sendable(sent: Tables) -> Iterator[Complaint]:
    """Tables and keys that headquarters may not send."""
    known = {one.name for one in fields(Branch)}
    for table in sent:
        if table not in SENDABLE:
            tables = ONLY.with_(tables=", ".join(SENDABLE))
            allowed = tables if table in known else agreement.NO_SUCH_KEY
            yield Complaint(table, "a table", allowed)
    for table, key in KEPT:
        values = sent.get(table)
        if isinstance(values, Mapping) and key in values:
            yield Complaint(f"{table}.{key}", values[key], OWN)


def disagreements(sent: Tables) -> Iterator[Complaint]:
    """What does not fit in the sent tables by themselves."""
    for one in agreement.of_branch(sent):
        misses_groups = one.where == "services.group" and "groups" not in sent
        if one.where not in OF_THE_BRANCH and not misses_groups:
            yield one


def with_any_area(sent: Tables) -> dict[str, Any]:
    """As a shape is checked: a catalogue's service need not say where it is served."""
    services = sent.get("services")
    if not isinstance(services, list):
        return dict(sent)
    placed = [{"area": ANY_AREA, **one} if isinstance(one, Mapping) else one for one in services]
    return {**sent, "services": placed}


def joined(own: Tables, sent: Tables) -> Joined:
    """What the branch is to run with. Both are as their files have them, and may be wrong: the reader complains."""
    tables = dict(own)
    for name, values in sent.items():
        if name in CATALOGUES:
            tables[name] = [_over(_own_entry(own, name, entry), entry) for entry in _listed(values)]
        else:
            tables[name] = _over(own.get(name), values)
    if "services" not in sent:
        return Joined(tables, ())
    left_out = _left_out(own, tables["services"])
    tables["services"] = [
        _placed(own, entry) for entry in tables["services"] if _id(entry) not in left_out
    ]
    return Joined(tables, tuple(left_out))


def _over(own: object, sent: object) -> Any:
    """The own values under those that are sent."""
    if isinstance(own, Mapping) and isinstance(sent, Mapping):
        return {**own, **sent}
    return sent


def _own_entry(own: Tables, table: str, entry: object) -> object:
    return next((one for one in _listed(own.get(table)) if _id(one) == _id(entry)), None)


def _left_out(own: Tables, services: Sequence[object]) -> list[str]:
    """New services that no counter serves. One that the branch has in its own file is its own matter."""
    known = {_id(one) for one in _listed(own.get("services"))}
    ids = [_id(entry) for entry in services]
    return [id for id in ids if id not in known and _area_of(own, id) is None]


def _placed(own: Tables, entry: object) -> object:
    """A service without an area is served where its first counter stands."""
    if not isinstance(entry, Mapping) or "area" in entry:
        return entry
    area = _area_of(own, _id(entry))
    return entry if area is None else {**entry, "area": area}


def _area_of(own: Tables, service: str) -> object:
    """Where the first counter stands that serves it; None where none does."""
    for counter in _listed(own.get("counters")):
        if isinstance(counter, Mapping) and service in _listed(counter.get("serves")):
            return counter.get("area", "")
    return None


def _id(entry: object) -> str:
    return str(entry.get("id")) if isinstance(entry, Mapping) else ""


def _listed(values: object) -> list[Any]:
    return values if isinstance(values, list) else []


def digest_of(values: object) -> str:
    """Names this very content, whatever the order of its keys; the same for TOML's days and times as for JSON's."""
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST_HEX]
