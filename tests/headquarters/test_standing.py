"""A journal that headquarters puts aside: the branch's own computer says so and sends it once, and somebody at
headquarters can let it go on."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import CONFIG, until
from forked import run
from test_sharing import LONG_S, Headquarters, headquarters_of, journal, rows, said

from doctor.province import findings
from headquarters.config import Engines
from headquarters.config import Headquarters as Config
from headquarters.deriving.deriver import Deriver
from headquarters.deriving.line import lines_of
from headquarters.engines.engines import NatsServer
from headquarters.ingest.hearing import word_of
from headquarters.journal.adopting import NotAdopted, adopt, put_aside
from headquarters.journal.judging import AlarmKind
from headquarters.journal.store import Store
from headquarters.journal.tables import migrate
from integrations.standing import FILE, Known, Standing, noted, place
from lobby.engine.runtime import DATABASE
from lobby.events.batch import Batch, pack
from lobby.events.envelope import BEGINNING, EPOCH, SEQ, End, Row, chained
from lobby.journal.history import reader

SLOW = 50
"""The epoch of a journal that began with a slow clock."""
NEWEST = 100


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    migrate(database)
    with closing(Store(database)) as opened:
        yield opened


def batch(written: list[Row]) -> Batch:
    return Batch("4401", BEGINNING.hash, written)


def forked(after: list[Row], epoch: int, count: int) -> list[Row]:
    """A new epoch that follows these rows."""
    parent = after[-1]
    data = {
        "parent_epoch": parent[EPOCH],
        "parent_seq": parent[SEQ],
        "parent_hash": parent[-1],
        "reason": "restored",
    }
    fork = ("4401", epoch, parent[SEQ] + 1, parent[3], "JournalForked", 1, None, None, "journal")
    more = [
        ("4401", epoch, parent[SEQ] + n, parent[3], "TicketCalled", 1, None, None, "teller", "{}")
        for n in range(2, count + 1)
    ]
    return [*chained([(*fork, json.dumps(data)), *more], parent[-1])]


# -- what the shipper makes of an answer ------------------------------------------------------------------
OWN = rows("4401", 5, NEWEST)
OTHERS = rows("4401", 5, NEWEST, data='{"n":2}')


@pytest.mark.parametrize(
    ("ends", "standing", "first"),
    [
        ([], Standing.ACCEPTED, 1),
        ([End(NEWEST, 3, OWN[2][-1])], Standing.ACCEPTED, 4),
        ([End(40, 9, "a tail")], Standing.ACCEPTED, 1),
        ([End(200, 9, "a later epoch")], Standing.SUPERSEDED, 1),
        ([End(NEWEST, 3, OWN[2][-1]), End(200, 9, "later")], Standing.SUPERSEDED, 4),
        ([End(200, 9, "former"), End(NEWEST, 3, OWN[2][-1])], Standing.ACCEPTED, 4),
        ([End(NEWEST, 3, OTHERS[2][-1])], Standing.SECOND_WRITER, 4),
        ([End(NEWEST, 9, "beyond ours")], Standing.SECOND_WRITER, 6),
    ],
)
def test_a_shipper_sees_how_its_journal_stands(
    tmp_path: Path, ends: list[End], standing: Standing, first: int
) -> None:
    with closing(reader(journal(tmp_path / "var", OWN) / DATABASE)) as db:
        found = place(db, Known(ends, {}))
        assert (found.standing, found.first) == (standing, first)
        kept = place(db, Known(ends, {NEWEST: 5}))
        assert kept.first == (6 if found.is_aside else first)
        assert place(db, Known(ends, None)).first == (6 if found.is_aside else first)


# -- headquarters lets one go on ---------------------------------------------------------------------------
def test_a_journal_of_a_slow_clock_goes_on_once_it_is_adopted(store: Store) -> None:
    slow = rows("4401", 4, SLOW)
    later = forked(slow, SLOW + 1, 3)
    store.take([batch(rows("4401", 9, NEWEST))])
    assert store.take([batch(slow)]).aside == 4
    assert store.take([Batch("4401", slow[-1][-1], later)]).aside == 3
    assert [(one.epoch, one.count, one.is_known) for one in put_aside(store, "4401")] == [
        (SLOW, 4, False),
        (SLOW + 1, 3, False),
    ]
    assert store.aside("4401") == [(SLOW, 4), (SLOW + 1, 7)]
    assert adopt(store, "4401", SLOW + 1) == 7
    assert put_aside(store, "4401") == []
    assert store.ends("4401")[-1][:2] == (SLOW + 1, 7)
    branch = store.db.execute("SELECT epoch, seq FROM branch").fetchone()
    assert branch == (SLOW + 1, 7)
    standing = store.db.execute("SELECT kind FROM alarm WHERE cleared_at IS NULL")
    assert standing.fetchall() == []
    more = forked([*slow, *later], SLOW + 2, 2)
    assert store.take([Batch("4401", later[-1][-1], more)]).stored == 2
    former, adopted = lines_of(store.db, "4401")
    assert (former.journal, former.end) == (NEWEST, (NEWEST, 9))
    assert (adopted.journal, adopted.end) == (SLOW, (SLOW + 2, 9))
    assert store.take([batch(rows("4401", 12, NEWEST))]).aside == 3, "the other one is followed"
    kinds = store.db.execute(
        "SELECT kind FROM alarm WHERE cleared_at IS NULL ORDER BY 1"
    ).fetchall()
    assert kinds == [(AlarmKind.SUPERSEDED,)], "of the other one; who adopts need not be told"


def test_a_journal_that_was_adopted_by_mistake_gives_way_to_the_branchs_own(
    store: Store, database: str
) -> None:
    own = rows("4401", 12, NEWEST)
    store.take([batch(own[:9])])
    store.take([batch(rows("4401", 4, SLOW))])
    adopt(store, "4401", SLOW)
    derive(database)
    newer = forked(own, NEWEST + 1, 3)
    after = Batch("4401", own[8][-1], [*own[9:], *newer])
    assert store.take([after]).aside == 3
    assert adopt(store, "4401", NEWEST) == 3
    standing = store.db.execute("SELECT count(*) FROM alarm WHERE cleared_at IS NULL")
    assert standing.fetchone() == (0,)
    assert store.take([Batch("4401", own[-1][-1], newer)]).stored == 3, "it was restored meanwhile"
    assert put_aside(store, "4401") == []
    assert store.ends("4401")[-1][:2] == (NEWEST + 1, 15)
    mistaken, line = lines_of(store.db, "4401")
    assert (mistaken.journal, line.journal, line.end) == (SLOW, NEWEST, (NEWEST + 1, 15))
    derive(database)
    with closing(Deriver(config_of(database))) as deriver:
        assert not any(deriver.rebuild("4401").values())
    assert store.take([batch(rows("4401", 6, SLOW))]).aside == 2, "the other one is followed"


def test_what_a_clone_wrote_in_the_same_epoch_is_not_adopted_with_it(store: Store) -> None:
    own = rows("4401", 12, NEWEST)
    store.take([batch(own[:9])])
    cloned = [*own[:7], *[(*row[:8], "clone", row[9]) for row in own[7:]]]
    clone = [*chained([row[: len(own[0]) - 1] for row in cloned], BEGINNING.hash)]
    store.take([batch(rows("4401", 4, SLOW))])
    adopt(store, "4401", SLOW)
    assert store.take([batch(clone)]).aside > 0
    assert store.take([Batch("4401", own[8][-1], own[9:])]).aside == 3
    assert adopt(store, "4401", NEWEST) == 3
    actors = store.db.execute("SELECT count(*) FROM journal WHERE actor = 'clone'").fetchone()
    assert actors == (0,)
    kept = store.db.execute("SELECT count(*) FROM quarantine WHERE event ->> 'actor' = 'clone'")
    assert kept.fetchone() == (5,)


def test_it_is_not_guessed_which_of_two_computers_goes_on(store: Store) -> None:
    store.take([batch(rows("4401", 9, NEWEST))])
    for data in ("{}", '{"n":2}'):
        store.take([batch(rows("4401", 3, SLOW, data=data))])
    with pytest.raises(NotAdopted, match="two computers wrote event 1"):
        adopt(store, "4401", SLOW)
    assert store.ends("4401")[-1].epoch == NEWEST


def derive(database: str) -> None:
    with closing(Deriver(config_of(database))) as deriver:
        while deriver.round(5):
            pass


def config_of(database: str) -> Config:
    return Config(engines=Engines(database=database))


def test_what_cannot_be_adopted_is_told(store: Store) -> None:
    store.take([batch(OWN)])
    store.take([batch(rows("4401", 9, NEWEST, data='{"n":2}'))])
    with pytest.raises(NotAdopted, match="cannot be joined"):
        adopt(store, "4401", NEWEST)
    with pytest.raises(NotAdopted, match="nothing of epoch 7"):
        adopt(store, "4401", 7)
    slow = rows("4401", 4, SLOW)
    store.take([Batch("4401", slow[1][-1], slow[2:])])
    with pytest.raises(NotAdopted, match="first events"):
        adopt(store, "4401", SLOW)
    assert store.db.execute("SELECT count(*) FROM adopted").fetchone() == (0,)


def test_the_word_of_a_clone_does_not_take_the_place_of_the_branchs_own(store: Store) -> None:
    store.take([batch(rows("4401", 5, 70))])
    store.take([batch(OWN)])

    def hear(epoch: int | None) -> Any:
        at = datetime.now(UTC)
        store.show([word_of("4401", pack({"at": at, "epoch": epoch, "seq": 1}), at)])
        return heard()

    def heard() -> Any:
        query = "SELECT (document ->> 'epoch')::bigint FROM snapshot"
        return store.db.execute(query).fetchone()

    assert hear(70) == (70,), "nobody else was heard"
    assert hear(NEWEST) == (NEWEST,)
    assert hear(70) == (NEWEST,), "another one has followed it"
    assert hear(SLOW) == (NEWEST,), "it is put aside"
    assert hear(NEWEST + 1) == (NEWEST + 1,), "its first event is on the way"
    assert hear(NEWEST) == (NEWEST,)
    assert hear(None) == (None,), "a branch of another release does not say"
    assert hear(NEWEST) == (NEWEST,)
    store.db.execute("UPDATE snapshot SET received_at = now() - interval '1 min'")
    assert hear(SLOW) == (SLOW,), "the newest one is silent"


# -- the whole way ------------------------------------------------------------------------------------------
@pytest.fixture
def hq(tmp_path: Path, bus: NatsServer, database: str) -> Iterator[Headquarters]:
    with headquarters_of(tmp_path, bus, database) as made:
        yield made


def test_a_branch_whose_clock_was_slow_is_told_and_goes_on(
    hq: Headquarters, tmp_path: Path
) -> None:
    migrate(hq.database)
    with closing(Store(hq.database)) as store:
        store.take([batch(OWN)])
    hq.ingest()
    data = journal(tmp_path / "var", rows("4401", 7, SLOW))
    log = hq.ship(data)
    until(said(log, f"lobby hq journal adopt 4401 {SLOW}"), "it is told", LONG_S)
    until(lambda: hq.value("SELECT count(*) FROM quarantine") == 7, "it is kept", LONG_S)
    checked = run("check", "--data", data, "--config", CONFIG, env={**os.environ, "LANG": "en"})
    assert f"lobby hq journal adopt 4401 {SLOW}" in checked.stdout
    assert f"epoch {SLOW}" in hq.command("hq", "journal", "list").stdout
    refused = hq.command("hq", "journal", "adopt", "4401", str(SLOW))
    assert (refused.returncode, "--yes" in refused.stderr) == (2, True)
    done = hq.command("hq", "journal", "adopt", "4401", str(SLOW), "--yes")
    assert "7 events" in done.stdout, done.stderr
    grow(data, 3)
    until(lambda: hq.seq("4401") == 10, "it goes on", 2 * LONG_S)
    until(lambda: not (data / FILE).exists(), "nothing to tell any more", 2 * LONG_S)
    assert list(findings(data, str)) == []


def test_tables_of_an_earlier_release_are_told_with_what_to_do(
    hq: Headquarters, tmp_path: Path
) -> None:
    for words in (["journal", "list"], ["alarm", "list"], ["archive", "--to", str(tmp_path)]):
        done = hq.command("hq", *words)
        assert (done.returncode, "start lobby hq ingest once" in done.stderr) == (3, True)


def test_a_clone_is_told_and_the_branch_goes_on(hq: Headquarters, tmp_path: Path) -> None:
    hq.ingest()
    data = journal(tmp_path / "var", OWN)
    clone = Path(shutil.copytree(data, tmp_path / "clone"))
    hq.ship(data)
    until(lambda: hq.seq("4401") == 5, "the branch's events", LONG_S)
    grow(data, 4)
    until(lambda: hq.seq("4401") == 9, "and those after the copy", LONG_S)
    grow(clone, 6, "clone")
    log = hq.ship(clone)
    until(said(log, "another computer sends the journal of branch 4401"), "it is told", LONG_S)
    until(lambda: hq.value("SELECT max(seq) FROM quarantine") == 11, "it is kept", LONG_S)
    assert [finding.topic for finding in findings(clone, str)] == ["headquarters"]
    assert list(findings(data, str)) == []
    grow(data, 1)
    until(lambda: hq.seq("4401") == 10, "the branch goes on", LONG_S)
    assert hq.value("SELECT count(*) FROM journal WHERE actor = 'clone'") == 0


def grow(data: Path, count: int, actor: str = "teller") -> None:
    with closing(sqlite3.connect(data / DATABASE)) as db:
        *last, hash = db.execute("SELECT * FROM event ORDER BY seq DESC LIMIT 1").fetchone()
        names = [row[1] for row in db.execute("PRAGMA table_info(event)").fetchall()]
        last[names.index("actor")] = actor
        seq = names.index("seq")
        more = [(*last[:seq], last[seq] + n, *last[seq + 1 :]) for n in range(1, count + 1)]
        marks = ", ".join("?" * len(names))
        db.executemany(f"INSERT INTO event VALUES ({marks})", chained(more, hash))
        db.commit()


def test_a_note_that_is_none_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("{}")
    assert noted(tmp_path) is None
