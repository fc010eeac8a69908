"""The stream in JetStream in which events wait for the ingest, and the consumers that hand them out.

What was taken in is removed at once: the stream has what waits, and nothing else. It is bounded for each branch and in
all. Where it is full the server refuses, and the shippers wait: the journals of the branches are what nothing is lost
from.
"""

from __future__ import annotations

from collections.abc import Sequence

from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    ConsumerInfo,
    DeliverPolicy,
    DiscardPolicy,
    StreamConfig,
)
from nats.js.errors import APIError

from integrations.nats_line import LineLost
from lobby.events.batch import EVENTS, STREAM

MESSAGES_MAX = 256
"""In one transaction: the wait for the disk is shared, and a killed process repeats no more than these."""
PER_BRANCH = 200
"""Messages of one branch that wait, each of 500 events at most: who floods the line is refused by then, and keeps the
others waiting for 100,000 events, some six seconds. At one a second they are three minutes of an ordinary branch whose
ingest is away; what comes later goes in whole batches."""
KEPT_S = 3 * 24 * 3600.0
"""So long JetStream keeps a message that nobody fetched: a weekend's fault of the database."""
ACK_WAIT_S = 60.0
CLUSTERED = 3
"""Servers that have each message, so that one may fail. A cluster may have more."""
STREAM_DIFFERS = 10058
"""The server's code for a stream of that name with another configuration."""
NO_ROOM = 10047
"""The server's code for a stream that may grow larger than its disk."""
GB = 2**30


async def ensure_stream(client: Client, size_gb: int) -> None:
    """The stream, made where it is missing: after its folder was lost too. In a cluster it stands on three servers, and
    is copied to them where it was made on one. Raises LineLost where the server has no room for it."""
    wanted = StreamConfig(
        STREAM,
        subjects=[f"{EVENTS}.*.*"],
        max_age=KEPT_S,
        max_bytes=size_gb * GB,
        max_msgs_per_subject=PER_BRANCH,
        discard=DiscardPolicy.NEW,
        discard_new_per_subject=True,
        num_replicas=CLUSTERED if client._server_info.get("cluster") else 1,
    )
    try:
        await _make(client.jetstream(), wanted)
    except APIError as error:
        if error.err_code != NO_ROOM:
            raise
        raise LineLost(
            f"the server's disk has no room for a stream of {size_gb} GB: make room there, or lower stream_gb under"
            " [limits] of hq.toml"
        ) from error


async def _make(stream: JetStreamContext, wanted: StreamConfig) -> None:
    try:
        await stream.add_stream(wanted)
    except APIError as error:
        if error.err_code != STREAM_DIFFERS:
            raise
        await stream.update_stream(wanted)


async def make_consumer(stream: JetStreamContext, name: str, subjects: Sequence[str]) -> int:
    """A new consumer that begins where former ones of these subjects ended. A former one would deliver what a killed
    process had in hand only after a minute, and later events before it. Former ones go, those of another `--part` too:
    who has these subjects has them alone. Answers the last message that is in the database by now; 0: none is known."""
    consumer = ConsumerConfig(
        durable_name=name,
        filter_subjects=[*subjects],
        ack_policy=AckPolicy.ALL,
        ack_wait=ACK_WAIT_S,
        max_ack_pending=4 * MESSAGES_MAX,
    )
    every = await stream.consumers_info(STREAM)
    former = [info for info in every if _subjects(info) & {*subjects}]
    last = 0
    if former and {*subjects} <= set().union(*map(_subjects, former)):
        consumer.deliver_policy = DeliverPolicy.BY_START_SEQUENCE
        last = min(_taken(info) for info in former)
        consumer.opt_start_seq = last + 1
    for info in former:
        await stream.delete_consumer(STREAM, info.name)
    await stream.add_consumer(STREAM, consumer)
    return last


def _subjects(info: ConsumerInfo) -> set[str]:
    return {*(info.config.filter_subjects or ()), info.config.filter_subject or ""} - {""}


def _taken(info: ConsumerInfo) -> int:
    """The last message of which all before it are in the database."""
    return info.ack_floor.stream_seq if info.ack_floor else 0


async def remove_taken(
    stream: JetStreamContext, subjects: Sequence[str], last: int, *, alone: bool
) -> None:
    """Messages of these subjects up to `last`, which are in the database. `alone`: there are no others."""
    if alone:
        await stream.purge_stream(STREAM, seq=last + 1)
        return
    for subject in subjects:
        await stream.purge_stream(STREAM, subject=subject, seq=last + 1)
