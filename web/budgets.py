"""How much one asker may do: token buckets, each for one kind of act, by who acts. docs/security.md lists them."""

from __future__ import annotations

import math
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, abort, current_app, request, session

from lobby.branch.rules import Budgets as Limits
from lobby.errors import Invalid, TooMany
from web.roles import DEVICE, STAFF, current
from web.transport.client import client_key

KEYS_MAX = 10_000
"""So many askers of one kind are remembered; who was quiet for longest is forgotten, and is as new."""
DEPTH_MAX = 16
"""Our deepest body has three levels; a parser's stack ends at about a thousand."""
QUERY_MAX = 1024
MINUTE_S = 60.0
HOUR_S = 3600.0


class Budget:
    """`amount` at once, and as many again over `per_s`."""

    def __init__(self, amount: int, per_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._amount = amount
        self._rate = amount / per_s
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_s(self, key: str) -> float:
        """0 when there is something left for this asker, else the seconds until there is."""
        return max(0.0, (1.0 - self._now(key)) / self._rate)

    def take(self, key: str) -> float:
        """Spend one, if it is there: see wait_s."""
        wait_s = self.wait_s(key)
        if wait_s == 0:
            self._left[key] = self._now(key) - 1.0, self._clock()
            self._left.move_to_end(key)
            if len(self._left) > KEYS_MAX:
                self._left.popitem(last=False)
        return wait_s

    def _now(self, key: str) -> float:
        left, since = self._left.get(key, (float(self._amount), self._clock()))
        return min(float(self._amount), left + (self._clock() - since) * self._rate)


@dataclass(frozen=True)
class Purse:
    """Every budget of one branch."""

    tickets: Budget
    """Numbers by kiosk."""
    reads: Budget
    """What a kiosk's reader read, looked up."""
    codes: Budget
    """Check-in codes that were wrong, by kiosk."""
    help: Budget
    """Calls for the lobby manager, by kiosk."""
    holder: Budget
    """What the holder of a link does to the ticket: lets pass, draws again, leaves."""
    bookings: Budget
    """Appointments, by browser."""
    address: Budget
    """Appointments, by address: many customers of one telephone network share it."""
    forged: Budget
    """Feedback under links that nobody was given, by address."""


def _purse(limits: Limits) -> Purse:
    return Purse(
        tickets=Budget(limits.tickets_per_min, MINUTE_S),
        reads=Budget(limits.reads_per_min, MINUTE_S),
        codes=Budget(10, 10 * MINUTE_S),
        help=Budget(6, MINUTE_S),
        holder=Budget(10, HOUR_S),
        bookings=Budget(5, HOUR_S),
        address=Budget(limits.bookings_per_hour, HOUR_S),
        forged=Budget(30, 10 * MINUTE_S),
    )


def purse() -> Purse:
    found: Purse = current_app.extensions["purse"]
    return found


def spend(budget: Budget, key: str) -> None:
    """Raises TooMany, with when to come again."""
    refuse_for(budget.take(key))


def refuse_for(wait_s: float) -> None:
    if wait_s:
        raise TooMany(math.ceil(wait_s))


def asker() -> str:
    """Who asks, as a device or person; where nobody is known, the address."""
    principal = current()
    return principal.name if principal and principal is not DEVICE else client_key()


def by_staff() -> bool:
    principal = current()
    return principal is not None and principal.role in STAFF


def spend_ticket() -> None:
    """The demo's devices on this machine are not counted: nobody else can be one, and benchmarks measure the branch."""
    if not by_staff() and current() is not DEVICE:
        spend(purse().tickets, asker())


def spend_booking() -> None:
    """By browser, which keeps its mark in its session, and by address more widely: a hundred phones of one telephone
    network come from one address. Who keeps no session has the address alone."""
    if by_staff():
        return
    visitor = session.get("csrf_token")
    if visitor:
        spend(purse().bookings, str(visitor))
    spend(purse().address, client_key())


# -- what every request may be ----------------------------------------------------------------------------
STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)


def depth(body: bytes) -> int:
    """How deep the JSON in it nests, without parsing it."""
    if body.count(b"[") + body.count(b"{") <= DEPTH_MAX:
        return 1
    deepest = now = 0
    for sign in STRINGS.sub(b"", body):
        if sign in b"[{":
            now += 1
            deepest = max(deepest, now)
        elif sign in b"]}":
            now -= 1
    return deepest


def _fits() -> None:
    if len(request.query_string) > QUERY_MAX:
        abort(414)
    if request.mimetype.endswith("json") and depth(request.get_data()) > DEPTH_MAX:
        raise Invalid("too_deep", "body", max=DEPTH_MAX)


def register(app: Flask, limits: Limits) -> None:
    app.extensions["purse"] = _purse(limits)
    app.before_request(_fits)
