"""Who may come in, by the branch's configuration."""

from __future__ import annotations

import dataclasses
import hashlib

from lobby.branch.model import Branch
from web.access import Access, Limits, demo_accounts


def prepare(access: Access, branch: Branch, *, demo: bool) -> None:
    """Have the sessions' limits, the demo's accounts, and the places that accounts and devices may be bound to."""
    access.limits = _limits(branch, demo=demo)
    access.demo = demo
    if demo:
        access.create_demo_accounts(demo_accounts(tuple(c.id for c in branch.counters)))
    else:
        access.drop_demo()
    access.remember_branch(_places(branch), _digests(branch))


def _limits(branch: Branch, *, demo: bool) -> Limits:
    """A demo's screens are left alone for hours: they do not lock."""
    rules = branch.security
    lock_s = 0.0 if demo else rules.lock_min * 60.0
    return Limits(rules.session_hours * 3600.0, rules.idle_min * 60.0, lock_s)


def _places(branch: Branch) -> dict[str, tuple[str, ...]]:
    ids = {
        "counter": tuple(c.id for c in branch.counters),
        "board": tuple(branch.board),
        "kiosk": tuple(branch.kiosk),
    }
    ids["person"] = tuple(person.number for person in branch.staff.people)
    return {**ids, "zone": (str(branch.zone),)}


def _digests(branch: Branch) -> dict[str, str]:
    """By section of the configuration."""
    sections = {f.name: repr(getattr(branch, f.name)) for f in dataclasses.fields(branch)}
    return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in sections.items()}
