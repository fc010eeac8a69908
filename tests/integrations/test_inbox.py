"""What headquarters sends down: what a branch believes, what it takes, and what it refuses with a reason."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from conftest import CONFIG, Clock
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from integrations import instructions
from lobby.branch.config import read_branch
from lobby.branch.rules import HeadquartersRules
from lobby.commands.action import ActionPlan
from lobby.commands.base import Who
from lobby.engine.runtime import BranchRuntime, open_branch
from lobby.engine.sent import SentConfiguration
from lobby.engine.submission import By
from lobby.errors import LobbyError
from lobby.events.down import (
    KINDS,
    ActionAsked,
    Announcement,
    Checked,
    Configuration,
    Content,
    Instruction,
    Order,
    OrderChannel,
    Withdrawal,
)
from lobby.state.action import Source
from lobby.views.announcement import announcements
from lobby.views.case import case_view

KEY = Ed25519PrivateKey.generate()
OTHER_KEY = Ed25519PrivateKey.generate()
FIRST = 1_800_000_000_000
NEWS = Announcement("系统今晚升级", "The system is upgraded tonight", date(2026, 3, 9))
MANAGER = Who("manager", "manager")


def public(key: Ed25519PrivateKey = KEY) -> str:
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def signed(text: str, id: int = FIRST, key: Ed25519PrivateKey = KEY) -> dict[str, Any]:
    signature = base64.b64encode(key.sign(text.encode())).decode()
    return {"id": id, "signed": text, "signature": signature}


def sent(
    content: Content = NEWS,
    id: int = FIRST,
    branches: tuple[str, ...] | None = None,
    key: Ed25519PrivateKey = KEY,
) -> dict[str, Any]:
    return signed(Instruction(id, KINDS[type(content)], branches, content).signed, id, key)


def changed(message: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Other words under the signature of the former ones."""
    text = json.dumps({**json.loads(message["signed"]), **changes})
    return {**message, "signed": text}


def newer(**changes: Any) -> dict[str, Any]:
    """As a newer headquarters would sign it."""
    return signed(changed(sent(), **changes)["signed"])


class House:
    """A branch that receives."""

    def __init__(self, folder: Path, key: str) -> None:
        self.folder = folder
        self.clock = Clock()
        self.branch = replace(read_branch(CONFIG), headquarters=HeadquartersRules(key))
        self.runtime = self.open()

    def open(self) -> BranchRuntime:
        runtime = open_branch(self.branch, self.folder, "http://x", self.clock, pumped=True)
        runtime.writer.notify = runtime.writer.pump
        return runtime

    def receive(self, *messages: Any) -> list[dict[str, Any]]:
        """What the branch tells headquarters of them."""
        instructions.keep(self.folder, messages)
        instructions.take(self.runtime)
        return self.told()

    def told(self) -> list[dict[str, Any]]:
        query = "SELECT data FROM event WHERE kind = 'InstructionReceived' ORDER BY seq"
        return [json.loads(row[0]) for row in self.runtime._journal.db.execute(query).fetchall()]

    def shown(self) -> list[str]:
        with self.runtime.writer.published() as state:
            return [one["en"] for one in announcements(state, self.clock())]

    def cases(self) -> list[Any]:
        with self.runtime.writer.published() as state:
            return [*state.quality.cases.values()]

    def waiting(self) -> list[str]:
        return sorted(path.name for path in (self.folder / "inbox").glob("*"))


@pytest.fixture
def house(tmp_path: Path) -> Any:
    house = House(tmp_path, public())
    yield house
    house.runtime.close()


def order(house: House, number: str = "95588-1", **values: Any) -> Order:
    came_on = house.branch.day_of(house.clock())
    whole = {"channel": OrderChannel.HOTLINE, "came_on": came_on, "text": "排队太久"}
    return Order(number, **{**whole, **values})


def test_an_announcement_is_shown_to_its_day_and_proven_by_its_hash(house: House) -> None:
    message = sent(replace(NEWS, until=house.branch.day_of(house.clock())))
    (told,) = house.receive(message)
    assert (told["instruction"], told["outcome"], told["why"]) == (FIRST, "taken", None)
    assert told["hash"] == instructions.check(message["signed"], "", None).hash
    assert house.shown() == ["The system is upgraded tonight"]
    assert house.waiting() == []
    house.clock.forward(days=1)
    assert house.shown() == []


@pytest.mark.parametrize(
    ("message", "why"),
    [
        pytest.param(sent(key=OTHER_KEY), "forged", id="another key"),
        pytest.param(changed(sent(), document={"en": "Go home"}), "forged", id="another text"),
        pytest.param(changed(sent(branches=("9999",)), branches=None), "forged", id="re-addressed"),
        pytest.param({**sent(), "signature": "?"}, "forged", id="no signature"),
        pytest.param(sent(branches=("9999",)), "other_branch", id="another branch's"),
        pytest.param(newer(branches="4403"), "other_branch", id="addressed in another form"),
        pytest.param(newer(kind="catalogue"), "unknown_kind", id="of a newer headquarters"),
        pytest.param(newer(document={"en": "Only English"}), "unreadable", id="incomplete"),
        pytest.param(newer(document=None), "unreadable", id="without a document"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_reason(
    house: House, message: dict[str, Any], why: str
) -> None:
    (told,) = house.receive(message)
    assert (told["outcome"], told["why"]) == ("refused", why)
    assert house.shown() == []
    assert house.waiting() == []
    assert len(house.receive(message)) == 1, "it is told once"


def test_a_branch_without_a_key_takes_nothing_and_says_so(tmp_path: Path) -> None:
    house = House(tmp_path, "")
    (told,) = house.receive(sent())
    assert (told["outcome"], told["why"]) == ("refused", "no_key")
    assert house.shown() == []
    house.runtime.close()


def test_fields_of_a_newer_headquarters_are_passed_over(house: House) -> None:
    document = {"zh": "好", "en": "Good", "until": "2100-01-01", "colour": "red"}
    (told,) = house.receive(newer(schema=2, document=document, mood="good"))
    assert told["outcome"] == "taken"
    assert house.shown() == ["Good"]


def test_what_was_received_is_not_taken_twice_also_after_a_start(house: House) -> None:
    message = sent(order(house), branches=(house.branch.code,))
    assert len(house.receive(message)) == 1
    house.runtime.close()
    house.runtime = house.open()
    assert len(house.receive(message)) == 1
    assert len(house.cases()) == 1


def test_damaged_and_foreign_files_harm_nothing_and_make_way(house: House) -> None:
    inbox = house.folder / "inbox"
    instructions.keep(house.folder, [sent(), "no instruction", {"id": "x"}, {"id": 2**60}, None])
    (inbox / "7.json").write_bytes(b"\xff\x00 cut off")
    (inbox / "8.json").write_text("[" * 100_000)
    (inbox / "9.json").write_text('{"signed": "[]", "signature": ""}')
    (inbox / "10.json").write_text("x" * (instructions.SIZE_MAX + 1))
    (inbox / "notes.txt").write_text("somebody's")
    (inbox / "11.json.part").write_text("{")
    assert [told["instruction"] for told in house.receive()] == [FIRST]
    assert house.waiting() == ["11.json.part", "notes.txt"]


def test_an_order_becomes_a_case_whose_words_are_sealed(house: House) -> None:
    words = "王女士，13800138000，排队两小时"
    deadline = date(2100, 1, 1)
    (told,) = house.receive(sent(order(house, text=words, deadline=deadline), FIRST))
    (case,) = house.cases()
    assert (told["case"], told["deadline"]) == (case.id, "2100-01-01")
    assert (case.reference, case.channel) == ("95588-1", "hotline")
    for file in house.folder.rglob("*"):
        if file.is_file():
            assert words.encode() not in file.read_bytes(), file
            assert b"13800138000" not in file.read_bytes(), file


def test_an_order_that_the_branch_has_already_is_that_case(house: House) -> None:
    first, second = house.receive(sent(order(house)), sent(order(house), FIRST + 1))
    assert first["case"] == second["case"]
    assert len(house.cases()) == 1


def test_an_order_from_the_future_is_refused_by_the_rule_that_says_so(house: House) -> None:
    (told,) = house.receive(sent(order(house, came_on=date(2100, 1, 1))))
    assert (told["why"], told["detail"]) == ("not_possible", "in_future")
    assert house.cases() == []


def test_the_lobby_manager_takes_an_announcement_off_the_screens(house: House) -> None:
    house.receive(sent(replace(NEWS, until=date(2100, 1, 1))))
    command = house.runtime.commands.hide_announcement
    house.runtime.writer.do("manager", command, MANAGER, FIRST)
    assert house.shown() == []
    house.runtime.close()
    house.runtime = house.open()
    assert house.shown() == []


def test_an_announcement_that_is_taken_back_is_gone_at_once_and_never_comes_late(
    house: House,
) -> None:
    until = house.branch.day_of(house.clock())
    news = replace(NEWS, until=until)
    house.receive(sent(news))
    assert house.shown()
    taken = house.receive(sent(Withdrawal(FIRST, until), FIRST + 2))
    assert (taken[-1]["kind"], taken[-1]["outcome"]) == ("withdrawal", "taken")
    assert house.shown() == []
    house.receive(sent(Withdrawal(FIRST + 1, until), FIRST + 3))
    house.receive(sent(news, FIRST + 1))  # it was withdrawn before it came
    assert house.shown() == []
    assert house.waiting() == []


ASKED = ActionAsked("减少过号", date(2026, 3, 9), "late_share", words="学习城东支行的分流做法")


def actions(house: House) -> list[Any]:
    with house.runtime.writer.published() as state:
        return [*state.quality.actions.values()]


class Signed(NamedTuple):
    """Who may sign in."""

    name: str
    role: str
    staff_number: str | None = None
    disabled: bool = False


class Staff:
    def __init__(self, *names: str) -> None:
        self._names = names

    def accounts(self) -> list[Signed]:
        return [Signed(name, name) for name in self._names]


def test_an_action_that_headquarters_asks_for_is_the_head_s_and_known_by_its_origin(
    house: House,
) -> None:
    house.runtime.commands.people.accounts = Staff("head", "manager", "teller")
    (told,) = house.receive(sent(ASKED), sent(ASKED))
    (action,) = actions(house)
    assert (told["outcome"], told["action"]) == ("taken", action.id)
    assert (action.source, action.source_id, action.owner) == ("headquarters", str(FIRST), "head")
    assert (action.aim.measure, action.aim.direction) == ("late_share", "less")
    assert action.due == max(ASKED.due, house.branch.day_of(house.clock()))
    assert "学习" not in json.dumps(told, ensure_ascii=False)
    assert action.whys.startswith("sealed:")


def test_an_action_that_nobody_could_own_is_refused(house: House) -> None:
    house.runtime.commands.people.accounts = Staff("teller", "inspector")
    (told,) = house.receive(sent(ASKED))
    assert (told["why"], told["detail"]) == ("not_possible", "nobody_owns")


def test_nobody_in_the_branch_opens_an_action_in_headquarters_name(house: House) -> None:
    plan = ActionPlan("x", "", date(2026, 3, 9), Source.HEADQUARTERS, str(FIRST))
    with pytest.raises(LobbyError, match=str(FIRST)):
        house.runtime.writer.submit(
            By("manager"), house.runtime.commands.open_action, MANAGER, plan
        ).result()


def test_the_day_that_headquarters_wants_stands_at_the_case(house: House) -> None:
    today = house.branch.day_of(house.clock())
    house.receive(sent(order(house, deadline=today)))
    (case,) = house.cases()
    view = case_view(house.branch, case, house.clock(), ())
    assert (view["wanted_by"], view["wanted_late"]) == (today.isoformat(), False)
    later = case_view(house.branch, case, house.clock() + timedelta(days=2), ())
    assert later["wanted_late"]
    answered = replace(case, answered_at=house.clock())
    assert not case_view(house.branch, answered, house.clock() + timedelta(days=2), ())[
        "wanted_late"
    ]


def test_a_branch_without_a_file_takes_no_configuration(house: House) -> None:
    (told,) = house.receive(sent(Configuration("1", {"rules": {"recall_max": 5}})))
    assert (told["outcome"], told["why"]) == ("refused", "not_possible")


def test_an_answered_configuration_that_comes_again_is_not_kept_again(
    house: House, tmp_path: Path
) -> None:
    kept: list[int] = []

    class Keeping(SentConfiguration):
        def take(self, checked: Checked, content: Configuration) -> Checked:
            kept.append(checked.id)
            return super().take(checked, content)

    keeping = Keeping(CONFIG, house.folder)
    message = sent(Configuration("1", {"rules": {"recall_max": 5}}))
    for _ in range(2):
        instructions.keep(house.folder, [message])
        instructions.take(house.runtime, keeping)
    assert kept == [FIRST]
    assert house.waiting() == []
