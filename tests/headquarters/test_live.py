"""What is live: how a branch stands by its last word, and what has changed since a page asked last."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Ticks

from headquarters.config import Headquarters, read_headquarters
from headquarters.journal.judging import AlarmKind
from headquarters.live.picture import OLD_S, Alarm, Cursor, News, Picture
from headquarters.live.state import BranchState, Heat, Word, heat_of, state_of, word_of
from headquarters.live.summary import Summaries, live_view
from headquarters.tree import Tree

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
PROVINCE = """
name = { zh = "东海省分行", en = "Donghai" }
units = [
    { id = "p", name = { zh = "省分行", en = "Province" } },
    { id = "n", parent = "p", name = { zh = "南城", en = "South" } },
    { id = "w", parent = "p", name = { zh = "西口", en = "West" } },
]
branches = [
    { code = "4401", unit = "n", name = { zh = "解放路支行", en = "Jiefang" } },
    { code = "4402", unit = "n", name = { zh = "人民路支行", en = "Renmin" } },
    { code = "4403", unit = "w", name = { zh = "中山支行", en = "Zhongshan" }, until = 2026-03-31 },
    { code = "4403", unit = "n", name = { zh = "中山支行", en = "Zhongshan" }, from = 2026-04-01 },
]
"""


def snapshot(**figures: int) -> str:
    return json.dumps({"schema": 1, "open": True, "figures": {"counters_open": 2, **figures}})


def word(at: datetime = NOW, text: str = "", **figures: int) -> Word:
    return word_of(at, at, 0.0, text or snapshot(**figures))


@pytest.fixture
def province(tmp_path: Path) -> Headquarters:
    file = tmp_path / "hq.toml"
    file.write_text(PROVINCE)
    return read_headquarters(file, {})


@pytest.fixture
def picture(province: Headquarters, ticks: Ticks) -> Picture:
    return Picture(province, ticks, start=1000)


def news(now: datetime = NOW, alarms: Any = (), **words: Word) -> News:
    return News(now, {code[1:]: said for code, said in words.items()}, {}, dict(alarms))


# -- how a branch stands ------------------------------------------------------------------------------
def stands(said: Word | None, *alarms: str, has_events: bool = False) -> BranchState:
    return state_of(said, NOW, alarms, 30, has_events=has_events)


def test_a_branch_is_live_while_its_last_word_is_young() -> None:
    assert stands(word(NOW - timedelta(seconds=30))) is BranchState.LIVE
    assert stands(word(NOW - timedelta(seconds=31))) is BranchState.CUT
    assert stands(word(NOW + timedelta(hours=1))) is BranchState.CUT


def test_a_branch_of_which_nothing_was_heard_is_not_cut_but_never_heard() -> None:
    assert stands(None) is BranchState.NEVER
    assert stands(None, has_events=True) is BranchState.CUT


def test_a_branch_that_gives_no_numbers_is_closed_and_a_silent_one_is_cut_all_the_same() -> None:
    said = '{"open": false}'
    assert stands(word(text=said)) is BranchState.CLOSED
    assert stands(word(NOW - timedelta(hours=1), text=said)) is BranchState.CUT


def test_two_writers_go_before_every_other_state() -> None:
    assert stands(word(), AlarmKind.SECOND_WRITER) is BranchState.QUARANTINED
    assert stands(word(), AlarmKind.GAP) is BranchState.LIVE


@pytest.mark.parametrize(
    ("figures", "heat"),
    [
        ({"waiting": 9}, Heat.CALM),
        ({"waiting": 9, "late": 1}, Heat.STRAINED),
        ({"alerts": 1}, Heat.STRAINED),
        ({"waiting": 3, "counters_open": 0}, Heat.STRAINED),
        ({"waiting": 9, "late": 5}, Heat.BURNING),
        ({"waiting": 1, "longest_wait_s": 3600}, Heat.BURNING),
        ({"waiting": 3, "late": 1, "counters_open": 0}, Heat.BURNING),
    ],
)
def test_what_burns(figures: dict[str, int], heat: Heat) -> None:
    assert heat_of(word(**figures), BranchState.LIVE) is heat


def test_a_fault_of_its_journal_needs_a_look() -> None:
    assert heat_of(word(), BranchState.LIVE, [AlarmKind.GAP]) is Heat.STRAINED


def test_nothing_burns_by_a_last_word_that_is_old() -> None:
    assert heat_of(word(waiting=9, late=9), BranchState.CUT) is Heat.CALM


def test_a_snapshot_of_another_version_is_read_as_far_as_it_is_known() -> None:
    said = word(text='{"schema": 9, "figures": {"waiting": 4, "robots": 2, "late": null}, "x": []}')
    assert said.figures["waiting"] == 4
    assert said.figures["late"] == said.figures["served"] == 0
    assert said.is_open
    with pytest.raises(ValueError, match="not a snapshot"):
        word_of(NOW, NOW, None, "[]")


def test_the_most_urgent_alert_is_told_by_its_kind() -> None:
    kinds = ["soon", "late", "help", "of_another_version", 7]
    alerts = [{"kind": kind} for kind in kinds]
    document = {"figures": {"alerts": 5}, "alerts": alerts}
    assert word(text=json.dumps(document)).worst_alert == "help"
    assert word(text=json.dumps({**document, "alerts": alerts[3:]})).worst_alert is None
    assert word(text=json.dumps({**document, "alerts": "late"})).worst_alert is None


def test_every_alarm_has_words() -> None:
    words = (ROOT / "headquarters/shared/words.js").read_text()
    assert [kind for kind in AlarmKind if f"  {kind}: [" not in words] == []


# -- the picture --------------------------------------------------------------------------------------
def codes(picture: Picture, since: int) -> list[str]:
    return [entry.code for entry in picture.changed(since, picture.entries.values())]


def test_every_branch_of_the_file_is_there_before_anything_is_heard(picture: Picture) -> None:
    picture.take(news())
    assert {entry.state for entry in picture.entries.values()} == {BranchState.NEVER}
    assert sorted(picture.entries) == ["4401", "4402", "4403"]


def test_a_page_is_told_only_what_changed(picture: Picture) -> None:
    picture.take(news(b4401=word(), b4402=word()))
    first = picture.revision
    picture.take(news(b4402=word(waiting=3)))
    assert codes(picture, first) == ["4402"]
    assert codes(picture, picture.revision) == []


def test_a_look_that_finds_nothing_new_is_no_revision(picture: Picture) -> None:
    picture.take(news(b4401=word()))
    before = picture.revision
    picture.take(news(NOW + timedelta(seconds=1)))
    assert picture.revision == before


def test_a_branch_that_falls_silent_is_told_without_a_word_of_it(picture: Picture) -> None:
    picture.take(news(b4401=word(waiting=7)))
    before = picture.revision
    picture.take(news(NOW + timedelta(seconds=31)))
    assert codes(picture, before) == ["4401"]
    cut = picture.entries["4401"]
    assert (cut.state, cut.word and cut.word.figures["waiting"]) == (BranchState.CUT, 7)


def test_a_revision_of_another_process_has_everything_told(picture: Picture) -> None:
    picture.take(news(b4401=word()))
    assert len(codes(picture, 999)) == len(codes(picture, picture.revision + 1)) == 3


def test_a_branch_that_hq_toml_does_not_have_is_not_shown(picture: Picture) -> None:
    picture.take(news(b9999=word()))
    assert "9999" not in picture.entries


def test_without_branches_in_the_file_everybody_is_taken_in(ticks: Ticks) -> None:
    picture = Picture(Headquarters(), ticks)
    picture.take(news(b9999=word()))
    assert picture.name(picture.entries["9999"])["en"] == "9999"


def test_ages_go_on_while_the_database_is_away_and_the_picture_is_told_to_be_old(
    picture: Picture, ticks: Ticks
) -> None:
    picture.take(news(b4401=word(NOW - timedelta(seconds=2))))
    assert picture.is_fresh
    ticks.now += OLD_S + 1
    entry = picture.entries["4401"]
    assert (picture.is_fresh, picture.age_s(entry)) == (False, OLD_S + 3)
    assert entry.state is BranchState.LIVE  # the fault is here, and not the branch's


def test_a_branch_that_moves_has_its_new_unit_from_that_day(picture: Picture, ticks: Ticks) -> None:
    picture.take(news(b4403=word()))
    assert picture.tree.path("4403") == ("p", "w")
    before = picture.revision
    picture.take(news(datetime(2026, 4, 1, 2, 0, tzinfo=UTC)))
    assert picture.tree.path("4403") == ("p", "n")
    assert len(codes(picture, before)) == 3


# -- what one reader sees -----------------------------------------------------------------------------
def view(picture: Picture, unit: str = "", since: int = 0, **options: Any) -> Any:
    page = options.get("offset", 0), options.get("limit", 100)
    summary = Summaries(picture).of(unit)
    only, text = options.get("only", ()), options.get("text", "")
    return live_view(picture, summary, since, only, page, text)


@pytest.fixture
def live(picture: Picture) -> Picture:
    picture.take(
        news(
            alarms={"4402": [Alarm(AlarmKind.GAP, NOW)]},
            b4401=word(waiting=4, late=1, longest_wait_s=900),
            b4402=word(NOW - timedelta(minutes=9), waiting=50, late=50),
            b4403=word(waiting=20, late=9, longest_wait_s=2400),
        )
    )
    return picture


def test_a_sum_is_of_those_that_are_heard_and_says_of_how_many(live: Picture) -> None:
    seen = view(live)
    assert seen["totals"]["waiting"] == 24
    assert seen["totals"]["longest_wait_s"] == 2400
    assert seen["completeness"] == {
        "heard": 2,
        "branches": 3,
        "until": "2026-03-02T10:00:00+08:00",
    }
    assert [unit["completeness"]["heard"] for unit in seen["units"]] == [1, 1]


def test_what_burns_is_told_the_worst_first_and_a_cut_branch_is_not_among_it(live: Picture) -> None:
    assert view(live)["burning"] == ["4403"]


def test_a_unit_has_its_own_branches_and_sums(live: Picture) -> None:
    seen = view(live, "n")
    assert [branch["code"] for branch in seen["branches"]] == ["4401", "4402"]
    assert seen["totals"]["waiting"] == 4


def test_units_that_are_not_on_screen_are_not_sent_but_what_burns_is(live: Picture) -> None:
    assert [b["code"] for b in view(live, only=["n"])["branches"]] == ["4401", "4402", "4403"]
    assert [b["code"] for b in view(live, limit=0)["branches"]] == ["4403"]


def test_a_branch_is_found_by_a_part_of_its_name_or_code(live: Picture) -> None:
    assert [b["code"] for b in view(live, text="jie")["branches"]] == ["4401", "4403"]
    assert [b["code"] for b in view(live, text="人民")["branches"]] == ["4402", "4403"]
    assert view(live, text="02")["total"] == 1


def test_a_long_list_comes_in_pages(live: Picture) -> None:
    first = view(live, limit=2)
    rest = view(live, limit=2, offset=first["next"])
    assert [b["code"] for b in [*first["branches"], *rest["branches"]]] == ["4401", "4402", "4403"]
    assert (first["total"], rest["next"]) == (3, None)


def test_a_cut_branch_keeps_its_last_word_and_its_alarm(live: Picture) -> None:
    cut = view(live)["branches"][1]
    assert (cut["state"], cut["figures"]["waiting"], cut["age_s"]) == ("cut", 50, 540.0)
    assert [alarm["kind"] for alarm in cut["alarms"]] == ["gap"]


def test_how_far_headquarters_journal_is(picture: Picture) -> None:
    picture.take(News(NOW, {}, {"4401": Cursor(2, 77, "ab")}, {}))
    seen = view(picture)["branches"][0]
    assert (seen["epoch"], seen["seq"], seen["hash"], seen["figures"]) == (2, 77, "ab", None)


def test_the_tree_says_what_is_below_a_unit(province: Headquarters) -> None:
    tree = Tree(province, date(2026, 3, 2))
    assert tree.is_below("w", "p")
    assert not tree.is_below("p", "w")
    assert tree.path("4402") == ("p", "n")
