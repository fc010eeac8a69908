"""NATS as headquarters needs it: reachable, with the stream, on the disk before it acknowledges."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import nats
from nats.aio.client import Client
from nats.js.errors import NotFoundError

from headquarters.certificates import context
from headquarters.checked import Finding, Findings, Grade, Say
from headquarters.config import Headquarters
from lobby.events.batch import STREAM
from lobby.texts import Text

ANSWER_S = 5
WAITING_MAX = 10_000
"""Messages. A running ingest takes them in within seconds."""
ANSWER_MAX = 2**20


def findings(headquarters: Headquarters, monitor: str, say: Say) -> Findings:
    if not headquarters.engines.nats:
        unnamed = Text("no NATS server is named: set NATS_URL, or nats under [engines]")
        yield Finding("nats", Grade.FAIL, say(unnamed))
        return
    try:
        yield from asyncio.run(_findings(headquarters, monitor, say))
    except (nats.errors.Error, OSError, TimeoutError, ValueError) as error:
        unreachable = Text(
            "the NATS server does not let headquarters in ({error}): start it, correct NATS_URL, or renew the "
            "certificate with lobby hq certificate rotate --own",
            error=_words(error),
        )
        yield Finding("nats", Grade.FAIL, say(unreachable))


def _words(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__


async def _findings(headquarters: Headquarters, monitor: str, say: Say) -> list[Finding]:
    first: list[BaseException] = []

    async def failed(error: Exception) -> None:
        first.append(error)

    try:
        client = await nats.connect(
            headquarters.engines.nats,
            allow_reconnect=False,
            connect_timeout=ANSWER_S,
            max_reconnect_attempts=1,
            reconnect_time_wait=0,
            error_cb=failed,
            tls=context(headquarters.certificates) if headquarters.certificates else None,
            tls_handshake_first=bool(headquarters.certificates),
        )
    except nats.errors.NoServersError as error:
        raise OSError(_words(first[0] if first else error)) from error
    try:
        return [*await _of(client, headquarters, say), *await _synced(client, monitor, say)]
    finally:
        await client.close()


async def _of(client: Client, headquarters: Headquarters, say: Say) -> list[Finding]:
    info = client._server_info
    found = [Finding("nats", Grade.OK, f"NATS {info['version']}, {_host(headquarters)}")]
    try:
        stream = await client.jetstream(timeout=ANSWER_S).stream_info(STREAM)
    except NotFoundError:
        missing = Text(
            "there is no stream {stream}: start lobby hq ingest, which makes it", stream=STREAM
        )
        return [*found, Finding("stream", Grade.FAIL, say(missing))]
    state = f"{STREAM}: {stream.state.messages}"
    found.append(Finding("stream", Grade.OK, state))
    if info.get("cluster") and (stream.config.num_replicas or 1) < 3:
        single = Text(
            "the stream {stream} is on one server of the cluster alone: start lobby hq ingest again, which copies it",
            stream=STREAM,
        )
        found.append(Finding("stream", Grade.WARN, say(single)))
    waiting = await _waiting(client)
    if waiting > WAITING_MAX:
        behind = Text(
            "{n} messages wait for lobby hq ingest: see whether it runs, and whether the database is slow",
            n=waiting,
        )
        found.append(Finding("ingest", Grade.WARN, say(behind)))
    return found


async def _waiting(client: Client) -> int:
    consumers = await client.jetstream(timeout=ANSWER_S).consumers_info(STREAM)
    return sum(
        (consumer.num_pending or 0) + (consumer.num_ack_pending or 0) for consumer in consumers
    )


async def _synced(client: Client, monitor: str, say: Say) -> list[Finding]:
    """What the server says on its monitoring port, which listens on its own machine alone."""
    said = await _monitored(monitor)
    if said.get("server_id") != client._server_info["server_id"]:
        elsewhere = Text(
            "sync_interval is not checked, since {monitor} is not this server's monitoring: run lobby hq check on its "
            "machine, or name it with --monitor",
            monitor=monitor,
        )
        return [Finding("sync_interval", Grade.WARN, say(elsewhere))]
    jetstream = said.get("jetstream", {}).get("config", {})
    if jetstream.get("sync_always"):
        return [Finding("sync_interval", Grade.OK, "always")]
    lazy = Text(
        "the NATS server acknowledges before it has written to the disk: set sync_interval: always, as lobby hq "
        "certificate nats writes it, and restart the server"
    )
    return [Finding("sync_interval", Grade.WARN, say(lazy))]


async def _monitored(monitor: str) -> dict[str, Any]:
    """`/varz`; empty where nobody answers."""
    host, _, port = monitor.rpartition(":")
    with suppress(OSError, TimeoutError, ValueError):
        async with asyncio.timeout(ANSWER_S):
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(b"GET /varz HTTP/1.0\r\n\r\n")
            answer = await reader.read(-1)
            writer.close()
            await writer.wait_closed()
        document = json.loads(answer[:ANSWER_MAX].partition(b"\r\n\r\n")[2])
        return document if isinstance(document, dict) else {}
    return {}


def _host(headquarters: Headquarters) -> str:
    """Without a password that may stand in the address."""
    parts = urlsplit(headquarters.engines.nats)
    return f"{parts.hostname}:{parts.port or 4222}"
