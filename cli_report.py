"""The command line's part about figures: `lobby report` and `lobby evidence`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import date
from pathlib import Path

import click

import arguments
from arguments import Command, Day, reader_lang
from lobby.branch.config import read_branch
from lobby.branch.model import Branch
from lobby.branch.names import Lang
from lobby.branch.succession import succeeding
from lobby.engine.clock import now_utc
from lobby.engine.runtime import DATABASE
from lobby.journal.history import configured, reader
from lobby.journal.tables import TABLES, is_current
from lobby.reports.bulletin import Bulletin, bulletin
from staff.bulletin import document
from staff.bulletin.sheet import workbook
from staff.standards import archive

Make = Callable[[Bulletin, Lang], str | bytes]


def _json(made: Bulletin, lang: Lang) -> str:
    return json.dumps(document.as_json(made), ensure_ascii=False, indent=1)


FILES: Mapping[str, Make] = {".xlsx": workbook, ".html": document.file, ".json": _json}
"""What the bulletin can be written as, by the end of the file's name."""


@click.command(cls=Command)
@click.option("--from", "first", type=Day(), required=True, metavar="DATE", help="The first day.")
@click.option("--to", "last", type=Day(), required=True, metavar="DATE", help="The last day.")
@click.option(
    "--out", type=arguments.place, metavar="FILE", help="A file .xlsx, .html or .json instead."
)
@click.option("--lang", type=click.Choice(["zh", "en"]), help="Instead of the terminal's.")
@arguments.data
@arguments.config
def report(
    first: date, last: date, out: Path | None, lang: Lang | None, data: Path, config: Path
) -> None:
    """The bulletin of a day, a week, a month or any days. The branch may be running."""
    if last < first:
        raise click.UsageError(f"--to {last} is before --from {first}")
    if out and out.suffix not in FILES:
        raise click.UsageError(f"--out {out.name}: must end in {', '.join(FILES)}")
    branch = _branch(config, data)
    made = bulletin(branch, data / DATABASE, first, last, now_utc())
    language = lang or reader_lang()
    if out is None:
        print(document.text(made, language))
        return
    _write(out, FILES[out.suffix](made, language))
    print(f"written to {out}")


@click.command(cls=Command)
@click.option("--from", "first", type=Day(), required=True, metavar="DATE", help="The first day.")
@click.option("--to", "last", type=Day(), required=True, metavar="DATE", help="The last day.")
@click.option("--out", type=arguments.place, required=True, metavar="FILE.zip", help="The archive.")
@arguments.data
@arguments.config
def evidence(first: date, last: date, out: Path, data: Path, config: Path) -> None:
    """The evidence file for an outside assessment. The branch may be running."""
    if last < first:
        raise click.UsageError(f"--to {last} is before --from {first}")
    if out.suffix != ".zip":
        raise click.UsageError(f"--out {out.name}: must end in .zip")
    branch = _branch(config, data)
    archive.write(out, archive.made(branch, data, data / DATABASE, first, last))
    print(f"written to {out}")


def _branch(config: Path, data: Path) -> Branch:
    """The branch, with the names of what earlier configurations had."""
    branch = read_branch(config)
    with closing(reader(data / DATABASE)) as db:
        if not all(is_current(db, table) for table in TABLES):
            raise click.UsageError(
                "the database is of another version: start the branch once, which brings it up to date"
            )
        return succeeding(branch, configured(db, branch))


def _write(file: Path, content: str | bytes) -> None:
    """Whole, or as it was."""
    new = file.with_name(f"{file.name}.new")
    new.write_bytes(content.encode() if isinstance(content, str) else content)
    new.replace(file)
