"""How compliments reach those they are about."""

from __future__ import annotations

from dataclasses import replace

from lobby import events as ev
from lobby.evolve.registry import follows
from lobby.state.compliment import SHOWN_FOR, Compliment
from lobby.state.queue import QueueState


@follows(ev.ComplimentPassedOn)
def _passed_on(state: QueueState, rec: ev.Recorded, event: ev.ComplimentPassedOn) -> None:
    state.quality.compliments[event.compliment] = Compliment(
        id=event.compliment,
        at=rec.at,
        channel=event.channel,
        about=event.about,
        day=event.day,
        card=event.card,
        words=event.words,
    )


@follows(ev.ComplimentRead)
def _read(state: QueueState, rec: ev.Recorded, event: ev.ComplimentRead) -> None:
    compliments = state.quality.compliments
    if compliment := compliments.get(event.compliment):
        compliments[compliment.id] = replace(compliment, read_by=(*compliment.read_by, event.by))


@follows(ev.DayOpened)
def _forget(state: QueueState, rec: ev.Recorded, event: ev.DayOpened) -> None:
    state.quality.compliments = {
        id: compliment
        for id, compliment in state.quality.compliments.items()
        if rec.at - compliment.at <= SHOWN_FOR
    }
