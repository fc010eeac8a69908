"""The command line's part about who may come in: `lobby account`, `token`, `session`, `device`. What is changed here is
effective at once: the server that runs beside asks the same store, and tells the journal."""

from __future__ import annotations

import dataclasses
import getpass
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

import click

import arguments
from arguments import Group, answer, number, place
from lobby.branch.model import Branch
from lobby.engine.sent import branch_of
from web.access import ACCOUNT_ROLES, DEVICE_ROLES, ROLES, Access
from web.access.base import FILE

HERE = "config.toml"
IDS_MAX = 20
"""More are no help to who mistyped one."""
DAYS = number("number of days", click.IntRange(1, 3660))
Id = str | None
"""Where one is given."""
TIMES = ("created_at", "expires_at", "used_at", "seen_at", "signed_in_at")


@contextmanager
def opened(data: Path) -> Iterator[Access]:
    """The store; its changes are made by `cli:` and who is signed in to this machine."""
    is_new = not data.exists()
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with closing(Access(data, actor=f"cli:{getpass.getuser()}")) as access:
        yield access
    if is_new:
        print(f"{data} is a new data folder", file=sys.stderr)


def zone_in(data: Path) -> tzinfo | None:
    """The branch's time zone, where it was ever opened: nothing is made for asking."""
    if not (data / FILE).exists():
        return None
    with closing(Access(data)) as access:
        return access.zone


# -- what the branch has ------------------------------------------------------------------------------------
def must_exist(config: Path | None, access: Access, kind: str, id: Id) -> None:
    """ValueError for an id that neither the configuration nor the branch as it was opened last knows."""
    if id is None:
        return
    known = places(config, access, kind)
    if known and id not in known:
        raise ValueError(f"there is no {kind} {id!r}: the branch has {_some(known)}")
    if not known and (kind == "kiosk" or config):
        raise ValueError(f"there is no {kind} {id!r}: the configuration names none")


def _some(ids: Sequence[str]) -> str:
    """A register of staff may have ten thousand."""
    text = ", ".join(ids[:IDS_MAX])
    if len(ids) > IDS_MAX:
        return f"{text} and {len(ids) - IDS_MAX} more"
    return text


def places(config: Path | None, access: Access, kind: str) -> tuple[str, ...]:
    configured = _ids_of(branch_of(config, access.data), kind) if config else ()
    return tuple(dict.fromkeys([*configured, *access.places(kind)]))


def _ids_of(branch: Branch, kind: str) -> tuple[str, ...]:
    if kind == "person":
        return tuple(person.number for person in branch.staff.people)
    return tuple(one.id for one in getattr(branch, f"{kind}s"))


def own_place(config: Path | None, access: Access, kind: str, role: str, named: Id) -> str | None:
    """A device is bound: to the one that was named, else to the branch's first."""
    must_exist(config, access, kind, named)
    if role != kind or named:
        return named
    first = next(iter(places(config, access, kind)), None)
    if first:
        print(f"bound to {kind} {first}", file=sys.stderr)
    return first


# -- what comes in ------------------------------------------------------------------------------------------
token = Group("token", "Bearer tokens of devices and integrations.")
account = Group("account", "Accounts of staff.")
session = Group("session", "Who is signed in.")
device = Group("device", "Codes that enrol a device.")

with_config = click.option(
    "--config", type=place, metavar="FILE", default=lambda: HERE if Path(HERE).exists() else None,
    show_default=f"{HERE}, where there is one", help="Whose counters, boards and kiosks there are.",
)  # fmt: skip
with_name = click.option(
    "--name", default="", show_default=False, metavar="NAME", help="What it is called."
)
with_counter = click.option("--counter", metavar="ID", help="The counter to be bound to.")
with_board = click.option("--board", metavar="ID", help="The board to be bound to.")
with_kiosk = click.option("--kiosk", metavar="ID", help="The kiosk to be bound to.")


def with_role(roles: Sequence[str]) -> Callable[..., Any]:
    return click.option("--role", required=True, type=click.Choice([*roles]))


@token.command("create")
@with_role(ROLES)
@with_name
@click.option("--expires", type=DAYS, metavar="DAYS", help="After how many days it ends.")
@with_counter
@with_board
@with_kiosk
@with_config
@arguments.data
@arguments.as_json
def create_token(
    role: str,
    name: str,
    expires: int | None,
    counter: Id,
    board: Id,
    kiosk: Id,
    config: Path | None,
    data: Path,
) -> None:
    """Print a new bearer token, once."""
    with opened(data) as access:
        must_exist(config, access, "counter", counter)
        board = own_place(config, access, "board", role, board)
        kiosk = own_place(config, access, "kiosk", role, kiosk)
        made = access.create_token(role, counter, board, kiosk, name=name, days=expires)
    answer({"token": made}, made)


@account.command("create")
@with_role(ACCOUNT_ROLES)
@click.option("--name", required=True, metavar="NAME")
@click.option(
    "--staff-number", metavar="NUMBER", help="Whose account it is, by the register of staff."
)
@with_counter
@with_config
@arguments.data
@arguments.as_json
def create_account(
    role: str, name: str, staff_number: Id, counter: Id, config: Path | None, data: Path
) -> None:
    """Create a staff account, or give it a new password. The password is read from standard input."""
    password = sys.stdin.readline().rstrip("\n")
    with opened(data) as access:
        must_exist(config, access, "counter", counter)
        must_exist(config, access, "person", staff_number)
        branch = branch_of(config, data) if config else None
        names = (branch.bank.en, branch.bank.zh, branch.name.en, branch.name.zh) if branch else ()
        access.create_account(name, password, role, counter, staff_number=staff_number, names=names)
    answer({"name": name, "role": role}, f"{name}: {role}, may sign in")


@device.command("code")
@with_role(DEVICE_ROLES)
@with_name
@with_board
@with_kiosk
@with_config
@arguments.data
@arguments.as_json
def create_code(
    role: str, name: str, board: Id, kiosk: Id, config: Path | None, data: Path
) -> None:
    """Print a one-time code that enrols a device. Type it at the device's page /device within ten minutes."""
    with opened(data) as access:
        board = own_place(config, access, "board", role, board)
        kiosk = own_place(config, access, "kiosk", role, kiosk)
        made = access.create_code(role, board or kiosk or "", name)
    answer(dataclasses.asdict(made), f"{made.code[:4]} {made.code[4:]}")


def add_list(
    group: Group,
    list_of: Callable[[Access], Sequence[Any]],
    *columns: str,
    data: Callable[..., Any] = arguments.data,
) -> None:
    """`data`: the option that says where the store is."""

    @group.command("list")
    @data
    @arguments.as_json
    def show(data: Path) -> None:
        """Show all."""
        with opened(data) as access:
            rows = [_timed(dataclasses.asdict(one), access.zone) for one in list_of(access)]
        answer(rows, _table([columns, *([_cell(row[name]) for name in columns] for row in rows)]))


def add_verb(
    group: Group,
    verb: str,
    act: Callable[[Access, str], object],
    done: str,
    help: str,
    *,
    data: Callable[..., Any] = arguments.data,
) -> None:
    """`data`: the option that says where the store is."""

    @group.command(verb, help=help)
    @click.argument("id")
    @data
    @arguments.as_json
    def change(id: str, data: Path) -> None:
        with opened(data) as access:
            act(access, id)
        answer({"id": id}, f"{id}: {done}")


def _timed(row: dict[str, Any], zone: tzinfo | None) -> dict[str, Any]:
    """Its instants in the branch's own time; in the machine's where no branch was opened yet."""
    times = {
        name: datetime.fromtimestamp(int(row[name]), UTC).astimezone(zone)
        for name in TIMES
        if row.get(name)
    }
    return {**row, **times}


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, bool):
        if value:
            return "yes"
        return ""
    if value is None:
        return ""
    return str(value)


def _table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)


add_list(
    account,
    Access.accounts,
    "name",
    "staff_number",
    "role",
    "counter",
    "disabled",
    "demo",
    "has_totp",
    "signed_in_at",
)
add_verb(
    account, "revoke", Access.remove_account, "removed", "Remove the account; its sessions end."
)
add_verb(
    account,
    "disable",
    Access.disable_account,
    "disabled",
    "The account may not come in; its sessions end.",
)
add_verb(account, "enable", Access.enable_account, "enabled", "The account may come in again.")
add_verb(
    account,
    "no-totp",
    Access.drop_totp,
    "has no second factor",
    "Take the second factor off: another can be enrolled.",
)
add_list(
    session, Access.sessions, "id", "account", "role", "address", "created_at", "seen_at", "locked"
)
add_verb(session, "revoke", Access.revoke_session, "ended", "End the session.")
add_verb(session, "disable", Access.revoke_session, "ended", "End the session.")
add_list(
    token,
    Access.tokens,
    "id",
    "name",
    "role",
    "board",
    "kiosk",
    "counter",
    "used_at",
    "expires_at",
    "disabled",
)
add_verb(
    token, "revoke", Access.revoke_token, "revoked", "Revoke the token for good, by id or name."
)
add_verb(
    token,
    "disable",
    Access.disable_token,
    "disabled",
    "The token opens nothing until it is enabled.",
)
add_verb(token, "enable", Access.enable_token, "enabled", "The token opens what it did.")


COMMANDS = (token, account, session, device)
