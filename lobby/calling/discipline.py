"""Which waiting ticket a counter calls next, and the reason in words.

The default keeps promises. Each customer's urgency is what another minute of waiting would cost, every
tier's record counting alike: little while the promise is far, most just before it breaks, and steadily after
it broke, for nobody is given up (the generalised c-mu rule, van Mieghem 1995, on the accumulating priority
of Kleinrock 1964 and Stanford, Taylor & Ziedins 2014). What makes it fair: who waits longer than a plain queue
in order of arrival would have made anyone wait becomes the more urgent the longer, and nobody is ever
overtaken by more than the branch's `overtaken_max`. Its constants were found by `benchmarks/policies.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from lobby.branch.model import Counter
from lobby.state.queue import QueueState
from lobby.state.queues import Queue, Rank
from lobby.state.ticket import Ticket
from lobby.texts import Text

DEFAULT = "default"
"""The name of the branch's own policy."""
CHANCES = 4
"""A promise is at risk when so few calls of the counters that can keep it, or fewer, are left before it ends."""
SHORTEST_RISK_S = 40.0
"""A promise is at risk for at least so long before it ends: at many counters CHANCES calls take only seconds."""
AT_RISK = 0.5
"""How strongly a promise at risk counts: more than one that is broken already (1), for it can still be kept."""
FRESH = 0.03
"""The urgency of who has just come: more than none, so that tiers and services still decide among newcomers."""
PATIENCE = 3
"""Before the promise is at risk, urgency grows with this power of the share of it that is used up."""
FAIR = 1.25
"""Waiting may last so many times the longest wait that order of arrival would have brought, before fairness
makes more urgent; never less than FAIR_PROMISES promises."""
FAIR_PROMISES = 1.2
FAIRNESS = 60.0
"""How steeply urgency grows beyond the fair wait: at a tenth more it is eight times as large."""
QUICK = 0.7
"""The power of the usual service time that divides urgency: 1 is the c-mu rule, which puts long services last;
0 pays no heed to them."""
SCARCE = 0.6
"""The power of the number of counters that divides urgency: who can go to few counters is called there first."""
PRIOR_TICKETS = 10
"""So many tickets of each tier count as issued when the day begins: its first ones do not decide the tier's share."""


@dataclass(frozen=True, slots=True)
class Choice:
    ticket: Ticket
    reason: dict[str, Any]


class Found(NamedTuple):
    ticket: Ticket
    rule: str


def choose(
    state: QueueState, counter: Counter, now: datetime, policy: str = DEFAULT
) -> Choice | None:
    """The next ticket for this counter, or None when nobody it may serve is waiting."""
    heads = state.heads(counter)
    if not heads:
        return None
    ticket, rule = POLICIES[policy](state, counter, heads, now)
    return Choice(ticket, reason(state, counter, ticket, now, rule))


# -- the default ------------------------------------------------------------------------------------------
def by_promise(
    state: QueueState, counter: Counter, heads: Sequence[Ticket], now: datetime
) -> Found:
    """The most urgent; at a counter dedicated to a tier, its tier while nobody else is at risk."""
    limit = state.branch.rules.overtaken_max
    if overtaken := [t for t in heads if t.overtaken >= limit]:
        return Found(min(overtaken, key=_arrival), "overtaken")
    if put_first := [t for t in heads if t.first]:
        return Found(min(put_first, key=_arrival), "first")
    weighed = [(*urgency(state, t, now), t) for t in heads]
    if counter.prefers and all(
        rule == "nearest_promise" or t.tier == counter.prefers for _, rule, t in weighed
    ):
        weighed = [w for w in weighed if w[2].tier == counter.prefers] or weighed
    _, rule, ticket = max(weighed, key=lambda w: w[0])
    if rule == "nearest_promise" and counter.id == ticket.only_counter:
        rule = "bound"
    elif rule == "nearest_promise" and counter.prefers == ticket.tier:
        rule = "dedicated"
    return Found(ticket, rule)


def urgency(state: QueueState, ticket: Ticket, now: datetime) -> tuple[float, str]:
    """What another moment of waiting costs, and the rule that tells why. In units of promises broken per
    second and customer of the tier."""
    queue = state.queues.of(ticket)
    target_wait_s = queue.target_wait.total_seconds()
    waited_s = (now - ticket.rank_at).total_seconds()
    usual_s: float = state.branch.service[ticket.service].usual_s
    counters = _open_counters(state, ticket)
    risk_s = max(SHORTEST_RISK_S, CHANCES * usual_s / counters)
    if waited_s >= target_wait_s:
        cost = 1.0
        rule = "late"
    elif target_wait_s - waited_s < risk_s:
        cost = 1 + AT_RISK * target_wait_s / risk_s
        rule = "at_risk"
    else:
        cost = FRESH + (waited_s / target_wait_s) ** PATIENCE
        rule = "nearest_promise"
    fair_s = max(
        FAIR * state.fcfs.longest_s.get(ticket.service, 0.0), FAIR_PROMISES * target_wait_s
    )
    longest_s = _longest_s(queue, waited_s, usual_s / counters, now)
    if longest_s > fair_s:
        cost = cost * (1 + FAIRNESS * (longest_s / fair_s - 0.98))
        rule = "fair"
        usual_s = state.branch.shortest_s
    weight = target_wait_s * _share(state, ticket.tier) * counters**SCARCE * usual_s**QUICK
    return cost / weight, rule


def _open_counters(state: QueueState, ticket: Ticket) -> int:
    """How many open counters may call the ticket; at least 1."""
    if ticket.only_counter:
        return 1
    counters = state.branch.counters_for(ticket.service, ticket.tier, ticket.area)
    return sum(state.counters[counter.id].open for counter in counters) or 1


def _longest_s(queue: Queue, waited_s: float, gap_s: float, now: datetime) -> float:
    """The longest that one of the queue will have waited when its turn comes, a call every `gap_s`: the first,
    one in the middle, or the last."""
    last = len(queue.places) - 1
    if last < 1:
        return waited_s
    behind = ((now - queue.places[n][0]).total_seconds() + n * gap_s for n in (last // 2, last))
    return max(waited_s, *behind)


def _share(state: QueueState, tier: str) -> float:
    """The tier's share of today's tickets: a broken promise weighs more on the record of a small tier."""
    tickets = sum(state.issued.values()) + PRIOR_TICKETS * len(state.branch.tiers)
    return (state.issued.get(tier, 0) + PRIOR_TICKETS) / tickets


def _arrival(ticket: Ticket) -> Rank:
    return ticket.rank_at, ticket.order


# -- for comparison -----------------------------------------------------------------------------------------
def in_order_of_arrival(
    state: QueueState, counter: Counter, heads: Sequence[Ticket], now: datetime
) -> Found:
    return Found(min(heads, key=_arrival), "first_come")


def by_tier(state: QueueState, counter: Counter, heads: Sequence[Ticket], now: datetime) -> Found:
    """The tier of the shortest promise first, whatever the others have waited."""
    return Found(min(heads, key=lambda t: (t.target_wait_s, *_arrival(t))), "by_tier")


def by_deadline(
    state: QueueState, counter: Counter, heads: Sequence[Ticket], now: datetime
) -> Found:
    """The earliest end of a promise first."""
    return Found(min(heads, key=state.place), "deadline")


Policy = Callable[[QueueState, Counter, Sequence[Ticket], datetime], Found]
POLICIES: Mapping[str, Policy] = {
    DEFAULT: by_promise,
    "fcfs": in_order_of_arrival,
    "strict": by_tier,
    "edf": by_deadline,
}


# -- why ------------------------------------------------------------------------------------------------------
def reason(
    state: QueueState, counter: Counter, called: Ticket, now: datetime, rule: str
) -> dict[str, Any]:
    """The figures behind a call: how long the customer waited of what was promised, and how many who
    came earlier and could have been called here wait on."""
    return {
        "rule": rule,
        "waited_s": max(0, round((now - called.rank_at).total_seconds())),
        "target_wait_s": called.target_wait_s,
        "passed": sum(1 for _ in state.overtaken_by(counter, called)),
    }


RULES = {
    "overtaken": Text("as many as allowed were called before"),
    "first": Text("put first in line"),
    "fair": Text("waits longer than in order of arrival"),
    "late": Text("past the promised wait"),
    "at_risk": Text("a few more calls and the promise ends"),
    "bound": Text("transferred to this counter"),
    "dedicated": Text("this counter is dedicated to the customer's service"),
    "nearest_promise": Text("nobody is nearer to their promise"),
    "first_come": Text("in order of arrival"),
    "by_tier": Text("by tier"),
    "deadline": Text("the earliest end of a promise"),
    "named": Text("called by number"),
}


def words(reason: dict[str, Any]) -> Text:
    """The reason of a call as a sentence for staff."""
    waited = round(reason["waited_s"] / 60)
    target = round(reason["target_wait_s"] / 60)
    figures = {
        "waited": waited,
        "target": target,
        "why": RULES[reason["rule"]],
        "passed": reason["passed"],
    }
    sentence = PASSED if reason["passed"] else PASSED_NOBODY
    return sentence.with_(**figures)


PASSED = Text("Waited {waited} of {target} min promised: {why}; {passed} who came earlier wait on")
PASSED_NOBODY = Text("Waited {waited} of {target} min promised: {why}")
