"""Compares the default calling order with the plain ones, and measures the live forecast, over all scenarios.

    python benchmarks/policies.py [--days 40] [--forecast-days 100] [--seed N] [--write]

Prints, for each scenario, the score of missed service targets (0 is best: the mean over tiers of the share over target
plus the mean excess in targets) and the longest wait of a standard customer, beside the best of the plain policies and
order of arrival in the same run; the calls that broke the law of order; then how often outcomes lay within the 90 %
interval. Limits: a score no worse than the best, a longest wait of at most 1.3 times that of order of arrival, no call
against the law. `--seed` plays other days of the same scenarios. `--write` puts the tables and a picture into docs/.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from multiprocessing import Pool
from pathlib import Path
from typing import Any

from stage import verdict

from lobby.branch.config import read_scenario
from lobby.branch.scenario import Scenario, branch_of, customers, shifts
from lobby.calling.discipline import DEFAULT, POLICIES
from lobby.commands.base import Decision
from lobby.forecast.live import Forecaster
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


def honesty(job: Job) -> dict[str, tuple[int, int, int, float, float]]:
    """By tier: the number of forecasts, of outcomes within the interval and over the 90 % bound; error and wait, s."""
    plan = job.plan
    rehearsal = Rehearsal(branch_of(plan), DEFAULT, plan.no_show_s, Forecaster(branch_of(plan), {}))
    sums: dict[str, list[float]] = {}
    for number in range(job.days):
        for t in rehearsal.day(number, customers(plan, plan.seed, number), shifts(plan)).tickets:
            if t.called_at:
                wait_s = (t.called_at - t.issued_at).total_seconds()
                within = t.wait.lo_s <= wait_s <= max(1, t.wait.hi_s)
                row = (1, within, wait_s > max(1, t.wait.p90_s), abs(wait_s - t.wait.p50_s), wait_s)
                sums[t.tier] = [
                    a + b for a, b in zip(sums.get(t.tier, [0.0] * 5), row, strict=True)
                ]
    return {tier: (int(s[0]), int(s[1]), int(s[2]), s[3], s[4]) for tier, s in sums.items()}


def honesty_table(days: int, seed: int | None) -> str:
    with Pool() as pool:
        counts = pool.map(honesty, [Job(path, days, seed) for path in SCENARIOS], chunksize=1)
    rows = [
        "| scenario | tier | within the interval | over the 90 % bound | mean error, s | mean wait, s |"
    ]
    rows.append(f"|{' --- |' * 6}")
    for path, by_tier in zip(SCENARIOS, counts, strict=True):
        for tier, (n, within, over, error_s, wait_s) in by_tier.items():
            shares = f"{within / n:.1%} | {over / n:.1%}"
            rows.append(
                f"| {path.stem} | {tier} | {shares} | {error_s / n:.0f} | {wait_s / n:.0f} |"
            )
    return "\n".join(rows)


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
    options.add_argument("--forecast-days", type=int, default=100)
    options.add_argument("--seed", type=int)
    options.add_argument("--write", action="store_true")
    args = options.parse_args()
    figures = dict(policies(args.days, args.seed))
    tables = {"policies": policy_table(figures)}
    print(tables["policies"], *verdicts(figures), sep="\n", end="\n\n", flush=True)
    tables["forecast"] = honesty_table(args.forecast_days, args.seed)
    print(tables["forecast"])
    if args.write:
        (DOCS / "pictures" / "policies.svg").write_text(picture(figures))
        page = DOCS / "calling.md"
        text = page.read_text()
        for name, table in tables.items():
            before, _, table_and_after = text.partition(f"<!-- {name} -->")
            _, _, after = table_and_after.partition(f"<!-- end of {name} -->")
            text = f"{before}<!-- {name} -->\n{table}\n<!-- end of {name} -->{after}"
        page.write_text(text)


if __name__ == "__main__":
    main()
