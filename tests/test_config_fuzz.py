"""Whatever the configuration's reader lets pass opens a branch: numbers are given, slips are made, boards are drawn."""

from __future__ import annotations

import json
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from conftest import CONFIG, MORNING, Clock, Desk, examples
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from display.board.state import board_state
from kiosk.touch.groups import shown
from lobby.branch import model as b
from lobby.branch.config import ConfigError, read_branch
from lobby.branch.model import Branch
from lobby.customers.customer_file import unreadable
from lobby.engine.runtime import open_branch
from printer.devices import open_device
from printer.devices.encode import encode
from printer.devices.profiles import unknown_profiles
from printer.slip import slip

SHIPPED: dict[str, Any] = tomllib.loads(CONFIG.read_text())
TABLES: dict[str, type] = {
    "rules": b.Rules, "alerts": b.Alerts, "appointments": b.Appointments, "directory": b.Directory,
    "security": b.Security, "areas": b.Area, "tiers": b.Tier, "groups": b.Group, "services": b.Service,
    "counters": b.Counter, "boards": b.Board, "volume": b.Volume, "printers": b.Printer, "kiosks": b.Kiosk,
}  # fmt: skip
PLACES = [("", key) for key in ("bank", "name", "zone", "public_url", *TABLES)]
PLACES += [
    (table, field.name.rstrip("_")) for table, cls in TABLES.items() for field in fields(cls)
]

TEXTS = [
    "", " ", "a", "A", "hall", "gold", "cash", "1", "main", "slip", "standard", "622588", "HM", "hm",
    "６２２", "0" * 40,
    "09:00", "9:00", "24:00", "09:00Z", "UTC", "Asia", "Asia/Shanghai", "../UTC", "localtime", "Mars/Phobos",
    "http://", "https://bank.example", "https://bank.example/lobby", "http://a b", "http://x?y", "http://0.0.0.0:1",
    "http://[::1", "http://h:99999", "https://crm.example/tier", "http://h:99999/{key}", "https://h/{key}{",
    "virtual:", "tcp://10.0.0.9:9100", "tcp://10.0.0.9:99999", "tcp://a b:1", f"tcp://{'a' * 70}:9100", "tcp://::1:1",
    "serial:///dev/ttyUSB0", "serial:///dev/ttyUSB0?baudrate=38400", "serial:///dev/ttyUSB0?baudrate=38400bps",
    "serial:///dev/x?parity=E", "serial:///dev/x?baudrate=", "usb://1:2", "usb://x:y", "cups://", "cups://q/r",
    "file:///dev/null", "file:///a?b", "default", "TM-T88III", "NoSuch-80", "a\0b", "a\nb", "\x1b@",
    "龘𠮷é₤", "长" * 300,
    ".", "/", "/dev/null", "gb18030", "raster", "native", "area", "redraw", "back", "last", "ends", ".example.com",
    "Ex.com",
]  # fmt: skip
SCALARS = st.one_of(
    st.sampled_from(TEXTS),
    st.sampled_from(
        [0, 1, -1, 5, 58, 80, 200, 300, 576, 1000, 86400, 86401, 10**7, 10**12, 10**40, -(10**12)]
    ),
    st.sampled_from([0.0, 0.5, -1.0, 3.0, 1e-9, 1e300, float("inf"), float("-inf"), float("nan")]),
    st.booleans(),
    st.sampled_from([time(0), time(9), time(23, 59, 59)]),
)
NAMES = st.fixed_dictionaries({"zh": st.sampled_from(TEXTS), "en": st.sampled_from(TEXTS)})
VALUES = st.one_of(
    SCALARS,
    st.lists(st.sampled_from(TEXTS), max_size=3),
    NAMES,
    st.none(),
    # a new one each time: a table that a change put into itself has no end
    st.builds(list),
    st.builds(dict),
)
CHANGES = st.lists(
    st.tuples(st.sampled_from(PLACES), VALUES, st.integers(0, 7)), min_size=1, max_size=3
)


@settings(examples(50), suppress_health_check=[HealthCheck.too_slow])
@given(CHANGES)
def test_what_is_accepted_opens_a_branch(changes: list[tuple[tuple[str, str], Any, int]]) -> None:
    raw = tomllib.loads(CONFIG.read_text())
    for (table, key), value, n in changes:
        change(raw, table, key, value, n)
    with tempfile.TemporaryDirectory() as folder:
        try:
            branch = read(Path(folder), raw)
        except ConfigError as refused:
            event(f"refused, {bool(refused.text('zh'))}")
            return
        event("accepted")
        live(branch, Path(folder) / "var")


@pytest.mark.long
@pytest.mark.parametrize("place", PLACES, ids=".".join)
def test_every_key_takes_every_kind_of_value_or_says_why_not(
    tmp_path: Path, place: tuple[str, str]
) -> None:
    """One key at a time, with every value: a hole in one key's form is not left to chance."""
    accepted: dict[str, Branch] = {}
    for value in [
        *TEXTS,
        0,
        1,
        -1,
        7,
        10**7,
        10**12,
        1e300,
        float("nan"),
        True,
        [],
        {},
        None,
        ["a"],
        [""],
        [[]],
        [{}],
    ]:
        raw = tomllib.loads(CONFIG.read_text())
        change(raw, *place, value, 0)
        try:
            branch = read(tmp_path, raw)
        except ConfigError:
            continue
        accepted.setdefault(repr(branch), branch)
    for n in {0, len(accepted) // 2, len(accepted) - 1}:
        if accepted:
            live(list(accepted.values())[n], tmp_path / f"var{n}")


def change(raw: dict[str, Any], table: str, key: str, value: Any, n: int) -> None:
    """Put the value there, or take the key away for None."""
    place = raw.setdefault(table, {}) if table else raw
    if isinstance(place, list):
        place = place[n % len(place)] if place else {}
    if not isinstance(place, dict):
        return
    if value is None:
        place.pop(key, None)
    else:
        place[key] = value


def read(folder: Path, raw: dict[str, Any]) -> Branch:
    file = folder / "config.toml"
    file.write_text("\n".join(f"{json.dumps(key)} = {toml(value)}" for key, value in raw.items()))
    return read_branch(file, unreadable, unknown_profiles)


def toml(value: Any) -> str:
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{json.dumps(key)} = {toml(one)}" for key, one in value.items()) + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, str):
        return json.dumps(value)
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, time) else repr(value)


def live(branch: Branch, data: Path) -> None:
    """A customer's way through this branch, on every service, printer and board; nothing may raise."""
    runtime = open_branch(branch, data, "http://lobby.test", Clock(MORNING))
    with closing(runtime):
        desk = Desk(runtime)
        for service in branch.services:
            desk.issue(service.id, customer="622588123456789012")
        for counter in branch.counters:
            desk.open_counter(counter=counter.id)
            desk.next(counter=counter.id)
        runtime.writer.do("watch", runtime.alert_monitor.look, dark_boards=[])
        with runtime.writer.published() as state:
            assert all(drawn(runtime, state))


def drawn(runtime: Any, state: Any) -> Iterator[Any]:
    branch = runtime.branch
    now = runtime.clock()
    ticket = next(iter(state.tickets.values()))
    for printer in branch.printers:
        link = runtime.links.of_ticket(ticket.id)["feedback"]
        yield encode(slip(branch, printer, ticket, link, reprint=False), printer)
        yield open_device(printer, runtime.data)
    for board in branch.boards:
        yield board_state(state, runtime.views, board, now)
    yield runtime.views.hall(state, now)
    yield runtime.views.services(state, now)
    yield [one.icon for one in shown(branch)]
