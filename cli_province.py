"""The command line's part about the province: `lobby ship` and `lobby hq`."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Coroutine, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

import arguments
import cli_bulletin
import cli_headquarters
import cli_hq_serve
import cli_instruction
import cli_journals
from arguments import Command, Form, Group, answer, number
from lobby.engine.runtime import DATABASE

if TYPE_CHECKING:
    from integrations.watchdog import Progress

RATE = number("rate", click.IntRange(1, 1_000_000))
NICE = 10
"""The branch goes before: what is carried later is not lost."""
END_AGAIN_S = 1.0
"""Who waits with a time limit swallows what ends it, where the answer came in the same moment (asyncio.wait_for until
Python 3.11). It is said again to each task: a group of tasks passes it on once."""


certificates = click.option(
    "--certificates",
    type=arguments.folder,
    metavar="DIR",
    help="Folder with branch.crt, branch.key and authority.crt, from lobby hq certificate make.",
)
from_headquarters = click.option(
    "--from-hq",
    "url",
    metavar="NATS_URL",
    help="With what headquarters has of the journal, after that of FILE where one is named.",
)


@click.command(cls=Command)
@click.option("--to", "url", required=True, metavar="NATS_URL", help="Headquarters' NATS server.")
@certificates
@click.option(
    "--rate", type=RATE, default=2000, metavar="N", help="Events a second, at most, of a backlog."
)
@arguments.data
@arguments.log
def ship(url: str, certificates: Path | None, rate: int, data: Path, log: Form) -> None:
    """Carry the journal to headquarters. A process of its own beside the branch, which only reads."""
    from integrations.shipper import Shipper, Way
    from integrations.watchdog import Progress
    from web import logs

    _must_be_safe(url, certificates)
    logs.start(log)
    os.nice(NICE)
    progress = Progress()
    _run(Shipper(data / DATABASE, Way(url, certificates, rate), progress).run(), _watched(progress))


hq = Group("hq", "Headquarters of a province.")
OPERATIONS = (
    *cli_headquarters.COMMANDS,
    *cli_bulletin.COMMANDS,
    *cli_hq_serve.COMMANDS,
    *cli_instruction.COMMANDS,
    *cli_journals.COMMANDS,
)
for operation in OPERATIONS:
    hq.add_command(operation)
part = click.option(
    "--part",
    type=str,
    default="1/1",
    metavar="N/OF",
    help="Of several processes that share the branches, which one this is.",
)
config = click.option(
    "--config",
    type=arguments.place,
    default="hq.toml",
    metavar="FILE",
    help="Headquarters' configuration.",
)


@hq.command()
@config
@part
@arguments.log
def ingest(config: Path, part: str, log: Form) -> None:
    """Take in what branches send. NATS_URL and DATABASE_URL go before the file's engines."""
    from headquarters.config import read_headquarters
    from headquarters.deriving.keeping import beside
    from headquarters.ingest.ingest import Ingest
    from integrations.watchdog import Progress
    from web import logs

    logs.start(log)
    headquarters = read_headquarters(config)
    n, of = _part(part)
    engines = headquarters.engines
    if not engines.nats or not engines.database:
        raise click.UsageError(
            "NATS_URL and DATABASE_URL say where the engines are, or [engines] of the file"
        )
    _must_be_safe(engines.nats, headquarters.certificates)
    progress = Progress()
    taking = Ingest(headquarters, n, of, progress)
    _run(taking.run(), beside(config, n, of, taking.occupied), _watched(progress))


@hq.command()
@config
@click.option("--branch", metavar="CODE", help="This branch alone.")
@arguments.as_json
def rebuild(config: Path, branch: str | None) -> None:
    """Make the derived tables again from the raw rows, and say how many rows differed."""
    from headquarters.config import read_headquarters
    from headquarters.deriving.rebuilding import rebuilt, said

    headquarters = read_headquarters(config)
    if not headquarters.engines.database:
        raise click.UsageError("DATABASE_URL says where the database is, or [engines] of the file")
    with arguments.database_needed():
        differing = rebuilt(headquarters, branch)
    answer(differing, said(differing))


@contextmanager
def fetched(
    url: str, certificates: Path | None, branch: str, backup: Path | None, data: Path
) -> Iterator[Path]:
    """A file with the backup and what headquarters has after it, gone afterwards."""
    from integrations.fetching import NotOnTheLine, fetch
    from integrations.shipper import Way
    from lobby.journal.assembling import Assembly
    from lobby.journal.copies import backup as copy_of

    _must_be_safe(url, certificates)
    with TemporaryDirectory(prefix=".from-hq-", dir=data) as folder:
        file = Path(folder, f"headquarters-{branch}.db")
        if backup:
            copy_of(backup, file)
        with closing(Assembly(file)) as assembly:
            try:
                count = fetch(Way(url, certificates), branch, assembly.end(), assembly.add)
            except NotOnTheLine as error:
                raise click.UsageError(
                    f"{backup} ends with an event that headquarters does not have: restore without it"
                ) from error
        print(f"headquarters gave {count} events of branch {branch}", file=sys.stderr)
        yield file


def _part(text: str) -> tuple[int, int]:
    from lobby.events.batch import PARTITIONS

    n, _, of = text.partition("/")
    if not (n.isdigit() and of.isdigit() and 1 <= int(n) <= int(of) <= PARTITIONS):
        raise click.BadParameter(f"{text!r} is no part such as 1/4, of {PARTITIONS} at most")
    return int(n), int(of)


def _must_be_safe(url: str, certificates: Path | None) -> None:
    """Without certificates anybody could send in any branch's name: that is for one machine alone."""
    from urllib.parse import urlsplit

    host = urlsplit(url).hostname or ""
    if not certificates and host not in ("127.0.0.1", "localhost", "::1"):
        raise click.UsageError(
            f"{url} is another machine: --certificates DIR says with what to connect"
        )


async def _watched(progress: Progress) -> None:
    """Tell systemd of it."""
    from integrations.watchdog import Watchdog

    watchdog = Watchdog(progress)
    while True:
        watchdog.look()
        await asyncio.sleep(watchdog.every_s)


def _run(*works: Coroutine[Any, Any, None]) -> None:
    """Until SIGTERM or Ctrl-C, or one of them fails."""

    async def running() -> None:
        task = asyncio.ensure_future(asyncio.gather(*works))
        loop = asyncio.get_running_loop()

        def end_all() -> None:
            for each in asyncio.all_tasks():
                each.cancel()
            loop.call_later(END_AGAIN_S, end_all)

        def end() -> None:
            task.cancel()
            loop.call_later(END_AGAIN_S, end_all)

        for ending in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(ending, end)
        await task

    try:
        asyncio.run(running())
    except asyncio.CancelledError:
        return


COMMANDS = (ship, hq)
