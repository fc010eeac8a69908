"""What the outside sees of the state: plain dictionaries, the shapes of the public contract."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from lobby.branch.model import Service
from lobby.branch.names import LANGS, Name
from lobby.branch.person import spelled
from lobby.calling.discipline import words
from lobby.commands.base import Decision
from lobby.customers.tiering import rule_words, why
from lobby.events.personal import Reveal, reveal_within
from lobby.events.wait import Wait
from lobby.forecast.outlook import Outlook
from lobby.forecast.port import NO_WAIT, Forecast
from lobby.forecast.words import in_words, quoted_wait
from lobby.state.alert import ABOUT, Alert, AlertKind, Rescue
from lobby.state.counter import CounterState
from lobby.state.day_series import SLOT_S
from lobby.state.quality import LowCard
from lobby.state.queue import QueueState
from lobby.state.ticket import State, Step, Ticket
from lobby.state.undo import UNDO, possible
from lobby.views.personal import readable, readable_params

View = dict[str, Any]


class Views:
    """Views of a state with the waits that the forecaster gives it now."""

    def __init__(self, forecaster: Forecast, outlook: Outlook, reveal: Reveal) -> None:
        self._forecaster = forecaster
        self._outlook = outlook
        self._reveal = reveal

    def answer(self, state: QueueState, decision: Decision) -> View:
        """What a command's caller is shown."""
        if decision.ticket and decision.events:
            return {"ticket": self.ticket(state, state.tickets[decision.ticket], decision.quoted)}
        if decision.counter:
            return {"counter": self.counter(state, decision.counter)}
        if decision.appointment:
            return {"appointment": self.appointment(state, decision.appointment)}
        return {}

    def bare(self, state: QueueState, decision: Decision) -> View:
        """The answer without a forecast, for when one fails."""
        if decision.ticket and decision.events:
            return {"ticket": self.ticket(state, state.tickets[decision.ticket], (0, NO_WAIT))}
        if decision.counter:
            counter = state.counters[decision.counter]
            return {"counter": {"id": counter.id, "state": counter.state, "ticket": None}}
        return {}

    def ticket(self, state: QueueState, ticket: Ticket, place: tuple[int, Wait] | None = None) -> View:
        """The whole ticket, as staff see it; its `place` in line is forecast anew if not given. What customers see
        of it: lobby/views/fields.py."""
        ahead, wait = place or self._place(state, ticket)
        return {
            "id": ticket.id,
            "number": ticket.number,
            "tier": ticket.tier,
            "service": ticket.service,
            "area": ticket.area,
            "state": ticket.state.value,
            "counter": ticket.counter,
            "counter_name": _name(state.branch.counter[ticket.counter].name) if ticket.counter else None,
            "ahead": ahead,
            **self.wait(wait),
            "issued_at": self._time(state, ticket.issued_at),
            "called_at": self._time(state, ticket.called_at),
            "started_at": self._time(state, ticket.started_at),
            "ended_at": self._time(state, ticket.ended_at),
            "print": self._print(state, ticket),
            "then": list(ticket.then),
            "done": list(ticket.done),
            "missed": ticket.missed,
            "returns": state.returns(ticket),
            "hold": ticket.hold,
            "recorded": state.branch.service[ticket.service].recorded,
            "large_print": ticket.large_print,
            "appointment": ticket.appointment,
            "redrawn_from": ticket.redrawn_from,
            "redrawn_as": ticket.redrawn_as,
            "feedback_open": ticket.outcome is not None,
        }

    def why(self, state: QueueState, ticket: Ticket) -> View:
        """Which rule decided where the customer waits, in words for the customer."""
        rule = ticket.tier_rule, ticket.needs, ticket.area
        return {lang: why(state.branch, *rule, lang) for lang in LANGS}

    def appointment(self, state: QueueState, id: str) -> View:
        one = state.appointments[id]
        return {
            "id": id,
            "service": one.service,
            "service_name": _name(state.branch.service[one.service].name),
            "at": self._time(state, one.at),
            "needs": list(one.needs),
            "state": one.state,
            "ticket": one.ticket,
        }

    def _place(self, state: QueueState, ticket: Ticket) -> tuple[int, Wait]:
        if ticket.state is not State.WAITING:
            return 0, NO_WAIT
        return self._forecaster.at_place(state, ticket)

    def _print(self, state: QueueState, ticket: Ticket) -> View:
        slip = state.slips.get(f"{ticket.id}-{ticket.copies}")
        return {"state": slip.state if slip else "none", "copies": ticket.copies}

    def counter(self, state: QueueState, counter: str) -> View:
        desk = state.branch.counter[counter]
        now = state.counters[counter]
        return {
            "id": desk.id,
            "name": _name(desk.name),
            "area": desk.area,
            "state": now.state,
            "ticket": self.ticket(state, state.tickets[now.ticket]) if now.ticket else None,
            "since": self._time(state, now.since),
            "serves": list(desk.serves),
            "helps": list(desk.helps),
            "tiers": list(desk.tiers),
            "prefers": desk.prefers,
            "teller": now.teller,
            "person": self._person(state, now),
            "break": now.break_status,
            "turn": now.turn(state.tickets.get(now.ticket or "")),
            "undo": self._undo(state, counter),
        }

    def _person(self, state: QueueState, counter: CounterState) -> View | None:
        """Who is signed on at the counter, and under which account."""
        if counter.person is None:
            return None
        person = state.branch.person[spelled(counter.person)]
        return {"number": person.number, "name": person.name, "account": counter.signed_on_as}

    def _undo(self, state: QueueState, counter: str) -> View | None:
        """What the counter may take back, and until when."""
        act = state.acts.last(counter)
        if act is None or state.at - act.at > UNDO or not possible(state, act):
            return None
        until = self._time(state, act.at + UNDO)
        return {"act": act.move, "ticket": act.ticket.id, "number": act.ticket.number, "until": until}

    def services(self, state: QueueState, now: datetime) -> list[View]:
        """What a newcomer without a card or special need would meet, by service."""
        return [self._service(state, now, s.id) for s in state.branch.services]

    def _service(self, state: QueueState, now: datetime, id: str) -> View:
        service = state.branch.service[id]
        tier = state.branch.standard_tier.id
        ahead, wait = self._forecaster.newcomer(state, now, id, tier, service.area)
        desks = state.branch.counters_for(id, tier, service.area)
        return {
            "id": id,
            "name": _name(service.name),
            "area": service.area,
            "group": service.group,
            "quicker_at": service.quicker_at,
            "ahead": ahead,
            **self.wait(wait),
            "open": any(state.counters[c.id].open for c in desks),
        }

    def hall(self, state: QueueState, now: datetime) -> View:
        """The whole hall for staff; the latest against their promise first."""
        live = sorted(state.live(), key=state.due)
        tickets = [self._watched(state, t, now) for t in live]
        branch = state.branch
        return {
            "day": state.day,
            "open": state.open,
            "seq": state.seq,
            "at": self._time(state, now),
            "areas": [self._area(state, id, tickets, now) for id in _areas(state)],
            "tiers": [{"id": t.id, "name": _name(t.name), "target_wait_s": t.target_wait_s} for t in branch.tiers],
            "groups": [{"id": g.id, "name": _name(g.name)} for g in branch.groups],
            "services": [self._business(state, s) for s in branch.services],
            "tickets": tickets,
            "counters": [self.counter(state, c.id) for c in branch.counters],
            "printers": [self._printer(state, p.id) for p in branch.printers],
            "alerts": [*self._earlier_cards(state), *self._alerts(state)],
            "missed": [self.ticket(state, t) for t in state.tickets.values() if _lost(t)],
            "appointments": self.appointments(state, branch.day_of(now)),
            "forecast": [asdict(score) for score in self._forecaster.scores()],
        }

    def _business(self, state: QueueState, service: Service) -> View:
        return {
            "id": service.id,
            "name": _name(service.name),
            "area": service.area,
            "series": service.series,
            "group": service.group,
            "recorded": service.recorded,
            "usual_s": round(self._outlook.usual_s(state, service.id)),
        }

    def appointments(self, state: QueueState, day: date) -> list[View]:
        """The appointments of that day, in order."""
        of_day = [a for a in state.appointments.values() if state.branch.day_of(a.at) == day]
        return [self.appointment(state, a.id) for a in sorted(of_day, key=lambda a: (a.at, a.id))]

    def today(self, state: QueueState) -> View:
        """The day's series by five minutes, and what the lobby manager did about it, the latest first."""
        slots = [{**asdict(slot), "at": self._time(state, slot.at)} for slot in state.day_series.slots]
        slots[-1:] = [
            {**slot, "waiting": state.lines.waiting, "open_counters": state.open_counters} for slot in slots[-1:]
        ]
        rescues = [self._rescue(state, one) for one in reversed(state.rescues.values())]
        return {"slot_s": SLOT_S, "slots": slots, "rescues": rescues}

    def _rescue(self, state: QueueState, one: Rescue) -> View:
        ticket = state.tickets.get(one.ticket or "")
        return {**asdict(one), "at": self._time(state, one.at), "number": ticket.number if ticket else None}

    def _watched(self, state: QueueState, ticket: Ticket, now: datetime) -> View:
        age = (ticket.called_at or now) - ticket.rank_at if ticket.state is not State.WAITING else None
        age_s = max(0, round((age or now - ticket.rank_at).total_seconds()))
        target_wait_s = ticket.target_wait_s
        waiting = ticket.state is State.WAITING
        return {
            **self.ticket(state, ticket),
            "age_s": age_s,
            "target_wait_s": target_wait_s,
            "late": waiting and age_s > target_wait_s,
            "soon": waiting and target_wait_s - state.branch.alerts.soon_s < age_s <= target_wait_s,
            "needs": list(ticket.needs),
            "tier_rule": reveal_within(ticket.tier_rule, self._reveal, str),
            "rule_words": {lang: rule_words(readable(ticket.tier_rule, self._reveal, lang), lang) for lang in LANGS},
            "lang": ticket.lang,
            "kiosk": ticket.kiosk,
            "recalls": ticket.recalls,
            "only_counter": ticket.only_counter,
            "first": ticket.first,
            "call_reason": {lang: words(ticket.call_reason, lang) for lang in LANGS},
            "history": [] if waiting else [self._step(state, step) for step in _visit(ticket)],
        }

    def _step(self, state: QueueState, step: Step) -> View:
        return {**asdict(step), "at": self._time(state, step.at)}

    def _area(self, state: QueueState, id: str, tickets: list[View], now: datetime) -> View:
        area = state.branch.area[id]
        waits = [t for t in tickets if t["area"] == id and t["state"] == "waiting"]
        return {
            "id": id,
            "name": _name(area.name),
            "way": _name(area.way),
            "self_service": area.self_service,
            "waiting": len(waits),
            **self.area_wait(state, id, now),
            "late": sum(t["late"] for t in waits),
            "soon": sum(t["soon"] for t in waits),
        }

    def _printer(self, state: QueueState, id: str) -> View:
        now = state.printers[id]
        queued = sum(s.printer == id for s in state.unprinted.values())
        since = self._time(state, now.since)
        return {
            "id": id,
            "status": now.status.value,
            "well": now.status.well,
            "prints": now.status.prints,
            "detail": now.detail,
            "since": since,
            "queued": queued,
        }

    def alert(self, state: QueueState, alert: Alert) -> View:
        ticket = state.tickets.get(alert.ticket or "")
        return {
            **asdict(alert),
            "params": readable_params(alert.params, self._reveal),
            "at": self._time(state, alert.at),
            "number": ticket.number if ticket else None,
            "day": state.day,
        }

    def _alerts(self, state: QueueState) -> list[View]:
        return [self.alert(state, a) for a in state.alerts.values() if _stands(state, a)]

    def _earlier_cards(self, state: QueueState) -> list[View]:
        """The low cards of earlier days that nobody has acknowledged, as the alerts that they were."""
        return [self._card(state, card) for card in state.quality.low_cards.values() if card.id not in state.alerts]

    def _card(self, state: QueueState, card: LowCard) -> View:
        params = {"score": card.score, "reasons": list(card.reasons), "text": card.text, "visit": card.visit}
        alert = Alert(card.id, AlertKind.FEEDBACK, card.at, card.ticket, card.counter, params)
        return {**self.alert(state, alert), "number": card.number, "day": card.day}

    def area_wait(self, state: QueueState, area: str, now: datetime) -> View:
        """The wait of the area's next newcomer."""
        return self.wait(self._outlook.area_wait(state, area, now))

    def wait(self, wait: Wait) -> View:
        """A forecast in figures and as people say it."""
        said = quoted_wait(wait.p50_s, wait.p90_s)
        return {
            "wait_p50_s": wait.p50_s,
            "wait_p90_s": wait.p90_s,
            "wait_lo_s": wait.lo_s,
            "wait_hi_s": wait.hi_s,
            "wait_said": said,
            "wait_words": {lang: in_words(said, lang) for lang in LANGS},
        }

    def _time(self, state: QueueState, at: datetime | None) -> str | None:
        return at.astimezone(state.branch.zone).isoformat(timespec="milliseconds") if at else None


def _areas(state: QueueState) -> list[str]:
    """Those of the configuration, and those that are gone from it while people still wait there."""
    waited_in = {line.area: None for line in state.lines if line.places}
    return list(dict.fromkeys([*(area.id for area in state.branch.areas), *waited_in]))


def _visit(ticket: Ticket) -> list[Step]:
    """The visit from the beginning."""
    service = ticket.history[0].service if ticket.history else ticket.service
    return [Step(ticket.issued_at, "issued", None, service), *ticket.history]


def _stands(state: QueueState, alert: Alert) -> bool:
    """Not when its ticket went on since the watch looked, which will clear it."""
    told_of = ABOUT.get(alert.kind)
    return told_of is None or state.tickets[alert.ticket or ""].state is told_of


def _lost(ticket: Ticket) -> bool:
    """Missed, and not drawn again."""
    return ticket.state is State.NO_SHOW and ticket.redrawn_as is None


def _name(name: Name) -> View:
    return {"zh": name.zh, "en": name.en}
