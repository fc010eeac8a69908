"""(quality, event) -> quality. A snapshot knows how far it goes: what it has is not taken in twice."""

from __future__ import annotations

from lobby import events as ev
from lobby.evolve.registry import FOLLOWERS, follows
from lobby.state.quality import LowCard
from lobby.state.queue import QueueState


def follow(state: QueueState, rec: ev.Recorded) -> None:
    """Take one event into the state's quality."""
    quality = state.quality
    if rec.seq <= quality.seq:
        return
    quality.seq = rec.seq
    for take_in in FOLLOWERS.get(type(rec.event), ()):
        take_in(state, rec, rec.event)


@follows(ev.FeedbackGiven)
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


@follows(ev.AlertAcknowledged)
def _acknowledged(state: QueueState, rec: ev.Recorded, event: ev.AlertAcknowledged) -> None:
    state.quality.low_cards.pop(event.alert, None)


@follows(ev.DayOpened)
def _opened(state: QueueState, rec: ev.Recorded, event: ev.DayOpened) -> None:
    state.quality.forget(rec.at)
