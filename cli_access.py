"""The command line's part about who may come in: `lobby account`, `token`, `session`, `device`. What is changed here is
effective at once: the server that runs beside asks the same store, and tells the journal."""

from __future__ import annotations

import argparse
import dataclasses
import getpass
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

from arguments import place
from lobby.branch.config import read_branch
from lobby.branch.model import Branch
from web.access import ACCOUNT_ROLES, DEVICE_ROLES, ROLES, Access
from web.access.base import FILE

HERE = Path("config.toml")
DAYS_MAX = 3660
TIMES = ("created_at", "expires_at", "used_at", "seen_at", "signed_in_at")


@contextmanager
def opened(args: argparse.Namespace) -> Iterator[Access]:
    """The store; its changes are made by `cli:` and who is signed in to this machine."""
    args.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    access = Access(args.data, actor=f"cli:{getpass.getuser()}")
    try:
        yield access
    finally:
        access.close()


def zone_in(data: Path) -> tzinfo | None:
    """The branch's time zone, where it was ever opened: nothing is made for asking."""
    if not (data / FILE).exists():
        return None
    with closing(Access(data)) as access:
        return access.zone


# -- what the branch has ------------------------------------------------------------------------------------
def branch_of(args: argparse.Namespace) -> Branch | None:
    """As configured in `--config`, else in ./config.toml, where there is one."""
    file = args.config or (HERE if HERE.exists() else None)
    return read_branch(file) if file else None


def must_exist(args: argparse.Namespace, access: Access, kind: str, id: str | None) -> None:
    """ValueError for an id that neither the configuration nor the branch as it was opened last knows."""
    if id is None:
        return
    known = places(args, access, kind)
    if known and id not in known:
        raise ValueError(f"there is no {kind} {id!r}: the branch has {', '.join(known)}")
    if not known and (kind == "kiosk" or args.config or HERE.exists()):
        raise ValueError(f"there is no {kind} {id!r}: the configuration names none")


def places(args: argparse.Namespace, access: Access, kind: str) -> tuple[str, ...]:
    branch = branch_of(args)
    return tuple(dict.fromkeys([*(_ids_of(branch, kind) if branch else ()), *access.places(kind)]))


def _ids_of(branch: Branch, kind: str) -> tuple[str, ...]:
    if kind == "person":
        return tuple(person.number for person in branch.staff.people)
    return tuple(one.id for one in getattr(branch, f"{kind}s"))


def own_place(args: argparse.Namespace, access: Access, kind: str) -> str | None:
    """A device is bound: to the one that was named, else to the branch's first."""
    named: str | None = getattr(args, kind)
    must_exist(args, access, kind, named)
    if args.role != kind or named:
        return named
    first = next(iter(places(args, access, kind)), None)
    if first:
        print(f"bound to {kind} {first}", file=sys.stderr)
    return first


# -- commands -------------------------------------------------------------------------------------------------
def create_token(args: argparse.Namespace) -> int:
    """Print a new bearer token, once."""
    with opened(args) as access:
        must_exist(args, access, "counter", args.counter)
        board, kiosk = (own_place(args, access, kind) for kind in ("board", "kiosk"))
        made = access.create_token(args.role, args.counter, board, kiosk, name=args.name, days=args.expires)
    print(json.dumps({"token": made}) if args.json else made)
    return 0


def create_account(args: argparse.Namespace) -> int:
    """Create a staff account, or give it a new password, read from standard input."""
    password = sys.stdin.readline().rstrip("\n")
    with opened(args) as access:
        must_exist(args, access, "counter", args.counter)
        must_exist(args, access, "person", args.staff_number)
        branch = branch_of(args)
        names = (branch.bank.en, branch.bank.zh, branch.name.en, branch.name.zh) if branch else ()
        number = args.staff_number
        access.create_account(args.name, password, args.role, args.counter, staff_number=number, names=names)
    made = {"name": args.name, "role": args.role}
    print(json.dumps(made, ensure_ascii=False) if args.json else f"{args.name}: {args.role}, may sign in")
    return 0


def create_code(args: argparse.Namespace) -> int:
    """Print a one-time code that enrols a device: type it at the device's page /device within ten minutes."""
    with opened(args) as access:
        board, kiosk = (own_place(args, access, kind) for kind in ("board", "kiosk"))
        made = access.create_code(args.role, board or kiosk or "", args.name)
    print(json.dumps(dataclasses.asdict(made)) if args.json else f"{made.code[:4]} {made.code[4:]}")
    return 0


def listing(list_of: Callable[[Access], Sequence[Any]], columns: Sequence[str]) -> Callable[..., int]:
    def run(args: argparse.Namespace) -> int:
        """Show all."""
        with opened(args) as access:
            rows = [_timed(dataclasses.asdict(one), access.zone) for one in list_of(access)]
        if args.json:
            print(json.dumps(rows, ensure_ascii=False, indent=1, default=datetime.isoformat))
        else:
            print(_table([columns, *([_cell(row[name]) for name in columns] for row in rows)]))
        return 0

    return run


def change(act: Callable[[Access, str], object], help: str, done: str) -> Callable[..., int]:
    def run(args: argparse.Namespace) -> int:
        with opened(args) as access:
            act(access, args.id)
        print(json.dumps({"id": args.id}) if args.json else f"{args.id}: {done}")
        return 0

    run.__doc__ = help
    return run


def _timed(row: dict[str, Any], zone: tzinfo | None) -> dict[str, Any]:
    """Its instants in the branch's own time; in the machine's where no branch was opened yet."""
    times = {name: datetime.fromtimestamp(int(row[name]), UTC).astimezone(zone) for name in TIMES if row.get(name)}
    return {**row, **times}


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, bool):
        return "yes" if value else ""
    return "" if value is None else str(value)


def _table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


ACCOUNT_COLUMNS = ("name", "staff_number", "role", "counter", "disabled", "demo", "has_totp", "signed_in_at")
SESSION_COLUMNS = ("id", "account", "role", "address", "created_at", "seen_at", "locked")
TOKEN_COLUMNS = ("id", "name", "role", "board", "kiosk", "counter", "used_at", "expires_at", "disabled")
Verbs = dict[str, Callable[..., int]]
ACCOUNTS: Verbs = {
    "list": listing(Access.accounts, ACCOUNT_COLUMNS),
    "revoke": change(Access.remove_account, "Remove the account; its sessions end.", "removed"),
    "disable": change(Access.disable_account, "The account may not come in; its sessions end.", "disabled"),
    "enable": change(Access.enable_account, "The account may come in again.", "enabled"),
    "no-totp": change(
        Access.drop_totp, "Take the second factor off: who lost it enrols another.", "has no second factor"
    ),
}
SESSIONS: Verbs = {
    "list": listing(Access.sessions, SESSION_COLUMNS),
    "revoke": change(Access.revoke_session, "End the session.", "ended"),
    "disable": change(Access.revoke_session, "End the session.", "ended"),
}
TOKENS: Verbs = {
    "list": listing(Access.tokens, TOKEN_COLUMNS),
    "revoke": change(Access.revoke_token, "Revoke the token for good, by id or name.", "revoked"),
    "disable": change(Access.disable_token, "The token opens nothing until it is enabled.", "disabled"),
    "enable": change(Access.enable_token, "The token opens what it did.", "enabled"),
}


# -- the grammar ------------------------------------------------------------------------------------------------
def add_commands(commands: Any) -> None:
    """`commands` are the subparsers of `lobby`."""
    tokens = _group(commands, "token", "bearer tokens of devices and integrations", TOKENS)
    _for_device(_creating(tokens, create_token, ROLES)).add_argument("--expires", type=_days, metavar="DAYS")
    accounts = _group(commands, "account", "accounts of staff", ACCOUNTS)
    for_one = _creating(accounts, create_account, ACCOUNT_ROLES, named=True)
    for_one.add_argument("--staff-number", metavar="NUMBER", help="whose account it is, by the register of staff")
    _group(commands, "session", "who is signed in", SESSIONS)
    devices = commands.add_parser("device", help="codes that enrol a device").add_subparsers(required=True)
    _for_device(_creating(devices, create_code, DEVICE_ROLES, verb="code"))


def _group(commands: Any, name: str, help: str, verbs: Verbs) -> Any:
    made = commands.add_parser(name, help=help).add_subparsers(required=True, metavar="COMMAND")
    for verb, run in verbs.items():
        added = _common(made.add_parser(verb, help=run.__doc__, description=run.__doc__), run)
        if verb != "list":
            added.add_argument("id", metavar="NAME" if name == "account" else "ID")
    return made


def _creating(
    group: Any, run: Callable[..., int], roles: Sequence[str], *, verb: str = "create", named: bool = False
) -> Any:
    made = _common(group.add_parser(verb, help=run.__doc__, description=run.__doc__), run)
    made.add_argument("--role", required=True, choices=roles)
    made.add_argument("--name", required=named, default="")
    made.add_argument("--counter", metavar="ID")
    made.add_argument("--config", type=place, help="whose counters, boards and kiosks there are (./config.toml)")
    return made


def _for_device(made: Any) -> Any:
    made.add_argument("--board", metavar="ID")
    made.add_argument("--kiosk", metavar="ID")
    return made


def _common(made: Any, run: Callable[..., int]) -> Any:
    made.set_defaults(run=run)
    made.add_argument("--data", type=place, default="var", help="the branch's data (./var)")
    made.add_argument("--json", action="store_true", help="one JSON document")
    return made


def _days(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) <= DAYS_MAX:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days (1 to {DAYS_MAX})")
    return int(text)
