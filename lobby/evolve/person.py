"""What events about persons do to the state."""

from __future__ import annotations

from lobby import events as ev
from lobby.evolve.registry import evolves
from lobby.state.queue import QueueState


@evolves(ev.PersonSignedOn)
def _signed_on(state: QueueState, rec: ev.Recorded, event: ev.PersonSignedOn) -> None:
    for counter in state.counters.values():
        if counter.person == event.staff_number:
            counter.sign_off()
    state.counter(event.counter).sign_on(event.staff_number, rec.actor, event.session)


@evolves(ev.PersonSignedOff)
def _signed_off(state: QueueState, rec: ev.Recorded, event: ev.PersonSignedOff) -> None:
    state.counter(event.counter).sign_off()


@evolves(ev.SignedOut)
def _session_ended(state: QueueState, rec: ev.Recorded, event: ev.SignedOut) -> None:
    """Only this session's sign-on ends: the fact may come late, and others may use the account. A customer who is at
    the counter stays in the hands of who called."""
    for counter in state.counters.values():
        if counter.session == event.session:
            counter.session_ended = True
            if counter.ticket is None:
                counter.sign_off()
