"""Compares the default calling order with the plain ones, and measures the live forecast, over all scenarios.

    python benchmarks/policies.py [--days 40] [--forecast-days 100] [--write]

Prints, for each scenario, the score of missed service targets (0 is best: the mean over tiers of the share over target
plus the mean excess in targets) and the longest wait of a standard customer, beside the best of the plain policies and
order of arrival in the same run; then how often outcomes lay within the 90 % interval. `--write` puts the tables and a
picture into docs/.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from multiprocessing import Pool
from pathlib import Path
from typing import Any

from lobby.branch.config import read_scenario
from lobby.branch.scenario import branch_of, customers, shifts
from lobby.calling.discipline import DEFAULT, POLICIES
from lobby.forecast.live import Forecaster
from lobby.simulation.simulate import Rehearsal, simulate

HERE = Path(__file__).parent
DOCS = HERE.parent / "docs"
SCENARIOS = sorted((HERE / "scenarios").glob("*.toml"))
PLAIN = [policy for policy in POLICIES if policy != DEFAULT]
Figures = dict[str, Any]


def play(job: tuple[Path, str, int]) -> Figures:
    path, policy, days = job
    plan = read_scenario(path)
    return simulate(plan, policy, days, plan.seed)


def longest_min(figures: Figures) -> float:
    standard = next(iter(figures["tiers"].values()))
    return float(standard["max_wait_s"]) / 60


def policies(days: int) -> Iterator[tuple[str, dict[str, Figures]]]:
    jobs = [(path, policy, days) for path in SCENARIOS for policy in POLICIES]
    with Pool() as pool:
        results = iter(pool.map(play, jobs, chunksize=1))
    for path in SCENARIOS:
        yield path.stem, {policy: next(results) for policy in POLICIES}


def policy_table(figures: dict[str, dict[str, Figures]]) -> str:
    head = f"| scenario | {' | '.join(POLICIES)} | of the best | longest standard wait, min | of fcfs |"
    rows = [head, f"|{' --- |' * (len(POLICIES) + 4)}"]
    for name, by_policy in figures.items():
        scores = [by_policy[p]["score"] for p in POLICIES]
        best = min(by_policy[p]["score"] for p in PLAIN)
        longest = longest_min(by_policy[DEFAULT])
        of_best = f"{by_policy[DEFAULT]['score'] / best:.2f}" if best else "-"
        of_fcfs = longest / longest_min(by_policy["fcfs"])
        cells = [*(f"{s:.3f}" for s in scores), of_best, f"{longest:.0f}", f"{of_fcfs:.2f}"]
        rows.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(rows)


def honesty(job: tuple[Path, int]) -> dict[str, tuple[int, int, int, float, float]]:
    """By tier: the number of forecasts, of outcomes within the interval and over the 90 % bound; error and wait, s."""
    path, days = job
    plan = read_scenario(path)
    rehearsal = Rehearsal(branch_of(plan), DEFAULT, plan.no_show_s, Forecaster(branch_of(plan), {}))
    sums: dict[str, list[float]] = {}
    for number in range(days):
        for t in rehearsal.day(number, customers(plan, plan.seed, number), shifts(plan)).tickets:
            if t.called_at:
                wait_s = (t.called_at - t.issued_at).total_seconds()
                within = t.wait.lo_s <= wait_s <= max(1, t.wait.hi_s)
                row = (1, within, wait_s > max(1, t.wait.p90_s), abs(wait_s - t.wait.p50_s), wait_s)
                sums[t.tier] = [
                    a + b for a, b in zip(sums.get(t.tier, [0.0] * 5), row, strict=True)
                ]
    return {tier: (int(s[0]), int(s[1]), int(s[2]), s[3], s[4]) for tier, s in sums.items()}


def honesty_table(days: int) -> str:
    with Pool() as pool:
        counts = pool.map(honesty, [(path, days) for path in SCENARIOS], chunksize=1)
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
    options.add_argument("--write", action="store_true")
    args = options.parse_args()
    figures = dict(policies(args.days))
    tables = {"policies": policy_table(figures), "forecast": honesty_table(args.forecast_days)}
    for table in tables.values():
        print(table, end="\n\n")
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
