"""Which waiting ticket a counter calls next, and the reason.

A first honest discipline: every customer has a promise (the tier's target wait, shorter in the green
channel); whoever is nearest to the end of theirs is called. Waiting always brings the end nearer, so
nobody starves. A dedicated counter prefers its tier while nobody else is late.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lobby.branch import Counter, Name
from lobby.floor import Floor
from lobby.ticket import Ticket


@dataclass(frozen=True)
class Choice:
    ticket: Ticket
    reason: dict[str, Any]


def choose(floor: Floor, desk: Counter, now: datetime) -> Choice | None:
    """The next ticket for this counter, or None when nobody it may serve is waiting."""
    waiting = floor.waiting_for(desk.id)
    if not waiting:
        return None
    bound = [t for t in waiting if t.only_counter == desk.id]
    dedicated = [t for t in waiting if t.tier == desk.prefers]
    nearest = waiting[0]
    if floor.due(nearest) <= now:
        return Choice(nearest, reason(floor, waiting, nearest, now, "late"))
    if bound:
        return Choice(bound[0], reason(floor, waiting, bound[0], now, "bound"))
    if dedicated:
        return Choice(dedicated[0], reason(floor, waiting, dedicated[0], now, "dedicated"))
    return Choice(nearest, reason(floor, waiting, nearest, now, "nearest_promise"))


def reason(floor: Floor, waiting: Sequence[Ticket], called: Ticket, now: datetime, rule: str) -> dict[str, Any]:
    """The figures behind a call: how long the customer waited of what was promised, and how many who
    came earlier and could have been called here wait on."""
    return {
        "rule": rule,
        "waited_s": round((now - called.rank_at).total_seconds()),
        "target_wait_s": floor.promise_s(called),
        "passed": sum(t.rank_at < called.rank_at for t in waiting),
    }


RULES = {
    "late": Name("等候已超过承诺", "past the promised wait"),
    "bound": Name("转来本柜台", "transferred to this counter"),
    "dedicated": Name("本柜台优先服务的客户", "this counter is dedicated to the customer's service"),
    "nearest_promise": Name("最接近承诺时限", "nearest to the promised wait"),
    "named": Name("柜员点名", "called by number"),
}


def words(reason: dict[str, Any], lang: str) -> str:
    """The reason of a call as a sentence for staff, in `zh` or `en`; empty for none."""
    if not reason:
        return ""
    waited, target = round(reason["waited_s"] / 60), round(reason["target_wait_s"] / 60)
    why, passed = RULES[reason["rule"]].in_(lang), reason["passed"]
    if lang == "en":
        return f"Waited {waited} of {target} min promised: {why}; {passed} who came earlier wait on"
    return f"已等 {waited} 分钟(承诺 {target} 分钟):{why};先到仍在等的 {passed} 人"
