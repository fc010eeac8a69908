"""Cases: how they come in, who answers for them, what is put right in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from functools import partial
from typing import Any

from lobby import events as ev
from lobby.commands.base import Decider, Decision, Who
from lobby.commands.case_access import (
    HANDLERS,
    handled,
    may_extend,
    may_see,
)
from lobby.commands.contact import must_reach, way_to
from lobby.commands.ids import Ids
from lobby.errors import Conflict, Forbidden, Invalid, NotFound
from lobby.state.case import CASE_MOVES, Case, CaseMove, next_number
from lobby.state.case_codes import AT_THE_BRANCH, BUSINESSES, CAUSES, PLACES
from lobby.state.known_case import KnownCases, at_hand
from lobby.state.queue import QueueState

NOUN = "case"
CODES: Mapping[str, Mapping[str, object]] = {
    "place": PLACES,
    "business": BUSINESSES,
    "cause": CAUSES,
}
"""The fields that have a code, and the codes."""
CLASSES = ("cause", "business")
"""What a case is not closed without."""
CORRECTABLE = tuple(field.name for field in fields(ev.Complaint))


class CaseCommands(Decider):
    def open_case(
        self,
        state: QueueState,
        now: datetime,
        who: Who,
        complaint: ev.Complaint,
        ticket: str | None = None,
        owner: str = "",
    ) -> Decision:
        """A complaint comes in; about the visit with this ticket, where one is known."""
        if who.role == "inspector":
            raise Forbidden("not_handler", number="")
        complaint = self._with_opener(self._with_people(state, complaint), who)
        self._fits(now, complaint)
        must_reach(complaint.contact, "contact", complaint.reply_by)
        owner = owner and self.people.answering(state.quality.left, owner, "owner", who)
        opened = self._opening(state, now, complaint, ticket, owner)
        if ticket and opened.visit is None:
            raise Invalid("unknown_ticket", "ticket", id=ticket)
        self._may_own(owner, opened.against, opened.visit)
        return _shown(opened.case, opened)

    def cases_of_list(
        self, now: datetime, who: Who, complaints: Sequence[ev.Complaint]
    ) -> list[ev.CaseOpened]:
        """The cases that a list opens, without their numbers: these come when they are taken. Raises LobbyError where
        one does not fit; how a customer is reached is taken as it is, since no complaint is lost for its number. Asks
        no state, so that it may run in any thread."""
        if who.role not in HANDLERS:
            raise Forbidden("not_handler", number="")
        ids = Ids()
        for complaint in complaints:
            self._fits(now, complaint)
        return [
            ev.CaseOpened(**_fields(complaint), case=ids.next(now), number="")
            for complaint in complaints
        ]

    def take_cases(
        self, state: QueueState, now: datetime, cases: Sequence[ev.CaseOpened]
    ) -> Decision:
        """A piece of a list that was accepted: `cases_of_list`, sealed. What is there already is passed over, so that
        a piece may be taken again."""
        known = self._known(state, [case.reference for case in cases])
        year = self.branch.day_of(now).year
        last = state.quality.last_case
        events = []
        for case in cases:
            if known.of(case) is None:
                last = next_number(last, year)
                events.append(replace(case, number=last))
        return Decision(events, sealed=True)

    def _known(self, state: QueueState, references: Sequence[str]) -> KnownCases:
        """The archive lacks the cases of this commit, the state those of years ago."""
        here = at_hand(state.quality.cases.values(), set(references))
        return KnownCases([*here, *self._archive.known_cases(references)])

    def opened_by_card(
        self, state: QueueState, now: datetime, card: ev.FeedbackGiven
    ) -> list[ev.Event]:
        """The case that a low feedback card opens by itself. Its words stay the card's, under the ticket's key."""
        if card.score > self.branch.rules.bad_score:
            return []
        complaint = ev.Complaint(
            ev.Channel.CARD,
            came_at=now.isoformat(),
            happened_on=card.day,
            place=AT_THE_BRANCH,
            reply_by=way_to(card.contact),
        )
        return [self._opening(state, now, complaint, card.ticket, "")]

    def _opening(
        self,
        state: QueueState,
        now: datetime,
        complaint: ev.Complaint,
        ticket: str | None,
        owner: str,
    ) -> ev.CaseOpened:
        year = self.branch.day_of(now).year
        return ev.CaseOpened(
            **_fields(complaint),
            case=self._ids.next(now),
            number=next_number(state.quality.last_case, year),
            ticket=ticket,
            visit=self._archive.visit_facts(ticket) if ticket else None,
            owner=owner,
        )

    def correct_case(
        self,
        state: QueueState,
        now: datetime,
        case: str,
        who: Who,
        reason: str,
        changes: Mapping[str, Any],
    ) -> Decision:
        """Put some of a complaint's fields right, for a reason; what they were stays in the journal. A class that
        nobody named so far is not put right: it needs no reason."""
        current = self._moving(state, case, who, CaseMove.CORRECT)
        if not changes:
            return _shown(case)
        changes = {**changes, **self._people_in(state, changes, current)}
        confidential = changes.get("confidential", current.confidential)
        readers = changes.get("readers", current.readers)
        if confidential and not readers:
            raise Invalid("no_readers", "readers")
        self._codes_fit(changes)
        self._times_fit(now, changes)
        self._later_is_approved(current, who, changes)
        reply_by = changes.get("reply_by", current.reply_by)
        must_reach(changes.get("contact", ""), "contact", reply_by)
        if not set(changes.get("against", ())).isdisjoint(_owning(state, current)):
            raise Conflict("owner_concerned", number=current.number)
        reason = self._reason(reason) if _puts_right(current, changes) else reason.strip()
        return self._case_step(state, case, ev.CaseCorrected(case=case, reason=reason, **changes))

    def assign_case(
        self, state: QueueState, now: datetime, case: str, who: Who, owner: str = ""
    ) -> Decision:
        """Somebody answers for it from now on, who asks where nobody is named: nobody who served the visit or is
        complained about."""
        current = self._moving(state, case, who, CaseMove.ASSIGN)
        named = self.people.answering(state.quality.left, owner or who.id, "owner", who)
        if current.concerns([named]):
            raise Invalid("owner_concerned", "owner", number=current.number)
        return self._case_step(state, case, ev.CaseAssigned(case, named))

    def join_case(
        self, state: QueueState, now: datetime, case: str, who: Who, into: str
    ) -> Decision:
        """A repeated complaint, or one of a group, is handled with the first one."""
        current = self._moving(state, case, who, CaseMove.JOIN)
        self._must_be_at_hand(state, into, who)
        other = self._moving(state, into, who, CaseMove.JOIN)
        if other.owner and current.concerns([other.owner]):
            raise Conflict("owner_concerned", number=other.number)
        if into == case or current.joined:
            raise Invalid("cannot_join", "into", number=other.number)
        return self._case_step(state, case, ev.CaseJoined(case, into))

    def separate_case(
        self, state: QueueState, now: datetime, case: str, who: Who, reason: str
    ) -> Decision:
        """It was joined by mistake: it is handled by itself again, under its own clock."""
        current = self._moving(state, case, who, CaseMove.SEPARATE)
        separated = ev.CaseSeparated(case, current.joined_to or "", self._reason(reason))
        return self._case_step(state, case, separated)

    def note_case(
        self, state: QueueState, now: datetime, case: str, who: Who, text: str
    ) -> Decision:
        handled(state, case, who)
        return self._case_step(state, case, ev.CaseNoted(case, text))

    def attach_to_case(
        self, state: QueueState, now: datetime, who: Who, attached: ev.CaseAttached
    ) -> Decision:
        """A file that lies in its place already."""
        current = handled(state, attached.case, who)
        if current.files >= self.branch.cases.attachments_max:
            raise Conflict("too_many_files", max=self.branch.cases.attachments_max)
        return self._case_step(state, attached.case, attached)

    def look_at_case(
        self, state: QueueState, now: datetime, case: str, who: Who, what: str
    ) -> Decision:
        """Somebody is shown personal data of the case, however long ago it was closed: that stays in the journal."""
        current = state.quality.cases.get(case) or self._archive.past_case(self.branch, case)
        if current is None or not may_see(current, who):
            raise NotFound("unknown_case", id=case)
        if current.concerns(who.names):
            raise Forbidden("own_matter", number=current.number)
        return Decision([ev.CaseSeen(current.id, what)])

    def _case_step(
        self, state: QueueState, case: str, event: ev.Event, *before: ev.Event
    ) -> Decision:
        """The first step of a case that a low card opened takes the card's alert on: one matter, one life."""
        current = state.quality.cases[case]
        alerts = [
            ev.AlertAcknowledged(card.id)
            for card in state.quality.low_cards.values()
            if current.channel is ev.Channel.CARD and card.ticket == current.ticket
        ]
        return _shown(case, *before, event, *alerts)

    # -- checks ----------------------------------------------------------------------------------------------
    def _moving(self, state: QueueState, id: str, who: Who, move: CaseMove) -> Case:
        """The case, if this person may move it so."""
        case = handled(state, id, who)
        if case.status not in CASE_MOVES[move]:
            raise Conflict(
                "case_state", number=case.number, state=f"case_{case.status}", move=move.value
            )
        return case

    def _must_be_at_hand(self, state: QueueState, case: str, who: Who) -> None:
        """409 for a case, by id or number, that the state has let go of. Who may not see it learns nothing."""
        past = self._archive.past_case(self.branch, case)
        if past is None or past.id in state.quality.cases:
            return
        if may_see(past, who):
            raise Conflict("case_long_closed", number=past.number)

    def _with_people(self, state: QueueState, complaint: ev.Complaint) -> ev.Complaint:
        return ev.Complaint(**{**_fields(complaint), **self._people_in(state, _fields(complaint))})

    def _people_in(
        self, state: QueueState, values: Mapping[str, Any], current: Case | None = None
    ) -> dict[str, tuple[str, ...]]:
        """The people whom a complaint names, each under the one name by which a case is kept from whom it concerns.
        Whom the case names already stays named, who may have left since."""
        naming: dict[str, Callable[[str, str], str]] = {
            "against": partial(self.people.concerned, state.quality),
            "readers": partial(self.people.named, state.quality.left),
        }
        return {
            field: tuple(
                typed if current and typed in getattr(current, field) else named(typed, field)
                for typed in values[field]
            )
            for field, named in naming.items()
            if values.get(field) is not None
        }

    def _with_opener(self, complaint: ev.Complaint, who: Who) -> ev.Complaint:
        """Who writes a confidential case down knows what is in it."""
        if not complaint.confidential or not who.names.isdisjoint(complaint.readers):
            return complaint
        return ev.Complaint(**{**_fields(complaint), "readers": (*complaint.readers, who.id)})

    def _fits(self, now: datetime, complaint: ev.Complaint) -> None:
        self._codes_fit(_fields(complaint))
        self._times_fit(now, _fields(complaint))

    def _codes_fit(self, values: Mapping[str, Any]) -> None:
        for field, codes in CODES.items():
            if values.get(field) and values[field] not in codes:
                raise Invalid("unknown_code", field, id=values[field])

    def _times_fit(self, now: datetime, values: Mapping[str, Any]) -> None:
        """Nothing comes in before it happens, and nothing from the future."""
        came_at = values.get("came_at")
        happened_on = values.get("happened_on")
        if came_at and ev.instant_of(came_at) > now:
            raise Invalid("in_future", "came_at")
        if came_at and self.branch.terms.first_word(ev.instant_of(came_at)) is None:
            raise Invalid("before_rules", "came_at")
        last = self.branch.day_of(ev.instant_of(came_at) if came_at else now)
        if happened_on and date.fromisoformat(happened_on) > last:
            raise Invalid("in_future", "happened_on")

    def _later_is_approved(self, current: Case, who: Who, changes: Mapping[str, Any]) -> None:
        """A later receipt is more time: the measures know that with approval alone."""
        came_at = changes.get("came_at")
        if came_at is None or ev.instant_of(came_at) <= current.came_at:
            return
        self._approved(current, who, "receipt_unapproved")

    def _approved(self, current: Case, who: Who, refusal: str) -> None:
        """By somebody of the office or above, known by name, who never owned the case. `refusal` is the code that says
        of what."""
        self._is_known_by_name(who)
        if not may_extend(who, current):
            raise Forbidden(refusal, number=current.number)

    def _may_own(self, owner: str, against: Sequence[str], visit: ev.VisitFacts | None) -> None:
        barred = {*against, *(visit.served_by if visit else ())}
        if owner and owner in barred:
            raise Invalid("owner_concerned", "owner", number="")


def _fields(complaint: ev.Complaint) -> dict[str, Any]:
    return {name: getattr(complaint, name) for name in CORRECTABLE}


def _puts_right(case: Case, changes: Mapping[str, Any]) -> bool:
    """Whether more changes than classes that the case did not have."""
    return any(name not in CLASSES or getattr(case, name) for name in changes)


def _owning(state: QueueState, case: Case) -> set[str]:
    """Who answers for the case, and for those in which it is handled."""
    owners = {case.owner}
    while case.joined_to and case.joined_to in state.quality.cases:
        case = state.quality.cases[case.joined_to]
        owners.add(case.owner)
    return owners - {""}


def _shown(case: str, *events: ev.Event) -> Decision:
    return Decision(events, shows=(NOUN, case))
