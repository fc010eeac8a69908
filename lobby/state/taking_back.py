"""What taking an act back does to the state: its own part is corrected, what others did since stays done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from lobby import events as ev
from lobby.state.counter import BreakStatus, CounterMove, CounterState
from lobby.state.queue import QueueState
from lobby.state.ticket import Move, StepKind, Ticket
from lobby.state.undo import LENDING, Act


def take_back(state: QueueState, rec: ev.Recorded, act: Act) -> None:
    """All is as it was before the act; the visit's history says that something was taken back."""
    waiting = state.queues.waiting
    open_counters = state.open_counters
    if act.ticket:
        _ticket_back(state, rec, act, act.ticket)
    if act.counter:
        _counter_back(state, rec, act, act.counter)
    if act.move in (CounterMove.CLOSE, *LENDING):
        _keep_again(state, act)
    again = {alert.id: alert for alert in act.alerts}
    state.alerts = dict(sorted({**state.alerts, **again}.items()))
    for seq in act.seqs:
        state.interventions.pop(seq, None)
    for slot in state.day_series.slots[act.slot : -1]:
        slot.waiting += state.queues.waiting - waiting
        slot.open_counters += state.open_counters - open_counters


def _counter_back(state: QueueState, rec: ev.Recorded, act: Act, as_was: CounterState) -> None:
    """A break that was asked for or answered during a call outlives the call. That the counter is lent is an act of its
    own, which ends where the counter is closed."""
    counter = state.counter(as_was.id)
    if act.move in LENDING:
        counter.lent_to = as_was.lent_to
        counter.lent_until = as_was.lent_until
        return
    not_of_act = ("person", "signed_on_as", "session", "session_ended")
    was_closed = act.move is CounterMove.OPEN and not as_was.at_work
    lent = () if was_closed or act.move is CounterMove.CLOSE else ("lent_to", "lent_until")
    since_the_call = ("break_status",) if act.move is Move.CALL else ()
    _become(counter, as_was, but=(*not_of_act, *lent, *since_the_call))
    if counter.break_status is BreakStatus.GRANTED and counter.ticket is None:
        counter.since = rec.at
        state.begin_break(counter)


def _keep_again(state: QueueState, act: Act) -> None:
    """Who was let go as the counter closed, or was lent no more, is kept for it again."""
    for kept in act.kept:
        ticket = state.tickets[kept.ticket]
        state.leave_line(ticket)
        ticket.only_counter = act.counter.id if act.counter else None
        ticket.area = kept.area
        ticket.hold = kept.hold
        state.take_place(ticket)


def _ticket_back(state: QueueState, rec: ev.Recorded, act: Act, as_was: Ticket) -> None:
    ticket = state.tickets[as_was.id]
    state.leave_line(ticket)
    if revoke := REVOKED.get(act.move):
        revoke(state, act, as_was)
    of_call = act.move is Move.CALL
    retiered = [step for step in ticket.history[act.steps :] if step.kind is StepKind.RETIERED]
    ticket.history[act.steps :] = retiered if of_call else []
    state.note(rec, ticket, StepKind.UNDONE)
    not_of_act = ("copies", "history", "overtaken", "gave_way")
    since_the_call = () if act.counter else ("recalls", "coming_at", "offered", "declined")
    if of_call:
        since_the_call = ("tier", "tier_rule", "target_wait_s", "then")
    _become(ticket, as_was, but=(*not_of_act, *since_the_call))
    state.take_place(ticket)


def _become(changed: Any, as_was: Any, but: tuple[str, ...] = ()) -> None:
    for field in fields(changed):
        if field.name not in but:
            setattr(changed, field.name, getattr(as_was, field.name))


def _revoke_call(state: QueueState, act: Act, as_was: Ticket) -> None:
    """Nobody was called, so nobody was overtaken, and no board shows it."""
    since = (c for c in state.calls if c.seq > act.seqs[0] and c.ticket != as_was.id)
    calls = [*act.calls, *since]
    state.calls.clear()
    state.calls.extend(calls)
    state.fcfs.uncalled(as_was.service, act.seqs[0])
    state.day_series.slots[act.slot].called -= 1
    called = state.tickets[as_was.id]
    gave_way = not ev.keeps_a_target(called.call_reason)
    for id in act.overtaken:
        state.tickets[id].overtaken -= 1
        state.tickets[id].gave_way -= gave_way
    called.gave_way = as_was.gave_way


def _revoke_finish(state: QueueState, act: Act, as_was: Ticket) -> None:
    """The service still goes on: how long it took teaches nothing."""
    took_s = state.took_s(as_was, act.at)
    count, total_s = state.service_s.pop(as_was.service)
    if count > 1:
        state.service_s[as_was.service] = count - 1, total_s - took_s


REVOKED: Mapping[Move | CounterMove, Callable[[QueueState, Act, Ticket], None]] = {
    Move.CALL: _revoke_call,
    Move.FINISH: _revoke_finish,
}
"""What an act changed beside its ticket and its counter."""
