"""What headquarters announces, on the tablet, the console and the page of the day of a real browser."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from cast import Caller
from conftest import Server, midday_config, sign_in, until
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from integrations.instructions import keep
from lobby.events.down import (
    KINDS,
    ActionAsked,
    Announcement,
    Content,
    Instruction,
    Order,
    OrderChannel,
)

Open = Callable[..., Any]
KEY = Ed25519PrivateKey.generate()
ZH = "今晚 22 点起系统升级，转账业务暂停办理，请提前告知客户。"
EN = "The system is upgraded from 22:00: tell customers that no transfers are made."
PLAIN = "Fire drill on Friday"


def sent(id: int, zh: str, en: str, *, important: bool = False) -> dict[str, Any]:
    return signed(id, Announcement(zh, en, date(2100, 1, 1), important))


def signed(id: int, content: Content) -> dict[str, Any]:
    text = Instruction(id, KINDS[type(content)], None, content).signed
    signature = base64.b64encode(KEY.sign(text.encode())).decode()
    return {"id": id, "signed": text, "signature": signature}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("announced")
    key = base64.b64encode(KEY.public_key().public_bytes_raw()).decode()
    config = midday_config(folder)
    config.write_text(f'{config.read_text()}\n[headquarters]\nkey = "{key}"\n')
    running = Server(folder / "var", config).start()
    keep(running.data, [sent(1, ZH, EN, important=True), sent(2, "周五消防演练", PLAIN)])
    manager = Caller(running)
    until(lambda: len(manager.get("/hall")["announcements"]) == 2, "both are taken", 20)
    yield running
    running.stop()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("path", "account", "size"),
    [
        ("/desk/hall", "manager", (1180, 820)),
        ("/desk/hall", "manager", (390, 844)),
        ("/desk/counter/1", "teller1", (1024, 768)),
        ("/desk/counter/1", "teller1", (420, 700)),
        ("/desk/day", "manager", (1280, 900)),
    ],
)
def test_an_announcement_is_read_where_staff_work(
    page_at: Open, server: Server, path: str, account: str, size: tuple[int, int], lang: str
) -> None:
    page = page_at(f"{server.url}{path}?lang={lang}", *size)
    sign_in(page, account)
    page.wait_for_selector("#announced li")
    words = page.locator("#announced li span").all_inner_texts()
    assert (ZH if lang == "zh" else EN) in words[0]
    assert len(words) == 2
    assert page.locator("#announced li").first.get_attribute("class") == "band warn"
    wide = "document.documentElement.scrollWidth <= innerWidth"
    assert page.evaluate(wide)
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def test_the_lobby_manager_takes_it_off_for_everybody(page_at: Open, server: Server) -> None:
    page = page_at(f"{server.url}/desk/hall?lang=en", 1180, 820)
    sign_in(page, "manager")
    page.wait_for_selector("#announced li")
    page.locator("#announced li", has_text=PLAIN).locator("button").click()
    until(lambda: page.locator("#announced li").count() == 1, "it is taken off")
    console = page_at(f"{server.url}/desk/counter/1?lang=en", 1024, 768)
    sign_in(console, "teller1")
    console.wait_for_selector("#announced li")
    assert console.locator("#announced li").count() == 1
    assert console.locator("#announced button").count() == 0


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_case_of_a_work_order_says_until_when_headquarters_wants_the_answer(
    page_at: Open, server: Server, lang: str
) -> None:
    first, last = date(2026, 1, 5), date(2026, 1, 20)
    order = Order(f"95588-{lang}", OrderChannel.HOTLINE, first, "排队太久", last)
    keep(server.data, [signed(10 + len(lang) + ord(lang[0]), order)])
    office = Caller(server, "office")

    def case() -> Any:
        cases = office.get("/cases")["cases"]
        return next((one for one in cases if one["reference"] == order.number), None)

    found = until(case, "the case is opened", 30)
    page = page_at(f"{server.url}/desk/cases/{found['id']}?lang={lang}", 1180, 820)
    sign_in(page, "office")
    page.wait_for_selector("#wanted.bad")
    assert "2026-01-20" in page.inner_text("#wanted")
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_action_of_headquarters_stands_in_the_branch_s_list_with_its_origin(
    page_at: Open, server: Server, lang: str
) -> None:
    title = f"开放弹性窗口 {lang}"
    due = date.today() + timedelta(days=30)
    asked = ActionAsked(title, due, "late_share", words="学习解放路支行")
    keep(server.data, [signed(500 + ord(lang[0]), asked)])
    head = Caller(server, "head")
    until(lambda: title in str(head.get("/actions")), "the action is opened", 30)
    page = page_at(f"{server.url}/desk/actions?lang={lang}", 1180, 820)
    sign_in(page, "head")
    page.get_by_text(title).first.wait_for()
    page.get_by_text(title).first.click()
    page.get_by_text("省行" if lang == "zh" else "headquarters").first.wait_for()
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
