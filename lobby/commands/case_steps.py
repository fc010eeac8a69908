"""The steps of a case: its clock, the words with the customer, the answer, its review and the end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from lobby import events as ev
from lobby.commands.base import Decision, Who
from lobby.commands.case import CaseCommands
from lobby.commands.case_access import is_superior
from lobby.errors import Conflict, Forbidden, Invalid, NotFound
from lobby.state.case import Case, CaseMove, Promise
from lobby.state.queue import QueueState

PAUSE_DAYS = 30
"""As long as the regulator's measures (2020 No. 3) put an answer off with approval. More than one pause takes that."""


class CaseStepCommands(CaseCommands):
    def pause_case(
        self, state: QueueState, now: datetime, case: str, who: Who, reason: str, until: date
    ) -> Decision:
        """Until the end of the day `until`. Of the regulator's and of major cases somebody above approves it, and each
        pause after the first of any case: a clock that stands is never late."""
        current = self._moving(state, case, who, CaseMove.PAUSE)
        if current.pause_needs_approval:
            again = "" if current.needs_approval else "second_"
            self._approved(current, who, f"{again}pause_unapproved")
        today = self.branch.day_of(now)
        if not today <= until <= today + timedelta(days=PAUSE_DAYS):
            raise Invalid("pause_day", "until", days=PAUSE_DAYS)
        paused = ev.CasePaused(case, self._reason(reason), until.isoformat())
        return self._case_step(state, case, paused)

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
        self._approved(current, who, "extension_unapproved")
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
        _open_promise(current, promise)
        return self._case_step(state, case, ev.CasePromiseKept(case, promise))

    def withdraw_promise(
        self,
        state: QueueState,
        now: datetime,
        case: str,
        who: Who,
        promise: int,
        reason: str,
        told: ev.ReplyBy,
    ) -> Decision:
        """It was a mistake. `told` is how the customer learned that it holds no more. One that is late is withdrawn as
        more time is given: whose it is does not end the own lateness."""
        current = self._moving(state, case, who, CaseMove.PROMISE)
        withdrawing = _open_promise(current, promise)
        if date.fromisoformat(withdrawing.due) < self.branch.day_of(now):
            self._approved(current, who, "late_promise_unapproved")
        withdrawn = ev.CasePromiseWithdrawn(case, promise, told, self._reason(reason))
        return self._case_step(state, case, withdrawn)

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
        cause: str = "",
        business: str = "",
    ) -> Decision:
        """After the review, with its cause and its kind of business, by code; at any time where the complainant
        withdraws it (the regulator's measures, art. 15). `cause` and `business` are said where the case has none."""
        move = CaseMove.WITHDRAW if result is ev.Result.WITHDRAWN else CaseMove.CLOSE
        current = self._moving(state, case, who, move)
        if any(promise.open for promise in current.promises):
            raise Conflict("promise_open", number=current.number)
        if result is ev.Result.WITHDRAWN:
            self._withdrawable(current, who, text)
            return self._case_step(state, case, ev.CaseClosed(case, result, text))
        found = self._classed(state, current, current.cause or cause, current.business or business)
        return self._case_step(state, case, ev.CaseClosed(case, result, text), *found)

    def _classed(
        self, state: QueueState, current: Case, cause: str, business: str
    ) -> Iterator[ev.CaseCorrected]:
        """The classes that are said with the end, of what was joined too where it has none of its own. Nothing closes
        without the two from which others learn."""
        classes = {"cause": cause, "business": business}
        self._codes_fit(classes)
        missing = [name for name, code in classes.items() if not code]
        if missing:
            raise Invalid("class_missing_" + "_".join(missing), missing[0], number=current.number)
        joined = (state.quality.cases.get(id) for id in current.joined)
        for one in filter(None, (current, *joined)):
            own = (one.cause or cause, one.business or business)
            if own != (one.cause, one.business):
                yield ev.CaseCorrected(case=one.id, reason="", cause=own[0], business=own[1])

    def _withdrawable(self, current: Case, who: Who, text: str) -> None:
        """It ends a case without an answer: that is told in words, and approved where the regulator asks."""
        self._reason(text, "text")
        if current.needs_approval:
            self._approved(current, who, "withdrawal_unapproved")

    def reopen_case(
        self, state: QueueState, now: datetime, case: str, who: Who, reason: str
    ) -> Decision:
        self._moving(state, case, who, CaseMove.REOPEN)
        return self._case_step(state, case, ev.CaseReopened(case, self._reason(reason)))


def _open_promise(case: Case, promise: int) -> Promise:
    for one in case.promises:
        if one.id == promise and one.open:
            return one
    raise NotFound("unknown_promise", id=promise)
