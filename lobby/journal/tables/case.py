"""Cases as they are, for reports, and every step of each; what somebody said is sealed in the steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from lobby import events as ev
from lobby.events.base import Topic
from lobby.journal.envelope import as_json, instant, instant_or_none
from lobby.journal.tables.table import Row, Table
from lobby.state.case import Case
from lobby.state.queue import QueueState

KINDS = frozenset(kind for kind in ev.KINDS.values() if Topic.CASE in kind.TOPICS)
COLUMNS = {
    "id": "TEXT", "number": "TEXT", "status": "TEXT", "channel": "TEXT", "severity": "TEXT", "opened_at": "TEXT",
    "came_at": "TEXT", "clock_from": "TEXT", "happened_on": "TEXT", "reference": "TEXT", "place": "TEXT",
    "business": "TEXT", "cause": "TEXT", "people": "INTEGER", "reply_by": "TEXT", "owner": "TEXT",
    "confidential": "INTEGER", "ticket": "TEXT", "visit_number": "TEXT", "pauses": "TEXT", "extended": "INTEGER",
    "first_word_at": "TEXT", "answered_at": "TEXT", "answered_by": "TEXT", "closed_at": "TEXT", "result": "TEXT",
    "joined_to": "TEXT", "unheard": "TEXT",
}  # fmt: skip
INSTANTS = ("opened_at", "came_at", "clock_from", "first_word_at", "answered_at", "closed_at")
LISTS = ("pauses",)
BETWEEN = " "
"""Stands between the instants of `unheard`, of which the first one is the earliest: as texts they sort by it."""


def _rows(records: Sequence[ev.Recorded], state: QueueState) -> Iterator[Row]:
    """A case, those in which it is or was handled, and those that end or begin anew with it."""
    touched = dict.fromkeys(
        id for recorded in records if type(recorded.event) in KINDS for id in _named(recorded.event)
    )
    cases = state.quality.cases
    above = [id for case in touched for id in _above(case, cases)]
    return (_row(cases[id]) for id in _followed([*touched, *above], cases) if id in cases)


def _named(event: ev.Event) -> Iterator[str]:
    """The cases that the event names."""
    for field in ("case", "into", "out_of"):
        yield getattr(event, field, "")


def _above(id: str, cases: Mapping[str, Case]) -> Iterator[str]:
    """The cases in which it is handled, whose deadlines follow from its clock too."""
    case = cases.get(id)
    while case and case.joined_to:
        yield case.joined_to
        case = cases.get(case.joined_to)


def _followed(ids: Iterable[str], cases: Mapping[str, Case]) -> dict[str, None]:
    """The cases and all that are handled in them, each once."""
    followed = dict.fromkeys(ids)
    left = list(followed)
    while left:
        case = cases.get(left.pop())
        fresh = [id for id in case.joined if id not in followed] if case else []
        followed |= dict.fromkeys(fresh)
        left += fresh
    return followed


def _row(case: Case) -> Row:
    values = {column: getattr(case, column) for column in COLUMNS}
    values |= {column: instant_or_none(values[column]) for column in INSTANTS}
    values |= {column: as_json(values[column]) for column in LISTS}
    values["unheard"] = BETWEEN.join(instant(at) for at in case.unheard)
    return values


STEP_COLUMNS = {
    "seq": "INTEGER", "case_id": "TEXT", "at": "TEXT", "kind": "TEXT", "actor": "TEXT", "person": "TEXT",
    "data": "TEXT",
}  # fmt: skip


def _steps(records: Sequence[ev.Recorded], state: QueueState) -> Iterator[Row]:
    for recorded in records:
        if type(recorded.event) in KINDS:
            yield _step(recorded)


def _step(recorded: ev.Recorded) -> Row:
    data = ev.to_data(recorded.event)
    return {
        "seq": recorded.seq,
        "case_id": data.pop("case"),
        "at": instant(recorded.at),
        "kind": type(recorded.event).__name__,
        "actor": recorded.actor,
        "person": recorded.person,
        "data": as_json(data),
    }


REFERENCE_COLUMNS = {"seq": "INTEGER", "case_id": "TEXT", "channel": "TEXT", "reference": "TEXT"}


def _references(records: Sequence[ev.Recorded], state: QueueState) -> Iterator[Row]:
    """What the case came by, and what each correction says of that."""
    for recorded in records:
        event = recorded.event
        if isinstance(event, ev.CaseOpened | ev.CaseCorrected) and (
            event.channel or event.reference
        ):
            yield {
                "seq": recorded.seq,
                "case_id": event.case,
                "channel": event.channel or None,
                "reference": event.reference or None,
            }


CASE = Table("complaint", 6, COLUMNS, _rows, KINDS, indexes=("came_at",))
"""`case` is a word of SQL."""
CASE_REFERENCE = Table(
    "complaint_reference",
    2,
    REFERENCE_COLUMNS,
    _references,
    frozenset([ev.CaseOpened, ev.CaseCorrected]),
    indexes=("reference", "case_id"),
)
"""By what a case is known when a list is sent again: each channel and each reference that it ever had."""
CASE_STEP = Table("complaint_step", 1, STEP_COLUMNS, _steps, KINDS, indexes=("case_id",))
