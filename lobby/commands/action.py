"""A corrective action 整改项: opened with an owner and a due day, proved, checked by another person, measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from lobby import events as ev
from lobby.commands.base import Decider, Decision, Who
from lobby.commands.finding import held, not_kept, settled_with, taken_up
from lobby.errors import Conflict, Invalid, NotFound
from lobby.redaction import redacted
from lobby.state.action import (
    ACTION_MOVES,
    Action,
    ActionMove,
    Aim,
    Effect,
    Source,
    Verdict,
)
from lobby.state.case_codes import CAUSES
from lobby.state.panel import Leads
from lobby.state.queue import QueueState

NOUN = "action"
REOPENING = frozenset({Verdict.NO_EFFECT, Verdict.WORSE})
AHEAD = timedelta(days=366)
"""What is to be done in more than a year is no corrective action."""


@dataclass(frozen=True)
class ActionPlan:
    """What is to be changed, why, by whom and until when. `whys` are the answers to "why?", one a line."""

    title: str
    owner: str
    due: date
    source: Source = Source.FREE
    source_id: str = ""
    cause: str = ""
    process: str = ""
    whys: str = ""
    standard: str = ""
    tickets: tuple[str, ...] = ()
    aim: Aim | None = None


@dataclass(frozen=True)
class ProofGiven:
    """What shows that it was done, and since when the change holds."""

    changed_on: date
    words: str = ""
    reference: str = ""
    standard: str = ""
    standard_version: str = ""


class ActionCommands(Decider):
    def open_action(self, state: QueueState, now: datetime, who: Who, plan: ActionPlan) -> Decision:
        id = self._ids.next(now)
        opened = ev.ActionOpened(
            action=id,
            title=_title(plan.title),
            owner=self.people.doing(state.quality.left, plan.owner or who.id, "owner", who),
            due=self._due(now, plan.due),
            by=who.id,
            source=plan.source,
            source_id=self._source(state, plan),
            cause=_cause(plan.cause),
            process=plan.process,
            standard=plan.standard,
            tickets=plan.tickets,
            aim=self._aim(plan.aim),
            whys=plan.whys,
        )
        return Decision([opened, *self._found(state, now, who, opened)], shows=(NOUN, id))

    def _found(
        self, state: QueueState, now: datetime, who: Who, opened: ev.ActionOpened
    ) -> Iterator[ev.Event]:
        """What it was opened from knows the action too."""
        if opened.source == Source.INSPECTION:
            self._fits_finding(state, now, who, opened)
            yield from taken_up(
                state,
                opened.source_id,
                opened.standard,
                opened.action,
                opened.owner,
                opened.due,
            )
        if opened.source == Source.PANEL:
            yield ev.PanelFound(opened.source_id, opened.title, Leads.ACTION, opened.action)

    def _fits_finding(
        self, state: QueueState, now: datetime, who: Who, opened: ev.ActionOpened
    ) -> None:
        """A finding is put off by no action that takes it up, where it may not be put off."""
        item = not_kept(state, opened.source_id, opened.standard)
        if item is None:
            return
        if item.finding is None:
            self._put_off(now, opened.due)
        elif item.finding.open:
            self._takes_up(now, who, item.finding, opened.due)

    def assign_action(
        self,
        state: QueueState,
        now: datetime,
        who: Who,
        action: str,
        owner: str,
        due: date,
        reason: str,
    ) -> Decision:
        """Another owner, or another day. Who had it once may not check it, nor put it off."""
        current = self._may(state, action, ActionMove.ASSIGN)
        assigned = ev.ActionAssigned(
            action,
            self.people.doing(state.quality.left, owner, "owner", who),
            self._moved(now, who, current, due),
            self._reason(reason),
        )
        return Decision([assigned], shows=(NOUN, action))

    def _moved(self, now: datetime, who: Who, current: Action, due: date) -> date:
        """Another day. A later one is for somebody who never owned the action to give."""
        if due <= current.due:
            return self._due(now, due) if due < current.due else due
        return self._put_off_by(now, who, current.owners, due)

    def _again_by(self, now: datetime, who: Who, current: Action, due: date) -> date:
        """The day of what is to be done again."""
        return self._moved(now, who, current, self._due(now, due))

    def prove_action(
        self, state: QueueState, now: datetime, who: Who, action: str, proof: ProofGiven
    ) -> Decision:
        """By its owner alone: nobody else says that it is done."""
        current = self._may(state, action, ActionMove.PROVE)
        if not who.is_among([current.owner]):
            raise Conflict("owner_proves", owner=current.owner)
        if not (proof.words or proof.reference):
            raise Invalid("proof_missing", "words")
        if not self._opened_on(current) <= proof.changed_on <= self.branch.day_of(now):
            raise Invalid("change_day", "changed_on")
        proved = ev.ActionProved(action=action, by=who.id, **vars(proof))
        return Decision([proved], shows=(NOUN, action))

    def check_action(self, state: QueueState, now: datetime, who: Who, action: str) -> Decision:
        """By another person than those who had it. What an inspection found is settled with it."""
        current = self._checkable(state, who, action)
        settled = settled_with(state, current, who)
        return Decision([ev.ActionChecked(action, who.id), *settled], shows=(NOUN, action))

    def refuse_action(
        self, state: QueueState, now: datetime, who: Who, action: str, reason: str, due: date
    ) -> Decision:
        """Another person has seen that it is not done."""
        current = self._checkable(state, who, action)
        refused = ev.ActionReopened(
            action,
            who.id,
            reason=self._reason(reason),
            due=self._again_by(now, who, current, due),
        )
        return Decision([refused], shows=(NOUN, action))

    def measure_action(
        self, state: QueueState, now: datetime, action: str, effect: Effect
    ) -> Decision:
        """What the figures say. Without an effect it is due again after `actions.again_days`."""
        self._may(state, action, ActionMove.MEASURE)
        due = None
        if effect.verdict in REOPENING:
            due = self.branch.day_of(now) + timedelta(days=self.branch.actions.again_days)
        measured = ev.ActionMeasured(
            action=action,
            verdict=effect.verdict,
            before=ev.MeasuredWindow(**asdict(effect.before)),
            after=ev.MeasuredWindow(**asdict(effect.after)),
            difference=effect.difference,
            lo=effect.lo,
            hi=effect.hi,
            due=due,
        )
        return Decision([measured], shows=(NOUN, action))

    def reopen_action(
        self, state: QueueState, now: datetime, who: Who, action: str, reason: str, due: date
    ) -> Decision:
        """It did not last. Who had it gives it no later day by that either."""
        current = self._may(state, action, ActionMove.REOPEN)
        reopened = ev.ActionReopened(
            action,
            who.id,
            reason=self._reason(reason),
            due=self._again_by(now, who, current, due),
        )
        return Decision([reopened], shows=(NOUN, action))

    def share_action(self, state: QueueState, now: datetime, who: Who, action: str) -> Decision:
        """What helped here is a practice for others."""
        self._may(state, action, ActionMove.SHARE)
        return Decision([ev.ActionShared(action, who.id)], shows=(NOUN, action))

    def cancel_action(
        self, state: QueueState, now: datetime, who: Who, action: str, reason: str
    ) -> Decision:
        """By another person than those who had it."""
        current = self._may(state, action, ActionMove.CANCEL)
        self._is_known_by_name(who)
        if _owned(current, who):
            raise Conflict("own_action")
        cancelled = ev.ActionCancelled(action, who.id, self._reason(reason))
        return Decision([cancelled], shows=(NOUN, action))

    # -- checks -----------------------------------------------------------------------------------------------
    def _may(self, state: QueueState, action: str, move: ActionMove) -> Action:
        current = state.quality.actions.get(action)
        if current is None:
            raise NotFound("unknown_action", id=action)
        if current.state not in ACTION_MOVES[move]:
            raise Conflict("action_state", state=current.state, move=move)
        return current

    def _checkable(self, state: QueueState, who: Who, action: str) -> Action:
        current = self._may(state, action, ActionMove.CHECK)
        self._is_known_by_name(who)
        if _owned(current, who) or (current.proof and who.is_among([current.proof.by])):
            raise Conflict("another_checks")
        return current

    def _due(self, now: datetime, due: date) -> date:
        today = self.branch.day_of(now)
        if not today <= due <= today + AHEAD:
            raise Invalid("due_day", "due", day=due)
        return due

    def _opened_on(self, action: Action) -> date:
        return self.branch.day_of(action.opened_at)

    def _source(self, state: QueueState, plan: ActionPlan) -> str:
        """The id of what it was opened from, where the branch knows such."""
        known: dict[Source, object] = {
            Source.CASE: state.quality.cases,
            Source.INSPECTION: state.quality.inspections,
            Source.PANEL: state.quality.panels,
            Source.HEADQUARTERS: {},
        }
        things = known.get(plan.source)
        if isinstance(things, dict) and plan.source_id not in things:
            raise Invalid("unknown_source", "source_id", id=plan.source_id)
        if plan.source is Source.PANEL:
            held(state, plan.source_id)
        return plan.source_id

    def _aim(self, aim: Aim | None) -> ev.ActionAim | None:
        if aim is None:
            return None
        if aim.tier:
            self._tier(aim.tier)
        if aim.service:
            self._service(aim.service)
        if aim.counter and aim.counter not in self.branch.offered.counter:
            raise Invalid("unknown_counter", "counter", id=aim.counter)
        return ev.ActionAim(aim.measure, aim.direction, aim.tier, aim.service, aim.counter)


def _owned(action: Action, who: Who) -> bool:
    """Whether it is the own matter of who asks: now, or before it was handed over."""
    return who.is_among(action.owners)


def _title(title: str) -> str:
    """What is to be changed is a heading: lists, links and bulletins have it for years, in clear, so that it has no
    number of a customer."""
    if redacted(title) != title:
        raise Invalid("title_personal", "title")
    return title


def _cause(cause: str) -> str:
    if cause and cause not in CAUSES:
        raise Invalid("unknown_cause", "cause", id=cause)
    return cause
