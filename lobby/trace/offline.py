"""`lobby forecast`: each customer of a trace is forecast at arrival, from the past alone.

The features come from the replay at each arrival. A new forest is grown whenever enough more waits have ended. The
trackers learn from each wait at the moment it ends.
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

Quoted = tuple[float, float, float, float]
"""Median, 90 % bound, and the ends of the 90 % interval, seconds."""

ENOUGH = 200
"""The first forest is grown after so many ended waits: some eight for each of the 24 bins."""
GROWN_BY = 1.08
"""A new forest is grown when there are 8 % more waits: the number of forests grows with the logarithm of the trace."""
WARM_UP = 0.7
"""The first forest learns from this share of the training trace; the trackers settle on the remainder."""
COVER = 0.905
"""The share that the interval aims at: slightly over 0.9, so that the share reached stays above it."""
STEP = 0.06
"""Larger than the live forecast's step: a trace is short, and its trackers start anew."""
MOST_MISSES = math.exp(-0.05)
"""The tracked level may allow up to 95 % of misses, so that the outcomes alone bound it."""


def forecast(rows: Sequence[Row], train: Sequence[Row] = ()) -> list[Quoted]:
    """Forecasts for `rows`, in their order. `train` is the past before them, of which everything is known."""
    stream = [*train, *rows]
    if not stream:
        return []
    features = np.array(list(observations(stream)))
    trackers = Trackers()
    forecasts = list[Quoted]()
    for start, waits in _forecast_blocks(stream, features, round(WARM_UP * len(train))):
        for i in range(len(waits.mass)):
            row = stream[start + i]
            trackers.learn_until(row.arrived_s)
            forecasts.append(trackers.cut(row, waits, i))
    return forecasts[len(train) :]


def _forecast_blocks(
    stream: Sequence[Row], features: Floats, first: int
) -> Iterator[tuple[int, Waits]]:
    """Blocks of rows that one forest forecasts: the start of each block, and the distributions of its rows. The forest
    has learned only from waits that had ended before the block."""
    wait_s = np.array([np.nan if row.wait_s is None else row.wait_s for row in stream])
    called_at_s = np.array([np.inf if row.called_s is None else row.called_s for row in stream])
    starts = _starts(stream, called_at_s, first)
    for start, end in zip(starts, [*starts[1:], len(stream)], strict=True):
        called = np.flatnonzero(called_at_s[:start] <= stream[start].arrived_s)
        if len(called) < ENOUGH:
            yield start, usual(wait_s[called], end - start)
        else:
            yield start, Forest(features[called], wait_s[called]).forecast(features[start:end])


def _starts(stream: Sequence[Row], called_at_s: Floats, first: int) -> list[int]:
    """The rows at which a new forest is grown. They depend on the waits that have ended, never on the future."""
    pending = list[float]()
    next_size = float(ENOUGH)
    starts = [0]
    ended_count = 0
    for i, row in enumerate(stream):
        while pending and pending[0] <= row.arrived_s:
            heapq.heappop(pending)
            ended_count += 1
        if ended_count >= next_size and i >= first:
            starts.append(i)
            next_size = ended_count * GROWN_BY
        if called_at_s[i] < np.inf:
            heapq.heappush(pending, float(called_at_s[i]))
    return starts


class Trackers:
    """Cuts the distributions tier by tier, so that bounds and intervals cover the share that they state."""

    def __init__(self) -> None:
        self._cuts: dict[str, Cut] = defaultdict(lambda: Cut(1 - COVER, STEP, MOST_MISSES))
        self._open: list[tuple[float, int, str, float, Quoted]] = []
        self._count = 0

    def cut(self, row: Row, waits: Waits, i: int) -> Quoted:
        p50, p90, lo, hi = self._cuts[row.tier].of(lambda level: waits.quantile(i, level))
        quoted = round(p50, 1), round(p90, 1), round(lo, 1), round(hi, 1)
        if row.called_s is not None and row.wait_s is not None:
            self._count += 1
            heapq.heappush(self._open, (row.called_s, self._count, row.tier, row.wait_s, quoted))
        return quoted

    def learn_until(self, now_s: float) -> None:
        """Learns from the waits of the customers called until now."""
        while self._open and self._open[0][0] <= now_s:
            _, _, tier, wait_s, (_, p90, lo, hi) = heapq.heappop(self._open)
            self._cuts[tier].learn(covered=lo <= wait_s <= hi, exceeded=wait_s > p90)
