"""The command line's part about who may come in: `lobby token`, `lobby account`."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import closing
from typing import Any

from arguments import place
from web.access import ROLES, Access


def token(args: argparse.Namespace) -> int:
    """Print a new bearer token, once."""
    args.data.mkdir(parents=True, exist_ok=True)
    with closing(Access(args.data)) as access:
        made = access.create_token(args.role, args.counter, args.board, args.kiosk)
    print(json.dumps({"token": made}) if args.json else made)
    return 0


def account(args: argparse.Namespace) -> int:
    """Create a staff account, or give it a new password, read from standard input."""
    password = sys.stdin.readline().rstrip("\n")
    if len(password) < 8:
        raise ValueError("the password, a line on standard input, must have at least 8 characters")
    args.data.mkdir(parents=True, exist_ok=True)
    with closing(Access(args.data)) as access:
        access.create_account(args.name, password, args.role, args.counter)
    return 0


def add_commands(commands: Any) -> None:
    """`commands` are the subparsers of `lobby`."""
    devices = _create(commands.add_parser("token", help="bearer tokens for devices"), token)
    devices.add_argument("--board", metavar="ID")
    devices.add_argument("--kiosk", metavar="ID")
    people = _create(commands.add_parser("account", help="accounts of staff"), account)
    people.add_argument("--name", required=True)


def _create(group: Any, run: Any) -> Any:
    made = group.add_subparsers(required=True, metavar="create").add_parser("create", help=run.__doc__)
    made.set_defaults(run=run)
    made.add_argument("--role", required=True, choices=ROLES)
    made.add_argument("--counter", metavar="ID")
    made.add_argument("--data", type=place, default="var")
    made.add_argument("--json", action="store_true")
    return made
