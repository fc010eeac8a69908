"""The catalogue of standards: what is shipped, what a bank puts in its place, and what is drawn from it today."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from conftest import CONFIG
from hypothesis import given
from hypothesis import strategies as st

from lobby.branch.config import ConfigError, read_branch
from lobby.branch.standards import Standards
from lobby.standards.model import Column, Method, Module, Proof
from lobby.standards.reading import CSV_COLUMNS, catalogue_of, read_catalogue, unreadable_standards
from lobby.standards.sampling import draw, due

SHIPPED = catalogue_of(Standards())
TODAY = date(2026, 3, 2)


def test_the_shipped_catalogue_has_240_standards_by_module() -> None:
    assert Counter(standard.module for standard in SHIPPED.standards) == {
        Module.TELLER: 21,
        Module.LOBBY_MANAGER: 26,
        Module.RELATIONSHIP_MANAGER: 28,
        Module.OTHER_STAFF: 18,
        Module.PREMISES: 147,
    }


def test_its_points_are_a_thousand_and_the_environment_has_ninety() -> None:
    points: Counter[Column] = Counter()
    for standard in SHIPPED.standards:
        points[standard.column] += standard.points
    assert sum(points.values()) == 1000
    assert points[Column.ENVIRONMENT] == 90
    assert set(points) == set(Column)


def test_no_two_standards_say_the_same_and_each_is_short() -> None:
    for lang in ("zh", "en"):
        contents = [standard.content.in_(lang) for standard in SHIPPED.standards]
        assert len(set(contents)) == len(contents)
    assert max(len(standard.content.zh) for standard in SHIPPED.standards) <= 40, "read in a look"
    assert not [s.id for s in SHIPPED.standards if re.search(r"[A-Za-z]{4}", s.content.zh)]


def test_what_the_journal_proves_is_nobody_s_to_tick() -> None:
    for standard in SHIPPED.standards:
        assert (standard.proof is not None) == (standard.methods == (Method.DATA,)), standard.id
    assert {standard.proof for standard in SHIPPED.proved} == set(Proof)


def a_row(**changes: str) -> dict[str, str]:
    row = dict.fromkeys(CSV_COLUMNS, "")
    row.update(id="X1", module="teller", column="manner", every="daily", points="3", risk="2")
    row.update(methods="self peer", item_zh="礼仪", item_en="Manner", content_zh="站立迎客")
    row.update(content_en="Stand up", evidence_zh="看", evidence_en="Look")
    return {**row, **changes}


def a_table(folder: Path, *rows: dict[str, str], encoding: str = "utf-8-sig") -> Path:
    file = folder / "own-2026.csv"
    with file.open("w", encoding=encoding, newline="") as target:
        writer = csv.DictWriter(target, CSV_COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return file


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_bank_s_table_extends_the_catalogue_or_replaces_it(tmp_path: Path, encoding: str) -> None:
    file = a_table(tmp_path, a_row(), a_row(id="T01"), encoding=encoding)
    extended = catalogue_of(Standards(str(file), without=("P001",)))
    assert len(extended.standards) == 240
    assert extended.by_id["T01"].content.zh == "站立迎客"
    assert "P001" not in extended.by_id
    assert extended.version.endswith("+own-2026")
    own = catalogue_of(Standards(str(file), extends=False))
    assert (own.version, [*own.by_id]) == ("own-2026", ["X1", "T01"])


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"points": "many"}, "standards.points"),
        ({"module": "cook"}, "standards.module"),
        ({"content_zh": ""}, "standards.content.zh"),
        ({"methods": "look"}, "standards.methods"),
        ({"proof": "magic"}, "standards.proof"),
    ],
)
def test_a_mistake_in_a_table_is_named(tmp_path: Path, changes: dict[str, str], where: str) -> None:
    file = a_table(tmp_path, a_row(**changes), a_row(id="X2"))
    with pytest.raises(ConfigError) as refused:
        read_catalogue(file)
    assert [complaint.where for complaint in refused.value.complaints] == [where]


def test_a_branch_does_not_open_with_standards_that_cannot_be_read(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(CONFIG.read_text() + '\n[standards]\nfile = "none.csv"\n')
    with pytest.raises(ConfigError, match=r"standards\.file"):
        read_branch(config, unreadable_standards)
    a_table(tmp_path, a_row(), a_row()).rename(tmp_path / "none.csv")
    with pytest.raises(ConfigError, match=r"standards\.id"):
        read_branch(config, unreadable_standards)


@given(st.integers(0, 240), st.text(max_size=8))
def test_a_draw_is_the_same_for_the_same_seed(count: int, seed: str) -> None:
    once = draw(SHIPPED.standards, {}, TODAY, count, seed)
    assert once == draw(SHIPPED.standards, {}, TODAY, count, seed)
    ids = [drawn.standard.id for drawn in once]
    assert len(set(ids)) == len(ids) == count


def test_every_standard_is_looked_at_in_time_and_a_risk_more_often() -> None:
    """Ninety mornings of twelve: nothing of staff's is forgotten for long."""
    last: dict[str, str] = {}
    times: Counter[str] = Counter()
    candidates = [s for s in SHIPPED.by_hand if s.module is not Module.PREMISES]
    for n in range(90):
        day = TODAY + timedelta(days=n)
        for drawn in draw(candidates, last, day, 12, f"4403:{day}"):
            last[drawn.standard.id] = day.isoformat()
            times[drawn.standard.id] += 1
    assert {standard.id for standard in candidates} == set(times)
    weekly = {1: [], 3: []}  # type: dict[int, list[int]]
    for standard in candidates:
        if standard.every.days == 7 and standard.risk in weekly:
            weekly[standard.risk].append(times[standard.id])
    assert sum(weekly[3]) / len(weekly[3]) > sum(weekly[1]) / len(weekly[1])


def test_what_is_due_is_what_was_not_looked_at_within_its_period() -> None:
    last = {standard.id: "2026-03-01" for standard in SHIPPED.by_hand}
    assert {drawn.standard.every.days for drawn in due(SHIPPED.by_hand, last, TODAY)} == {1}
    never = due(SHIPPED.by_hand, {}, TODAY)
    assert len(never) == len(SHIPPED.by_hand)
    assert never[0].days is None
