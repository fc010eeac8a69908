"""Limits what one client may do: a token bucket for each kind of act and client. docs/security.md lists them."""

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
"""So many clients of one kind are remembered; the longest quiet one is forgotten and starts anew."""
DEPTH_MAX = 16
"""Our deepest body has three levels; a parser's stack ends at about a thousand levels."""
QUERY_MAX = 1024
MINUTE_S = 60.0
HOUR_S = 3600.0


class Budget:
    """Allows `amount` acts at once, and as many again over `per_s`."""

    def __init__(
        self, amount: int, per_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._amount = amount
        self._rate = amount / per_s
        self._clock = clock
        self._tokens: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_s(self, key: str) -> float:
        """The seconds until this client may act again; 0: now."""
        return max(0.0, (1.0 - self._tokens_of(key)) / self._rate)

    def take(self, key: str) -> float:
        """Spends one act where the client has one; the result is that of `wait_s`."""
        wait_s = self.wait_s(key)
        if wait_s == 0:
            self._tokens[key] = self._tokens_of(key) - 1.0, self._clock()
            self._tokens.move_to_end(key)
            if len(self._tokens) > KEYS_MAX:
                self._tokens.popitem(last=False)
        return wait_s

    def _tokens_of(self, key: str) -> float:
        tokens, since = self._tokens.get(key, (float(self._amount), self._clock()))
        return min(float(self._amount), tokens + (self._clock() - since) * self._rate)


@dataclass(frozen=True)
class BranchBudgets:
    """Every budget of one branch."""

    tickets: Budget
    """Tickets, by kiosk."""
    reads: Budget
    """Look-ups of readings, by kiosk."""
    codes: Budget
    """Wrong check-in codes, by kiosk."""
    help: Budget
    """Calls for the lobby manager, by kiosk."""
    speech: Budget
    """Screens read aloud, by kiosk."""
    holder: Budget
    """Changes of a ticket by the holder of its link: let others pass, reissue, cancel."""
    bookings: Budget
    """Appointments, by browser."""
    address: Budget
    """Appointments, by address: many customers of one telephone network share an address."""
    cards: Budget
    """What is sent for one feedback card: the card itself, that it was shown, that the contact is withdrawn."""
    forged: Budget
    """Forged links of tickets, feedback cards and appointments, by address."""


def _budgets_of(limits: Limits) -> BranchBudgets:
    return BranchBudgets(
        tickets=Budget(limits.tickets_per_min, MINUTE_S),
        reads=Budget(limits.reads_per_min, MINUTE_S),
        codes=Budget(10, 10 * MINUTE_S),
        help=Budget(6, MINUTE_S),
        speech=Budget(60, MINUTE_S),
        holder=Budget(10, HOUR_S),
        bookings=Budget(5, HOUR_S),
        address=Budget(limits.bookings_per_hour, HOUR_S),
        cards=Budget(20, 10 * MINUTE_S),
        forged=Budget(30, 10 * MINUTE_S),
    )


def branch_budgets() -> BranchBudgets:
    budgets: BranchBudgets = current_app.extensions["budgets"]
    return budgets


def spend(budget: Budget, key: str) -> None:
    """Raises TooMany, which says when to try again."""
    refuse_for(budget.take(key))


def refuse_for(wait_s: float) -> None:
    if wait_s:
        raise TooMany(math.ceil(wait_s))


def requester() -> str:
    """The name of the device or person that asks; else the address."""
    principal = current()
    if principal and principal is not DEVICE:
        return principal.name
    return client_key()


def by_staff() -> bool:
    principal = current()
    return principal is not None and principal.role in STAFF


def spend_ticket() -> None:
    """The demo's devices on this machine have no limit: no other client can be one, and benchmarks use them."""
    if not by_staff() and current() is not DEVICE:
        spend(branch_budgets().tickets, requester())


def spend_booking() -> None:
    """Limits by browser, known by its session, and with a larger budget by address: a hundred phones of one telephone
    network share an address. A browser without a session has the address's budget alone."""
    if by_staff():
        return
    visitor = session.get("csrf_token")
    if visitor:
        spend(branch_budgets().bookings, str(visitor))
    spend(branch_budgets().address, client_key())


# -- limits of every request ------------------------------------------------------------------------------
STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)


def depth(body: bytes) -> int:
    """How deep the body's JSON is nested, found without parsing it."""
    if body.count(b"[") + body.count(b"{") <= DEPTH_MAX:
        return 1
    deepest = level = 0
    for char in STRINGS.sub(b"", body):
        if char in b"[{":
            level += 1
            deepest = max(deepest, level)
        elif char in b"]}":
            level -= 1
    return deepest


def _check_size() -> None:
    if len(request.query_string) > QUERY_MAX:
        abort(414)
    if request.mimetype.endswith("json") and depth(request.get_data()) > DEPTH_MAX:
        raise Invalid("too_deep", "body", max=DEPTH_MAX)


def limit_sizes(app: Flask) -> None:
    """The limits of every request, whatever it asks for."""
    app.before_request(_check_size)


def register(app: Flask, limits: Limits) -> None:
    """The branch's budgets."""
    app.extensions["budgets"] = _budgets_of(limits)
