"""What headquarters sends down: what a branch believes, what it takes, and what it refuses with a reason."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import CONFIG, Clock
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from integrations import instructions
from lobby.branch.config import read_branch
from lobby.branch.rules import HeadquartersRules
from lobby.commands.base import Who
from lobby.engine.runtime import BranchRuntime, open_branch
from lobby.events.down import Announcement, Content, Instruction, Order, OrderChannel
from lobby.events.instruction import InstructionKind
from lobby.views.announcement import announcements

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
    is_order = isinstance(content, Order)
    kind = InstructionKind.ORDER if is_order else InstructionKind.ANNOUNCEMENT
    return signed(Instruction(id, kind, branches, content).signed, id, key)


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
