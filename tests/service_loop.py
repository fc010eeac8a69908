"""What a month (tests/month.py) has beside its queue: things on loan, staff who were wronged, standards looked at,
corrective actions, recordings, cards that were shown, words of who waits, complaints. All by chance."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from lobby import events as ev
from lobby.commands.action import ActionPlan, ProofGiven
from lobby.commands.base import Who
from lobby.engine.runtime import BranchRuntime
from lobby.events.inspection import Occasion, Side, Verdict
from lobby.state import action as act
from lobby.state.inspection import InspectedItem, Inspection
from lobby.state.loan import LoanState
from lobby.state.quality import Quality

MANAGER = Who("manager", "manager", "M1")
HEAD = Who("head", "head", "H1")
TELLER = Who("teller", "teller", "T1")
WINDOW = act.Window(date(2026, 3, 2), date(2026, 3, 6), 5, 100, 0.2)
CHANNELS = (ev.Channel.HOTLINE, ev.Channel.OPINION_BOOK, ev.Channel.TELEPHONE)
Do = Callable[..., None]


class ServiceLoop:
    """One step of it at a time, on a state as it was published; `do` is Month.do."""

    def __init__(self, random: Random, do: Do) -> None:
        self.random = random
        self.do = do
        self.references = count(1)

    def soon(self, share: float) -> bool:
        return self.random.random() < share

    def step(self, runtime: BranchRuntime, now: datetime, waiting: list[str]) -> None:
        with runtime.writer.published() as state:
            quality = state.quality
            served = [ticket.id for ticket in state.tickets.values() if ticket.outcome]
        today = runtime.branch.day_of(now)
        self.cards(runtime, served, waiting)
        self.loans(runtime, quality)
        self.incidents(runtime, quality)
        self.inspections(runtime, quality, today)
        self.actions(runtime, quality, today)
        self.complaints(runtime, quality, now)

    def cards(self, runtime: BranchRuntime, served: list[str], waiting: list[str]) -> None:
        for ticket in served[-2:]:
            if self.soon(0.3):
                by = self.random.choice(list(ev.AskedBy))
                self.do(runtime.commands.ask_feedback, ticket=ticket, by=by)
        if waiting and self.soon(0.05):
            ticket = self.random.choice(waiting)
            self.do(runtime.commands.voice_opinion, ticket=ticket, text="x")

    def loans(self, runtime: BranchRuntime, quality: Quality) -> None:
        commands = runtime.commands
        if self.soon(0.1):
            thing = self.random.choice([thing.id for thing in runtime.branch.things])
            self.do(commands.lend, thing=thing, borrower="x")
        for loan in quality.loans.values():
            if loan.state is LoanState.OUT and self.soon(0.002):
                self.do(commands.give_up, loan=loan.id)
            elif loan.away and self.soon(0.05):
                self.do(commands.take_back, loan=loan.id)

    def incidents(self, runtime: BranchRuntime, quality: Quality) -> None:
        commands = runtime.commands
        if self.soon(0.02):
            self.do(commands.report_incident, who=TELLER, what="x", named=(MANAGER.id,))
        for incident in quality.incidents.values():
            if self.soon(0.02):
                care = self.random.choice(list(ev.Care))
                self.do(commands.care_for, who=MANAGER, incident=incident.id, care=care, words="x")
            if self.soon(0.005):
                self.do(commands.close_incident, who=MANAGER, incident=incident.id)

    def inspections(self, runtime: BranchRuntime, quality: Quality, today: date) -> None:
        begun = [i for i in quality.inspections.values() if i.day == today.isoformat()]
        if self.soon(0.1):
            occasion = self.random.choice((Occasion.MEETING, Occasion.MEETING, Occasion.VISIT))
            self.do(
                runtime.commands.begin_inspection,
                occasion=occasion,
                catalogue=runtime.standards,
                who=MANAGER,
            )
        for inspection in begun[-2:]:
            for item in inspection.items:
                if self.soon(0.05):
                    self.look(runtime, inspection, item)
            if self.soon(0.02):
                self.do(runtime.commands.end_inspection, inspection=inspection.id, who=MANAGER)

    def look(self, runtime: BranchRuntime, inspection: Inspection, item: InspectedItem) -> None:
        verdict = self.random.choices(list(Verdict), (7, 2, 1))[0]
        if item.differs:
            agreed = ev.ItemAgreed(inspection.id, item.id, verdict, MANAGER.id)
            self.do(runtime.commands.agree_item, agreed=agreed)
            return
        side = self.random.choice(item.sides)
        marker = {Side.SELF: TELLER, Side.PEER: HEAD, Side.INSPECTOR: MANAGER}[side]
        mark = ev.ItemMarked(inspection.id, item.id, side, verdict, marker.id, reason="误记")
        self.do(runtime.commands.mark_item, mark=mark, who=marker)

    def actions(self, runtime: BranchRuntime, quality: Quality, today: date) -> None:
        commands = runtime.commands
        if self.soon(0.02):
            due = today + timedelta(days=self.random.randint(0, 5))
            aim = act.Aim("late_share", act.Direction.LESS)
            plan = ActionPlan("x", TELLER.id, due, aim=aim)
            self.do(commands.open_action, who=MANAGER, plan=plan)
        for action in quality.actions.values():
            if self.soon(0.02):
                self.advance(runtime, action.id, today)

    def advance(self, runtime: BranchRuntime, id: str, today: date) -> None:
        """What does not fit the action's state is refused."""
        commands = runtime.commands
        later = today + timedelta(days=3)
        effect = act.Effect(self.random.choice(list(act.Verdict)), WINDOW, WINDOW, 0.0, -0.1, 0.1)
        proof = ProofGiven(changed_on=today, words="x")
        tries: tuple[tuple[Any, dict[str, Any]], ...] = (
            (commands.prove_action, {"who": TELLER, "proof": proof}),
            (commands.check_action, {"who": MANAGER}),
            (commands.refuse_action, {"who": MANAGER, "reason": "误记", "due": later}),
            (commands.measure_action, {"effect": effect}),
            (
                commands.assign_action,
                {"who": HEAD, "owner": TELLER.id, "due": later, "reason": "误记"},
            ),
            (commands.cancel_action, {"who": MANAGER, "reason": "误记"}),
        )
        command, more = self.random.choices(tries, (8, 6, 2, 6, 1, 1))[0]
        self.do(command, action=id, **more)

    def complaints(self, runtime: BranchRuntime, quality: Quality, now: datetime) -> None:
        if self.soon(0.03):
            complaint = ev.Complaint(
                self.random.choice(CHANNELS),
                came_at=now.isoformat(),
                happened_on=runtime.branch.day_of(now).isoformat(),
            )
            self.do(runtime.commands.open_case, who=MANAGER, complaint=complaint)
        for case in quality.cases.values():
            if case.answered_at is None and self.soon(0.01):
                by = ev.ReplyBy.TELEPHONE
                self.do(runtime.commands.answer_case, case=case.id, who=HEAD, by=by, text="x")

    def say_recording(self, runtime: BranchRuntime, counter: str, ticket: str) -> None:
        """Refused where the service needs none."""
        commands = runtime.commands
        said = self.random.randrange(4)
        if said < 2:
            reference = f"SL-{next(self.references):06}"
            self.do(commands.record, counter=counter, product="P1", reference=reference)
        elif said == 2:
            self.do(commands.refuse_recording, counter=counter, reason=ev.SaleRefused.NO_SALE)
        else:
            reason = ev.OverrideReason.EQUIPMENT
            self.do(commands.override_recording, ticket=ticket, reason=reason, who=MANAGER)
