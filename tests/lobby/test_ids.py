"""Ids that are given once, and links that a small QR code holds."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
import qrcode
from conftest import MORNING, Clock, Desk
from hypothesis import given
from hypothesis import strategies as st

from lobby.branch.model import Branch
from lobby.commands.ids import Ids
from lobby.engine.keys import Keys
from lobby.engine.link_index import SAYS_CLOSED_DAYS
from lobby.engine.links import Links
from lobby.engine.runtime import open_branch
from lobby.errors import NotFound

instants = st.datetimes(datetime(2001, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))
ids = st.from_regex(r"[0-9a-v]{16}", fullmatch=True)


@given(st.lists(instants, min_size=2))
def test_ids_rise_however_the_clock_is_set(times: list[datetime]) -> None:
    source = Ids()
    given_ids = [source.next(at) for at in times]
    assert given_ids == sorted(set(given_ids))


def test_no_branch_and_no_restored_one_gives_the_ids_of_another() -> None:
    """Each in the same thousand milliseconds."""
    branches = [Ids(Random(n).getrandbits) for n in range(20)]
    drawn = [
        one.next(MORNING + timedelta(milliseconds=ms)) for one in branches for ms in range(1000)
    ]
    assert len(set(drawn)) == len(drawn)


@pytest.fixture(scope="module")
def links() -> Links:
    return Links(Keys(b"k" * 32), "https://lobby.example.com", "4403")


@given(ids, st.text())
def test_a_token_is_read_as_it_was_given_and_no_other_text_is_one(
    links: Links, id: str, text: str
) -> None:
    links.tickets.know(id)
    token = links.tickets.of(id)
    assert links.tickets.read(token) == id
    for other in (text, token.swapcase(), token[:-1]):
        if other != token:
            with pytest.raises(NotFound):
                links.tickets.read(other)
    with pytest.raises(NotFound):
        links.appointments.read(token)


@given(ids)
def test_the_link_of_a_slip_fits_a_small_qr_code(links: Links, id: str) -> None:
    """Version 3 at level M: 29 modules, of a size that old phones read from a 58 mm slip."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(links.of_ticket(id)["feedback"])
    code.make(fit=True)
    assert code.version <= 3


def test_links_outlive_a_restart_and_end_with_their_days(
    branch: Branch, tmp_path: Path, clock: Clock
) -> None:
    runtime = open_branch(branch, tmp_path, "http://x", clock)
    token = runtime.links.tickets.of(Desk(runtime).issue()["id"])
    runtime.close()
    clock.forward(days=1)
    runtime = open_branch(branch, tmp_path, "http://x", clock)
    assert runtime.links.tickets.read(token)
    clock.forward(days=branch.rules.feedback_days + SAYS_CLOSED_DAYS - 1)
    Desk(runtime).issue()
    assert runtime.links.tickets.read(token)
    clock.forward(days=1)
    Desk(runtime).issue()
    with pytest.raises(NotFound):
        runtime.links.tickets.read(token)
    runtime.close()


def test_an_appointments_link_holds_until_its_day(
    branch: Branch, tmp_path: Path, clock: Clock
) -> None:
    assert branch.appointments
    far = dataclasses.replace(
        branch, appointments=dataclasses.replace(branch.appointments, days_ahead=60)
    )
    runtime = open_branch(far, tmp_path, "http://x", clock)
    at = clock.now.astimezone(branch.zone).replace(
        hour=10, minute=0, second=0, microsecond=0
    ) + timedelta(days=60)
    token = runtime.links.appointments.of(
        Desk(runtime).book(service="loans", at=at)["appointment"]["id"]
    )
    for _ in range(12):
        clock.forward(days=5)
        Desk(runtime).issue()
        assert runtime.links.appointments.read(token)
    runtime.close()
