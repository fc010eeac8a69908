"""Who may come in at headquarters: accounts and tokens of its own, in an access store beside no branch's."""

from __future__ import annotations

import dataclasses
import hashlib

from headquarters.config import Headquarters
from web.access import Access, Limits

ROLES = ("office", "head", "inspector", "admin")
"""The province's service office, its head, its inspectors, and who runs the system."""


def demo_accounts() -> dict[str, tuple[str, str | None]]:
    """One of each role, called as its role."""
    return {role: (role, None) for role in ROLES}


def prepare(access: Access, headquarters: Headquarters, *, demo: bool) -> None:
    """Have the sessions' limits, the demo's accounts, and the units that accounts may be bound to."""
    rules = headquarters.security
    lock_s = 0.0 if demo else rules.lock_min * 60.0  # a demo's screens are left alone for hours
    access.limits = Limits(rules.session_hours * 3600.0, rules.idle_min * 60.0, lock_s)
    access.demo = demo
    if demo:
        access.create_demo_accounts(demo_accounts())
    else:
        access.drop_demo()
    units = tuple(unit.id for unit in headquarters.units)
    access.remember_branch(
        {"unit": units, "zone": (str(headquarters.zone),)}, _digests(headquarters)
    )


def _digests(headquarters: Headquarters) -> dict[str, str]:
    """By section of hq.toml."""
    sections = {
        field.name: repr(getattr(headquarters, field.name))
        for field in dataclasses.fields(headquarters)
        if field.name not in ("engines", "folder")
    }
    return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in sections.items()}
