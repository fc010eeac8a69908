"""What events about persons do to the state."""

from __future__ import annotations

from lobby import events as ev
from lobby.branch.record import from_json
from lobby.evolve.registry import evolves, follows
from lobby.state.queue import QueueState
from lobby.state.staff import StaffAccount, left_by


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


WORKS = {"created": True, "renewed": True, "enabled": True, "disabled": False, "removed": False}
"""The changes of an account after which it may sign in, and those after which it may not. Others change nothing."""


@follows(ev.AccountChanged)
def _account_changed(state: QueueState, rec: ev.Recorded, event: ev.AccountChanged) -> None:
    quality = state.quality
    former = quality.accounts.get(event.account)
    works = WORKS.get(event.change, former.works if former else True)
    quality.accounts[event.account] = StaffAccount(event.staff_number, works)
    _tell_who_left(state)


@follows(ev.BranchConfigured)
def _registered(state: QueueState, rec: ev.Recorded, event: ev.BranchConfigured) -> None:
    quality = state.quality
    people = from_json(event.configuration).staff.people
    quality.registered = frozenset(person.number for person in people)
    quality.registered_ever |= quality.registered
    _tell_who_left(state)


def _tell_who_left(state: QueueState) -> None:
    quality = state.quality
    quality.left = left_by(quality.accounts, quality.registered, quality.registered_ever)
