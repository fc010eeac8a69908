"""Scores what customers are told, on simulated branches and as they were told it: by `lobby simulate --trace`.

    python benchmarks/told.py [--days 12] [--seed N] [--forest] [--write]

For each scenario and tier, from a new branch's first day on and again after three days of learning: the share of ranges
that held after rounding, the share of upper ends that were broken, and the median of upper / lower end for waits over
ten minutes. Then the mean error of the median beside plain forecasts of the same customers: people ahead x service /
counters, the wait of the last one called, the mean of the last ten; with `--forest` also those of `lobby forecast` and
of gradient-boosted trees that learn every night.
Limits: 82-95 % held, upper ends broken by at most 10 %, a ratio of at most 2.3 (3 on the first day), an error of at
most 1.03 of the best. `--write` puts the table into docs/calling.md.
"""

from __future__ import annotations

import argparse
import csv
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing import Pool
from pathlib import Path

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor
from stage import put_into, verdict

from lobby.branch.config import read_scenario
from lobby.calling.discipline import DEFAULT
from lobby.forecast.calibration import EASE_S
from lobby.trace.offline import forecast
from lobby.trace.records import Row, read_trace
from lobby.trace.replay import observations
from lobby.trace.told import rehearse_and_tell

HERE = Path(__file__).parent
CALLING = HERE.parent / "docs" / "calling.md"
SCENARIOS = sorted((HERE / "scenarios").glob("*.toml"))
LEARNED_DAYS = 3
LONG_S = 600.0
HELD = (0.82, 0.95)
BROKEN = 0.10
RATIO = 2.3
RATIO_FIRST = 3.0
OF_BEST = 1.03
FEW = 30
"""Of fewer tickets no share is judged."""


@dataclass(frozen=True)
class Told:
    """One customer who was called: what was told (minutes; an end of 0 is none) and what followed, seconds."""

    day: int
    tier: str
    wait_s: float
    lo: int
    hi: int
    error_s: dict[str, float]

    @property
    def broken(self) -> bool:
        return bool(self.hi) and self.wait_s > 60 * self.hi

    @property
    def held(self) -> bool:
        return not self.broken and self.wait_s >= 60 * self.lo


def played(path: Path, days: int, seed: int | None, forest: bool) -> list[Told]:
    plan = read_scenario(path)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "told.csv"
        rehearse_and_tell(out, plan, DEFAULT, days, plan.seed if seed is None else seed)
        rows = read_trace(out)
        with out.open(encoding="utf-8", newline="") as file:
            cells = list(csv.DictReader(file))
    guesses = {"live": [float(c["wait_p50_s"]) for c in cells], **_plain(rows)}
    if forest:
        guesses["forest"] = [p50 for p50, *_ in forecast(rows)]
        guesses["boosted"] = _boosted(rows)
    first_day = rows[0].arrived_s // 86400
    return [
        Told(
            int(row.arrived_s // 86400 - first_day),
            row.tier,
            row.wait_s,
            int(cell["quoted_lo_min"]),
            int(cell["quoted_hi_min"] or 0),
            {name: abs(guess[n] - row.wait_s) for name, guess in guesses.items()},
        )
        for n, (row, cell) in enumerate(zip(rows, cells, strict=True))
        if row.wait_s is not None
    ]


def _plain(rows: Sequence[Row]) -> dict[str, list[float]]:
    """The plain forecasts of each row, from what had happened before."""
    calls = sorted((r for r in rows if r.called_s is not None), key=lambda r: r.called_s or 0.0)
    guesses: dict[str, list[float]] = {"ahead": [], "last": [], "last_ten": []}
    seen: list[Row] = []
    by_tier: dict[str, list[float]] = defaultdict(lambda: [0.0])
    for n, row in enumerate(rows):
        while calls and (calls[0].called_s or 0.0) <= row.arrived_s:
            seen.append(calls.pop(0))
            by_tier[seen[-1].tier].append(seen[-1].wait_s or 0.0)
        guesses["ahead"].append(_ahead_s(rows, n, seen[-60:]))
        guesses["last"].append(by_tier[row.tier][-1])
        guesses["last_ten"].append(statistics.fmean(by_tier[row.tier][-10:]))
    return guesses


def _boosted(rows: Sequence[Row]) -> list[float]:
    """Gradient-boosted trees on the trace's features, trained each night on all days before: on the first day, a mean
    of no one."""
    features = np.array(list(observations(rows)))
    waits_s = np.array([np.nan if row.wait_s is None else row.wait_s for row in rows])
    days = np.array([int(row.arrived_s // 86400) for row in rows])
    guesses = np.zeros(len(rows))
    for day in np.unique(days)[1:]:
        known = (days < day) & ~np.isnan(waits_s)
        trees = HistGradientBoostingRegressor(loss="absolute_error", random_state=0)
        trees.fit(features[known], np.log(waits_s[known] + EASE_S))
        guesses[days == day] = np.exp(trees.predict(features[days == day])) - EASE_S
    return [max(0.0, float(guess)) for guess in guesses]


def _ahead_s(rows: Sequence[Row], n: int, seen: Sequence[Row]) -> float:
    """People who wait x the mean of the last ended services / counters that called within half an hour."""
    now = rows[n].arrived_s
    waiting = sum(
        (r.called_s or r.abandoned_s or now + 1) > now
        for r in rows[max(0, n - 200) : n]
        if now - r.arrived_s < 4 * 3600
    )
    took = [
        r.finished_s - r.called_s
        for r in seen
        if r.called_s and r.finished_s and r.finished_s <= now
    ]
    counters = {r.counter for r in seen if now - (r.called_s or 0.0) < 1800}
    return waiting * (statistics.fmean(took) if took else 300.0) / max(1, len(counters))


def ratio(told: Sequence[Told]) -> float | None:
    """The median of upper / lower end for long waits; `within n` counts as from one minute on."""
    ratios = [one.hi / max(1, one.lo) for one in told if one.wait_s > LONG_S and one.hi]
    return statistics.median(ratios) if len(ratios) >= FEW else None


def rows_of(name: str, told: Sequence[Told]) -> Iterator[str]:
    for tier in dict.fromkeys(one.tier for one in told):
        for part, of in (
            ("first day", [t for t in told if t.tier == tier and t.day == 0]),
            ("from day 4", [t for t in told if t.tier == tier and t.day >= LEARNED_DAYS]),
        ):
            if of:
                yield f"| {name} | {tier} | {part} | {' | '.join(figures(of))} |"


def figures(of: Sequence[Told]) -> list[str]:
    wide = ratio(of)
    live, best, name = errors_s(of)
    return [
        str(len(of)),
        f"{_share(t.held for t in of):.1%}",
        f"{_share(t.broken for t in of):.1%}",
        "-" if wide is None else f"{wide:.1f}",
        f"{live:.0f}",
        f"{best:.0f} ({name})",
        f"{live / best:.2f}" if best else "-",
    ]


def errors_s(of: Sequence[Told]) -> tuple[float, float, str]:
    """The mean errors of the live forecast and of the best other one, seconds, and which that is."""
    errors = {name: statistics.fmean(t.error_s[name] for t in of) for name in of[0].error_s}
    live = errors.pop("live")
    best = min(errors, key=lambda name: errors[name])
    return live, errors[best], best


def _of_best(of: Sequence[Told]) -> float:
    live, best, _ = errors_s(of)
    return live / best if best else 1.0


def verdicts(all_told: dict[str, list[Told]]) -> Iterator[str]:
    """Each limit, with the scenarios and tiers that do not hold it."""
    limits = {
        "82-95 % of the ranges held": lambda of: HELD[0] <= _share(t.held for t in of) <= HELD[1],
        "at least 82 % of the ranges held": lambda of: HELD[0] <= _share(t.held for t in of),
        "at most 10 % of the upper ends broken": lambda of: _share(t.broken for t in of) <= BROKEN,
        "an error of at most 1.03 of the best other one": lambda of: _of_best(of) <= OF_BEST,
    }
    for limit, holds in limits.items():
        missed = [
            f"{name} {tier}{' first day' * (part == 0)}"
            for name, told in all_told.items()
            for tier in dict.fromkeys(one.tier for one in told)
            for part, of in enumerate(_parts([t for t in told if t.tier == tier]))
            if len(of) >= FEW and not holds(of)
        ]
        yield f"{limit}: {verdict(held=not missed)} {', '.join(missed)}".rstrip()
    for part, most in ((1, RATIO), (0, RATIO_FIRST)):
        wide = {name: ratio(list(_parts(told))[part]) for name, told in all_told.items()}
        missed = [f"{name} {x:.1f}" for name, x in wide.items() if x is not None and x > most]
        when = ("on the first day", "from day 4")[part]
        yield f"upper / lower {when} at most {most}: {verdict(held=not missed)} {', '.join(missed)}"


def _parts(told: Sequence[Told]) -> Iterator[list[Told]]:
    yield [t for t in told if t.day == 0]
    yield [t for t in told if t.day >= LEARNED_DAYS]


def _share(those: Iterator[bool]) -> float:
    found = list(those)
    return sum(found) / len(found)


def table(all_told: dict[str, list[Told]]) -> str:
    head = "scenario | tier | | tickets | held | upper end broken | upper / lower, over 10 min"
    rows = [f"| {head} | mean error, s | of the best other one | ratio |", f"|{' --- |' * 10}"]
    for name, told in all_told.items():
        rows += rows_of(name, told)
    return "\n".join(rows)


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--days", type=int, default=12)
    options.add_argument("--seed", type=int)
    options.add_argument("--forest", action="store_true")
    options.add_argument("--write", action="store_true")
    args = options.parse_args()
    play = partial(played, days=args.days, seed=args.seed, forest=args.forest)
    with Pool() as pool:
        found = pool.map(play, SCENARIOS, chunksize=1)
    all_told = {path.stem: told for path, told in zip(SCENARIOS, found, strict=True)}
    made = table(all_told)
    print(made)
    print(*verdicts(all_told), sep="\n")
    if args.write:
        put_into(CALLING, "forecast", made)


if __name__ == "__main__":
    main()
