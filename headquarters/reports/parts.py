"""What the figures of a day, a month or a branch are made of: the parts of each measure, for all and by each key.

Parts of measures that read the same values are kept once (`kept_under`). Counters are left out: behind one stands a
person, and its number means nothing in another branch. Shares are kept by `mix` too, the tier and the service together:
branches are compared for the same mix of customers and business.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

from lobby.reports.measure import Measure, Period, Row
from lobby.reports.measures import MEASURES, OF_PERSONS
from lobby.reports.parts import Adding, Figure, Mergeable, Part, Quantile, merged, share

Groups = dict[str, dict[str, Part]]
"""By key and group: `{"tier": {"gold": [3, 612.5]}}`; all things together are `{"": {"": ...}}`."""
Parts = dict[str, Groups]
"""By measure (`kept_under`)."""
ALL = ""
MIX = "mix"
MIXED = ("tier", "service")
BETWEEN = "/"


@cache
def kept_under(id: str) -> str:
    """The first measure that reads the same values in the same way."""
    measure = MEASURES[id]
    return next(other for other, m in MEASURES.items() if _reads(m) == _reads(measure))


def _reads(measure: Measure) -> tuple[object, ...]:
    statistic = measure.statistic
    way = statistic.second if isinstance(statistic, Quantile) else statistic
    return measure.source.noun, measure.value, way, measure.by


def kept(id: str) -> Mergeable | None:
    """The statistic of the measure, where parts are kept of it."""
    statistic = MEASURES[id].statistic
    return statistic if isinstance(statistic, Mergeable) else None


KEPT = tuple(id for id in MEASURES if kept(id) and kept_under(id) == id)


def keys_of(measure: Measure) -> list[str]:
    return [key for key in measure.by if key != OF_PERSONS]


def has_mix(measure: Measure) -> bool:
    return measure.statistic is share and set(MIXED) <= set(measure.by)


# -- making ---------------------------------------------------------------------------------------------
def parts_of(period: Period, ids: Iterable[str] = KEPT) -> tuple[Parts, Parts]:
    """The sums and the histograms."""
    sums: Parts = {}
    histograms: Parts = {}
    for id in ids:
        statistic = kept(id)
        into = histograms if isinstance(statistic, Quantile) else sums
        if statistic:
            into[id] = _groups(period, MEASURES[id], statistic)
    return sums, histograms


def _groups(period: Period, measure: Measure, statistic: Mergeable) -> Groups:
    made_of = period.made_of(measure)
    groups: Groups = {ALL: {ALL: statistic.part([value for _, value in made_of])}}
    for key in keys_of(measure):
        groups[key] = _by(made_of, itemgetter(key), statistic)
    if has_mix(measure):
        groups[MIX] = _by(made_of, _mix, statistic)
    return groups


def _mix(row: Row) -> str | None:
    tier, service = row["tier"], row["service"]
    return f"{tier}{BETWEEN}{service}" if tier and service else None


def _by(
    made_of: Sequence[tuple[Row, Any]], group_of: Callable[[Row], Any], statistic: Mergeable
) -> dict[str, Part]:
    values: defaultdict[Any, list[Any]] = defaultdict(list)
    for row, value in made_of:
        values[group_of(row)].append(value)
    values.pop(None, None)
    return {str(group): statistic.part(of_group) for group, of_group in sorted(values.items())}


# -- merging --------------------------------------------------------------------------------------------
def days_merged(days: Sequence[Parts]) -> Parts:
    """Of a branch's days in their order. What stands at the end of a day is that of the last one."""
    ids = dict.fromkeys(id for day in days for id in day)
    return {
        id: days[-1].get(id, {}) if _is_at_end(id) else groups_merged(_of(days, id)) for id in ids
    }


def _is_at_end(id: str) -> bool:
    return id in MEASURES and MEASURES[id].source.at_end


def merged_parts(many: Sequence[Parts]) -> Parts:
    """Of several branches."""
    ids = dict.fromkeys(id for parts in many for id in parts)
    return {id: groups_merged(_of(many, id)) for id in ids}


def _of(many: Sequence[Parts], id: str) -> list[Groups]:
    return [parts[id] for parts in many if id in parts]


def groups_merged(many: Sequence[Groups]) -> Groups:
    gathered: defaultdict[str, defaultdict[str, list[Part]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for groups in many:
        for key, by_group in groups.items():
            for group, part in by_group.items():
                gathered[key][group].append(part)
    return {
        key: {group: merged(parts) for group, parts in by_group.items()}
        for key, by_group in gathered.items()
    }


# -- reading --------------------------------------------------------------------------------------------
def figure_of(id: str, parts: Parts) -> Figure:
    """Of all things together."""
    return figures_by(id, parts, ALL).get(ALL, Figure(None, 0))


def figures_by(id: str, parts: Parts, key: str) -> dict[str, Figure]:
    """By the groups of a key, in their order."""
    statistic = kept(id)
    groups = parts.get(kept_under(id), {}).get(key, {})
    if statistic is None:
        return {}
    return {group: statistic.figure(groups[group]) for group in _ordered(groups)}  # type: ignore[arg-type]


def _ordered(groups: Mapping[str, Part]) -> Iterable[str]:
    """Hours are numbers."""
    return sorted(groups, key=lambda group: (not group.isdigit(), group.zfill(2)))


def sums_of_all(parts: Parts) -> dict[str, Part]:
    """Of all things together, for what goes day by day: charts, and how much days differ."""
    return {id: groups[ALL][ALL] for id, groups in parts.items() if ALL in groups}


__all__ = ["Adding", "Parts", "days_merged", "figure_of", "figures_by", "merged_parts", "parts_of"]
