"""The command line's part about the province: `lobby ship` and `lobby hq`."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Coroutine, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

import arguments
import cli_bulletin
import cli_headquarters
import cli_hq_serve
import cli_instruction
from arguments import Command, Form, Group, answer, ask, number
from lobby.engine.runtime import DATABASE

RATE = number("rate", click.IntRange(1, 1_000_000))
NICE = 10
"""The branch goes before: what is carried later is not lost."""


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
    from web import logs

    _must_be_safe(url, certificates)
    logs.start(log)
    os.nice(NICE)
    _run(Shipper(data / DATABASE, Way(url, certificates, rate)).run())


hq = Group("hq", "Headquarters of a province.")
OPERATIONS = (
    *cli_headquarters.COMMANDS,
    *cli_bulletin.COMMANDS,
    *cli_hq_serve.COMMANDS,
    *cli_instruction.COMMANDS,
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
    from headquarters.deriving.process import beside
    from headquarters.ingest import Ingest
    from headquarters.patience import must_be_address
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
    must_be_address(engines.database)
    taking = Ingest(headquarters, n, of)
    _run(taking.run(), beside(config, n, of, taking.occupied))


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
    try:
        differing = rebuilt(headquarters, branch)
    except ConnectionError as error:
        raise click.UsageError(f"the database: {error}") from error
    answer(differing, said(differing))


alarm = Group("alarm", "What somebody has to see of a branch.")
hq.add_command(alarm)


@alarm.command("list")
@config
@arguments.as_json
def list_alarms(config: Path) -> None:
    """The alarms that stand."""
    from headquarters.alarms import standing

    with _database(config) as db:
        found = standing(db)
    lines = [
        f"{one.branch}  {one.kind}  since {one.first_at:%Y-%m-%d %H:%M}, {one.times} times  {one.detail}"
        for one in found
    ]
    answer([asdict(one) for one in found], "\n".join(lines) or "no alarm stands")


@alarm.command("clear")
@click.argument("branch")
@click.argument("kind", required=False, default="")
@config
@arguments.as_json
def clear_alarm(branch: str, kind: str, config: Path) -> None:
    """Say that the alarms of a branch were looked into; with KIND those of one kind."""
    from headquarters.alarms import clear

    with _database(config) as db:
        count = clear(db, branch, kind)
    if not count:
        raise click.UsageError(f"no such alarm of branch {branch} stands: lobby hq alarm list")
    answer({"cleared": count}, f"cleared {count} alarms of branch {branch}")


journal = Group("journal", "Journals of branches that were put aside.")
hq.add_command(journal)


@journal.command("list")
@click.argument("branch", required=False)
@config
@arguments.as_json
def list_journals(branch: str | None, config: Path) -> None:
    """What was put aside: of clones, old computers, and journals that began with a slow clock."""
    from headquarters.adopting import put_aside

    with _store(config) as store:
        found = put_aside(store, branch)
    lines = [
        f"{one.branch}  epoch {one.epoch}  {one.why}  events {one.first} to {one.last} ({one.count}),"
        f" written from {one.since:.16} to {one.until:.16}"
        for one in found
    ]
    answer([asdict(one) for one in found], "\n".join(lines) or "nothing was put aside")


@journal.command("adopt")
@click.argument("branch")
@click.argument("epoch", type=int)
@config
@arguments.yes
@arguments.as_json
def adopt_journal(branch: str, epoch: int, config: Path, yes: bool) -> None:
    """Let the journal with this epoch go on as the branch's own, above those that were taken in so far."""
    from headquarters.adopting import adopt

    if not yes:
        ask(
            f"From now on the journal with epoch {epoch} is that of branch {branch}: another is put aside.",
            "adopt it",
        )
    with _store(config) as store:
        count = adopt(store, branch, epoch)
    answer(
        {"events": count}, f"{count} events of branch {branch} were taken in; its shipper goes on"
    )


@contextmanager
def _store(config: Path) -> Iterator[Any]:
    from headquarters.store import opened

    try:
        with opened(_engines(config).database) as store:
            yield store
    except ConnectionError as error:
        raise click.UsageError(f"the database: {error}") from error


@contextmanager
def _database(config: Path) -> Iterator[Any]:
    from headquarters.alarms import opened

    try:
        with opened(_engines(config).database) as db:
            yield db
    except ConnectionError as error:
        raise click.UsageError(f"the database: {error}") from error


def _engines(config: Path) -> Any:
    from headquarters.config import read_headquarters

    engines = read_headquarters(config).engines
    if not engines.database:
        raise click.UsageError("DATABASE_URL says where the database is, or [engines] of the file")
    return engines


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


def _run(*works: Coroutine[Any, Any, None]) -> None:
    """Until SIGTERM or Ctrl-C, or one of them fails."""

    async def running() -> None:
        task = asyncio.ensure_future(asyncio.gather(*works))
        loop = asyncio.get_running_loop()
        for ending in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(ending, task.cancel)
        await task

    try:
        asyncio.run(running())
    except asyncio.CancelledError:
        return


COMMANDS = (ship, hq)
