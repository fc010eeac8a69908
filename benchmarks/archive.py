"""Old months in Parquet files: what a question costs as a month's file grows, in time and memory, and how fast a month
is written and compared.

    python benchmarks/archive.py [--millions 1 5 20] [--moved 0.1 0.5] [--folder DIR]

A file is a month of 22 days of so many branches, each day as one that was played, laid out as `lobby hq archive` does.
Each question is asked by a new process with DuckDB as headquarters opens it. Beside each figure stands its ratio to
that of the smallest file in the same run. The second part goes the whole way, from PostgreSQL to a file that was
compared.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import psycopg
from start import make_day

from headquarters.archive import archived
from headquarters.archive.archiving import GROUP, NAMES, TYPES, archive
from headquarters.engines.engines import Postgres
from headquarters.journal.tables import migrate
from lobby.journal.history import reader

MILLION = 1_000_000
DAYS = 22
EPOCH = 100
ROUNDS = 3
PIECE = 2000
"""Events that a rebuild reads at a time."""
QUESTIONS = {
    "events by kind": "SELECT kind, count(*) FROM read_parquet(?) GROUP BY kind",
    "numbers by branch and hour": (
        "SELECT branch, substr(\"at\", 1, 13), count(*) FROM read_parquet(?) WHERE kind = 'TicketIssued' GROUP BY ALL"
    ),
}
ONE = "a branch's next 2,000 events"
ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Asked:
    """A question's median seconds, and how much memory it took at most, MB."""

    seconds: float
    peak_mb: float


# -- files ----------------------------------------------------------------------------------------------
class Months:
    """Makes files of a month out of one played day."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        make_day(folder)
        with closing(reader(folder / "lobby.db")) as db:
            rows = db.execute(f"SELECT {', '.join(NAMES)} FROM event ORDER BY seq").fetchall()
        self.day = len(rows)
        self.db = duckdb.connect(config={"memory_limit": "2GB", "threads": 2})
        columns = ", ".join(f'"{name}" {kind}' for name, kind in TYPES.items())
        self.db.execute(f"CREATE TABLE played ({columns})")
        self.db.executemany(f"INSERT INTO played VALUES ({', '.join('?' * len(NAMES))})", rows)

    def branches(self, rows: float) -> int:
        return max(1, round(rows / (self.day * DAYS)))

    def write(self, rows: float) -> Path:
        branches = self.branches(rows)
        parts = [self._branch(n) for n in range(branches)]
        file = self.folder / f"journal-{branches}.parquet"
        whole = "SELECT * FROM read_parquet(?)"
        self._save(whole, [[str(part) for part in parts]], file)
        for part in parts:
            part.unlink()
        return file

    def _branch(self, n: int) -> Path:
        part = self.folder / f"branch-{n}.parquet"
        named = f"'B{n:04}'"
        of_branch = f"""
            SELECT {named} AS branch, {EPOCH}::BIGINT AS epoch, (day * {self.day} + p.seq)::BIGINT AS seq,
                strftime(DATE '2026-03-01' + day::INTEGER, '%Y-%m-%d') || substr(p."at", 11) AS "at", kind, v,
                ticket || day || {named} AS ticket, counter, actor, data,
                md5({named} || day || p.seq) || md5(p.hash || day || {named}) AS hash
            FROM range({DAYS}) AS days (day), played AS p ORDER BY seq
        """
        self._save(of_branch, [], part)
        return part

    def _save(self, query: str, values: list[object], file: Path) -> None:
        """As archiving.py does."""
        options = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {GROUP}"
        self.db.execute(f"COPY ({query}) TO '{file}' ({options})", values)


# -- questions ------------------------------------------------------------------------------------------
def asked(file: Path, question: str, branch: str, after: int) -> Asked:
    """By a process of its own."""
    context = multiprocessing.get_context("spawn")
    answers: SimpleQueue[Asked] = context.SimpleQueue()
    process = context.Process(target=_ask, args=(file, question, branch, after, answers))
    process.start()
    answer: Asked = answers.get()
    process.join()
    return answer


def _ask(file: Path, question: str, branch: str, after: int, answers: SimpleQueue[Asked]) -> None:
    times = []
    before = _peak_mb()
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        if question == ONE:
            span = (after, 10 * MILLION)
            found = archived._next(str(file), NAMES, (branch, EPOCH), span, PIECE)
            assert len(found) == PIECE
        else:
            with archived.duck(file.parent) as connection:
                assert connection.execute(QUESTIONS[question], [str(file)]).fetchall()
        times.append(time.perf_counter() - begun)
    answers.put(Asked(statistics.median(times), _peak_mb() - before))


def _peak_mb() -> float:
    """Of this process. What getrusage tells has its parent's too."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0.0


def grow(months: Months, millions: list[float]) -> None:
    first: dict[str, Asked] = {}
    for million in millions:
        file = months.write(million * MILLION)
        branches = months.branches(million * MILLION)
        count = branches * DAYS * months.day
        size = file.stat().st_size
        print(
            f"{count / MILLION:.1f} million events of {branches} branches: {size / 2**20:.0f} MB,"
            f" {size / count:.0f} bytes each",
            flush=True,
        )
        for question in (*QUESTIONS, ONE):
            told = asked(file, question, f"B{branches // 2:04}", DAYS * months.day // 2)
            base = first.setdefault(question, told)
            print(
                f"  {question}: {told.seconds:.2f} s ({told.seconds / base.seconds:.1f} times), at most"
                f" {told.peak_mb:.0f} MB ({told.peak_mb / base.peak_mb:.1f} times)",
                flush=True,
            )
        file.unlink()


# -- the whole way --------------------------------------------------------------------------------------
def move(months: Months, millions: list[float], folder: Path) -> None:
    with Postgres(folder / "postgres") as postgres:
        base = 0.0
        for n, million in enumerate(millions):
            with psycopg.connect(postgres.url, autocommit=True) as db:
                db.execute(f"CREATE DATABASE size{n}")
            url = postgres.url_of(f"size{n}")
            migrate(url)
            with psycopg.connect(url, autocommit=True) as db:
                count = fill(db, months, months.branches(million * MILLION))
                begun = time.perf_counter()
                (written,) = archive(db, folder / f"months{n}", date(2026, 4, 1), ZONE)
                rate = count / (time.perf_counter() - begun)
            assert written.events == count
            base = base or rate
            print(
                f"{count / MILLION:.2f} million events written and compared: {rate:,.0f} a second"
                f" ({rate / base:.2f} times)",
                flush=True,
            )


def fill(db: psycopg.Connection, months: Months, branches: int) -> int:
    """The same months in PostgreSQL."""
    last = DAYS * months.day
    for n in range(branches):
        code = f"B{n:04}"
        part = months._branch(n)
        with (
            db.cursor() as cursor,
            cursor.copy(f"COPY journal ({', '.join(NAMES)}) FROM STDIN") as copy,
        ):
            rows = months.db.execute(f"SELECT {archived.quoted(NAMES)} FROM read_parquet('{part}')")
            while some := rows.fetchmany(10_000):
                for row in some:
                    copy.write_row(row)
        part.unlink()
        db.execute("INSERT INTO branch (code, epoch, seq) VALUES (%s, %s, %s)", [code, EPOCH, last])
        db.execute(
            "INSERT INTO epoch (branch, epoch, first_seq, last_seq, last_hash, reason)"
            " VALUES (%s, %s, 1, %s, '', 'begun')",
            [code, EPOCH, last],
        )
    return branches * last


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--millions", type=float, nargs="+", default=[1, 5, 20])
    parser.add_argument("--moved", type=float, nargs="*", default=[0.1, 0.5])
    parser.add_argument("--folder", type=Path, help="where there is room: 100 bytes an event")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        months = Months(Path(folder))
        print(f"a day has {months.day} events", flush=True)
        grow(months, args.millions)
        if args.moved:
            move(months, args.moved, Path(folder))


if __name__ == "__main__":
    main()
