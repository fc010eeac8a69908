"""What happened at the door, from the access store's outbox into the journal; refusals under attack as a few."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import gevent

from lobby import events as ev
from lobby.errors import LobbyError
from lobby.house import House
from lobby.verbs.access import record
from lobby.writer import By
from web.access import Access
from web.loop import in_thread, wait

log = logging.getLogger(__name__)

DRAIN_S = 0.5
GATHER_S = 60.0
"""The first refusal of an address is told at once, those of the minute after it as one."""
ADDRESSES = 500
"""So many addresses are told apart in one minute; the rest are told as `*`."""
Key = tuple[str, str, str]


class Refusals:
    """Counts refused tries until they are told."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._counted: dict[Key, int] = {}
        self._since: dict[Key, float] = {}

    def refused(self, account: str, address: str, reason: str) -> None:
        key = (account, address, reason)
        if key not in self._since and len(self._since) >= ADDRESSES:
            key = ("", "*", reason)
        if key in self._since:
            self._counted[key] = self._counted.get(key, 0) + 1
        else:
            self._since[key] = self._access.clock()
            self._counted[key] = 1
            self._tell(key)

    def tell_old(self) -> None:
        now = self._access.clock()
        for key in [key for key, since in self._since.items() if now - since >= GATHER_S]:
            self._tell(key)
            del self._since[key]

    def _tell(self, key: Key) -> None:
        count = self._counted.pop(key, 0)
        if count:
            account, address, reason = key
            told = {"account": account, "address": address, "reason": reason, "count": count}
            self._access.note("SignInRefused", "system", **told)


class Audit:
    """Drains the outbox, also of what another process did. A fact is forgotten there once it is durable here: after a
    crash between the two it stands in the journal twice, with the same `happened_at`."""

    def __init__(self, house: House, access: Access, refusals: Refusals) -> None:
        self._house = house
        self._access = access
        self._refusals = refusals

    def run(self) -> None:
        """For ever, in a greenlet."""
        while True:
            try:
                self.drain(in_thread)
            except Exception:
                log.exception("the outbox was not drained")
            gevent.sleep(DRAIN_S)

    def finish(self) -> None:
        """What is left when the branch closes; what cannot be written now stays in the outbox for the next start."""
        try:
            self.drain(in_thread)
            in_thread(partial(self._access.write_uses, now=True))
        except Exception:
            log.exception("the outbox was not drained")

    def drain(self, run: Callable[..., Any]) -> None:
        run(self._access.write_uses)
        run(self._refusals.tell_old)
        for fact in run(self._access.outbox):
            self._write(fact)
            run(self._access.told, fact["id"])

    def _write(self, fact: dict[str, Any]) -> None:
        at = datetime.fromtimestamp(fact["at"], UTC).isoformat()
        event = ev.from_data(fact["kind"], None, None, {**fact["data"], "happened_at": at})
        try:
            wait(self._house.writer.submit(By(fact["actor"]), record, event=event))
        except LobbyError:
            log.warning("not in the journal yet: %s", fact["kind"])
            raise
