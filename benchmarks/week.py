"""Does a branch grow in a week of 1,500 tickets a day?

    python benchmarks/week.py [--days 7]

A whole server lives the demo's days one after the other, as fast as it can: customers come six times as often, and
are served in a sixth of the time. Meanwhile a manager asks for the lobby, for advice and for the figures of the day. At
the end of each day the memory of the server and of the processes that it started is read.

Limits: 1,500 tickets a day or more; 300 MB.
"""

from __future__ import annotations

import argparse
import dataclasses
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import requests
from stage import ROOT, Branch, verdict

sys.path[:0] = [str(ROOT)]

OFTEN = 6
TICKETS = 1500
MEMORY_MB = 300.0
ASK_EVERY_S = 0.5


def live(folder: Path, port: int, days: int) -> None:
    """The server, and the crowd in a thread of it, as `lobby demo` runs them; the clock goes as the crowd acts."""
    import app
    from demo import Crowd, FastClock, opening
    from lobby.branch.config import read_branch
    from lobby.branch.serving import always_open
    from lobby.engine.runtime import now_utc

    branch = always_open(read_branch(ROOT / "config.toml"))
    services = (dataclasses.replace(s, usual_s=s.usual_s // OFTEN) for s in branch.services)
    branch = dataclasses.replace(branch, services=tuple(services))
    first = opening(branch, now_utc())
    clock = FastClock(first, speed=1)
    url = f"http://127.0.0.1:{port}"
    lobby = app.open_lobby(branch, folder, url, loopback=True, demo=True, clock=clock)
    crowd = Crowd(lobby.runtime, clock)
    end = first + timedelta(days=days, minutes=30)
    threading.Thread(target=crowd.live_until, args=[end], daemon=True).start()
    app.serve(lobby, "127.0.0.1", port)


class Week(Branch):
    """The server that lives it."""

    def __init__(self, folder: Path, days: int) -> None:
        super().__init__(folder)
        self.command = [sys.executable, __file__, "--days", str(days)]
        self.command += ["--live", str(self.data), "--port", str(self.port)]

    def all_mb(self) -> float:
        """Of the server and of what it started. A page of memory that several share counts once: `Pss` of proc(5)."""
        return sum(map(_pss_mb, (self.process.pid, *_started_by(self.process.pid))))

    def tickets(self) -> list[int]:
        """So many on each day."""
        with closing(sqlite3.connect(f"file:{self.data}/lobby.db?mode=ro", uri=True)) as journal:
            counts = journal.execute("SELECT count(*) FROM ticket GROUP BY day ORDER BY day")
            return [count for (count,) in counts]


def _started_by(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").iterdir():
        yield from map(int, (task / "children").read_text().split())


def _pss_mb(pid: int) -> float:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(rollup.partition("Pss:")[2].split()[0]) / 1024


def lived(week: Week, days: int) -> Iterator[tuple[float, float]]:
    """At the end of each day: the memory of the server alone and of all, MB."""
    manager = requests.Session()
    manager.headers["Authorization"] = f"Bearer {week.token('manager')}"
    seen: set[str] = set()
    while len(seen) <= days:
        hall = manager.get(f"{week.url}/api/v1/hall", timeout=60).json()
        manager.get(f"{week.url}/api/v1/advice", timeout=60)
        manager.get(f"{week.url}/api/v1/today", timeout=60)
        if seen and hall["day"] not in seen:
            yield week.memory_mb(), week.all_mb()
        seen.add(hall["day"])
        time.sleep(ASK_EVERY_S)


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--days", type=int, default=7)
    options.add_argument("--live", type=Path, help=argparse.SUPPRESS)
    options.add_argument("--port", type=int, help=argparse.SUPPRESS)
    args = options.parse_args()
    if args.live:
        live(args.live, args.port, args.days)
        return
    with tempfile.TemporaryDirectory() as folder, Week(Path(folder), args.days) as week:
        largest_mb = 0.0
        for day, (server_mb, all_mb) in enumerate(lived(week, args.days), 1):
            largest_mb = max(largest_mb, all_mb)
            print(f"day {day}: the server {server_mb:.0f} MB, all {all_mb:.0f} MB", flush=True)
        counts = week.tickets()[: args.days]
    print(f"tickets a day: {counts}, at least {TICKETS}: {verdict(held=min(counts) >= TICKETS)}")
    print(
        f"at most {largest_mb:.0f} MB, limit {MEMORY_MB:.0f}: {verdict(held=largest_mb <= MEMORY_MB)}"
    )


if __name__ == "__main__":
    main()
