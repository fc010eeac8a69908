"""Alerts, and the low feedback cards of earlier days."""

from __future__ import annotations

from typing import Annotated, Any, TypedDict

from lobby.state.alert import ABOUT, Alert, AlertKind
from lobby.state.quality import LowCard
from lobby.state.queue import QueueState
from lobby.state.ticket import Ticket
from lobby.views.base import Presenter, local
from lobby.views.personal import readable_params


class VisitFactsView(TypedDict):
    """What is known of the visit that an opinion is about. `waited_s` until the call, or until now."""

    service: str
    counter: str | None
    waited_s: int
    target_wait_s: int


class HallAlertView(TypedDict):
    id: int
    kind: str
    at: str
    ticket: str | None
    counter: str | None
    params: Annotated[dict[str, Any], "by kind"]
    area: str | None
    subject: str
    number: str | None
    facts: Annotated[VisitFactsView | None, "of the visit that an opinion of today is about"]
    day: Annotated[
        str, "the day of its ticket, for a feedback card that nobody took up; else today"
    ]


OPINIONS = (AlertKind.FEEDBACK, AlertKind.OPINION)


class AlertViews(Presenter):
    def alert(self, state: QueueState, alert: Alert) -> HallAlertView:
        ticket = state.tickets.get(alert.ticket or "")
        return {
            "id": alert.id,
            "kind": alert.kind,
            "at": local(state, alert.at),
            "ticket": alert.ticket,
            "counter": alert.counter,
            "params": readable_params(alert.params, self._reveal),
            "area": alert.area,
            "subject": alert.subject,
            "number": ticket.number if ticket else None,
            "facts": _facts(state, ticket) if ticket and alert.kind in OPINIONS else None,
            "day": state.day,
        }

    def alerts(self, state: QueueState) -> list[HallAlertView]:
        """All that stand: the low cards of earlier days first."""
        cards = [
            self._card(state, card)
            for card in state.quality.low_cards.values()
            if card.id not in state.alerts
        ]
        return [
            *cards,
            *(self.alert(state, alert) for alert in state.alerts.values() if _stands(state, alert)),
        ]

    def _card(self, state: QueueState, card: LowCard) -> HallAlertView:
        """A low card that nobody has acknowledged, as the alert that it was."""
        params = {
            "score": card.score,
            "reasons": list(card.reasons),
            "text": card.text,
            "visit": card.visit,
        }
        alert = Alert(card.id, AlertKind.FEEDBACK, card.at, card.ticket, card.counter, params)
        return {**self.alert(state, alert), "number": card.number, "day": card.day}


def _facts(state: QueueState, ticket: Ticket) -> VisitFactsView:
    until = ticket.called_at or ticket.ended_at or state.at
    return {
        "service": ticket.service,
        "counter": ticket.counter,
        "waited_s": max(0, round((until - ticket.rank_at).total_seconds())),
        "target_wait_s": ticket.target_wait_s,
    }


def _stands(state: QueueState, alert: Alert) -> bool:
    """Not when its ticket went on since the monitor looked, which will clear it."""
    about = ABOUT.get(alert.kind)
    return about is None or state.tickets[alert.ticket or ""].state is about
