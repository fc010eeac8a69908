"""Who acts, on pages that several people may use under one account: the person who is signed on at the counter."""

from __future__ import annotations

from dataclasses import replace

from lobby.commands.base import Who
from web.dispatch import runtime, who
from web.roles import current


def acting(counter: str | None = None) -> Who:
    """The account's own person, else who signed on at the counter in this session, else the account."""
    asking = who()
    principal = current()
    if asking.person or counter is None or principal is None:
        return asking
    with runtime().writer.published() as state:
        person = state.acting(principal.name, principal.session, counter)
    return replace(asking, person=person)
