"""What headquarters decides: signed, sent to whom it is for, and proven by the branches' own events."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from forked import run

from headquarters import alarms
from headquarters.config import Headquarters, Outlet, Unit, read_headquarters
from headquarters.deriving.nouns import create_tables
from headquarters.instruction import instructions, overdue
from headquarters.instruction.again import send_again
from headquarters.instruction.instructed import of_unit, standing
from headquarters.instruction.signing import FILE, NoKey, Signer
from headquarters.journal.tables import migrate
from integrations.instructions import genuine
from lobby.branch.names import Name
from lobby.errors import LobbyError
from lobby.events.down import (
    ActionAsked,
    Announcement,
    Configuration,
    Order,
    OrderChannel,
    contents_of,
)

NEWS = Announcement("通知", "News", date(2100, 1, 1))
SECRET = "王女士 13800138000 在柜台等了两个小时"
ORDER = Order("95588-1", OrderChannel.HOTLINE, date(2026, 3, 2), SECRET, date(2026, 3, 9))


@pytest.fixture
def db(database: str) -> Iterator[Any]:
    migrate(database)
    with psycopg.connect(database, autocommit=True) as connection:
        create_tables(connection)
        yield connection


@pytest.fixture
def headquarters(tmp_path: Path) -> Headquarters:
    (tmp_path / "hq.toml").write_text("")
    return read_headquarters(tmp_path / "hq.toml")


@pytest.fixture
def signer(headquarters: Headquarters) -> Signer:
    return Signer(headquarters)


def answer(db: Any, id: int, branch: str = "A1", outcome: str = "taken", **values: Any) -> None:
    """As the branch's journal is derived."""
    row = {"branch": branch, "journal": 1, "id": id, "kind": "", "outcome": outcome, **values}
    row.setdefault("at", "2026-03-02T01:00:00.000000+00:00")
    (kept,) = db.execute("SELECT hash FROM instruction WHERE id = %s", [id]).fetchone()
    row.setdefault("hash", kept)
    columns = ", ".join(row)
    marks = ", ".join(["%s"] * len(row))
    db.execute(f"INSERT INTO received_instruction ({columns}) VALUES ({marks})", [*row.values()])


def sent_to(db: Any, branch: str) -> list[int]:
    return [one["id"] for one in instructions.down(db, branch)]


def test_the_key_is_made_once_for_its_owner_alone(
    headquarters: Headquarters, tmp_path: Path
) -> None:
    first = Signer(headquarters)
    again = Signer(headquarters)
    assert first.public == again.public
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.glob("*.part")] == []
    check = genuine(first.public, "text", again.sign("text"))
    other = genuine(first.public, "other text", again.sign("text"))
    assert check
    assert other
    assert (check(), other()) == (True, False)


def test_a_damaged_key_is_told_and_never_replaced(
    headquarters: Headquarters, tmp_path: Path
) -> None:
    (tmp_path / FILE).write_text("damaged")
    with pytest.raises(NoKey, match="is no key"):
        Signer(headquarters)
    assert (tmp_path / FILE).read_text() == "damaged"


def test_a_branch_is_sent_what_is_for_it_until_it_answers(db: Any, signer: Signer) -> None:
    for_all = instructions.make(db, signer, NEWS, None, "office")
    for_one = instructions.make(db, signer, NEWS, ["A1"], "office")
    order = instructions.make(db, signer, ORDER, ["B2"], "office")
    assert for_all < for_one < order
    assert sent_to(db, "A1") == [for_all, for_one]
    assert sent_to(db, "B2") == [for_all, order]
    answer(db, for_all)
    answer(db, for_one, outcome="refused", why="forged")
    assert sent_to(db, "A1") == []
    instructions.withdraw(db, signer, for_all, "office")
    back = instructions.newest(db)
    assert sent_to(db, "A1") == [back]
    assert sent_to(db, "B2") == [order, back]


def test_what_is_over_is_sent_to_nobody(db: Any, signer: Signer) -> None:
    instructions.make(db, signer, Announcement("旧", "Old", date(2020, 1, 1)), None, "office")
    assert sent_to(db, "A1") == []


def test_an_answer_has_no_more_than_a_message_may_have(db: Any, signer: Signer) -> None:
    ids = [instructions.make(db, signer, NEWS, None, "office") for _ in range(30)]
    assert sent_to(db, "A1") == ids[: instructions.SENT_MAX]


def test_before_the_first_derivation_nothing_is_sent(database: str, signer: Signer) -> None:
    migrate(database)
    with psycopg.connect(database, autocommit=True) as db:
        instructions.make(db, signer, NEWS, None, "office")
        assert instructions.down(db, "A1") == []
        assert instructions.erase_taken(db) == 0
        db.execute("INSERT INTO branch (code) VALUES ('A1')")
        (view,) = standing(db, Headquarters())
        assert (view["wanted"], view["taken"], view["silent_count"]) == (1, 0, 1)


def words_in(db: Any) -> list[str]:
    """The tables in which the order's words stand somewhere."""
    tables = db.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    ).fetchall()
    found = []
    for (table,) in tables:
        rows = db.execute(f'SELECT t::text FROM "{table}" AS t').fetchall()
        if any("13800138000" in row[0] or "王女士" in row[0] for row in rows):
            found.append(table)
    return found


def test_the_words_of_an_order_are_gone_once_the_branch_has_them(db: Any, signer: Signer) -> None:
    id = instructions.make(db, signer, ORDER, ["A1"], "office")
    assert words_in(db) == ["instruction"]
    assert instructions.erase_taken(db) == 0
    answer(db, id, case_id="C1")
    assert instructions.erase_taken(db) == 1
    assert words_in(db) == []
    assert sent_to(db, "A1") == []


def test_the_words_of_a_refused_order_stay_until_it_is_withdrawn(db: Any, signer: Signer) -> None:
    id = instructions.make(db, signer, ORDER, ["A1"], "office")
    answer(db, id, outcome="refused", why="no_key")
    assert instructions.erase_taken(db) == 0
    with pytest.raises(LobbyError, match="withdraw it first"):
        instructions.make(db, signer, ORDER, ["A1"], "office")
    instructions.withdraw(db, signer, id, "office")
    assert words_in(db) == []
    instructions.make(db, signer, ORDER, ["A1"], "office")


@pytest.mark.parametrize("branches", [None, [], ["A1", "B2"]])
def test_an_order_is_for_one_branch(db: Any, signer: Signer, branches: list[str] | None) -> None:
    with pytest.raises(LobbyError):
        instructions.make(db, signer, ORDER, branches, "office")


def test_wanted_and_actual_are_told_apart_and_proven(db: Any, signer: Signer) -> None:
    for code in ("A1", "B2", "C3", "D4"):
        db.execute("INSERT INTO branch (code, taken_at) VALUES (%s, now())", [code])
    id = instructions.make(db, signer, NEWS, None, "office")
    answer(db, id, "A1")
    answer(db, id, "B2", hash="of another text")
    answer(db, id, "C3", outcome="refused", why="no_key")
    (view,) = standing(db, Headquarters())
    assert (view["wanted"], view["taken"], view["silent_count"]) == (4, 1, 1)
    assert {one["branch"]: one["why"] for one in view["refused"]} == {
        "B2": "other_text",
        "C3": "no_key",
    }
    assert [one["branch"] for one in view["silent"]] == ["D4"]
    (own,) = standing(db, Headquarters(), ["C3"])
    assert (own["wanted"], own["taken"], len(own["refused"])) == (1, 0, 1)


def test_late_orders_stand_first_until_their_case_is_answered(db: Any, signer: Signer) -> None:
    db.execute("INSERT INTO branch (code) VALUES ('A1')")
    id = instructions.make(db, signer, ORDER, ["A1"], "office")
    instructions.make(db, signer, NEWS, None, "office")
    first, _ = standing(db, Headquarters())
    assert first["order"]
    assert (first["id"], first["order"]["late"], first["order"]["case"]) == (id, True, None)
    answer(db, id, case_id="C1")
    columns = ("branch", "journal", "id", "number", "status", "answered_at")
    values = ("A1", 1, "C1", "2026-0001", "answered", "2026-03-05T01:00:00.000000+00:00")
    db.execute(
        f"INSERT INTO complaint ({', '.join(columns)}) VALUES (%s, %s, %s, %s, %s, %s)", values
    )
    _, last = standing(db, Headquarters())
    assert last["order"]
    assert (last["order"]["case"], last["order"]["late"]) == ("2026-0001", False)


def test_an_overdue_order_is_an_alarm_of_its_branch_until_it_is_answered(
    db: Any, signer: Signer
) -> None:
    with_branches(db, "A1", "B2")
    late = instructions.make(db, signer, ORDER, ["A1"], "office")
    overdue.settle(db, date(2026, 3, 9))
    assert alarms.standing(db) == []
    overdue.settle(db, date(2026, 3, 10))
    overdue.settle(db, date(2026, 3, 10))
    (alarm,) = alarms.standing(db)
    assert (alarm.branch, alarm.kind, alarm.times) == ("A1", "order_late", 1)
    answer(db, late, case_id="C1")
    db.execute(
        "INSERT INTO complaint (branch, journal, id, answered_at) VALUES ('A1', 1, 'C1', 'x')"
    )
    overdue.settle(db, date(2026, 3, 11))
    assert alarms.standing(db) == []
    second = instructions.make(db, signer, replace(ORDER, number="2"), ["B2"], "office")
    overdue.settle(db, date(2026, 3, 11))
    assert [one.branch for one in alarms.standing(db)] == ["B2"]
    instructions.withdraw(db, signer, second, "office")
    overdue.settle(db, date(2026, 3, 11))
    assert alarms.standing(db) == []


RULES = Configuration("1", {"rules": {"recall_max": 5}})
AGAIN = Configuration("2", {"rules": {"recall_max": 4}})


def told(db: Any, branch: str, instruction: int, hash: str, seq: int = 9, **values: Any) -> None:
    """As the branch's journal is derived: what is in force there since a start."""
    row = {"branch": branch, "journal": 1, "seq": seq, "instruction": instruction, "hash": hash}
    row |= {"version": "", "edited": "", "left_out": "", "detail": "", "detail_zh": "", **values}
    row.setdefault("at", "2026-03-02T01:00:00.000000+00:00")
    columns = ", ".join(row)
    marks = ", ".join(["%s"] * len(row))
    db.execute(f"INSERT INTO applied_configuration ({columns}) VALUES ({marks})", [*row.values()])


def configuration(db: Any, id: int) -> Any:
    return next(one for one in standing(db, Headquarters()) if one["id"] == id)["configuration"]


def with_branches(db: Any, *codes: str) -> None:
    for code in codes:
        db.execute("INSERT INTO branch (code, taken_at) VALUES (%s, now())", [code])


def test_of_configurations_a_branch_is_sent_the_last_one_for_it(db: Any, signer: Signer) -> None:
    with_branches(db, "A1", "B2")
    first = instructions.make(db, signer, RULES, None, "office")
    for_one = instructions.make(db, signer, AGAIN, ["A1"], "office")
    assert (sent_to(db, "A1"), sent_to(db, "B2")) == ([for_one], [first])
    assert [one["wanted"] for one in standing(db, Headquarters())] == [1, 1]
    last = instructions.make(db, signer, RULES, None, "office")
    assert (sent_to(db, "A1"), sent_to(db, "B2")) == ([last], [last])
    assert configuration(db, first)["superseded"]
    assert not configuration(db, last)["superseded"]


def test_wanted_and_actual_of_a_configuration(db: Any, signer: Signer) -> None:
    with_branches(db, "A1", "B2", "C3", "D4", "E5", "F6", "G7")
    former = instructions.make(db, signer, AGAIN, None, "office")
    id = instructions.make(db, signer, RULES, None, "office")
    for code in ("A1", "B2", "C3", "D4", "G7"):
        answer(db, id, code)
    answer(db, id, "E5", outcome="refused", why="not_fitting", detail="rules.recall_max")
    told(db, "A1", former, contents_of(AGAIN), 3)
    told(db, "A1", id, contents_of(RULES), left_out="fx,metals")
    told(db, "B2", former, contents_of(AGAIN))
    told(db, "G7", 0, "", at="2026-03-02T01:00:01.000000+00:00")  # restored without its copy
    told(db, "C3", id, "other", edited="rules")
    told(db, "D4", id, "", detail="counters.serves (3): allowed: cash")
    state = configuration(db, id)
    assert state["in_force"] == 1
    assert [one["branch"] for one in state["waiting"]] == ["B2"]
    assert {one["branch"]: one["edited"] for one in state["differing"]} == {
        "C3": ["rules"],
        "D4": [],
        "G7": [],
    }
    assert state["left_out"] == [{"branch": "A1", "services": ["fx", "metals"]}]
    (view,) = [one for one in standing(db, Headquarters()) if one["id"] == id]
    assert [one["branch"] for one in view["silent"]] == ["F6"]
    assert [one["branch"] for one in view["refused"]] == ["E5"]


def test_what_was_refused_or_edited_is_sent_again_to_those_alone(db: Any, signer: Signer) -> None:
    with_branches(db, "A1", "B2", "C3")
    id = instructions.make(db, signer, RULES, None, "office")
    answer(db, id, "A1")
    told(db, "A1", id, contents_of(RULES))
    with pytest.raises(LobbyError, match="No branch refused"):
        send_again(db, Headquarters(), signer, id, "office")
    answer(db, id, "B2", outcome="refused", why="not_fitting")
    answer(db, id, "C3")
    told(db, "C3", id, "other", edited="rules")
    again, branches = send_again(db, Headquarters(), signer, id, "office")
    assert branches == ["B2", "C3"]
    assert (sent_to(db, "A1"), sent_to(db, "B2")) == ([], [again])
    state = configuration(db, again)
    assert (state["version"], state["tables"]) == ("1", ["rules"])
    order = instructions.make(db, signer, ORDER, ["A1"], "office")
    answer(db, order, "A1", outcome="refused", why="no_key")
    with pytest.raises(LobbyError):
        send_again(db, Headquarters(), signer, order, "office")
    with pytest.raises(LobbyError):
        send_again(db, Headquarters(), signer, 7, "office")


def test_a_configuration_that_is_taken_back_gives_its_branches_their_own(
    db: Any, signer: Signer
) -> None:
    with_branches(db, "A1", "B2")
    first = instructions.make(db, signer, RULES, None, "office")
    second = instructions.make(db, signer, AGAIN, ["A1"], "office")
    instructions.withdraw(db, signer, first, "office", ["A1", "B2"])
    own = instructions.newest(db)
    assert (sent_to(db, "A1"), sent_to(db, "B2")) == ([second], [own])
    assert configuration(db, own)["version"] == ""
    with pytest.raises(LobbyError):
        instructions.withdraw(db, signer, first, "office", ["A1", "B2"])


def test_what_is_larger_than_a_message_is_refused(db: Any, signer: Signer) -> None:
    large = Configuration("1", {}, None, {"a.png": "A" * 700_000})
    with pytest.raises(LobbyError, match="640 KB"):
        instructions.make(db, signer, large, None, "office")


def test_an_announcement_that_is_taken_back_is_gone_when_branches_say_so(
    db: Any, signer: Signer
) -> None:
    with_branches(db, "A1", "B2")
    id = instructions.make(db, signer, NEWS, None, "office")
    answer(db, id, "A1")
    instructions.withdraw(db, signer, id, "office")
    back = instructions.newest(db)
    assert sent_to(db, "A1") == [back]
    answer(db, back, "A1")
    (view,) = standing(db, Headquarters())
    assert (view["id"], view["withdrawn"], view["taken_back"]) == (id, True, 1)


def test_an_action_is_followed_until_its_effect_is_told(db: Any, signer: Signer) -> None:
    with_branches(db, "A1", "B2")
    asked = ActionAsked("减少过号", date(2026, 3, 9), "late_share")
    id = instructions.make(db, signer, asked, None, "office")
    answer(db, id, "A1", action_id="X")
    answer(db, id, "B2", action_id="Y")
    step(db, "A1", "X", 5, "ActionOpened", due="2026-03-09")
    step(db, "B2", "Y", 5, "ActionOpened", due="2026-03-09")
    (view,) = standing(db, Headquarters())
    assert view["action"]
    assert (view["action"]["late"], view["action"]["helped"]) == (2, 0)
    step(db, "A1", "X", 6, "ActionProved")
    step(db, "A1", "X", 7, "ActionChecked")
    step(db, "A1", "X", 8, "ActionMeasured", verdict="helped", value_before=0.3, value_after=0.1)
    (view,) = standing(db, Headquarters())
    assert view["action"]
    late, helped = view["action"]["actions"]
    assert (late["branch"], late["state"], late["late"]) == ("B2", "open", True)
    assert (helped["state"], helped["before"], helped["after"]) == ("helped", 0.3, 0.1)
    with pytest.raises(LobbyError, match="no_such"):
        instructions.make(db, signer, replace(asked, measure="no_such"), None, "office")


def step(db: Any, branch: str, action: str, seq: int, kind: str, **values: Any) -> None:
    row = {"branch": branch, "journal": 1, "action": action, "seq": seq, "step": kind, **values}
    row |= {"day": "2026-03-02", "at": f"2026-03-02T01:00:0{seq}.000000+00:00"}
    columns = ", ".join(row)
    marks = ", ".join(["%s"] * len(row))
    db.execute(f"INSERT INTO action ({columns}) VALUES ({marks})", [*row.values()])


def test_a_unit_has_the_branches_below_it() -> None:
    name = Name("网点", "Branch")
    units = (Unit("top", name), Unit("city", name, "top"), Unit("other", name, "top"))
    outlets = (
        Outlet("A1", "city", name),
        Outlet("B2", "other", name),
        Outlet("C3", "city", name, until=date(2020, 1, 1)),
    )
    headquarters = Headquarters(units=units, branches=outlets)
    assert of_unit(headquarters, "city") == ["A1"]
    assert of_unit(headquarters, "top") == ["A1", "B2"]
    assert of_unit(headquarters, "nowhere") == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["announce", "--zh", "好", "--en", "Good", "--until", "soon"], "until:"),
        (["announce", "--zh", "", "--en", "Good", "--until", "2100-01-01"], "zh:"),
        (["order", "--branch", "Z9", "--number", "1", "--channel", "hotline", "--came-on", "2026-03-02"],
         "no branch Z9"),
        (["announce", "--zh", "好", "--en", "Good", "--until", "2100-01-01", "--unit", "x"],
         "no branch in a unit x"),
        (["withdraw", "77"], "no instruction 77"),
        (["configure", "own.toml"], "counters: found"),
        (["configure", "away.toml"], "No such file"),
        (["action", "--title", "x", "--due", "2026-03-02", "--direction", "up"], "direction:"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_in_one_line(
    tmp_path: Path, database: str, words: list[str], says: str
) -> None:
    name = 'name = { zh = "甲", en = "A" }'
    config = f'[[units]]\nid = "top"\n{name}\n[[branches]]\ncode = "A1"\nunit = "top"\n{name}\n'
    (tmp_path / "hq.toml").write_text(config)
    (tmp_path / "own.toml").write_text('version = "1"\n[[counters]]\nid = "1"\n')
    env = {**os.environ, "DATABASE_URL": database}
    done = run("hq", "instruction", *words, env=env, cwd=tmp_path, input="text")
    assert done.returncode == 2, done
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_commands_print_the_key_and_list_what_was_sent(tmp_path: Path, database: str) -> None:
    (tmp_path / "hq.toml").touch()
    env = {**os.environ, "DATABASE_URL": database}
    key = run("hq", "instruction", "key", "--json", env=env, cwd=tmp_path)
    assert len(json.loads(key.stdout)["key"]) == 44
    until = ("--until", "2100-01-01")
    made = run(
        *("hq", "instruction", "announce", "--zh", "好", "--en", "Good", *until, "--json"),
        *("--branch", "A1"),
        env=env,
        cwd=tmp_path,
    )
    id = json.loads(made.stdout)["id"]
    with psycopg.connect(database) as db:
        db.execute("INSERT INTO branch (code) VALUES ('A1')")
    listed = run("hq", "instruction", "list", env=env, cwd=tmp_path)
    assert f"{id}  announcement  Good" in listed.stdout
    assert "0 of 1" in listed.stdout
