"""What the configuration names: staff, addresses, directory, slides, printers."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from display.board.slides import Show
from doctor.finding import Finding, Findings, Say
from integrations.customer_directory import CustomerDirectory
from lobby.branch.forms import is_loopback_url
from lobby.branch.model import Branch, Printer
from lobby.branch.person import spelled
from lobby.catalogues import OWN, compiled_copy
from lobby.customers.customer_file import read_directory
from lobby.customers.tiering import LookupFailed
from lobby.engine.clock import now_utc
from lobby.texts import Text, reading_also
from printer.check import look

UNKNOWN_KEY = "0" * 16
"""Nobody has this key, so that the question tells nothing of a customer."""


def findings(branch: Branch, data: Path, say: Say) -> Findings:
    yield from _code(branch, say)
    yield from _staff(branch, say)
    yield from _aids(branch, say)
    yield from _hours(branch, say)
    yield from _make_up_days(branch, say, branch.day_of(now_utc()))
    yield from _links(branch, say)
    yield from _directory(branch, say)
    yield from _slides(branch, say)
    yield from _printers(branch, data, say)


def _code(branch: Branch, say: Say) -> Findings:
    if branch.has_code:
        yield Finding("branch", "ok", branch.code)
        return
    none = Text(
        'it has no branch code: write [branch] code = "..." into config.toml, which headquarters know it by'
    )
    yield Finding("branch", "warn", say(none))


def _staff(branch: Branch, say: Say) -> Findings:
    """No finding without a register, since then nobody signs on."""
    people = branch.staff.people
    serving = sum(person.serves for person in people)
    if serving:
        count = Text(
            "{people} people, {serving} of whom may serve at counters",
            people=len(people),
            serving=serving,
        )
        yield Finding("staff", "ok", say(count))
    elif people:
        nobody = Text(
            "nobody in the register is a teller or lobby manager: nobody can sign on at a counter and call"
        )
        yield Finding("staff", "warn", say(nobody))


def _aids(branch: Branch, say: Say) -> Findings:
    """Staff numbers of `[[aids]]` that nobody in the register has: what they stand for is never at hand."""
    known = set(branch.person)
    for aid in branch.aids:
        unknown = sorted({number for number in aid.people if spelled(number) not in known})
        if known and unknown:
            nobody = Text(
                "{aid}: nobody in the register of staff has the number {numbers}, so that it is not "
                "at hand through them: correct people in [[aids]]",
                aid=aid.name,
                numbers=", ".join(unknown),
            )
            yield Finding("aids", "warn", say(nobody))


def _hours(branch: Branch, say: Say) -> Findings:
    if branch.opening.always:
        none = Text(
            "there are no opening hours, so that numbers are given day and night: write [hours] into config.toml"
        )
        yield Finding("hours", "warn", say(none))


ANNOUNCED_MONTH = 11
"""The State Council announces the make-up days of a year in the November before."""


def _make_up_days(branch: Branch, say: Say, today: date) -> Findings:
    """The years of which no make-up day is known: this one, and from November on the next."""
    years = [today.year] if today.month < ANNOUNCED_MONTH else [today.year, today.year + 1]
    unknown = [year for year in years if not branch.calendar.knows(year)]
    for year in unknown:
        text = Text(
            "the make-up days of {year} are not known to this version: install a newer one, or write them into "
            "[calendar] of config.toml, open and closed",
            year=year,
        )
        yield Finding("calendar", "warn", say(text))


def _links(branch: Branch, say: Say) -> Findings:
    """A loopback address in `public_url`: fit for a trial here, but phones cannot follow the slips' codes."""
    if branch.public_url and is_loopback_url(branch.public_url):
        own = Text(
            "{public_url} leads to this machine only, so no phone can follow a slip's code: set "
            "what phones reach, or leave it empty",
            public_url=branch.public_url,
        )
        yield Finding("public_url", "warn", say(own))


def _directory(branch: Branch, say: Say) -> Findings:
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
        none = Text(
            "{netloc} gives no answer ({trouble}): prefixes decide",
            netloc=host.netloc,
            trouble=remote.trouble,
        )
        yield Finding("directory", "warn", say(none))
    else:
        yield Finding(
            "directory", "ok", say(Text("{netloc}, {took} ms", netloc=host.netloc, took=took))
        )


def _slides(branch: Branch, say: Say) -> Findings:
    for folder in sorted({board.slides for board in branch.boards if board.slides}):
        show = Show(Path(folder))
        show.read()
        count = len(show.slides)
        if count:
            yield Finding(
                "slides", "ok", say(Text("{folder}: {count}", folder=folder, count=count))
            )
        else:
            none = Text("{folder} has no picture or announcement to show", folder=folder)
            yield Finding("slides", "warn", say(none))


def _printers(branch: Branch, data: Path, say: Say) -> Findings:
    with compiled_copy(data / OWN) as own, reading_also(own):
        seen = list(look(branch, data))
    for finding in seen:
        yield Finding(finding.topic, finding.grade, say(finding.text))
    for printer in branch.printers:
        yield from _logo(printer, say)


def _logo(printer: Printer, say: Say) -> Findings:
    if not printer.logo:
        return
    from printer.raster import logo

    try:
        wide, high = logo(printer.logo, printer.dots).size
        yield Finding(f"printer {printer.id} logo", "ok", f"{printer.logo}: {wide} x {high}")
    except (OSError, ValueError) as error:
        none = Text("no usable picture, slips go without it: {error}", error=error)
        yield Finding(f"printer {printer.id} logo", "warn", say(none))
