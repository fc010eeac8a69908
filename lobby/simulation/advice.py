"""What the lobby manager could do now, and how much wait it would save: look-ahead runs with and without it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import partial

from lobby.branch.lending import as_helper, lendable
from lobby.branch.model import Branch, Counter
from lobby.quantile import quantile
from lobby.simulation.lookahead import NEVER_S, Change, Lookahead, Waits, p90_s, unchanged
from lobby.simulation.simulate import Breathe, Day, restless
from lobby.state.queue import QueueState
from lobby.state.ticket import Ticket

RUNS = 24
"""So many runs take some 0.3 s in a lobby with twenty who wait."""
FEWEST_RUNS = 8
PLAYED = 12000
"""So many customers are played at most, over all runs and options: a full lobby has fewer runs, down to FEWEST_RUNS.
Its 90 % wait is made of more customers, so that it differs less from run to run."""
LEVELS = (0.02, 0.98)
"""The quantiles of the runs that end the interval. They are wider than 5 and 95 %, since few runs understate how much
days differ."""
WIDEN = 0.3
"""The interval grows by this share of the saving at each end, since the runs take rates and service times as known."""
WORTH_S = 120.0
"""A smaller saving is not worth a manager's time."""
HARMLESS_S = 60.0
"""A counter may close where the 90 % wait grows by at most this: customers hardly notice a minute."""
CLOSE_AFTER_S = 1200.0
"""The counter closes after twenty minutes, so that it still helps with the customers who wait now."""
ASK_AGAIN = timedelta(minutes=15)
"""After somebody declined to open a counter, it is not advised for so long."""
LENT_MIN = 30
"""So long a counter is lent to another area, in minutes: a crowd is over by then, or it is lent again."""
LENT_LEAST_MIN = 5
"""In less, a counter serves one customer at the most."""
DIVERTED = 2
"""A manager can lead two customers to a machine at once."""


class AdviceKind(StrEnum):
    OPEN_COUNTER = "open_counter"
    CLOSE_COUNTER = "close_counter"
    SELF_SERVICE = "self_service"
    LEND_COUNTER = "lend_counter"


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to do: `counter` to open or close, or to lend to `area` for some `minutes`, or `tickets` whose
    customers may like the machines of `area`.

    It concerns the customers whom the counter may serve (of `area`, where it is lent), or those in the tickets' area,
    who wait now or come within half an hour. Their 90 % wait goes from `before_s` to `after_s`; the saving lies within
    `saves_lo_s`..`saves_hi_s` in nine cases of ten."""

    kind: AdviceKind
    before_s: float
    after_s: float
    saves_lo_s: float
    saves_hi_s: float
    counter: str | None = None
    tickets: tuple[str, ...] = ()
    area: str | None = None
    minutes: int | None = None

    @property
    def saves_s(self) -> float:
        return self.before_s - self.after_s

    @property
    def unserved(self) -> bool:
        """Whether nobody would call the customers concerned without it."""
        return self.before_s >= NEVER_S


@dataclass(frozen=True, slots=True)
class Option:
    """Something that could be advised: the change to try, and the tickets it concerns. It takes a counter's time from
    those whom it `spares`: they hardly wait longer by it."""

    kind: AdviceKind
    change: Change
    concerns: Callable[[Ticket], bool]
    counter: str | None = None
    tickets: tuple[str, ...] = ()
    area: str | None = None
    minutes: int | None = None
    spares: Callable[[Ticket], bool] | None = None


def advise(lookahead: Lookahead, breathe: Breathe = restless, runs: int = RUNS) -> list[Advice]:
    """What is worth doing now, the largest saving first; empty while nobody comes. The same state gives the same
    advice. It takes up to some seconds of the processor, with 300 who wait."""
    state = lookahead.state
    late = any(state.due(ticket) <= lookahead.now for ticket in state.waiting())
    options = [
        *openings(state),
        *lendings(lookahead),
        *_diversions(state),
        *(() if late else _closings(state)),
    ]
    if not options or not lookahead.coming:
        return []
    changes = [unchanged, *(option.change for option in options)]
    fit = PLAYED // (len(changes) * (1 + lookahead.customers))
    runs = min(runs, max(FEWEST_RUNS, fit))
    waits_by_run = list(lookahead.waits(changes, runs, state.seq, breathe))
    pairs = [[(row[0], row[n]) for row in waits_by_run] for n, _ in enumerate(options, start=1)]
    worth = [
        advice
        for option, runs_of in zip(options, pairs, strict=True)
        if _worth(advice := _weigh(option, runs_of)) and _harms_nobody(option, runs_of)
    ]
    best: dict[AdviceKind, Advice] = {}
    for candidate in sorted(worth, key=lambda a: -a.saves_s):
        best.setdefault(candidate.kind, candidate)
    if {AdviceKind.OPEN_COUNTER, AdviceKind.LEND_COUNTER} & best.keys():
        best.pop(AdviceKind.CLOSE_COUNTER, None)
    return list(best.values())


def _worth(advice: Advice) -> bool:
    if advice.kind is AdviceKind.CLOSE_COUNTER:
        return -advice.saves_lo_s <= HARMLESS_S
    if advice.kind is AdviceKind.LEND_COUNTER:
        return advice.saves_s >= WORTH_S and advice.saves_lo_s > 0
    return advice.saves_s >= WORTH_S and advice.saves_lo_s >= -advice.saves_s


def _harms_nobody(option: Option, runs: Sequence[tuple[Waits, Waits]]) -> bool:
    """Whether those from whom the option takes a counter's time hardly wait longer."""
    if option.spares is None:
        return True
    more = [p90_s(after, option.spares) - p90_s(before, option.spares) for before, after in runs]
    return quantile(sorted(more), 0.5) <= HARMLESS_S


def _weigh(option: Option, runs: Sequence[tuple[Waits, Waits]]) -> Advice:
    """The advice of an option. `runs` are the waits without and with it, each pair with the same customers."""
    pairs = [
        (p90_s(before, option.concerns), p90_s(after, option.concerns)) for before, after in runs
    ]
    saved = sorted(before - after for before, after in pairs)
    middle_before = quantile(sorted(before for before, _ in pairs), 0.5)
    middle = quantile(saved, 0.5)
    margin_s = WIDEN * abs(middle)
    lo, hi = (quantile(saved, level) for level in LEVELS)
    after_s = max(0.0, middle_before - middle)
    return Advice(
        option.kind,
        round(middle_before),
        round(after_s),
        round(lo - margin_s),
        round(hi + margin_s),
        option.counter,
        option.tickets,
        option.area,
        option.minutes,
    )


# -- the options ------------------------------------------------------------------------------------------
def openings(state: QueueState) -> list[Option]:
    """Each closed or paused counter that somebody waits for; of counters of one kind only the first, and one where
    somebody is before one where nobody is. Whom the lobby manager asks already, or who declined a while ago, is left
    in peace."""
    counters = [
        counter
        for counter in state.branch.counters
        if _may_be_asked(state, counter.id) and state.heads(counter)
    ]
    counters.sort(key=lambda counter: not state.counters[counter.id].attended)
    return [
        _option(state, AdviceKind.OPEN_COUNTER, _open, counter)
        for counter in _one_of_each_kind(counters)
    ]


def lendings(lookahead: Lookahead) -> list[Option]:
    """Each open counter with nobody there and nobody to call, for each area with late customers whom it could serve; of
    counters of one kind only the first. One that is lent already is left where it is, and one that closes before it
    could serve anybody."""
    state = lookahead.state
    late = [ticket for ticket in state.waiting() if state.due(ticket) <= lookahead.now]
    idle = [
        counter
        for counter in state.branch.counters
        if state.counters[counter.id].idle
        and state.counters[counter.id].lent_to is None
        and not state.heads(counter)
    ]
    return [
        _lending(state, counter, area, minutes)
        for counter in _one_of_each_kind(idle)
        if (minutes := lookahead.lent_min(counter.id, LENT_MIN)) >= LENT_LEAST_MIN
        for area in lendable(state.branch, counter)
        if any(_helped(state.branch, counter, area, ticket) for ticket in late)
    ]


def _lending(state: QueueState, counter: Counter, area: str, minutes: int) -> Option:
    return Option(
        AdviceKind.LEND_COUNTER,
        partial(_lend, counter.id, area, minutes),
        partial(_helped, state.branch, counter, area),
        counter.id,
        area=area,
        minutes=minutes,
        spares=partial(_served_at, state.branch, counter),
    )


def _helped(branch: Branch, counter: Counter, area: str, ticket: Ticket) -> bool:
    """Whether the ticket waits in the area, and the counter may serve it while it is lent there."""
    return ticket.area == area and _served_at(branch, as_helper(counter, area), ticket)


def _lend(counter: str, area: str, minutes: int, day: Day) -> None:
    day.lend(counter, area, minutes)


def _may_be_asked(state: QueueState, id: str) -> bool:
    counter = state.counters[id]
    declined = counter.declined_at and state.at - counter.declined_at < ASK_AGAIN
    return not (counter.open or counter.asked_at or declined)


def _option(
    state: QueueState, kind: AdviceKind, act: Callable[[str, Day], None], counter: Counter
) -> Option:
    return Option(
        kind, partial(act, counter.id), partial(_served_at, state.branch, counter), counter.id
    )


def _one_of_each_kind(counters: Iterable[Counter]) -> list[Counter]:
    """One counter of each kind."""
    by_kind: dict[tuple[object, ...], Counter] = {}
    for counter in counters:
        by_kind.setdefault((counter.area, counter.serves, counter.tiers, counter.helps), counter)
    return list(by_kind.values())


def _served_at(branch: Branch, counter: Counter, ticket: Ticket) -> bool:
    return branch.may_serve(counter, ticket.service, ticket.tier, ticket.area)


def _in_area(area: str, ticket: Ticket) -> bool:
    return ticket.area == area


def _open(counter: str, day: Day) -> None:
    day.open(counter)


def _closings(state: QueueState) -> list[Option]:
    """Each open counter that nobody waits for and whose queues other open counters can serve; of counters of one kind
    only the first."""
    counters = [
        counter
        for counter in map(state.as_lent, state.branch.counters)
        if state.counters[counter.id].open
        and not state.heads(counter)
        and _replaceable(state, counter)
    ]
    return [
        _option(state, AdviceKind.CLOSE_COUNTER, _close, counter)
        for counter in _one_of_each_kind(counters)
    ]


def _close(counter: str, day: Day) -> None:
    day.close_after(counter, CLOSE_AFTER_S)


def _replaceable(state: QueueState, counter: Counter) -> bool:
    """Whether the other open counters can serve all its queues."""
    branch = state.branch
    others = [
        state.as_lent(c)
        for c in branch.counters
        if c.id != counter.id and state.counters[c.id].open
    ]
    return all(
        any(branch.may_serve(other, service, tier.id, counter.area) for other in others)
        for service in counter.serves
        for tier in branch.tiers
        if branch.may_serve(counter, service, tier.id, counter.area)
    )


def _diversions(state: QueueState) -> list[Option]:
    """The last customers who came for a service that a machine offers too: they are asked. Never customers with special
    needs, and nobody who is being asked or said no."""
    waiting = [
        t
        for t in state.waiting()
        if _machine_area(state.branch, t) and not (t.needs or t.offered or t.declined)
    ]
    if not waiting:
        return []
    last = sorted(waiting, key=lambda t: t.rank_at)[-DIVERTED:]
    ids = tuple(t.id for t in last)
    area = _machine_area(state.branch, last[0])
    return [
        Option(
            AdviceKind.SELF_SERVICE,
            partial(_send_away, ids),
            partial(_in_area, last[0].area),
            None,
            ids,
            area,
        )
    ]


def _send_away(tickets: Sequence[str], day: Day) -> None:
    for ticket in tickets:
        day.send_away(ticket)


def _machine_area(branch: Branch, ticket: Ticket) -> str | None:
    area = branch.service[ticket.service].quicker_at
    if area and branch.area[area].self_service:
        return area
    return None
