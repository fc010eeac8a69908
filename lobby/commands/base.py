"""What the commands share: the decision, what they know of earlier days, and the checks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol

from lobby import events as ev
from lobby.branch.model import NEEDS, Branch
from lobby.branch.routing import served_in
from lobby.calling.discipline import DEFAULT
from lobby.commands.ids import Ids
from lobby.commands.people import People
from lobby.errors import Conflict, Invalid, NotFound
from lobby.events.wait import Wait
from lobby.forecast.port import Forecast
from lobby.state.case import Case
from lobby.state.counter import CounterState, CounterStatus
from lobby.state.inspection import Finding
from lobby.state.known_case import KnownCase
from lobby.state.queue import QueueState
from lobby.state.recording import PastSale
from lobby.state.ticket import MOVES, Move, PastTicket, Ticket

PUT_OFF = timedelta(days=92)
"""What is put off for more than a quarter is given up, or begun anew with another plan."""
SIGNS_MIN = 2
"""The shortest reasons in Chinese have two signs."""


@dataclass(frozen=True)
class Decision:
    """What a command decided; `ticket`, `counter` or `appointment` is what the answer shows afterwards. `quoted` are
    the people ahead and the wait as forecast for the decision: the customer is told the same. `person` is the staff
    number of who did it, where the command itself says so. `sealed`: the words of the events are sealed already."""

    events: Sequence[ev.Event]
    ticket: str | None = None
    counter: str | None = None
    quoted: tuple[int, Wait] | None = None
    appointment: str | None = None
    person: str | None = None
    shows: tuple[str, str] | None = None
    """A noun of quality and an id: what the answer shows afterwards."""
    sealed: bool = False

    def after(self, before: Decision) -> Decision:
        """Both, `before` first; the answer is this one's."""
        return replace(self, events=[*before.events, *self.events], person=before.person)


@dataclass(frozen=True)
class Who:
    """Who acts on a matter of quality: the account with its role, and the staff number 工号 of the person whose account
    it is, where the register of staff knows."""

    account: str
    role: str
    person: str | None = None

    @property
    def id(self) -> str:
        """The person, else the account: what an owner is compared with."""
        return self.person or self.account

    @property
    def names(self) -> frozenset[str]:
        """All that events may know this person by."""
        return frozenset({self.account, self.id})

    def is_among(self, people: Collection[str]) -> bool:
        """Whether one of these is this person, by whichever name events know people."""
        return not self.names.isdisjoint(people)


def says_something(text: str) -> bool:
    """Whether who reads a reason later can learn anything: a dot, a letter or the same one again says nothing."""
    return len({sign for sign in text if sign.isalnum()}) >= SIGNS_MIN


P = ParamSpec("P")
Command = Callable[Concatenate[QueueState, datetime, P], Decision]
"""(state, now, the command's own arguments) -> decision. Who passes a command on takes `P`, so that its arguments are
checked where it is called."""
CounterCommand = Callable[Concatenate[QueueState, datetime, str, P], Decision]
"""A command whose first own argument is its counter."""
TicketCommand = Callable[Concatenate[QueueState, datetime, str, P], Decision]
"""A command whose first own argument is its ticket."""


class Archive(Protocol):
    """What the commands must know of earlier days."""

    def numbers(self, day: str) -> dict[str, int]:
        """The last number given per series on that day."""

    def first_come_s(self, day: str) -> dict[str, float]:
        """By service, the longest wait that order of arrival would have brought on the days before, seconds."""

    def past_ticket(self, ticket: str) -> PastTicket | None:
        """The ticket as the journal has it; None for one that it never had."""

    def visit_facts(self, ticket: str) -> ev.VisitFacts | None:
        """The ticket's visit, as a case is to remember it; None for a ticket that the journal never had."""

    def left_contact(self, ticket: str) -> bool:
        """Whether the ticket's card said how to reach its customer, who has not withdrawn it."""

    def recorded_for(self, reference: str) -> str | None:
        """The ticket whose sale has this reference of a recording."""

    def past_sale(self, sale: str) -> PastSale | None:
        """The recorded sale with this id, of any day; None for one that the journal never had."""

    def known_cases(self, references: Sequence[str]) -> list[KnownCase]:
        """The cases, however old, that have one of these references, or had it, with each channel that they ever
        had."""

    def past_case(self, branch: Branch, case: str) -> Case | None:
        """The case with this id or number, however long ago it was closed; None for one that the journal never had."""


class Decider:
    """One branch and what its commands ask: each noun's commands are methods of a Decider."""

    def __init__(
        self,
        branch: Branch,
        forecaster: Forecast,
        archive: Archive,
        policy: str = DEFAULT,
        ids: Ids | None = None,
    ) -> None:
        self.branch = branch
        self.forecaster = forecaster
        self._archive = archive
        self._policy = policy
        self._ids = ids or Ids()
        self.people = People(branch)

    # -- checks: each raises the LobbyError that says what does not fit -----------------------------------
    def _service(self, service: str) -> str:
        if service not in self.branch.offered.service:
            raise Invalid("unknown_service", "service", id=service)
        return service

    def _tier(self, tier: str) -> str:
        if tier not in self.branch.offered.tier:
            raise Invalid("unknown_tier", "tier", id=tier)
        return tier

    def _needs(self, needs: Sequence[str]) -> tuple[str, ...]:
        for need in needs:
            if need not in NEEDS:
                raise Invalid("unknown_need", "needs", id=need)
        return tuple(needs)

    def _reachable(self, area: str, service: str, tier: str) -> None:
        if not served_in(self.branch, area, service, tier):
            names = {
                "area": self.branch.area[area].name,
                "service": self.branch.service[service].name,
            }
            raise Conflict("nobody_serves", **names)

    def _area_at(self, counter: str, service: str, ticket: Ticket) -> str:
        """The area in which this counter serves the ticket's new business."""
        if counter not in self.branch.offered.counter:
            raise Invalid("unknown_counter", "counter", id=counter)
        branch_counter = self.branch.counter[counter]
        if not self.branch.may_serve(branch_counter, service, ticket.tier, branch_counter.area):
            raise Conflict("counter_cannot", counter=branch_counter.name)
        return branch_counter.area

    def _counter(self, state: QueueState, counter: str) -> CounterState:
        if counter not in state.counters:
            raise NotFound("unknown_counter", id=counter)
        return state.counters[counter]

    def _offered(self, state: QueueState, counter: str) -> CounterState:
        """A counter that may take customers. One that is gone from the configuration only ends what it began."""
        if counter not in self.branch.offered.counter:
            raise NotFound("unknown_counter", id=counter)
        return self._counter(state, counter)

    def _in_state(self, counter_state: CounterState, state: CounterStatus, move: str) -> None:
        if counter_state.state is not state:
            name = self.branch.counter[counter_state.id].name
            raise Conflict("counter_state", counter=name, state=counter_state.state, move=move)

    def _nobody_at(self, state: QueueState, counter_state: CounterState) -> None:
        if counter_state.ticket:
            name = self.branch.counter[counter_state.id].name
            raise Conflict(
                "counter_busy", counter=name, number=state.tickets[counter_state.ticket].number
            )

    def _free(self, state: QueueState, counter: str) -> None:
        """The counter may call somebody."""
        counter_state = self._offered(state, counter)
        self._in_state(counter_state, CounterStatus.OPEN, "next")
        self._nobody_at(state, counter_state)

    def _at(self, state: QueueState, counter: str, move: Move) -> Ticket:
        """The ticket at the counter, if it may move so."""
        counter_state = self._counter(state, counter)
        if counter_state.ticket is None:
            raise Conflict("counter_idle", counter=self.branch.counter[counter].name)
        return self._movable(state, counter_state.ticket, move)

    def _movable(self, state: QueueState, ticket: str, move: Move) -> Ticket:
        current = state.tickets.get(ticket)
        if current is None:
            raise NotFound("unknown_ticket", id=ticket)
        if current.state not in MOVES[move]:
            word = "mark_no_show" if move is Move.NO_SHOW else move.value
            raise Conflict(
                "ticket_state", number=current.number, state=current.state.value, move=word
            )
        return current

    def _kiosk(self, kiosk: str | None) -> str | None:
        if kiosk is not None and kiosk not in self.branch.kiosk:
            raise NotFound("unknown_kiosk", id=kiosk)
        return kiosk

    def expecting(self, command: CounterCommand[P], turn: str) -> CounterCommand[P]:
        """The command of a counter, refused when that is not as who pressed the button saw it: a second press of the
        same button that comes late never does the next thing."""

        @wraps(command)
        def checked(
            state: QueueState, now: datetime, counter: str, /, *args: P.args, **kwargs: P.kwargs
        ) -> Decision:
            counter_state = self._counter(state, counter)
            if counter_state.turn(state.tickets.get(counter_state.ticket or "")) != turn:
                raise Conflict("saw_other", counter=self.branch.counter[counter].name)
            return command(state, now, counter, *args, **kwargs)

        return checked

    def _put_off_by(self, now: datetime, who: Who, owners: Collection[str], due: date) -> date:
        """A later day for what was to be done by `owners`: who ever had it gives no such day."""
        self._is_known_by_name(who)
        if who.is_among(owners):
            raise Conflict("own_due_day")
        return self._put_off(now, due)

    def _takes_up(self, now: datetime, who: Who, finding: Finding, due: date) -> None:
        """An action with this due day may take the finding up: a later one than the finding's puts it off."""
        if due.isoformat() > finding.due:
            self._put_off_by(now, who, finding.owners, due)

    def latest_due(self, now: datetime, who: Who, finding: Finding) -> date:
        """The last day that an action which takes the finding up may have, where `who` opens or links it: what
        `_takes_up` lets pass."""
        unnamed = self.branch.person and who.person is None
        if unnamed or who.is_among(finding.owners):
            return date.fromisoformat(finding.due)
        return max(date.fromisoformat(finding.due), self.branch.day_of(now) + PUT_OFF)

    def _put_off(self, now: datetime, due: date) -> date:
        """A later day for what was to be done, within `PUT_OFF`."""
        last = self.branch.day_of(now) + PUT_OFF
        if due > last:
            raise Invalid("put_off_long", "due", day=last.isoformat())
        return due

    def _reason(self, text: str, field: str = "reason") -> str:
        """What somebody gives as a reason, without blanks around it."""
        if not says_something(text):
            raise Invalid("reason_needed", field)
        return text.strip()

    def _is_known_by_name(self, who: Who, refusal: str = "judge_unnamed") -> None:
        """Who judges somebody's work is one person: behind an account of several the one who did it may stand. A branch
        without a register of staff knows nobody by name."""
        if self.branch.person and who.person is None:
            raise Conflict(refusal)

    # -- what several commands decide alike --------------------------------------------------------------------
    def _slip(self, ticket: str, copy: int, printer: str | None) -> list[ev.Event]:
        """A slip to print; without a printer the QR is shown on the screen."""
        if printer:
            return [ev.SlipQueued(f"{ticket}-{copy}", ticket, copy, printer)]
        return []
