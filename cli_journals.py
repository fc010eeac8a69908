"""The command line's part about what headquarters has of the branches' journals: `lobby hq alarm`, `journal` and
`archive`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

import arguments
from arguments import Command, Group, answer, ask, database_needed

config = click.option(
    "--config",
    type=arguments.place,
    default="hq.toml",
    metavar="FILE",
    help="Headquarters' configuration.",
)
alarm = Group("alarm", "What somebody has to see of a branch.")


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


@journal.command("list")
@click.argument("branch", required=False)
@config
@arguments.as_json
def list_journals(branch: str | None, config: Path) -> None:
    """What was put aside: of clones, old computers, and journals that began with a slow clock."""
    from headquarters.journal.adopting import put_aside

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
    from headquarters.journal.adopting import adopt

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
    from headquarters.journal.store import opened

    with database_needed(), opened(_engines(config).database) as store:
        yield store


@contextmanager
def _database(config: Path) -> Iterator[Any]:
    from headquarters.alarms import opened

    with database_needed(), opened(_engines(config).database) as db:
        yield db


def _engines(config: Path) -> Any:
    from headquarters.config import read_headquarters

    engines = read_headquarters(config).engines
    if not engines.database:
        raise click.UsageError("DATABASE_URL says where the database is, or [engines] of the file")
    return engines


# -- old months ------------------------------------------------------------------------------------------
@click.command(cls=Command)
@config
@click.option(
    "--to",
    "folder",
    type=arguments.folder,
    metavar="DIR",
    help="Where the files go, unless hq.toml says it (engines.archive).",
)
@click.option(
    "--until", metavar="YYYY-MM", help="The last month; without it every one that is over."
)
@click.option(
    "--drop", is_flag=True, help="Remove from PostgreSQL what is in files, after comparing it."
)
@arguments.yes
@arguments.as_json
def archive(config: Path, folder: Path | None, until: str | None, drop: bool, yes: bool) -> None:
    """Write the raw events of months that are over to Parquet files, which DuckDB reads."""
    from headquarters.archive import archiving
    from headquarters.config import read_headquarters

    headquarters = read_headquarters(config)
    zone = headquarters.zone
    folder = _folder(folder, headquarters.archive)
    end = _end(until, datetime.now(zone).date())
    if drop and not yes:
        ask(f"Events before {end} will be in the files of {folder} alone.", "remove them")
    with _store(config) as store:
        if headquarters.archive:
            archiving.look_in(store.db, folder)
        written = []
        for one in archiving.archive(store.db, folder, end, zone):
            click.echo(f"{one.month}: {one.events} events in {one.file}", err=True)
            written.append(one)
        dropped = archiving.drop(store.db, end) if drop else None
    lines = [f"{sum(one.events for one in written)} events of {len(written)} files were written"]
    if not written:
        lines = [f"nothing was written: every event before {end} is in files, or none is here"]
    if altered := sum(one.altered for one in written):
        lines.append(
            f"{altered} of them do not fit their hash, as in PostgreSQL: lobby hq alarm list"
        )
    if dropped:
        lines.append(
            f"{dropped.events} events are no more in PostgreSQL: VACUUM makes their room free"
        )
        lines += [f"branch {code} is not derived yet: its events stay" for code in dropped.left]
    document = {
        "files": [{**asdict(one), "file": str(one.file)} for one in written],
        "dropped": dropped and asdict(dropped),
    }
    answer(document, "\n".join(lines))


def _folder(said: Path | None, named: Path | None) -> Path:
    """One province has one: what hq.toml names is where ingest and pages look."""
    if said and named and said.absolute() != named:
        raise click.UsageError(f"hq.toml keeps old months in {named}: leave --to out")
    if folder := named or said:
        return folder.absolute()
    raise click.UsageError(
        "--to DIR says where the files go, or archive under [engines] of hq.toml"
    )


def _end(until: str | None, today: date) -> date:
    """The first day after the last month. A month that runs is not archived."""
    this = today.replace(day=1)
    if until is None:
        return this
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", until):
        raise click.BadParameter(f"{until!r} is no month such as 2026-03")
    year, month = map(int, until.split("-"))
    end = date(year + month // 12, month % 12 + 1, 1)
    if end > this:
        raise click.BadParameter(f"{until} is not over yet")
    return end


COMMANDS = (alarm, journal, archive)
