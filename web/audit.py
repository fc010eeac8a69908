"""What happened at the door, from the access store's outbox into the journal; refusals under attack as a few."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import gevent

from lobby import events as ev
from lobby.commands.access import record
from lobby.engine.runtime import BranchRuntime
from lobby.engine.submission import By
from lobby.errors import Unavailable
from web.access import Access
from web.loop import in_thread, wait

log = logging.getLogger(__name__)

DRAIN_S = 0.5
GATHER_S = 60.0
"""The first refusal of an address is told at the next look, those of the minute after it as one."""
ADDRESSES = 500
"""So many addresses are told apart in one minute; the rest are told as `*`."""
Key = tuple[str, str, str]


class Refusals:
    """Counts refused tries until they are told."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._counted: dict[Key, int] = {}
        self._since: dict[Key, float] = {}
        self._fresh: deque[Key] = deque()
        self._lock = threading.Lock()

    def refused(self, account: str, address: str, reason: str) -> None:
        key = (account, address, reason)
        if key not in self._since and len(self._since) >= ADDRESSES:
            key = ("", "*", reason)
        with self._lock:
            if key not in self._since:
                self._since[key] = self._access.clock()
                self._fresh.append(key)
            self._counted[key] = self._counted.get(key, 0) + 1

    def tell(self) -> None:
        """The first of each, and what came together since. Waits for the disk: keep it off the loop."""
        while self._fresh:
            self._note(self._fresh[0])
            self._fresh.popleft()
        for key in self._old():
            self._note(key)
            del self._since[key]

    def _old(self) -> list[Key]:
        now = self._access.clock()
        with self._lock:
            return [key for key, since in self._since.items() if now - since >= GATHER_S]

    def _note(self, key: Key) -> None:
        count = self._counted.get(key, 0)
        if count:
            account, address, reason = key
            told = {"account": account, "address": address, "reason": reason, "count": count}
            self._access.note("SignInRefused", "system", **told)
            self._forget(key, count)

    def _forget(self, key: Key, told: int) -> None:
        with self._lock:
            left = self._counted.pop(key) - told
            if left:
                self._counted[key] = left


class Audit:
    """Drains the outbox, also of what another process did. A fact is forgotten there once it is durable here: after a
    crash between the two it stands in the journal twice, with the same `happened_at`."""

    def __init__(self, runtime: BranchRuntime, access: Access, refusals: Refusals) -> None:
        self._runtime = runtime
        self._access = access
        self._refusals = refusals
        self._written = 0

    def run(self) -> None:
        """For ever, in a greenlet."""
        while True:
            try:
                self.drain(in_thread)
            except Unavailable as refused:
                log.warning("not in the journal yet: %s", refused)
            except Exception:
                log.exception("the outbox was not drained")
            gevent.sleep(DRAIN_S)

    def finish(self) -> None:
        """What is left when the branch closes; what cannot be written now stays in the outbox for the next start."""
        try:
            self.drain(in_thread)
            in_thread(partial(self._access.write_uses, now=True))
        except Unavailable as refused:
            log.warning("not in the journal before the next start: %s", refused)
        except Exception:
            log.exception("the outbox was not drained")

    def drain(self, run: Callable[..., Any]) -> None:
        run(self._access.write_uses)
        run(self._refusals.tell)
        for fact in run(self._access.outbox):
            self._write_once(fact)
            run(self._access.delivered, fact["id"])
            self._written = 0

    def _write_once(self, fact: dict[str, Any]) -> None:
        """While an outbox cannot be emptied, what is in the journal does not go there again. Ids rise until it is."""
        if fact["id"] > self._written:
            self._write(fact)
            self._written = fact["id"]

    def _write(self, fact: dict[str, Any]) -> None:
        at = datetime.fromtimestamp(fact["at"], UTC).isoformat()
        event = ev.from_data(fact["kind"], None, None, {**fact["data"], "happened_at": at})
        account = self._access.account(fact["actor"])
        number = self._runtime.branch.staff_number(account.staff_number) if account else None
        by = By(fact["actor"], person=number)
        wait(self._runtime.writer.submit(by, record, event=event))
