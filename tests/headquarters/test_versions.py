"""A branch and a headquarters of neighbouring releases understand each other: what one does not know it keeps."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any

import nats
import psycopg
import pytest
from awaited import awaited
from conftest import Server
from forked import Forked
from nats.aio.msg import Msg
from nats.js.api import StreamConfig

from headquarters.engines.engines import NatsServer
from headquarters.journal.store import Store
from headquarters.journal.tables import migrate
from lobby.events.batch import ASK, EVENTS, STREAM, Batch, branch_of, pack, unpacked
from lobby.events.envelope import BEGINNING, chained

AT = "2026-03-02T01:00:00.000000+00:00"


def test_what_a_newer_branch_tells_is_kept_as_it_is(database: str) -> None:
    migrate(database)
    told = [
        ("TicketTeleported", 1, '{"to":"moon"}'),
        ("TicketIssued", 9, '{"number":"A001","mood":"good"}'),
        ("TicketCalled", 1, "no JSON at all"),
        ("TicketCalled", 1, '{"ratio":NaN}'),
        ("TicketCalled", 1, '{"text":"\\u0000"}'),
    ]
    rows = [
        ("4403", 100, seq, AT, kind, v, None, None, "newer", data)
        for seq, (kind, v, data) in enumerate(told, start=1)
    ]
    store = Store(database)
    taken = store.take([Batch("4403", BEGINNING.hash, [*chained(rows, BEGINNING.hash)])])
    store.close()
    assert (taken.stored, taken.aside) == (5, 0)
    with psycopg.connect(database) as db:
        kept = db.execute("SELECT kind, v, data FROM journal ORDER BY seq").fetchall()
        alarms = db.execute("SELECT kind FROM alarm").fetchall()
    assert kept == [
        ("TicketTeleported", 1, {"to": "moon"}),
        ("TicketIssued", 9, {"number": "A001", "mood": "good"}),
        ("TicketCalled", 1, "no JSON at all"),
        ("TicketCalled", 1, '{"ratio":NaN}'),
        ("TicketCalled", 1, {"text": "\x00"}),
    ]
    assert alarms == []


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"ends": []}, id="older"),
        pytest.param(
            {"schema": 9, "ends": [], "takes": True, "now": AT, "catalogue": {"version": 3}},
            id="newer",
        ),
    ],
)
def test_a_headquarters_of_another_release_gets_the_events(
    tmp_path: Path, bus: NatsServer, answer: dict[str, Any]
) -> None:
    server = Server(tmp_path / "var").start()
    server.stop()
    shipper = Forked(["ship", "--to", bus.url, "--data", str(server.data)], tmp_path / "ship.log")
    try:
        batch = awaited(first_batch(bus.url, answer))
    finally:
        shipper.kill()
    assert batch.branch == "4403"
    assert [row[2] for row in batch.rows][:2] == [1, 2]


async def first_batch(url: str, answer: dict[str, Any]) -> Batch:
    """Be that headquarters until the first events come."""
    client = await nats.connect(url)
    stream = client.jetstream()
    await stream.add_stream(StreamConfig(STREAM, subjects=[f"{EVENTS}.*.*"]))
    come: asyncio.Future[Batch] = asyncio.get_running_loop().create_future()

    async def reply(message: Msg) -> None:
        await message.respond(pack(answer))

    async def take(message: Msg) -> None:
        with suppress(asyncio.InvalidStateError):
            come.set_result(unpacked(branch_of(message.subject), message.data))

    await client.subscribe(f"{ASK}.*", cb=reply)
    await client.subscribe(f"{EVENTS}.*.*", cb=take)
    batch = await asyncio.wait_for(come, 60)
    await client.close()
    return batch
