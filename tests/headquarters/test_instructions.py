"""What headquarters decides: signed, sent to whom it is for, and proven by the branches' own events."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from forked import run

from headquarters import instructions
from headquarters.config import Headquarters, Outlet, Unit, read_headquarters
from headquarters.deriving.nouns import create_tables
from headquarters.instructed import of_unit, standing
from headquarters.signing import FILE, NoKey, Signer
from headquarters.tables import migrate
from integrations.instructions import genuine
from lobby.branch.names import Name
from lobby.errors import LobbyError
from lobby.events.down import Announcement, Order, OrderChannel

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
    instructions.withdraw(db, for_all)
    assert sent_to(db, "B2") == [order]


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
    instructions.withdraw(db, id)
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
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_in_one_line(
    tmp_path: Path, database: str, words: list[str], says: str
) -> None:
    name = 'name = { zh = "甲", en = "A" }'
    config = f'[[units]]\nid = "top"\n{name}\n[[branches]]\ncode = "A1"\nunit = "top"\n{name}\n'
    (tmp_path / "hq.toml").write_text(config)
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
