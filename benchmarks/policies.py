"""Compares the default calling order with the plain ones over all scenarios.

    python benchmarks/policies.py [--days 40] [--seed N] [--write]

Prints, for each scenario, the score of missed service targets (0 is best: the mean over tiers of the share over target
plus the mean excess in targets) and the longest wait of a standard customer, beside the best of the plain policies and
order of arrival in the same run; and the calls that broke the law of order. Limits: a score no worse than the best, a
longest wait of at most 1.3 times that of order of arrival, no call against the law. `--seed` plays other days of the
same scenarios. `--write` puts the table and a picture into docs/.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from multiprocessing import Pool
from pathlib import Path
from typing import Any

from stage import put_into, verdict

from lobby.branch.config import read_scenario
from lobby.branch.scenario import Scenario, branch_of, customers, shifts
from lobby.calling.discipline import DEFAULT, POLICIES
from lobby.commands.base import Decision
from lobby.simulation.simulate import Rehearsal, simulate
from lobby.state.queue import QueueState

HERE = Path(__file__).parent
DOCS = HERE.parent / "docs"
SCENARIOS = sorted((HERE / "scenarios").glob("*.toml"))
PLAIN = [policy for policy in POLICIES if policy != DEFAULT]
Figures = dict[str, Any]
LONGEST = 1.3
"""So many times the longest wait of order of arrival is the limit."""


@dataclass(frozen=True)
class Job:
    """A scenario to be played. Without a `seed` it has its own."""

    path: Path
    days: int
    seed: int | None
    policy: str = DEFAULT

    @property
    def plan(self) -> Scenario:
        plan = read_scenario(self.path)
        return plan if self.seed is None else replace(plan, seed=self.seed)


def play(job: Job) -> Figures:
    plan = job.plan
    return simulate(plan, job.policy, job.days, plan.seed)


def unlawful(job: Job) -> int:
    """How many calls passed somebody with the same target wait who was past it already."""
    plan = job.plan
    rehearsal = Rehearsal(branch_of(plan), DEFAULT, plan.no_show_s)
    decide = rehearsal.commands.next
    found = 0

    def watched(state: QueueState, now: datetime, counter: str) -> Decision:
        nonlocal found
        decision = decide(state, now, counter)
        if decision.ticket:
            called = state.tickets[decision.ticket]
            passed = state.overtaken_by(state.branch.counter[counter], called)
            same = (t for t in passed if t.target_wait_s == called.target_wait_s)
            found += any((now - t.rank_at).total_seconds() > t.target_wait_s for t in same)
        return decision

    rehearsal.commands.next = watched  # type: ignore[method-assign]
    for number in range(job.days):
        rehearsal.day(number, customers(plan, plan.seed, number), shifts(plan))
    return found


def longest_min(figures: Figures) -> float:
    standard = next(iter(figures["tiers"].values()))
    return float(standard["max_wait_s"]) / 60


def policies(days: int, seed: int | None) -> Iterator[tuple[str, dict[str, Figures]]]:
    jobs = [Job(path, days, seed, policy) for path in SCENARIOS for policy in POLICIES]
    with Pool() as pool:
        results = iter(pool.map(play, jobs, chunksize=1))
        broken = pool.map(unlawful, [Job(path, days, seed) for path in SCENARIOS], chunksize=1)
    for path, n in zip(SCENARIOS, broken, strict=True):
        by_policy = {policy: next(results) for policy in POLICIES}
        by_policy[DEFAULT]["unlawful"] = n
        yield path.stem, by_policy


def policy_table(figures: dict[str, dict[str, Figures]]) -> str:
    limits = "of the best | longest standard wait, min | of fcfs | against the law"
    head = f"| scenario | {' | '.join(POLICIES)} | {limits} |"
    rows = [head, f"|{' --- |' * (len(POLICIES) + 5)}"]
    for name, by_policy in figures.items():
        scores = [by_policy[p]["score"] for p in POLICIES]
        best = min(by_policy[p]["score"] for p in PLAIN)
        longest = longest_min(by_policy[DEFAULT])
        of_best = f"{by_policy[DEFAULT]['score'] / best:.2f}" if best else "-"
        of_fcfs = longest / longest_min(by_policy["fcfs"])
        unlawful_calls = str(by_policy[DEFAULT]["unlawful"])
        waits = [f"{longest:.0f}", f"{of_fcfs:.2f}"]
        cells = [*(f"{s:.3f}" for s in scores), of_best, *waits, unlawful_calls]
        rows.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(rows)


def verdicts(figures: dict[str, dict[str, Figures]]) -> Iterator[str]:
    """Each limit, with the scenarios that do not hold it."""
    limits = {
        "score at most the best": lambda by_policy: (
            by_policy[DEFAULT]["score"] <= min(by_policy[p]["score"] for p in PLAIN)
        ),
        f"longest standard wait at most {LONGEST} of fcfs": lambda by_policy: (
            longest_min(by_policy[DEFAULT]) <= LONGEST * longest_min(by_policy["fcfs"])
        ),
        "no call against the law": lambda by_policy: not by_policy[DEFAULT]["unlawful"],
    }
    for limit, holds in limits.items():
        missed = [name for name, by_policy in figures.items() if not holds(by_policy)]
        yield f"{limit}: {verdict(held=not missed)} {', '.join(missed)}".rstrip()


def picture(figures: dict[str, dict[str, Figures]]) -> str:
    """Bars of the score by scenario and policy, as SVG. Longer is worse; bars end at twice the score of strict."""
    colours = {DEFAULT: "#0b6e4f", "strict": "#8aa29e", "edf": "#c8b88a", "fcfs": "#d9d9d9"}
    rows = []
    y = 56
    for name, by_policy in figures.items():
        most = 2 * by_policy["strict"]["score"] or 1.0
        rows.append(f'<text x="16" y="{y + 30}">{name}</text>')
        for n, (policy, colour) in enumerate(colours.items()):
            score = by_policy[policy]["score"]
            width = 520 * min(1.0, score / most)
            at = y + 12 * n
            rows.append(
                f'<rect x="170" y="{at}" width="{max(1.0, width):.0f}" height="10" fill="{colour}"/>'
            )
            rows.append(f'<text x="{176 + width:.0f}" y="{at + 9}" class="s">{score:.3f}</text>')
        y += 64
    for n, (policy, colour) in enumerate(colours.items()):
        rows.append(f'<rect x="{170 + 110 * n}" y="18" width="12" height="12" fill="{colour}"/>')
        rows.append(f'<text x="{188 + 110 * n}" y="29">{policy}</text>')
    style = "<style>text{font:14px sans-serif;fill:#223}.s{font-size:11px}</style>"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="780" height="{y}" viewBox="0 0 780 {y}">{style}'
        f'<rect width="780" height="{y}" fill="#fff"/>{"".join(rows)}</svg>\n'
    )


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--days", type=int, default=40)
    options.add_argument("--seed", type=int)
    options.add_argument("--write", action="store_true")
    args = options.parse_args()
    figures = dict(policies(args.days, args.seed))
    table = policy_table(figures)
    print(table, *verdicts(figures), sep="\n")
    if args.write:
        (DOCS / "pictures" / "policies.svg").write_text(picture(figures))
        put_into(DOCS / "calling.md", "policies", table)


if __name__ == "__main__":
    main()
