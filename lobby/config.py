"""The only reader of TOML: `config.toml` -> Branch, a scenario file -> Scenario. Says all that is wrong with
a file at once."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError

from lobby.branch import Branch
from lobby.directory import read_directory
from lobby.names import Name
from lobby.scenario import Scenario
from lobby.tiering import area_for, served_in

ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
SERIES = re.compile(r"[A-Z]{1,2}")
DEVICE = re.compile(
    r"tcp://[^/:]+:\d+|serial:///.+|usb://[0-9a-fA-F]{1,4}:[0-9a-fA-F]{1,4}|cups://.+|file:///.+|virtual:"
)
DEVICES = "tcp://HOST:PORT, serial:///dev/NAME, usb://VID:PID, cups://QUEUE, file:///PATH, virtual:"
ASKED = re.compile(r"(https://[^/?#{}@\s]+|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?)(/[^#{}\s]*)?")
"""Beyond this machine customers' numbers go under TLS only."""
ASKED_FORM = Name(
    "https://主机/路径，不含 {key}：号码以 POST 正文发送；http 只限本机",
    "https://host/path without {key}: the number goes in the body of a POST; http on this machine only",
)
TABLES = ("areas", "tiers", "groups", "services", "counters", "boards", "printers", "kiosks")
PLANS = ("tier", "service", "counter")


@dataclass(frozen=True)
class Complaint:
    """One thing wrong: where (`table.key`, and which entry), what was found, what is allowed."""

    where: str
    found: object
    allowed: Name
    entry: str = ""

    def text(self, file: Path | str, lang: str) -> str:
        entry = f" ({self.entry})" if self.entry else ""
        if lang == "en":
            return f"{file}: {self.where}{entry}: found {_shown(self.found)}; allowed: {self.allowed.en}"
        return f"{file}：{self.where}{entry}：现为 {_shown(self.found)}；应为：{self.allowed.zh}"


class ConfigError(Exception):
    """The configuration cannot be used. `complaints` has every reason."""

    def __init__(self, file: Path, complaints: Sequence[Complaint]) -> None:
        self.file = file
        self.complaints = tuple(complaints)
        super().__init__(self.text("en"))

    def text(self, lang: str) -> str:
        """One complaint a line."""
        return "\n".join(c.text(self.file, lang) for c in self.complaints)


def read_branch(file: Path) -> Branch:
    """The branch that the file describes. Raises ConfigError."""
    raw = _tables(file)
    _refuse(file, *_misfits(raw, Branch), *_repeated_ids(raw, TABLES), *_disagreements(raw))
    given = TypeAdapter(Branch).validate_python(raw)
    branch = _beside(given, file)
    _refuse(
        file,
        *_directory(branch, "rules.directory" if given.rules.directory else "directory.file"),
        *_logos(branch),
        *_unserved(branch),
        *_unbookable(branch),
    )
    return branch


def read_scenario(file: Path) -> Scenario:
    """The scenario that the file describes. Raises ConfigError."""
    raw = _tables(file)
    _refuse(file, *_misfits(raw, Scenario), *_repeated_ids(raw, PLANS), *_strangers(raw, PLAN_REFERENCES))
    plan = TypeAdapter(Scenario).validate_python(raw)
    _refuse(file, *_unplayable(plan))
    return plan


def _tables(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as source:
            return tomllib.load(source)
    except OSError as error:
        missing = Name("一个可读的配置文件", "a configuration file that can be read")
        raise ConfigError(file, [Complaint("file", error.strerror, missing)]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(file, [Complaint("TOML", str(error), Name("正确的 TOML", "valid TOML"))]) from error


def _refuse(file: Path, *complaints: Complaint) -> None:
    if complaints:
        raise ConfigError(file, complaints)


def _beside(branch: Branch, file: Path) -> Branch:
    """Paths count from the configuration's folder: the customer directory's, where it is written now, the boards'
    slides and the printers' logos."""

    def beside(path: str | None) -> str | None:
        return str(file.parent / path) if path else None

    listed, rules = branch.directory, branch.rules
    directory = dataclasses.replace(
        listed, file=beside(listed.file or rules.directory), token_file=beside(listed.token_file)
    )
    boards = tuple(dataclasses.replace(board, slides=beside(board.slides)) for board in branch.boards)
    printers = tuple(dataclasses.replace(printer, logo=beside(printer.logo)) for printer in branch.printers)
    rules = dataclasses.replace(rules, directory=None)
    return dataclasses.replace(branch, directory=directory, rules=rules, boards=boards, printers=printers)


# -- what does not have the right shape ----------------------------------------------------------------
SHAPES: Mapping[str, Name] = {
    "missing": Name("必须填写", "a value (the key is missing)"),
    "unexpected_keyword_argument": Name("没有这个键", "no such key"),
    "literal_error": Name("{expected}", "{expected}"),
    "greater_than": Name("大于 {gt} 的数", "a number above {gt}"),
    "greater_than_equal": Name("不小于 {ge} 的数", "a number of {ge} or more"),
    "less_than_equal": Name("不大于 {le} 的数", "a number of {le} or less"),
    "too_short": Name("至少 {min_length} 项", "at least {min_length}"),
    "string_too_short": Name("不能为空", "some text"),
    "string_type": Name("文字", "text in quotes"),
    "int_type": Name("整数", "a whole number"),
    "int_parsing": Name("整数", "a whole number"),
    "int_from_float": Name("整数", "a whole number"),
    "float_type": Name("数", "a number"),
    "bool_type": Name("true 或 false", "true or false"),
    "bool_parsing": Name("true 或 false", "true or false"),
    "tuple_type": Name("列表 [ ... ]", "a list [ ... ]"),
    "dataclass_type": Name("一个表", "a table"),
    "time_parsing": Name("时刻，如 09:00", "a time of day such as 09:00"),
    "time_type": Name("时刻，如 09:00", "a time of day such as 09:00"),
    "float_parsing": Name("数", "a number"),
    "network": Name(
        "地址或网段，如 127.0.0.1 或 10.1.0.0/16", "an address or network such as 127.0.0.1 or 10.1.0.0/16"
    ),
    "listen": Name("主机:端口，如 0.0.0.0:8001", "HOST:PORT such as 0.0.0.0:8001"),
    "zoneinfo_str": Name("时区名，如 Asia/Shanghai", "a time zone such as Asia/Shanghai"),
}


def _misfits(raw: Mapping[str, Any], shape: type) -> list[Complaint]:
    try:
        TypeAdapter(shape).validate_python(raw)
    except ValidationError as error:
        return [_from_pydantic(raw, e) for e in error.errors()]
    return []


def _from_pydantic(raw: Mapping[str, Any], error: Any) -> Complaint:
    path: tuple[Any, ...] = error["loc"]
    shape = SHAPES.get(error["type"], Name(error["msg"], error["msg"]))
    values = error.get("ctx", {})
    allowed = Name(shape.zh.format(**values), shape.en.format(**values))
    found = "nothing" if error["type"] == "missing" else error["input"]
    return Complaint(".".join(p for p in path if isinstance(p, str)), found, allowed, _entry(raw, path))


def _entry(raw: Mapping[str, Any], path: tuple[Any, ...]) -> str:
    """The id of the entry that the path leads into, else its position."""
    if len(path) < 2 or not isinstance(path[1], int):
        return ""
    entry = raw[path[0]][path[1]]
    return str(entry.get("id", f"#{path[1] + 1}")) if isinstance(entry, dict) else f"#{path[1] + 1}"


# -- what does not fit together: read from the raw tables, so that a misfit elsewhere hides nothing -------
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
)
PLAN_REFERENCES = (
    ("arrivals", "tier", "tier"),
    ("arrivals", "service", "service"),
    ("counter", "serves", "service"),
    ("counter", "tiers", "tier"),
    ("counter", "prefers", "tier"),
)
FORMS = (
    *((table, "id", ID, Name("小写字母、数字、_ 或 -", "lower-case letters, digits, _ or -")) for table in TABLES),
    ("services", "series", SERIES, Name("一或两个大写字母", "one or two capital letters")),
    ("tiers", "card_prefixes", re.compile(r"\d{1,19}"), Name("数字", "digits")),
    ("printers", "device", DEVICE, Name(DEVICES, DEVICES)),
    ("directory", "url", ASKED, ASKED_FORM),
)


def _disagreements(raw: Mapping[str, Any]) -> Iterator[Complaint]:
    for table, key, pattern, form in FORMS:
        for entry, value in _values(raw, table, key):
            if not pattern.fullmatch(value):
                yield Complaint(f"{table}.{key}", value, form, entry)
    yield from _strangers(raw, REFERENCES)
    if isinstance(raw.get("directory"), dict) and raw["directory"].get("file") and _old_spelling(raw):
        yield Complaint("rules.directory", _old_spelling(raw), Name("只写 directory.file", "directory.file alone"))
    url = raw.get("public_url")
    if url and isinstance(url, str) and urlsplit(url).scheme not in ("http", "https"):
        yield Complaint("public_url", url, Name("http(s)://主机", "http(s)://host"))


def _old_spelling(raw: Mapping[str, Any]) -> object:
    rules = raw.get("rules")
    return rules.get("directory") if isinstance(rules, dict) else None


def _strangers(raw: Mapping[str, Any], references: Sequence[tuple[str, str, str]]) -> Iterator[Complaint]:
    """An entry that names an id which its table does not have."""
    for table, key, target in references:
        known = [id for _, id in _values(raw, target, "id")]
        names = ", ".join(known)
        for entry, value in _values(raw, table, key):
            if value not in known:
                yield Complaint(f"{table}.{key}", value, Name(names or "无", names or "none"), entry)


def _repeated_ids(raw: Mapping[str, Any], tables: Sequence[str]) -> Iterator[Complaint]:
    for table in tables:
        ids = [id for _, id in _values(raw, table, "id")]
        for id in sorted({id for id in ids if ids.count(id) > 1}):
            yield Complaint(f"{table}.id", id, Name("每个编号只用一次", "each id once"), id)


def _values(raw: Mapping[str, Any], table: str, key: str) -> Iterator[tuple[str, str]]:
    """Which entry, and each text it has under the key, alone or in a list; what is no text is a misfit
    that the shape has complained of."""
    entries = raw.get(table)
    alone = isinstance(entries, dict)
    for n, entry in enumerate(entries if isinstance(entries, list) else [entries], start=1):
        if isinstance(entry, dict):
            value = entry.get(key)
            for text in value if isinstance(value, list) else [value]:
                if isinstance(text, str):
                    yield str(entry.get("id", "" if alone else f"#{n}")), text


def _directory(branch: Branch, written: str) -> Iterator[Complaint]:
    """`written`: the key that names the file."""
    listed = branch.directory
    if listed.file:
        try:
            read_directory(Path(listed.file), branch.tier)
        except (OSError, ValueError) as error:
            csv = Name("带 key,tier 两列的 CSV 文件", "a CSV file with the columns key,tier")
            yield Complaint(written, str(error), csv)
    if listed.token_file:
        try:
            Path(listed.token_file).read_text()
        except (OSError, ValueError) as error:
            yield Complaint("directory.token_file", str(error), Name("一个可读的文件", "a file that can be read"))


def _logos(branch: Branch) -> Iterator[Complaint]:
    """Whether it is a picture is for the doctor to see: here nobody draws."""
    for printer in branch.printers:
        try:
            if printer.logo:
                Path(printer.logo).read_bytes()
        except OSError as error:
            file = Name("一个可读的图片文件", "a picture file that can be read")
            yield Complaint("printers.logo", f"{printer.logo}: {error.strerror}", file, printer.id)


def _unserved(branch: Branch) -> Iterator[Complaint]:
    """A ticket that no counter could ever call."""
    for service in branch.services:
        for tier in branch.tiers:
            area = area_for(branch, service.id, tier.id, ())
            if not served_in(branch, area, service.id, tier.id):
                some = Name(
                    f"至少一个柜台在 {area} 为 {tier.id} 办理 {service.id}",
                    f"at least one counter that serves {service.id} for {tier.id} in {area}",
                )
                yield Complaint("counters.serves", "none", some, service.id)


def _unbookable(branch: Branch) -> Iterator[Complaint]:
    plan = branch.appointments
    if plan and plan.closes <= plan.opens:
        yield Complaint("appointments.closes", str(plan.closes), Name("晚于 opens 的时刻", "a time after opens"))


def _unplayable(plan: Scenario) -> Iterator[Complaint]:
    """A span that ends before it begins, or customers whom no counter may serve."""
    later = Name("晚于 from 的时刻", "a time after from")
    if plan.closes <= plan.opens:
        yield Complaint("closes", str(plan.closes), Name("晚于 opens 的时刻", "a time after opens"))
    for n, block in enumerate(plan.arrivals, start=1):
        if block.to <= block.from_:
            yield Complaint("arrivals.to", str(block.to), later, f"#{n}")
        if not any(block.service in c.serves and (not c.tiers or block.tier in c.tiers) for c in plan.counter):
            some = f"{block.service}, {block.tier}"
            yield Complaint(
                "counter.serves", "none", Name(f"至少一个柜台办理 {some}", f"at least one counter for {some}"), f"#{n}"
            )
    for counter in plan.counter:
        if counter.to <= counter.from_:
            yield Complaint("counter.to", str(counter.to), later, counter.id)


def _shown(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)
