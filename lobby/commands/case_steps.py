"""The steps of a case: its clock, the words with the customer, the answer, its review and the end."""

from __future__ import annotations

from datetime import date, datetime

from lobby import events as ev
from lobby.commands.base import Decision, Who
from lobby.commands.case import CaseCommands
from lobby.commands.case_access import is_superior
from lobby.errors import Conflict, Forbidden, Invalid, NotFound
from lobby.state.case import Case, CaseMove
from lobby.state.queue import QueueState


class CaseStepCommands(CaseCommands):
    def pause_case(
        self, state: QueueState, now: datetime, case: str, who: Who, reason: str
    ) -> Decision:
        """Of the regulator's and of major cases somebody above approves it: a clock that stands is never late."""
        current = self._moving(state, case, who, CaseMove.PAUSE)
        if current.needs_approval:
            self._approved(current, who)
        return self._case_step(state, case, ev.CasePaused(case, reason))

    def resume_case(self, state: QueueState, now: datetime, case: str, who: Who) -> Decision:
        self._moving(state, case, who, CaseMove.RESUME)
        return self._case_step(state, case, ev.CaseResumed(case))

    def extend_case(
        self,
        state: QueueState,
        now: datetime,
        case: str,
        who: Who,
        reason: str,
        told: ev.ReplyBy,
    ) -> Decision:
        """More time, once: approved by somebody else than the owner, in the office or above, and told to the
        complainant."""
        current = self._moving(state, case, who, CaseMove.EXTEND)
        if current.extended:
            raise Conflict("extended_already", number=current.number)
        self._approved(current, who)
        if told is ev.ReplyBy.NONE:
            raise Invalid("must_be_told", "told")
        return self._case_step(state, case, ev.CaseExtended(case, told, self._reason(reason)))

    def contact_customer(
        self,
        state: QueueState,
        now: datetime,
        case: str,
        who: Who,
        by: ev.ReplyBy,
        text: str = "",
    ) -> Decision:
        self._moving(state, case, who, CaseMove.CONTACT)
        return self._case_step(state, case, ev.CaseContacted(case, by, text))

    def promise_customer(
        self, state: QueueState, now: datetime, case: str, who: Who, due: date, text: str
    ) -> Decision:
        current = self._moving(state, case, who, CaseMove.PROMISE)
        if due < self.branch.day_of(now):
            raise Invalid("in_past", "due")
        promise = len(current.promises) + 1
        return self._case_step(state, case, ev.CasePromised(case, promise, due.isoformat(), text))

    def keep_promise(
        self, state: QueueState, now: datetime, case: str, who: Who, promise: int
    ) -> Decision:
        current = self._moving(state, case, who, CaseMove.PROMISE)
        if not any(one.id == promise and not one.kept for one in current.promises):
            raise NotFound("unknown_promise", id=promise)
        return self._case_step(state, case, ev.CasePromiseKept(case, promise))

    def answer_case(
        self,
        state: QueueState,
        now: datetime,
        case: str,
        who: Who,
        by: ev.ReplyBy,
        text: str,
    ) -> Decision:
        """The decision is told in the way that the customer chose; another way needs a correction first."""
        current = self._moving(state, case, who, CaseMove.ANSWER)
        if current.reply_by is not ev.ReplyBy.NONE and by is not current.reply_by:
            raise Conflict("another_way", number=current.number, way=f"by_{current.reply_by}")
        return self._case_step(state, case, ev.CaseAnswered(case, by, who.role, text))

    def review_case(
        self,
        state: QueueState,
        now: datetime,
        case: str,
        who: Who,
        accepted: bool,
        text: str = "",
    ) -> Decision:
        current = self._moving(state, case, who, CaseMove.REVIEW)
        self._is_known_by_name(who)
        if not is_superior(who, current):
            raise Forbidden("not_superior", number=current.number)
        if not accepted:
            text = self._reason(text, "text")
        return self._case_step(state, case, ev.CaseReviewed(case, accepted, text))

    def close_case(
        self,
        state: QueueState,
        now: datetime,
        case: str,
        who: Who,
        result: ev.Result,
        text: str = "",
    ) -> Decision:
        """After the review; at any time where the complainant withdraws it (the regulator's measures, art. 15)."""
        move = CaseMove.WITHDRAW if result is ev.Result.WITHDRAWN else CaseMove.CLOSE
        current = self._moving(state, case, who, move)
        if any(not promise.kept for promise in current.promises):
            raise Conflict("promise_open", number=current.number)
        if result is ev.Result.WITHDRAWN:
            self._withdrawable(current, who, text)
        return self._case_step(state, case, ev.CaseClosed(case, result, text))

    def _withdrawable(self, current: Case, who: Who, text: str) -> None:
        """It ends a case without an answer: that is told in words, and approved where the regulator asks."""
        self._reason(text, "text")
        if current.needs_approval:
            self._approved(current, who)

    def reopen_case(
        self, state: QueueState, now: datetime, case: str, who: Who, reason: str
    ) -> Decision:
        self._moving(state, case, who, CaseMove.REOPEN)
        return self._case_step(state, case, ev.CaseReopened(case, self._reason(reason)))
