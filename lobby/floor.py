"""What is: the state of the branch as a fold of its events. Nothing here decides or refuses."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from lobby import events as ev
from lobby.branch import Branch
from lobby.now import Alert, Call, CounterNow, PrinterNow, Slip
from lobby.ticket import State, Ticket

CALLS_KEPT = 30


Line = tuple[str, str, str]
"""Area, service, tier: within one line first come is first served."""


class Floor:
    """The day so far. Reads are methods and attributes; `apply` is the only way to change it."""

    def __init__(self, branch: Branch) -> None:
        self.branch = branch
        self.seq = 0
        self.at = datetime.fromtimestamp(0, UTC)
        self._blank("")

    def _blank(self, day: str) -> None:
        self.day = day
        self.open = False
        self.numbers: dict[str, int] = {}
        self.tickets: dict[str, Ticket] = {}
        self.slips: dict[str, Slip] = {}
        self.unprinted: dict[str, Slip] = {}
        self.counters = {c.id: CounterNow(c.id) for c in self.branch.counters}
        self.printers = {p.id: PrinterNow(p.id) for p in self.branch.printers}
        self.alerts: dict[int, Alert] = {}
        self.service_s: dict[str, list[float]] = {}
        self.feedback: dict[str, ev.FeedbackGiven] = {}
        self.calls: deque[Call] = deque(maxlen=CALLS_KEPT)
        self._lines: dict[Line, list[tuple[datetime, str]]] = {}

    # -- reading ------------------------------------------------------------------------------------
    def promise_s(self, ticket: Ticket) -> int:
        """The wait promised to this customer, seconds."""
        return promise_s(self.branch, ticket.tier, ticket.needs)

    def due(self, ticket: Ticket) -> datetime:
        """When the promise made to this customer runs out."""
        return ticket.rank_at + timedelta(seconds=self.promise_s(ticket))

    def waiting(self, area: str | None = None) -> list[Ticket]:
        """The waiting tickets, of one area or of all, the nearest promise first."""
        lines = (line for (a, _, _), line in self._lines.items() if area is None or a == area)
        return [self.tickets[id] for _, id in sorted(entry for line in lines for entry in line)]

    def waiting_count(self, area: str) -> int:
        return sum(len(line) for (a, _, _), line in self._lines.items() if a == area)

    def waiting_for(self, counter: str) -> list[Ticket]:
        """The waiting tickets this counter may serve, the nearest promise first."""
        desk = self.branch.counter[counter]
        lines = (line for (a, s, t), line in self._lines.items() if line and desk.may_serve(s, t, a))
        found = (self.tickets[id] for _, id in sorted(entry for line in lines for entry in line))
        return [t for t in found if t.only_counter in (None, counter)]

    def ahead(self, area: str, service: str, tier: str, due: datetime) -> dict[str, int]:
        """By service, how many wait in the area for the same counters with a nearer promise."""
        desks = [c for c in self.branch.counters if c.may_serve(service, tier, area)]
        ahead: dict[str, int] = {}
        for (a, s, t), line in self._lines.items():
            if a == area and line and any(c.may_serve(s, t, a) for c in desks):
                ahead[s] = ahead.get(s, 0) + bisect_left(line, (due, ""))
        return ahead

    def live(self) -> Iterator[Ticket]:
        return (t for t in self.tickets.values() if not t.state.ended)

    # -- folding ------------------------------------------------------------------------------------
    def apply(self, recorded: ev.Recorded) -> None:
        """Take one event in. An event is a fact: it is never refused."""
        self.seq, self.at = recorded.seq, recorded.at
        fold = FOLDS.get(type(recorded.event))
        if fold:
            fold(self, recorded, recorded.event)

    def _queue(self, ticket: Ticket) -> None:
        insort(self._line(ticket), (self.due(ticket), ticket.id))

    def _unqueue(self, ticket: Ticket) -> None:
        line, entry = self._line(ticket), (self.due(ticket), ticket.id)
        at = bisect_left(line, entry)
        if at < len(line) and line[at] == entry:
            del line[at]

    def _line(self, ticket: Ticket) -> list[tuple[datetime, str]]:
        return self._lines.setdefault((ticket.area, ticket.service, ticket.tier), [])

    def _leave_counter(self, ticket: Ticket, at: datetime) -> None:
        if ticket.counter and self.counters[ticket.counter].ticket == ticket.id:
            self.counters[ticket.counter].ticket = None
            self.counters[ticket.counter].since = at

    def _rejoin(self, ticket: Ticket, at: datetime) -> None:
        """Back into the line, wherever the ticket is now, with the waiting so far."""
        self._unqueue(ticket)
        self._leave_counter(ticket, at)
        ticket.state, ticket.counter, ticket.started_at = State.WAITING, None, None

    def _end(self, ticket: Ticket, state: State, at: datetime) -> None:
        self._unqueue(ticket)
        self._leave_counter(ticket, at)
        ticket.state, ticket.ended_at = state, at


def promise_s(branch: Branch, tier: str, needs: Iterable[str]) -> int:
    """The tier's target wait, or the green channel's where that is shorter."""
    target = branch.tier[tier].target_wait_s
    return min(target, branch.rules.green_target_wait_s) if tuple(needs) else target


Fold = Callable[[Floor, ev.Recorded, Any], None]
FOLDS: dict[type[ev.Event], Fold] = {}


def folds(kind: type[ev.Event]) -> Callable[[Fold], Fold]:
    def register(fold: Fold) -> Fold:
        FOLDS[kind] = fold
        return fold

    return register


@folds(ev.DayOpened)
def _day_opened(floor: Floor, rec: ev.Recorded, event: ev.DayOpened) -> None:
    floor._blank(event.day)
    floor.numbers = dict(event.numbers)
    floor.open = True


@folds(ev.DayReopened)
def _day_reopened(floor: Floor, rec: ev.Recorded, event: ev.DayReopened) -> None:
    floor.open = True


@folds(ev.DayClosed)
def _day_closed(floor: Floor, rec: ev.Recorded, event: ev.DayClosed) -> None:
    floor.open = False


@folds(ev.TicketIssued)
def _issued(floor: Floor, rec: ev.Recorded, event: ev.TicketIssued) -> None:
    ticket = Ticket(
        id=event.ticket, number=event.number, series=event.series, service=event.service,
        tier=event.tier, tier_rule=event.tier_rule, area=event.area, needs=event.needs,
        lang=event.lang, issued_at=rec.at, rank_at=rec.at, ahead=event.ahead, wait=event.wait,
    )  # fmt: skip
    floor.tickets[ticket.id] = ticket
    floor.numbers[event.series] = int(event.number[len(event.series) :])
    floor._queue(ticket)


@folds(ev.TicketCalled)
def _called(floor: Floor, rec: ev.Recorded, event: ev.TicketCalled) -> None:
    ticket = floor.tickets[event.ticket]
    floor._unqueue(ticket)
    ticket.state, ticket.counter, ticket.recalls = State.CALLED, event.counter, 0
    ticket.called_at, ticket.call_reason = rec.at, event.reason
    counter = floor.counters[event.counter]
    counter.ticket, counter.since = ticket.id, rec.at
    _announce(floor, rec, ticket, recall=False)


@folds(ev.TicketRecalled)
def _recalled(floor: Floor, rec: ev.Recorded, event: ev.TicketRecalled) -> None:
    ticket = floor.tickets[event.ticket]
    ticket.recalls += 1
    _announce(floor, rec, ticket, recall=True)


def _announce(floor: Floor, rec: ev.Recorded, ticket: Ticket, *, recall: bool) -> None:
    counter = ticket.counter or ""
    area = floor.branch.counter[counter].area
    floor.calls.append(Call(rec.seq, rec.at, ticket.id, ticket.number, counter, area, recall))


@folds(ev.TicketStarted)
def _started(floor: Floor, rec: ev.Recorded, event: ev.TicketStarted) -> None:
    ticket = floor.tickets[event.ticket]
    ticket.state, ticket.started_at = State.SERVING, rec.at
    floor.counters[event.counter].since = rec.at


@folds(ev.TicketFinished)
def _finished(floor: Floor, rec: ev.Recorded, event: ev.TicketFinished) -> None:
    ticket = floor.tickets[event.ticket]
    if ticket.started_at:
        floor.service_s.setdefault(ticket.service, []).append((rec.at - ticket.started_at).total_seconds())
    floor._end(ticket, State.SERVED, rec.at)


@folds(ev.TicketNoShow)
def _no_show(floor: Floor, rec: ev.Recorded, event: ev.TicketNoShow) -> None:
    floor._end(floor.tickets[event.ticket], State.NO_SHOW, rec.at)


@folds(ev.TicketParked)
def _parked(floor: Floor, rec: ev.Recorded, event: ev.TicketParked) -> None:
    ticket = floor.tickets[event.ticket]
    floor._leave_counter(ticket, rec.at)
    ticket.state = State.PARKED


@folds(ev.TicketResumed)
def _resumed(floor: Floor, rec: ev.Recorded, event: ev.TicketResumed) -> None:
    ticket = floor.tickets[event.ticket]
    floor._rejoin(ticket, rec.at)
    floor._queue(ticket)


@folds(ev.TicketTransferred)
def _transferred(floor: Floor, rec: ev.Recorded, event: ev.TicketTransferred) -> None:
    ticket = floor.tickets[event.ticket]
    floor._rejoin(ticket, rec.at)
    ticket.service, ticket.area, ticket.only_counter = event.service, event.area, event.to_counter
    floor._queue(ticket)


@folds(ev.TicketDiverted)
def _diverted(floor: Floor, rec: ev.Recorded, event: ev.TicketDiverted) -> None:
    ticket = floor.tickets[event.ticket]
    if event.ended:
        floor._end(ticket, State.DIVERTED, rec.at)
        ticket.area = event.area
        return
    floor._rejoin(ticket, rec.at)
    ticket.area, ticket.only_counter = event.area, None
    floor._queue(ticket)


@folds(ev.TicketRetiered)
def _retiered(floor: Floor, rec: ev.Recorded, event: ev.TicketRetiered) -> None:
    ticket = floor.tickets[event.ticket]
    floor._unqueue(ticket)
    ticket.tier, ticket.tier_rule, ticket.area = event.tier, "manager", event.area
    if ticket.state is State.WAITING:
        floor._queue(ticket)


@folds(ev.TicketCancelled)
def _cancelled(floor: Floor, rec: ev.Recorded, event: ev.TicketCancelled) -> None:
    floor._end(floor.tickets[event.ticket], State.CANCELLED, rec.at)


@folds(ev.CounterOpened)
def _counter_opened(floor: Floor, rec: ev.Recorded, event: ev.CounterOpened) -> None:
    counter = floor.counters[event.counter]
    counter.state, counter.since, counter.teller = "open", rec.at, rec.actor


@folds(ev.CounterClosed)
def _counter_closed(floor: Floor, rec: ev.Recorded, event: ev.CounterClosed) -> None:
    counter = floor.counters[event.counter]
    counter.state, counter.since, counter.teller = "closed", rec.at, None


@folds(ev.CounterPaused)
def _counter_paused(floor: Floor, rec: ev.Recorded, event: ev.CounterPaused) -> None:
    floor.counters[event.counter].state = "paused"
    floor.counters[event.counter].since = rec.at


@folds(ev.CounterResumed)
def _counter_resumed(floor: Floor, rec: ev.Recorded, event: ev.CounterResumed) -> None:
    floor.counters[event.counter].state = "open"
    floor.counters[event.counter].since = rec.at


@folds(ev.SlipQueued)
def _slip_queued(floor: Floor, rec: ev.Recorded, event: ev.SlipQueued) -> None:
    slip = Slip(event.slip, event.ticket, event.copy, event.printer)
    floor.slips[slip.id] = floor.unprinted[slip.id] = slip
    floor.tickets[event.ticket].copies = event.copy


@folds(ev.SlipSent)
def _slip_sent(floor: Floor, rec: ev.Recorded, event: ev.SlipSent) -> None:
    slip = floor.slips.get(event.slip)
    if slip:
        slip.state, slip.attempts = "sending", slip.attempts + 1


@folds(ev.SlipPrinted)
def _slip_printed(floor: Floor, rec: ev.Recorded, event: ev.SlipPrinted) -> None:
    slip = floor.slips.get(event.slip)
    if slip:
        slip.state, slip.confirmed, slip.error, slip.maybe_on_paper = "printed", event.confirmed, "", True
        floor.unprinted.pop(slip.id, None)


@folds(ev.SlipFailed)
def _slip_failed(floor: Floor, rec: ev.Recorded, event: ev.SlipFailed) -> None:
    slip = floor.slips.get(event.slip)
    if not slip:
        return
    slip.state, slip.error = ("failed" if event.final else "queued"), event.error
    slip.maybe_on_paper = slip.maybe_on_paper or event.maybe_on_paper
    if event.final:
        floor.unprinted.pop(slip.id, None)
    if event.final and not floor.tickets[event.ticket].state.ended:
        floor.alerts[rec.seq] = Alert(
            rec.seq, "printer", rec.at, event.ticket, None, {"printer": event.printer, "error": event.error}
        )


@folds(ev.SlipMoved)
def _slip_moved(floor: Floor, rec: ev.Recorded, event: ev.SlipMoved) -> None:
    slip = floor.slips.get(event.slip)
    if slip:
        slip.printer = event.printer


@folds(ev.PrinterChanged)
def _printer_changed(floor: Floor, rec: ev.Recorded, event: ev.PrinterChanged) -> None:
    floor.printers[event.printer] = PrinterNow(event.printer, event.status, event.detail, rec.at)
    for id, alert in list(floor.alerts.items()):
        if alert.kind == "printer" and alert.ticket is None and alert.params["printer"] == event.printer:
            del floor.alerts[id]
    if event.status not in ("ok", "unknown"):
        params = {"printer": event.printer, "status": event.status, "error": event.detail}
        floor.alerts[rec.seq] = Alert(rec.seq, "printer", rec.at, params=params)


@folds(ev.HelpRequested)
def _help_requested(floor: Floor, rec: ev.Recorded, event: ev.HelpRequested) -> None:
    floor.alerts[rec.seq] = Alert(rec.seq, "help", rec.at, params={"kiosk": event.kiosk})


@folds(ev.FeedbackGiven)
def _feedback_given(floor: Floor, rec: ev.Recorded, event: ev.FeedbackGiven) -> None:
    ticket = floor.tickets.get(event.ticket)
    floor.feedback[event.ticket] = event
    if ticket:
        ticket.feedback_score = event.score
    if event.score <= floor.branch.rules.bad_score:
        params = {"score": event.score, "reasons": list(event.reasons), "text": event.text}
        counter = ticket.counter if ticket else None
        floor.alerts[rec.seq] = Alert(rec.seq, "feedback", rec.at, event.ticket, counter, params)


@folds(ev.AlertAcknowledged)
def _acknowledged(floor: Floor, rec: ev.Recorded, event: ev.AlertAcknowledged) -> None:
    floor.alerts.pop(event.alert, None)
