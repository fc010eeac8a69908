"""Several ingests, a database that is away at the start, and a stream that is full: events wait, nothing is lost, and
each is told."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from awaited import awaited
from conftest import until
from forked import Forked, run
from nats import connect
from nats.aio.msg import Msg
from nats.js.api import StreamConfig
from nats.js.errors import APIError

from headquarters.engines.engines import NatsServer, Postgres
from headquarters.ingest import stream
from headquarters.ingest.sharing import occupy, vacant
from headquarters.ingest.stream import PER_BRANCH, ensure_stream
from headquarters.journal.patience import Occupied, Patient
from headquarters.journal.store import Store
from headquarters.journal.tables import migrate
from integrations.faults import Lasting
from integrations.nats_line import LineLost
from lobby.engine.runtime import DATABASE
from lobby.events.batch import EVENTS, PARTITIONS, STREAM, Batch, events_subject, pack, packed
from lobby.events.envelope import BEGINNING, Row, chained
from lobby.journal.assembling import Assembly

AT = "2026-03-02T01:00:00.000000+00:00"
LONG_S = 60.0


def rows(branch: str, count: int, epoch: int = 100, data: str = "{}") -> list[Row]:
    events: list[Row] = [
        (branch, epoch, seq, AT, "TicketCalled", 1, None, None, "teller", data)
        for seq in range(1, count + 1)
    ]
    return [*chained(events, BEGINNING.hash)]


def journal(folder: Path, written: list[Row]) -> Path:
    folder.mkdir()
    with closing(Assembly(folder / DATABASE)) as assembly:
        assembly.add(written)
    return folder


class Headquarters:
    """Engines, and the processes that a test starts; they end with it."""

    def __init__(self, folder: Path, nats: NatsServer, database: str, closing: ExitStack) -> None:
        self.folder = folder
        self.nats = nats
        self.database = database
        self._closing = closing
        self._logs = 0
        (folder / "hq.toml").touch()

    def start(self, *words: str) -> tuple[Forked, Path]:
        self._logs += 1
        log = self.folder / f"{self._logs}.log"
        env = {**os.environ, "NATS_URL": self.nats.url, "DATABASE_URL": self.database}
        process = Forked([*words], log, env=env)
        self._closing.callback(lambda: end(process))
        return process, log

    def ingest(self, part: str = "1/1") -> tuple[Forked, Path]:
        return self.start("hq", "ingest", "--config", str(self.folder / "hq.toml"), "--part", part)

    def ship(self, data: Path) -> Path:
        return self.start("ship", "--to", self.nats.url, "--data", str(data))[1]

    def command(self, *words: str) -> Any:
        env = {**os.environ, "DATABASE_URL": self.database}
        return run(*words, "--config", self.folder / "hq.toml", env=env)

    def seq(self, branch: str) -> int:
        """How far the branch is in the database."""
        return int(self.value("SELECT seq FROM branch WHERE code = %s", branch) or 0)

    def value(self, query: str, *values: Any) -> Any:
        try:
            with psycopg.connect(self.database) as db:
                row = db.execute(query.encode(), values).fetchone()
        except (psycopg.errors.UndefinedTable, psycopg.OperationalError):
            return None
        return row[0] if row else None


def end(process: Forked) -> None:
    if process.poll() is None:
        process.kill()
        process.wait(10)


@contextmanager
def headquarters_of(folder: Path, nats: NatsServer, database: str) -> Iterator[Headquarters]:
    with ExitStack() as closing:
        yield Headquarters(folder, nats, database, closing)


@pytest.fixture
def hq(tmp_path: Path, bus: NatsServer, database: str) -> Iterator[Headquarters]:
    with headquarters_of(tmp_path, bus, database) as made:
        yield made


def said(log: Path, text: str) -> Callable[[], bool]:
    return lambda: text in log.read_text()


def test_an_ingest_waits_for_a_database_that_is_away_and_says_when_it_is_back(
    tmp_path: Path, bus: NatsServer
) -> None:
    with Postgres(tmp_path / "postgres") as postgres:
        postgres.stop()
        with headquarters_of(tmp_path, bus, postgres.url) as hq:
            process, log = hq.ingest()
            until(said(log, "PostgreSQL: "), "it waits", LONG_S)
            postgres.start()
            until(said(log, "PostgreSQL: it is back"), "it is told", LONG_S)
            until(said(log, "taking in"), "it goes on", LONG_S)
            assert process.poll() is None


@pytest.mark.parametrize(
    "address",
    ["no address", "postgresql//lobby:secret@h/lobby", "postgresql://lobby:secret/2@h/lobby"],
)
def test_an_address_that_is_none_is_not_waited_for_nor_repeated(
    hq: Headquarters, address: str
) -> None:
    hq.database = address
    for words in (["hq", "ingest"], ["hq", "journal", "list"], ["hq", "check"]):
        done = hq.command(*words)
        assert done.returncode == (1 if "check" in words else 2)
        said = done.stdout + done.stderr
        assert ("DATABASE_URL" in said, "secret" in said) == (True, False)


def test_a_second_ingest_of_a_part_waits_until_the_first_one_ends(hq: Headquarters) -> None:
    first, log = hq.ingest()
    until(said(log, "taking in"), "the first takes in", LONG_S)
    _, waiting = hq.ingest("1/2")
    until(said(waiting, "another lobby hq ingest takes in 8 of the 8"), "it waits", LONG_S)
    assert "taking in" not in waiting.read_text()
    end(first)
    until(said(waiting, "taking in"), "the second goes on", LONG_S)
    with psycopg.connect(hq.database) as db:
        assert vacant(db) == [*range(1, PARTITIONS, 2)]
    _, other = hq.ingest("2/2")
    until(said(other, "taking in"), "the other half", LONG_S)
    assert awaited(consumers(hq.nats.url)) == {"ingest-1-of-2", "ingest-2-of-2"}


async def consumers(url: str) -> set[str]:
    client = await connect(url)
    found = await client.jetstream().consumers_info(STREAM)
    await client.close()
    return {info.name for info in found}


def test_a_partition_is_one_process_alone(database: str) -> None:
    with closing(Store(database)) as one, closing(Store(database)) as other:
        occupy(one.db, [0, 2])
        with pytest.raises(Occupied, match="1 of the 2"):
            occupy(other.db, [2, 4])
        assert vacant(one.db) == [1, *range(3, PARTITIONS)]
        occupy(other.db, [1, 4])
        assert vacant(one.db) == [3, *range(5, PARTITIONS)]


def test_what_a_lost_line_interrupts_ends_before_the_database_is_used_again(database: str) -> None:
    """Two threads on one connection would share a transaction: what one rolls back, the other has counted."""
    begun, go_on = threading.Event(), threading.Event()

    def transaction(store: Store) -> None:
        with store.db.transaction():
            begun.set()
            go_on.wait(LONG_S)

    async def interrupted() -> None:
        patient = Patient(database)
        taking = asyncio.create_task(patient.do(transaction))
        await asyncio.to_thread(begun.wait, LONG_S)
        taking.cancel()
        for _ in range(100):
            await asyncio.sleep(0)
        assert not taking.done()
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await taking
        await patient.do(Store.ping)
        await patient.do(Store.close)

    awaited(interrupted())


def test_what_was_taken_in_leaves_the_stream(hq: Headquarters, tmp_path: Path) -> None:
    _, log = hq.ingest()
    until(said(log, "taking in"), "it takes in", LONG_S)
    hq.ship(journal(tmp_path / "4401", rows("4401", 1200)))
    until(lambda: hq.seq("4401") == 1200, "all of it", LONG_S)
    until(lambda: awaited(waiting(hq.nats.url)) == 0, "an empty stream", LONG_S)


async def waiting(url: str) -> int:
    client = await connect(url)
    info = await client.jetstream().stream_info(STREAM)
    await client.close()
    return int(info.state.messages)


def test_a_branch_that_floods_the_line_is_refused_and_others_are_not(bus: NatsServer) -> None:
    async def flood() -> None:
        client = await connect(bus.url)
        await client.jetstream().add_stream(StreamConfig(STREAM, subjects=[f"{EVENTS}.*.*"]))
        await ensure_stream(client, 1)  # of a release without limits it was made so
        publish = client.jetstream().publish
        for _ in range(PER_BRANCH):
            await publish(events_subject("4401"), b"x", stream=STREAM)
        with pytest.raises(APIError, match="maximum messages per subject"):
            await publish(events_subject("4401"), b"x", stream=STREAM)
        await publish(events_subject("4402"), b"x", stream=STREAM)
        await client.close()

    awaited(flood())


def test_what_a_killed_ingest_took_and_left_is_in_nobodys_way(hq: Headquarters) -> None:
    """Also what one of a release left that removed nothing: more than a branch may have there."""

    async def leave() -> None:
        client = await connect(hq.nats.url)
        jetstream = client.jetstream()
        await jetstream.add_stream(StreamConfig(STREAM, subjects=[f"{EVENTS}.*.*"]))
        every = [f"{EVENTS}.{partition}.*" for partition in range(PARTITIONS)]
        await stream.make_consumer(jetstream, "ingest-1-of-1", every)
        for _ in range(PER_BRANCH + 9):
            await jetstream.publish(events_subject("4401"), b"x", stream=STREAM)
        subscription = await jetstream.pull_subscribe_bind("ingest-1-of-1", STREAM)
        messages = await subscription.fetch(PER_BRANCH + 9, timeout=20)
        while len(messages) < PER_BRANCH + 9:
            messages += await subscription.fetch(PER_BRANCH, timeout=20)
        await messages[-1].ack_sync()
        await client.close()

    awaited(leave())
    hq.ingest()
    until(lambda: awaited(waiting(hq.nats.url)) == 0, "an empty stream", LONG_S)
    assert hq.value("SELECT count(*) FROM alarm") == 0, "nothing was read again"


def test_a_stream_that_has_no_room_says_what_to_do(bus: NatsServer) -> None:
    async def ensure() -> None:
        client = await connect(bus.url)
        try:
            await ensure_stream(client, 2**20)
        finally:
            await client.close()

    with pytest.raises(LineLost, match="stream_gb"):
        awaited(ensure())


def test_a_shipper_waits_while_the_server_is_full_and_goes_on(
    hq: Headquarters, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its part of the stream was filled before, by somebody in its name."""
    monkeypatch.setattr(stream, "PER_BRANCH", 3)

    async def fill() -> None:
        client = await connect(hq.nats.url)
        await ensure_stream(client, 1)
        for _ in range(3):
            await client.jetstream().publish(events_subject("4401"), b"x", stream=STREAM)
        # Headquarters says how far it is, and takes nothing in.
        await client.subscribe("lobby.ask.*", cb=answer)
        while "takes no more at present" not in log.read_text():
            await asyncio.sleep(0.1)
        await client.close()

    async def answer(message: Msg) -> None:
        await message.respond(pack({"schema": 1, "ends": []}))

    log = hq.ship(journal(tmp_path / "4401", rows("4401", 5)))
    awaited(asyncio.wait_for(fill(), LONG_S))
    hq.ingest()
    until(lambda: hq.seq("4401") == 5, "what had waited in the journal", 2 * LONG_S)


def test_a_fault_that_lasts_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    faults = Lasting(logging.getLogger("faults"), "PostgreSQL")
    caplog.set_level(logging.INFO, "faults")
    faults.over()
    for text in ("refused", "refused", "starting"):
        faults.tell(text)
    faults.over()
    faults.over()
    assert [record.getMessage() for record in caplog.records] == [
        "PostgreSQL: refused",
        "PostgreSQL: starting",
        "PostgreSQL: it is back",
    ]


def test_a_shipper_waits_for_the_first_start_of_its_branch(
    hq: Headquarters, tmp_path: Path
) -> None:
    hq.ingest()
    (tmp_path / "var").mkdir()
    log = hq.ship(tmp_path / "var")
    until(said(log, "no journal yet"), "it waits", LONG_S)
    with closing(Assembly(tmp_path / "var" / DATABASE)) as assembly:
        assembly.add(rows("4401", 3))
    until(lambda: hq.seq("4401") == 3, "its first events", LONG_S)


def test_an_event_that_no_message_holds_is_named_to_who_restores(
    tmp_path: Path, database: str
) -> None:
    migrate(database)
    large = rows("4401", 1, data='{"text":"' + os.urandom(300_000).hex() + '"}')
    with closing(Store(database)) as store:
        store.take([Batch("4401", BEGINNING.hash, large)])
    assert len(packed(Batch("4401", BEGINNING.hash, large))) > 2**18
    with (
        NatsServer(tmp_path / "nats", more="max_payload: 256KB") as small,
        headquarters_of(tmp_path, small, database) as hq,
    ):
        _, log = hq.ingest()
        until(said(log, "taking in"), "it takes in", LONG_S)
        config = tmp_path / "config.toml"
        config.write_text(CONFIG_4401)
        words = ["--data", tmp_path / "var", "--config", config, "--yes"]
        done = run("restore", "--from-hq", small.url, *words)
    assert done.returncode == 2
    assert "event 1 of branch 4401 is larger" in done.stderr
    assert "max_payload" in done.stderr


CONFIG_4401 = (Path(__file__).parents[2] / "config.toml").read_text().replace("4403", "4401")
