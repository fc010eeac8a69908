"""What was sent down, as who sent it looks on: answers come while the page stands, and an order is not taken back by
one touch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from office import Office, office_of, province
from states.state import sign_in

from headquarters.engines.engines import Postgres

Open = Callable[..., Any]


@pytest.fixture
def office(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Iterator[Office]:
    with office_of(tmp_path_factory.mktemp("office"), postgres, province(6)) as running:
        running.sends_down()
        yield running


def instructions(page_at: Open, office: Office) -> Any:
    page = page_at(f"{office.url}/instructions?lang=en", 1280, 900)
    sign_in(page, "office")
    return page


def answer(office: Office) -> None:
    with psycopg.connect(office.database, autocommit=True) as db:
        db.execute(
            "UPDATE complaint SET status = 'answered', answered_at = %s",
            [datetime.now(UTC).isoformat()],
        )


def test_an_answer_comes_while_the_page_stands_and_says_whether_in_time(
    page_at: Open, office: Office
) -> None:
    page = instructions(page_at, office)
    order = page.locator("#sent li", has_text="95588-2026-1")
    order.get_by_text("Case 2026-0007").wait_for()
    answer(office)
    order.get_by_text("too late, it was due 2026-01-20").wait_for()


def test_an_announcement_needs_no_english(page_at: Open, office: Office) -> None:
    page = instructions(page_at, office)
    page.get_by_text("Make an announcement").click()
    page.fill("#announce [name=zh]", "明日晨会提前十分钟")
    page.click("#announce button.primary")
    page.locator("#sent h2", has_text="明日晨会提前十分钟").wait_for()


def test_an_order_is_withdrawn_at_the_second_touch_and_the_branchs_case_goes_on(
    page_at: Open, office: Office
) -> None:
    page = instructions(page_at, office)
    order = page.locator("#sent li", has_text="95588-2026-1")
    order.get_by_role("button", name="Withdraw it").click()
    order.get_by_role("button", name="Press again to withdraw it").wait_for()
    assert order.get_by_text("Withdrawn").count() == 0
    order.locator("button[data-withdraw]:not(.resting)").click()
    order.get_by_text("Withdrawn").wait_for()
    order.get_by_text("The branch goes on with its case.").wait_for()
