"""The command line: `lobby serve`, `check`, `journal`, `token` and the rest."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cli_access
import cli_privacy
from arguments import Parser, Refused, ask, count, place, port, speed
from lobby.branch.config import ConfigError, read_branch, read_scenario
from lobby.branch.forms import DEVICES, is_device
from lobby.branch.model import Branch
from lobby.branch.names import Lang
from lobby.calling.discipline import DEFAULT, POLICIES
from lobby.customers.customer_file import unreadable
from lobby.engine.runtime import DATABASE, BranchLocked, holding
from lobby.errors import LobbyError
from lobby.journal.journal import Journal
from lobby.journal.private import keep_private, make_private
from lobby.redaction import redacted
from printer.devices.profiles import unknown_profiles
from web.access import DEMO_PASSWORD
from web.transport.listen import may_listen, must_be_free
from web.transport.own_address import base_url, is_everywhere

FOLLOW_S = 0.3


def reader_lang() -> Lang:
    return "zh" if os.environ.get("LANG", "").startswith("zh") else "en"


def branch_from(args: argparse.Namespace) -> Branch:
    branch = read_branch(args.config, unreadable, unknown_profiles)
    if device := getattr(args, "printer", None):
        if not is_device(device):
            raise Refused(f"--printer {device!r}: must be one of {DEVICES}")
        if not branch.printers:
            raise Refused("--printer: the configuration has no printer to override")
        first = dataclasses.replace(branch.printers[0], device=device)
        branch = dataclasses.replace(branch, printers=(first, *branch.printers[1:]))
    return branch


# -- the commands -------------------------------------------------------------------------------------
def serve(args: argparse.Namespace) -> int:
    """Run a branch."""
    import app
    from web import logs

    logs.start(args.log)
    branch = branch_from(args)
    if args.demo:
        _must_stay_a_demo(branch, args.host)
    may_listen(args.host, args.port, branch.security.public_listen, plain_http=args.plain_http)
    url = base_url(args.host, args.port, branch.public_url)
    lobby = app.open_lobby(branch, args.data, url, loopback=args.host in app.LOOPBACK, demo=args.demo)
    _print_addresses(branch, url, demo=args.demo)
    if is_everywhere(args.host) and not branch.public_url:
        print(f"  slips lead to {url}, this machine's own address; public_url names another", flush=True)
    if not lobby.access.has_accounts():
        _print_first_account(args.data)
    app.serve(lobby, args.host, args.port)
    return 0


def demo(args: argparse.Namespace) -> int:
    """Run a branch with a simulated day of customers and tellers, faster than life."""
    import app
    from demo import Crowd, FastClock, opening, play_past_days
    from lobby.engine.runtime import now_utc
    from web import logs

    logs.start(args.log)
    branch = branch_from(args)
    _must_stay_a_demo(branch, "127.0.0.1")
    url = f"http://127.0.0.1:{args.port}"
    must_be_free("127.0.0.1", args.port)
    with TemporaryDirectory(prefix="lobby-demo-") as folder:
        data = args.data or Path(folder)
        today = opening(branch, now_utc())
        play_past_days(branch, data, today)
        clock = FastClock(today, args.speed)
        lobby = app.open_lobby(branch, data, url, loopback=True, demo=True, clock=clock)
        _print_addresses(branch, url, demo=True)
        lobby.watch_s = max(0.5, lobby.watch_s / args.speed)
        with Crowd(lobby.runtime, clock):
            app.serve(lobby, "127.0.0.1", args.port)
    return 0


def _must_stay_a_demo(branch: Branch, host: str) -> None:
    """A demo's passwords are known to everybody: it serves this machine alone."""
    import app

    if host not in app.LOOPBACK:
        raise Refused(f"a demo serves this machine only, not {host}: leave out --host, or --demo")
    if branch.public_url or branch.security.allowed_hosts:
        raise Refused("a demo has no public_url and no allowed_hosts: take them out, or leave out --demo")


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
        names = ", ".join(f"teller{c.id}" for c in branch.counters)
        print(f"  demo accounts (password {DEMO_PASSWORD}): manager, admin, {names}")
    print("Ctrl-C ends it.", flush=True)


def _print_first_account(data: Path) -> None:
    print("Nobody can sign in yet. Make the first account, with a password of 12 signs or more:")
    print(f"  lobby account create --name NAME --role admin --data {data}", flush=True)


def check(args: argparse.Namespace) -> int:
    """The doctor: say what is wrong and what to do."""
    import doctor

    findings = doctor.examine(args.config, args.data, reader_lang())
    if args.json:
        print(json.dumps([dataclasses.asdict(f) for f in findings], ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            print(finding.line())
    return 1 if any(finding.grade == "fail" for finding in findings) else 0


def journal(args: argparse.Namespace) -> int:
    """The journal as JSON lines."""
    from lobby.journal.envelope import SEQ, is_enveloped, line, rows_after
    from lobby.journal.history import reader

    with closing(reader(args.data / DATABASE)) as db, cli_privacy.unsealing(args.data, args.unseal) as unseal:
        if not is_enveloped(db):
            raise Refused("the journal is of an earlier version: start the branch once, which brings it up to date")
        since = args.since
        while True:
            for row in rows_after(db, since):
                print(unseal(line(row)))
                since = row[SEQ]
            sys.stdout.flush()
            if not args.follow:
                return 0
            time.sleep(FOLLOW_S)


def backup(args: argparse.Namespace) -> int:
    """Copy the database while the branch runs."""
    from lobby.journal import copies

    copies.backup(args.data / DATABASE, args.file)
    print(json.dumps({"file": str(args.file)}) if args.json else f"backed up to {args.file}")
    return 0


def restore(args: argparse.Namespace) -> int:
    """Put a verified backup in the place of the database; the old one is kept beside it."""
    from lobby.journal import copies

    make_private(args.data)
    target = args.data / DATABASE
    with holding(args.data), copies.restoring(args.file, target) as (loss, part):
        if not args.yes:
            ask(loss.text(cli_access.zone_in(args.data)), "restore")
        elif loss.warning:
            print(loss.warning, file=sys.stderr)
        kept = copies.put(part, target, loss)
    done = {"file": str(args.file), "seq": loss.backup.seq, "lost": loss.events, "kept": kept and str(kept)}
    beside = f"; the old database is {kept}" if kept else ""
    print(json.dumps(done) if args.json else f"restored from {args.file}{beside}")
    return 0


def rebuild(args: argparse.Namespace) -> int:
    """Make every derived table again from the journal, and say whether they were right."""
    branch = read_branch(args.config)
    if not (args.data / DATABASE).exists():
        raise FileNotFoundError(args.data / DATABASE)
    make_private(args.data)
    with holding(args.data), closing(Journal(args.data / DATABASE)) as opened:
        differing = opened.rebuild(branch)
        misfits = opened.misfits
    for one in misfits:
        print(f"event {one.seq} ({one.kind}) was passed over: {one.why}", file=sys.stderr)
    if args.json:
        print(json.dumps({"differing": differing}))
    else:
        wrong = {table: rows for table, rows in differing.items() if rows}
        print(f"mended: {wrong}" if wrong else "every derived table equals the replay")
    return 0


def simulate(args: argparse.Namespace) -> int:
    """Rehearse days of a scenario on a virtual clock, and show figures per tier."""
    from lobby.simulation.figures import as_text
    from lobby.simulation.simulate import simulate as rehearse

    plan = read_scenario(args.scenario)
    found = rehearse(plan, args.policy, args.days, plan.seed if args.seed is None else args.seed)
    print(json.dumps(found) if args.json else as_text(found))
    return 0


def forecast(args: argparse.Namespace) -> int:
    """Forecast each customer of a recorded trace at arrival, from the past alone."""
    from lobby.trace.offline import forecast as predict
    from lobby.trace.records import read_trace, write_forecasts

    rows = read_trace(args.trace)
    write_forecasts(args.out, rows, predict(rows, read_trace(args.train) if args.train else ()))
    return 0


# -- the grammar --------------------------------------------------------------------------------------
def parser() -> Parser:
    top = Parser(prog="lobby", description="The system that runs a bank's lobby.")
    commands = top.add_subparsers(dest="command", required=True, parser_class=Parser, metavar="COMMAND")

    def command(name: str, run: Any, *, config: bool = False, json_too: bool = True) -> Parser:
        made: Parser = commands.add_parser(name, help=run.__doc__, description=run.__doc__)
        made.set_defaults(run=run)
        made.add_argument("--data", type=place, default="var", help="the branch's data (./var)")
        if config:
            made.add_argument("--config", type=place, default="config.toml", help="./config.toml")
        if json_too:
            made.add_argument("--json", action="store_true", help="one JSON document")
        return made

    run = command("serve", serve, config=True, json_too=False)
    run.add_argument("--demo", action="store_true", help="demo accounts, and devices unsigned, on this machine only")
    run.add_argument("--host", default="127.0.0.1")
    run.add_argument("--plain-http", action="store_true", help="listen beyond this machine although there is no TLS")
    run.add_argument("--port", type=port, default=8000)
    run.add_argument("--printer", metavar="DEVICE", help="overrides the first printer's device")
    run.add_argument("--log", choices=("text", "json"), default="text", help="the log's form on standard error (text)")
    lively = commands.add_parser("demo", help=demo.__doc__, description=demo.__doc__)
    lively.set_defaults(run=demo)
    lively.add_argument("--speed", type=speed, default=20.0, metavar="N", help="N times real time (20)")
    lively.add_argument("--log", choices=("text", "json"), default="text", help="the log's form (text)")
    lively.add_argument("--config", type=place, default="config.toml", help="./config.toml")
    lively.add_argument("--data", type=place, help="where to keep the day (nowhere)")
    lively.add_argument("--port", type=port, default=8000)
    command("check", check, config=True)
    tail = command("journal", journal, json_too=False)
    tail.add_argument("--since", type=int, default=0, metavar="SEQ")
    tail.add_argument("--follow", action="store_true")
    tail.add_argument("--unseal", action="store_true", help="with what customers wrote, where its key is kept")
    for name, act in (("backup", backup), ("restore", restore)):
        made = command(name, act)
        made.add_argument("file", type=place)
        if act is restore:
            made.add_argument("--yes", action="store_true", help="do not ask")
    command("rebuild", rebuild, config=True)
    play = commands.add_parser("simulate", help=simulate.__doc__, description=simulate.__doc__)
    play.set_defaults(run=simulate)
    play.add_argument("scenario", type=place, metavar="SCENARIO.toml")
    play.add_argument("--policy", choices=POLICIES, default=DEFAULT, help="who is called next (default)")
    play.add_argument("--days", type=count, default=1)
    play.add_argument("--seed", type=int, help="instead of the scenario's")
    play.add_argument("--json", action="store_true", help="one JSON document")
    replay = commands.add_parser("forecast", help=forecast.__doc__, description=forecast.__doc__)
    replay.set_defaults(run=forecast)
    replay.add_argument("trace", type=place, metavar="TRACE.csv")
    replay.add_argument("--out", type=place, required=True, metavar="PRED.csv")
    replay.add_argument("--train", type=place, metavar="TRACE.csv", help="the past before the trace")
    cli_privacy.add_command(commands)
    cli_access.add_commands(commands)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    args = parser().parse_args(argv)
    keep_private()
    try:
        status: int = args.run(args)
        return status
    except (KeyboardInterrupt, BrokenPipeError):
        return 0
    except Exception as error:
        if os.environ.get("LOBBY_TRACEBACK"):
            raise
        print(f"lobby {args.command}: {_reason(error, args)}", file=sys.stderr)
        return 2


def _reason(error: Exception, args: argparse.Namespace) -> str:
    """What went wrong, for a reader who cannot do anything with a traceback: whatever it was."""
    if isinstance(error, ConfigError):
        return error.text(reader_lang())
    if isinstance(error, LobbyError):
        return error.text(reader_lang())
    if isinstance(error, BranchLocked):
        return f"{error}: another process has this branch's data open"
    if isinstance(error, FileNotFoundError):
        return redacted(f"there is no {error.filename or error}")
    text = redacted(" ".join(str(error).split())) or "failed"
    if isinstance(error, Journal.Error):
        return f"a database in {args.data} cannot be used ({text}); lobby check says more"
    known = isinstance(error, Refused | OSError | ValueError)
    return text if known else f"{type(error).__name__}: {text}"


if __name__ == "__main__":
    sys.exit(main())
