"""The pages of complaints: what is due today, all of them, one, a new one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Page

from states.lobby import Lobby, busy, empty
from states.state import State, Surface

READY = "body[data-ready]"
DESK = Surface((1180, 820), READY)
WIDE = (1440, 900)
OFFICE = {"account": "office"}


def complaints(lobby: Lobby) -> None:
    """One that is late, one that its answer's review waits for, one of a group whose clock stands, and one of a card
    about a visit in which a later customer was called before."""
    busy(lobby)
    late = opened(
        lobby, 17, channel="hotline", reference="KF20261120017", cause="C05", business="B02",
        text="贷款利率未告知", complainant="王小明", contact="13800000001", owner="manager",
    )  # fmt: skip
    lobby.post(f"/cases/{late['id']}/contact", by="telephone", text="已致歉")
    answered = opened(
        lobby, 3, channel="telephone", cause="C01", text="柜员态度不好", owner="manager"
    )
    lobby.post(f"/cases/{answered['id']}/answer", by="telephone", text="已退还手续费")
    group = opened(lobby, 0, channel="letter", people=6, severity="complex", text="收益与宣传不符")
    lobby.post(f"/cases/{group['id']}/pause", reason="等待合同原件", until=ahead(9))
    ticket = lobby.issue("cash")
    opened(lobby, 0, channel="on_the_spot", cause="C03", text="等了很久", ticket=ticket["id"])


def opened(lobby: Lobby, days: int, **complaint: Any) -> Any:
    came_at = (datetime.now(UTC) - timedelta(days=days, minutes=1)).isoformat()
    return lobby.post("/cases", came_at=came_at, **complaint)


def tasks(lobby: Lobby) -> None:
    """Complaints, and corrective actions of which one is due today and one waits for a check."""
    complaints(lobby)
    for title in ("坡道指示牌更新", "午间增开 4 号柜台"):
        lobby.post("/actions", title=title, due=ahead(0), owner="office")
    done = lobby.post("/actions", title="打印机每日清洁", due=ahead(5))
    lobby.post(f"/actions/{done['id']}/prove", words="已完成", changed_on=ahead(0))


def ahead(days: int) -> str:
    """The day so many from today on."""
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


def of(channel: str) -> Any:
    """The address of the last case that came in so."""

    def path(lobby: Lobby) -> str:
        cases = lobby.get(f"/cases?channel={channel}")["cases"]
        return f"/desk/cases/{max(cases, key=lambda case: case['number'])['id']}"

    return path


def look(page: Page, lobby: Lobby) -> None:
    page.click("#look")


def answer(page: Page, lobby: Lobby) -> None:
    page.click("#next textarea")


def refused(page: Page, lobby: Lobby) -> None:
    page.select_option("[data-verb=review] select", "no")
    page.click("[data-verb=review] button")


def further(page: Page, lobby: Lobby) -> None:
    page.click(".further summary")


def lists(page: Page, lobby: Lobby) -> None:
    page.click("#lists summary")


def spoiled_list(page: Page, lobby: Lobby) -> None:
    lists(page, lobby)
    rows = "工单号,受理时间,投诉内容\n1.38E+10,2026-03-01,x\nGD2,03/04/2026,x\n".encode()
    page.set_input_files(
        "[name=file]", {"name": "list.csv", "mimeType": "text/csv", "buffer": rows}
    )
    page.click("#import button")


STORY = "#story li"
STATES = [
    State("cases-due", DESK, "/desk/due", "#due li.due", scene=complaints, **OFFICE),
    State("cases-due-tasks", DESK, "/desk/due", "#due [data-action]", scene=tasks, **OFFICE),
    State("cases-due-none", DESK, "/desk/due", "#due .none", scene=empty, account="teller8"),
    State(
        "cases", DESK, "/desk/cases", "#cases [data-case]", scene=complaints, size=WIDE, **OFFICE
    ),
    State("cases-lists", DESK, "/desk/cases", "#wrong li", spoiled_list, complaints, **OFFICE),
    State("case-late", DESK, of("hotline"), STORY, scene=complaints, **OFFICE),
    State("case-words", DESK, of("hotline"), "[data-words=open]", look, complaints, **OFFICE),
    State("case-answer", DESK, of("hotline"), "#next textarea:focus", answer, complaints, **OFFICE),
    State(
        "case-refused",
        DESK,
        of("telephone"),
        "#next .field-wrong",
        refused,
        complaints,
        **OFFICE,
    ),
    State("case-paused", DESK, of("letter"), STORY, scene=complaints, size=WIDE, **OFFICE),
    State("case-visit", DESK, of("on_the_spot"), "#visit", scene=complaints, **OFFICE),
    State("case-new", DESK, "/desk/cases/new", "form", scene=empty, **OFFICE),
    State("case-new-further", DESK, "/desk/cases/new", ".further[open]", further, empty, **OFFICE),
]
