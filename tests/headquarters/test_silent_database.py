"""A headquarters that hears and cannot answer, since its database is away: lines stay, and what is live is shown."""

from __future__ import annotations

import asyncio
from pathlib import Path

from awaited import awaited
from conftest import Server
from forked import Forked
from nats import connect
from nats.aio.msg import Msg

from headquarters.engines.engines import NatsServer
from integrations.shipper import ANSWER_S
from lobby.events.batch import ASK, SNAPSHOT


def test_a_question_without_an_answer_does_not_end_the_line(
    tmp_path: Path, bus: NatsServer
) -> None:
    server = Server(tmp_path / "var").start()
    log = tmp_path / "log"
    shipper = Forked(["ship", "--to", bus.url, "--data", str(server.data)], log)
    try:
        awaited(_hear_words_for(bus.url, ANSWER_S + 3))
        assert log.read_text().count("connected to headquarters") == 1
        assert "trying again" not in log.read_text()
    finally:
        for process in (shipper, server.process):
            process.kill()
            process.wait(10)


async def _hear_words_for(url: str, seconds: float) -> None:
    """From the first question on."""
    client = await connect(url)
    asked = asyncio.Event()
    words = asyncio.Event()

    async def hear(_: Msg) -> None:
        asked.set()

    async def see(_: Msg) -> None:
        words.set()

    await client.subscribe(f"{ASK}.*", cb=hear)
    await client.subscribe(f"{SNAPSHOT}.*", cb=see)
    await asyncio.wait_for(asked.wait(), 30)
    await asyncio.sleep(seconds)
    words.clear()
    await asyncio.wait_for(words.wait(), 15)
    await client.close()
