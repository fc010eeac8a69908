"""A ticket, as its customer and as staff see it."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Annotated, NotRequired, TypedDict

from lobby.calling.discipline import words
from lobby.customers.tiering import rule_words, why
from lobby.events.personal import reveal_within
from lobby.events.wait import Wait
from lobby.forecast.port import NO_WAIT
from lobby.state.alert import AlertKind
from lobby.state.queue import QueueState
from lobby.state.recording import RecordingKind
from lobby.state.ticket import State, Step, StepKind, Ticket
from lobby.texts import by_language, languages
from lobby.views.base import ByLang, Presenter, Waits, local, local_or_none, waits
from lobby.views.personal import readable


class PrintView(TypedDict):
    state: Annotated[str, "none, queued, sending, printed or failed"]
    copies: int


class LinksView(TypedDict):
    status: str
    feedback: str


class CustomerTicketView(Waits):
    """What a customer may see of the own ticket, and nothing else: nothing here tells the tier. A field that a ticket
    gets later is staff's until it is named here."""

    id: str
    number: str
    service: str
    area: str
    state: str
    counter: str | None
    counter_name: ByLang | None
    ahead: int
    issued_at: str
    called_at: str | None
    started_at: str | None
    ended_at: str | None
    print: PrintView
    then: Annotated[list[str], "services still to come in this visit"]
    done: list[str]
    missed: Annotated[int, "calls that nobody followed"]
    coming: Annotated[bool, "called, and said on the phone to be on the way"]
    returns: Annotated[bool, "missed, and may be drawn again today"]
    hold: Annotated[str | None, "of a parked ticket: any, same or step"]
    recorded: Annotated[bool, "the service must be recorded in sound and picture"]
    large_print: bool
    appointment: str | None
    offered: Annotated[str | None, "the area of machines that the customer is asked to go to"]
    redrawn_from: str | None
    redrawn_as: str | None
    feedback_open: Annotated[bool, "whether the feedback card is accepted now"]


class StaffTicketView(CustomerTicketView):
    """The whole ticket, as staff see it."""

    tier: str


class TicketView(CustomerTicketView):
    """A ticket as the API answers it."""

    tier: NotRequired[Annotated[str, "to staff only"]]
    links: NotRequired[
        Annotated[LinksView, "to the customer only: the kiosk's answer, the link's holder"]
    ]


class StepView(TypedDict):
    at: str
    what: Annotated[str, "issued, called, parked, continued, ..."]
    counter: str | None
    service: str


class RecordingEntryView(TypedDict):
    """What was said of the service that must be recorded."""

    kind: Annotated[str, "made, refused or overridden"]
    product: str
    reference: str
    reason: str


class HallTicketView(StaffTicketView):
    age_s: int
    target_wait_s: int
    late: bool
    soon: bool
    taken: Annotated[bool, "somebody took on that it is late"]
    needs: list[str]
    tier_rule: str
    rule_words: ByLang
    lang: str
    kiosk: str | None
    recalls: int
    held_s: Annotated[int, "for how long this is no no-show yet: the customer said to be coming"]
    only_counter: str | None
    first: bool
    machines: Annotated[bool, "machines do this business too"]
    declined: Annotated[bool, "the customer rather waits than goes to the machines"]
    call_reason: ByLang
    recording_due: Annotated[
        bool, "the service cannot end before something is said of its recording"
    ]
    recordings: list[RecordingEntryView]
    history: list[StepView]


class TicketViews(Presenter):
    def ticket(
        self, state: QueueState, ticket: Ticket, place: tuple[int, Wait] | None = None
    ) -> StaffTicketView:
        """The whole ticket; people ahead and wait, its `place`, are forecast anew if not given."""
        ahead, wait = place or self._place(state, ticket)
        return {
            "id": ticket.id,
            "number": ticket.number,
            "tier": ticket.tier,
            "service": ticket.service,
            "area": ticket.area,
            "state": ticket.state.value,
            "counter": ticket.counter,
            "counter_name": by_language(state.branch.counter[ticket.counter].name)
            if ticket.counter
            else None,
            "ahead": ahead,
            **waits(wait),
            "issued_at": local(state, ticket.issued_at),
            "called_at": local_or_none(state, ticket.called_at),
            "started_at": local_or_none(state, ticket.started_at),
            "ended_at": local_or_none(state, ticket.ended_at),
            "print": _print(state, ticket),
            "then": list(ticket.then),
            "done": list(ticket.done),
            "missed": ticket.missed,
            "coming": ticket.state is State.CALLED and ticket.coming_at is not None,
            "returns": state.returns(ticket),
            "hold": ticket.hold,
            "recorded": state.branch.service[ticket.service].recorded,
            "large_print": ticket.large_print,
            "appointment": ticket.appointment,
            "offered": ticket.offered,
            "redrawn_from": ticket.redrawn_from,
            "redrawn_as": ticket.redrawn_as,
            "feedback_open": ticket.outcome is not None,
        }

    def _place(self, state: QueueState, ticket: Ticket) -> tuple[int, Wait]:
        if ticket.state is not State.WAITING:
            return 0, NO_WAIT
        return self._forecaster.at_place(state, ticket)

    def why(self, state: QueueState, ticket: Ticket) -> ByLang:
        """Which rule decided where the customer waits, in words for the customer."""
        rule = ticket.tier_rule, ticket.needs, ticket.area
        return by_language(why(state.branch, *rule))

    def hall_ticket(self, state: QueueState, ticket: Ticket, now: datetime) -> HallTicketView:
        """A live ticket, as the lobby manager looks after it."""
        waiting = ticket.state is State.WAITING
        age_s = _age_s(ticket, now)
        target_wait_s = ticket.target_wait_s
        rule = ticket.tier_rule
        return {
            **self.ticket(state, ticket),
            "age_s": age_s,
            "target_wait_s": target_wait_s,
            "late": waiting and age_s > target_wait_s,
            "soon": waiting and target_wait_s - state.branch.alerts.soon_s < age_s <= target_wait_s,
            "taken": (AlertKind.LATE, ticket.id) in state.acknowledged,
            "needs": list(ticket.needs),
            "tier_rule": reveal_within(rule, self._reveal, str),
            "rule_words": {
                lang: rule_words(readable(rule, self._reveal, lang), lang) for lang in languages()
            },
            "lang": ticket.lang,
            "kiosk": ticket.kiosk,
            "recalls": ticket.recalls,
            "held_s": max(0, math.ceil(state.held_s(ticket, now))),
            "only_counter": ticket.only_counter,
            "first": ticket.first,
            "machines": _machines(state, ticket),
            "declined": ticket.declined,
            "call_reason": _call_reason(ticket),
            **_recordings(state, ticket),
            "history": [] if waiting else [_step(state, step) for step in _visit(ticket)],
        }


def _machines(state: QueueState, ticket: Ticket) -> bool:
    area = state.branch.service[ticket.service].quicker_at
    return area is not None and state.branch.area[area].self_service


def _call_reason(ticket: Ticket) -> ByLang:
    """Why the ticket was called before others; empty where it was not called."""
    if not ticket.call_reason:
        return dict.fromkeys(languages(), "")
    return by_language(words(ticket.call_reason))


class _Recordings(TypedDict):
    recording_due: bool
    recordings: list[RecordingEntryView]


def _recordings(state: QueueState, ticket: Ticket) -> _Recordings:
    """Of the service that goes on."""
    service = state.quality.recording_of(ticket.id)
    if service is None:
        return {"recording_due": False, "recordings": []}
    entries: list[RecordingEntryView] = [
        {
            "kind": entry.kind,
            "product": entry.product,
            "reference": entry.right_reference,
            "reason": entry.reason,
        }
        for entry in service.entries
    ]
    return {"recording_due": service.kind is RecordingKind.PENDING, "recordings": entries}


def _age_s(ticket: Ticket, now: datetime) -> int:
    """How long the customer has waited, or waited until the call."""
    until = now if ticket.state is State.WAITING else ticket.called_at or now
    return max(0, round((until - ticket.rank_at).total_seconds()))


def _print(state: QueueState, ticket: Ticket) -> PrintView:
    slip = state.slips.get(f"{ticket.id}-{ticket.copies}")
    return {"state": slip.state if slip else "none", "copies": ticket.copies}


def _visit(ticket: Ticket) -> list[Step]:
    """The visit from the beginning."""
    service = ticket.history[0].service if ticket.history else ticket.service
    return [Step(ticket.issued_at, StepKind.ISSUED, None, service), *ticket.history]


def _step(state: QueueState, step: Step) -> StepView:
    return {
        "at": local(state, step.at),
        "what": step.kind,
        "counter": step.counter,
        "service": step.service,
    }
