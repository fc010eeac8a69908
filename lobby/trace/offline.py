"""`lobby forecast`: each customer of a trace is forecast at arrival, from the past alone.

Features are what the replay shows at each arrival. The forest is grown again whenever enough more waits
have ended; the trackers learn of each wait at the moment it ends.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from lobby.forecast.tracking import Cut
from lobby.trace.learn import Floats, Forest, Waits, usual
from lobby.trace.records import Row
from lobby.trace.replay import observations

Told = tuple[float, float, float, float]
"""Median, 90 % bound, and the ends of the 90 % interval, seconds."""

ENOUGH = 200
"""So many ended waits make a first forest worth growing."""
GROWN_BY = 1.08
WARM_UP = 0.7
"""This share of the training trace grows the first forest; on the rest the trackers warm up."""
COVER = 0.905
STEP = 0.06
MOST_MISSES = math.exp(-0.05)


def forecast(rows: Sequence[Row], train: Sequence[Row] = ()) -> list[Told]:
    """Forecasts for `rows`, in their order. `train` is the past before them, known whole."""
    stream = [*train, *rows]
    if not stream:
        return []
    features = np.array(list(observations(stream)))
    trackers = Trackers()
    forecasts = list[Told]()
    for start, waits in _forecast_blocks(stream, features, round(WARM_UP * len(train))):
        for i in range(len(waits.mass)):
            row = stream[start + i]
            trackers.learn_until(row.arrived_s)
            forecasts.append(trackers.cut(row, waits, i))
    return forecasts[len(train) :]


def _forecast_blocks(stream: Sequence[Row], features: Floats, first: int) -> Iterator[tuple[int, Waits]]:
    """Runs of rows that one forest forecasts: where the run starts, and their distributions. The forest
    has seen only waits that had ended when the run starts."""
    wait_s = np.array([np.nan if row.wait_s is None else row.wait_s for row in stream])
    known_at = np.array([np.inf if row.called_s is None else row.called_s for row in stream])
    starts = _starts(stream, known_at, first)
    for start, end in zip(starts, [*starts[1:], len(stream)], strict=True):
        known = np.flatnonzero(known_at[:start] <= stream[start].arrived_s)
        if len(known) < ENOUGH:
            yield start, usual(wait_s[known], end - start)
        else:
            yield start, Forest(features[known], wait_s[known]).forecast(features[start:end])


def _starts(stream: Sequence[Row], known_at: Floats, first: int) -> list[int]:
    """Where a new forest is due: by how many waits have ended, never by what is still to come."""
    ended = list[float]()
    due = float(ENOUGH)
    starts = [0]
    known = 0
    for i, row in enumerate(stream):
        while ended and ended[0] <= row.arrived_s:
            heapq.heappop(ended)
            known += 1
        if known >= due and i >= first:
            starts.append(i)
            due = known * GROWN_BY
        if known_at[i] < np.inf:
            heapq.heappush(ended, float(known_at[i]))
    return starts


class Trackers:
    """Cuts the distributions so that bounds and intervals keep their word, tier by tier."""

    def __init__(self) -> None:
        self._cuts: dict[str, Cut] = defaultdict(lambda: Cut(1 - COVER, STEP, MOST_MISSES))
        self._open: list[tuple[float, int, str, float, Told]] = []
        self._count = 0

    def cut(self, row: Row, waits: Waits, i: int) -> Told:
        p50, p90, lo, hi = self._cuts[row.tier].of(lambda level: waits.quantile(i, level))
        made = round(p50, 1), round(p90, 1), round(lo, 1), round(hi, 1)
        if row.called_s is not None and row.wait_s is not None:
            self._count += 1
            heapq.heappush(self._open, (row.called_s, self._count, row.tier, row.wait_s, made))
        return made

    def learn_until(self, now_s: float) -> None:
        """Compare with what became of the customers called until now."""
        while self._open and self._open[0][0] <= now_s:
            _, _, tier, wait_s, (_, p90, lo, hi) = heapq.heappop(self._open)
            self._cuts[tier].learn(covered=lo <= wait_s <= hi, exceeded=wait_s > p90)
