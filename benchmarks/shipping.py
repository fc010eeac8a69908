"""What a branch notices of its shipper: the time that a ticket takes, with a shipper beside it and without.

    python benchmarks/shipping.py [--seconds 10] [--rounds 5] [--per-second 20]

One branch, issuing at a steady rate that is a hundred times a busy lobby's. In turns a shipper carries its journal, or
none does; NATS, PostgreSQL and ingest run on the same machine all the time, where a real headquarters has its own.
Prints the 99 % quantiles of both and their ratio; the limit is 1.3.
"""

from __future__ import annotations

import argparse
import http.client
import subprocess
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from province import start_ingest
from stage import LOBBY, Branch, verdict

from headquarters.engines.engines import NatsServer, Postgres
from lobby.quantile import quantile

LIMIT = 1.3
BODY = '{"service": "cash"}'
HEADERS = {"Content-Type": "application/json"}
SETTLE_S = 3.0
"""A shipper that begins has read the journal once by then."""


def times_ms(port: int, seconds: float, per_second: float) -> list[float]:
    """Of each request, from the moment at which it was due: one that waits for another counts its wait."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    begun = time.monotonic()
    taken = []
    for n in range(int(seconds * per_second)):
        due = begun + n / per_second
        time.sleep(max(0.0, due - time.monotonic()))
        line.request("POST", "/api/v1/tickets", BODY, HEADERS)
        answer = line.getresponse()
        answer.read()
        assert answer.status == 201, answer.status
        taken.append(1000 * (time.monotonic() - due))
    return taken


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--seconds", type=float, default=10)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--per-second", type=float, default=20)
    args = options.parse_args()
    found: dict[str, list[float]] = {"alone": [], "shipped": []}
    with tempfile.TemporaryDirectory(prefix="shipping-") as name, ExitStack() as ending:
        folder = Path(name)
        folder.chmod(0o755)
        bus = ending.enter_context(NatsServer(folder / "nats"))
        postgres = ending.enter_context(Postgres(folder / "postgres"))
        start_ingest(folder, bus.url, postgres.url, 1, ending)
        branch = ending.enter_context(Branch(folder))
        times_ms(branch.port, SETTLE_S, args.per_second)
        for _ in range(args.rounds):
            found["alone"] += times_ms(branch.port, args.seconds, args.per_second)
            words = [LOBBY, "ship", "--to", bus.url, "--data", str(branch.data)]
            shipper = subprocess.Popen(words, stderr=subprocess.DEVNULL)
            time.sleep(SETTLE_S)
            found["shipped"] += times_ms(branch.port, args.seconds, args.per_second)
            shipper.kill()
            shipper.wait()
    alone, shipped = (sorted(found[name]) for name in ("alone", "shipped"))
    for share in (0.5, 0.99):
        was, now = quantile(alone, share), quantile(shipped, share)
        print(f"{share:.0%} of tickets: {was:.1f} ms alone, {now:.1f} ms shipped: {now / was:.2f}")
    ratio = quantile(shipped, 0.99) / quantile(alone, 0.99)
    print(f"99 % at most {LIMIT} times as long: {verdict(held=ratio <= LIMIT)}")


if __name__ == "__main__":
    main()
