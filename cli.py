"""The command line: `lobby serve`, `check`, `journal`, `token` and the rest."""

from __future__ import annotations

import dataclasses
import os
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

import arguments
import cli_access
import cli_copies
import cli_privacy
import cli_province
import cli_report
import cli_trace
from arguments import Form, Group, Speed, answer, failed, number, reader_lang
from lobby.branch.forms import DEVICES, is_device
from lobby.branch.model import Branch
from lobby.branch.serving import always_open
from lobby.catalogues import boards_without_catalogue
from lobby.customers.customer_file import unreadable
from lobby.engine.runtime import DATABASE, holding
from lobby.engine.sent import SentConfiguration, branch_of
from lobby.journal.journal import Journal
from lobby.journal.private import keep_private, make_private
from lobby.standards.reading import unreadable_standards
from printer.devices.profiles import unknown_profiles
from web.access import DEMO_PASSWORD, demo_accounts
from web.transport.listen import may_listen, must_be_free
from web.transport.own_address import base_url, is_everywhere

FOLLOW_S = 0.3
PROGRAM = Path(sys.executable).with_name("lobby")
"""What takes the place of this process. Where it is installed otherwise, the branch waits for its next start."""
SPEED = number("speed", Speed(0, 1000, min_open=True))
LOAD = number("load", Speed(0, 3, min_open=True))
SEQ_TYPE = number("number of an event", click.IntRange(0, 2**63 - 1))
"""What SQLite can hold."""

cli = Group("lobby", "The system that runs a bank's lobby.")
click.version_option(package_name="lobby", message="%(prog)s %(version)s")(cli)
for part in (
    cli_privacy.erase,
    cli_copies.backup,
    cli_copies.restore,
    cli_report.report,
    cli_report.evidence,
    cli_trace.simulate,
    cli_trace.forecast,
    *cli_access.COMMANDS,
    *cli_province.COMMANDS,
):
    cli.add_command(part)


def main(argv: Sequence[str] | None = None) -> int:
    """The exit status: 2 with one line on standard error where the input is bad."""
    keep_private()
    try:
        with cli.make_context("lobby", [*(sys.argv[1:] if argv is None else argv)]) as ctx:
            return int(cli.invoke(ctx))
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.UsageError as error:
        return failed(error, error.ctx or click.Context(cli, info_name="lobby"))
    except (KeyboardInterrupt, BrokenPipeError):
        return 0


# -- running a branch -----------------------------------------------------------------------------------
@cli.command()
@arguments.data
@arguments.config
@click.option(
    "--demo",
    "as_demo",
    is_flag=True,
    help="Demo accounts, and devices unsigned, on this machine only.",
)
@click.option("--host", default="127.0.0.1", metavar="HOST")
@click.option(
    "--plain-http", is_flag=True, help="Listen beyond this machine although there is no TLS."
)
@arguments.port
@click.option("--printer", metavar="DEVICE", help="Overrides the first printer's device.")
@arguments.log
def serve(
    data: Path,
    config: Path,
    as_demo: bool,
    host: str,
    plain_http: bool,
    port: int,
    printer: str | None,
    log: Form,
) -> None:
    """Run a branch."""
    import app
    from lobby.simulation.first_days import teach_if_new
    from web import logs

    logs.start(log)
    sent = _configured(config, data)
    branch = _overridden(sent.branch, printer)
    if as_demo:
        _must_stay_a_demo(branch, host)
    may_listen(host, port, branch.security.public_listen, plain_http=plain_http)
    url = base_url(host, port, branch.public_url)
    on_loopback = host in app.LOOPBACK
    lobby = app.open_lobby(branch, data, url, loopback=on_loopback, demo=as_demo, sent=sent)
    lobby.may_begin_anew = os.access(PROGRAM, os.X_OK)
    _print_addresses(branch, url, demo=as_demo)
    if is_everywhere(host) and not branch.public_url:
        print(
            f"  slips lead to {url}, this machine's own address; public_url names another",
            flush=True,
        )
    if not lobby.access.has_accounts():
        _print_first_account(data)
    teach_if_new(branch, lobby.runtime.forecaster)
    if app.serve(lobby, host, port):
        _begin_anew()


@cli.command()
@click.option("--speed", type=SPEED, default=20.0, metavar="N", help="N times real time.")
@click.option("--real-time", is_flag=True, help="As late as it is, after a morning at once.")
@click.option("--load", type=LOAD, default=1.0, metavar="N", help="N times the usual customers.")
@arguments.log
@arguments.config
@click.option(
    "--data",
    type=arguments.folder,
    metavar="DIR",
    help="Where to keep the day; nowhere unless said.",
)
@arguments.port
def demo(
    speed: float,
    real_time: bool,
    load: float,
    log: Form,
    config: Path,
    data: Path | None,
    port: int,
) -> None:
    """Run a branch that lives by itself. A simulated day of customers and tellers, faster than life."""
    import app
    from demo import Crowd, FastClock, opening, play_past_days
    from lobby.engine.runtime import now_utc
    from web import logs

    logs.start(log)
    url = f"http://127.0.0.1:{port}"
    with TemporaryDirectory(prefix="lobby-demo-") as folder:
        kept_in = data or Path(folder)
        sent = _configured(config, kept_in)
        branch = always_open(sent.branch)
        _must_stay_a_demo(branch, "127.0.0.1")
        must_be_free("127.0.0.1", port)
        today = opening(branch, now_utc())
        play_past_days(branch, kept_in, today)
        clock = FastClock(today, speed)
        if real_time:
            clock = FastClock(min(today, now_utc()), 1.0)
        lobby = app.open_lobby(
            branch, kept_in, url, loopback=True, demo=True, clock=clock, sent=sent
        )
        _print_addresses(branch, url, demo=True)
        lobby.watch_s = max(0.5, lobby.watch_s / clock.speed)
        with Crowd(lobby.runtime, clock, load=load, real=now_utc if real_time else None):
            app.serve(lobby, "127.0.0.1", port)


def _begin_anew() -> None:
    """This program takes its own place, with the same words: what headquarters sent is in force from a start on, and no
    connection of before goes on. Its process stays, so that what supervises it sees no end."""
    ctx = click.get_current_context()
    words = [word for param in ctx.command.params for word in _words(param, ctx.params)]
    print("starting again, with what headquarters sent", flush=True)
    os.execv(PROGRAM, [str(PROGRAM), str(ctx.info_name), *words])


def _words(param: click.Parameter, values: Mapping[str, Any]) -> list[str]:
    """The option as it was given, on the command line."""
    value = values.get(param.name or "")
    if value is None or value is False:
        return []
    return [param.opts[0]] if value is True else [param.opts[0], str(value)]


def _configured(config: Path, data: Path) -> SentConfiguration:
    """The branch as its file and headquarters have it."""
    spoken = partial(boards_without_catalogue, data)
    further = (unreadable, unreadable_standards, unknown_profiles, spoken)
    return SentConfiguration(config, data, *further)


def _overridden(branch: Branch, device: str | None) -> Branch:
    """With `device` in the place of the first printer's."""
    if not device:
        return branch
    if not is_device(device):
        raise click.UsageError(f"--printer {device!r}: must be one of {DEVICES}")
    if not branch.printers:
        raise click.UsageError("--printer: the configuration has no printer to override")
    first = dataclasses.replace(branch.printers[0], device=device)
    return dataclasses.replace(branch, printers=(first, *branch.printers[1:]))


def _must_stay_a_demo(branch: Branch, host: str) -> None:
    """A demo's passwords are known to everybody: it serves this machine alone."""
    import app

    if host not in app.LOOPBACK:
        raise click.UsageError(
            f"a demo serves this machine only, not {host}: leave out --host, or --demo"
        )
    if branch.public_url or branch.security.allowed_hosts:
        raise click.UsageError(
            "a demo has no public_url and no allowed_hosts: take them out, or leave out --demo"
        )


def _typed(branch: Branch, url: str) -> str:
    """What staff and devices type into their browsers. Where phones have a listener of their own, `public_url` is its
    name, and that of staff stands in the proxy alone."""
    if branch.public_url and not branch.security.public_listen:
        return branch.public_url.rstrip("/")
    return url


def _print_addresses(branch: Branch, url: str, *, demo: bool) -> None:
    typed = _typed(branch, url)
    print(f"{branch.bank.zh} {branch.name.zh} · {branch.bank.en}, {branch.name.en}")
    print(f"  kiosk    {typed}/kiosk")
    print(f"  counter  {typed}/desk/counter/{branch.counters[0].id}")
    print(f"  manager  {typed}/desk/hall")
    for board in branch.boards[:1]:
        print(f"  board    {typed}/board/{board.id}")
    if any(printer.device == "virtual:" for printer in branch.printers):
        print(f"  paper    {typed}/printer")
    print(f"  people   {typed}/desk/people")
    print(f"  all      {typed}/")
    if typed != url:
        print(f"  behind the proxy: {url}")
    if demo:
        names = ", ".join(demo_accounts(tuple(c.id for c in branch.counters)))
        print(f"  demo accounts (password {DEMO_PASSWORD}): {names}")
    print("Ctrl-C ends it.", flush=True)


def _print_first_account(data: Path) -> None:
    print(
        "Nobody can sign in yet. Make the first account, with a password of 12 characters or more:"
    )
    print(f"  lobby account create --name NAME --role admin --data {data}", flush=True)


@cli.command()
@arguments.data
@arguments.config
@arguments.as_json
def check(data: Path, config: Path) -> int:
    """Say what is wrong and what to do."""
    import doctor

    findings = doctor.examine(config, data, reader_lang())
    answer([dataclasses.asdict(f) for f in findings], "\n".join(f.line() for f in findings))
    return int(any(finding.grade == "fail" for finding in findings))


# -- the journal and its copies -----------------------------------------------------------------------
@cli.command()
@arguments.data
@click.option(
    "--since", type=SEQ_TYPE, default=0, metavar="SEQ", help="Only what came after this event."
)
@click.option("--follow", is_flag=True, help="Go on with what is yet to come.")
@click.option("--unseal", is_flag=True, help="With what customers wrote, where its key is kept.")
def journal(data: Path, since: int, follow: bool, unseal: bool) -> None:
    """Print the journal as JSON lines."""
    from lobby.events.envelope import SEQ
    from lobby.journal.envelope import is_enveloped, line, rows_after
    from lobby.journal.history import reader

    with closing(reader(data / DATABASE)) as db, cli_privacy.unsealing(data, unseal) as in_clear:
        if not is_enveloped(db):
            raise click.UsageError(
                "the journal is of an earlier version: start the branch once, which brings it up to date"
            )
        while True:
            for row in rows_after(db, since):
                print(in_clear(line(row)))
                since = row[SEQ]
            sys.stdout.flush()
            if not follow:
                return
            time.sleep(FOLLOW_S)


@cli.command()
@arguments.data
@arguments.config
@arguments.as_json
def rebuild(data: Path, config: Path) -> None:
    """Make the derived tables again, and say whether they were right."""
    branch = branch_of(config, data)
    if not (data / DATABASE).exists():
        raise FileNotFoundError(data / DATABASE)
    make_private(data)
    with holding(data), closing(Journal(data / DATABASE, branch.code)) as opened:
        differing = opened.rebuild(branch)
        misfits = opened.misfits
    for one in misfits:
        print(f"event {one.seq} ({one.kind}) was passed over: {one.why}", file=sys.stderr)
    wrong = {table: rows for table, rows in differing.items() if rows}
    text = f"repaired: {wrong}" if wrong else "every derived table equals the replay"
    answer({"differing": differing}, text)


if __name__ == "__main__":
    sys.exit(main())
