"""The command line's part about what headquarters sends down: `lobby hq instruction`."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import arguments
from arguments import Command, Group, answer
from lobby.errors import LobbyError

if TYPE_CHECKING:
    from headquarters.config import Headquarters
    from lobby.events.down import Content

config = click.option(
    "--config",
    type=arguments.place,
    default="hq.toml",
    metavar="FILE",
    help="Headquarters' configuration.",
)
instruction = Group("instruction", "What headquarters decides and sends down to branches.")


@instruction.command()
@config
@arguments.as_json
def key(config: Path) -> None:
    """Print the public key for [headquarters] of each branch's config.toml; the first time it is made."""
    public = _signer(_headquarters(config)).public
    answer({"key": public}, f'[headquarters]\nkey = "{public}"')


@instruction.command()
@config
@click.option("--zh", required=True, metavar="TEXT", help="In Chinese.")
@click.option("--en", required=True, metavar="TEXT", help="In English.")
@click.option("--until", required=True, metavar="DATE", help="The last day on which it is shown.")
@click.option("--important", is_flag=True, help="It stands out.")
@click.option(
    "--branch", "branches", multiple=True, metavar="CODE", help="Once for each; else all."
)
@click.option("--unit", metavar="ID", help="All branches of this unit of hq.toml.")
@arguments.as_json
def announce(
    config: Path,
    zh: str,
    en: str,
    until: str,
    important: bool,
    branches: tuple[str, ...],
    unit: str | None,
) -> None:
    """Tell the staff of all branches, of a unit's or of some something, until a day."""
    values = {"zh": zh, "en": en, "until": until, "important": important}
    headquarters = _headquarters(config)
    whom = _whom(headquarters, branches, unit)
    _make(headquarters, "announcement", values, whom)


@instruction.command()
@config
@click.option("--branch", required=True, metavar="CODE", help="Which branch is to answer.")
@click.option("--number", required=True, metavar="NUMBER", help="With who sent it.")
@click.option("--channel", required=True, metavar="CHANNEL", help="hotline or regulator.")
@click.option("--came-on", required=True, metavar="DATE", help="When the customer told it.")
@click.option("--deadline", metavar="DATE", help="Until when it is to be answered.")
@click.option(
    "--text", type=arguments.place, metavar="FILE", help="What it says; without it stdin is read."
)
@arguments.as_json
def order(
    config: Path,
    branch: str,
    number: str,
    channel: str,
    came_on: str,
    deadline: str | None,
    text: Path | None,
) -> None:
    """Hand a work order of the hotline or the regulator to a branch, which opens a case."""
    values = {
        "number": number,
        "channel": channel,
        "came_on": came_on,
        "deadline": deadline,
        "text": (text.read_text() if text else sys.stdin.read()).strip(),
    }
    headquarters = _headquarters(config)
    _make(headquarters, "order", values, _whom(headquarters, (branch,), None))


@instruction.command("list")
@config
@arguments.as_json
def list_(config: Path) -> None:
    """List what was sent down: how many branches have it, and which refused it and why."""
    from headquarters.instructed import standing

    headquarters = _headquarters(config)
    with _database(headquarters) as db:
        entries = standing(db, headquarters)
    lines = [
        f"{entry['id']}  {entry['kind']:12}  {entry['title'][:40]:40}"
        f"  {entry['taken']} of {entry['wanted']}  {_refusals(entry['refused'])}".rstrip()
        for entry in entries
    ]
    answer(entries, "\n".join(lines) or "nothing was sent down")


@instruction.command()
@config
@arguments.as_json
@click.argument("id", type=click.IntRange(1))
def withdraw(config: Path, id: int) -> None:
    """Send it to nobody any more. Branches that have it keep it."""
    from headquarters import instructions

    with _database(_headquarters(config)) as db:
        instructions.withdraw(db, id)
    answer({"id": id}, f"withdrawn: {id}")


def _refusals(refused: Any) -> str:
    return ", ".join(f"{one['branch']}: {one['why']}" for one in refused)


def _make(
    headquarters: Headquarters, kind: str, values: dict[str, Any], branches: list[str] | None
) -> None:
    from headquarters import instructions

    content = _content(kind, values)
    with _database(headquarters) as db:
        id = instructions.make(db, _signer(headquarters), content, branches, getpass.getuser())
    answer({"id": id}, f"on its way: {id}")


def _content(kind: str, values: dict[str, Any]) -> Content:
    from pydantic import ValidationError

    from lobby.events.down import content_of
    from lobby.events.instruction import InstructionKind

    try:
        return content_of(InstructionKind(kind), values)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise click.UsageError(f"{where}: {first['msg']}") from error


def _whom(
    headquarters: Headquarters, branches: tuple[str, ...], unit: str | None
) -> list[str] | None:
    """None: every branch."""
    from headquarters.instructed import of_unit

    unknown = [code for code in branches if not headquarters.takes(code)]
    if unknown:
        raise click.UsageError(f"there is no branch {unknown[0]} in the configuration")
    if not unit:
        return [*branches] or None
    codes = of_unit(headquarters, unit)
    if not codes:
        raise click.UsageError(f"there is no branch in a unit {unit}")
    return sorted({*branches, *codes})


def _headquarters(config: Path) -> Headquarters:
    from headquarters.config import read_headquarters

    return read_headquarters(config)


def _signer(headquarters: Headquarters) -> Any:
    from headquarters.signing import Signer

    return Signer(headquarters)


@contextmanager
def _database(headquarters: Headquarters) -> Iterator[Any]:
    from headquarters.alarms import opened
    from headquarters.tables import migrate

    if not headquarters.engines.database:
        raise click.UsageError("DATABASE_URL says where the database is, or [engines] of the file")
    try:
        with opened(headquarters.engines.database) as db:
            migrate(headquarters.engines.database)
            yield db
    except LobbyError as error:
        raise click.UsageError(str(error)) from error
    except ConnectionError as error:
        raise click.UsageError(f"the database: {error}") from error


COMMANDS: tuple[Command | Group, ...] = (instruction,)
