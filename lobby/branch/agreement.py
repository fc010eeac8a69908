"""Whether a configuration's tables agree. The raw tables are read, so that one complaint hides no other."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from lobby.branch.calendar import WEEKDAYS
from lobby.branch.complaint import Complaint
from lobby.branch.forms import FORMS, PUBLIC_FORM, TABLES, is_public_url
from lobby.branch.inside import open_inside
from lobby.branch.model import Branch
from lobby.branch.person import STAFF_NUMBER, spelled
from lobby.branch.routing import area_for, served_in
from lobby.branch.scenario import Scenario
from lobby.texts import Text

NO_SUCH_KEY = Text("no such key")
PLANS = ("tier", "service", "counter")
REFERENCES = (
    ("tiers", "area", "areas"),
    ("services", "area", "areas"),
    ("services", "quicker_at", "areas"),
    ("services", "group", "groups"),
    ("appointments", "services", "services"),
    ("counters", "area", "areas"),
    ("counters", "helps", "areas"),
    ("counters", "serves", "services"),
    ("counters", "tiers", "tiers"),
    ("counters", "prefers", "tiers"),
    ("boards", "areas", "areas"),
    ("boards", "counter", "counters"),
    ("printers", "backup", "printers"),
    ("kiosks", "printer", "printers"),
    ("aids", "counters", "counters"),
    ("aids", "thing", "things"),
)
PLAN_REFERENCES = (
    ("arrivals", "tier", "tier"),
    ("arrivals", "service", "service"),
    ("counter", "serves", "service"),
    ("counter", "tiers", "tier"),
    ("counter", "prefers", "tier"),
)


def of_branch(raw: Mapping[str, Any]) -> Iterator[Complaint]:
    """Every disagreement in the tables of a branch."""
    yield from _unprintable(raw)
    yield from _repeated_ids(raw, TABLES)
    yield from _unformed(raw)
    if "retired" in raw:
        yield Complaint("retired", raw["retired"], NO_SUCH_KEY)
    yield from _unknown_references(raw, REFERENCES)
    yield from _without_effect(raw)
    yield from of_staff(raw.get("staff"))
    yield from _recording(raw)
    yield from _calendar(raw.get("calendar"))
    yield from _hours(raw)
    yield from _deadline_rules(raw.get("cases"))
    for key in ("card_prefixes", "member_prefixes"):
        yield from _shared_prefixes(raw, key)


def of_scenario(raw: Mapping[str, Any]) -> Iterator[Complaint]:
    yield from _unprintable(raw)
    yield from _repeated_ids(raw, PLANS)
    yield from _unknown_references(raw, PLAN_REFERENCES)


# -- single texts --------------------------------------------------------------------------------------
def _unprintable(raw: object, where: str = "") -> Iterator[Complaint]:
    """Texts with control characters: line ends, zero bytes, a printer's commands. No screen or slip can show them."""
    if isinstance(raw, str):
        if any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in raw):
            yield Complaint(where, ascii(raw), Text("text without control characters"))
    elif isinstance(raw, Mapping):
        for key, value in raw.items():
            yield from _unprintable(value, f"{where}.{key}".lstrip("."))
    elif isinstance(raw, list):
        for value in raw:
            yield from _unprintable(value, where)


def _unformed(raw: Mapping[str, Any]) -> Iterator[Complaint]:
    for table, key, fits, form in FORMS:
        for entry, value in _values(raw, table, key):
            if not fits(value):
                yield Complaint(f"{table}.{key}", value, form, entry)
    url = raw.get("public_url")
    if isinstance(url, str) and not is_public_url(url):
        yield Complaint("public_url", url, PUBLIC_FORM)
    if (
        isinstance(raw.get("directory"), dict)
        and raw["directory"].get("file")
        and _rules_directory(raw)
    ):
        yield Complaint("rules.directory", _rules_directory(raw), Text("directory.file alone"))


# -- what names something else -------------------------------------------------------------------------
def _rules_directory(raw: Mapping[str, Any]) -> object:
    rules = raw.get("rules")
    if isinstance(rules, dict):
        return rules.get("directory")
    return None


def _unknown_references(
    raw: Mapping[str, Any], references: Sequence[tuple[str, str, str]]
) -> Iterator[Complaint]:
    """An entry that names an id which its table does not have."""
    for table, key, target in references:
        ids = [id for _, id in _values(raw, target, "id")]
        listed = ", ".join(ids)
        allowed = Text(listed) if ids else Text("none")
        for entry, value in _values(raw, table, key):
            if value not in ids:
                yield Complaint(f"{table}.{key}", value, allowed, entry)


def _recording(raw: Mapping[str, Any]) -> Iterator[Complaint]:
    """Cameras of counters that are not there."""
    recording = raw.get("recording")
    cameras = recording.get("cameras") if isinstance(recording, dict) else None
    ids = [id for _, id in _values(raw, "counters", "id")]
    for counter in cameras if isinstance(cameras, dict) else ():
        if counter not in ids:
            yield Complaint("recording.cameras", counter, Text(", ".join(ids)))


def _repeated_ids(raw: Mapping[str, Any], tables: Sequence[str]) -> Iterator[Complaint]:
    for table in tables:
        ids = [id for _, id in _values(raw, table, "id")]
        for id in sorted({id for id in ids if ids.count(id) > 1}):
            yield Complaint(f"{table}.id", id, Text("each id once"), id)


def _values(raw: Mapping[str, Any], table: str, key: str) -> Iterator[tuple[str, str]]:
    """The name of each entry, and each text under its key, alone or in a list. The check of the shape complains of
    a value that is no text."""
    entries = raw.get(table)
    if isinstance(entries, dict):
        yield from (("", text) for text in _texts(entries.get(key)))
    for n, entry in enumerate(_as_list(entries), start=1):
        if isinstance(entry, dict):
            yield from ((entry_name(entry, n), text) for text in _texts(entry.get(key)))


def _texts(value: object) -> Iterator[str]:
    """The text, or the texts of the list."""
    if isinstance(value, str):
        yield value
    yield from (text for text in _as_list(value) if isinstance(text, str))


def _as_list(value: object) -> list[Any]:
    """The list; empty where the value is none."""
    if isinstance(value, list):
        return value
    return []


def of_staff(staff: object) -> Iterator[Complaint]:
    """A staff number of another form, and one number of two people."""
    numbers: set[str] = set()
    for entry, number in _values(staff if isinstance(staff, Mapping) else {}, "people", "number"):
        if not STAFF_NUMBER.fullmatch(number):
            form = Text("1 to 20 letters or digits")
            yield Complaint("staff.people.number", number, form, entry)
        if spelled(number) in numbers:
            once = Text("each staff number of one person")
            yield Complaint("staff.people.number", number, once, entry)
        numbers.add(spelled(number))


def _calendar(calendar: object) -> Iterator[Complaint]:
    """A day that is both open and closed, and a week without a working day."""
    if not isinstance(calendar, Mapping):
        return
    closed = {str(day) for day in _as_list(calendar.get("closed"))}
    for day in _as_list(calendar.get("open")):
        if str(day) in closed:
            yield Complaint("calendar.open", day, Text("a day that is not closed as well"))
    if set(_texts(calendar.get("weekend"))).issuperset(WEEKDAYS):
        yield Complaint("calendar.weekend", ", ".join(WEEKDAYS), Text("at most six days"))


def _hours(raw: Mapping[str, Any]) -> Iterator[Complaint]:
    """Hours of a week on which nobody is ever served: somebody forgot the weekdays."""
    tables = [("hours", "", raw.get("hours"))]
    tables += [
        ("counters.hours", entry_name(counter, n), counter.get("hours"))
        for n, counter in enumerate(_entries(raw, "counters"), start=1)
    ]
    for where, entry, hours in tables:
        if isinstance(hours, Mapping) and not any(
            hours.get(day) for day in (*WEEKDAYS, "weekdays")
        ):
            yield Complaint(
                where,
                "nothing",
                Text('the hours of a day, such as weekdays = ["09:00-17:00"]'),
                entry,
            )


def _deadline_rules(cases: object) -> Iterator[Complaint]:
    """Two rules of one day of effect: which of them a case is under would be undecided."""
    days: set[str] = set()
    for n, rule in enumerate(_entries(cases, "rules"), start=1):
        day = str(rule.get("from", ""))
        if day and day in days:
            once = Text("each day of effect once")
            yield Complaint("cases.rules.from", day, once, f"#{n}")
        days.add(day)


def entry_name(entry: object, position: int) -> str:
    """The name of an entry in a complaint: its id or staff number, else its position from 1."""
    id = (entry.get("id") or entry.get("number")) if isinstance(entry, dict) else None
    return str(id or f"#{position}")


def _shared_prefixes(raw: Mapping[str, Any], key: str) -> Iterator[Complaint]:
    """A prefix of two tiers: the tier of its customers would be undecided."""
    owners: dict[str, str] = {}
    for tier, prefix in _values(raw, "tiers", key):
        owner = owners.setdefault(prefix, tier)
        if owner != tier:
            once = Text("each prefix in one tier ({owner} has it)", owner=owner)
            yield Complaint(f"tiers.{key}", prefix, once, tier)


def _without_effect(raw: Mapping[str, Any]) -> Iterator[Complaint]:
    """An entry that names itself where only another one makes sense, and a rule that never applies."""
    for table, key, own in (("printers", "backup", "id"), ("services", "quicker_at", "area")):
        for entry in _entries(raw, table):
            if entry.get(key) is not None and entry.get(key) == entry.get(own):
                other = Text("another one")
                yield Complaint(f"{table}.{key}", entry[key], other, str(entry.get("id", "")))
    for counter in _entries(raw, "counters"):
        tiers = counter.get("tiers")
        prefers = counter.get("prefers")
        if prefers and isinstance(tiers, list) and tiers and prefers not in tiers:
            names = ", ".join(map(str, tiers))
            yield Complaint("counters.prefers", prefers, Text(names), str(counter.get("id", "")))
    for n, span in enumerate(_entries(raw, "volume"), start=1):
        if span.get("from") is not None and span.get("from") == span.get("to"):
            yield Complaint("volume.to", str(span["to"]), Text("a time other than from"), f"#{n}")


def _entries(raw: object, table: str) -> Iterator[dict[str, Any]]:
    entries = raw.get(table) if isinstance(raw, Mapping) else None
    yield from (entry for entry in _as_list(entries) if isinstance(entry, dict))


# -- files that the configuration names ----------------------------------------------------------------
def of_files(branch: Branch) -> Iterator[Complaint]:
    tokens = {
        "directory.token_file": branch.directory.token_file,
        "notices.token_file": branch.notices.token_file,
    }
    for key, token in tokens.items():
        if token:
            yield from _token(key, Path(token))
    yield from _logos(branch)


def _token(key: str, file: Path) -> Iterator[Complaint]:
    """The token file. A complaint never shows the token. A header carries it, so it is one line of ASCII."""
    allowed = Text("a file that can be read, with a token of one line")
    try:
        token = file.read_text().strip()
    except (OSError, ValueError) as error:
        yield Complaint(
            key,
            getattr(error, "strerror", None) or type(error).__name__,
            allowed,
        )
        return
    if not token.isascii() or not token.isprintable() or not token:
        yield Complaint(key, f"{len(token)} characters", allowed)


def _logos(branch: Branch) -> Iterator[Complaint]:
    """Whether the logo can be read. Whether it is a picture is checked by `lobby check`, which can draw it."""
    for printer in branch.printers:
        try:
            if printer.logo:
                logo = Path(printer.logo)
                open_inside(logo.parent, logo.name).close()
        except OSError as error:
            file = Text("a picture file that can be read")
            yield Complaint("printers.logo", f"{printer.logo}: {error.strerror}", file, printer.id)


# -- what the branch as a whole can do -----------------------------------------------------------------
def of_queues(branch: Branch) -> Iterator[Complaint]:
    """Tickets that no counter may call, and appointments without a time."""
    yield from _unserved(branch)
    yield from _unbookable(branch)


def _unserved(branch: Branch) -> Iterator[Complaint]:
    """Kinds of tickets that no counter may call."""
    for service in branch.services:
        for tier in branch.tiers:
            area = area_for(branch, service.id, tier.id, ())
            if not served_in(branch, area, service.id, tier.id):
                some = Text(
                    "at least one counter that serves {service} for {tier} in {area}",
                    service=service.id,
                    tier=tier.id,
                    area=area,
                )
                yield Complaint("counters.serves", "none", some, service.id)


def _unbookable(branch: Branch) -> Iterator[Complaint]:
    plan = branch.appointments
    if plan and plan.closes <= plan.opens:
        yield Complaint("appointments.closes", str(plan.closes), Text("a time after opens"))


def unplayable(plan: Scenario) -> Iterator[Complaint]:
    """A span of time that ends before it begins, and customers whom no counter may serve."""
    later = Text("a time after from")
    if plan.closes <= plan.opens:
        yield Complaint("closes", str(plan.closes), Text("a time after opens"))
    for n, block in enumerate(plan.arrivals, start=1):
        if block.to <= block.from_:
            yield Complaint("arrivals.to", str(block.to), later, f"#{n}")
        if not any(
            block.service in c.serves and (not c.tiers or block.tier in c.tiers)
            for c in plan.counter
        ):
            some = f"{block.service}, {block.tier}"
            yield Complaint(
                "counter.serves",
                "none",
                Text("at least one counter for {some}", some=some),
                f"#{n}",
            )
    for counter in plan.counter:
        if counter.to <= counter.from_:
            yield Complaint("counter.to", str(counter.to), later, counter.id)
