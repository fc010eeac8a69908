"""Is the advice right? On simulated days with one counter kept closed, at every full hour, the advice to open it is
compared with what then happens with and without it, with the same customers both times.

    python benchmarks/advice.py [--days 10] [--burst]

Limit: in nine cases of ten the saving lies within the stated interval.

Before that: what advice costs a branch after a burst of 300 numbers (benchmarks/burst.py); `--burst` does this alone.
"""

from __future__ import annotations

import argparse
import dataclasses
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from multiprocessing import Pool
from pathlib import Path

from burst import burst
from stage import Branch

from lobby.branch.config import read_scenario
from lobby.branch.scenario import Customer, branch_of, customers, shifts
from lobby.calling.discipline import DEFAULT
from lobby.forecast.live import Forecaster
from lobby.simulation.advice import advise, openings
from lobby.simulation.lookahead import COMING_S, Chances, Lookahead, p90_s, unchanged
from lobby.simulation.simulate import FIRST_DAY, Day, Rehearsal
from lobby.state.ticket import AT_COUNTER

SCENARIOS = Path(__file__).parent / "scenarios"
NAMES = (
    "lunch_peak",
    "overload",
    "counters_missing",
    "surge",
    "two_counters",
    "skills",
    "many_gold",
    "no_shows",
)
Case = tuple[str, float, float, float, float, float]


def cases(job: tuple[str, int]) -> list[Case]:
    """Each advice to open the closed counter: scenario, advised and actual saving, interval, seconds of its making."""
    name, number = job
    plan = read_scenario(SCENARIOS / f"{name}.toml")
    branch = branch_of(plan)
    forecaster = Forecaster(branch, {})
    rehearsal = Rehearsal(branch, DEFAULT, plan.no_show_s, forecaster)
    crowd = customers(plan, plan.seed, number)
    cases_so_far: list[Case] = []
    day = Day(rehearsal, FIRST_DAY)
    for hour in range(10, 17):
        day._at(
            hour * 3600.0, partial(_probe, name, day, rehearsal, forecaster, crowd, cases_so_far)
        )
    day.play(crowd, [s for s in shifts(plan) if s.counter != branch.counters[-1].id])
    return cases_so_far


def _probe(
    name: str,
    day: Day,
    rehearsal: Rehearsal,
    forecaster: Forecaster,
    crowd: list[Customer],
    cases_so_far: list[Case],
) -> None:
    started = time.perf_counter()
    opening = [
        a
        for a in advise(Lookahead(rehearsal.state, day.now, forecaster))
        if a.kind == "open_counter"
    ]
    took_s = time.perf_counter() - started
    for advice in opening:
        lookahead = Lookahead(rehearsal.state, day.now, forecaster)
        truth = _truth(day, rehearsal, crowd)
        option = next(o for o in openings(rehearsal.state) if o.counter == advice.counter)
        before = lookahead.run(truth, unchanged)
        after = lookahead.run(truth, option.change)
        saved_s = p90_s(before, option.concerns) - p90_s(after, option.concerns)
        cases_so_far.append(
            (name, advice.saves_s, saved_s, advice.saves_lo_s, advice.saves_hi_s, took_s)
        )


def _truth(day: Day, rehearsal: Rehearsal, crowd: list[Customer]) -> Chances:
    state = rehearsal.state
    now_s = day._at_s
    waiting = {t.id: day._customers[t.id] for t in state.waiting()}
    remaining_s = {
        t.counter or "": day._customers[t.id].service_s
        - (day.now - (t.started_at or day.now)).total_seconds()
        for t in state.live()
        if t.state in AT_COUNTER
    }
    coming = [
        dataclasses.replace(c, at_s=c.at_s - now_s)
        for c in crowd
        if now_s < c.at_s <= now_s + COMING_S
    ]
    return Chances(waiting, remaining_s, coming)


def right_share(cases: list[Case]) -> float:
    return sum(lo <= saved <= hi for _, _, saved, lo, hi, _ in cases) / len(cases)


def report(cases_so_far: list[Case]) -> Iterator[str]:
    for name in (*NAMES, "all"):
        group = [c for c in cases_so_far if name in ("all", c[0])]
        if group:
            right = right_share(group)
            advised_min = sum(c[1] for c in group) / len(group) / 60
            actual_min = sum(c[2] for c in group) / len(group) / 60
            width = sum(c[4] - c[3] for c in group) / len(group) / 60
            took_ms = sorted(c[5] for c in group)[len(group) // 2] * 1000
            yield (
                f"{name:18}{len(group):5} times, right {right:6.1%}, advised {advised_min:5.1f} min saved, "
                f"actual {actual_min:5.1f}, interval {width:5.1f} min wide, {took_ms:6.0f} ms each"
            )


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--days", type=int, default=10)
    options.add_argument("--burst", action="store_true")
    args = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, Branch(Path(folder)) as branch:
        for line in burst(branch):
            print(line)
    if args.burst:
        return
    with Pool() as pool:
        results = pool.map(
            cases, [(name, number) for name in NAMES for number in range(args.days)], chunksize=1
        )
    cases_so_far = [case for job in results for case in job]
    for line in report(cases_so_far):
        print(line)
    print(f"ratio {right_share(cases_so_far) / 0.9:.2f} of the limit, 0.9 of the cases")


if __name__ == "__main__":
    main()
