"""The command line's part about headquarters' web server: `lobby hq serve`, and who may come in there: `lobby hq
account` and `lobby hq token`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

import arguments
import cli_access
from arguments import Command, Form, Group, answer
from cli_access import DAYS, opened, with_role
from headquarters.accounts import ROLES
from web.access import DEMO_PASSWORD, Access

if TYPE_CHECKING:
    from headquarters.config import Headquarters

HERE = "hq.toml"
config = click.option(
    "--config",
    type=arguments.place,
    default=HERE,
    metavar="FILE",
    help="Headquarters' configuration.",
)
data = click.option(
    "--data",
    type=arguments.folder,
    default="var-hq",
    metavar="DIR",
    help="Headquarters' accounts, sessions and secrets.",
)
with_unit = click.option(
    "--unit", metavar="ID", help="The unit of the tree to be bound to; the whole province without."
)


@click.command(cls=Command)
@config
@data
@click.option("--demo", "as_demo", is_flag=True, help="Demo accounts, on this machine only.")
@click.option("--host", default="127.0.0.1", metavar="HOST")
@click.option(
    "--plain-http", is_flag=True, help="Listen beyond this machine although there is no TLS."
)
@click.option(
    "--port",
    type=arguments.number("port", click.IntRange(1, 65535)),
    default=8100,
    metavar="PORT",
)
@arguments.log
def serve(
    config: Path, data: Path, as_demo: bool, host: str, plain_http: bool, port: int, log: Form
) -> None:
    """Show all branches. DATABASE_URL goes before the file's engines."""
    from headquarters import serving
    from web import logs
    from web.transport.listen import may_listen

    logs.start(log)
    headquarters = _read(config)
    if not headquarters.engines.database:
        raise click.UsageError(
            "DATABASE_URL says where PostgreSQL is, or [engines] database of the file"
        )
    if as_demo:
        _must_stay_a_demo(headquarters, host)
    may_listen(host, port, None, plain_http=plain_http)
    with arguments.database_needed():
        serving.prepare_database(headquarters.engines.database)
    loopback = host in serving.LOOPBACK
    office = serving.open_office(headquarters, data, loopback=loopback, demo=as_demo)
    _print_addresses(headquarters, f"http://{host}:{port}", demo=as_demo)
    if not office.access.has_accounts():
        _print_first_account(data)
    serving.serve(office, host, port)


def _read(config: Path) -> Headquarters:
    from headquarters.config import read_headquarters

    return read_headquarters(config)


def _must_stay_a_demo(headquarters: Headquarters, host: str) -> None:
    """A demo's passwords are known to everybody: it serves this machine alone."""
    from headquarters import serving

    if host not in serving.LOOPBACK:
        raise click.UsageError(
            f"a demo serves this machine only, not {host}: leave out --host, or --demo"
        )
    if headquarters.public_url or headquarters.security.allowed_hosts:
        raise click.UsageError(
            "a demo has no public_url and no allowed_hosts: take them out, or leave out --demo"
        )


def _print_addresses(headquarters: Headquarters, url: str, *, demo: bool) -> None:
    typed = headquarters.public_url.rstrip("/") or url
    print(f"{headquarters.name.zh} · {headquarters.name.en}")
    print(f"  all branches  {typed}/live")
    print(f"  API           {typed}/api/v1/branches")
    if typed != url:
        print(f"  behind the proxy: {url}")
    if demo:
        print(f"  demo accounts (password {DEMO_PASSWORD}): {', '.join(ROLES)}")
    print("Ctrl-C ends it.", flush=True)


def _print_first_account(data: Path) -> None:
    print(
        "Nobody can sign in yet. Make the first account, with a password of 12 characters or more:"
    )
    print(f"  lobby hq account add NAME --role admin --data {data}", flush=True)


# -- who may come in ------------------------------------------------------------------------------------
account = Group("account", "Accounts of headquarters.")
token = Group("token", "Bearer tokens of integrations at headquarters.")


def _must_have(unit: str | None, config: Path, access: Access) -> None:
    """ValueError for a unit that neither hq.toml nor the headquarters that was opened last knows."""
    known = list(access.places("unit"))
    if config.exists():
        known += [unit.id for unit in _read(config).units]
    if unit and unit not in known:
        raise ValueError(f"there is no unit {unit!r}: hq.toml has {', '.join(known) or 'none'}")


@account.command("add")
@click.argument("name")
@with_role(ROLES)
@with_unit
@config
@data
@arguments.as_json
def add_account(name: str, role: str, unit: str | None, config: Path, data: Path) -> None:
    """Add an account, or give it a new password. The password is read from standard input."""
    password = sys.stdin.readline().rstrip("\n")
    with opened(data) as access:
        _must_have(unit, config, access)
        access.create_account(name, password, role, unit=unit)
    below = f" below {unit}" if unit else ""
    answer({"name": name, "role": role, "unit": unit}, f"{name}: {role}{below}, may sign in")


@token.command("create")
@with_role((*ROLES, "monitor"))
@cli_access.with_name
@click.option("--expires", type=DAYS, metavar="DAYS", help="After how many days it ends.")
@with_unit
@config
@data
@arguments.as_json
def create_token(
    role: str, name: str, expires: int | None, unit: str | None, config: Path, data: Path
) -> None:
    """Print a new bearer token, once."""
    with opened(data) as access:
        _must_have(unit, config, access)
        made = access.create_token(role, name=name, days=expires, unit=unit)
    answer({"token": made}, made)


cli_access.add_list(
    account, Access.accounts, "name", "role", "unit", "disabled", "demo", "has_totp", "signed_in_at",
    data=data,
)  # fmt: skip
cli_access.add_list(
    token,
    Access.tokens,
    "id",
    "name",
    "role",
    "unit",
    "used_at",
    "expires_at",
    "disabled",
    data=data,
)
cli_access.add_verb(
    account,
    "revoke",
    Access.remove_account,
    "removed",
    "Remove the account; its sessions end.",
    data=data,
)
cli_access.add_verb(
    account,
    "disable",
    Access.disable_account,
    "disabled",
    "The account may not come in; its sessions end.",
    data=data,
)
cli_access.add_verb(
    account,
    "enable",
    Access.enable_account,
    "enabled",
    "The account may come in again.",
    data=data,
)
cli_access.add_verb(
    account,
    "no-totp",
    Access.drop_totp,
    "has no second factor",
    "Take the second factor off: another can be enrolled.",
    data=data,
)
cli_access.add_verb(
    token,
    "revoke",
    Access.revoke_token,
    "revoked",
    "Revoke the token for good, by id or name.",
    data=data,
)

COMMANDS = (serve, account, token)
