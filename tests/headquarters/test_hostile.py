"""A branch with a certificate that sends whatever it likes: nothing of it stops what is done for the others."""

from __future__ import annotations

import asyncio
import json
import os
from asyncio import run
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zlib import compress

import pytest
from awaited import awaited
from conftest import until
from forked import Forked
from nats import connect

from headquarters.certificates.authority import OWN, Holder, Kind
from headquarters.certificates.nats_conf import _permissions
from headquarters.config import Engines, Headquarters
from headquarters.engines.engines import NatsServer
from headquarters.ingest import ingest
from headquarters.ingest.hearing import SNAPSHOT_MAX_B, word_of
from headquarters.journal.judging import Alarm
from headquarters.journal.store import Store, Taken
from headquarters.journal.tables import migrate
from headquarters.live.reading import Reading
from headquarters.live.state import FIGURE_MAX
from headquarters.live.state import word_of as shown_word_of
from lobby.events.batch import (
    ASK,
    BACK,
    SNAPSHOT,
    STREAM,
    Batch,
    events_subject,
    inbox,
    pack,
    packed,
    unpack,
)
from lobby.events.envelope import BEGINNING, Row, chained

AT = "2026-03-02T01:00:00.000000+00:00"
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def event(branch: str, data: str = "{}", kind: str = "TicketCalled") -> Row:
    return (branch, 100, 1, AT, kind, 1, None, None, "teller", data)


def batch(row: Row, hash: str = "") -> Batch:
    chain = [*chained([row], BEGINNING.hash)]
    rows = [(*row[:-1], hash) for row in chain] if hash else chain
    return Batch(row[0], BEGINNING.hash, rows)


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    migrate(database)
    with closing(Store(database)) as opened:
        yield opened


@pytest.mark.parametrize("reason", ["a\\u0000b", "\\ud800"])
def test_an_epoch_is_begun_for_whatever_reason(store: Store, reason: str) -> None:
    data = f'{{"parent_epoch":1,"parent_seq":0,"parent_hash":"","reason":"{reason}"}}'
    assert store.take([batch(event("4403", data, "JournalForked"))]).stored == 1


def test_data_that_is_nested_too_deep_is_kept_as_a_text(store: Store) -> None:
    data = "[" * 100_000 + "]" * 100_000
    assert store.take([batch(event("4403", data))]).stored == 1
    kept = store.db.execute("SELECT data FROM journal").fetchone()
    assert kept == (data,)


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"at": 5},
        {"at": "2026-03-02T01:00:00"},
        {"at": "9999-12-31T23:59:59-12:00"},
        {"at": "0001-01-01T00:00:00+14:00"},
        {"at": AT, "name": {"zh": "\0"}},
        {"at": AT, "epoch": "first", "seq": 1},
        {"at": AT, "epoch": 1, "seq": 2**63},
        {"at": AT, "more": "x" * SNAPSHOT_MAX_B},
    ],
)
def test_what_is_no_snapshot_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        word_of("4403", pack(document), NOW)


@pytest.mark.parametrize("at", [AT, "2026-W10-1T00:00:00+00:00", "1970-01-01T08:00:00+23:59"])
@pytest.mark.parametrize("figure", ["1e999", "1" + "0" * 4000, "-5", "[]"])
def test_whatever_a_snapshot_says_the_others_are_shown(store: Store, at: str, figure: str) -> None:
    text = f'{{"at": "{at}", "name": 5, "figures": {{"waiting": {figure}}}}}'
    store.show([word_of("4403", compress(text.encode()), NOW)])
    with closing(Reading(store.db.info.dsn + f" password={store.db.info.password}")) as reading:
        word = reading.look().words["4403"]
    assert word.figures["waiting"] == 0
    assert word.name == {}


def test_words_are_heard_after_the_clock_of_the_database_was_set_back(store: Store) -> None:
    info = store.db.info
    with closing(Reading(f"{info.dsn} password={info.password}")) as reading:
        store.show([word_of("4403", pack({"at": AT}), NOW)])
        store.db.execute("UPDATE snapshot SET received_at = now() + interval '2 hours'")
        assert [*reading.look().words] == ["4403"]
        store.show([word_of("4403", pack({"at": AT}), NOW)])
        assert [*reading.look().words] == ["4403"]
        assert reading.look().words == {}


def test_a_name_and_a_figure_are_no_longer_than_a_tile_shows() -> None:
    text = json.dumps({"name": {"zh": "x" * 1000}, "figures": {"late": FIGURE_MAX}})
    word = shown_word_of(NOW, NOW, 0.0, text)
    assert len(word.name["zh"]) == 80
    assert word.figures["late"] == 0


def test_the_ingest_outlasts_what_a_branch_sends(
    tmp_path: Path, bus: NatsServer, database: str
) -> None:
    (tmp_path / "hq.toml").touch()
    environment = {**os.environ, "NATS_URL": bus.url, "DATABASE_URL": database}
    log = tmp_path / "log"
    process = Forked(["hq", "ingest", "--config", str(tmp_path / "hq.toml")], log, env=environment)
    try:
        until(lambda: "taking in" in log.read_text(), "the ingest is at work")
        run(_send(bus.url))
        until(_stored(database), "what the other branch sent")
        assert process.poll() is None
    finally:
        process.kill()
        process.wait(10)


def test_what_unpacks_to_much_is_taken_in_by_portions(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate(database)
    together = []
    take = Store.take

    def noted(store: Store, batches: Sequence[Batch], alarms: Sequence[Alarm] = ()) -> Taken:
        together.append(len(batches))
        return take(store, batches, alarms)

    monkeypatch.setattr(Store, "take", noted)
    monkeypatch.setattr(ingest, "PORTION", 5000)
    codes = ["4401", "4402", "4403", "4404", "4405"]
    large = [batch(event(code, f'{{"a":"{"a" * 3000}"}}')) for code in codes]
    messages: Any = [
        SimpleNamespace(subject=events_subject(one.branch), data=packed(one)) for one in large
    ]
    taking = ingest.Ingest(Headquarters(engines=Engines(database=database)))
    awaited(taking._take(messages))
    awaited(taking._events.do(Store.close))
    assert together == [2, 2, 1]
    with closing(Store(database)) as store:
        assert sorted(store.branches()) == codes


def test_headquarters_answers_a_branch_alone(tmp_path: Path, database: str) -> None:
    """It may publish everything: a branch that named another's subject for the answer would speak as that one."""
    users = [
        f"{{ user: hq, password: hq, permissions: {_permissions(Holder(Kind.HEADQUARTERS, OWN))} }}",
        f"{{ user: branch, password: branch, permissions: {_permissions(Holder(Kind.BRANCH, '4401'))} }}",
    ]
    more = f"authorization {{ users = [ {', '.join(users)} ] }}"
    (tmp_path / "hq.toml").touch()
    log = tmp_path / "log"
    with NatsServer(tmp_path / "nats", more=more) as bus:
        url = bus.url.replace("//", "//hq:hq@")
        environment = {**os.environ, "NATS_URL": url, "DATABASE_URL": database}
        process = Forked(
            ["hq", "ingest", "--config", str(tmp_path / "hq.toml")], log, env=environment
        )
        try:
            until(lambda: "taking in" in log.read_text(), "the ingest is at work")
            run(_ask_for_another(bus.url.replace("//", "//branch:branch@")))
        finally:
            process.kill()
            process.wait(10)
    with closing(Store(database)) as store:
        assert store.db.execute("SELECT DISTINCT branch FROM journal").fetchall() == [("4401",)]
        assert store.db.execute("SELECT * FROM alarm").fetchall() == []


async def _ask_for_another(url: str) -> None:
    client = await connect(url, inbox_prefix=inbox("4401"))
    stream = client.jetstream()
    await stream.publish(events_subject("4401"), packed(batch(event("4401"))), stream=STREAM)
    ask = pack({"after": 0, "hash": BEGINNING.hash, "most": 9})
    while not unpack((await client.request(f"{BACK}.4401", ask)).data)["rows"]:
        await asyncio.sleep(0.1)
    for question in (ASK, BACK):
        await client.publish(f"{question}.4401", ask, reply=events_subject("4402"))
    await client.request(f"{BACK}.4401", ask)  # those before it were answered, or not
    last = [*chained([event("4401"), (*event("4401")[:2], 2, *event("4401")[3:])], BEGINNING.hash)]
    second = Batch("4401", last[0][-1], last[1:])
    await stream.publish(events_subject("4401"), packed(second), stream=STREAM)
    while len(unpack((await client.request(f"{BACK}.4401", ask)).data)["rows"]) < len(last):
        await asyncio.sleep(0.1)
    await client.close()


async def _send(url: str) -> None:
    client = await connect(url)
    stream = client.jetstream()
    await stream.publish(events_subject("4401"), packed(batch(event("4401"), hash="\0")))
    await client.publish(f"{SNAPSHOT}.4401", compress(b'{"at": "%s", "more": NaN}' % AT.encode()))
    await client.publish(f"{SNAPSHOT}.4401", pack({"at": "9999-12-31T23:59:59-12:00"}))
    await client.flush()
    await stream.publish(events_subject("4402"), packed(batch(event("4402"))))
    await client.publish(f"{SNAPSHOT}.4402", pack({"at": datetime.now(UTC)}))
    await client.close()


def _stored(database: str) -> Callable[[], bool]:
    def stored() -> bool:
        with closing(Store(database)) as store:
            rows = store.db.execute("SELECT branch FROM journal").fetchall()
            words = store.db.execute("SELECT branch FROM snapshot").fetchall()
            alarms = store.db.execute("SELECT branch, kind FROM alarm").fetchall()
        return (rows, words, alarms) == ([("4402",)], [("4402",)], [("4401", "unreadable")])

    return stored
