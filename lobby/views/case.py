"""A case as staff see it: what is known of it without a word that somebody said, and its deadlines in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Annotated, TypedDict

from lobby.branch.deadlines import FIRST_WORD_IN_A_DAY, MEASURES_OF_2020, Deadline, DeadlineRule
from lobby.branch.model import Branch
from lobby.state.case import Case, CaseMove, CaseStatus
from lobby.state.queue import QueueState
from lobby.texts import Text, by_language
from lobby.views.base import ByLang, branch_time
from lobby.views.case_next import next_step
from lobby.views.views import SHOWN

DAY_S = 86400
TICK = timedelta(microseconds=1)
"""A deadline is the end of a day; the day before that instant is the last one."""


class DeadlineView(TypedDict):
    at: Annotated[str | None, "None while the clock stands"]
    last_day: str | None
    late: bool
    left_s: int | None
    source: Annotated[ByLang, "the document that says so"]
    words: ByLang


class PromiseView(TypedDict):
    id: int
    due: str
    kept: bool
    withdrawn: bool
    late: bool


class ComplaintView(TypedDict):
    """A case without a word that somebody said: those are asked for with `/look`."""

    id: str
    number: str
    status: str
    channel: str
    severity: str
    opened_at: str
    came_at: str
    happened_on: str | None
    reference: str
    place: str
    business: str
    cause: str
    people: int
    group: Annotated[bool, "so many complain together that the bank calls it a group"]
    reply_by: str
    owner: str
    owner_name: str
    owner_left: Annotated[bool, "the owner works here no more"]
    against: list[str]
    confidential: bool
    readers: list[str]
    ticket: str | None
    visit_number: str | None
    level: Annotated[str, "who looks after it by now: owner, manager, office or head"]
    answer_due: DeadlineView | None
    first_word_due: DeadlineView | None
    wanted_by: Annotated[
        str | None, "the day until which headquarters wants its work order answered"
    ]
    wanted_late: bool
    first_word_at: str | None
    promises: list[PromiseView]
    extended: bool
    paused_until: Annotated[str | None, "the last day on which the clock stands"]
    answered_at: str | None
    closed_at: str | None
    result: str | None
    joined_to: str | None
    joined: list[str]
    files: int
    moves: Annotated[list[str], "what you may do with it as it is"]
    next_step: Annotated[
        str | None,
        "what is to be done next, by whoever may: assign, contact, keep (a promise), resume, classify, answer, review "
        "or close",
    ]


def case_view(
    branch: Branch,
    case: Case,
    now: datetime,
    left: Collection[str],
    moves: Iterable[CaseMove] = (),
) -> ComplaintView:
    """`left` are those who work here no more; `moves` are those that the reader may make."""
    today = branch.day_of(now).isoformat()
    return {
        "id": case.id,
        "number": case.number,
        "status": case.status,
        "channel": case.channel,
        "severity": case.severity,
        "opened_at": branch_time(branch, case.opened_at),
        "came_at": branch_time(branch, case.came_at),
        "happened_on": case.happened_on,
        "reference": case.reference,
        "place": case.place,
        "business": case.business,
        "cause": case.cause,
        "people": case.people,
        "group": is_group(branch, case),
        "reply_by": case.reply_by,
        "owner": case.owner,
        "owner_name": branch.staff.name_of(case.owner),
        "owner_left": case.owner in left,
        "against": list(case.against),
        "confidential": case.confidential,
        "readers": list(case.readers),
        "ticket": case.ticket,
        "visit_number": case.visit_number,
        "level": case.level(branch, now, left),
        "answer_due": _deadline(branch, case.answer_due(branch), now),
        "first_word_due": _deadline(branch, case.first_word_due(branch), now),
        "wanted_by": case.wanted_by or None,
        "wanted_late": _wanted_late(case, today),
        "first_word_at": _local_or_none(branch, case.first_word_at),
        "promises": [
            {
                "id": promise.id,
                "due": promise.due,
                "kept": promise.kept,
                "withdrawn": promise.withdrawn,
                "late": promise.open and promise.due < today,
            }
            for promise in case.promises
        ],
        "extended": case.extended,
        "paused_until": _paused_until(branch, case),
        "answered_at": _local_or_none(branch, case.answered_at),
        "closed_at": _local_or_none(branch, case.closed_at),
        "result": case.result,
        "joined_to": case.joined_to,
        "joined": list(case.joined),
        "files": case.files,
        "moves": list(moves),
        "next_step": next_step(branch, case, branch.day_of(now), left),
    }


def _wanted_late(case: Case, today: str) -> bool:
    """Whether headquarters' day is over and no answer was given."""
    answered = case.answered_at or case.closed_at
    return bool(case.wanted_by) and case.wanted_by < today and not answered


def _paused_until(branch: Branch, case: Case) -> str | None:
    """None where the clock runs, and for a pause of an old journal, which had no end."""
    if case.status is not CaseStatus.PAUSED or case.pauses[-1].until is None:
        return None
    return branch.day_of(case.pauses[-1].until - TICK).isoformat()


def _local_or_none(branch: Branch, at: datetime | None) -> str | None:
    return branch_time(branch, at) if at else None


def is_group(branch: Branch, case: Case) -> bool:
    """Five and more, unless the bank counts otherwise: in one complaint, or in several of the same matter."""
    return case.people + case.joined_people >= branch.cases.group_of


def _deadline(branch: Branch, deadline: Deadline | None, now: datetime) -> DeadlineView | None:
    if deadline is None:
        return None
    source = _source(deadline.rule)
    if deadline.at is None:
        words = by_language(Text("clock stopped"))
        return DeadlineView(
            at=None, last_day=None, late=False, left_s=None, source=source, words=words
        )
    left_s = round((deadline.at - now).total_seconds())
    return {
        "at": branch_time(branch, deadline.at),
        "last_day": branch.day_of(deadline.at - TICK).isoformat(),
        "late": now >= deadline.at,
        "left_s": left_s,
        "source": source,
        "words": by_language(_words(left_s)),
    }


SOURCES: Mapping[str, Text] = {
    MEASURES_OF_2020: Text("Measures for complaints at banks and insurers (2020 No. 3)"),
    FIRST_WORD_IN_A_DAY: Text("The bank: first contact with the customer within 24 hours"),
}


def _source(rule: DeadlineRule) -> ByLang:
    """The name of the rule's document; the bank names its own."""
    return by_language(SOURCES.get(rule.source) or Text(rule.source))


def _words(left_s: int) -> Text:
    """How much time is left, as people say it."""
    days = abs(left_s) // DAY_S
    hours = abs(left_s) % DAY_S // 3600
    if left_s <= 0:
        return _late(days, hours)
    if days:
        return Text("{days} d {hours} h left", days=days, hours=hours)
    return Text("{hours} h left", hours=hours)


def _late(days: int, hours: int) -> Text:
    if days:
        return Text("late by {days} d {hours} h", days=days, hours=hours)
    return Text("late by {hours} h", hours=hours)


def _shown(state: QueueState, id: str) -> ComplaintView:
    """The case to who changed it, just now."""
    quality = state.quality
    return case_view(state.branch, quality.cases[id], state.at, quality.left)


SHOWN["case"] = _shown
