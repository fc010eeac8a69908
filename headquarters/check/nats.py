"""NATS as headquarters needs it: reachable, with the stream, on the disk before it acknowledges."""

from __future__ import annotations

import asyncio
import json
import shutil
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from socket import gaierror
from typing import Any
from urllib.parse import urlsplit

import nats
from nats.aio.client import Client
from nats.js.api import StreamInfo
from nats.js.errors import NotFoundError

from headquarters.certificates.authority import context
from headquarters.check.finding import Finding, Findings, Grade, Say, listed
from headquarters.config import Headquarters
from headquarters.ingest.stream import PER_BRANCH
from integrations.nats_line import drop
from lobby.events.batch import STREAM, branch_of
from lobby.texts import Text

ANSWER_S = 5
WAITS_MAX_S = 60.0
"""A running ingest takes a message in within seconds, and removes it ten seconds later."""
ANSWER_MAX = 2**20
AGAIN_S = 15.0
"""An ingest that comes after an outage has many before it: after so long it has removed some."""
FULL = 0.8
DISK_LOW_B = 2 * 2**30
FAULTS: dict[type[BaseException], Text] = {
    ConnectionRefusedError: Text(
        "nobody listens at {address}: start the NATS server, or correct NATS_URL"
    ),
    gaierror: Text("there is no machine of that name, {address}: correct NATS_URL, or the names"),
    TimeoutError: Text(
        "nobody answers at {address}: see whether that machine is up, and the firewalls on the way"
    ),
}


@dataclass(frozen=True)
class Oldest:
    """Of so many `messages` in the stream, the first one, and for how long it waits."""

    seq: int
    messages: int
    waits_s: float


def findings(headquarters: Headquarters, monitor: str, say: Say) -> Findings:
    if not headquarters.engines.nats:
        unnamed = Text("no NATS server is named: set NATS_URL, or nats under [engines]")
        yield Finding("nats", Grade.FAIL, say(unnamed))
        return
    try:
        yield from asyncio.run(_findings(headquarters, monitor, say))
    except (nats.errors.Error, OSError, TimeoutError, ValueError) as error:
        yield Finding("nats", Grade.FAIL, say(_fault(error, _host(headquarters))))


def _fault(error: BaseException, address: str) -> Text:
    """What it is, and what to do."""
    words = _words(error)
    if "authorization violation" in words.lower():
        return Text(
            "the NATS server does not know headquarters' certificate: lobby hq certificate users, then have the server "
            "read them; or renew the certificate with lobby hq certificate rotate --own"
        )
    if isinstance(error, ssl.SSLCertVerificationError):
        return Text(
            "the NATS server's certificate does not fit {address} ({error}): lobby hq certificate rotate --own with "
            "--host for each name, then restart the server",
            address=address,
            error=words,
        )
    if isinstance(error, ssl.SSLError):
        return Text(
            "no TLS with the NATS server at {address} ({error}): see that it runs with what lobby hq certificate nats "
            "wrote",
            address=address,
            error=words,
        )
    for kind, sentence in FAULTS.items():
        if isinstance(error, kind):
            return sentence.with_(address=address)
    return Text(
        "the NATS server does not let headquarters in ({error}): start it, correct NATS_URL, or renew the "
        "certificate with lobby hq certificate rotate --own",
        error=words,
    )


def _words(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__


async def _findings(headquarters: Headquarters, monitor: str, say: Say) -> list[Finding]:
    first: list[BaseException] = []

    async def failed(error: Exception) -> None:
        first.append(error)

    client = Client()
    try:
        await client.connect(
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
        raise (first[0] if first else error) from error
    finally:
        if not client.is_connected:
            drop(client)
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
    found.append(_filled(stream, say))
    if info.get("cluster") and (stream.config.num_replicas or 1) < 3:
        single = Text(
            "the stream {stream} is on one server of the cluster alone: start lobby hq ingest again, which copies it",
            stream=STREAM,
        )
        found.append(Finding("stream", Grade.WARN, say(single)))
    return [*found, *await _behind(client, say), *await _flooding(client, say)]


def _filled(stream: StreamInfo, say: Say) -> Finding:
    size, most = stream.state.bytes, stream.config.max_bytes or 0
    state = f"{STREAM}: {stream.state.messages}, {size / 2**20:.1f} MB"
    if most <= 0 or size < FULL * most:
        return Finding("stream", Grade.OK, state)
    full = Text(
        "the stream {state} is nearly full: the branches keep what they have, and nothing is lost; see whether lobby "
        "hq ingest runs and the database is slow, or allow more with stream_gb under [limits]",
        state=state,
    )
    return Finding("stream", Grade.WARN, say(full))


async def _behind(client: Client, say: Say) -> list[Finding]:
    """Also of an ingest that hangs: it has its partitions still, and nobody takes its place."""
    before = await _oldest(client)
    if before.waits_s <= WAITS_MAX_S:
        return []
    await asyncio.sleep(AGAIN_S)
    oldest = await _oldest(client)
    state = {"n": oldest.messages, "seconds": f"{oldest.waits_s:.0f}"}
    if oldest.seq > before.seq:
        catching_up = Text(
            "{n} messages wait for lobby hq ingest, the oldest for {seconds} s, and it takes them in",
            **state,
        )
        return [Finding("ingest", Grade.WARN, say(catching_up))]
    behind = Text(
        "{n} messages wait for lobby hq ingest, the oldest for {seconds} s, and none is taken in: see in its log "
        "whether it runs and whether the database is slow; one that hangs is to be ended and started again",
        **state,
    )
    return [Finding("ingest", Grade.FAIL, say(behind))]


async def _oldest(client: Client) -> Oldest:
    """By the server's own clock; the client's library leaves these instants out."""
    reply = await client.request(f"$JS.API.STREAM.INFO.{STREAM}", timeout=ANSWER_S)
    said = json.loads(reply.data)
    state = said.get("state", {})
    if not state.get("messages"):
        return Oldest(0, 0, 0.0)
    now, since = (datetime.fromisoformat(text) for text in (said["ts"], state["first_ts"]))
    return Oldest(state["first_seq"], state["messages"], (now - since).total_seconds())


async def _flooding(client: Client, say: Say) -> list[Finding]:
    info = await client.jetstream(timeout=ANSWER_S).stream_info(STREAM, subjects_filter=">")
    subjects = info.state.subjects or {}
    codes = [branch_of(subject) for subject, count in subjects.items() if count >= PER_BRANCH]
    if not codes:
        return []
    many = Text(
        "more comes from {codes} than is taken in, so they are made to wait: see whether lobby hq ingest runs, else "
        "the programs that send there",
        codes=listed(codes),
    )
    return [Finding("stream", Grade.WARN, say(many))]


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
    disk = _disk(str(jetstream.get("store_dir", "")), say)
    if jetstream.get("sync_always"):
        return [*disk, Finding("sync_interval", Grade.OK, "always")]
    lazy = Text(
        "the NATS server acknowledges before it has written to the disk: set sync_interval: always, as lobby hq "
        "certificate nats writes it, and restart the server"
    )
    return [*disk, Finding("sync_interval", Grade.WARN, say(lazy))]


def _disk(store: str, say: Say) -> list[Finding]:
    """Where JetStream's folder is on this machine and may be seen."""
    with suppress(OSError):
        free = shutil.disk_usage(store).free
        told = Text("{gb} GB are free for the NATS server", gb=f"{free / 2**30:.1f}")
        low = Text(
            "only {gb} GB are free for the NATS server, which takes nothing on a full disk: make room",
            gb=f"{free / 2**30:.1f}",
        )
        is_low = free < DISK_LOW_B
        return [Finding("disk", Grade.WARN if is_low else Grade.OK, say(low if is_low else told))]
    return []


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
