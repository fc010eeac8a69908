"""Moves the access store's events from its outbox to where they are kept; many refusals become a few events."""

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
"""The first refusal of an address is recorded at once, those of the minute after it as one event."""
ADDRESSES = 500
"""So many addresses are distinguished in one minute; further ones are recorded as `*`."""
Key = tuple[str, str, str]


class Refusals:
    """Counts refused tries until they are recorded."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._counted: dict[Key, int] = {}
        self._since: dict[Key, float] = {}
        self._unrecorded: deque[Key] = deque()
        self._lock = threading.Lock()

    def refused(self, account: str, address: str, reason: str) -> None:
        key = (account, address, reason)
        if key not in self._since and len(self._since) >= ADDRESSES:
            key = ("", "*", reason)
        with self._lock:
            if key not in self._since:
                self._since[key] = self._access.clock()
                self._unrecorded.append(key)
            self._counted[key] = self._counted.get(key, 0) + 1

    def record_all(self) -> None:
        """Records the first refusal of each key, and the sum since. It waits for the disk, so not in the event loop."""
        while self._unrecorded:
            self._record(self._unrecorded[0])
            self._unrecorded.popleft()
        for key in self._old():
            self._record(key)
            del self._since[key]

    def _old(self) -> list[Key]:
        now = self._access.clock()
        with self._lock:
            return [key for key, since in self._since.items() if now - since >= GATHER_S]

    def _record(self, key: Key) -> None:
        count = self._counted.get(key, 0)
        if count:
            account, address, reason = key
            fields = {"account": account, "address": address, "reason": reason, "count": count}
            self._access.note("SignInRefused", "system", **fields)
            self._forget(key, count)

    def _forget(self, key: Key, recorded: int) -> None:
        with self._lock:
            remaining = self._counted.pop(key) - recorded
            if remaining:
                self._counted[key] = remaining


class Outbox:
    """Drains the access store's outbox, which other processes fill too. A row is deleted once its event is durable:
    after a crash in between, the event is there twice with the same `happened_at`."""

    def __init__(self, access: Access, refusals: Refusals) -> None:
        self._access = access
        self._refusals = refusals
        self._written = 0

    def run(self) -> None:
        """Drains for ever, in a greenlet."""
        while True:
            try:
                self.drain(in_thread)
            except Unavailable as refused:
                log.warning("not recorded yet: %s", refused)
            except Exception:
                log.exception("the outbox was not drained")
            gevent.sleep(DRAIN_S)

    def finish(self) -> None:
        """Drains when the branch closes; what cannot be written stays in the outbox for the next start."""
        try:
            self.drain(in_thread)
            in_thread(partial(self._access.write_uses, now=True))
        except Unavailable as refused:
            log.warning("not recorded before the next start: %s", refused)
        except Exception:
            log.exception("the outbox was not drained")

    def drain(self, run: Callable[..., Any]) -> None:
        run(self._access.write_uses)
        run(self._refusals.record_all)
        for row in run(self._access.outbox):
            self._write_once(row)
            run(self._access.delivered, row["id"])
            self._written = 0

    def _write_once(self, row: dict[str, Any]) -> None:
        """Skips a row whose event is already durable, while rows cannot be deleted. Ids rise until then."""
        if row["id"] > self._written:
            self._write(row)
            self._written = row["id"]

    def _write(self, row: dict[str, Any]) -> None:
        """Make the event of the row durable."""
        raise NotImplementedError


class Audit(Outbox):
    """Records what happens at a branch's access store in the branch's journal."""

    def __init__(self, runtime: BranchRuntime, access: Access, refusals: Refusals) -> None:
        super().__init__(access, refusals)
        self._runtime = runtime

    def _write(self, row: dict[str, Any]) -> None:
        at = datetime.fromtimestamp(row["at"], UTC).isoformat()
        event = ev.from_data(row["kind"], None, None, {**row["data"], "happened_at": at})
        account = self._access.account(row["actor"])
        number = self._runtime.branch.staff_number(account.staff_number) if account else None
        by = By(row["actor"], person=number)
        wait(self._runtime.writer.submit(by, record, event=event))
