"""Several kiosks with their own printers: where a slip comes out, and what the journal keeps of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import CONFIG, Clock, Desk

from lobby.branch.config import ConfigError, read_branch
from lobby.branch.model import Branch, Printer
from lobby.branch.names import Name
from lobby.branch.screens import Kiosk
from lobby.engine.runtime import BranchRuntime, open_branch
from lobby.errors import Invalid, NotFound

EAST = Kiosk("east", Name("东门取号机", "East door kiosk"), "second")
WEST = Kiosk("west", Name("西门取号机", "West door kiosk"), "first")
CODES = Kiosk("codes", Name("无纸取号机", "Kiosk without paper"))
PRINTERS = Printer("first", "virtual:"), Printer("second", "virtual:")


@pytest.fixture
def doors(branch: Branch) -> Branch:
    """The shipped branch with two kiosks that print and one that does not."""
    return dataclasses.replace(branch, printers=PRINTERS, kiosks=(WEST, EAST, CODES))


@pytest.fixture
def runtime(doors: Branch, tmp_path: Path, clock: Clock) -> Iterator[BranchRuntime]:
    opened = open_branch(doors, tmp_path, "http://lobby.test", clock)
    yield opened
    opened.close()


def slips(runtime: BranchRuntime) -> list[str]:
    with runtime.writer.published() as state:
        return [slip.printer for slip in state.slips.values()]


def test_a_slip_comes_out_at_the_kiosk_where_the_number_was_taken(
    runtime: BranchRuntime, desk: Desk
) -> None:
    for kiosk in ("east", "west", "codes", None):
        desk.issue(kiosk=kiosk)
    assert slips(runtime) == ["second", "first", "first"]


def test_without_kiosks_everything_is_as_before(
    branch: Branch, tmp_path: Path, clock: Clock
) -> None:
    old = open_branch(
        dataclasses.replace(branch, printers=PRINTERS, kiosks=()),
        tmp_path,
        "http://lobby.test",
        clock,
    )
    Desk(old).issue()
    assert slips(old) == ["first"]
    with pytest.raises(NotFound, match="east"):
        Desk(old).issue(kiosk="east")
    Desk(old).request_help(kiosk="by the door")
    old.close()


def test_a_kiosk_that_the_branch_does_not_have_gets_nothing(
    runtime: BranchRuntime, desk: Desk
) -> None:
    for ask in (lambda: desk.issue(kiosk="south"), lambda: desk.request_help(kiosk="south")):
        with pytest.raises(NotFound, match="south"):
            ask()
    with runtime.writer.published() as state:
        assert not state.tickets
        assert not state.alerts


def test_a_reprint_comes_where_the_first_slip_did_or_where_the_manager_says(
    runtime: BranchRuntime, desk: Desk
) -> None:
    ticket = desk.issue(kiosk="east")
    desk.reprint(ticket=ticket["id"])
    desk.reprint(ticket=ticket["id"], printer="first")
    assert slips(runtime) == ["second", "second", "first"]
    with pytest.raises(Invalid, match="third"):
        desk.reprint(ticket=ticket["id"], printer="third")
    shown = desk.issue(kiosk="codes")
    desk.reprint(ticket=shown["id"])
    assert slips(runtime)[3:] == ["first"]


def test_a_number_drawn_again_on_the_phone_prints_where_the_first_did(
    runtime: BranchRuntime, desk: Desk
) -> None:
    ticket = desk.issue(kiosk="east")
    desk.open_counter(counter="1")
    desk.next(counter="1")
    desk.no_show(counter="1")
    desk.redraw(ticket=ticket["id"])
    assert slips(runtime) == ["second", "second"]


def test_a_call_for_help_says_which_kiosk(runtime: BranchRuntime, desk: Desk) -> None:
    (
        desk.request_help(kiosk="east"),
        desk.request_help(kiosk="east"),
        desk.request_help(kiosk="west"),
    )
    with runtime.writer.published() as state:
        rung = [alert.params for alert in state.alerts.values()]
    assert [(one["kiosk"], one["name"]["zh"]) for one in rung] == [
        ("east", "东门取号机"),
        ("west", "西门取号机"),
    ]


def test_the_journal_knows_kiosk_and_printer_when_the_configuration_does_no_more(
    runtime: BranchRuntime, desk: Desk, branch: Branch, tmp_path: Path, clock: Clock
) -> None:
    ticket = desk.issue(kiosk="east")
    desk.request_help(kiosk="east")
    runtime.close()
    later = open_branch(
        dataclasses.replace(branch, printers=PRINTERS[:1]), tmp_path, "http://lobby.test", clock
    )
    with later.writer.published() as state:
        assert state.tickets[ticket["id"]].kiosk == "east"
        assert [alert.params["name"]["en"] for alert in state.alerts.values()] == [
            "East door kiosk"
        ]
    Desk(later).reprint(ticket=ticket["id"])
    assert slips(later) == ["second", "first"]
    later.close()


@pytest.mark.parametrize(
    ("kiosk", "said"),
    [
        ('id = "East"\nname = { zh = "东", en = "East" }', "kiosks.id (East)"),
        (
            'id = "east"\nname = { zh = "东", en = "East" }\nprinter = "none"',
            'kiosks.printer (east): found "none"',
        ),
        ('id = "east"', "kiosks.name (east)"),
        (
            'id = "a"\nname = { zh = "东", en = "E" }\n[[kiosks]]\nid = "a"\nname = { zh = "西", en = "W" }',
            "once",
        ),
    ],
)
def test_a_kiosk_that_does_not_fit_is_complained_of(tmp_path: Path, kiosk: str, said: str) -> None:
    (tmp_path / "config.toml").write_text(f"{CONFIG.read_text()}\n[[kiosks]]\n{kiosk}\n")
    with pytest.raises(ConfigError) as refused:
        read_branch(tmp_path / "config.toml")
    assert said in refused.value.text("en")
