"""Ids that are given once, and links that a small QR code holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
import qrcode
from conftest import MORNING
from hypothesis import given
from hypothesis import strategies as st

from lobby.commands.ids import Ids
from lobby.engine.keys import Keys
from lobby.engine.links import Links, packed
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
    drawn = [one.next(MORNING + timedelta(milliseconds=ms)) for one in branches for ms in range(1000)]
    assert len(set(drawn)) == len(drawn)


@pytest.fixture(scope="module")
def links() -> Links:
    return Links(Keys(b"k" * 32), "https://lobby.example.com", "4403")


@given(id=ids, at=st.integers(0, 23), letter=st.sampled_from("0123456789abcdefghijklmnopqrstuv"))
def test_a_token_is_read_in_any_case_and_changed_in_none(links: Links, id: str, at: int, letter: str) -> None:
    token = links.tickets.of(id)
    assert links.tickets.read(token.upper()) == links.tickets.read(token) == id
    changed = token[:at] + letter + token[at + 1 :]
    if changed != token:
        with pytest.raises(NotFound):
            links.tickets.read(changed)
    with pytest.raises(NotFound):
        links.appointments.read(token)


@given(st.text())
def test_no_text_is_a_token(links: Links, text: str) -> None:
    with pytest.raises(NotFound):
        links.tickets.read(text)


@given(ids)
def test_the_link_of_a_slip_fits_a_small_qr_code(links: Links, id: str) -> None:
    """Version 3 at level M: 29 modules, of a size that old phones read from a 58 mm slip."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(packed(links.of_ticket(id)["feedback"]))
    code.make(fit=True)
    assert code.version <= 3
