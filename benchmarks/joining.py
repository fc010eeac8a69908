"""How long headquarters waits for the day of a branch that joins with a long journal: its day goes before its past.

    python benchmarks/joining.py [--past 200000] [--tickets 400]

The past is events that no table knows, so that only their way counts; the day is real. Both times are of one run of the
real processes: the first is when headquarters has the day's figures, the second when the past is there too, which the
day had to wait for otherwise. Prints their ratio.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
from province import start_ingest
from stage import LOBBY

from headquarters.engines.engines import NatsServer, Postgres
from lobby.branch.config import read_branch
from lobby.branch.model import Branch
from lobby.branch.rules import Identity
from lobby.engine.runtime import DATABASE, BranchRuntime, open_branch
from lobby.events.envelope import BEGINNING, EPOCH, Row, chained
from lobby.journal import outbox
from lobby.journal.assembling import Assembly
from lobby.journal.history import reader

CONFIG = Path(__file__).parent.parent / "config.toml"
CODE = "4403"
AT = "2019-03-02T01:00:00.000000+00:00"
LOOK_S = 0.2
FIGURES = 'SELECT (document #> \'{tickets,"","",0}\')::int FROM figures ORDER BY day DESC'
TAKEN = "SELECT seq FROM branch"


def lived(folder: Path, past: int, tickets: int) -> tuple[Path, int]:
    """A branch's data folder, and the number of its last event."""
    branch = replace(read_branch(CONFIG), branch=Identity(CODE))
    data = folder / "var"
    data.mkdir()
    with closing(Assembly(data / DATABASE)) as assembly:
        assembly.add([*chained(_past(branch, folder / "first", past), BEGINNING.hash)])
    with closing(open_branch(branch, data, "http://x")) as runtime:
        for _ in range(tickets):
            _issue(runtime)
    with closing(reader(data / DATABASE)) as db:
        return data, outbox.newest(db)


def _past(branch: Branch, folder: Path, past: int) -> Iterator[Row]:
    """The branch's configuration, and what followed it for years."""
    open_branch(branch, folder, "http://x").close()
    with closing(reader(folder / DATABASE)) as db:
        *begun, _ = outbox.piece(db, 1, 1)[0]
    yield tuple(begun)
    for seq in range(2, past + 1):
        yield (CODE, begun[EPOCH], seq, AT, "Former", 1, None, None, "x", "{}")


def _issue(runtime: BranchRuntime) -> None:
    assignment = runtime.recognise("")
    runtime.writer.do("kiosk", runtime.commands.issue, service="cash", assignment=assignment)


def seconds_until(found: Callable[[], bool], begun: float) -> float:
    while not found():
        time.sleep(LOOK_S)
    return time.monotonic() - begun


def value(url: str, query: str) -> Any:
    try:
        with psycopg.connect(url) as db:
            row = db.execute(query.encode()).fetchone()
    except psycopg.errors.UndefinedTable:
        return None
    return row[0] if row else None


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--past", type=int, default=200_000)
    options.add_argument("--tickets", type=int, default=400)
    args = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="joining-") as name, ExitStack() as ending:
        folder = Path(name)
        folder.chmod(0o755)
        data, last = lived(folder, args.past, args.tickets)
        bus = ending.enter_context(NatsServer(folder / "nats"))
        postgres = ending.enter_context(Postgres(folder / "postgres"))
        start_ingest(folder, bus.url, postgres.url, 1, ending)
        words = [LOBBY, "ship", "--to", bus.url, "--data", str(data)]
        begun = time.monotonic()
        shipper = subprocess.Popen(words, stderr=subprocess.DEVNULL)
        ending.callback(shipper.wait)
        ending.callback(shipper.kill)
        day_s = seconds_until(lambda: value(postgres.url, FIGURES) == args.tickets, begun)
        past_s = seconds_until(lambda: value(postgres.url, TAKEN) == last, begun)
    print(f"{args.tickets} tickets of the day have their figures after {day_s:.1f} s,")
    print(f"{last:,} events of the journal are there after {past_s:.1f} s:")
    print(f"the day waits {day_s / past_s:.2f} of the time that the past takes")


if __name__ == "__main__":
    main()
