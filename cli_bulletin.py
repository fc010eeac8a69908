"""The command line's part about the province's bulletins: `lobby hq bulletin`."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

import arguments
from arguments import Command, Day, reader_lang
from lobby.reports.measures import Span, last_over

if TYPE_CHECKING:
    from headquarters.bulletin.made import Bulletin
    from headquarters.config import Headquarters

FORMS = (".xlsx", ".html", ".json")


@click.command(cls=Command)
@click.argument("span", type=click.Choice(get_args(Span)))
@click.option(
    "--date",
    "day",
    type=Day(),
    metavar="DATE",
    help="A day of the period; the last one that is over unless said.",
)
@click.option("--unit", default="", metavar="ID", help="Of the branches below this unit alone.")
@click.option(
    "--out", type=arguments.place, metavar="FILE", help="A file .xlsx, .html or .json instead."
)
@click.option(
    "--folder", type=arguments.folder, metavar="DIR", help="All three files, named by the period."
)
@click.option("--lang", type=click.Choice(["zh", "en"]), help="Instead of the terminal's.")
@click.option(
    "--config",
    type=arguments.place,
    default="hq.toml",
    metavar="FILE",
    help="Headquarters' configuration.",
)
def bulletin(
    span: Span,
    day: date | None,
    unit: str,
    out: Path | None,
    folder: Path | None,
    lang: str | None,
    config: Path,
) -> None:
    """The province's bulletin of a day, a week or a month, as text or as files. It says how complete it is."""
    from headquarters.bulletin import files
    from headquarters.config import read_headquarters

    if out and folder:
        raise click.UsageError("--out names one file, --folder a place for all: leave one out")
    if out and out.suffix not in FORMS:
        raise click.UsageError(f"--out {out.name}: must end in {', '.join(FORMS)}")
    if out and not out.parent.is_dir():
        raise click.UsageError(f"--out {out}: there is no folder {out.parent}")
    if out and out.is_dir():
        raise click.UsageError(f"--out {out}: it is a folder")
    headquarters = read_headquarters(config)
    first, _ = last_over(span, datetime.now(headquarters.zone).date())
    made = _made(headquarters, span, day or first, unit)
    language = lang or reader_lang()
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        for form in files.FILES:
            _write(folder / files.file_name(made, form), made, form, language)
    elif out:
        _write(out, made, out.suffix[1:], language)
    else:
        print(files.text(made, language))


def _made(headquarters: Headquarters, span: Span, day: date, unit: str) -> Bulletin:
    from headquarters.bulletin.made import connected

    if not headquarters.engines.database:
        raise click.UsageError("DATABASE_URL says where the database is, or [engines] of the file")
    with arguments.database_needed():
        return connected(headquarters, span, day, unit)


def _write(file: Path, made: Bulletin, form: str, lang: str) -> None:
    """Whole, or as it was."""
    from headquarters.bulletin.files import FILES

    _, make = FILES[form]
    content = make(made, lang)
    new = file.with_name(f"{file.name}.new")
    try:
        new.write_bytes(content.encode() if isinstance(content, str) else content)
        os.replace(new, file)
    finally:
        new.unlink(missing_ok=True)
    print(f"written to {file}")


COMMANDS = (bulletin,)
