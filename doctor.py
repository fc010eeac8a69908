"""`lobby check`: what would keep the branch from opening, what would not work, and what to do."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from display.board.slides import Show
from integrations.customer_directory import CustomerDirectory
from lobby.branch.config import ConfigError, read_branch
from lobby.branch.forms import is_loopback_url
from lobby.branch.model import Branch, Printer
from lobby.branch.names import Lang
from lobby.branch.succession import removed
from lobby.customers.customer_file import read_directory, unreadable
from lobby.customers.tiering import LookupFailed
from lobby.engine.runtime import ADVICE, DATABASE, advice
from lobby.journal.copies import integrity
from lobby.journal.envelope import altered, end, first_lost, first_misfit, is_enveloped
from lobby.journal.fence import Fence
from lobby.journal.history import Misfit, configured, reader, replayed
from lobby.journal.journal import engine
from lobby.journal.subject_keys import FILE as KEYS_FILE
from lobby.texts import Readable, Text
from printer.check import look
from printer.devices.profiles import unknown_profiles
from printer.fonts import NoFont, cjk_font_file

Grade = Literal["ok", "warn", "fail"]
DISK_LOW_B = 500 * 2**20
DISK_OUT_B = 50 * 2**20
UNKNOWN_KEY = "0" * 16
MISFITS_MAX = 3
EARLIEST = datetime(2025, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Finding:
    """`fail`: the branch cannot open, or its journal was altered; `warn`: anything less."""

    topic: str
    grade: Grade
    text: str

    def line(self) -> str:
        return f"{self.grade.upper():4}  {self.topic}: {self.text}"


def examine(config: Path, data: Path, lang: Lang) -> list[Finding]:
    """Every finding, in the reader's language."""
    findings, branch = _configuration(config, lang)

    def say(name: Readable) -> str:
        return name.in_(lang)

    findings += [*_database(data, say), *_chain(data, say), *_subject_keys(data, say)]
    findings += [*_disk(data, say), *_clock(branch, data, say)]
    if branch:
        findings += [
            *_history(branch, data, say),
            *_code(branch, say),
            *_staff(branch, say),
            *_links(branch, say),
            *_directory(branch, say),
            *_slides(branch, say),
            *_printers(branch, data, say),
        ]
    return [*findings, *_font(branch, say), *_voice(say)]


def _code(branch: Branch, say: Callable[[Readable], str]) -> Iterator[Finding]:
    if branch.has_code:
        yield Finding("branch", "ok", branch.code)
        return
    none = Text('it has no branch code: write [branch] code = "..." into config.toml, which headquarters know it by')
    yield Finding("branch", "warn", say(none))


def _staff(branch: Branch, say: Callable[[Readable], str]) -> Iterator[Finding]:
    """No finding without a register, since then nobody signs on."""
    people = branch.staff.people
    serving = sum(person.serves for person in people)
    if serving:
        count = Text("{people} people, {serving} of whom may serve at counters", people=len(people), serving=serving)
        yield Finding("staff", "ok", say(count))
    elif people:
        nobody = Text("nobody in the register is a teller or lobby manager: nobody can sign on at a counter and call")
        yield Finding("staff", "warn", say(nobody))


def _links(branch: Branch, say: Callable[[Readable], str]) -> Iterator[Finding]:
    """A loopback address in `public_url`: fit for a trial here, but phones cannot follow the slips' codes."""
    if branch.public_url and is_loopback_url(branch.public_url):
        own = Text(
            "{public_url} leads to this machine only, so no phone can follow a slip's code: set "
            "what phones reach, or leave it empty",
            public_url=branch.public_url,
        )
        yield Finding("public_url", "warn", say(own))


def _configuration(config: Path, lang: Lang) -> tuple[list[Finding], Branch | None]:
    try:
        branch = read_branch(config, unreadable, unknown_profiles)
    except ConfigError as error:
        return [Finding("config", "fail", c.text(error.file, lang)) for c in error.complaints], None
    return [Finding("config", "ok", str(config))], branch


def _database(data: Path, say: Callable[[Readable], str]) -> Iterator[Finding]:
    sqlite = engine()
    if sqlite.sound:
        yield Finding("sqlite", "ok", f"{sqlite.version}, WAL, synchronous=FULL")
    else:
        old = Text(
            "{version} has the WAL-reset bug, so TRUNCATE is used (slower): install pysqlite3", version=sqlite.version
        )
        yield Finding("sqlite", "warn", say(old))
    if not (data / DATABASE).exists():
        yield Finding("database", "ok", say(Text("none yet, made at the first start")))
        return
    try:
        wrong = integrity(data / DATABASE)
    except Exception as error:
        yield Finding("database", "fail", f"{error}: {say(advice(data / DATABASE, error))}")
        return
    repair = Text("damaged, restore a backup with lobby restore: ")
    yield Finding("database", "fail" if wrong else "ok", say(repair) + wrong[0] if wrong else str(data / DATABASE))


def _chain(data: Path, say: Callable[[Readable], str]) -> Iterator[Finding]:
    """Whether the journal fits its chain of hashes and the fence."""
    memory = Fence(data).memory()
    try:
        with closing(reader(data / DATABASE)) as db:
            if not is_enveloped(db):
                return
            last = end(db)
            seq = first_misfit(db) or (memory and first_lost(db, memory.end))
            forks = altered(db)
    except Exception:
        return  # there is none, or the database's own finding says why it cannot be read
    if seq:
        wrong = Text(
            "event {seq} is the first that does not fit the chain of hashes: the journal was "
            "edited, cut or reordered; find out why, and put a backup that you trust in its "
            "place with `lobby restore`",
            seq=seq,
        )
        yield Finding("chain", "fail", say(wrong))
    else:
        fits = Text("{seq} events fit the chain of hashes", seq=last.seq)
        yield Finding("chain", "ok", say(fits))
    for fork in forks:
        yield Finding("chain", "warn", say(_fork_sentence(fork)))


def _fork_sentence(fork: int) -> Text:
    return Text(
        "a new epoch begins with event {fork}: at that start the journal did not end as it was written", fork=fork
    )


def _subject_keys(data: Path, say: Callable[[Readable], str]) -> Iterator[Finding]:
    """The database of keys, without which no customer's text can be read."""
    file = data / KEYS_FILE
    if not file.exists():
        return
    try:
        wrong = integrity(file)
    except Exception as error:
        yield Finding("keys", "fail", f"{error}: {say(advice(file, error))}")
        return
    damaged = f"{file}: {say(ADVICE[KEYS_FILE])} ({wrong[0]})" if wrong else str(file)
    yield Finding("keys", "fail" if wrong else "ok", damaged)


def _disk(data: Path, say: Callable[[Readable], str]) -> Iterator[Finding]:
    place = data if data.exists() else data.absolute().parent
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    free_space = Text("{free} MB free", free=free // 2**20)
    yield Finding("disk", _disk_grade(free), say(free_space))


def _disk_grade(free_b: int) -> Grade:
    if free_b < DISK_OUT_B:
        return "fail"
    return "warn" if free_b < DISK_LOW_B else "ok"


def _clock(branch: Branch | None, data: Path, say: Callable[[Readable], str]) -> Iterator[Finding]:
    now = datetime.now(UTC)
    last = _last_event(data)
    zone = branch.zone if branch else None
    reading = now.astimezone(zone).isoformat(" ", "seconds")
    if now < EARLIEST:
        wrong = Text(
            "it is wrong ({reading}): set it; the branch opens, and its numbers go on when the time is right",
            reading=reading,
        )
        yield Finding("clock", "warn", say(wrong))
    elif last and last > now:
        lag = str(last - now).partition(".")[0]
        back = Text(
            "it shows {reading}, {lag} behind the journal: check the time service; numbers and waits go on",
            reading=reading,
            lag=lag,
        )
        yield Finding("clock", "warn", say(back))
    else:
        yield Finding("clock", "ok", f"{reading} ({zone or time.tzname[0]})")


def _last_event(data: Path) -> datetime | None:
    try:
        with closing(reader(data / DATABASE)) as db:
            row = db.execute("SELECT at FROM event ORDER BY seq DESC LIMIT 1").fetchone()
        return datetime.fromisoformat(row[0]) if row else None
    except Exception:
        return None


def _history(branch: Branch, data: Path, say: Callable[[Readable], str]) -> Iterator[Finding]:
    """The events of the last day that the branch would skip when it opens, and whether its clock is doubted."""
    try:
        with closing(reader(data / DATABASE)) as db:
            former = configured(db, branch)
            misfits: list[Misfit] = []
            state = replayed(db, branch, misfits)
    except Exception:
        return  # there is none, or the database's own finding says why it cannot be read
    if removed_ids := ", ".join(removed(branch, former)):
        text = Text(
            "gone from the configuration since the last start: {removed_ids}; whoever waits for it can still be called",
            removed_ids=removed_ids,
        )
        yield Finding("journal", "warn", say(text))
    for misfit in misfits[:MISFITS_MAX]:
        skipped = f"{misfit.seq} ({misfit.kind}): {misfit.why}"
        yield Finding("journal", "warn", say(Text("skipped event {skipped}", skipped=skipped)))
    if len(misfits) > MISFITS_MAX:
        yield Finding("journal", "warn", say(Text("{count} skipped in all", count=len(misfits))))
    if state.doubted:
        hours = round(state.drift_s / 3600)
        question = Text(
            "it was set by {hours:+d} h during the day {day}: the lobby manager is asked", hours=hours, day=state.day
        )
        yield Finding("clock", "warn", say(question))


def _directory(branch: Branch, say: Callable[[Readable], str]) -> Iterator[Finding]:
    """The number of customers in the file, and whether the remote directory answers to an unknown key. An unreadable
    file is a complaint of the configuration."""
    directory = branch.directory
    if directory.file:
        customers = len(read_directory(Path(directory.file), branch.tier))
        yield Finding(
            "directory",
            "ok",
            say(Text("{file}: {customers} customers", file=directory.file, customers=customers)),
        )
    if not directory.url:
        return
    host = urlsplit(directory.url)
    remote = CustomerDirectory(directory, branch.tier, b"")
    since = time.monotonic()
    with suppress(LookupFailed):
        remote.tier_of(UNKNOWN_KEY)
    took = round(1000 * (time.monotonic() - since))
    if remote.trouble:
        none = Text("{netloc} gives no answer ({trouble}): prefixes decide", netloc=host.netloc, trouble=remote.trouble)
        yield Finding("directory", "warn", say(none))
    else:
        yield Finding("directory", "ok", say(Text("{netloc}, {took} ms", netloc=host.netloc, took=took)))


def _slides(branch: Branch, say: Callable[[Readable], str]) -> Iterator[Finding]:
    for folder in sorted({board.slides for board in branch.boards if board.slides}):
        show = Show(Path(folder))
        show.read()
        count = len(show.slides)
        if count:
            yield Finding("slides", "ok", say(Text("{folder}: {count}", folder=folder, count=count)))
        else:
            none = Text("{folder} has no picture or announcement to show", folder=folder)
            yield Finding("slides", "warn", say(none))


def _printers(branch: Branch, data: Path, say: Callable[[Readable], str]) -> Iterator[Finding]:
    for finding in look(branch, data):
        yield Finding(finding.topic, finding.grade, say(finding.text))
    for printer in branch.printers:
        yield from _logo(printer, say)


def _logo(printer: Printer, say: Callable[[Readable], str]) -> Iterator[Finding]:
    if not printer.logo:
        return
    from printer.raster import logo

    try:
        wide, high = logo(printer.logo, printer.dots).size
        yield Finding(f"printer {printer.id} logo", "ok", f"{printer.logo}: {wide} x {high}")
    except (OSError, ValueError) as error:
        none = Text("no usable picture, slips go without it: {error}", error=error)
        yield Finding(f"printer {printer.id} logo", "warn", say(none))


def _font(branch: Branch | None, say: Callable[[Readable], str]) -> Iterator[Finding]:
    printers = branch.printers if branch else ()
    needed = any(p.text == "raster" or p.device == "virtual:" for p in printers)
    try:
        yield Finding("font", "ok", cjk_font_file())
    except NoFont as error:
        yield Finding("font", "warn" if needed else "ok", str(error))


def _voice(say: Callable[[Readable], str]) -> Iterator[Finding]:
    try:
        import espeakng_loader

        yield Finding("voice", "ok", str(espeakng_loader.get_library_path()))
    except (ImportError, OSError) as error:
        missing = Text("calls cannot be spoken: {error}", error=error)
        yield Finding("voice", "warn", say(missing))
