"""The queue's verbs: what may be done, by whom it concerns, and what then has happened.

Each verb takes the floor as it is, the time, and its arguments, changes nothing, and returns the events;
or raises a LobbyError. Only the writer calls them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from lobby import events as ev
from lobby.branch import NEEDS, Branch
from lobby.discipline import DEFAULT, choose, reason
from lobby.errors import Conflict, Invalid, NotFound
from lobby.floor import Floor
from lobby.forecast.live import Forecast
from lobby.now import CounterNow
from lobby.ticket import MOVES, Move, State, Ticket, Wait
from lobby.tiering import area_for, served_in, sort_customer

CLOCK_GRACE = timedelta(minutes=10)
"""A clock set back by less than this is waited out: the hall's time stands still."""


@dataclass(frozen=True)
class Decision:
    """What a verb decided; `ticket` or `counter` is what the answer shows afterwards. `told` is the place
    in line that was forecast for the decision, so that the customer is told the same."""

    events: Sequence[ev.Event]
    ticket: str | None = None
    counter: str | None = None
    told: tuple[int, Wait] | None = None


class Archive(Protocol):
    """What the verbs must know of earlier days."""

    def numbers(self, day: str) -> dict[str, int]:
        """The last number given per series on that day."""

    def first_come_s(self, day: str) -> dict[str, float]:
        """By service, the longest wait that order of arrival would have brought on the days before, seconds."""

    def feedback_given(self, ticket: str) -> bool:
        """Whether the ticket's feedback card was handed in."""


class Hall:
    """The verbs of one branch."""

    def __init__(
        self,
        branch: Branch,
        forecaster: Forecast,
        archive: Archive,
        directory: Mapping[str, str],
        policy: str = DEFAULT,
    ) -> None:
        self.branch = branch
        self.forecaster = forecaster
        self._archive = archive
        self._directory = directory
        self._policy = policy

    # -- the day ------------------------------------------------------------------------------------
    def moment(self, floor: Floor, clock: datetime) -> tuple[datetime, list[ev.Event]]:
        """The hall's time. It never runs backwards, but a clock set back by more than the grace is
        believed, and noted."""
        back = floor.at - clock
        if back <= timedelta(0):
            return clock, []
        if back <= CLOCK_GRACE:
            return floor.at, []
        return clock, [ev.ClockStepped(floor.at.isoformat(), round(back.total_seconds()))]

    def roll(self, floor: Floor, now: datetime) -> list[ev.Event]:
        """The events that end the former day, then, once that is journalled, the one that opens the day
        `now` falls in; none in mid-day."""
        day = self.day(now)
        if floor.day == day:
            return []
        return self._end_day(floor) or [ev.DayOpened(day, self._archive.numbers(day), self._archive.first_come_s(day))]

    def day(self, now: datetime) -> str:
        return now.astimezone(self.branch.zone).date().isoformat()

    def _end_day(self, floor: Floor) -> list[ev.Event]:
        events: list[ev.Event] = []
        for ticket in floor.live():
            if ticket.state is State.SERVING and ticket.counter:
                events.append(ev.TicketFinished(ticket.id, ticket.counter))
            else:
                events.append(ev.TicketCancelled(ticket.id, "day_closed"))
        return [*events, ev.DayClosed(floor.day)] if floor.open else events

    def open_day(self, floor: Floor, now: datetime) -> Decision:
        return Decision([] if floor.open else [ev.DayReopened(floor.day)])

    def close_day(self, floor: Floor, now: datetime) -> Decision:
        """No more numbers today. Who waits is still served."""
        return Decision([ev.DayClosed(floor.day)] if floor.open else [])

    # -- the customer -------------------------------------------------------------------------------
    def issue(
        self,
        floor: Floor,
        now: datetime,
        service: str,
        needs: Sequence[str] = (),
        customer: str = "",
        lang: str = "zh",
        tier: str | None = None,
    ) -> Decision:
        """A number and a place in line. `customer` is what the reader read; `tier` is staff's word."""
        if not floor.open:
            raise Conflict("day_closed")
        self._service(service)
        for need in needs:
            if need not in NEEDS:
                raise Invalid("unknown_need", "needs", id=need)
        found = sort_customer(self.branch, self._directory, customer)
        tier_id, rule = (self._tier(tier), "staff") if tier else (found.tier, found.rule)
        area = area_for(self.branch, service, tier_id, needs)
        ahead, wait = self.forecaster.newcomer(floor, now, service, tier_id, area, tuple(needs))
        series = self.branch.service[service].series
        number = f"{series}{floor.numbers.get(series, 0) + 1:03d}"
        ticket = floor.day[2:].replace("-", "") + number
        issued = ev.TicketIssued(ticket, number, series, service, tier_id, rule, area, tuple(needs), lang, ahead, wait)
        return Decision([issued, *self._slip(ticket, 1)], ticket=ticket, told=(ahead, wait))

    def cancel(self, floor: Floor, now: datetime, ticket: str, reason: str = "customer") -> Decision:
        self._movable(floor, ticket, Move.CANCEL)
        return Decision([ev.TicketCancelled(ticket, reason)], ticket=ticket)

    def reprint(self, floor: Floor, now: datetime, ticket: str) -> Decision:
        copy = self._movable(floor, ticket, Move.REPRINT).copies + 1
        return Decision(self._slip(ticket, copy), ticket=ticket)

    def give_feedback(
        self,
        floor: Floor,
        now: datetime,
        ticket: str,
        score: int,
        reasons: Sequence[str] = (),
        text: str = "",
        contact: str = "",
        consent: bool = False,
    ) -> Decision:
        """One card per ticket, for `feedback_days` after the ticket's day."""
        issued = datetime.strptime(ticket[:6], "%y%m%d").replace(tzinfo=self.branch.zone)
        if now > issued + timedelta(days=self.branch.rules.feedback_days + 1):
            raise NotFound("unknown_link")
        if ticket in floor.feedback or self._archive.feedback_given(ticket):
            raise Conflict("feedback_given")
        return Decision([ev.FeedbackGiven(ticket, score, tuple(reasons), text, contact, consent)])

    def request_help(self, floor: Floor, now: datetime, kiosk: str = "") -> Decision:
        """Ringing again while the last ring is unanswered changes nothing."""
        rung = any(a.kind == "help" and a.params["kiosk"] == kiosk for a in floor.alerts.values())
        return Decision([] if rung else [ev.HelpRequested(kiosk)])

    # -- the lobby manager --------------------------------------------------------------------------
    def divert(self, floor: Floor, now: datetime, ticket: str, area: str) -> Decision:
        """To another area's line with the waiting so far, or out of the line to the machines."""
        found = self._movable(floor, ticket, Move.DIVERT)
        if area not in self.branch.area:
            raise Invalid("unknown_area", "area", id=area)
        if area == found.area:
            raise Conflict("same_area", number=found.number)
        ended = self.branch.area[area].self_service
        if not ended:
            self._reachable(area, found.service, found.tier)
        return Decision([ev.TicketDiverted(ticket, area, ended)], ticket=ticket)

    def retier(self, floor: Floor, now: datetime, ticket: str, tier: str, reason: str) -> Decision:
        found = self._movable(floor, ticket, Move.RETIER)
        self._tier(tier)
        moves = found.state in (State.WAITING, State.PARKED)
        area = area_for(self.branch, found.service, tier, found.needs) if moves else found.area
        return Decision([ev.TicketRetiered(ticket, tier, area, reason)], ticket=ticket)

    def transfer(self, floor: Floor, now: datetime, ticket: str, service: str, counter: str | None = None) -> Decision:
        """To another business, and to one counter if given, with the waiting so far."""
        found = self._movable(floor, ticket, Move.TRANSFER)
        self._service(service)
        area = area_for(self.branch, service, found.tier, found.needs)
        if counter is not None:
            area = self._area_at(counter, service, found)
        return Decision([ev.TicketTransferred(ticket, service, area, counter)], ticket=ticket)

    def resume(self, floor: Floor, now: datetime, ticket: str) -> Decision:
        self._movable(floor, ticket, Move.RESUME)
        return Decision([ev.TicketResumed(ticket)], ticket=ticket)

    def acknowledge(self, floor: Floor, now: datetime, alert: int) -> Decision:
        if alert not in floor.alerts:
            raise NotFound("unknown_alert", id=alert)
        return Decision([ev.AlertAcknowledged(alert)])

    # -- the teller ---------------------------------------------------------------------------------
    def next(self, floor: Floor, now: datetime, counter: str) -> Decision:
        """Call whom the discipline chooses. Nobody to call is a decision without events."""
        self._free(floor, counter)
        choice = choose(floor, self.branch.counter[counter], now, self._policy)
        if choice is None:
            return Decision([])
        called = ev.TicketCalled(choice.ticket.id, counter, choice.reason)
        return Decision([called], ticket=choice.ticket.id)

    def call(self, floor: Floor, now: datetime, counter: str, ticket: str) -> Decision:
        """Call this ticket, waiting or parked."""
        self._free(floor, counter)
        found = self._movable(floor, ticket, Move.CALL)
        desk = self.branch.counter[counter]
        if not desk.may_serve(found.service, found.tier, found.area):
            raise Conflict("counter_cannot", counter=desk.name)
        why = reason(floor, desk, found, now, "named")
        return Decision([ev.TicketCalled(ticket, counter, why)], ticket=ticket)

    def recall(self, floor: Floor, now: datetime, counter: str) -> Decision:
        ticket = self._at(floor, counter, Move.RECALL)
        limit = self.branch.rules.recall_max
        if ticket.recalls >= limit:
            raise Conflict("recall_limit", number=ticket.number, max=limit)
        return Decision([ev.TicketRecalled(ticket.id, counter)], ticket=ticket.id)

    def start(self, floor: Floor, now: datetime, counter: str) -> Decision:
        ticket = self._at(floor, counter, Move.START)
        return Decision([ev.TicketStarted(ticket.id, counter)], ticket=ticket.id)

    def finish(self, floor: Floor, now: datetime, counter: str) -> Decision:
        ticket = self._at(floor, counter, Move.FINISH)
        return Decision([ev.TicketFinished(ticket.id, counter)], ticket=ticket.id)

    def no_show(self, floor: Floor, now: datetime, counter: str) -> Decision:
        ticket = self._at(floor, counter, Move.NO_SHOW)
        return Decision([ev.TicketNoShow(ticket.id, counter)], ticket=ticket.id)

    def park(self, floor: Floor, now: datetime, counter: str) -> Decision:
        ticket = self._at(floor, counter, Move.PARK)
        return Decision([ev.TicketParked(ticket.id, counter)], ticket=ticket.id)

    def transfer_here(
        self, floor: Floor, now: datetime, counter: str, service: str, to_counter: str | None = None
    ) -> Decision:
        """Transfer the customer at this counter."""
        ticket = self._at(floor, counter, Move.TRANSFER)
        return self.transfer(floor, now, ticket.id, service, to_counter)

    def open_counter(self, floor: Floor, now: datetime, counter: str) -> Decision:
        state = self._counter(floor, counter).state
        return Decision([] if state == "open" else [ev.CounterOpened(counter)], counter=counter)

    def close_counter(self, floor: Floor, now: datetime, counter: str) -> Decision:
        desk = self._counter(floor, counter)
        self._nobody_at(floor, desk)
        return Decision([] if desk.state == "closed" else [ev.CounterClosed(counter)], counter=counter)

    def pause_counter(self, floor: Floor, now: datetime, counter: str) -> Decision:
        desk = self._counter(floor, counter)
        self._in_state(desk, "open", "pause")
        self._nobody_at(floor, desk)
        return Decision([ev.CounterPaused(counter)], counter=counter)

    def resume_counter(self, floor: Floor, now: datetime, counter: str) -> Decision:
        self._in_state(self._counter(floor, counter), "paused", "resume")
        return Decision([ev.CounterResumed(counter)], counter=counter)

    # -- what the verbs share -----------------------------------------------------------------------
    def _slip(self, ticket: str, copy: int) -> list[ev.Event]:
        """The branch's first printer prints; a branch without one shows the QR on the screen."""
        return [ev.SlipQueued(f"{ticket}-{copy}", ticket, copy, p.id) for p in self.branch.printers[:1]]

    def _service(self, service: str) -> None:
        if service not in self.branch.service:
            raise Invalid("unknown_service", "service", id=service)

    def _tier(self, tier: str) -> str:
        if tier not in self.branch.tier:
            raise Invalid("unknown_tier", "tier", id=tier)
        return tier

    def _reachable(self, area: str, service: str, tier: str) -> None:
        if not served_in(self.branch, area, service, tier):
            names = {"area": self.branch.area[area].name, "service": self.branch.service[service].name}
            raise Conflict("nobody_serves", **names)

    def _area_at(self, counter: str, service: str, ticket: Ticket) -> str:
        """The area in which this counter serves the ticket's new business."""
        desk = self.branch.counter.get(counter)
        if desk is None:
            raise Invalid("unknown_counter", "counter", id=counter)
        if not desk.may_serve(service, ticket.tier, desk.area):
            raise Conflict("counter_cannot", counter=desk.name)
        return desk.area

    def _counter(self, floor: Floor, counter: str) -> CounterNow:
        if counter not in floor.counters:
            raise NotFound("unknown_counter", id=counter)
        return floor.counters[counter]

    def _in_state(self, desk: CounterNow, state: str, move: str) -> None:
        if desk.state != state:
            name = self.branch.counter[desk.id].name
            raise Conflict("counter_state", counter=name, state=desk.state, move=move)

    def _nobody_at(self, floor: Floor, desk: CounterNow) -> None:
        if desk.ticket:
            name = self.branch.counter[desk.id].name
            raise Conflict("counter_busy", counter=name, number=floor.tickets[desk.ticket].number)

    def _free(self, floor: Floor, counter: str) -> None:
        """The counter may call somebody."""
        desk = self._counter(floor, counter)
        self._in_state(desk, "open", "next")
        self._nobody_at(floor, desk)

    def _at(self, floor: Floor, counter: str, move: Move) -> Ticket:
        """The ticket at the counter, if it may move so."""
        desk = self._counter(floor, counter)
        if desk.ticket is None:
            raise Conflict("counter_idle", counter=self.branch.counter[counter].name)
        return self._movable(floor, desk.ticket, move)

    def _movable(self, floor: Floor, ticket: str, move: Move) -> Ticket:
        found = floor.tickets.get(ticket)
        if found is None:
            raise NotFound("unknown_ticket", id=ticket)
        if found.state not in MOVES[move]:
            word = "mark_no_show" if move is Move.NO_SHOW else move.value
            raise Conflict("ticket_state", number=found.number, state=found.state.value, move=word)
        return found
