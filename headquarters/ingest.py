"""Takes in what branches send: events from JetStream into the journal, snapshots into the last word of each branch, and
answers a shipper that asks how far the database is.

JetStream only carries: whatever it loses or delivers twice, the database decides what continues.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nats
import psycopg
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import AckPolicy, ConsumerConfig, StreamConfig

from headquarters.config import Headquarters
from headquarters.judging import Alarm, AlarmKind
from headquarters.store import Store, Word
from lobby.events.batch import (
    ASK,
    EVENTS,
    PARTITIONS,
    SCHEMA,
    SNAPSHOT,
    STREAM,
    Batch,
    branch_of,
    pack,
    unpack,
    unpacked,
)

log = logging.getLogger(__name__)

MESSAGES_MAX = 256
"""In one transaction: the wait for the disk is shared, and a killed process repeats no more than these."""
WAIT_S = 1.0
KEPT_S = 3 * 24 * 3600.0
"""So long JetStream keeps a message that nobody fetched: a weekend's fault of the database."""
ACK_WAIT_S = 60.0
SILENT_S = 30.0
"""A pull subscription may stay silent after the server was started again (nats-py #504): it is made anew."""
SHOWN_S = 0.5
"""Snapshots of so long go to the database at once: a change is on a page within two seconds."""
AGAIN_S = 2.0
"""After a fault it is tried again so often."""
GROUP = "ingest"
"""Of several processes one answers."""


class Ingest:
    """Process `part` of `parts`, counted from 1. Each has partitions of its own, so that a branch's events stay in
    order."""

    def __init__(self, headquarters: Headquarters, part: int = 1, parts: int = 1) -> None:
        self._headquarters = headquarters
        mine = range(part - 1, PARTITIONS, parts)
        self._subjects = [f"{EVENTS}.{partition}.*" for partition in mine]
        self._name = f"ingest-{part}-of-{parts}"
        self._events = _Database(headquarters.engines.database)
        self._words = _Database(headquarters.engines.database)
        self._latest: dict[str, Word] = {}

    async def run(self) -> None:
        """Until it is cancelled. Faults of the engines are told and tried again."""
        while True:
            try:
                await self._connected()
            except (OSError, nats.errors.Error, TimeoutError) as error:
                log.warning("NATS: %s; trying again", error or type(error).__name__)
            await asyncio.sleep(AGAIN_S)

    async def _connected(self) -> None:
        """As long as the connection lasts."""
        engines = self._headquarters.engines
        ended = asyncio.Event()

        async def closed() -> None:
            ended.set()

        client = await nats.connect(
            engines.nats,
            allow_reconnect=False,
            ping_interval=10,
            max_outstanding_pings=2,
            closed_cb=closed,
            tls=_context(self._headquarters.folder / engines.certificates)
            if engines.certificates
            else None,
        )
        try:
            await _ensure_stream(client)
            await client.subscribe(f"{ASK}.*", GROUP, self._answer)
            await client.subscribe(f"{SNAPSHOT}.*", GROUP, self._hear)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._consume(client))
                tasks.create_task(self._show())
                tasks.create_task(_end_with(ended))
        except* (OSError, nats.errors.Error, TimeoutError) as group:
            raise OSError(str(group.exceptions[0] or "lost")) from group
        finally:
            with suppress(Exception):
                await client.close()

    # -- events -----------------------------------------------------------------------------------------
    async def _consume(self, client: Client) -> None:
        stream = client.jetstream()
        while True:
            await _ensure_stream(client)
            await stream.add_consumer(STREAM, self._consumer())
            subscription = await stream.pull_subscribe_bind(self._name, STREAM)
            await self._fetch(subscription)
            await subscription.unsubscribe()

    def _consumer(self) -> ConsumerConfig:
        return ConsumerConfig(
            durable_name=self._name,
            filter_subjects=self._subjects,
            ack_policy=AckPolicy.ALL,
            ack_wait=ACK_WAIT_S,
            max_ack_pending=4 * MESSAGES_MAX,
        )

    async def _fetch(self, subscription: Any) -> None:
        """Returns once nothing came for a while."""
        silent_s = 0.0
        while silent_s < SILENT_S:
            try:
                messages = await subscription.fetch(MESSAGES_MAX, timeout=WAIT_S)
            except TimeoutError:
                silent_s += WAIT_S
                continue
            silent_s = 0.0
            await self._take(messages)
            await messages[-1].ack()

    async def _take(self, messages: Sequence[Msg]) -> None:
        """Into the database, however long that is away: who comes later waits in JetStream."""
        batches, alarms = await asyncio.to_thread(self._read, messages)
        await self._events.do(lambda store: store.take(batches, alarms))

    def _read(self, messages: Sequence[Msg]) -> tuple[list[Batch], list[Alarm]]:
        batches = []
        alarms = []
        for message in messages:
            branch = branch_of(message.subject)
            if not self._headquarters.takes(branch):
                alarms.append(Alarm(branch, AlarmKind.UNKNOWN_BRANCH, {}))
                continue
            try:
                batches.append(unpacked(branch, message.data))
            except ValueError as error:
                alarms.append(Alarm(branch, AlarmKind.UNREADABLE, {"why": str(error)[:200]}))
        return batches, alarms

    # -- a shipper asks ---------------------------------------------------------------------------------
    async def _answer(self, message: Msg) -> None:
        branch = branch_of(message.subject)
        ends = await self._words.do(lambda store: store.ends(branch))
        answer = {
            "schema": SCHEMA,
            "takes": self._headquarters.takes(branch),
            "ends": ends,
            "now": datetime.now(UTC),
        }
        await message.respond(pack(answer))

    # -- snapshots --------------------------------------------------------------------------------------
    async def _hear(self, message: Msg) -> None:
        branch = branch_of(message.subject)
        if not self._headquarters.takes(branch):
            return
        with suppress(ValueError, TypeError, LookupError):
            document = unpack(message.data)
            at = datetime.fromisoformat(document["at"])
            off_s = (datetime.now(UTC) - at).total_seconds()
            self._latest[branch] = Word(branch, document["at"], off_s, document)

    async def _show(self) -> None:
        while True:
            await asyncio.sleep(SHOWN_S)
            words, self._latest = [*self._latest.values()], {}
            if words:
                await self._words.do(lambda store, words=words: store.show(words))


class _Database:
    """A connection of its own, made again after a fault."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._store: Store | None = None
        self._lock = asyncio.Lock()

    async def do(self, act: Any) -> Any:
        """What `act` answers, once the database is there."""
        async with self._lock:
            while True:
                try:
                    return await asyncio.to_thread(self._do, act)
                except psycopg.OperationalError as error:
                    self._store = None
                    log.warning("PostgreSQL: %s; trying again", _line(error))
                    await asyncio.sleep(AGAIN_S)

    def _do(self, act: Any) -> Any:
        if self._store is None:
            self._store = Store(self._url)
        return act(self._store)


def _line(error: Exception) -> str:
    return " ".join(str(error).split())


async def _ensure_stream(client: Client) -> None:
    """The stream, made where it is missing: after its folder was lost too."""
    await client.jetstream().add_stream(
        StreamConfig(STREAM, subjects=[f"{EVENTS}.*.*"], max_age=KEPT_S)
    )


async def _end_with(ended: asyncio.Event) -> None:
    await ended.wait()
    raise OSError("the connection ended")


def _context(certificates: Path) -> ssl.SSLContext:
    """TLS with this program's own certificate, from the folder of `lobby hq certificate make`."""
    context = ssl.create_default_context(cafile=certificates / "authority.crt")
    context.load_cert_chain(certificates / "branch.crt", certificates / "branch.key")
    return context
