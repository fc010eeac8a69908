"""What is to be done next with a case: one rule for its page, for what is due today, and for the API."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from lobby.branch.model import Branch
from lobby.state.case import LIVE, Case, CaseStatus


class NextStep(StrEnum):
    """What a case waits for, whoever may do it."""

    ASSIGN = "assign"
    CONTACT = "contact"
    KEEP = "keep"
    RESUME = "resume"
    CLASSIFY = "classify"
    ANSWER = "answer"
    REVIEW = "review"
    CLOSE = "close"


def next_step(
    branch: Branch, case: Case, today: date, left: Collection[str] = ()
) -> NextStep | None:
    """None for a case that is over. An owner who works here (`left` do no more) comes first, then what a customer waits
    for by now."""
    if case.status not in LIVE:
        return None
    if case.is_unowned or case.owner in left:
        return NextStep.ASSIGN
    if case.first_word_due(branch):
        return NextStep.CONTACT
    if any(day <= today for day in case.promises_due()):
        return NextStep.KEEP
    return _on_its_way(case)


def _on_its_way(case: Case) -> NextStep:
    """What follows from how far the case has come. Without its classes none is closed, and with a promise open none."""
    if case.status is CaseStatus.PAUSED:
        return NextStep.RESUME
    if case.status is CaseStatus.OPEN:
        return NextStep.ANSWER if case.cause and case.business else NextStep.CLASSIFY
    if case.status is CaseStatus.ANSWERED:
        return NextStep.REVIEW
    return NextStep.KEEP if case.promises_due() else NextStep.CLOSE
