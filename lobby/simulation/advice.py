"""What the lobby manager could do now, and what it would save: from look-ahead runs with and without it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from lobby.branch.model import Branch, Counter
from lobby.quantile import quantile
from lobby.simulation.lookahead import NEVER_S, Change, Lookahead, Waits, as_it_is, p90_s
from lobby.simulation.simulate import Day
from lobby.state.queue import QueueState
from lobby.state.ticket import Ticket

RUNS = 24
LEVELS = (0.02, 0.98)
"""The interval's ends among the runs: few runs understate how differently a day can go."""
WIDEN = 0.3
"""And so much more of the saving to each side, for what the runs take for granted: rates and service times."""
WORTH_S = 120.0
"""Savings below this are not worth a manager's time."""
HARMLESS_S = 60.0
CLOSE_AFTER_S = 1200.0
DIVERTED = 2

Kind = Literal["open_counter", "close_counter", "self_service"]


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to do: `counter` to open or close, or `tickets` to send to the machines of `area`. The 90 % wait of
    those concerned who wait now or come within half an hour goes from `before_s` to `after_s`: whom the counter may
    serve, or who are in the tickets' area; the saving lies within
    `saves_lo_s`..`saves_hi_s` in nine cases of ten."""

    kind: Kind
    before_s: float
    after_s: float
    saves_lo_s: float
    saves_hi_s: float
    counter: str | None = None
    tickets: tuple[str, ...] = ()
    area: str | None = None

    @property
    def saves_s(self) -> float:
        return self.before_s - self.after_s

    @property
    def unserved(self) -> bool:
        """As it is, nobody would call them."""
        return self.before_s >= NEVER_S


@dataclass(frozen=True, slots=True)
class Option:
    """Something that could be advised, how to try it, and whom it concerns."""

    kind: Kind
    change: Change
    concerns: Callable[[Ticket], bool]
    counter: str | None = None
    tickets: tuple[str, ...] = ()
    area: str | None = None


def advise(lookahead: Lookahead, runs: int = RUNS) -> list[Advice]:
    """What is worth doing now, what saves most first; nothing while nobody comes. The same state gets the same
    advice. It takes some 0.3 s: not for a server's loop."""
    state = lookahead.state
    late = any(state.due(ticket) <= lookahead.now for ticket in state.waiting())
    options = [*openings(state), *_diversions(state), *(() if late else _closings(state))]
    if not options or not lookahead.coming:
        return []
    changes = [as_it_is, *(option.change for option in options)]
    found = list(lookahead.waits(changes, runs, state.seq))
    advice = [_weigh(option, [(row[0], row[n]) for row in found]) for n, option in enumerate(options, start=1)]
    worth = [a for a in advice if _worth(a)]
    best: dict[Kind, Advice] = {}
    for one in sorted(worth, key=lambda a: -a.saves_s):
        best.setdefault(one.kind, one)
    if "open_counter" in best:
        best.pop("close_counter", None)
    return list(best.values())


def _worth(advice: Advice) -> bool:
    if advice.kind == "close_counter":
        return -advice.saves_lo_s <= HARMLESS_S
    return advice.saves_s >= WORTH_S and advice.saves_lo_s >= -advice.saves_s


def _weigh(option: Option, runs: Sequence[tuple[Waits, Waits]]) -> Advice:
    """`runs` are the waits as it is and with the option, in the same circumstances."""
    pairs = [(p90_s(before, option.concerns), p90_s(after, option.concerns)) for before, after in runs]
    saved = sorted(before - after for before, after in pairs)
    middle_before = quantile(sorted(before for before, _ in pairs), 0.5)
    middle = quantile(saved, 0.5)
    room_s = WIDEN * abs(middle)
    lo, hi = (quantile(saved, level) for level in LEVELS)
    after_s = max(0.0, middle_before - middle)
    return Advice(
        option.kind,
        round(middle_before),
        round(after_s),
        round(lo - room_s),
        round(hi + room_s),
        option.counter,
        option.tickets,
        option.area,
    )


# -- what could be done -------------------------------------------------------------------------------------
def openings(state: QueueState) -> list[Option]:
    """Each closed or paused counter that somebody waits for; of counters alike only the first."""
    desks = [d for d in state.branch.counters if state.counters[d.id].state != "open" and state.heads(d)]
    return [_at(state, "open_counter", _open, d) for d in _unlike(desks)]


def _at(state: QueueState, kind: Kind, act: Callable[[str, Day], None], desk: Counter) -> Option:
    return Option(kind, partial(act, desk.id), partial(_served_at, state.branch, desk), desk.id)


def _unlike(desks: Iterable[Counter]) -> list[Counter]:
    """One counter of each kind."""
    found: dict[tuple[object, ...], Counter] = {}
    for desk in desks:
        found.setdefault((desk.area, desk.serves, desk.tiers, desk.helps), desk)
    return list(found.values())


def _served_at(branch: Branch, desk: Counter, ticket: Ticket) -> bool:
    return branch.may_serve(desk, ticket.service, ticket.tier, ticket.area)


def _in_area(area: str, ticket: Ticket) -> bool:
    return ticket.area == area


def _open(counter: str, day: Day) -> None:
    day.open(counter)


def _closings(state: QueueState) -> list[Option]:
    """Each open counter that nobody waits for and whose lines another open counter can serve; of counters alike
    only the first."""
    desks = [
        d
        for d in state.branch.counters
        if state.counters[d.id].state == "open" and not state.heads(d) and _replaceable(state, d.id)
    ]
    return [_at(state, "close_counter", _close, d) for d in _unlike(desks)]


def _close(counter: str, day: Day) -> None:
    day.close_after(counter, CLOSE_AFTER_S)


def _replaceable(state: QueueState, counter: str) -> bool:
    branch = state.branch
    desk = state.branch.counter[counter]
    others = [c for c in branch.counters if c.id != counter and state.counters[c.id].state == "open"]
    return all(
        any(branch.may_serve(other, service, tier.id, desk.area) for other in others)
        for service in desk.serves
        for tier in branch.tiers
        if branch.may_serve(desk, service, tier.id, desk.area)
    )


def _diversions(state: QueueState) -> list[Option]:
    """The last to come for what a machine does too; never customers with special needs."""
    waiting = [t for t in state.waiting() if _machine_area(state.branch, t) and not t.needs]
    if not waiting:
        return []
    last = sorted(waiting, key=lambda t: t.rank_at)[-DIVERTED:]
    ids = tuple(t.id for t in last)
    area = _machine_area(state.branch, last[0])
    return [Option("self_service", partial(_send_away, ids), partial(_in_area, last[0].area), None, ids, area)]


def _send_away(tickets: Sequence[str], day: Day) -> None:
    for ticket in tickets:
        day.send_away(ticket)


def _machine_area(branch: Branch, ticket: Ticket) -> str | None:
    area = branch.service[ticket.service].quicker_at
    return area if area and branch.area[area].self_service else None
