"""What happens after a commit undoes nothing and hides nothing: it is told, and everybody else hears of the fact."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from conftest import Clock, Desk

from lobby import events as ev
from lobby.branch.model import Branch
from lobby.commands.base import Decision
from lobby.engine.house import House, open_house
from lobby.engine.writer import By
from lobby.errors import Unavailable


def fails(*_: Any, **__: Any) -> Any:
    raise ValueError("math domain error")


def heard(house: House) -> list[str]:
    """The kinds of events that a subscriber is told from now on."""
    kinds: list[str] = []
    house.writer.subscribe(lambda records: kinds.extend(type(record.event).__name__ for record in records))
    return kinds


def test_learning_that_fails_hides_no_call(
    desk: Desk, house: House, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = heard(house)
    monkeypatch.setattr(house.forecaster, "learn", fails)
    desk.issue(), desk.issue()
    desk.open_counter(counter="1")
    assert desk.next(counter="1")["ticket"]["number"] == "A001"
    clock.forward(seconds=30)  # a call teaches once it can be taken back no more
    desk.start(counter="1")
    assert kinds[-1] == "TicketStarted"
    assert house.writer.faults == {"learning": 1}
    assert not house.writer.failing


def test_a_subscriber_that_fails_keeps_nothing_from_the_others(desk: Desk, house: House) -> None:
    house.writer.subscribe(fails)
    kinds = heard(house)
    assert desk.issue()["number"] == "A001"
    assert "TicketIssued" in kinds
    assert house.writer.faults["subscriber"] > 0


def test_a_forecast_that_fails_for_the_answer_hides_nothing_that_was_done(
    desk: Desk, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = heard(house)
    desk.issue(), desk.open_counter(counter="1")
    monkeypatch.setattr(house.forecaster, "at_place", fails)
    moved = desk.move(ticket=desk.issue()["id"], seat="last")
    assert moved["ticket"]["number"] == "A002"
    assert "TicketMoved" in kinds
    assert house.writer.faults == {"view": 1}


def test_a_command_whose_event_fits_nowhere_hurts_nobody_else(branch: Branch, tmp_path: Path, clock: Clock) -> None:
    house = open_house(branch, tmp_path, "http://x", clock, pumped=True)

    def misfit(floor: Any, now: Any) -> Decision:
        return Decision([ev.TicketStarted("260302A999", "1")])

    asked = [house.writer.submit(By("t"), verb) for verb in (misfit, misfit)]
    asked.insert(1, house.writer.submit(By("t"), house.hall.issue, service="cash"))
    house.writer.pump()
    assert asked[1].result(timeout=0).data["ticket"]["number"] == "A001"
    for future in (asked[0], asked[2]):
        with pytest.raises(KeyError):
            future.result(timeout=0)
    assert not house.writer.failing
    house.close()


def test_what_was_durable_after_all_is_announced(desk: Desk, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = heard(house)
    commit = house._journal.commit

    def fails_late() -> None:
        commit()
        raise OSError("the disk went away after the commit")

    with monkeypatch.context() as broken:
        broken.setattr(house._journal, "commit", fails_late)
        with pytest.raises(Unavailable):
            desk.issue()
    assert "TicketIssued" in kinds
    assert desk.issue()["number"] == "A002"
