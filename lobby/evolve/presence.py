"""Who is here today."""

from __future__ import annotations

from lobby import events as ev
from lobby.evolve.registry import follows
from lobby.state.presence import Presence
from lobby.state.queue import QueueState


@follows(ev.PresenceNoted)
def _noted(state: QueueState, rec: ev.Recorded, event: ev.PresenceNoted) -> None:
    noted = Presence(event.staff_number, state.day, event.here)
    state.quality.presence[event.staff_number] = noted


@follows(ev.DayOpened)
def _forget(state: QueueState, rec: ev.Recorded, event: ev.DayOpened) -> None:
    state.quality.presence = {}
