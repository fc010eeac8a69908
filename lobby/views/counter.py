"""A counter and who is there."""

from __future__ import annotations

from typing import Annotated, TypedDict

from lobby.branch.lending import lendable
from lobby.branch.person import spelled
from lobby.calling.discipline import rule
from lobby.events.wait import Wait
from lobby.state.counter import CounterState
from lobby.state.queue import QueueState
from lobby.state.ticket import Ticket
from lobby.state.undo import UNDO, Act, possible
from lobby.texts import by_language
from lobby.views.base import ByLang, local, local_or_none
from lobby.views.ticket import StaffTicketView, TicketViews


class UndoView(TypedDict):
    id: Annotated[int, "the seq of its event; sent back as `act`, no other act is taken back"]
    act: Annotated[str, "what was done: call, start, cancel, divert, close_counter, ..."]
    ticket: Annotated[str | None, "None for what was done to the counter alone"]
    number: str | None
    until: str


class PersonView(TypedDict):
    number: Annotated[str, "the staff number"]
    name: str
    account: Annotated[str | None, "under which account or token this person signed on"]
    session: Annotated[str, "in which session of the account, by its id; empty for a token"]


_Break = TypedDict("_Break", {"break": Annotated[str | None, "asked or granted"]})


class CounterView(_Break):
    id: str
    name: ByLang
    area: str
    state: str
    ticket: StaffTicketView | None
    since: str | None
    serves: list[str]
    helps: Annotated[
        list[str], "areas that it serves beside its own, with the one that it is lent to"
    ]
    lendable: Annotated[list[str], "areas that it could be lent to"]
    lent_to: Annotated[str | None, "the area that it helps for a while"]
    lent_until: str | None
    tiers: list[str]
    prefers: str | None
    attended: Annotated[
        bool | None, "somebody is there, signed on or away for a moment; null where nobody signs on"
    ]
    asked_at: Annotated[str | None, "since when the lobby manager asks for it to be opened"]
    declined_at: Annotated[str | None, "when that was last declined"]
    kept: Annotated[list[str], "numbers of the tickets that wait for this counter alone"]
    why: Annotated[ByLang | None, "by which rule its ticket was called, in a few words"]
    teller: Annotated[str | None, "the account that opened the counter"]
    person: Annotated[PersonView | None, "who signed on there, by the register of staff"]
    turn: Annotated[
        str, "what a press acts on now; sent back as `Lobby-Expects`, a press too late is 409"
    ]
    undo: Annotated[UndoView | None, "the act that may be taken back"]
    undo_lending: Annotated[UndoView | None, "likewise, of lending it: an act of the lobby manager"]


class CounterViews(TicketViews):
    def counter(
        self, state: QueueState, id: str, place: tuple[int, Wait] | None = None
    ) -> CounterView:
        """The counter; the `place` of the ticket there is forecast anew if not given."""
        counter = state.as_lent(state.branch.counter[id])
        now = state.counters[id]
        return {
            "id": counter.id,
            "name": by_language(counter.name),
            "area": counter.area,
            "state": now.state,
            "ticket": self.ticket(state, state.tickets[now.ticket], place) if now.ticket else None,
            "since": local_or_none(state, now.since),
            "serves": list(counter.serves),
            "helps": list(counter.helps),
            "lendable": list(lendable(state.branch, state.branch.counter[id])),
            "lent_to": now.lent_to,
            "lent_until": local_or_none(state, now.lent_until),
            "tiers": list(counter.tiers),
            "prefers": counter.prefers,
            "attended": state.attended(id),
            "asked_at": local_or_none(state, now.asked_at),
            "declined_at": local_or_none(state, now.declined_at),
            "kept": [ticket.number for ticket in state.kept_for(id)],
            "why": _why(state.tickets.get(now.ticket or "")),
            "teller": now.teller,
            "person": _person(state, now),
            "break": now.break_status,
            "turn": now.turn(state.tickets.get(now.ticket or "")),
            "undo": undo_view(state, state.acts.last(("counter", id))),
            "undo_lending": undo_view(state, state.acts.last(("lending", id))),
        }


def _why(ticket: Ticket | None) -> ByLang | None:
    if ticket is None or not ticket.call_reason:
        return None
    return by_language(rule(ticket.call_reason))


def _person(state: QueueState, counter: CounterState) -> PersonView | None:
    """Who is signed on at the counter, and under which account."""
    if counter.person is None:
        return None
    person = state.branch.person[spelled(counter.person)]
    return {
        "number": person.number,
        "name": person.name,
        "account": counter.signed_on_as,
        "session": counter.session,
    }


def undo_view(state: QueueState, act: Act | None) -> UndoView | None:
    """The act if it may be taken back, and until when."""
    if act is None or state.at - act.at > UNDO or not possible(state, act):
        return None
    return {
        "id": act.seqs[0],
        "act": act.move,
        "ticket": act.ticket.id if act.ticket else None,
        "number": act.ticket.number if act.ticket else None,
        "until": local(state, act.at + UNDO),
    }
