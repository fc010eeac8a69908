"""Which fields of a view who may see: a customer, a teller, the lobby manager.

Customers see what is listed here and nothing else: a field that a view gets later is staff's until it is named.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeVar, cast

from lobby.customers.tiering import CORRECTED
from lobby.state.alert import AlertKind
from lobby.texts import by_language
from lobby.views.alert import HallAlertView
from lobby.views.hall import HallView
from lobby.views.ticket import CustomerTicketView, HallTicketView, StaffTicketView, TicketView

Hall = TypeVar("Hall", bound=HallView)
CUSTOMERS = CustomerTicketView.__required_keys__
"""Of a ticket, for who holds it."""


def for_customer(ticket: StaffTicketView) -> TicketView:
    """The ticket as its customer may see it."""
    return cast(TicketView, {key: value for key, value in ticket.items() if key in CUSTOMERS})


@dataclass(frozen=True)
class Audience:
    """Staff who see the same: all lobby managers, or who works at one counter. A teller who is bound to no counter is
    known by name."""

    manager: bool
    name: str
    counter: str | None = None

    @property
    def room(self) -> str:
        """Who is in the same room hears the same."""
        if self.manager:
            return "managers"
        return f"counter {self.counter}" if self.counter else f"teller {self.name}"

    def counters(self, hall: HallView) -> set[str]:
        """The counters that are this teller's own now."""
        if self.counter:
            return {self.counter}
        return {counter["id"] for counter in hall["counters"] if counter["teller"] == self.name}

    def sees(self, alert: HallAlertView, own: Collection[str]) -> bool:
        """Whether the alert is for them."""
        return self.manager or (AlertKind(alert["kind"]).for_teller and alert["counter"] in own)


def for_staff(hall: Hall, audience: Audience) -> Hall:
    """The hall with the alerts that are for this audience. What the lobby manager wrote of a customer is the
    managers'."""
    if audience.manager:
        return hall
    own = audience.counters(hall)
    alerts = [alert for alert in hall["alerts"] if audience.sees(alert, own)]
    tickets = [_without_reason(ticket) for ticket in hall["tickets"]]
    return cast(Hall, {**hall, "alerts": alerts, "tickets": tickets})


def _without_reason(ticket: HallTicketView) -> HallTicketView:
    rule = ticket["tier_rule"].partition(" ")[0]
    if rule != "manager":
        return ticket
    return {
        **ticket,
        "tier_rule": rule,
        "rule_words": by_language(CORRECTED),
    }
