"""Charts as lines, dots and labels, which chart.html draws as SVG. Kinds are classes of chart.css: each theme, and
paper, has its own colours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

WIDE = 640
HIGH = 190
LEFT = 10
RIGHT = 78
TOP = 12
FOOT = 24
DAY_LABELS = 6
NARROW_LABELS = 3
"""So many have room on a phone."""
ROOM = 1.08
"""The largest value keeps so much distance to the top."""
LABEL_HIGH = 14
"""Labels that stand closer lie on each other."""
LAST_NARROW = 0x2E7F
"""Behind it in Unicode the wide characters of Chinese, Japanese and Korean begin."""
NAMED = 8
"""So many names have room beside their points."""
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
    """`dx` pixels beside x. Without one that is `spare` a narrow chart can be read as well."""

    x: float
    y: float
    words: str
    anchor: str
    dx: float = 0
    spare: bool = False


@dataclass(frozen=True)
class Drawing:
    """`label` says what is seen, for who does not see it. Its width follows that of the page, its height does not."""

    label: str
    lines: tuple[Line, ...]
    dots: tuple[Dot, ...]
    labels: tuple[Label, ...]
    plot: int = WIDE - RIGHT
    high: int = HIGH

    def across(self, x: float) -> str:
        """A place as a share of the plot's width, as SVG has it."""
        return f"{100 * x / self.plot:.2f}%"


def scale(low: float, high: float, start: float, end: float) -> Scale:
    return lambda value: start + (value - low) / ((high - low) or 1) * (end - start)


def line(kind: str, points: Sequence[tuple[float, float]]) -> Line:
    return Line(kind, " ".join(f"{x:.1f},{y:.1f}" for x, y in points))


def level(kind: str, y: float) -> Line:
    return line(kind, [(LEFT, y), (WIDE - RIGHT, y)])


def day_labels(days: Sequence[str], x: Scale) -> Iterator[Label]:
    """Some of the days below their points, the last one always."""
    step = max(1, -(-len(days) // DAY_LABELS))
    for place, n in enumerate(range(len(days) - 1, -1, -step)):
        anchor = "end" if n == len(days) - 1 else "middle"
        is_spare = place % 2 == 1 and len(days) > NARROW_LABELS
        words = days[n][5:]
        yield Label(x(n), HIGH - 6, words, "start" if n == 0 else anchor, spare=is_spare)


def ends(values: Sequence[float]) -> list[float]:
    """With too few days for limits, the last, the highest and the lowest say how high the line is. The last comes
    first: beside its point nobody expects the label of another."""
    return [*dict.fromkeys((values[-1], max(values), min(values)))]


def level_labels(levels: Iterable[tuple[float, str]]) -> Iterator[Label]:
    """Right of the plot, each at its height; one that would lie on an earlier one is left out."""
    taken: list[float] = []
    for y, words in levels:
        if all(abs(y - other) >= LABEL_HIGH for other in taken):
            taken.append(y)
            yield Label(WIDE - RIGHT, y + 4, words, "start", dx=6)


def point_labels(
    points: Iterable[tuple[float, float, str]], dots: Sequence[Dot]
) -> Iterator[Label]:
    """Beside points, on the side where fewer dots lie, else towards the middle; one that would lie on an earlier one is
    left out."""
    taken: list[float] = []
    for x, y, words in points:
        is_free = all(abs(y - other) >= LABEL_HIGH for other in taken)
        if is_free and len(taken) < NAMED:
            taken.append(y)
            side = _freer_side(x, y, _width(words), dots)
            yield Label(x, y + 4, words, "start" if side > 0 else "end", dx=8 * side)


def _freer_side(x: float, y: float, width: float, dots: Sequence[Dot]) -> int:
    """1 right of the point, -1 left of it."""
    inwards = 1 if x < (WIDE - RIGHT) / 2 else -1

    def faults(side: int) -> int:
        end = x + side * width
        if not 0 <= end <= WIDE - RIGHT:
            return len(dots) + 1
        left, right = sorted((x, end))
        return sum(left < dot.x < right and abs(dot.y - y) < LABEL_HIGH / 2 for dot in dots)

    return min((inwards, -inwards), key=faults)


def _width(words: str) -> float:
    """About so many pixels: a Chinese character is twice as wide as a letter."""
    return 8 + sum(13 if ord(letter) > LAST_NARROW else 7 for letter in words)
