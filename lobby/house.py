"""One open branch: what every surface is handed."""

from __future__ import annotations

import fcntl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from lobby.branch import Branch
from lobby.directory import Customers
from lobby.forecast.live import Forecaster
from lobby.hall import Hall
from lobby.journal import Journal
from lobby.keys import DIRECTORY, Keys, read_keys
from lobby.links import Links
from lobby.tiering import Sorted, recognise
from lobby.views import Views
from lobby.watch import Watch
from lobby.writer import Writer

DATABASE = "lobby.db"


class HouseLocked(Exception):
    """Another process has this branch's data open."""


@dataclass(repr=False)
class House:
    """The parts of an open branch. `keys` sign links and cookies; `data` is its folder."""

    branch: Branch
    hall: Hall
    writer: Writer
    forecaster: Forecaster
    views: Views
    watch: Watch
    links: Links
    customers: Customers
    clock: Callable[[], datetime]
    data: Path
    keys: Keys
    _journal: Journal
    _lock: Lock

    def recognise(self, customer: str) -> Sorted:
        """How who showed this to a reader is sorted. Blocks while the customer directory is asked."""
        return recognise(self.branch, self.customers, customer)

    def close(self) -> None:
        """Finish what is queued and let the data go."""
        self.writer.close()
        self._journal.close()
        self._lock.release()


class Lock:
    """One process per branch: held while the data is open, gone with the process however it ends."""

    def __init__(self, data: Path) -> None:
        self._file = (data / "lock").open("w")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._file.close()
            raise HouseLocked(data) from error

    def release(self) -> None:
        self._file.close()


def now_utc() -> datetime:
    return datetime.now(UTC)


def open_house(
    branch: Branch,
    data: Path,
    base_url: str,
    clock: Callable[[], datetime] = now_utc,
    *,
    pumped: bool = False,
) -> House:
    """Replay the journal in `data` and open the branch. `base_url` is used where the configuration has
    no `public_url`; with `pumped` the caller pumps the writer, else it gets a thread. Raises HouseLocked,
    OSError, or ValueError for a bad customer directory."""
    data.mkdir(parents=True, exist_ok=True)
    lock = Lock(data)
    keys = read_keys(data)
    customers = Customers(branch.directory, branch.tier, keys.of(DIRECTORY))
    journal = Journal(data / DATABASE)
    forecaster = Forecaster(branch, journal.service_history_s())
    for tier, told, waited_s in journal.outcomes():
        forecaster.calibration.learn(tier, told, waited_s)
    hall = Hall(branch, forecaster, journal)
    writer = Writer(hall, journal, clock)
    if not pumped:
        writer.start()
    views = Views(branch, forecaster)
    return House(
        branch=branch,
        hall=hall,
        writer=writer,
        forecaster=forecaster,
        views=views,
        watch=Watch(views),
        links=Links(keys, branch.public_url or base_url),
        customers=customers,
        clock=clock,
        data=data,
        keys=keys,
        _journal=journal,
        _lock=lock,
    )
