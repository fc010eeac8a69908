"""A panel's draw is balanced, can be repeated by its seed, and invites nobody twice; who withdraws is forgotten."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from conftest import Clock, Desk
from hypothesis import given
from hypothesis import strategies as st

from lobby import events as ev
from lobby.branch.model import Branch
from lobby.commands.base import Who
from lobby.commands.drawing import aims, draw
from lobby.commands.panel import Meeting, PanelPlan
from lobby.engine.runtime import BranchRuntime, open_branch
from lobby.errors import Conflict
from lobby.events.personal import Missing
from lobby.reports.panel_pool import biases, marks
from lobby.state.panel import Balance, Dimension, Group, Guest, InvitationState, Panel

OFFICE = Who("office", "office")
DAY = date(2026, 3, 2)
TIERS = ("standard", "gold", "private")
SERVICES = ("cash", "cards", "loans")
guests = st.builds(
    lambda n, tier, service, score: Guest(f"t{n}", tier, service, score, f"{n:04x}"),
    st.integers(0, 9999),
    st.sampled_from(TIERS),
    st.sampled_from(SERVICES),
    st.integers(1, 5),
)
pools = st.lists(guests, max_size=80, unique_by=lambda guest: guest.ticket)


def groups_of(pool: list[Guest]) -> list[Group]:
    counts = Counter((d, guest.group(d)) for guest in pool for d in Dimension)
    return [Group(d, key, 10 * n, 2 * n, n) for (d, key), n in counts.items()]


def drawn(pool: list[Guest], size: int, seed: str = "s", *, by: Balance = Balance.EQUAL) -> Any:
    return draw(pool, aims(groups_of(pool), by, size), size, seed)


# -- the draw -------------------------------------------------------------------------------------------
@given(pools, st.integers(2, 20), st.sampled_from(Balance))
def test_a_draw_takes_each_once_and_as_many_as_there_are(
    pool: list[Guest], size: int, balance: Balance
) -> None:
    taken = drawn(pool, size, by=balance)
    assert len(taken) == min(size, len(pool)) == len({guest.ticket for guest in taken})
    assert set(taken) <= set(pool)


@given(pools, st.randoms(use_true_random=False))
def test_whoever_has_the_seed_draws_the_same(pool: list[Guest], random: Any) -> None:
    shuffled = list(pool)
    random.shuffle(shuffled)
    assert drawn(pool, 12) == drawn(shuffled, 12)


def crowd(**of_tier: int) -> list[Guest]:
    """Customers of each tier, evenly of all services and scores."""
    made = [(tier, i) for tier, n in of_tier.items() for i in range(n)]
    return [
        Guest(f"{tier}{i}", tier, SERVICES[i % 3], 1 + i // 3 % 5, f"{n:04x}")
        for n, (tier, i) in enumerate(made)
    ]


@pytest.mark.parametrize("seed", ["a", "b", "c"])
def test_each_tier_service_and_score_has_its_part(seed: str) -> None:
    """Four of five are standard customers; a draw by chance alone would hardly hear the others."""
    taken = drawn(crowd(standard=400, gold=60, private=40), 15, seed)
    for dimension in Dimension:
        counts = Counter(guest.group(dimension) for guest in taken)
        assert max(counts.values()) - min(counts.values()) <= 1, (dimension, counts)
    assert {len(Counter(guest.group(d) for guest in taken)) for d in Dimension} == {3, 5}


def test_by_visits_the_tiers_have_their_shares() -> None:
    taken = drawn(crowd(standard=400, gold=60, private=40), 25, by=Balance.VISITS)
    assert Counter(guest.tier for guest in taken) == {"standard": 20, "gold": 3, "private": 2}


def test_no_customer_has_better_chances_than_another_of_the_same_groups() -> None:
    pool = [Guest(f"t{n}", "gold", "cash", 3, f"{n:04x}") for n in range(10)]
    times = Counter(drawn(pool, 1, f"seed {n}")[0].ticket for n in range(1000))
    assert len(times) == 10
    assert all(60 < count < 145 for count in times.values()), times  # 100 expected, four sigma


# -- a customer's mark -------------------------------------------------------------------------------------
def test_a_telephone_number_is_the_same_however_it_is_written() -> None:
    mark = marks(b"key")
    assert {mark("13900001111"), mark("+86 139-0000-1111"), mark(" 139 0000 1111 ")} == {
        mark("13900001111")
    }
    assert mark("Li@bank.example") == mark("li@BANK.example ")
    assert mark("13900001111") != mark("13900001112")
    assert marks(b"other")("13900001111") != mark("13900001111")


# -- a branch ----------------------------------------------------------------------------------------------
class Branches:
    """A branch whose customers hand in cards, and its panels."""

    def __init__(self, runtime: BranchRuntime, clock: Clock) -> None:
        self.runtime = runtime
        self.clock = clock
        self.desk = Desk(runtime)
        self.desk.open_counter(counter="1")

    def card(self, contact: str, *, score: int = 4, consent: bool = True, text: str = "") -> str:
        ticket: str = self.desk.issue()["id"]
        for verb in ("next", "start", "finish"):
            getattr(self.desk, verb)(counter="1")
        card = {"score": score, "contact": contact, "consent": consent, "text": text}
        self.desk.give_feedback(ticket=ticket, **card)
        return ticket

    def do(self, command: Any, *args: Any) -> Any:
        return self.runtime.writer.do("office", command, *args).data

    def plan(self, size: int = 4) -> str:
        plan = PanelPlan("Waiting", size, Balance.EQUAL, DAY, DAY + timedelta(days=400))
        meeting = Meeting(DAY, "Room 2", "Head")
        id: str = self.do(self.runtime.commands.plan_panel, OFFICE, plan, meeting)["panel"]["id"]
        return id

    def draw(self, panel: str, seed: str = "s") -> None:
        pool = self.runtime.panel_pool(DAY, DAY + timedelta(days=400))
        self.do(self.runtime.commands.draw_panel, OFFICE, panel, pool, seed)

    def answer(self, panel: str, guest: str, *states: InvitationState) -> None:
        for state in states:
            self.do(self.runtime.commands.answer_invitation, panel, guest, state)

    def panel(self, id: str) -> Panel:
        with self.runtime.writer.published() as state:
            return state.quality.panels[id]

    def invited(self, id: str) -> list[str]:
        return [invitation.guest.ticket for invitation in self.panel(id).invitations]


@pytest.fixture
def lobby(runtime: BranchRuntime, clock: Clock) -> Branches:
    return Branches(runtime, clock)


def test_only_who_agreed_is_invited(lobby: Branches) -> None:
    agreed = lobby.card("13900001111")
    lobby.card("13900002222", consent=False)
    lobby.card("")
    panel = lobby.plan()
    lobby.draw(panel)
    assert lobby.invited(panel) == [agreed]


def test_a_customer_with_two_cards_is_invited_once_for_the_later_one(lobby: Branches) -> None:
    lobby.card("139 0000 1111")
    lobby.clock.forward(minutes=5)
    later = lobby.card("+86 13900001111")
    panel = lobby.plan()
    lobby.draw(panel)
    assert lobby.invited(panel) == [later]


def test_nobody_is_invited_twice_within_the_period_whatever_they_answered(lobby: Branches) -> None:
    for n in range(6):
        lobby.card(f"139000000{n:02}")
    first = lobby.plan(size=4)
    lobby.draw(first)
    declined = lobby.invited(first)[0]
    lobby.answer(first, declined, InvitationState.ASKED, InvitationState.DECLINED)
    lobby.draw(first, "again")
    assert len(set(lobby.invited(first))) == 5
    second = lobby.plan(size=4)
    lobby.draw(second)
    assert len(lobby.invited(second)) == 1
    assert set(lobby.invited(first)).isdisjoint(lobby.invited(second))
    with pytest.raises(Conflict, match="Nobody is left"):
        lobby.draw(lobby.plan())
    lobby.clock.forward(days=lobby.runtime.branch.panel.again_days + 1)
    lobby.desk.open_counter(counter="1")
    third = lobby.plan(size=4)
    lobby.card("13900000000")
    lobby.draw(third)
    assert len(lobby.invited(third)) >= 1


def test_a_restart_remembers_who_was_invited(branch: Branch, tmp_path: Path, clock: Clock) -> None:
    lobby = Branches(open_branch(branch, tmp_path, "http://x", clock), clock)
    lobby.card("13900001111")
    panel = lobby.plan()
    lobby.draw(panel)
    before = lobby.panel(panel)
    clock.forward(days=1)
    lobby.desk.open_counter(counter="1")
    lobby.runtime.close()
    again = Branches(open_branch(branch, tmp_path, "http://x", clock), clock)
    assert again.panel(panel) == before
    with pytest.raises(Conflict):
        again.draw(again.plan())
    assert not any(again.runtime._journal.rebuild(branch).values())
    again.runtime.close()


def test_a_full_panel_draws_nobody_until_somebody_declines(lobby: Branches) -> None:
    for n in range(4):
        lobby.card(f"139000000{n:02}")
    panel = lobby.plan(size=2)
    lobby.draw(panel)
    with pytest.raises(Conflict, match="All 2 places"):
        lobby.draw(panel)


def test_who_came_is_noted_after_the_meeting(lobby: Branches) -> None:
    guest = lobby.card("13900001111")
    panel = lobby.plan()
    lobby.draw(panel)
    lobby.answer(panel, guest, InvitationState.ASKED, InvitationState.AGREED)
    with pytest.raises(Conflict, match="not taken place"):
        lobby.answer(panel, guest, InvitationState.CAME)
    lobby.do(lobby.runtime.commands.hold_panel, panel)
    lobby.answer(panel, guest, InvitationState.CAME)
    with pytest.raises(Conflict, match="cannot become"):
        lobby.answer(panel, guest, InvitationState.ASKED)


def test_the_bias_of_those_who_agreed_is_told(lobby: Branches) -> None:
    for n in range(12):
        lobby.card(f"139000000{n:02}", score=1, consent=n < 10)
    for _ in range(12):
        lobby.card("", score=5)
    panel = lobby.plan(size=4)
    lobby.draw(panel)
    of_score = {b.key: b for b in biases(lobby.panel(panel)) if b.dimension is Dimension.SCORE}
    assert of_score["1"].differs
    assert of_score["5"].differs
    assert of_score["1"].visits
    assert of_score["1"].visits.value == 0.5
    assert of_score["1"].agreed
    assert of_score["1"].agreed.value == 1.0
    assert of_score["5"].invited
    assert of_score["5"].invited.hi > 0.0


CONTACT = "canary-13900001111@lotus.example"


def files_with(folder: Path, wanted: bytes) -> list[str]:
    return [f.name for f in folder.rglob("*") if f.is_file() and wanted in f.read_bytes()]


def test_who_withdraws_can_be_reached_no_more(lobby: Branches, tmp_path: Path) -> None:
    guest = lobby.card(CONTACT)
    panel = lobby.plan()
    lobby.draw(panel)
    assert lobby.runtime.contact_of(guest) == CONTACT
    lobby.runtime.erase_contact(guest)
    lobby.do(lobby.runtime.commands.withdraw_guest, panel, guest)
    assert lobby.runtime.contact_of(guest) is Missing.ERASED
    assert files_with(tmp_path, CONTACT.encode()) == []
    assert lobby.panel(panel).invitations[0].state is InvitationState.WITHDRAWN
    lobby.do(lobby.runtime.commands.withdraw_guest, panel, guest)
    with suppress(Conflict):
        lobby.draw(panel, "again")
    assert lobby.invited(panel) == [guest]


def test_who_withdraws_on_the_cards_page_is_not_asked_for_a_panel(lobby: Branches) -> None:
    guest = lobby.card(CONTACT)
    panel = lobby.plan()
    lobby.draw(panel)
    lobby.runtime.erase_contact(guest)
    lobby.do(lobby.runtime.commands.withdraw_contact, guest)
    assert lobby.panel(panel).invitations[0].state is InvitationState.WITHDRAWN


def test_the_opinion_stays_when_the_contact_is_withdrawn(lobby: Branches) -> None:
    guest = lobby.card(CONTACT, text="the queue was long")
    lobby.runtime.erase_contact(guest)
    with lobby.runtime.writer.published() as state:
        text = state.feedback[guest].text
    assert lobby.runtime.subject_keys.reveal(text) == "the queue was long"


def test_who_draws_again_sees_whether_the_pool_is_the_same(lobby: Branches) -> None:
    agreed = sorted(lobby.card(f"1390000111{n}") for n in range(3))
    lobby.draw(lobby.plan(size=2))
    events = lobby.runtime._journal.events(0)
    (drawn,) = [one.event for one in events if isinstance(one.event, ev.PanelDrawn)]
    assert drawn.pool_digest == sha256("\n".join(agreed).encode()).hexdigest()
