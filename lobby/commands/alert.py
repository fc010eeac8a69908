"""What the lobby manager has to see: calls for help, alerts that come and go by themselves, and what the manager's acts
changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from lobby import events as ev
from lobby.commands.base import CounterCommand, Decider, Decision, P, TicketCommand, Who
from lobby.commands.case_access import may_handle
from lobby.commands.kept import brought_home
from lobby.errors import NotFound
from lobby.forecast.outlook import Outlook
from lobby.state.alert import AlertKind, Pressure
from lobby.state.case import LIVE
from lobby.state.quality import LowCard
from lobby.state.queue import QueueState
from lobby.state.ticket import State
from lobby.state.visit import VisitState
from lobby.texts import by_language


class AlertCommands(Decider):
    def request_help(self, state: QueueState, now: datetime, kiosk: str = "") -> Decision:
        """Ringing again while the last ring is unanswered changes nothing. A branch that names its kiosks is rung
        by these only."""
        if kiosk and self.branch.kiosks:
            self._kiosk(kiosk)
        rung = any(
            a.kind is AlertKind.HELP and a.params["kiosk"] == kiosk for a in state.alerts.values()
        )
        named = self.branch.kiosk.get(kiosk)
        name = by_language(named.name) if named else {}
        return Decision([] if rung else [ev.HelpRequested(kiosk, name)])

    def acknowledge(
        self, state: QueueState, now: datetime, alert: int, who: Who | None = None
    ) -> Decision:
        """Somebody takes the alert on, and with a low card the case that it opened, where `who` may answer for it."""
        card = state.quality.low_cards.get(alert)
        if alert not in state.alerts and card is None:
            raise NotFound("unknown_alert", id=alert)
        taken: list[ev.Event] = [ev.AlertAcknowledged(alert)]
        if card and who:
            taken += self._case_taken(state, card, who)
        return Decision(taken)

    def _case_taken(self, state: QueueState, card: LowCard, who: Who) -> Iterator[ev.CaseAssigned]:
        """Nothing where somebody answers for it already, and where who asks may not."""
        if not self.people.may_answer(who):
            return
        for case in state.quality.cases.values():
            opened_by_card = case.channel is ev.Channel.CARD and case.ticket == card.ticket
            free = case.status in LIVE and not case.owner
            if opened_by_card and free and may_handle(case, who):
                yield ev.CaseAssigned(case.id, who.id)


class AlertMonitor:
    """Looks after one branch."""

    def __init__(self, outlook: Outlook) -> None:
        self._outlook = outlook

    def look(
        self,
        state: QueueState,
        now: datetime,
        dark_boards: Collection[str] | None = None,
        silent_kiosks: Collection[str] | None = None,
    ) -> Decision:
        """Raise what is new, clear what is over, measure the acts whose time has come, let the clocks of cases run
        whose pause is over, take back the counters that were lent until now. `dark_boards` and `silent_kiosks` have had
        no line for longer than the branch allows; of which kind nothing is told, its alerts stay."""
        screens = _screens(state, dark_boards or (), silent_kiosks or ())
        raised_now = [*self._causes(state, now), *screens]
        causes = {(c.alert, c.subject): c for c in raised_now}
        standing = state.told_alerts()
        raised = [alert for key, alert in causes.items() if key not in standing]
        stay = _untold(dark_boards, silent_kiosks)
        gone = sorted(standing - causes.keys())
        over = [ev.AlertCleared(*key) for key in gone if key[0] not in stay]
        paused = state.quality.paused
        resumed = [ev.CaseResumed(case) for case, until in paused.items() if now >= until]
        home = [
            event
            for counter in state.counters.values()
            if counter.lent_until and now >= counter.lent_until
            for event in brought_home(state, counter.id)
        ]
        return Decision([*raised, *over, *self._measured(state, now), *resumed, *home])

    def ticket_intervention(
        self, act: ev.Intervention, command: TicketCommand[P], counter: str | None = None
    ) -> TicketCommand[P]:
        """The command that intervenes with a ticket, which may go to a `counter`, with a note of how its area stood."""

        def noted(
            state: QueueState, now: datetime, ticket: str, /, *args: P.args, **kwargs: P.kwargs
        ) -> Decision:
            decision = command(state, now, ticket, *args, **kwargs)
            return self._noted(
                decision, state, now, act, state.tickets[ticket].area, ticket, counter
            )

        return noted

    def counter_intervention(
        self, act: ev.Intervention, command: CounterCommand[P], area: str | None = None
    ) -> CounterCommand[P]:
        """The command that intervenes at a counter, with a note of how its area stood, or the `area` to relieve."""

        def noted(
            state: QueueState, now: datetime, counter: str, /, *args: P.args, **kwargs: P.kwargs
        ) -> Decision:
            decision = command(state, now, counter, *args, **kwargs)
            relieved = area or state.branch.counter[counter].area
            return self._noted(decision, state, now, act, relieved, None, counter)

        return noted

    def lending(self, area: str, command: CounterCommand[P]) -> CounterCommand[P]:
        """The command that lends a counter to this area, with a note of how that area stood."""
        return self.counter_intervention(ev.Intervention.LEND_COUNTER, command, area)

    def opening(self, command: CounterCommand[P], *, by_manager: bool) -> CounterCommand[P]:
        """The command that opens a counter. A manager's relieves the queue, and so does a teller's who was asked: to
        ask alone opens nothing."""
        noted = self.counter_intervention(ev.Intervention.OPEN_COUNTER, command)

        def decided(
            state: QueueState, now: datetime, counter: str, /, *args: P.args, **kwargs: P.kwargs
        ) -> Decision:
            relieves = by_manager or state.counters[counter].asked_at
            return (noted if relieves else command)(state, now, counter, *args, **kwargs)

        return decided

    def _noted(
        self,
        decision: Decision,
        state: QueueState,
        now: datetime,
        act: ev.Intervention,
        area: str,
        ticket: str | None,
        counter: str | None,
    ) -> Decision:
        if not decision.events:
            return decision
        before = self._outlook.pressure(state, area, now)
        note = ev.InterventionTaken(
            act, area, before.waiting, before.late, before.wait_p90_s, ticket, counter
        )
        return replace(decision, events=[note, *decision.events])

    def _measured(self, state: QueueState, now: datetime) -> Iterator[ev.Event]:
        after = timedelta(seconds=state.branch.alerts.effect_s)
        for intervention in state.interventions.values():
            if intervention.after is None and now - intervention.at >= after:
                p: Pressure = self._outlook.pressure(state, intervention.area, now)
                yield ev.InterventionMeasured(intervention.seq, p.waiting, p.late, p.wait_p90_s)

    def _causes(self, state: QueueState, now: datetime) -> Iterator[ev.AlertRaised]:
        """The alerts that should stand, by what the branch knows of itself."""
        yield from _promises(state, now)
        yield from _crowds(state)
        yield from _counters(state, now)
        yield from self._long(state, now)
        yield from _clock(state)
        yield from _visits(state, now)
        yield from _loans(state, now)

    def _long(self, state: QueueState, now: datetime) -> Iterator[ev.AlertRaised]:
        factor = state.branch.alerts.long_factor
        for ticket in state.at_counters() if factor else ():
            if ticket.state is State.SERVING and ticket.started_at:
                took_s = (now - ticket.started_at).total_seconds()
                if took_s > factor * self._outlook.usual_s(state, ticket.service):
                    yield ev.AlertRaised(
                        AlertKind.LONG, ticket.id, ticket.id, ticket.counter, ticket.area
                    )


def _untold(
    dark_boards: Collection[str] | None, silent_kiosks: Collection[str] | None
) -> set[AlertKind]:
    """The kinds of screens that nobody looked at."""
    looked = {AlertKind.BOARD: dark_boards, AlertKind.KIOSK: silent_kiosks}
    return {kind for kind, found in looked.items() if found is None}


def _screens(
    state: QueueState, dark_boards: Collection[str], silent_kiosks: Collection[str]
) -> Iterator[ev.AlertRaised]:
    for board in dark_boards:
        yield ev.AlertRaised(AlertKind.BOARD, board, params={"board": board})
    for kiosk in silent_kiosks:
        name = by_language(state.branch.kiosk[kiosk].name)
        yield ev.AlertRaised(AlertKind.KIOSK, kiosk, params={"kiosk": kiosk, "name": name})


def _clock(state: QueueState) -> Iterator[ev.AlertRaised]:
    """A clock that was set so far that somebody has to say whether it is right."""
    if state.doubted:
        subject = "ahead" if state.drift_s > 0 else "back"
        yield ev.AlertRaised(
            AlertKind.CLOCK, subject, params={"by_s": round(state.drift_s), "day": state.day}
        )


def _visits(state: QueueState, now: datetime) -> Iterator[ev.AlertRaised]:
    """Announced visits that are near, until the customer is here or the day is over."""
    ahead = timedelta(minutes=state.branch.care.visit_min)
    for visit in state.quality.visits.values():
        today = state.branch.day_of(visit.at) == state.date
        if today and visit.state is VisitState.ANNOUNCED and visit.at - now <= ahead:
            params = {
                "at": visit.at.astimezone(state.branch.zone).isoformat(),
                "service": visit.service,
            }
            yield ev.AlertRaised(AlertKind.VISIT, visit.id, params=params)


def _loans(state: QueueState, now: datetime) -> Iterator[ev.AlertRaised]:
    """Things that should be back."""
    for loan in state.quality.loans.values():
        if loan.overdue(now):
            name = by_language(state.branch.thing[loan.thing].name)
            params = {
                "due": loan.due.astimezone(state.branch.zone).isoformat(),
                "thing": name,
                "number": loan.number,
            }
            yield ev.AlertRaised(AlertKind.LOAN, loan.id, params=params)


def _promises(state: QueueState, now: datetime) -> Iterator[ev.AlertRaised]:
    """Tickets past their promise, and those about to be."""
    soon = timedelta(seconds=state.branch.alerts.soon_s)
    for ticket in state.waiting():
        left = state.due(ticket) - now
        if left < timedelta(0):
            yield ev.AlertRaised(AlertKind.LATE, ticket.id, ticket.id, area=ticket.area)
        elif left < soon:
            yield ev.AlertRaised(AlertKind.SOON, ticket.id, ticket.id, area=ticket.area)


def _crowds(state: QueueState) -> Iterator[ev.AlertRaised]:
    limit = state.branch.alerts.crowded
    for area in state.branch.areas:
        if limit and state.waiting_count(area.id) >= limit:
            yield ev.AlertRaised(AlertKind.CROWDED, area.id, area=area.id, params={"limit": limit})


def _counters(state: QueueState, now: datetime) -> Iterator[ev.AlertRaised]:
    """Open counters without a customer, while some wait whom they may serve."""
    limit_s = state.branch.alerts.idle_s
    for branch_counter in state.branch.counters:
        counter = state.counters[branch_counter.id]
        idle = limit_s and counter.idle and counter.since
        if idle and (now - idle).total_seconds() >= limit_s and state.heads(branch_counter):
            yield ev.AlertRaised(
                AlertKind.IDLE,
                branch_counter.id,
                counter=branch_counter.id,
                area=branch_counter.area,
            )
