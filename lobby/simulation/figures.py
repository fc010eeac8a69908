"""The figures of simulated days by tier, for `lobby simulate` and the what-if page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from lobby.branch.model import Branch
from lobby.quantile import quantile
from lobby.state.ticket import State, Ticket


class Tally:
    """Counts the tickets of ended days."""

    def __init__(self, branch: Branch) -> None:
        self._branch = branch
        self._waits_s: dict[str, list[float]] = {tier.id: [] for tier in branch.tiers}
        self._states: dict[str, dict[State, int]] = {
            tier.id: dict.fromkeys(State, 0) for tier in branch.tiers
        }
        self._overtakes = 0

    def add(self, tickets: Iterable[Ticket], ended: datetime) -> None:
        """The wait lasts until the call, else until the customer left, and until the day `ended` at most."""
        for ticket in tickets:
            until = ticket.called_at or min(ticket.ended_at or ended, ended)
            self.note(ticket.tier, ticket.state, (until - ticket.issued_at).total_seconds())
            self._overtakes += ticket.overtaken

    def note(self, tier: str, state: State, wait_s: float) -> None:
        """One more customer, and how long the wait was."""
        self._waits_s[tier].append(wait_s)
        self._states[tier][state] += 1

    @property
    def waited_s(self) -> float:
        """All waits together, seconds."""
        return sum(sum(waits) for waits in self._waits_s.values())

    def figures(self) -> dict[str, Any]:
        """`tiers` by id, `overtakes`, and `score`."""
        tiers = {id: self._tier(id) for id in self._waits_s}
        return {"tiers": tiers, "overtakes": self._overtakes, "score": self._score(tiers)}

    def _tier(self, id: str) -> dict[str, Any]:
        waits = sorted(self._waits_s[id])
        states = self._states[id]
        target_s = self._branch.tier[id].target_wait_s
        tickets = len(waits)
        shares_of = max(1, tickets)
        return {
            "tickets": tickets,
            "served": states[State.SERVED],
            "no_show": states[State.NO_SHOW],
            "abandoned": tickets - states[State.SERVED] - states[State.NO_SHOW],
            "mean_wait_s": round(sum(waits) / shares_of, 1),
            "p50_wait_s": round(quantile(waits, 0.5), 1),
            "p90_wait_s": round(quantile(waits, 0.9), 1),
            "max_wait_s": round(max(waits, default=0.0), 1),
            "over_target_share": round(sum(w > target_s for w in waits) / shares_of, 5),
            "mean_excess_s": round(sum(max(0.0, w - target_s) for w in waits) / shares_of, 2),
        }

    def _score(self, tiers: dict[str, dict[str, Any]]) -> float:
        """How far service targets were missed, every tier with the same weight: the mean over tiers of the share over
        target plus the mean excess in target waits. 0 is best."""
        broken = [
            t["over_target_share"] + t["mean_excess_s"] / self._branch.tier[id].target_wait_s
            for id, t in tiers.items()
            if t["tickets"]
        ]
        score: float = sum(broken) / max(1, len(broken))
        return round(score, 5)


def as_text(result: dict[str, Any]) -> str:
    """The result of `lobby simulate` as a table for people; waits in minutes."""
    score = f"score of missed targets {result['score']:.3f} (0 is best)"
    rows = [
        f"{result['policy']}: {result['days']} days, seed {result['seed']}; {score}",
        f"{'tier':12}{'tickets':>9}{'mean':>8}{'median':>8}{'90 %':>8}{'longest':>9}{'over target':>13}",
    ]
    for id, t in result["tiers"].items():
        waits = "".join(f"{t[k] / 60:8.1f}" for k in ("mean_wait_s", "p50_wait_s", "p90_wait_s"))
        rows.append(
            f"{id:12}{t['tickets']:9}{waits}{t['max_wait_s'] / 60:9.1f}{t['over_target_share']:13.1%}"
        )
    busy = ", ".join(f"{id} {c['busy_share']:.0%}" for id, c in result["counters"].items())
    return "\n".join([*rows, f"waits in minutes; counters busy: {busy}"])
