"""Whom a panel invites: a draw that is balanced over groups and that everybody with its seed can repeat.

The order of guests is that of SHA-256 of the seed and the ticket, so that nobody chooses. Guests are taken one by one:
each time the group that is furthest below its aim, over all dimensions together, gives its next guest (minimisation:
D. R. Taves, Clin. Pharmacol. Ther. 15, 1974; Pocock and Simon, Biometrics 31, 1975).
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from lobby.state.panel import Balance, Dimension, Group, Guest

Aims = Mapping[tuple[Dimension, str], float]
"""By dimension and group, how many guests there are to be."""
Cell = tuple[str, ...]
"""A group of each dimension."""


def draw(
    guests: Iterable[Guest], aims: Aims, count: int, seed: str, expected: Iterable[Guest] = ()
) -> tuple[Guest, ...]:
    """At most `count` of the guests, beside those who are `expected` already."""
    cells: dict[Cell, list[Guest]] = defaultdict(list)
    for guest in sorted(guests, key=lambda guest: lot(seed, guest.ticket), reverse=True):
        cells[_cell(guest)].append(guest)
    drawn: list[Guest] = []
    taken = Counter(group for guest in expected for group in groups_of(_cell(guest)))
    while cells and len(drawn) < count:
        cell = max(cells, key=lambda cell: (_lack(cell, aims, taken), _first(cells[cell], seed)))
        drawn.append(cells[cell].pop())
        taken.update(groups_of(cell))
        if not cells[cell]:
            del cells[cell]
    return tuple(drawn)


def lot(seed: str, ticket: str) -> str:
    """The lower it is, the earlier the guest's turn in the group."""
    return hashlib.sha256(f"{seed}:{ticket}".encode()).hexdigest()


def _first(guests: Sequence[Guest], seed: str) -> int:
    """Of groups that lack as much, the one with the lowest lot gives its guest."""
    return -int(lot(seed, guests[-1].ticket), 16)


def _cell(guest: Guest) -> Cell:
    return tuple(guest.group(dimension) for dimension in Dimension)


def groups_of(cell: Cell) -> Iterator[tuple[Dimension, str]]:
    return zip(Dimension, cell, strict=True)


def _lack(cell: Cell, aims: Aims, taken: Mapping[tuple[Dimension, str], int]) -> float:
    """How far the cell's groups are below their aims. A group without an aim lacks nobody."""
    return sum(aims.get(group, 0.0) - taken[group] for group in groups_of(cell))


def aims(groups: Sequence[Group], balance: Balance, size: int) -> Aims:
    """For each group that somebody of it agreed, how many of `size` guests are to be of it. A score has no share in
    visits, only in cards."""
    shares: dict[tuple[Dimension, str], float] = {}
    for dimension in Dimension:
        present = [group for group in groups if group.dimension is dimension and group.agreed]
        weights = {group.key: _weight(group, balance) for group in present}
        total = sum(weights.values()) or 1
        shares |= {(dimension, key): size * weight / total for key, weight in weights.items()}
    return shares


def _weight(group: Group, balance: Balance) -> int:
    if balance is Balance.EQUAL:
        return 1
    if group.dimension is Dimension.SCORE:
        return group.cards
    return group.visits
