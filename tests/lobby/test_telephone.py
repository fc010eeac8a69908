"""One rule for every telephone number that the program takes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from conftest import Desk
from hypothesis import given
from hypothesis import strategies as st

from lobby import events as ev
from lobby.branch.telephone import can_reach, has_telephone
from lobby.commands.base import Who
from lobby.engine.runtime import BranchRuntime
from lobby.engine.submission import By
from lobby.errors import Invalid

MANAGER = Who("manager", "manager")
mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
landlines = st.from_regex(r"0[1-9][0-9]{8,10}", fullmatch=True)
gaps = st.sampled_from(["", " ", "-", ".", "–", "\t"])
notes = st.sampled_from(["", "王女士 ", "（晚上）"])


@given(mobiles | landlines, gaps, notes)
def test_a_number_is_known_in_its_groups_and_among_words(number: str, gap: str, note: str) -> None:
    grouped = gap.join([number[:3], number[3:7], number[7:]])
    assert has_telephone(f"{note}{grouped}")


@given(mobiles, st.integers(1, 10))
def test_a_mobile_that_lacks_digits_is_none(number: str, short: int) -> None:
    assert not has_telephone(number[:-short])


@pytest.mark.parametrize(
    "number",
    ["+86 139-1234-5678", "010-65881234", "(0431) 8856 1234", "65881234", "400-820-8888",
     "１３８００１３８０００", "010-65881234 转 802", "+44 20 7946 0958", "0755-26631234-801", "26631234-801",
     "13912345678 9:00-18:00", "13912345678 13812345678", "13912345678/13812345678", "139.1234.5678",
     "139–1234–5678", "010\t65881234", "852-23456789", "95588", "8613912345678"],
)  # fmt: skip
def test_numbers_as_people_write_them(number: str) -> None:
    assert has_telephone(number)


@pytest.mark.parametrize("text", ["12", "000000", "1380013800", "12345678901", "13800138000139"])
def test_what_nobody_can_dial_reaches_nobody(text: str) -> None:
    assert not has_telephone(text)
    assert not can_reach(text)


@pytest.mark.parametrize("text", ["li@example.org", "微信 lobby_2026"])
def test_who_leaves_no_number_may_be_reached_by_other_words(text: str) -> None:
    assert can_reach(text)


# -- wherever one is taken -----------------------------------------------------------------------------------
def opened(runtime: BranchRuntime, **fields: Any) -> str:
    complaint = ev.Complaint(ev.Channel.LETTER, came_at=runtime.clock().isoformat(), **fields)
    command = runtime.commands.open_case
    answer = runtime.writer.submit(
        By("manager"), command, who=MANAGER, complaint=complaint
    ).result()
    return str(answer.data["case"]["id"])


def corrected(runtime: BranchRuntime, **changes: Any) -> None:
    command = runtime.commands.correct_case
    case = opened(runtime)
    runtime.writer.submit(
        By("manager"), command, case, who=MANAGER, reason="误记", changes=changes
    ).result()


def announced(runtime: BranchRuntime, phone: str) -> None:
    at = runtime.clock() + timedelta(hours=2)
    fields = {"at": at, "service": "cash", "needs": ["elderly"], "phone": phone}
    runtime.writer.do("manager", runtime.commands.announce, **fields)


def judged(runtime: BranchRuntime, contact: str) -> None:
    desk = Desk(runtime)
    ticket = desk.issue()["id"]
    desk.open_counter(counter="1")
    for verb in ("next", "start"):
        getattr(desk, verb)(counter="1")
    desk.give_feedback(ticket, score=5, contact=contact)


TAKERS = {
    "a complaint": lambda runtime, text: opened(runtime, contact=text),
    "its correction": lambda runtime, text: corrected(runtime, contact=text),
    "an announced visit": announced,
    "a feedback card": judged,
}


@pytest.mark.parametrize("taker", TAKERS)
def test_it_is_refused_at_its_field_wherever_one_is_taken(
    runtime: BranchRuntime, taker: str
) -> None:
    with pytest.raises(Invalid, match="cannot be dialled") as refused:
        TAKERS[taker](runtime, "12")
    assert refused.value.field in ("contact", "phone")


@pytest.mark.parametrize("taker", TAKERS)
@pytest.mark.parametrize("number", ["", "13800138000"])
def test_a_number_or_none_is_taken(runtime: BranchRuntime, taker: str, number: str) -> None:
    TAKERS[taker](runtime, number)


def test_who_is_answered_by_e_mail_needs_no_number(runtime: BranchRuntime) -> None:
    opened(runtime, contact="li@example.org", reply_by=ev.ReplyBy.EMAIL)
    with pytest.raises(Invalid, match="cannot be dialled"):
        opened(runtime, contact="li@example.org")
