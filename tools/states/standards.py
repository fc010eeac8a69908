"""The morning meeting, the premises round, and the page of the standards."""

from __future__ import annotations

from playwright.sync_api import Page

from states.lobby import Lobby, busy, empty
from states.state import State, Surface

MEETING = Surface((1180, 820), "body[data-drawn]")
STANDARDS = Surface((1180, 820), "body[data-drawn]")
MEETING_AT = "/desk/meeting"
STANDARDS_AT = "/desk/standards"


def met(lobby: Lobby) -> None:
    """A meeting in which two disagree on one item, and another is not kept."""
    busy(lobby)
    meeting = lobby.post("/inspections", occasion="meeting")
    if any(item["marks"] for item in meeting["items"]):
        return
    pairs = [item["id"] for item in meeting["items"] if item["sides"] == ["self", "peer"]]
    for n, item in enumerate(pairs[:4]):
        path = f"/inspections/{meeting['id']}/items/{item}/mark"
        own = "broken" if n == 1 else "kept"
        lobby.post(path, side="self", marker="1001", verdict=own)
        peer = "broken" if n in (0, 1) else "kept"
        lobby.post(path, side="peer", marker="1002", verdict=peer, note="请看照片")
    path = f"/inspections/{meeting['id']}/items/{pairs[1]}/finding"
    lobby.post(path, owner="manager", due=meeting["day"], text="当天补齐")


def begin(page: Page, lobby: Lobby) -> None:
    page.click("[data-occasion=meeting]")
    page.wait_for_selector("#items li")


def walk(page: Page, lobby: Lobby) -> None:
    page.click("[data-occasion=round]")
    page.wait_for_selector("#items li")


def visit(page: Page, lobby: Lobby) -> None:
    page.check("#modules [value=premises]")
    page.click("[data-occasion=visit]")
    page.wait_for_selector("#items li")
    page.click("#back")


def correct(page: Page, lobby: Lobby) -> None:
    begin(page, lobby)
    page.click(".item.kept [data-verdict=broken]")


def note(page: Page, lobby: Lobby) -> None:
    begin(page, lobby)
    page.click("[data-do=note]")


def own(page: Page, lobby: Lobby) -> None:
    begin(page, lobby)
    page.click("[data-do=own]")


def end(page: Page, lobby: Lobby) -> None:
    begin(page, lobby)
    page.click("#end")


def cut(page: Page, lobby: Lobby) -> None:
    begin(page, lobby)
    page.route("**/mark", lambda route: route.abort())
    page.click(".item.open [data-side=self][data-verdict=kept]")


def ended(page: Page, lobby: Lobby) -> None:
    """The end waits for the line: nothing of the branch changes for the states after this one."""
    page.route("**/end", lambda route: route.abort())
    end(page, lobby)
    page.click("#ending [data-do=finish]")
    page.click("[data-do=change]")


OLD = """() => {
  const of = { path: "/api/v1/inspections/x/items/T15/mark", words: "T15", group: "g", at: 0, clock: "08:31" };
  const acts = ["self", "peer"].map((side) => ({ ...of, key: side, body: { side, verdict: "kept" } }));
  localStorage.setItem("lobby-meeting:manager", JSON.stringify({ acts, refused: [] }));
}"""


def unsent(page: Page, lobby: Lobby) -> None:
    page.evaluate(OLD)
    page.reload()
    page.click(".unsent [data-do=ask]")


def search(page: Page, lobby: Lobby) -> None:
    page.fill(
        "#search", "轮椅" if page.locator("html").get_attribute("lang") == "zh-CN" else "wheel"
    )


MANAGER = {"account": "manager"}
STATES = [
    State("standards-empty", STANDARDS, STANDARDS_AT, scene=empty, **MANAGER),
    State("meeting-choose", MEETING, MEETING_AT, "[data-occasion]", scene=empty, **MANAGER),
    State("meeting", MEETING, MEETING_AT, ".item.differs", begin, met, **MANAGER),
    State("meeting-correct", MEETING, MEETING_AT, "[data-ask=reason]", correct, met, **MANAGER),
    State("meeting-note", MEETING, MEETING_AT, "[data-ask=note]", note, met, **MANAGER),
    State("meeting-owner", MEETING, MEETING_AT, "[data-ask=owner]", own, met, **MANAGER),
    State("meeting-end", MEETING, MEETING_AT, "#ending:not([hidden])", end, met, **MANAGER),
    State("meeting-ended", MEETING, MEETING_AT, "[data-ask=reason]", ended, met, **MANAGER),
    State("meeting-unsent", MEETING, MEETING_AT, ".unsent [data-do=keep]", unsent, met, **MANAGER),
    State("meeting-cut", MEETING, MEETING_AT, "#waiting:not([hidden])", cut, met, **MANAGER),
    State("round", MEETING, MEETING_AT, "#items li", walk, met, **MANAGER),
    State(
        "meeting-visit",
        MEETING,
        MEETING_AT,
        "[data-do=goOn]",
        visit,
        empty,
        account="office",
        spends=True,
    ),
    State("standards", STANDARDS, STANDARDS_AT, "[data-finding]", scene=met, **MANAGER),
    State(
        "standards-head",
        STANDARDS,
        STANDARDS_AT,
        "[data-finding]",
        scene=met,
        size=(1440, 900),
        account="head",
    ),
    State("standards-search", STANDARDS, STANDARDS_AT, ".module[open]", search, met, **MANAGER),
]
