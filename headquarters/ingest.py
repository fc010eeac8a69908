"""Takes in what branches send: events from JetStream into the journal, snapshots into the last word of each branch, and
answers a shipper that asks how far the database is.

JetStream only carries: whatever it loses or delivers twice, the database decides what continues.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import psycopg
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, StreamConfig
from nats.js.errors import BadRequestError, NotFoundError

from headquarters import instructions
from headquarters.config import Headquarters
from headquarters.hearing import word_of
from headquarters.judging import Alarm, AlarmKind
from headquarters.store import Store, Word
from integrations.nats_line import Address, LineLost, Work, while_connected
from lobby.events.batch import (
    ASK,
    BACK,
    EVENTS,
    PARTITIONS,
    POKE,
    SCHEMA,
    SNAPSHOT,
    STREAM,
    Batch,
    branch_of,
    inbox,
    pack,
    packed,
    unpack,
    unpacked,
)
from lobby.events.envelope import End, Row

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
GIVEN_MAX = 1000
MESSAGE_MAX_B = 900_000
"""NATS refuses more than 1 MB unless it is told otherwise."""
CLUSTERED = 3
"""Servers that have each message, so that one may fail. A cluster may have more."""
STREAM_DIFFERS = 10058
"""The server's code for a stream of that name with another configuration."""
WHY_MAX = 200
ALL_IDS = 2**62
"""After every instruction."""
GROUP = "ingest"
"""Of several processes one answers."""


class Ingest:
    """Process `part` of `parts`, counted from 1. Each has partitions of its own, so that a branch's events stay in
    order."""

    def __init__(self, headquarters: Headquarters, part: int = 1, parts: int = 1) -> None:
        self._headquarters = headquarters
        mine = range(part - 1, PARTITIONS, parts)
        self._subjects = [f"{EVENTS}.{partition}.*" for partition in mine]
        self._pokes = part == 1
        self._name = f"ingest-{part}-of-{parts}"
        self._events = _Database(headquarters.engines.database)
        self._words = _Database(headquarters.engines.database)
        self._latest: dict[str, Word] = {}

    async def run(self) -> None:
        """Until it is cancelled. Faults of the engines are told and tried again."""
        engines = self._headquarters.engines
        address = Address(engines.nats, self._headquarters.certificates, "headquarters")
        while True:
            try:
                await while_connected(address, self._begin)
            except LineLost as error:
                log.warning("NATS: %s; trying again", error)
            await asyncio.sleep(AGAIN_S)

    async def _begin(self, client: Client) -> Sequence[Work]:
        await _ensure_stream(client)
        await client.subscribe(f"{ASK}.*", GROUP, self._answer)
        await client.subscribe(f"{BACK}.*", GROUP, self._give_back)
        await client.subscribe(f"{SNAPSHOT}.*", GROUP, self._hear)
        log.info("taking in what branches send")
        works = [self._consume(client), self._show()]
        return [*works, self._poke(client)] if self._pokes else works

    # -- events -----------------------------------------------------------------------------------------
    async def _consume(self, client: Client) -> None:
        stream = client.jetstream()
        while True:
            await _ensure_stream(client)
            await stream.add_consumer(STREAM, await self._after_the_last_taken(stream))
            subscription = await stream.pull_subscribe_bind(self._name, STREAM)
            await self._fetch(subscription)
            await subscription.unsubscribe()

    async def _after_the_last_taken(self, stream: JetStreamContext) -> ConsumerConfig:
        """A new consumer that begins there. The former one would deliver what a killed process had in hand only after
        a minute, and later events before it."""
        consumer = ConsumerConfig(
            durable_name=self._name,
            filter_subjects=self._subjects,
            ack_policy=AckPolicy.ALL,
            ack_wait=ACK_WAIT_S,
            max_ack_pending=4 * MESSAGES_MAX,
        )
        with suppress(NotFoundError):
            former = await stream.consumer_info(STREAM, self._name)
            await stream.delete_consumer(STREAM, self._name)
            consumer.deliver_policy = DeliverPolicy.BY_START_SEQUENCE
            consumer.opt_start_seq = former.ack_floor.stream_seq + 1
        return consumer

    async def _fetch(self, subscription: Any) -> None:
        """Returns once nothing came for a while."""
        silent_s = 0.0
        while silent_s < SILENT_S:
            messages = []
            with suppress(TimeoutError):
                messages = await subscription.fetch(MESSAGES_MAX, timeout=WAIT_S)
            silent_s = 0.0 if messages else silent_s + WAIT_S
            if messages:
                await self._take(messages)
                await messages[-1].ack()

    async def _take(self, messages: Sequence[Msg]) -> None:
        """Into the database, however long that is away: who comes later waits in JetStream."""
        batches, alarms = await asyncio.to_thread(self._read, messages)
        try:
            await self._events.do(lambda store: store.take(batches, alarms))
        except Exception as error:
            log.error("a batch cannot be taken in, each goes alone: %s", _first_line(error))
            await self._events.do(lambda store: store.take([], alarms))
            for batch in batches:
                await self._take_alone(batch)

    async def _take_alone(self, batch: Batch) -> None:
        """What one branch sent, however wrong, does not keep the others waiting."""
        try:
            await self._events.do(lambda store: store.take([batch]))
        except Exception as error:
            log.error("a batch of branch %s: %s", batch.branch, _first_line(error))
            why = {"why": _first_line(error)[:WHY_MAX]}
            unreadable = Alarm(batch.branch, AlarmKind.UNREADABLE, why)
            await self._events.do(lambda store: store.take([], [unreadable]))

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
                alarms.append(Alarm(branch, AlarmKind.UNREADABLE, {"why": str(error)[:WHY_MAX]}))
        return batches, alarms

    # -- a shipper asks ---------------------------------------------------------------------------------
    async def _answer(self, message: Msg) -> None:
        branch = branch_of(message.subject)
        ends, down = await self._words.do(lambda store: _known_and_wanted(store, branch))
        answer = {
            "schema": SCHEMA,
            "takes": self._headquarters.takes(branch),
            "ends": ends,
            "down": down if self._headquarters.takes(branch) else [],
            "now": datetime.now(UTC),
        }
        await _respond(message, branch, pack(answer))

    async def _poke(self, client: Client) -> None:
        """Branches for which there is something new ask at once, else within half a minute."""
        newest, _ = await self._words.do(lambda store: _to_poke(store, ALL_IDS))
        while True:
            await asyncio.sleep(SHOWN_S)
            newest, codes = await self._words.do(lambda store, after=newest: _to_poke(store, after))
            for code in codes:
                await client.publish(f"{POKE}.{code}")

    async def _give_back(self, message: Msg) -> None:
        """A branch that lost its journal asks for what follows an event."""
        branch = branch_of(message.subject)
        with suppress(ValueError, LookupError, TypeError, OverflowError):
            ask = unpack(message.data)
            seq, hash = int(ask["after"]), str(ask["hash"])
            most = max(1, min(int(ask["most"]), GIVEN_MAX))
            rows = await self._words.do(lambda store: store.rows_after(branch, seq, hash, most))
            await _respond(message, branch, await asyncio.to_thread(_given, branch, hash, rows))

    # -- snapshots --------------------------------------------------------------------------------------
    async def _hear(self, message: Msg) -> None:
        branch = branch_of(message.subject)
        if not self._headquarters.takes(branch):
            return
        with suppress(ValueError):
            self._latest[branch] = word_of(branch, message.data, datetime.now(UTC))

    async def _show(self) -> None:
        while True:
            await asyncio.sleep(SHOWN_S)
            words, self._latest = [*self._latest.values()], {}
            if words:
                await self._words.do(lambda store, words=words: store.show(words))


async def _respond(message: Msg, branch: str, answer: bytes) -> None:
    """To the branch's own inbox. Headquarters may publish everything: what named another subject for the answer would
    have it speak in another branch's name."""
    if message.reply.startswith(f"{inbox(branch)}."):
        await message.respond(answer)


def _to_poke(store: Store, after: int) -> tuple[int, list[str]]:
    """The newest instruction, and the branches that those after `after` are for. Words that their branch has by now
    are no longer needed here."""
    instructions.erase_taken(store.db)
    newest = instructions.newest(store.db)
    if newest <= after:
        return newest, []
    codes = instructions.addressed(store.db, after)
    return newest, store.branches() if codes is None else [*codes]


def _known_and_wanted(store: Store, branch: str) -> tuple[list[End], list[dict[str, Any]]]:
    """How far the branch is here, and what it has yet to answer."""
    return store.ends(branch), instructions.down(store.db, branch)


def _given(branch: str, previous: str, rows: list[Row] | None) -> bytes:
    """As many of the rows as a message may have."""
    if rows is None:
        return pack({"schema": SCHEMA, "known": False, "rows": []})
    message = packed(Batch(branch, previous, rows))
    while len(message) > MESSAGE_MAX_B and len(rows) > 1:
        rows = rows[: len(rows) // 2]
        message = packed(Batch(branch, previous, rows))
    return message


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
                except (psycopg.DataError, psycopg.IntegrityError):
                    raise  # of what was sent, and not of the database
                except psycopg.Error as error:  # away, full, read-only, without its tables
                    self._store = None
                    log.warning("PostgreSQL: %s; trying again", _line(error))
                    await asyncio.sleep(AGAIN_S)

    def _do(self, act: Any) -> Any:
        if self._store is None:
            self._store = Store(self._url)
        return act(self._store)


def _first_line(error: Exception) -> str:
    """Without PostgreSQL's context, which has what customers wrote."""
    return f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"


def _line(error: Exception) -> str:
    return " ".join(str(error).split())


async def _ensure_stream(client: Client) -> None:
    """The stream, made where it is missing: after its folder was lost too. In a cluster it stands on three servers, and
    is copied to them where it was made on one."""
    replicas = CLUSTERED if client._server_info.get("cluster") else 1
    wanted = StreamConfig(STREAM, subjects=[f"{EVENTS}.*.*"], max_age=KEPT_S, num_replicas=replicas)
    stream = client.jetstream()
    try:
        await stream.add_stream(wanted)
    except BadRequestError as error:
        if error.err_code != STREAM_DIFFERS:
            raise
        await stream.update_stream(wanted)
