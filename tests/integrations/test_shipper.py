"""What a shipper does while it is kept out."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from awaited import awaited
from conftest import ROOT, serving

from headquarters.config import Engines, Headquarters
from headquarters.live.pages import _ship
from integrations.nats_line import Address, LineLost, NotLetIn, _as_lost, connected
from integrations.shipper import NOT_LET_IN_MAX_S, SPREAD_S, Shipper, Way
from integrations.snapshots import show
from integrations.watchdog import Progress
from lobby.engine.runtime import DATABASE


def test_who_is_not_let_in_comes_back_later_each_time() -> None:
    shipper = Shipper(Path("var/lobby.db"), Way("nats://127.0.0.1:4222"))
    assert shipper._pause_s() <= SPREAD_S
    pauses = []
    for n in (1, 2, 3, 9):
        shipper._kept_out = n
        pauses.append(shipper._pause_s())
    assert pauses[0] >= SPREAD_S
    assert all(pause <= NOT_LET_IN_MAX_S for pause in pauses)
    assert pauses[-1] >= NOT_LET_IN_MAX_S / 2


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ConnectionRefusedError("refused"), LineLost),
        (ConnectionError("nats: 'Authorization Violation'"), NotLetIn),
    ],
)
def test_a_revoked_certificate_is_known_from_a_line_that_is_cut(
    error: Exception, kind: type[LineLost]
) -> None:
    async def lost() -> BaseException:
        return _as_lost(error)

    assert type(awaited(lost())) is kind


HELLO = b'INFO {"server_id": "x", "version": "2.15.0", "max_payload": 1048576, "auth_required": true}\r\n'
REFUSAL = b"-ERR 'Authorization Violation'\r\n"


def test_an_attempt_that_fails_leaves_no_line_open() -> None:
    """A server that does not hang up itself, as one that hangs, would otherwise cost the shipper a socket each time."""
    left: asyncio.Queue[bytes] = asyncio.Queue()

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HELLO)
        await reader.readline()
        writer.write(REFUSAL)
        await left.put(await reader.read())
        writer.close()

    async def attempt() -> None:
        server = await asyncio.start_server(refuse, "127.0.0.1")
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(NotLetIn):
            async with connected(Address(f"nats://127.0.0.1:{port}")):
                pass
        await asyncio.wait_for(left.get(), 60)
        server.close()

    awaited(attempt())


class Enough(Exception):
    """The loop came round."""


class OneRound(Progress):
    def came_round(self, *loops: str, rest_s: float = 0.0) -> None:
        raise Enough


class Line:
    """What a client of NATS was given to publish."""

    def __init__(self) -> None:
        self.published: list[str] = []

    async def publish(self, subject: str, _: bytes) -> None:
        self.published.append(subject)


def shown(data: Path) -> list[str]:
    line: Any = Line()
    with pytest.raises(Enough):
        awaited(show(line, "4403", data / DATABASE, OneRound()))
    published: list[str] = line.published
    return published


def test_of_a_branch_that_was_killed_no_sign_of_life_is_sent(tmp_path: Path) -> None:
    """The shipper lives on beside it, and what the journal has would look like a lobby at rest."""
    with serving(tmp_path / "var") as server:
        assert shown(server.data) == ["lobby.snapshot.4403"]
        server.kill()
        assert shown(server.data) == []


def test_the_page_of_no_branch_names_the_command_with_its_certificates() -> None:
    bare = Headquarters(engines=Engines("nats://127.0.0.1"))
    assert _ship(bare) == "lobby ship --to nats://127.0.0.1:4222 --data var"
    safe = Headquarters(engines=Engines("nats://hq:pw@hq.bank.example:4333", "", "certificates"))
    assert _ship(safe) == (
        "lobby ship --to nats://hq.bank.example:4333 --certificates /etc/lobby/headquarters --data var"
    )
    assert "NATS_URL" in _ship(Headquarters())


DEAF = """
import asyncio, contextlib, cli_province

async def deaf():
    print("works", flush=True)
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.sleep(600)
    await asyncio.sleep(600)

async def group():
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(deaf())

cli_province._run(group())
"""
"""It swallows the first word that ends it, as asyncio.wait_for does where an answer comes in the same moment."""


def test_a_process_ends_though_its_end_was_swallowed_once() -> None:
    process = subprocess.Popen([sys.executable, "-c", DEAF], stdout=subprocess.PIPE, cwd=ROOT)
    with process:
        assert process.stdout
        assert process.stdout.readline() == b"works\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
