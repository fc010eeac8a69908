"""Who does what about it: the complaints that came in, the corrective actions that are not done, and the practices that
are worth copying."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from lobby import events as ev
from lobby.branch.person import spelled
from lobby.reports.actions import PENDING
from lobby.reports.measure import Period, Row
from lobby.reports.sections import Entry, Finding, Grade, Section, lists, says
from lobby.texts import Readable, Text

TITLES = (
    "SELECT a.action, a.day, a.owner, e.data ->> 'title' AS title, e.data ->> 'due' AS due"
    " FROM action a JOIN event e ON e.seq = a.seq WHERE a.step = '{opened}' AND a.day <= :last"
)
ASSIGNED = (
    "SELECT action, owner, due FROM action WHERE step = '{assigned}' AND day <= :last ORDER BY seq"
)
SHARED = "SELECT action, day FROM action WHERE step = '{shared}' AND day BETWEEN :first AND :last"
CASES = (
    "SELECT owner, closed_at, came_at FROM complaint"
    " WHERE came_at BETWEEN date(:first, '-1 day') AND date(:last, '+2 days') AND joined_to IS NULL"
    " ORDER BY came_at"
)
"""A day more on either side, by the index: instants are UTC, and the branch's days begin at another hour."""
WEEK = timedelta(days=6)


def name_of(period: Period, number: str | None) -> str:
    """The name of a staff number; any other owner as it is."""
    person = period.branch.person.get(spelled(number or ""))
    if person:
        return person.name
    return number or ""


def _actions(period: Period) -> dict[str, Row]:
    """Each action's title, and its owner and due day as they were last named."""
    opened = {
        row["action"]: row for row in period.query(TITLES.format(opened=_name(ev.ActionOpened)))
    }
    for row in period.query(ASSIGNED.format(assigned=_name(ev.ActionAssigned))):
        if row["action"] in opened:
            named = {key: row[key] for key in ("owner", "due") if row[key]}
            opened[row["action"]] |= named
    return opened


def _name(kind: type[ev.Event]) -> str:
    return kind.__name__


@lists
def _open_actions(period: Period, now: datetime) -> Section:
    actions = _actions(period)
    pending = [actions[row["id"]] | row for row in period.rows(PENDING) if row["id"] in actions]
    pending.sort(key=lambda action: str(action["due"]))
    entries = tuple(
        Entry(
            action["title"],
            name_of(period, action["owner"]),
            str(action["due"]),
            "/desk/actions",
            bool(action["late"]),
        )
        for action in pending
    )
    return Section(Text("Open actions"), entries, Text("No action is open."))


@lists
def _practices(period: Period, now: datetime) -> Section:
    """Those of the week that ends with the period, where it is shorter."""
    week = Period(period.db, period.branch, min(period.first, period.last - WEEK), period.last)
    actions = _actions(period)
    shared = week.query(SHARED.format(shared=_name(ev.ActionShared)))
    entries = tuple(
        Entry(
            actions[row["action"]]["title"],
            name_of(period, actions[row["action"]]["owner"]),
            href="/desk/actions",
        )
        for row in shared
        if row["action"] in actions
    )
    return Section(
        Text("Best practice of the week"), entries, Text("No practice was shared this week.")
    )


@says
def _complaints(period: Period, now: datetime) -> Iterator[Finding]:
    """Counted and by owner alone: some are confidential."""
    came = [row for row in period.query(CASES) if _is_of(period, row["came_at"])]
    open_ = [row for row in came if row["closed_at"] is None]
    if not came:
        return
    yield Finding(
        Grade.WARN if open_ else Grade.NOTE,
        Text("{n} complaints came in, {open} of them are open", n=len(came), open=len(open_)),
        _owners(period, open_) if open_ else None,
        href="/desk/cases",
    )


def _is_of(period: Period, at: str) -> bool:
    day = period.branch.day_of(datetime.fromisoformat(at))
    return period.first <= day <= period.last


def _owners(period: Period, cases: list[Row]) -> Readable | str:
    """By owner, how many each has; in the order of their names, which is no rank. Then those that nobody owns."""
    owned = [case for case in cases if case["owner"]]
    names = Counter(name_of(period, case["owner"]) for case in owned)
    said = ", ".join(f"{name} {n}" for name, n in sorted(names.items()))
    left = len(cases) - len(owned)
    if not left:
        return said
    alone = Text("nobody answers for {n}", n=left)
    return Text("{owners}; {alone}", owners=said, alone=alone) if said else alone
