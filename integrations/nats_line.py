"""A line to a NATS server that lasts until something fails: who uses it begins anew then, after a time of its own.

The client's own reconnecting is not used: it has no jitter, and hides that messages were lost.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nats
from nats.aio.client import Client

log = logging.getLogger(__name__)
# At the end of each line with TLS it warns of something in its own workings.
logging.getLogger("asyncio").setLevel(logging.ERROR)

PING_S = 5
PINGS_MAX = 2
"""A line that is half open answers nothing: it is given up after so many pings."""
CLOSE_S = 5.0
OTHER = "the certificate is of another branch, or may not do this"
REFUSED = (
    "the server does not let this certificate in: it was revoked, or the server does not know it"
)
Work = Coroutine[Any, Any, None]


class LineLost(ConnectionError):
    """There is no line, or it ended. The text says why, in one line."""


class NotLetIn(LineLost):
    """The server knows no such client: that does not mend itself within seconds."""


@dataclass(frozen=True)
class Address:
    """Where the server is. `certificates`: the folder with authority.crt, and NAME.crt and NAME.key for this `name`;
    None: without TLS. `inbox` is what answers come to; a server lets each client listen to its own alone."""

    url: str
    certificates: Path | None = None
    name: str = "branch"
    inbox: str = "_INBOX"


async def while_connected(
    address: Address, begin: Callable[[Client], Coroutine[Any, Any, Sequence[Work]]]
) -> None:
    """Do what `begin` answers until one of these fails or the line ends. Raises LineLost, and what they raise."""
    ended = asyncio.Event()
    async with connected(address, ended) as client:
        works = await begin(client)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_end_with(ended))
            for work in works:
                tasks.create_task(_lasting(work))


@asynccontextmanager
async def connected(address: Address, ended: asyncio.Event | None = None) -> AsyncIterator[Client]:
    """A line; `ended` is set when it ends. What fails in the block raises LineLost, or itself."""
    client = await _connect(address, ended or asyncio.Event())
    try:
        yield client
    except BaseExceptionGroup as group:
        raise _as_lost(group.exceptions[0]) from group
    except (Exception, asyncio.CancelledError) as error:
        raise _as_lost(error) from error
    finally:
        await _close(client)


async def _connect(address: Address, ended: asyncio.Event) -> Client:
    async def note_end() -> None:
        ended.set()

    client = Client()
    try:
        await client.connect(
            address.url,
            allow_reconnect=False,
            max_reconnect_attempts=1,  # else it tries the first connection for two minutes, without jitter
            reconnect_time_wait=0,
            connect_timeout=PING_S,
            ping_interval=PING_S,
            max_outstanding_pings=PINGS_MAX,
            inbox_prefix=address.inbox,
            closed_cb=note_end,
            error_cb=_note_error,
            tls=_context(address.certificates, address.name) if address.certificates else None,
            # Else the server's first words, in clear, would decide whether there is TLS at all.
            tls_handshake_first=bool(address.certificates),
        )
    except FileNotFoundError:
        raise
    except (Exception, asyncio.CancelledError) as error:
        drop(client)
        raise _as_lost(error) from error
    return client


def drop(client: Client) -> None:
    """Closes the line of a client that was not let in, which leaves its socket open: against a server that says
    nothing, each attempt would cost one. Its own `close` waits for ever where TLS was not agreed on."""
    if client._transport:
        client._transport.close()  # type: ignore[no-untyped-call]


async def _note_error(error: Exception) -> None:
    """The client would log it with a traceback; who uses the line tells it in words."""
    text = str(error)
    if "permissions violation" in text.lower():  # what is asked then only runs into its time limit
        log.warning("%s: %s", OTHER, text)
    log.debug("NATS: %r", error)


async def _end_with(ended: asyncio.Event) -> None:
    await ended.wait()
    raise LineLost("the line ended")


async def _lasting(work: Work) -> None:
    """The client cancels who waits for an answer when it closes, and a group of tasks forgets who was cancelled."""
    try:
        await work
    except asyncio.CancelledError as error:
        raise _as_lost(error) from error


def _as_lost(error: BaseException) -> BaseException:
    """The error of whoever uses the line as it is; all that tells of the line as LineLost."""
    task = asyncio.current_task()
    if isinstance(error, asyncio.CancelledError) and task and task.cancelling():
        return error
    if isinstance(error, nats.errors.Error | OSError | TimeoutError | asyncio.CancelledError):
        text = " ".join(str(error).split()) or type(error).__name__
        return NotLetIn(REFUSED) if "authorization violation" in text.lower() else LineLost(text)
    return error


async def _close(client: Client) -> None:
    with suppress(Exception):
        await _lasting(asyncio.wait_for(client.close(), CLOSE_S))


def _context(certificates: Path, name: str) -> ssl.SSLContext:
    """TLS with this program's own certificate. Raises OSError where a file is missing or is none."""
    files = [certificates / file for file in ("authority.crt", f"{name}.crt", f"{name}.key")]
    for file in files:
        file.stat()  # ssl does not say which file is missing
    authority, own, key = files
    context = ssl.create_default_context(cafile=authority)
    context.load_cert_chain(own, key)
    return context
