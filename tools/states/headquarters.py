"""Headquarters' pages. A scene speaks branches' words into the database of a server of its own (tests/office.py)."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from states.state import PHONE, State, Surface

OFFICE = Surface((1920, 1080), "body[data-drawn]", narrow=True)
PAPER = Surface((1280, 900), "main h1", narrow=True)
PLAYED = Surface((1280, 900), "#result[data-ready=yes]", narrow=True)
"""Days are played from journals of March 2026, at the branches 4408 and 4409 of the third city."""
DESK = (1280, 900)
TABLET = (1180, 820)
NIGHT = {"color_scheme": "dark"}
WAITING = {"waiting": 7, "longest_wait_s": 600, "counters_open": 3, "counters": 5, "served": 90}
LATE = {**WAITING, "waiting": 26, "late": 9, "longest_wait_s": 2500, "alerts": 3}


def province(office: Any) -> None:
    """One branch burns, one needs a look, one is cut, one in quarantine, one never heard, and the rest is calm. Of what
    was sent down one work order is late, and some was refused."""
    for code in office.codes:
        office.says(code, **WAITING)
    first, second, third, fourth, fifth, *_ = office.codes
    office.says(first, **LATE)
    office.says(second, **WAITING | {"late": 2, "alerts": 1})
    office.says(third, age_s=900, **WAITING)
    office.alarm(fourth, "second_writer")
    office.sends_down()
    office.forgets(fifth)


def filled(page: Page, office: Any) -> None:
    for summary in page.locator("main .two summary").all():
        summary.click()
    page.fill("#announce [name=zh]", "今晚系统升级")


def filtered(page: Page, office: Any) -> None:
    page.fill("[name=text]", "nowhere")
    page.wait_for_selector("#none:not([hidden])")


def without_line(page: Page, office: Any) -> None:
    page.route("**/api/v1/branches*", lambda route: route.abort())
    page.wait_for_selector("#trouble:not([hidden])")


def state(
    name: str, path: str, shown: str = "body", surface: Surface = OFFICE, **more: Any
) -> State:
    return State(name, surface, path, shown, account="office", scene=province, **more)


def played(name: str, path: str, shown: str, **more: Any) -> State:
    return state(name, path, shown, PLAYED, **more)


WHATIF = "/branch/4408/whatif?date=2026-03-02"
STATES = [
    state("hq-live", "/live", ".tile.burning"),
    state("hq-live-tablet", "/live", ".tile.burning", size=TABLET),
    state("hq-live-phone", "/live", ".tile.burning", size=PHONE.size),
    state("hq-live-dark", "/live", ".tile.burning", size=DESK, context=NIGHT),
    state("hq-live-filtered", "/live", "#none", reach=filtered, size=DESK),
    state("hq-live-no-line", "/live", "#trouble", reach=without_line, size=DESK),
    state("hq-branch", "/branch/4400", "#queue .late", size=DESK),
    state("hq-branch-phone", "/branch/4400", "#queue .late", size=PHONE.size),
    state("hq-branch-cut", "/branch/4402", "#last-word:not([hidden])", size=DESK),
    state("hq-branch-alarm", "/branch/4403", "#alarms li", size=DESK),
    state("hq-instructions", "/instructions", ".late", surface=PAPER, size=DESK),
    state(
        "hq-instructions-phone",
        "/instructions",
        ".late",
        surface=PAPER,
        size=PHONE.size,
    ),
    state(
        "hq-instructions-dark",
        "/instructions",
        ".late",
        surface=PAPER,
        size=DESK,
        context=NIGHT,
    ),
    state(
        "hq-instructions-forms",
        "/instructions",
        "#sent",
        surface=PAPER,
        size=DESK,
        reach=filled,
    ),
    state("hq-bulletin", "/bulletin", surface=PAPER, size=DESK),
    state("hq-bulletin-phone", "/bulletin?span=week", surface=PAPER, size=PHONE.size),
    state("hq-comparison", "/comparison", "svg.chart", surface=PAPER, size=DESK),
    state("hq-comparison-phone", "/comparison?span=week", surface=PAPER, size=PHONE.size),
    state("hq-comparison-dark", "/comparison", surface=PAPER, size=DESK, context=NIGHT),
    state(
        "hq-bulletin-nothing", "/bulletin?date=2020-01-02", ".band.info", surface=PAPER, size=DESK
    ),
    played("hq-planning", "/planning?date=2026-03-02", "tbody tr"),
    played("hq-planning-tablet", "/planning?date=2026-03-02", "tbody tr", size=TABLET),
    played("hq-planning-phone", "/planning?date=2026-03-02", "tbody tr", size=PHONE.size),
    played("hq-planning-nothing", "/planning?date=2020-01-02", ".band.info"),
    played("hq-whatif", f"{WHATIF}&change=like:5&begins=10:00&ends=12:00", ".better"),
    played("hq-whatif-less", f"{WHATIF}&change=less:1", ".worse", size=PHONE.size),
    played("hq-whatif-dark", f"{WHATIF}&change=of:hall", ".plays", context=NIGHT),
    played("hq-whatif-choose", WHATIF, "[name=change]"),
    played("hq-whatif-nothing", "/branch/4408/whatif?date=2020-01-02", ".band.info"),
    played("hq-exchange", "/planning/exchange?date=2026-03-09&unit=c2", ".halves td"),
    played(
        "hq-exchange-phone",
        "/planning/exchange?date=2026-03-09&unit=c2",
        ".halves td",
        size=PHONE.size,
    ),
    played("hq-exchange-choose", "/planning/exchange?date=2026-03-09", ".among a"),
    played("hq-exchange-nothing", "/planning/exchange?date=2026-03-09&unit=c0", ".band.info"),
    state("hq-bulletin-running", "/bulletin?span=week", surface=PAPER, size=DESK),
    state("hq-branch-never", "/branch/4404", "#last-word:not([hidden])", size=DESK),
]
EMPTY = [
    State("hq-live-empty", OFFICE, "/live", "#empty:not([hidden])", account="office", size=DESK)
]
