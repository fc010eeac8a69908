"""How much one machine takes in of a province: 5,000 branches, one NATS, one PostgreSQL, and the load beside them.

    python benchmarks/province.py [--branches 5000] [--events 300000] [--batch 30] [--parts 1]

A process sends the journals of all branches as fast as JetStream acknowledges them, and a snapshot of each branch every
five seconds, while `lobby hq ingest` takes them in, with every transaction on the disk. Prints the events a second from
the first one sent to the last one in the table (the limit is 15,000), beside those of a bare COPY of the same rows in
transactions of as many; then the memory of each part.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

import nats
import psycopg
from stage import LOBBY, verdict

from headquarters.engines.engines import NatsServer, Postgres
from headquarters.ingest.stream import MESSAGES_MAX
from headquarters.journal.tables import migrate
from lobby.events.batch import SNAPSHOT, STREAM, Batch, events_subject, pack, packed
from lobby.events.envelope import BEGINNING, Row, chained

LIMIT_PER_S = 15_000
EPOCH = 1_795_827_955_540_593
AT = "2026-03-02T01:00:00.000000+00:00"
DATA = (
    '{"number":"A001","series":"A","service":"cash","tier":"standard","area":"hall","lang":"zh",'
    '"target_wait_s":1200,"wait":{"p50_s":119,"p90_s":580,"lo_s":8,"hi_s":660}}'
)
"""Events have 190 bytes on average."""
LINES = 16
"""Connections of the load; each sends what so many branches have."""
FLIGHT = 64
"""Messages of a connection that wait for their acknowledgment."""
SNAPSHOT_S = 5.0


def rows_of(branch: str, events: int) -> list[Row]:
    """The beginning of a branch's journal."""
    kinds = ("TicketIssued", "SlipPrinted", "TicketCalled", "TicketStarted", "TicketFinished")
    rows = (
        (branch, EPOCH, seq, AT, kinds[seq % 5], 1, "06h1vc314udf6lnn", "3", "counter 3", DATA)
        for seq in range(1, events + 1)
    )
    return [*chained(rows, BEGINNING.hash)]


def batches(branch: str, events: int, size: int) -> Iterator[tuple[str, bytes]]:
    """The messages of a branch, in order."""
    rows = rows_of(branch, events)
    previous = BEGINNING.hash
    for first in range(0, events, size):
        of_batch = rows[first : first + size]
        yield events_subject(branch), packed(Batch(branch, previous, of_batch))
        previous = of_batch[-1][-1]


def messages(branches: int, events: int, size: int) -> list[list[tuple[str, bytes]]]:
    """What each connection sends: of all of its branches in turn, as their lobbies live at the same time."""
    each = events // branches
    lines: list[list[tuple[str, bytes]]] = []
    for line in range(LINES):
        streams = [batches(f"B{n:05}", each, size) for n in range(line, branches, LINES)]
        turns = zip(*streams, strict=True)
        lines.append([message for turn in turns for message in turn])
    return lines


def send(url: str, lines: list[list[tuple[str, bytes]]], branches: int) -> None:
    """The load, in a process of its own."""
    asyncio.run(_send(url, lines, branches))


async def _send(url: str, lines: list[list[tuple[str, bytes]]], branches: int) -> None:
    clients = [await nats.connect(url) for _ in lines]
    showing = asyncio.create_task(_show(clients[0], branches))
    await asyncio.gather(
        *(_line(client, line) for client, line in zip(clients, lines, strict=True))
    )
    showing.cancel()
    for client in clients:
        await client.close()


async def _line(client: nats.NATS, line: Sequence[tuple[str, bytes]]) -> None:
    stream = client.jetstream(timeout=60)
    rest = iter(line)
    while some := [*islice(rest, FLIGHT)]:
        sent = (stream.publish(subject, data, stream=STREAM) for subject, data in some)
        await asyncio.gather(*sent)


async def _show(client: nats.NATS, branches: int) -> None:
    """As many bytes as a busy lobby's."""
    queue = [{"number": f"A{n:03}", "issued_at": AT, "target_wait_s": 1200} for n in range(30)]
    document = {"schema": 1, "at": AT, "figures": {"waiting": 30}, "queue": queue}
    message = pack(document)
    while True:
        begun = time.monotonic()
        for n in range(branches):
            await client.publish(f"{SNAPSHOT}.B{n:05}", message)
            if n % 50 == 0:
                await asyncio.sleep(SNAPSHOT_S / branches * 50)
        await asyncio.sleep(max(0.0, begun + SNAPSHOT_S - time.monotonic()))


def bare_copy(database: str, rows: Sequence[Row], size: int) -> float:
    """Events a second that PostgreSQL takes with nothing around it."""
    with psycopg.connect(database, autocommit=True) as db:
        db.execute("CREATE TABLE bare (LIKE journal INCLUDING ALL)")
        begun = time.monotonic()
        for first in range(0, len(rows), size):
            with db.cursor() as cursor, cursor.copy("COPY bare FROM STDIN") as copy:
                for row in rows[first : first + size]:
                    copy.write_row(row)
        return len(rows) / (time.monotonic() - begun)


def taken(db: psycopg.Connection[tuple[int]]) -> int:
    row = db.execute("SELECT coalesce(sum(seq), 0) FROM branch").fetchone()
    return int(row[0]) if row else 0


def memory_mb(pid: int) -> float:
    """Of a process and its children, each page counted for each that has it."""
    pages = 0
    for process in (pid, *_children(pid)):
        pages += int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--branches", type=int, default=5000)
    options.add_argument("--events", type=int, default=300_000)
    options.add_argument("--batch", type=int, default=30)
    options.add_argument("--parts", type=int, default=1)
    args = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="province-") as folder, ExitStack() as ending:
        measure(args, Path(folder), ending)


def measure(args: argparse.Namespace, folder: Path, ending: ExitStack) -> None:
    folder.chmod(0o755)
    bus = ending.enter_context(NatsServer(folder / "nats"))
    postgres = ending.enter_context(Postgres(folder / "postgres"))
    migrate(postgres.url)
    sample = [row for n in range(20) for row in rows_of(f"S{n:04}", 2000)]
    bare = bare_copy(postgres.url, sample, MESSAGES_MAX * args.batch)
    lines = messages(args.branches, args.events, args.batch)
    events = args.events // args.branches * args.branches
    ingests = start_ingest(folder, bus.url, postgres.url, args.parts, ending)
    with psycopg.connect(postgres.url, autocommit=True) as db:
        time.sleep(3)
        load = multiprocessing.get_context("fork").Process(
            target=send, args=(bus.url, lines, args.branches), daemon=True
        )
        begun = time.monotonic()
        load.start()
        while (seen := taken(db)) < events:
            time.sleep(0.05)
            if time.monotonic() - begun > 600:
                raise SystemExit(f"only {seen} of {events} events after ten minutes")
        rate = events / (time.monotonic() - begun)
        size = db.execute("SELECT pg_total_relation_size('journal')").fetchone() or (0,)
    print(
        f"{args.branches} branches, {events} events in batches of {args.batch}, {args.parts} ingest"
    )
    print(f"taken in: {rate:,.0f} events/s, bare COPY {bare:,.0f}: ratio {rate / bare:.2f}")
    print(f"at least {LIMIT_PER_S:,} events/s: {verdict(held=rate >= LIMIT_PER_S)}")
    print(f"on disk: {size[0] / events:.0f} B an event with its key")
    pids = {"NATS": [bus.pid], "PostgreSQL": [postgres.pid], "ingest": [one.pid for one in ingests]}
    for name, of in pids.items():
        print(f"memory of {name}: {sum(map(memory_mb, of)):.0f} MB")
    load.kill()


def start_ingest(
    folder: Path, nats_url: str, database: str, parts: int, ending: ExitStack
) -> list[subprocess.Popen[bytes]]:
    (folder / "hq.toml").touch()
    env = {**os.environ, "NATS_URL": nats_url, "DATABASE_URL": database}
    started = []
    for part in range(1, parts + 1):
        words = ["hq", "ingest", "--config", str(folder / "hq.toml"), "--part", f"{part}/{parts}"]
        started.append(subprocess.Popen([LOBBY, *words], env=env))
        ending.callback(started[-1].kill)
    return started


if __name__ == "__main__":
    main()
