"""Takes in what branches send: events from JetStream into the journal, snapshots into the last word of each branch, and
answers a shipper that asks how far the database is.

JetStream only carries: whatever it loses or delivers twice, the database decides what continues.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext

from headquarters.archive.archived import ArchiveFault, remove_spilled
from headquarters.archive.archiving import look_in
from headquarters.config import Headquarters
from headquarters.ingest.hearing import word_of
from headquarters.ingest.sharing import occupy
from headquarters.ingest.stream import MESSAGES_MAX, ensure_stream, make_consumer, remove_taken
from headquarters.instruction import instructions, overdue
from headquarters.instruction.instructed import today
from headquarters.journal.judging import Alarm, AlarmKind
from headquarters.journal.patience import AGAIN_S, Patient
from headquarters.journal.store import Store, Word
from headquarters.journal.tables import migrate
from integrations.faults import Lasting
from integrations.nats_line import Address, LineLost, Work, while_connected
from integrations.watchdog import Progress
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
from lobby.events.envelope import SEQ, Row

log = logging.getLogger(__name__)

WAIT_S = 1.0
SILENT_S = 30.0
"""A pull subscription may stay silent after the server was started again (nats-py #504): it is made anew."""
SHOWN_S = 0.5
"""Snapshots of so long go to the database at once: a change is on a page within two seconds."""
LATE_S = 30.0
TIDY_S = 10.0
"""So often what was taken in is removed from the stream. A branch that floods the line gets no further meanwhile than
the stream has room for it: at most 20 messages a second."""
GIVEN_MAX = 1000
WHY_MAX = 200
PORTION = 64 * 2**20
"""Letters of the events that are taken in at once. Of ours that is more than can be fetched at once."""
ALL_IDS = 2**62
"""After every instruction."""
GROUP = "ingest"
"""Of several processes one answers."""
TAKING, ANSWERING = "taking in", "answering"
"""Its loops, as the log names one that hangs."""


class Ingest:
    """Process `part` of `parts`, counted from 1. Each has partitions of its own, so that a branch's events stay in
    order."""

    def __init__(
        self,
        headquarters: Headquarters,
        part: int = 1,
        parts: int = 1,
        progress: Progress | None = None,
    ) -> None:
        self._headquarters = headquarters
        mine = range(part - 1, PARTITIONS, parts)
        database = headquarters.engines.database
        self._subjects = [f"{EVENTS}.{partition}.*" for partition in mine]
        self._alone = parts == 1
        self._pokes = part == 1
        self._name = f"ingest-{part}-of-{parts}"
        self._progress = progress or Progress()
        self._events = Patient(
            database, lambda store: occupy(store.db, mine), self._progress, TAKING
        )
        self._words = Patient(database, progress=self._progress, name=ANSWERING)
        self._latest: dict[str, Word] = {}
        self._taken = 0
        self._faults = Lasting(log, "NATS")
        self.occupied = asyncio.Event()
        """Set once the tables are there and this process has its partitions."""

    async def run(self) -> None:
        """Until it is cancelled. Faults of the engines are told and tried again."""
        engines = self._headquarters.engines
        # Nobody ends it: a large table may need hours for a new index, and would begin anew.
        await self._words.do(lambda _: migrate(engines.database), rest_s=math.inf)
        await self._words.do(self._look_for_old_months)
        if folder := self._headquarters.archive:
            # Nobody waits for it: a folder of another machine may answer nothing for hours.
            self._clearing = asyncio.create_task(asyncio.to_thread(remove_spilled, folder))
        address = Address(engines.nats, self._headquarters.certificates, "headquarters")
        while True:
            try:
                await while_connected(address, self._begin)
            except LineLost as error:
                self._faults.tell(f"{error}; trying again")
            self._progress.came_round(TAKING, ANSWERING)
            await asyncio.sleep(AGAIN_S)

    def _look_for_old_months(self, store: Store) -> None:
        """Where hq.toml says by now."""
        folder = self._headquarters.archive
        if folder is None:
            return
        try:
            if count := look_in(store.db, folder):
                log.info("%d files of old months are in %s from now on", count, folder)
        except ValueError as error:
            log.error("old months are looked for where they were: %s", error)

    async def _begin(self, client: Client) -> Sequence[Work]:
        await self._ensure_stream(client)
        self._faults.over()
        self._taken = 0  # of a stream whose folder was lost since, the numbers begin anew
        await client.subscribe(f"{ASK}.*", GROUP, self._answer)
        await client.subscribe(f"{BACK}.*", GROUP, self._give_back)
        await client.subscribe(f"{SNAPSHOT}.*", GROUP, self._hear)
        log.info("connected to the NATS server")
        works = [self._consume(client), self._tidy(client), self._show()]
        return [*works, self._poke(client), self._watch_orders()] if self._pokes else works

    # -- events -----------------------------------------------------------------------------------------
    async def _consume(self, client: Client) -> None:
        stream = client.jetstream()
        while True:
            await self._events.do(Store.ping)
            self.occupied.set()
            await self._ensure_stream(client)
            # What a killed process left of what it took would be in the way of all that comes.
            self._taken = await make_consumer(stream, self._name, self._subjects)
            subscription = await stream.pull_subscribe_bind(self._name, STREAM)
            log.info("taking in what branches send")
            await self._fetch(subscription)
            await subscription.unsubscribe()

    async def _ensure_stream(self, client: Client) -> None:
        await ensure_stream(client, self._headquarters.limits.stream_gb)

    async def _fetch(self, subscription: Any) -> None:
        """Returns once nothing came for a while."""
        silent_s = 0.0
        while silent_s < SILENT_S:
            messages = []
            with suppress(TimeoutError):
                messages = await subscription.fetch(MESSAGES_MAX, timeout=WAIT_S)
            self._progress.came_round(TAKING)
            silent_s = 0.0 if messages else silent_s + WAIT_S
            if messages:
                await self._take(messages)
                await messages[-1].ack()
                self._taken = messages[-1].metadata.sequence.stream

    async def _tidy(self, client: Client) -> None:
        stream: JetStreamContext = client.jetstream()
        done = 0
        while True:
            await asyncio.sleep(TIDY_S)
            if done != self._taken:
                done = self._taken
                await remove_taken(stream, self._subjects, done, alone=self._alone)

    async def _take(self, messages: Sequence[Msg]) -> None:
        """Into the database, however long that is away: who comes later waits in JetStream. In portions, since a few
        hundred small messages may be made to fill the memory."""
        while messages:
            read, batches, alarms = await asyncio.to_thread(self._read, messages)
            await self._take_together(batches, alarms)
            messages = messages[read:]

    async def _take_together(self, batches: Sequence[Batch], alarms: Sequence[Alarm]) -> None:
        try:
            await self._events.do(lambda store: store.take(batches, alarms))
        except Exception as error:
            log.error("a batch cannot be taken in, each goes alone: %s", _first_line(error))
            await self._events.do(lambda store: store.take([], alarms))
            for batch in batches:
                await self._take_alone(batch)

    async def _take_alone(self, batch: Batch) -> None:
        """What one branch sent, however wrong, does not keep the others waiting. Where the files of old months are away
        that it follows, its shipper sends it again."""
        try:
            await self._events.do(lambda store: store.take([batch]))
        except ArchiveFault as error:
            log.error("branch %s cannot go on: %s", batch.branch, error)
        except Exception as error:
            log.error("a batch of branch %s: %s", batch.branch, _first_line(error))
            why = {"why": _first_line(error)[:WHY_MAX]}
            unreadable = Alarm(batch.branch, AlarmKind.UNREADABLE, why)
            await self._events.do(lambda store: store.take([], [unreadable]))

    def _read(self, messages: Sequence[Msg]) -> tuple[int, list[Batch], list[Alarm]]:
        """Of the first ones, as many as make a portion."""
        batches: list[Batch] = []
        alarms: list[Alarm] = []
        size = 0
        for n, message in enumerate(messages):
            if size > PORTION:
                return n, batches, alarms
            branch = branch_of(message.subject)
            if not self._headquarters.takes(branch):
                alarms.append(Alarm(branch, AlarmKind.UNKNOWN_BRANCH, {}))
                continue
            try:
                batches.append(unpacked(branch, message.data))
                size += _size(batches[-1])
            except ValueError as error:
                alarms.append(Alarm(branch, AlarmKind.UNREADABLE, {"why": str(error)[:WHY_MAX]}))
        return len(messages), batches, alarms

    # -- a shipper asks ---------------------------------------------------------------------------------
    async def _answer(self, message: Msg) -> None:
        branch = branch_of(message.subject)
        known, down = await self._words.do(lambda store: _known_and_wanted(store, branch))
        answer = {
            "schema": SCHEMA,
            "takes": self._headquarters.takes(branch),
            **known,
            "down": down if self._headquarters.takes(branch) else [],
            "now": datetime.now(UTC),
        }
        await _respond(message, branch, pack(answer))

    async def _poke(self, client: Client) -> None:
        """Branches for which there is something new ask at once, else within half a minute."""
        newest, _ = await self._words.do(lambda store: _to_poke(store, ALL_IDS))
        while True:
            await asyncio.sleep(SHOWN_S)
            newest, codes = await self._words.do(partial(_to_poke, after=newest))
            for code in codes:
                await client.publish(f"{POKE}.{code}")

    async def _watch_orders(self) -> None:
        """Work orders that become overdue rise, and sink when they are answered."""
        while True:
            await self._words.do(partial(_settle_orders, day=today(self._headquarters)))
            await asyncio.sleep(LATE_S)

    async def _give_back(self, message: Msg) -> None:
        """A branch that lost its journal asks for what follows an event."""
        branch = branch_of(message.subject)
        with suppress(ValueError, LookupError, TypeError, OverflowError):
            ask = unpack(message.data)
            seq, hash = int(ask["after"]), str(ask["hash"])
            most = max(1, min(int(ask["most"]), GIVEN_MAX))
            try:
                rows = await self._words.do(lambda store: store.rows_after(branch, seq, hash, most))
            except ArchiveFault as error:
                log.error("branch %s asks for its journal: %s", branch, error)
                missing = {"schema": SCHEMA, "rows": [], "missing": str(error)}
                await _respond(message, branch, pack(missing))
                return
            most_b = message._client.max_payload
            given = await asyncio.to_thread(_given, branch, hash, rows, most_b)
            await _respond(message, branch, given)

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
            self._progress.came_round(ANSWERING)
            words, self._latest = [*self._latest.values()], {}
            if words:
                await self._words.do(partial(Store.show, words=words))


async def _respond(message: Msg, branch: str, answer: bytes) -> None:
    """To the branch's own inbox. Headquarters may publish everything: what named another subject for the answer would
    have it speak in another branch's name."""
    if message.reply.startswith(f"{inbox(branch)}."):
        await message.respond(answer)


def _size(batch: Batch) -> int:
    """Letters."""
    return sum(len(value) for row in batch.rows for value in row if isinstance(value, str))


def _settle_orders(store: Store, day: date) -> None:
    overdue.settle(store.db, day)


def _to_poke(store: Store, after: int) -> tuple[int, list[str]]:
    """The newest instruction, and the branches that those after `after` are for. Words that their branch has by now
    are no longer needed here."""
    instructions.erase_taken(store.db)
    newest = instructions.newest(store.db)
    if newest <= after:
        return newest, []
    codes = instructions.addressed(store.db, after)
    return newest, store.branches() if codes is None else [*codes]


def _known_and_wanted(store: Store, branch: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """How far the branch is here, and what it has yet to answer."""
    return store.known(branch), instructions.down(store.db, branch)


def _given(branch: str, previous: str, rows: list[Row] | None, most_b: int) -> bytes:
    """As many of the rows as a message may have. Of an event that is too large for any, its number."""
    if rows is None:
        return pack({"schema": SCHEMA, "known": False, "rows": []})
    message = packed(Batch(branch, previous, rows))
    while len(message) > most_b and len(rows) > 1:
        rows = rows[: len(rows) // 2]
        message = packed(Batch(branch, previous, rows))
    if len(message) > most_b:
        return pack({"schema": SCHEMA, "rows": [], "too_large": [rows[0][SEQ], len(message)]})
    return message


def _first_line(error: Exception) -> str:
    """Without PostgreSQL's context, which has what customers wrote."""
    return f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
