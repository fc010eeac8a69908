"""Looking at the written standards: samples, marks, agreement, coaching, findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from lobby import events as ev
from lobby.branch.calendar import Calendar
from lobby.branch.person import STAFF_NUMBER
from lobby.commands.base import Decider, Decision, Who, says_something
from lobby.errors import Conflict, Invalid, NotFound
from lobby.events.inspection import Occasion, SampledItem, Side, Verdict
from lobby.standards.model import Catalogue, Method, Module, Standard
from lobby.standards.record import digest_of
from lobby.standards.sampling import Drawn, draw, due
from lobby.state.action import PENDING
from lobby.state.inspection import Agreement, InspectedItem, Inspection, Mark
from lobby.state.queue import QueueState

NOUN = "inspection"
COLLEAGUES = {Side.SELF: Method.SELF, Side.PEER: Method.PEER}
FINDING_DUE = timedelta(days=7)
"""When nobody says otherwise: the next week's talk of the head of branch sees whether it was put right."""
ItemFact = ev.ItemAgreed | ev.ItemCoached | ev.FindingNoted | ev.FindingLinked | ev.FindingSettled
ONCE_A_DAY = frozenset({Occasion.MEETING, Occasion.ROUND})


class InspectionCommands(Decider):
    def begin_inspection(
        self,
        state: QueueState,
        now: datetime,
        occasion: Occasion,
        catalogue: Catalogue,
        who: Who,
        modules: Sequence[Module] = (),
    ) -> Decision:
        """Draws today's sample. The day has one meeting and one round: who begins it again goes on with it. A visit
        looks at `modules`, at all where none is named."""
        if occasion in ONCE_A_DAY and (today := _of_day(state, occasion)):
            return Decision([], shows=(NOUN, today.id))
        id = self._ids.next(now)
        seed = f"{self.branch.code}:{state.day}:{occasion}"
        drawn = self._sample(state, occasion, catalogue, seed, modules)
        if not drawn:
            raise Conflict("nothing_due")
        items = tuple(_sampled(occasion, one) for one in drawn)
        begun = ev.InspectionBegun(
            inspection=id,
            occasion=occasion,
            day=state.day,
            begun_by=who.id,
            catalogue=catalogue.version,
            seed=seed,
            items=items,
            digest=digest_of(catalogue),
        )
        return Decision([begun], shows=(NOUN, id))

    def mark_item(
        self, state: QueueState, now: datetime, mark: ev.ItemMarked, who: Who
    ) -> Decision:
        """Self-check and peer check are by different persons. Who looked corrects the own mark, with a reason. A mark
        that waited for a line is of the time at which it was made: after the beginning, and not from the future."""
        inspection = self._inspection(state, mark.inspection)
        item = _item(inspection, mark.item)
        mark = replace(mark, made_at=_made_at(inspection, mark.made_at, now))
        if mark.side not in item.sides:
            raise Invalid("side_not_asked", "side")
        mark = replace(mark, marked_by=self._looking(state, mark.marked_by, "marker", who))
        _must_be_another(item, mark)
        _must_be_corrected_well(inspection, item, mark)
        seen = Mark(mark.side, mark.verdict, mark.marked_by, now)
        marked = replace(item, marks=(*item.marks, seen), agreed=None)
        late = self._late_finding(inspection, marked, state.day)
        return Decision([mark, *late], shows=(NOUN, inspection.id))

    def agree_item(self, state: QueueState, now: datetime, agreed: ev.ItemAgreed) -> Decision:
        """The mark that both stand by, where they differed; of the time at which it was made, as a mark is."""
        item = self._item(state, agreed)
        if not item.differs:
            raise Conflict("nothing_to_agree")
        inspection = self._inspection(state, agreed.inspection)
        agreed = replace(agreed, made_at=_made_at(inspection, agreed.made_at, now))
        stood_by = replace(item, agreed=Agreement(agreed.verdict, agreed.agreed_by, now))
        late = self._late_finding(inspection, stood_by, state.day)
        return Decision([agreed, *late], shows=(NOUN, agreed.inspection))

    def coach_item(
        self, state: QueueState, now: datetime, coached: ev.ItemCoached, who: Who
    ) -> Decision:
        self._item(state, coached)
        if coached.staff_number:
            helped = self._looking(state, coached.staff_number, "staff_number", who)
            coached = replace(coached, staff_number=helped)
        return Decision([coached], shows=(NOUN, coached.inspection))

    def note_finding(
        self, state: QueueState, now: datetime, finding: ev.FindingNoted, who: Who
    ) -> Decision:
        """What was not kept has an owner and a day. Noting it again changes both: a later day with a reason, given by
        somebody who never owned it."""
        item = self._item(state, finding)
        if not item.was_broken:
            raise Conflict("nothing_broken")
        if item.finding and not item.finding.open:
            raise Conflict("finding_settled")
        if finding.due < state.day:
            raise Invalid("day_past", "due")
        due = date.fromisoformat(finding.due)
        self._put_off(now, due)
        if item.finding and finding.due > item.finding.due:
            self._put_off_by(now, who, item.finding.owners, due)
            self._reason(finding.text, "text")
        owner = self.people.doing(state.quality.left, finding.owner, "owner", who)
        return Decision([replace(finding, owner=owner)], shows=(NOUN, finding.inspection))

    def link_finding(
        self, state: QueueState, now: datetime, linked: ev.FindingLinked, who: Who
    ) -> Decision:
        """An action that is not done yet takes the finding up."""
        finding = self._item(state, linked).finding
        if finding is None or not finding.open:
            raise Conflict("no_open_finding")
        action = state.quality.actions.get(linked.action)
        if action is None:
            raise NotFound("unknown_action", id=linked.action)
        if action.state not in PENDING:
            raise Conflict("action_over")
        self._takes_up(now, who, finding, action.due)
        return Decision([linked], shows=(NOUN, linked.inspection))

    def settle_finding(
        self, state: QueueState, now: datetime, settled: ev.FindingSettled, who: Who
    ) -> Decision:
        """Put right, as somebody saw who never owned it."""
        finding = self._item(state, settled).finding
        if finding is None or not finding.open:
            raise Conflict("no_open_finding")
        self._is_known_by_name(who)
        if who.is_among(finding.owners):
            raise Conflict("own_finding")
        return Decision([settled], shows=(NOUN, settled.inspection))

    def end_inspection(
        self, state: QueueState, now: datetime, inspection: str, who: Who
    ) -> Decision:
        """What was left out is said, and what was not kept without a finding gets one: who ends it owns it."""
        current = self._inspection(state, inspection)
        if current.ended_at:
            return Decision([], shows=(NOUN, inspection))
        events = [
            *_unowned(self.branch.calendar, current, current.items, state.day, who.id),
            _ended(current, who.id),
        ]
        return Decision(events, shows=(NOUN, inspection))

    def read_inspection(self, state: QueueState, now: datetime, inspection: str) -> Decision:
        """Somebody opens its words or photos."""
        self._inspection(state, inspection)
        return Decision([ev.InspectionRead(inspection)], shows=(NOUN, inspection))

    def take_evidence(self, state: QueueState, now: datetime, first: date, last: date) -> Decision:
        """Somebody takes the evidence file with them."""
        return Decision([ev.EvidenceTaken(first.isoformat(), last.isoformat())])

    # -- what they ask -------------------------------------------------------------------------------------
    def _inspection(self, state: QueueState, id: str) -> Inspection:
        if id not in state.quality.inspections:
            raise NotFound("unknown_inspection", id=id)
        return state.quality.inspections[id]

    def _item(self, state: QueueState, fact: ItemFact) -> InspectedItem:
        return _item(self._inspection(state, fact.inspection), fact.item)

    def _looking(self, state: QueueState, typed: str, field: str, who: Who) -> str:
        """Who looked, where a tablet goes from hand to hand. A branch without a register knows nobody's staff number:
        there one of the form is enough to tell two people apart."""
        if not self.branch.person and STAFF_NUMBER.fullmatch(typed.strip()):
            return typed.strip()
        return self.people.named(state.quality.left, typed, field, who)

    def _sample(
        self,
        state: QueueState,
        occasion: Occasion,
        catalogue: Catalogue,
        seed: str,
        modules: Sequence[Module],
    ) -> list[Drawn]:
        last = state.quality.last_looks
        today = date.fromisoformat(state.day)
        count = self.branch.standards.meeting_items
        of_premises = [s for s in catalogue.by_hand if s.module is Module.PREMISES]
        if occasion is Occasion.ROUND:
            return due(of_premises, last, today)
        if occasion is Occasion.VISIT:
            chosen = [s for s in catalogue.by_hand if not modules or s.module in modules]
            return draw(chosen, last, today, count, seed)
        checked = [s for s in catalogue.by_hand if s not in of_premises and _by_colleagues(s)]
        return draw(checked, last, today, count, seed)

    def _late_finding(
        self, inspection: Inspection, item: InspectedItem, day: str
    ) -> list[ev.FindingNoted]:
        """What is seen after the end, by a tablet that had no line or in a talk, has the owner that it would have had
        at the end."""
        if not inspection.ended_at:
            return []
        owner = inspection.ended_by or inspection.by
        return list(_unowned(self.branch.calendar, inspection, [item], day, owner))


def left_open(calendar: Calendar, state: QueueState) -> Iterator[ev.Event]:
    """The day is over: what nobody ended ends by the same rule, and who began it owns what it found."""
    for inspection in state.quality.inspections.values():
        if not inspection.ended_at:
            yield from _unowned(calendar, inspection, inspection.items, state.day, inspection.by)
            yield _ended(inspection, "")


def _unowned(
    calendar: Calendar,
    inspection: Inspection,
    items: Sequence[InspectedItem],
    day: str,
    owner: str,
) -> Iterator[ev.FindingNoted]:
    until = finding_due(calendar, date.fromisoformat(day)).isoformat()
    for item in items:
        if item.verdict is Verdict.BROKEN and item.finding is None:
            yield ev.FindingNoted(inspection.id, item.id, owner, until)


def _ended(inspection: Inspection, by: str) -> ev.InspectionEnded:
    return ev.InspectionEnded(inspection.id, by, inspection.incomplete, inspection.in_dispute)


def finding_due(calendar: Calendar, day: date) -> date:
    """Until when what was found on that day is put right, where nobody says otherwise."""
    return calendar.next_working_day(day + FINDING_DUE - timedelta(days=1))


def _made_at(inspection: Inspection, told: str | None, now: datetime) -> str | None:
    """When something was made that waited for a line: after the beginning, and not in a tablet's future."""
    if not told:
        return None
    return max(inspection.at, min(now, ev.instant_of(told))).isoformat()


def _item(inspection: Inspection, id: str) -> InspectedItem:
    item = inspection.item(id)
    if item is None:
        raise NotFound("unknown_item", id=id)
    return item


def _of_day(state: QueueState, occasion: Occasion) -> Inspection | None:
    """Today's, where it has begun."""
    inspections = state.quality.inspections.values()
    return next((i for i in inspections if i.occasion is occasion and i.day == state.day), None)


def _sampled(occasion: Occasion, drawn: Drawn) -> SampledItem:
    standard = drawn.standard
    return SampledItem(
        standard.id,
        standard.module,
        standard.column,
        standard.points,
        standard.risk,
        drawn.days,
        _sides(occasion, standard),
    )


def _by_colleagues(standard: Standard) -> list[Side]:
    """Which sides look at the standard in a meeting; none at one that is for an inspection alone."""
    return [side for side, method in COLLEAGUES.items() if method in standard.methods]


def _sides(occasion: Occasion, standard: Standard) -> tuple[Side, ...]:
    if occasion is Occasion.VISIT:
        return (Side.INSPECTOR,)
    if occasion is Occasion.ROUND:
        return (Side.SELF,)
    return tuple(_by_colleagues(standard))


def _must_be_another(item: InspectedItem, mark: ev.ItemMarked) -> None:
    others = {Side.SELF: Side.PEER, Side.PEER: Side.SELF}
    other = item.mark(others[mark.side]) if mark.side in others else None
    if other and other.by == mark.marked_by:
        raise Conflict("same_person", number=mark.marked_by)


def _must_be_corrected_well(
    inspection: Inspection, item: InspectedItem, mark: ev.ItemMarked
) -> None:
    """Who adds a note or a photo to the own mark corrects nothing, nor does who marks first, after the end."""
    former = item.mark(mark.side)
    if former and former.by != mark.marked_by:
        raise Conflict("anothers_mark", number=former.by)
    changes = former is not None and former.verdict is not mark.verdict
    if (changes or (former and inspection.ended_at)) and not says_something(mark.reason):
        raise Invalid("correction_reason", "reason")
