"""By what a row of a list is known as a case that is here."""

from __future__ import annotations

from conftest import examples
from hypothesis import given
from hypothesis import strategies as st

from lobby import events as ev
from lobby.state.known_case import KnownCase, KnownCases


@examples(60)
@given(
    came=st.tuples(st.sampled_from("AB"), st.integers(0, 1), st.sampled_from([None, "2026-03-01"])),
    row=st.tuples(st.sampled_from("AB"), st.integers(0, 1), st.sampled_from([None, "2026-03-01"])),
    has=st.sampled_from("AB"),
)
def test_a_row_is_a_case_whose_own_number_it_has_or_that_came_as_the_row_comes(
    came: tuple[str, int, str | None], row: tuple[str, int, str | None], has: str
) -> None:
    def at(minute: int) -> str:
        return f"2026-03-02T09:0{minute}:00+08:00"

    reference, minute, day = came
    known = KnownCases(
        KnownCase(
            *("id", "2026-0001", "hotline", one, at(minute), day),
            current=one == has,
            first=one == reference,
        )
        for one in {reference, has}
    )
    sent = ev.Complaint(ev.Channel.HOTLINE, at(row[1]), row[2], row[0])
    had = row[0] in (reference, has)
    same = row[0] == has == reference or (had and row[1:] == came[1:])
    assert (known.of(sent) is not None) == same
    assert (known.to_check(sent) is not None) == (had and not same)
