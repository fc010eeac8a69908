"""Charts as lines, dots and labels, which chart.html draws as SVG. Kinds are classes of chart.css: each theme, and
paper, has its own colours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

WIDE = 640
HIGH = 190
LEFT = 10
RIGHT = 78
TOP = 12
FOOT = 24
DAY_LABELS = 6
ROOM = 1.08
"""The largest value keeps so much distance to the top."""
Scale = Callable[[float], float]


@dataclass(frozen=True)
class Line:
    """`points` as SVG has them."""

    kind: str
    points: str


@dataclass(frozen=True)
class Dot:
    """A day or a group. One outside the limits, `out`, has another form, for who sees no colours; one that is so to its
    good, `good`, yet another. One that is not over is `hollow`."""

    x: float
    y: float
    out: bool
    good: bool = False
    hollow: bool = False


@dataclass(frozen=True)
class Label:
    x: float
    y: float
    words: str
    anchor: str


@dataclass(frozen=True)
class Drawing:
    """`label` says what is seen, for who does not see it."""

    label: str
    lines: tuple[Line, ...]
    dots: tuple[Dot, ...]
    labels: tuple[Label, ...]
    wide: int = WIDE
    high: int = HIGH


def scale(low: float, high: float, start: float, end: float) -> Scale:
    return lambda value: start + (value - low) / ((high - low) or 1) * (end - start)


def line(kind: str, points: Sequence[tuple[float, float]]) -> Line:
    return Line(kind, " ".join(f"{x:.1f},{y:.1f}" for x, y in points))


def level(kind: str, y: float) -> Line:
    return line(kind, [(LEFT, y), (WIDE - RIGHT, y)])


def day_labels(days: Sequence[str], x: Scale) -> Iterator[Label]:
    """Some of the days below their points, the last one always."""
    step = max(1, -(-len(days) // DAY_LABELS))
    for n in range(len(days) - 1, -1, -step):
        anchor = "end" if n == len(days) - 1 else "middle"
        yield Label(x(n), HIGH - 6, days[n][5:], "start" if n == 0 else anchor)
