"""The command line's part about copies of the journal: `lobby backup` and `lobby restore`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

import arguments
import cli_access
import cli_province
from arguments import Command, answer, ask
from lobby.engine.runtime import DATABASE, holding
from lobby.engine.sent import branch_of
from lobby.journal.private import make_private


@click.command(cls=Command)
@arguments.data
@arguments.as_json
@arguments.file
def backup(data: Path, file: Path) -> None:
    """Copy the database while the branch runs."""
    from lobby.journal import attachments, copies

    copies.backup(data / DATABASE, file)
    left_out = attachments.count(data)
    told = f"backed up to {file}"
    if left_out:
        folders = " and ".join(attachments.FOLDERS)
        told += f"; {left_out} files in {folders} of {data} are not in it: copy them too"
    answer({"file": str(file), "attachments_left_out": left_out}, told)


@click.command(cls=Command)
@arguments.data
@arguments.config
@arguments.as_json
@arguments.yes
@cli_province.from_headquarters
@cli_province.certificates
@click.argument("file", type=arguments.place, required=False)
def restore(
    data: Path,
    config: Path,
    yes: bool,
    url: str | None,
    certificates: Path | None,
    file: Path | None,
) -> None:
    """Put a verified backup in the database's place, or what headquarters has. The old database is kept beside it."""
    make_private(data)
    with holding(data):
        if url is None:
            named = _named(file)
            _restore(named, str(named), data, config, yes=yes)
            return
        code = branch_of(config, data).code
        with cli_province.fetched(url, certificates, code, file, data) as whole:
            _restore(whole, "headquarters", data, config, yes=yes)


def _named(file: Path | None) -> Path:
    if file is None:
        raise click.UsageError("name the backup, or --from-hq NATS_URL")
    return file


def _restore(file: Path, source: str, data: Path, config: Path, *, yes: bool) -> None:
    from lobby.journal import copies

    target = data / DATABASE

    def code() -> str:
        return branch_of(config, data).code

    with copies.restoring(file, target, code) as (loss, part):
        if not yes:
            ask(loss.text(cli_access.zone_in(data)), "restore")
        elif loss.warning:
            print(loss.warning, file=sys.stderr)
        kept = copies.put(part, target, loss)
    done = {
        "file": source,
        "seq": loss.backup.seq,
        "lost": loss.events,
        "kept": kept and str(kept),
    }
    beside = f"; the old database is {kept}" if kept else ""
    answer(done, f"restored from {source}{beside}")
