"""Which waiting ticket a counter calls next, and the reason in words.

The default keeps promises within the law of order (law.py). Each customer's urgency is what another minute of waiting
would cost, every tier's record counting alike: little while the promise is far, most just before it breaks, and
steadily after it broke, for nobody is given up (the generalised c-mu rule, van Mieghem 1995, on the accumulating
priority of Kleinrock 1964 and Stanford, Taylor & Ziedins 2014). What makes it fair: who waits longer than a plain queue
in order of arrival would have made anyone wait becomes the more urgent the longer; and nobody gives way to more than
the branch's `overtaken_max` later customers, but to keep a target. Its constants were found by
`benchmarks/policies.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple

from lobby.branch.model import Counter
from lobby.calling.law import Turn, arrival
from lobby.state.queue import QueueState
from lobby.state.ticket import Ticket
from lobby.texts import Text

DEFAULT = "default"
"""The name of the branch's own policy."""
AT_RISK = 0.5
"""How strongly a promise at risk counts: more than one that is broken already (1), for it can still be kept."""
FRESH = 0.03
"""The urgency of who has just come: more than none, so that tiers and services still decide among newcomers."""
PATIENCE = 3
"""Before the promise is at risk, urgency grows with this power of the share of it that is used up."""
FAIR_TARGETS = 1.1
"""So many target waits are fair, however short order of arrival would have made them: a target of a smaller tier is
still kept before."""
FAIRNESS = 60.0
"""How steeply urgency grows beyond the fair wait: at a tenth more it is eight times as large. The fair wait is known to
a tenth or so while the day lasts; so steep, the longest wait stays below 1.3 times that of order of arrival."""
QUICK = 0.3
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
    """The next ticket for this counter as it serves now, or None when nobody it may serve is waiting."""
    counter = state.as_lent(counter)
    heads = state.heads(counter)
    if not heads:
        return None
    ticket, rule = POLICIES[policy](state, counter, heads, now)
    return Choice(ticket, reason(state, counter, ticket, now, rule))


# -- the default ------------------------------------------------------------------------------------------
class Weighed(NamedTuple):
    """A ticket that may be called now, with what another moment of its waiting costs: in units of targets missed per
    second and customer of the tier."""

    cost: float
    rule: str
    ticket: Ticket


def by_promise(
    state: QueueState, counter: Counter, heads: Sequence[Ticket], now: datetime
) -> Found:
    """The most urgent of those whom the law lets pass; at a counter dedicated to a tier, its tier while nobody else is
    at risk. Before them who gave way often enough, and who was put first."""
    turn = Turn(state, counter, heads, now)
    limit = state.branch.rules.overtaken_max
    if patient := [t for t in heads if t.gave_way >= limit]:
        due = turn.before(min(patient, key=arrival))
        return Found(due, "overtaken" if due in patient else _urgency(turn, due)[1])
    if put_first := [t for t in heads if t.first]:
        return Found(min(put_first, key=arrival), "first")
    weighed = [_weighed(turn, t) for t in heads if turn.may_be_called(t)]
    if counter.prefers and all(
        w.rule == "nearest_promise" or w.ticket.tier == counter.prefers for w in weighed
    ):
        weighed = [w for w in weighed if w.ticket.tier == counter.prefers] or weighed
    most = max(weighed, key=attrgetter("cost"))
    return Found(most.ticket, _told(turn, most))


def _weighed(turn: Turn, ticket: Ticket) -> Weighed:
    cost, rule = _urgency(turn, ticket)
    usual_s: float = turn.state.branch.service[ticket.service].usual_s
    beyond = turn.waited_s(ticket) / _fair_s(turn.state, ticket)
    if beyond > 1:
        cost *= 1 + FAIRNESS * (beyond - 0.98)
        rule = "fair"
        usual_s = turn.state.branch.shortest_s
    share = _share(turn.state, ticket.tier)
    scarce = turn.open_counters(ticket) ** SCARCE
    weight = ticket.target_wait_s * share * scarce * usual_s**QUICK
    return Weighed(cost / weight, rule, ticket)


def _urgency(turn: Turn, ticket: Ticket) -> tuple[float, str]:
    """What a target wait more costs, in targets missed, and the rule that tells why."""
    if turn.is_late(ticket):
        return 1.0, "late"
    if turn.is_at_risk(ticket):
        return 1 + AT_RISK * ticket.target_wait_s / turn.risk_s(ticket), "at_risk"
    return FRESH + (turn.waited_s(ticket) / ticket.target_wait_s) ** PATIENCE, "nearest_promise"


def _fair_s(state: QueueState, ticket: Ticket) -> float:
    """The longest wait that order of arrival would have brought, but no less than FAIR_TARGETS; seconds."""
    return max(state.fcfs.longest_s.get(ticket.service, 0.0), FAIR_TARGETS * ticket.target_wait_s)


def _told(turn: Turn, most: Weighed) -> str:
    """The rule that a call is told by."""
    passes_late = turn.late is not None and most.ticket is not turn.late
    if passes_late and most.rule != "at_risk":
        return "leads"
    if most.rule == "nearest_promise" and turn.counter.id == most.ticket.only_counter:
        return "bound"
    if most.rule == "nearest_promise" and turn.counter.prefers == most.ticket.tier:
        return "dedicated"
    return most.rule


def _share(state: QueueState, tier: str) -> float:
    """The tier's share of today's tickets: a broken promise weighs more on the record of a small tier."""
    tickets = sum(state.issued.values()) + PRIOR_TICKETS * len(state.branch.tiers)
    return (state.issued.get(tier, 0) + PRIOR_TICKETS) / tickets


# -- for comparison -----------------------------------------------------------------------------------------
def in_order_of_arrival(
    state: QueueState, counter: Counter, heads: Sequence[Ticket], now: datetime
) -> Found:
    return Found(min(heads, key=arrival), "first_come")


def by_tier(state: QueueState, counter: Counter, heads: Sequence[Ticket], now: datetime) -> Found:
    """The tier of the shortest promise first, whatever the others have waited."""
    return Found(min(heads, key=lambda t: (t.target_wait_s, *arrival(t))), "by_tier")


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
    "late": Text("past its target"),
    "at_risk": Text("a few more calls and it would pass its target"),
    "leads": Text("otherwise somebody behind would pass their target"),
    "bound": Text("kept for this counter"),
    "dedicated": Text("this counter is dedicated to the customer's service"),
    "nearest_promise": Text("the most urgent of those who have time"),
    "first_come": Text("in order of arrival"),
    "by_tier": Text("by tier"),
    "deadline": Text("its target ends first"),
    "named": Text("called by number"),
}


def rule(reason: Mapping[str, Any]) -> Text:
    """The rule of a call in a few words for staff."""
    return RULES[reason["rule"]]


def words(reason: dict[str, Any]) -> Text:
    """The reason of a call as a sentence for staff."""
    waited = round(reason["waited_s"] / 60)
    target = round(reason["target_wait_s"] / 60)
    figures = {
        "waited": waited,
        "target": target,
        "why": rule(reason),
        "passed": reason["passed"],
    }
    sentence = PASSED if reason["passed"] else PASSED_NOBODY
    return sentence.with_(**figures)


PASSED = Text("Waited {waited} of {target} min: {why}; earlier ones who still wait: {passed}")
PASSED_NOBODY = Text("Waited {waited} of {target} min: {why}")
