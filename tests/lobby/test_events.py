"""Journals of earlier versions are read as they are."""

from __future__ import annotations

from typing import Any

import pytest

from lobby import events as ev
from lobby.state.printer import PrinterStatus

WAIT = {"p50_s": 60, "p90_s": 120, "lo_s": 0, "hi_s": 300}
ISSUED = {
    "number": "A001", "series": "A", "service": "cash", "tier": "standard", "tier_rule": "not_identified",
    "area": "hall", "needs": [], "lang": "zh", "ahead": 0, "wait": WAIT,
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "data", "told"),
    [
        ("DayOpened", {"day": "2026-03-02"}, {"appointments": ()}),
        (
            "TicketIssued",
            ISSUED,
            {"then": (), "credit_s": 0, "large_print": False, "redrawn_from": None},
        ),
        ("TicketParked", {}, {"hold": "any"}),
        (
            "TicketTransferred",
            {"service": "cards", "area": "hall"},
            {"to_counter": None, "seat": "lifetime"},
        ),
    ],
)
def test_an_event_of_the_first_version_is_read(
    kind: str, data: dict[str, Any], told: dict[str, Any]
) -> None:
    event = ev.from_data(kind, "260302A001", "1", data)
    assert {name: getattr(event, name) for name in told} == told


def test_events_of_printers_and_kiosks_from_before_are_read_as_they_were() -> None:
    changed = ev.from_data(
        "PrinterChanged", None, None, {"printer": "slip", "status": "ok", "detail": ""}
    )
    assert changed == ev.PrinterChanged("slip", "ok", "", answered="")
    assert ev.from_data("HelpRequested", None, None, {"kiosk": ""}) == ev.HelpRequested("", {})
    assert PrinterStatus("melted") is PrinterStatus.UNKNOWN
