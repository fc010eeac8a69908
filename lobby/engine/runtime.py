"""One open branch: what every surface is handed."""

from __future__ import annotations

import fcntl
import logging
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lobby.branch.model import Branch
from lobby.branch.serving import learn_holidays
from lobby.branch.succession import succeeding
from lobby.commands.alert import AlertMonitor
from lobby.commands.commands import Commands
from lobby.commands.panel import Pool
from lobby.customers.directory import Connect, Customers, FileDirectory
from lobby.customers.tiering import TierAssignment, recognise
from lobby.engine.case_lists import CaseLists
from lobby.engine.clock import BranchClock, Steady, Wall, now_utc
from lobby.engine.keys import DIRECTORY, PANEL, Keys, read_keys
from lobby.engine.link_index import LinkIndex
from lobby.engine.links import Links
from lobby.engine.opened_words import OpenedWords
from lobby.engine.writer import Writer
from lobby.events.personal import TOKEN, Missing
from lobby.forecast.live import Forecaster
from lobby.forecast.outlook import Outlook
from lobby.journal import erasing
from lobby.journal.catalogues import kept_catalogue
from lobby.journal.fence import Fence
from lobby.journal.history import reader, tell
from lobby.journal.journal import Journal, trouble
from lobby.journal.past import Past
from lobby.journal.private import make_private
from lobby.journal.subject_keys import FILE as KEYS_FILE
from lobby.journal.subject_keys import SubjectKeys
from lobby.reports.effect import Course, course, may_be_told
from lobby.reports.panel_pool import marks, pool_of, sealed_contact
from lobby.standards.model import Catalogue
from lobby.standards.reading import catalogue_of
from lobby.state.action import Action, Effect
from lobby.state.ticket import PastTicket
from lobby.texts import Text
from lobby.views.views import Views

__all__ = [
    "DATABASE",
    "BranchLocked",
    "BranchRuntime",
    "Damaged",
    "Lock",
    "holding",
    "now_utc",
    "open_branch",
]

log = logging.getLogger(__name__)

DATABASE = "lobby.db"


class BranchLocked(Exception):
    """Another process has this branch's data open."""


class Damaged(ValueError):
    """The database cannot be read; says what to do."""

    def __init__(self, file: Path, error: Exception) -> None:
        what_to_do = advice(file, error).in_("en")
        super().__init__(f"{file} cannot be opened ({error}): {what_to_do}")


ROOM_B = 2**20
"""With less than this on the disk, that is the cause."""
ADVICE = {
    "database_busy": Text("another program holds it: end that, and start again"),
    "disk_full": Text("the disk is full: make room on it, and start again"),
    "database_damaged": Text(
        "put the latest backup in its place with `lobby restore FILE`, which keeps this one "
        "beside it; what was done since that backup is on the slips alone"
    ),
    KEYS_FILE: Text(
        "move it away and start again: what customers wrote before can then not be read, all else is as it was"
    ),
    "not_saved": Text(
        "it need not be damaged: look at the disk and at the files' rights, then run `lobby check`"
    ),
}


def advice(file: Path, error: Exception) -> Text:
    """What to do about a database that cannot be opened. On a full disk SQLite only says that it cannot read."""
    code = trouble(error)
    if code == "not_saved" and shutil.disk_usage(file.parent).free < ROOM_B:
        code = "disk_full"
    if code == "database_damaged" and file.name == KEYS_FILE:
        code = KEYS_FILE
    return ADVICE[code]


@dataclass(repr=False)
class BranchRuntime:
    """The parts of an open branch. `keys` sign links and cookies; `data` is its folder."""

    branch: Branch
    commands: Commands
    writer: Writer
    forecaster: Forecaster
    views: Views
    alert_monitor: AlertMonitor
    links: Links
    customers: Customers
    clock: BranchClock
    data: Path
    keys: Keys
    subject_keys: SubjectKeys
    words: OpenedWords
    lists: CaseLists
    _journal: Journal
    _held: ExitStack

    @property
    def database(self) -> Path:
        """The file that reports are read from."""
        return self.data / DATABASE

    @property
    def standards(self) -> Catalogue:
        """The branch's service standards."""
        return catalogue_of(self.branch.standards)

    def standards_named(self, digest: str) -> Catalogue:
        """The standards as an inspection looked at them, by its digest. Reads the disk at the first time."""
        return kept_catalogue(self.database, digest, self.standards)

    def recognise(self, customer: str) -> TierAssignment:
        """How who showed this to a reader is sorted. Blocks while the customer directory is asked."""
        return recognise(self.branch, self.customers, customer)

    def past_ticket(self, ticket: str) -> PastTicket | None:
        """A ticket of any day as the journal has it. Reads the disk."""
        with closing(reader(self.database)) as db:
            return Past(db).past_ticket(ticket)

    def erase_aged(self) -> int:
        """Erase the personal data that is older than the branch keeps it, and say of how many. Waits for the disk.
        Raises Held: what another program kept from settling then, the next call settles."""
        now = self.clock()
        jumped = erasing.unproven(self.database, self.branch.day_of(now))
        aged = erasing.aged(self.database, self.subject_keys, self.branch.privacy, now - jumped)
        if aged:
            self.subject_keys.erase(aged, now)
            erasing.forget_evidence(self.data, aged)
            self.words.refresh()
        self.subject_keys.settle()
        return len(aged)

    def course_of(self, action: Action) -> Course | None:
        """The figure that the action is to move, before and after its change. None without such a measure, and before
        the change. Reads the disk."""
        if action.aim is None or action.proof is None:
            return None
        today = self.branch.day_of(self.clock())
        return course(self.branch, self.database, action.aim, action.proof.changed_on, today)

    def effects(self) -> list[tuple[str, Effect]]:
        """By action, what can be told now of those whose effect is waited for. Reads the disk."""
        with self.writer.published() as state:
            waiting = [action for action in state.quality.actions.values() if action.is_waiting()]
        effects = [(action.id, self._effect_of(action)) for action in waiting]
        return [(id, effect) for id, effect in effects if effect]

    def _effect_of(self, action: Action) -> Effect | None:
        """None while it cannot be told. An action whose figure cannot be read keeps no other from being told."""
        today = self.branch.day_of(self.clock())
        if action.proof is None or not may_be_told(self.branch, action.proof.changed_on, today):
            return None
        try:
            told = self.course_of(action)
        except Exception:
            self.writer.fault("effect")
            return None
        return told.effect if told else None

    def erase_subject(self, id: str) -> None:
        """Erase the personal data of one subject. Waits for the disk. Raises Held, as `erase_aged`."""
        subject = self.subject_keys.of(id)
        if subject and subject.key:
            self.subject_keys.erase([subject], self.clock())
            self.words.refresh()
        self.subject_keys.settle()

    def panel_pool(self, since: date, until: date) -> Pool:
        """Who may be invited to a panel, by the cards of these days. Reads the disk."""
        mark = marks(self.keys.of(PANEL))
        return pool_of(self.database, since, until, self.subject_keys.reveal, mark)

    def contact_of(self, ticket: str) -> str | Missing:
        """How the customer of this ticket can be reached; empty for nothing. Reads the disk."""
        return self.subject_keys.reveal(sealed_contact(self.database, ticket))

    def left_contact(self, ticket: str) -> bool:
        """Whether the customer of this ticket can be reached and has not withdrawn it. Reads the disk."""
        with closing(reader(self.database)) as db:
            return Past(db).left_contact(ticket)

    def erase_contact(self, ticket: str) -> None:
        """As `erase_subject`, for how the customer of this ticket can be reached."""
        token = TOKEN.fullmatch(sealed_contact(self.database, ticket))
        if token:
            self.erase_subject(token["subject"])

    def close(self) -> None:
        """Finish what is queued and let the data go."""
        self.writer.close()
        self._held.close()


class Lock:
    """One process per branch: held while the data is open, gone with the process however it ends."""

    def __init__(self, data: Path) -> None:
        self._file = (data / "lock").open("w")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._file.close()
            raise BranchLocked(data) from error

    def release(self) -> None:
        self._file.close()


@contextmanager
def holding(data: Path) -> Iterator[None]:
    """The data is ours alone for as long. Raises BranchLocked, and Damaged for what is found broken meanwhile."""
    lock = Lock(data)
    try:
        with _damage_named(data):
            yield
    finally:
        lock.release()


@contextmanager
def _damage_named(data: Path) -> Iterator[None]:
    """An error of the database is told with what to do."""
    try:
        yield
    except Journal.Error as error:
        raise Damaged(data / DATABASE, error) from error


def open_branch(
    branch: Branch,
    data: Path,
    base_url: str,
    clock: Wall = now_utc,
    *,
    steady: Steady | None = None,
    pumped: bool = False,
    connect: Connect | None = None,
) -> BranchRuntime:
    """Replay the journal in `data` and open the branch. `base_url` is used where the configuration has
    no `public_url`; with `pumped` the caller pumps the writer, else it gets a thread. `clock` and `steady` are
    the computer's clocks (lobby/engine/clock.py). Without `connect` no customer
    directory is asked but its file. Raises BranchLocked, Damaged, OSError, or ValueError for a bad file."""
    make_private(data)
    with ExitStack() as held, _damage_named(data):
        lock = Lock(data)
        held.callback(lock.release)
        (data / DATABASE).touch(mode=0o600)
        keys = read_keys(data)
        customers = _customers(branch, keys, connect)
        subject_keys = held.enter_context(closing(_subject_keys(data)))
        journal = held.enter_context(closing(Journal(data / DATABASE, branch.code)))
        journal.settle(Fence(data), clock())
        journal.refresh(branch)
        branch = succeeding(branch, journal.configured(branch))
        forecaster = _taught(branch, journal)
        commands = Commands(branch, forecaster, journal.past)
        time = BranchClock(clock, steady)
        learn_holidays(branch, time())
        outlook = Outlook(branch, forecaster)
        words = OpenedWords(subject_keys, journal)
        views = Views(forecaster, outlook, words.reveal)
        writer = Writer(commands, journal, time, views, words)
        links = Links(keys, branch.public_url or base_url, branch.code)
        index = LinkIndex(links, journal, branch)
        index.begin(branch.day_of(time()))
        words.begin()
        kept_open = held.pop_all()
    writer.subscribe(index.follow)
    writer.subscribe(words.follow)
    tell(journal.misfits)
    lists = CaseLists(data / DATABASE, commands, writer, subject_keys)
    lists.take_what_is_left()
    if not pumped:
        writer.start()
    return BranchRuntime(
        branch=branch,
        commands=commands,
        writer=writer,
        forecaster=forecaster,
        views=views,
        alert_monitor=AlertMonitor(outlook),
        links=links,
        customers=customers,
        clock=time,
        data=data,
        keys=keys,
        subject_keys=subject_keys,
        words=words,
        lists=lists,
        _journal=journal,
        _held=kept_open,
    )


def _customers(branch: Branch, keys: Keys, connect: Connect | None) -> Customers:
    config = branch.directory
    file = FileDirectory(Path(config.file), branch.tier) if config.file else None
    remote = connect(config, branch.tier, keys.of(DIRECTORY)) if config.url and connect else None
    return Customers(file, remote)


def _subject_keys(data: Path) -> SubjectKeys:
    try:
        return SubjectKeys(data)
    except Journal.Error as error:
        raise Damaged(data / KEYS_FILE, error) from error


def _taught(branch: Branch, journal: Journal) -> Forecaster:
    """A forecaster that knows the past. It is better off without it than the branch without opening."""
    try:
        forecaster = Forecaster(branch, journal.past.service_history_s())
        for tier, area, told, waited_s in journal.past.outcomes():
            forecaster.calibration.learn(tier, area, told, waited_s)
    except Journal.Error:
        raise
    except Exception:
        log.exception("nothing was learned from the journal's past")
        return Forecaster(branch, {})
    return forecaster
