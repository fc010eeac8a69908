"""(quality, event) -> quality. A snapshot knows how far it goes: what it has is not taken in twice."""

from __future__ import annotations

from lobby import events as ev
from lobby.state.quality import LowCard
from lobby.state.queue import QueueState


def follow(state: QueueState, rec: ev.Recorded) -> None:
    """Take one event into the state's quality."""
    quality = state.quality
    if rec.seq <= quality.seq:
        return
    quality.seq = rec.seq
    event = rec.event
    if isinstance(event, ev.FeedbackGiven):
        _given(state, rec, event)
    elif isinstance(event, ev.AlertAcknowledged):
        quality.low_cards.pop(event.alert, None)
    elif isinstance(event, ev.DayOpened):
        quality.forget(rec.at)


def _given(state: QueueState, rec: ev.Recorded, card: ev.FeedbackGiven) -> None:
    if card.score > state.branch.rules.bad_score:
        return
    ticket = state.tickets.get(card.ticket)
    state.quality.low_cards[rec.seq] = LowCard(
        id=rec.seq,
        at=rec.at,
        ticket=card.ticket,
        number=card.number or None,
        day=card.day or state.day,
        counter=ticket.counter if ticket else None,
        score=card.score,
        reasons=card.reasons,
        text=card.text,
        visit=card.visit,
    )
