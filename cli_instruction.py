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
from arguments import Command, Group, answer, database_needed
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


@instruction.command()
@config
@click.option("--title", required=True, metavar="TEXT", help="What is to change.")
@click.option("--due", required=True, metavar="DATE", help="The day by which it is to be done.")
@click.option("--measure", default="", metavar="ID", help="Whose effect is told, as late_share.")
@click.option("--direction", default="less", metavar="WAY", help="less or more.")
@click.option("--words", default="", metavar="TEXT", help="Why, and from whom to learn.")
@click.option(
    "--branch", "branches", multiple=True, metavar="CODE", help="Once for each; else all."
)
@click.option("--unit", metavar="ID", help="All branches of this unit of hq.toml.")
@arguments.as_json
def action(
    config: Path,
    title: str,
    due: str,
    measure: str,
    direction: str,
    words: str,
    branches: tuple[str, ...],
    unit: str | None,
) -> None:
    """Ask branches for a corrective action; what they do, and whether it helps, comes back."""
    values = {
        "title": title,
        "due": due,
        "measure": measure,
        "direction": direction,
        "words": words,
    }
    headquarters = _headquarters(config)
    _make(headquarters, "action", values, _whom(headquarters, branches, unit))


@instruction.command()
@config
@click.argument("file", type=arguments.place)
@click.option(
    "--branch", "branches", multiple=True, metavar="CODE", help="Once for each; else all."
)
@click.option("--unit", metavar="ID", help="All branches of this unit of hq.toml.")
@click.option("--dry-run", is_flag=True, help="Check the file, and send nothing.")
@arguments.as_json
def configure(
    config: Path, file: Path, branches: tuple[str, ...], unit: str | None, dry_run: bool
) -> None:
    """Send tables of the configuration, standards and slides. The whole takes the place of what was sent before."""
    from headquarters.instruction.configured import read_configuration

    content = read_configuration(file)
    if dry_run:
        tables = ", ".join([*content.tables, *(["slides"] if content.slides else [])])
        answer({"version": content.version, "tables": [*content.tables]}, f"it fits: {tables}")
        return
    headquarters = _headquarters(config)
    _sign(headquarters, content, _whom(headquarters, branches, unit))


@instruction.command("list")
@config
@arguments.as_json
def list_(config: Path) -> None:
    """List what was sent down: how many branches have it, and which refused it or differ, and why."""
    from headquarters.instruction.instructed import standing

    headquarters = _headquarters(config)
    with _database(headquarters) as db:
        entries = standing(db, headquarters)
    lines = [
        f"{entry['id']}  {entry['kind']:12}  {entry['title'][:40]:40}"
        f"  {_actual(entry)} of {entry['wanted']}  {_notes(entry)}".rstrip()
        for entry in entries
    ]
    answer(entries, "\n".join(lines) or "nothing was sent down")


@instruction.command()
@config
@arguments.as_json
@click.argument("id", type=click.IntRange(1))
def withdraw(config: Path, id: int) -> None:
    """Take it back. An announcement goes from the screens, a configuration gives way to the branches' own; a work order
    and an action stay where they are."""
    from headquarters.instruction import instructions
    from headquarters.instruction.instructed import known_branches

    headquarters = _headquarters(config)
    with _database(headquarters) as db:
        known = known_branches(db, headquarters)
        instructions.withdraw(db, _signer(headquarters), id, getpass.getuser(), known)
    answer({"id": id}, f"withdrawn: {id}")


@instruction.command()
@config
@arguments.as_json
@click.argument("id", type=click.IntRange(1))
def again(config: Path, id: int) -> None:
    """Send it once more to the branches that refused it, or that run with something else."""
    from headquarters.instruction.again import send_again

    headquarters = _headquarters(config)
    with _database(headquarters) as db:
        made, branches = send_again(db, headquarters, _signer(headquarters), id, getpass.getuser())
    answer({"id": made, "branches": branches}, f"on its way: {made}, to {', '.join(branches)}")


def _actual(entry: Any) -> int:
    """How many have it, proven; of a configuration with how many it is in force."""
    state = entry["configuration"]
    return int(state["in_force"] if state else entry["taken"])


def _notes(entry: Any) -> str:
    """Who refused it and why; of a configuration also who waits, and who differs in what."""
    notes = [f"{one['branch']}: {one['why']} {one['detail']}".strip() for one in entry["refused"]]
    state = entry["configuration"]
    if state and state["superseded"]:
        notes.append("superseded")
    for one in (entry["action"] or {}).get("actions", ()):
        notes.append(f"{one['branch']}: {one['state']}{' late' if one['late'] else ''}")
    for one in state["waiting"] if state else ():
        notes.append(f"{one['branch']}: waits for its next start")
    for one in state["differing"] if state else ():
        what = ", ".join(one["edited"]) or one["detail"] or "altered"
        notes.append(f"{one['branch']}: differs since {one['since'][:16]} ({what})")
    return ", ".join(notes)


def _make(
    headquarters: Headquarters, kind: str, values: dict[str, Any], branches: list[str] | None
) -> None:
    _sign(headquarters, _content(kind, values), branches)


def _sign(headquarters: Headquarters, content: Content, branches: list[str] | None) -> None:
    from headquarters.instruction import instructions

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
    from headquarters.instruction.instructed import of_unit

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
    from headquarters.instruction.signing import Signer

    return Signer(headquarters)


@contextmanager
def _database(headquarters: Headquarters) -> Iterator[Any]:
    from headquarters.alarms import opened
    from headquarters.journal.tables import migrate

    if not headquarters.engines.database:
        raise click.UsageError("DATABASE_URL says where the database is, or [engines] of the file")
    try:
        with database_needed(), opened(headquarters.engines.database) as db:
            migrate(headquarters.engines.database)
            yield db
    except LobbyError as error:
        raise click.UsageError(str(error)) from error


COMMANDS: tuple[Command | Group, ...] = (instruction,)
