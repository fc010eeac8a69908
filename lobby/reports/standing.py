"""How a branch stands by its standards over some days: what was looked at, what holds, and what an outside assessment
would be told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from lobby.branch.model import Branch
from lobby.events.inspection import Picture, Verdict
from lobby.journal.catalogues import catalogue_until
from lobby.reports.day_facts import Database
from lobby.reports.proofs import NEEDED, Case, Proven, proven_on
from lobby.reports.reading import reading
from lobby.reports.statistics import Interval, wilson
from lobby.standards.model import Catalogue, Proof, Standard

Row = dict[str, Any]
LOOKS = "SELECT * FROM inspection_item WHERE day BETWEEN ? AND ? AND marked_at IS NOT NULL ORDER BY day, id"
LEFT_OUT = (
    "SELECT item, count(*) AS n, sum(differing) AS differing, max(day) AS last_day FROM inspection_item"
    " WHERE day BETWEEN ? AND ? AND left_out GROUP BY item ORDER BY last_day DESC, item"
)
LONGEST_DAYS = 92
"""No standard may go unseen for longer: earlier looks count for nothing."""
KAPPA_FROM = 30
"""Of fewer pairs Cohen's kappa says nothing: its interval is as wide as its range."""


class Claim(StrEnum):
    """What an outside assessment is told of a standard."""

    CLAIMED = "claimed"
    AT_RISK = "at_risk"
    GAP = "gap"
    PENDING = "pending"
    ABSENT = "absent"


@dataclass(frozen=True)
class Standing:
    """A standard over the days. `looks` are in the period, `last_day` may be before it. For what the journal proves,
    `n` cases and the `failed` ones stand instead."""

    standard: Standard
    looks: int
    broken: int
    last_day: str | None
    verdict: Verdict | None
    current: bool
    open_findings: int
    photos: tuple[Picture, ...]
    new: bool = False
    """Whether the branch is younger than the time within which the standard is to be looked at."""
    n: int = 0
    failed: tuple[Case, ...] = ()

    @property
    def claim(self) -> Claim:
        """A gap is what is not kept or was never seen; at risk is what was seen too long ago, failed once, or waits
        to be put right. In a new branch what was never seen is lost only once it should have been seen."""
        if self.verdict is Verdict.ABSENT:
            return Claim.ABSENT
        if self.verdict is None and self.new:
            return Claim.PENDING
        if self.verdict is not Verdict.KEPT:
            return Claim.GAP
        if not self.current or self.broken or self.open_findings:
            return Claim.AT_RISK
        return Claim.CLAIMED


@dataclass(frozen=True)
class Agreed:
    """How often self-check and peer check said the same before anybody talked: the share with its interval, and
    Cohen's kappa (Educational and Psychological Measurement 20, 1960) from KAPPA_FROM pairs on."""

    n: int
    share: Interval | None
    kappa: float | None


class LeftOut(NamedTuple):
    """How often a standard of a sample was left out at the end; `differing`: because two still differed. `last_day` is
    the latest such day (ISO)."""

    n: int
    differing: int
    last_day: str


@dataclass(frozen=True)
class Standings:
    """The whole branch. `left_out` are the standards that samples had and the end left out; `missed_days` are working
    days without a meeting or a round."""

    first: date
    last: date
    version: str
    standings: tuple[Standing, ...]
    agreed: Agreed
    left_out: Mapping[str, LeftOut]
    missed_days: tuple[str, ...]

    def points(self, claim: Claim) -> int:
        return sum(s.standard.points for s in self.standings if s.claim is claim)

    @property
    def n_left_out(self) -> int:
        return sum(one.n for one in self.left_out.values())

    @property
    def n_differing(self) -> int:
        return sum(one.differing for one in self.left_out.values())


def standings_of(
    branch: Branch, catalogue: Catalogue, database: Path, first: date, last: date
) -> Standings:
    """How the branch stands from the first day to the last, by the standards that held at its end; by `catalogue` where
    the journal has none. Reads the disk, most of it at the first time."""
    since = first - timedelta(days=LONGEST_DAYS)
    with reading(database) as db:
        catalogue = catalogue_until(db, branch, last, catalogue)
        rows = list(db.query(LOOKS, [since.isoformat(), last.isoformat()]))
        left_out = _left_out(db, first, last)
        began = _began(db) or last
        proven = _proven(db, branch, first, last)
    within = [row for row in rows if row["day"] >= first.isoformat()]
    by_item = _by_item(rows)
    standings = [
        _by_data(standard, proven[standard.proof])
        if standard.proof
        else _by_hand(standard, by_item.get(standard.id, []), Days(first, last, began), branch)
        for standard in catalogue.standards
    ]
    return Standings(
        first,
        last,
        catalogue.version,
        tuple(standings),
        agreement(within),
        left_out,
        _missed(branch, within, max(first, began), last),
    )


def _by_item(rows: Iterable[Row]) -> dict[str, list[Row]]:
    by_item: dict[str, list[Row]] = {}
    for row in rows:
        by_item.setdefault(row["item"], []).append(row)
    return by_item


class Days(NamedTuple):
    """From the first to the last; `began` is the branch's own first day."""

    first: date
    last: date
    began: date


def _began(db: Database) -> date | None:
    """None before the first day."""
    (day,) = db.execute("SELECT min(day) FROM day").fetchone()
    return date.fromisoformat(day) if day else None


def _by_hand(standard: Standard, rows: Sequence[Row], days: Days, branch: Branch) -> Standing:
    within = [row for row in rows if row["day"] >= days.first.isoformat()]
    last_day = rows[-1]["day"] if rows else None
    said = [row["verdict"] for row in rows if row["verdict"]]
    return Standing(
        standard=standard,
        looks=len(within),
        broken=sum(row["verdict"] == Verdict.BROKEN for row in within),
        last_day=last_day,
        verdict=Verdict(said[-1]) if said else None,
        current=last_day is not None and _is_current(standard, last_day, days.last, branch),
        open_findings=sum(bool(row["owner"]) and not row["settled_at"] for row in rows),
        photos=tuple(picture for row in within for picture in _pictures(row)),
        new=_is_current(standard, days.began.isoformat(), days.last, branch),
    )


def _pictures(row: Row) -> list[Picture]:
    if not row["photo"]:
        return []
    pairs = zip(row["photo"].split(","), row["photo_key"].split(","), strict=True)
    return [Picture(file, key) for file, key in pairs]


def _is_current(standard: Standard, last_day: str, until: date, branch: Branch) -> bool:
    """Whether the last look is no older than its period. Days on which the branch does not work do not count."""
    day = date.fromisoformat(last_day) + timedelta(days=standard.every.days)
    while day < until and not branch.calendar.is_working_day(day):
        day += timedelta(days=1)
    return day >= until


def _by_data(standard: Standard, days: Sequence[tuple[str, Proven]]) -> Standing:
    """All cases of the days together."""
    n = sum(proven.n for _, proven in days)
    failed = tuple(case for _, proven in days for case in proven.failed)
    proved = [day for day, proven in days if proven.n]
    whole = Proven(standard.proof or Proof.STARTS_PROMPT, n, failed)
    broken = [day for day, proven in days if proven.verdict is Verdict.BROKEN]
    return Standing(
        standard=standard,
        looks=len(proved),
        broken=len(broken),
        last_day=proved[-1] if proved else None,
        verdict=whole.verdict,
        current=True,
        open_findings=0,
        photos=(),
        n=n,
        failed=failed,
    )


def _proven(
    db: Database, branch: Branch, first: date, last: date
) -> Mapping[Proof, list[tuple[str, Proven]]]:
    by_proof: dict[Proof, list[tuple[str, Proven]]] = {proof: [] for proof in Proof}
    for day in days_between(first, last):
        for proof, proven in proven_on(db, branch, day).items():
            by_proof[proof].append((day.isoformat(), proven))
    return by_proof


def days_between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _left_out(db: Database, first: date, last: date) -> dict[str, LeftOut]:
    """By standard, the latest first."""
    rows = db.query(LEFT_OUT, [first.isoformat(), last.isoformat()])
    return {row["item"]: LeftOut(row["n"], row["differing"], row["last_day"]) for row in rows}


def _missed(branch: Branch, rows: Sequence[Row], first: date, last: date) -> tuple[str, ...]:
    """Working days on which nobody looked at anything."""
    looked = {row["day"] for row in rows}
    working = (day for day in days_between(first, last) if branch.calendar.is_working_day(day))
    return tuple(day.isoformat() for day in working if day.isoformat() not in looked)


def agreement(rows: Iterable[Row]) -> Agreed:
    """Of all items that two looked at: their first marks."""
    pairs = [
        (r["self_first"], r["peer_first"]) for r in rows if r["self_first"] and r["peer_first"]
    ]
    same = sum(own == peer for own, peer in pairs)
    return Agreed(len(pairs), wilson(same, len(pairs)), _kappa(pairs))


def _kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """None of few pairs, and where both always say one thing: chance then explains all agreement."""
    n = len(pairs)
    if n < KAPPA_FROM:
        return None
    own, peer = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    by_chance = sum(own[verdict] * peer[verdict] for verdict in own) / n**2
    if by_chance == 1:
        return None
    observed = sum(a == b for a, b in pairs) / n
    return (observed - by_chance) / (1 - by_chance)


def needed_share(proof: Proof) -> float:
    """The share of cases that the standard asks for."""
    return NEEDED.get(proof, 1.0)
