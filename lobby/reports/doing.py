"""Who does what about it: the complaints that came in, the corrective actions that are not done, and the practices that
are worth copying."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from lobby import events as ev
from lobby.journal.tables.case import BETWEEN
from lobby.reports.actions import PENDING
from lobby.reports.measure import Period, Row
from lobby.reports.sections import Entry, Finding, Grade, Section, lists, says
from lobby.state.action import Verdict
from lobby.state.case import first_word_due
from lobby.texts import Counted, Joined, Readable, Text

TITLES = (
    "SELECT a.action, a.day, a.owner, e.data ->> 'title' AS title, e.data ->> 'due' AS due,"
    " e.data ->> '$.aim.measure' AS measure"
    " FROM action a JOIN event e ON e.seq = a.seq WHERE a.step = '{opened}' AND a.day <= :last"
)
NAMED = (
    "SELECT action, owner, due FROM action"
    " WHERE (owner IS NOT NULL OR due IS NOT NULL) AND day <= :last ORDER BY seq"
)
"""Each step that names an owner or a due day: another one, a refusal, an effect that was none."""
WORTH_COPYING = (
    "SELECT action, max(step = '{shared}') AS shared FROM action"
    " WHERE (step = '{shared}' OR (step = '{measured}' AND verdict = '{helped}'))"
    " AND day BETWEEN :first AND :last GROUP BY action ORDER BY shared DESC, max(seq)"
)
"""What became a practice, then what helped and is proposed as one."""
CASES = (
    "SELECT owner, closed_at, came_at, 1 AS n FROM complaint"
    " WHERE came_at BETWEEN date(:first, '-1 day') AND date(:last, '+2 days') AND joined_to IS NULL"
    " ORDER BY came_at"
)
"""A day more on either side, by the index: instants are UTC, and the branch's days begin at another hour."""
BACKLOG = (
    "SELECT owner, min(came_at) AS came_at, unheard, count(*) AS n FROM complaint"
    " WHERE closed_at IS NULL AND joined_to IS NULL AND came_at < date(:first, '+1 day')"
    " GROUP BY owner, iif(unheard < date(:first, '-60 days'), substr(unheard, 1, 10), id)"
    " ORDER BY came_at"
)
"""Each whose customers began to wait in the last two months by itself; those before by the day on which they began, and
those of whom nobody waits together: no first contact is asked for so late, and a branch that closes nothing has a
hundred thousand."""
WEEK = timedelta(days=6)


LEFT = "SELECT name FROM person WHERE left"
HAS_LEFT = Text("{name} (has left)")


def _left(period: Period) -> frozenset[str]:
    return frozenset(row["name"] for row in period.query(LEFT))


def name_of(period: Period, number: str | None) -> str:
    """As the register of staff has it (`Staff.name_of`)."""
    return period.branch.staff.name_of(number or "")


def _actions(period: Period) -> dict[str, Row]:
    """Each action's title, and its owner and due day as they were last named."""
    opened = {
        row["action"]: row for row in period.query(TITLES.format(opened=_name(ev.ActionOpened)))
    }
    for row in period.query(NAMED):
        if row["action"] in opened:
            named = {key: row[key] for key in ("owner", "due") if row[key]}
            opened[row["action"]] |= named
    return opened


def _name(kind: type[ev.Event]) -> str:
    return kind.__name__


def _pending(period: Period) -> list[Row]:
    """The actions that are not done, the earliest due first."""
    actions = _actions(period)
    pending = [actions[row["id"]] | row for row in period.rows(PENDING) if row["id"] in actions]
    return sorted(pending, key=lambda action: str(action["due"]))


def _entry(period: Period, action: Row, text: Readable | str) -> Entry:
    return Entry(
        text,
        name_of(period, action["owner"]),
        str(action["due"]),
        f"/desk/actions?list=all&action={action['action']}",
        bool(action["late"]),
        action["owner"] in period.once(_left),
    )


def _needs_help(action: Row) -> bool:
    return bool(action["late"] or action["in_vain"])


@lists
def _late_actions(period: Period, now: datetime) -> Section:
    """Those that do not get on: late, or done once and without an effect."""
    entries = tuple(
        _entry(period, action, _without_effect(action))
        for action in _pending(period)
        if _needs_help(action)
    )
    return Section(
        Text("Actions that are late or had no effect"),
        entries,
        Text("No action is late, and none was without effect."),
    )


def _without_effect(action: Row) -> Readable | str:
    if action["in_vain"]:
        return Text("{title} (no effect: to be done again)", title=action["title"])
    return str(action["title"])


@lists
def _open_actions(period: Period, now: datetime) -> Section:
    entries = tuple(
        _entry(period, action, action["title"])
        for action in _pending(period)
        if not _needs_help(action)
    )
    return Section(Text("Open actions"), entries, Text("No further action is open."))


@lists
def _practices(period: Period, now: datetime) -> Section:
    """Those of the week that ends with the period, where it is shorter."""
    week = Period(period.db, period.branch, min(period.first, period.last - WEEK), period.last)
    actions = _actions(period)
    worth = week.query(
        WORTH_COPYING.format(
            shared=_name(ev.ActionShared),
            measured=_name(ev.ActionMeasured),
            helped=Verdict.HELPED.value,
        )
    )
    entries = tuple(
        Entry(
            _practice(actions[row["action"]]["title"], shared=bool(row["shared"])),
            name_of(period, actions[row["action"]]["owner"]),
            href=f"/desk/actions?list=all&action={row['action']}",
        )
        for row in worth
        if row["action"] in actions
    )
    return Section(Text("Best practice"), entries, Text("Nothing helped or was shared."))


def _practice(title: str, *, shared: bool) -> Readable | str:
    if shared:
        return title
    return Text("{title} (it helped: proposed as practice)", title=title)


def answers(period: Period, now: datetime) -> dict[str, tuple[Entry, ...]]:
    """By measure, the actions that are to move it and are not done by now: who does what about a figure that went
    wrong, though the action was opened after the period."""
    until_now = max(period.last, period.branch.day_of(now))
    pending = _pending(Period(period.db, period.branch, period.first, until_now))
    aimed: dict[str, tuple[Entry, ...]] = {}
    for action in pending:
        if action["measure"]:
            entry = _entry(period, action, action["title"])
            aimed[action["measure"]] = (*aimed.get(action["measure"], ()), entry)
    return aimed


@says
def _complaints(period: Period, now: datetime) -> Iterator[Finding]:
    """Counted and by owner alone: some are confidential."""
    came = [row for row in period.query(CASES) if _is_of(period, row["came_at"])]
    open_ = [row for row in came if row["closed_at"] is None]
    if not came:
        return
    yield Finding(
        Grade.WARN if open_ else Grade.NOTE,
        Counted(
            "{n} complaints came in, still open: {open}",
            "one complaint came in, {open} is open",
            n=len(came),
            open=len(open_),
        ),
        _owners(period, open_) if open_ else None,
        listed="cases",
        href="/desk/cases",
    )


OLD = Text("Open complaints of earlier days: {n}, the oldest of {day}")
OLD_AND_UNHEARD = Text(
    "Open complaints of earlier days: {n}, the oldest of {day}; first contact overdue: {late}"
)


@says
def _backlog(period: Period, now: datetime) -> Iterator[Finding]:
    """What came in before the period and is open still."""
    open_ = still_open(period)
    if not open_:
        return
    unheard = sum(row["n"] for row in open_ if is_unheard(period, row, now))
    said: dict[str, object] = {
        "n": sum(row["n"] for row in open_),
        "day": _day(period, open_[0]["came_at"]).isoformat(),
    }
    text = OLD_AND_UNHEARD.with_(late=unheard, **said) if unheard else OLD.with_(**said)
    grade = Grade.BAD if unheard else Grade.WARN
    yield Finding(grade, text, _owners(period, open_), href="/desk/due")


def still_open(period: Period) -> list[Row]:
    """What came in before the period and is open, `n` cases a row, the oldest first."""
    return [row for row in period.query(BACKLOG) if _day(period, row["came_at"]) < period.first]


def is_unheard(period: Period, row: Row, now: datetime) -> bool:
    """Whether nobody spoke to a customer by when the rules ask for it."""
    unheard = [datetime.fromisoformat(at) for at in row["unheard"].split(BETWEEN) if at]
    due = first_word_due(period.branch, unheard)
    return due is not None and due.at is not None and due.at <= now


def _day(period: Period, at: str) -> date:
    return period.branch.day_of(datetime.fromisoformat(at))


def _is_of(period: Period, at: str) -> bool:
    return period.first <= _day(period, at) <= period.last


def _owners(period: Period, cases: list[Row]) -> Readable | str:
    """By owner, how many each has; in the order of their names, which is no rank. Then those that nobody owns."""
    owned = [case for case in cases if case["owner"]]
    counts: Counter[str] = Counter()
    for case in owned:
        counts[case["owner"]] += case["n"]
    by_name = sorted(counts, key=lambda id: name_of(period, id))
    owners = [_owner(period, id, counts[id]) for id in by_name]
    said = Joined(owners)
    left = sum(case["n"] for case in cases if not case["owner"])
    if not left:
        return said
    alone = Text("without an owner: {n}", n=left)
    return Text("{owners}; {alone}", owners=said, alone=alone) if owners else alone


def _owner(period: Period, id: str, n: int) -> Readable:
    name = name_of(period, id)
    told = HAS_LEFT.with_(name=name) if id in period.once(_left) else name
    return Text("{name} {n}", name=told, n=n)
