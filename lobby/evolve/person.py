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
    state.counter(event.counter).sign_on(event.staff_number, rec.actor)


@evolves(ev.PersonSignedOff)
def _signed_off(state: QueueState, rec: ev.Recorded, event: ev.PersonSignedOff) -> None:
    state.counter(event.counter).sign_off()


@evolves(ev.SignedIn)
@evolves(ev.SignedOut)
def _account_changed_hands(
    state: QueueState, rec: ev.Recorded, event: ev.SignedIn | ev.SignedOut
) -> None:
    """Several people may use one account: the next one is asked for the staff number again."""
    for counter in state.counters.values():
        if counter.signed_on_as == event.account:
            counter.sign_off()
