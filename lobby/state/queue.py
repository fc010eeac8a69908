"""What is: the state of the branch as its events made it. Nothing here decides or refuses."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from lobby import events as ev
from lobby.branch.lending import as_helper
from lobby.branch.model import Branch, Counter
from lobby.branch.rules import Missed
from lobby.state.alert import Alert, AlertKind, PastIntervention
from lobby.state.appointment import Appointment
from lobby.state.counter import BreakStatus, Call, CounterState, CounterStatus
from lobby.state.day_series import DaySeries
from lobby.state.device_test import DeviceTest
from lobby.state.fcfs import FcfsReference
from lobby.state.instants import DOUBTED_S, moved
from lobby.state.printer import PrinterState
from lobby.state.quality import Quality
from lobby.state.queues import Lately, Queue, Queues, Rank
from lobby.state.slip import Slip
from lobby.state.ticket import AT_COUNTER, QueuePosition, State, Step, StepKind, Ticket
from lobby.state.undo import Acts

CALLS_KEPT = 30
CLIP = 4.0
"""A service longer than this many usual ones counts as that many: somebody forgot to end it."""
CLOCK = "clock"
"""The actor of what the writer does by itself when it starts and when a day ends."""


class QueueState:
    """The day so far, and beside it the `quality` of months. `evolve.apply` is the only way to change it."""

    def __init__(self, branch: Branch) -> None:
        self.branch = branch
        self.seq = 0
        self.at = datetime.fromtimestamp(0, UTC)
        self.before = self.at
        self.quality = Quality()
        self.acts = Acts()
        self.blank("", date.min)

    def blank(self, day: str, of: date) -> None:
        """A day begins. `day` names it for good; `date` is the clock's date while it lasts, `drift_s` by how much the
        clock was set meanwhile, `guess_s` how much of that was guessed at a start and nobody acted on yet."""
        self.day = day
        self.date = of
        self.drift_s = 0.0
        self.guess_s = 0.0
        self.acted_at: datetime | None = None
        self.open = False
        self.by_hand = False
        """The manager opened outside the hours: they do not count today."""
        self.numbers: dict[str, int] = {}
        self.tickets: dict[str, Ticket] = {}
        self.slips: dict[str, Slip] = {}
        self.unprinted: dict[str, Slip] = {}
        self.counters = {c.id: CounterState(c.id) for c in self.branch.counters}
        self.printers = {p.id: PrinterState(p.id) for p in self.branch.printers}
        self.alerts: dict[int, Alert] = {}
        self.service_s: dict[str, tuple[int, float]] = {}
        self.feedback: dict[str, ev.FeedbackGiven] = {}
        self.asked: set[tuple[str, str]] = set()
        """Of whom and by what the feedback card was asked for: ticket and ev.AskedBy."""
        self.complaints: dict[str, tuple[str, ...]] = {}
        """The cases about each ticket of the day."""
        self.voiced: dict[str, int] = {}
        """How many opinions each waiting customer voiced."""
        self.calls: deque[Call] = deque(maxlen=CALLS_KEPT)
        self.fcfs = FcfsReference()
        self.issued: dict[str, int] = {}
        self.queues = Queues(self.branch)
        self.lately = Lately()
        self.firsts: dict[str, Ticket] = {}
        self.acknowledged: set[tuple[str, str]] = set()
        self.help_taken: dict[str, datetime] = {}
        """By kiosk, when somebody took the latest call for help."""
        self.interventions: dict[int, PastIntervention] = {}
        self.appointments: dict[str, Appointment] = {}
        self.tests: dict[tuple[str, str], DeviceTest] = {}
        """By what was tried and the device, the latest test of the day."""
        self.day_series = DaySeries()
        self.acts = self.acts.blank()

    # -- reading ------------------------------------------------------------------------------------
    def gives_numbers(self, now: datetime) -> bool:
        """Whether numbers are given: in the hours, unless the manager said otherwise. A clock that is doubted closes
        nothing, since its hours may be those of another time."""
        if not self.open:
            return False
        return self.by_hand or self.doubted or self.branch.opening.gives_numbers(now)

    def told_alerts(self) -> set[tuple[str, str]]:
        """Kind and subject of each alert that clears by itself and is not over, whether or not somebody took it on."""
        standing = {(one.kind, one.subject) for one in self.alerts.values() if one.subject}
        return standing | self.acknowledged

    def told(self, kind: AlertKind) -> list[str]:
        """The subjects of such alerts of a kind."""
        return [subject for told, subject in self.told_alerts() if told == kind]

    def due(self, ticket: Ticket) -> datetime:
        """When the promise made to this customer runs out."""
        return ticket.rank_at + timedelta(seconds=ticket.target_wait_s)

    def place(self, ticket: Ticket) -> Rank:
        return self.due(ticket), ticket.order

    def waiting(self, area: str | None = None) -> list[Ticket]:
        """The waiting tickets, of one area or of all, the nearest promise first."""
        waiting = (
            self.tickets[id]
            for queue in self.queues
            if area in (None, queue.area)
            for *_, id in queue.places
        )
        return sorted(waiting, key=self.place)

    def waiting_count(self, area: str) -> int:
        return sum(len(queue.places) for queue in self.queues if queue.area == area)

    def waiting_by_service(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for queue in self.queues:
            counts[queue.service] = counts.get(queue.service, 0) + len(queue.places)
        return counts

    def as_lent(self, counter: Counter) -> Counter:
        """The counter as it serves now: with the area that it is lent to among those that it helps."""
        now = self.counters.get(counter.id)
        return as_helper(counter, now.lent_to) if now else counter

    def counters_for(self, service: str, tier: str, area: str) -> Sequence[Counter]:
        """The counters that may serve such a ticket now."""
        branch = self.branch
        if all(counter.lent_to is None for counter in self.counters.values()):
            return branch.counters_for(service, tier, area)
        counters = map(self.as_lent, branch.counters)
        return [counter for counter in counters if branch.may_serve(counter, service, tier, area)]

    def heads(self, counter: Counter) -> list[Ticket]:
        """From each queue this counter may serve, the first ticket that may be called here."""
        counter = self.as_lent(counter)
        tickets = self.tickets
        heads = [t for t in self.firsts.values() if self._may_call(counter, t)]
        for queue in self.queues.at(counter):
            for *_, id in queue.places:
                if tickets[id].only_counter in (None, counter.id):
                    heads.append(tickets[id])
                    break
        return heads

    def _may_call(self, counter: Counter, ticket: Ticket) -> bool:
        fits = self.branch.may_serve(counter, ticket.service, ticket.tier, ticket.area)
        return fits and ticket.only_counter in (None, counter.id)

    def overtaken_by(self, counter: Counter, called: Ticket) -> Iterator[Ticket]:
        """The waiting tickets that came before this one and could have been called at this counter."""
        for queue in self.queues.at(self.as_lent(counter)):
            for rank_at, _, id in queue.places:
                if rank_at >= called.rank_at:
                    break
                if self.tickets[id].only_counter in (None, counter.id):
                    yield self.tickets[id]

    def kept_for(self, counter: str) -> list[Ticket]:
        """The tickets that only this counter may call, waiting or parked; who came first comes first."""
        kept = [t for t in self.live() if t.only_counter == counter and t.state not in AT_COUNTER]
        return sorted(kept, key=self.place)

    def attended(self, counter: str) -> bool | None:
        """Whether somebody is at the counter; None where that is not known, without a register of staff."""
        if self.counters[counter].attended:
            return True
        return False if self.branch.person else None

    @property
    def open_counters(self) -> int:
        return sum(counter.open for counter in self.counters.values())

    def returns(self, ticket: Ticket) -> bool:
        """Whether a missed ticket may be drawn again today."""
        redraws = self.branch.rules.missed is Missed.REDRAW
        return redraws and ticket.state is State.NO_SHOW and ticket.redrawn_as is None

    def took_s(self, ticket: Ticket, at: datetime) -> float:
        """How long the service has taken until then, as it counts; seconds."""
        served = at - (ticket.started_at or at)
        return min(served.total_seconds(), CLIP * self.branch.service[ticket.service].usual_s)

    def held_s(self, ticket: Ticket, now: datetime) -> float:
        """For how long who said to be coming is no no-show yet; seconds."""
        if ticket.coming_at is None:
            return 0.0
        return self.branch.rules.coming_s - (now - ticket.coming_at).total_seconds()

    def live(self) -> Iterator[Ticket]:
        return (t for t in self.tickets.values() if not t.state.ended)

    def at_counters(self) -> list[Ticket]:
        """The tickets called or served now."""
        return [self.tickets[c.ticket] for c in self.counters.values() if c.ticket]

    def acting(self, account: str, session: str, counter: str | None) -> str | None:
        """The staff number of who acts in this session of the account: who signed on in it, at the counter where it is
        about one. None where that could be several people."""
        people = {
            c.person
            for c in self.counters.values()
            if (c.signed_on_as, c.session) == (account, session) and counter in (None, c.id)
        }
        if len(people) == 1:
            return people.pop()
        return None

    def fork(self, branch: Branch) -> QueueState:
        """The state to play on with, in `branch`: what happens to one is nothing to the other. It has only the
        live tickets, each for the service it waits for, and nothing of paper, opinions or breaks."""
        twin = QueueState(branch)
        twin.seq = self.seq
        twin.at = self.at
        twin.day = self.day
        twin.open = self.open
        twin.numbers = dict(self.numbers)
        twin.issued = dict(self.issued)
        twin.service_s = dict(self.service_s)
        twin.tickets = {t.id: copy(t) for t in self.live()}
        for ticket in twin.tickets.values():
            ticket.then = ()
            ticket.history = []
        twin.counters = {
            id: replace(counter, break_status=None) for id, counter in self.counters.items()
        }
        twin.fcfs = self.fcfs.fork()
        twin.acts = Acts(keep=False)
        for ticket in self.waiting():
            twin.queues.join(twin.tickets[ticket.id])
        twin.firsts = {id: twin.tickets[id] for id in self.firsts}
        return twin

    @property
    def doubted(self) -> bool:
        """Whether the clock was set so much today that somebody has to say what time it is."""
        return abs(self.drift_s) > DOUBTED_S

    # -- what evolve does ----------------------------------------------------------------------------
    def counter(self, id: str) -> CounterState:
        """The counter at this moment; one that the configuration does not have begins closed."""
        return self.counters.setdefault(id, CounterState(id))

    def leave_counter(self, ticket: Ticket, at: datetime) -> None:
        if ticket.counter and self.counter(ticket.counter).ticket == ticket.id:
            counter = self.counter(ticket.counter)
            counter.ticket = None
            counter.since = at
            if counter.session_ended:
                counter.sign_off()
            self.begin_break(counter)

    def begin_break(self, counter: CounterState) -> None:
        """A break that was granted begins when nobody is at the counter."""
        if counter.break_status is BreakStatus.GRANTED and counter.ticket is None:
            counter.state = CounterStatus.PAUSED
            counter.break_status = None

    def rejoin(self, ticket: Ticket, at: datetime) -> None:
        """Into the queue again, wherever the ticket was; to be joined once what it waits for is set."""
        self.leave_line(ticket)
        self.leave_counter(ticket, at)
        ticket.state = State.WAITING
        ticket.counter = None
        ticket.started_at = None
        ticket.hold = None

    def join(
        self, ticket: Ticket, at: datetime, seat: str = QueuePosition.LIFETIME, behind: int = 0
    ) -> Queue:
        """Take the place in the queue that `seat` says."""
        if seat == QueuePosition.LAST:
            ticket.rank_at = at
        elif seat == QueuePosition.BEHIND:
            ticket.rank_at = self.queues.behind(ticket, behind, at)
        ticket.first = seat == QueuePosition.FIRST
        if ticket.first:
            self.firsts[ticket.id] = ticket
        return self.queues.join(ticket)

    def take_place(self, ticket: Ticket) -> None:
        """Stand again where the ticket says, if it waits."""
        if ticket.state is State.WAITING:
            self.join(ticket, ticket.rank_at, ticket.position)

    def leave_line(self, ticket: Ticket) -> None:
        self.queues.leave(ticket)
        self.firsts.pop(ticket.id, None)

    def note(self, rec: ev.Recorded, ticket: Ticket, kind: StepKind) -> None:
        """One more step of the visit."""
        ticket.history.append(Step(rec.at, kind, ticket.counter, ticket.service))

    def end(self, ticket: Ticket, state: State, at: datetime) -> None:
        self.leave_line(ticket)
        self.leave_counter(ticket, at)
        ticket.state = state
        ticket.ended_at = at
        ticket.hold = None

    def shift(self, by: timedelta) -> None:
        """Move every instant that was read off the clock. What was promised for a time of day stays: appointments."""
        for ticket in self.tickets.values():
            ticket.shift(by)
        for queue in self.queues:
            queue.places = [(at + by, order, id) for at, order, id in queue.places]
        for counter in self.counters.values():
            counter.shift(by)
        for printer in self.printers.values():
            printer.since = moved(printer.since, by)
        self.alerts = {id: replace(alert, at=alert.at + by) for id, alert in self.alerts.items()}
        for intervention in self.interventions.values():
            intervention.at += by
        for n, call in enumerate(self.calls):
            self.calls[n] = replace(call, at=call.at + by)
        for test in self.tests.values():
            test.at += by
        self.day_series.shift(by)
        self.fcfs.shift(by)
        self.lately.shift(by)
        self.acts.shift(by)
        self.help_taken = {kiosk: at + by for kiosk, at in self.help_taken.items()}
        self.acted_at = moved(self.acted_at, by)
