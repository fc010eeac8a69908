"""A complaint leads to a corrective action, and what it did not change opens it again: months in a real browser."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from clock_set import LIBRARY, FakedClock
from conftest import Clock, Desk, midday_config, sign_in

from lobby.branch.config import read_branch
from lobby.engine.runtime import open_branch

pytestmark = pytest.mark.skipif(
    LIBRARY is None and not os.environ.get("CI"),
    reason="this machine has no libfaketime (Debian: faketime)",
)
Open = Callable[..., Any]
AGO = 20
"""Days since the change: ten working days and their weekends are over."""
EACH_DAY = 6
"""Customers, half of them late: in ten days as many as an effect is told from."""
CASE = {"channel": "on_the_spot", "text": "等了四十分钟", "owner": "manager", "cause": "C01"}
WORDS = {"zh": "未见成效", "en": "No effect to be seen"}
RISEN = {"zh": "已上报至您", "en": "escalated to you"}
AT_HEAD = {"zh": "已报网点负责人", "en": "with the head of the branch"}
"""A case that nobody answered in fifteen days is by now the head's: who reads where it is reads one place."""


def lived(branch: FakedClock, first: int, last: int) -> None:
    """The days from so many ago to so many ago, on each of which every second customer is called late."""
    opened = read_branch(midday_config(branch.folder))
    noon = datetime.now(UTC)
    clock = Clock(noon - timedelta(days=first))
    runtime = open_branch(opened, branch.server.data, "http://x", clock, pumped=True)
    runtime.writer.notify = runtime.writer.pump
    desk = Desk(runtime)
    for ago in range(first, last - 1, -1):
        clock.now = noon - timedelta(days=ago)
        runtime.writer.pump()
        desk.open_counter(counter="1")
        for minutes in (1, 40) * (EACH_DAY // 2):
            ticket = desk.issue()["id"]
            clock.forward(minutes=minutes)
            desk.call(counter="1", ticket=ticket)
            desk.start(counter="1"), desk.finish(counter="1")
    runtime.close()


@pytest.fixture(scope="module")
def branch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakedClock]:
    made = FakedClock(tmp_path_factory.mktemp("action"))
    yield made
    made.server.stop()


def signed_in(page_at: Open, branch: FakedClock, name: str, path: str) -> Any:
    page = page_at(f"{branch.server.url}{path}", 1180, 820)
    sign_in(page, name)
    page.wait_for_selector("body[data-ready]")
    return page


def test_what_did_not_help_is_opened_again_by_itself(page_at: Open, branch: FakedClock) -> None:
    lived(branch, 2 * AGO, AGO + 1)
    branch.set(-AGO * 86400)
    branch.start()
    case = branch.post("/cases", **CASE).json()["id"]

    # From the complaint to an action whose figure is named.
    manager = signed_in(page_at, branch, "manager", f"/desk/cases/{case}?lang=zh")
    manager.click("a[href*='source=case']")
    manager.wait_for_selector("#origin a")
    assert manager.input_value("#open [name=measure]") == "feedback_low_share", "it fits the cause"
    assert "建议" in manager.inner_text("#aim-why")
    manager.fill("#open [name=title]", "午间加开一个柜台")
    manager.select_option("#open [name=measure]", "late_share")
    manager.click("#open button.primary")
    manager.click("#prove summary")
    manager.fill("#prove [name=words]", "排班表已改")
    manager.click("#prove button.primary")
    manager.wait_for_selector("#prove", state="detached")
    office = signed_in(page_at, branch, "office", "/desk/actions?list=all&lang=zh")
    office.click("#check")
    office.wait_for_selector("#check", state="detached")
    assert "尚不能判断" in office.inner_text("#verdict")

    # As many were late in the twenty days since: the branch says so, and the action is to be done again.
    branch.server.stop()
    lived(branch, AGO - 1, 1)
    branch.set(0)
    branch.start()
    for lang, verdict in WORDS.items():
        page = signed_in(page_at, branch, "office", f"/desk/actions?lang={lang}")
        page.wait_for_selector(f"#verdict:has-text('{verdict}')")
        assert page.inner_text("#lists [aria-pressed=true]").endswith("1")
        page.goto(f"{branch.server.url}/desk/bulletin?span=day&lang={lang}")
        page.wait_for_selector(".findings")
        assert "午间加开一个柜台" in page.inner_text("main")

        # The complaint that was left unanswered has risen to the head of the branch, with its owner's name (M11).
        head = signed_in(page_at, branch, "head", f"/desk/due?lang={lang}")
        head.wait_for_selector(f"#due [data-case='{case}']:has-text('manager')")
        for reader, says, others in ((head, RISEN, AT_HEAD), (page, AT_HEAD, RISEN)):
            reader.goto(f"{branch.server.url}/desk/due?lang={lang}")
            row = reader.wait_for_selector(f"#due [data-case='{case}']").inner_text()
            assert (says[lang] in row, others[lang] in row) == (True, False)
