"""Every state of headquarters' pages passes every gate, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from conftest import until
from gates import GATES, faults_of, visited
from office import BURNING, BUSY, Office, office_of, province
from played_days import played_days
from report_rows import DAY, write_figures
from states import LANGS, State
from states.headquarters import EMPTY, STATES
from states.state import sign_in

from headquarters.engines.engines import Postgres

WALL = {"width": 1920, "height": 1080}
PHONE = {"width": 390, "height": 844}
BURN = ("4423", "4497", "4550")
STRAINED = "4402"
WRONG_LABELS = """() => [...document.querySelectorAll("svg.chart text")].filter((label) => {
  const box = label.getBoundingClientRect();
  const card = label.closest("figure").getBoundingClientRect();
  const size = parseFloat(getComputedStyle(label).fontSize) * label.getScreenCTM().a;
  return box.width && (size < 11 || box.left < card.left || box.right > card.right);
}).map((label) => label.textContent)"""
"""Labels of charts that are too small to be read, or cut."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Iterator[Office]:
    with office_of(tmp_path_factory.mktemp("office"), postgres, province(12)) as running:
        played_days(running.database, tmp_path_factory.mktemp("branches"), running.codes[8:10])
        write_figures(running.database, running.codes)
        yield running


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Iterator[Office]:
    """With the longest command that a branch's computer may need."""
    engines = 'nats = "nats://headquarters.of.the.bank.example:4222"\ncertificates = "certificates"'
    with office_of(tmp_path_factory.mktemp("empty"), postgres, "", engines) as running:
        yield running


def faults(browser: Any, office: Any, state: State, lang: str) -> list[str]:
    with visited(browser, office, state, lang) as visit:
        return faults_of(visit, GATES)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_a_state_passes_every_gate(browser: Any, office: Office, state: State, lang: str) -> None:
    assert faults(browser, office, state, lang) == []


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("state", EMPTY, ids=lambda state: state.name)
def test_an_empty_province_says_what_to_do(
    browser: Any, empty: Office, state: State, lang: str
) -> None:
    assert faults(browser, empty, state, lang) == []


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_a_phones_header_has_two_rows_with_every_page_in_sight(
    browser: Any, office: Office, locale: str
) -> None:
    context = browser.new_context(viewport=PHONE, locale=locale, reduced_motion="reduce")
    shown = context.new_page()
    shown.goto(f"{office.url}/bulletin?date=2026-03-02")
    sign_in(shown, "office")
    shown.wait_for_selector("main h1")
    rows = "all => new Set(all.map((a) => Math.round(a.getBoundingClientRect().y))).size"
    assert shown.locator("header :is(a, button):not(.skip)").evaluate_all(rows) == 2
    assert shown.locator("header nav").evaluate("nav => nav.scrollWidth <= nav.clientWidth")
    keys = shown.locator(".choose a.button").all_inner_texts()
    assert keys[0] in ("前一天", "The day before")
    context.close()


@pytest.mark.parametrize("lang", LANGS)
def test_the_words_of_a_chart_are_as_large_on_a_phone_and_inside_it(
    browser: Any, office: Office, lang: str
) -> None:
    context = browser.new_context(viewport=PHONE, reduced_motion="reduce")
    shown = context.new_page()
    shown.goto(f"{office.url}/comparison?span=week&date={DAY}&lang={lang}")
    sign_in(shown, "office")
    shown.wait_for_selector("svg.chart")
    assert shown.locator("svg.chart text:visible").count() > 8
    assert shown.evaluate(WRONG_LABELS) == []
    context.close()


def test_a_waiting_list_says_its_order_and_how_many_more_wait(browser: Any, office: Office) -> None:
    office.says("4411", **BURNING)  # 26 wait, and the word has one of them
    context = browser.new_context(viewport=WALL, locale="zh-CN", reduced_motion="reduce")
    shown = context.new_page()
    shown.goto(f"{office.url}/branch/4411")
    sign_in(shown, "office")
    more = shown.locator("#queue-more")
    until(lambda: more.is_visible() and more.inner_text() == "还有 25 人", "how many more")
    assert "按叫号顺序" in shown.inner_text("#floor")
    context.close()


# -- two hundred branches on one wall -----------------------------------------------------------------
@pytest.fixture(scope="module")
def wall(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Iterator[Office]:
    with office_of(tmp_path_factory.mktemp("wall"), postgres, province(200)) as running:
        for code in running.codes:
            running.says(code, **BURNING if code in BURN else BUSY)
        running.says(STRAINED, **BUSY | {"late": 2, "alerts": 1})
        yield running


@pytest.fixture
def page(browser: Any, wall: Office) -> Iterator[Any]:
    context = browser.new_context(viewport=WALL, locale="zh-CN", reduced_motion="reduce")
    shown = context.new_page()
    shown.goto(f"{wall.url}/live")
    sign_in(shown, "office")
    until(lambda: shown.locator(".tile").count() == 200, "all tiles")
    yield shown
    context.close()


def test_two_hundred_tiles_fit_on_one_screen_and_three_burn_above_all_others(page: Any) -> None:
    size = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    assert page.evaluate(size) == [1920, 1080]
    cards = page.locator("#burning a").evaluate_all("all => all.map((a) => a.pathname.slice(-4))")
    assert sorted(cards) == sorted(BURN)
    assert page.locator(".tile.burning .word").all_inner_texts() == ["告急"] * 3
    assert page.inner_text("#urgent-title") == "3 家告急"
    assert "3 条提醒，首要：已超时" in page.inner_text("#burning")
    strained = page.locator(f'[data-code="{STRAINED}"]')
    assert strained.locator(".word").inner_text() == "已超时"
    assert "1 条提醒，首要：已超时" in strained.get_attribute("aria-label")
    assert page.locator("#urgent").bounding_box()["y"] < page.locator("#tiles").bounding_box()["y"]


def test_a_change_comes_to_the_screen_by_itself(wall: Office, page: Any) -> None:
    wall.says("4401", **BUSY | {"waiting": 33})
    number = page.locator('[data-code="4401"] .number')
    until(lambda: number.inner_text() == "33", "the change")


def test_a_page_in_the_background_asks_nothing(page: Any) -> None:
    asked: list[str] = []
    page.evaluate(
        "Object.defineProperty(document, 'hidden', {get: () => window.away, configurable: true});"
        "window.away = true; document.dispatchEvent(new Event('visibilitychange'))"
    )
    page.wait_for_timeout(1500)  # the last question before may still be on its way
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(2500)
    assert asked == []
    page.evaluate("window.away = false; document.dispatchEvent(new Event('visibilitychange'))")
    until(lambda: page.wait_for_timeout(100) or asked, "it asks again at once")


def test_a_database_that_is_away_leaves_the_last_picture_and_says_so(
    browser: Any, tmp_path: Path
) -> None:
    with Postgres(tmp_path / "pg") as engine, office_of(tmp_path, engine, province(3)) as office:
        office.says("4400", **BUSY)
        context = browser.new_context(viewport=WALL, locale="zh-CN")
        page = context.new_page()
        page.goto(f"{office.url}/live")
        sign_in(page, "office")
        page.wait_for_selector(".tile.calm")
        engine.kill()
        page.wait_for_selector("#trouble:not([hidden])", timeout=20_000)
        assert page.inner_text("#trouble").startswith("省行数据库无应答，所有数据均为")
        assert page.inner_text('[data-code="4400"] .number') == "7"
        context.close()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(engine.url, connect_timeout=2)


def test_a_page_follows_a_server_that_was_started_anew(
    browser: Any, tmp_path: Path, postgres: Postgres
) -> None:
    with office_of(tmp_path, postgres, province(3)) as office:
        office.says("4400", **BUSY)
        context = browser.new_context(viewport=WALL, locale="zh-CN")
        page = context.new_page()
        page.goto(f"{office.url}/live")
        sign_in(page, "office")
        page.wait_for_selector(".tile.calm")
        office.stop()
        page.wait_for_selector("#trouble:not([hidden])", timeout=10_000)
        assert page.inner_text("#trouble").startswith("与省行系统断开已")
        office.start()
        office.says("4400", **BUSY | {"waiting": 12})
        number = page.locator('[data-code="4400"] .number')
        until(lambda: number.inner_text() == "12", "the page goes on", 20)
        assert page.locator("#trouble").is_hidden()
        context.close()
