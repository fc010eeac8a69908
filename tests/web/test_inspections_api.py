"""Inspections over the API: by role, from hand to hand, with photos, and each look at words in the journal."""

from __future__ import annotations

import base64
import io
import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from cast import Caller
from conftest import Server
from PIL import Image
from PIL.PngImagePlugin import PngInfo


@pytest.fixture(scope="module")
def manager(server: Server) -> Caller:
    return Caller(server, "manager")


@pytest.fixture(scope="module")
def meeting(manager: Caller) -> Any:
    return manager.post("/inspections", occasion="meeting")


def an_item(manager: Caller, meeting: Any, *sides: str) -> str:
    """One that nobody marked."""
    items = manager.get(f"/inspections/{meeting['id']}")["items"]
    return next(i["id"] for i in items if {*sides} <= {*i["sides"]} and not i["marks"])


def mark(caller: Caller, meeting: Any, item: str, **body: Any) -> Any:
    body = {"side": "self", "verdict": "kept", **body}
    return caller.ask("POST", f"/inspections/{meeting['id']}/items/{item}/mark", json=body)


def a_photo(form: str = "JPEG") -> str:
    target = io.BytesIO()
    image = Image.new("RGB", (640, 480), "teal")
    exif = Image.Exif()
    exif[0x010F] = "Telephone of somebody"
    image.save(target, form, exif=exif)
    return base64.b64encode(target.getvalue()).decode()


def test_a_tablet_goes_from_hand_to_hand(manager: Caller, meeting: Any) -> None:
    item = an_item(manager, meeting, "self", "peer")
    assert mark(manager, meeting, item, marker="1001").ok
    refused = mark(manager, meeting, item, side="peer", marker="1001")
    assert (refused.status_code, refused.json()["code"]) == (409, "same_person")
    marked = mark(manager, meeting, item, side="peer", marker="1002").json()
    of_item = next(i for i in marked["items"] if i["id"] == item)
    assert [m["by"] for m in of_item["marks"]] == ["1001", "1002"]
    assert of_item["verdict"] == "kept"


def test_a_mark_is_sent_once_however_often_the_line_breaks(manager: Caller, meeting: Any) -> None:
    item = an_item(manager, meeting, "self")
    path = f"/inspections/{meeting['id']}/items/{item}/mark"
    body = {"side": "self", "verdict": "kept"}
    for _ in range(3):
        again = manager.ask("POST", path, json=body, headers={"Idempotency-Key": f"mark-{item}"})
        of_item = next(i for i in again.json()["items"] if i["id"] == item)
        assert len(of_item["marks"]) == 1


@pytest.mark.parametrize(
    ("role", "verb", "status"),
    [
        ("inspector", "inspections", 403),
        ("office", "inspections", 403),
        ("teller", "inspections", 201),
        ("kiosk", "inspections", 403),
    ],
)
def test_who_may_begin_a_meeting(server: Server, role: str, verb: str, status: int) -> None:
    answer = Caller(server, role).ask("POST", f"/{verb}", json={"occasion": "meeting"})
    assert answer.status_code == status


def test_a_visit_is_the_office_s(server: Server, manager: Caller) -> None:
    refused = manager.ask("POST", "/inspections", json={"occasion": "visit"})
    assert refused.status_code == 403
    office = Caller(server, "office")
    visit = office.post("/inspections", occasion="visit", modules=["premises"])
    assert {item["module"] for item in visit["items"]} == {"premises"}
    item = visit["items"][0]["id"]
    assert mark(manager, visit, item, side="inspector").status_code == 403
    assert mark(office, visit, item, side="inspector").ok


def test_words_and_photos_are_opened_by_who_may_and_each_look_is_in_the_journal(
    server: Server, manager: Caller, meeting: Any
) -> None:
    item = an_item(manager, meeting, "self")
    body = {"verdict": "broken", "note": "王芳未戴工号牌", "image": a_photo()}
    assert "王芳" not in mark(manager, meeting, item, **body).text
    path = f"/inspections/{meeting['id']}/items/{item}/open"
    assert Caller(server, "teller").ask("POST", path).status_code == 403
    opened = Caller(server, "head").post(path)
    assert [words["text"] for words in opened["words"]] == ["王芳未戴工号牌"]
    picture = base64.b64decode(opened["photos"][0])
    assert picture[:2] == b"\xff\xd8"
    assert b"Telephone" not in picture, "nothing but the picture is kept"
    looks = [row for row in server_journal(server) if row["kind"] == "InspectionRead"]
    assert looks[-1]["data"]["inspection"] == meeting["id"]
    assert looks[-1]["actor"].startswith("head")


def server_journal(server: Server) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(server.data / "lobby.db")) as db:
        rows = db.execute("SELECT kind, actor, data FROM event ORDER BY seq").fetchall()
    return [{"kind": kind, "actor": actor, "data": json.loads(data)} for kind, actor, data in rows]


def an_odd_png() -> str:
    """Its comment unpacks to more than a decoder takes."""
    comment = PngInfo()
    comment.add_text("comment", "a" * 2**21, zip=True)
    target = io.BytesIO()
    Image.new("RGB", (8, 8)).save(target, "PNG", pnginfo=comment)
    return base64.b64encode(target.getvalue()).decode()


@pytest.mark.parametrize(
    "image",
    ["bm8gcGljdHVyZQ==", "%%%", base64.b64encode(b"<svg/>").decode(), an_odd_png()],
    ids=["text", "no base64", "svg", "png"],
)
def test_what_is_no_picture_is_refused(manager: Caller, meeting: Any, image: str) -> None:
    item = an_item(manager, meeting, "self")
    answer = mark(manager, meeting, item, image=image)
    assert (answer.status_code, answer.json()["code"]) == (422, "no_photo")
    assert item == an_item(manager, meeting, "self"), "nothing was marked"


def test_a_finding_has_an_owner_a_day_and_another_who_settles_it(
    server: Server, manager: Caller, meeting: Any
) -> None:
    item = an_item(manager, meeting, "self")
    mark(manager, meeting, item, verdict="broken")
    path = f"/inspections/{meeting['id']}/items/{item}"
    noted = manager.post(f"{path}/finding", owner="teller1", due=meeting["day"], text="补工号牌")
    of_item = next(i for i in noted["items"] if i["id"] == item)
    assert (of_item["finding"]["owner"], of_item["finding"]["settled_at"]) == ("teller1", None)
    settled = Caller(server, "head").post(f"{path}/settle", note="已补戴")
    of_item = next(i for i in settled["items"] if i["id"] == item)
    assert of_item["finding"]["settled_at"]


def test_an_action_takes_a_finding_up_and_is_due_in_its_place(
    server: Server, manager: Caller, meeting: Any
) -> None:
    item = an_item(manager, meeting, "self")
    mark(manager, meeting, item, verdict="broken")
    path = f"/inspections/{meeting['id']}/items/{item}"
    head = Caller(server, "head", "--name", "Wang")
    head.post(f"{path}/finding", owner="Wang", due=meeting["day"])
    (task,) = head.get("/due")["tasks"]
    assert (task["noun"], task["item"], task["why"]) == ("finding", item, ["today"])
    assert task["title"]["zh"] == words_of_standard(manager, item)
    assert head.get("/due/count") == {"n": 1, "late": 0}
    origin = {"source": "inspection", "source_id": meeting["id"], "standard": item}
    action = head.post("/actions", title="x", due=meeting["day"], owner="Wang", **origin)["id"]
    (task,) = head.get("/due")["tasks"]
    assert (task["noun"], task["id"]) == ("action", action)
    other = head.post("/actions", title="y", due=meeting["day"])
    linked = manager.post(f"{path}/link", action=other["id"])
    of_item = next(i for i in linked["items"] if i["id"] == item)
    assert of_item["finding"]["action"] == other["id"]
    assert Caller(server, "teller").ask("POST", f"{path}/link", json={}).status_code == 403


def words_of_standard(manager: Caller, item: str) -> Any:
    standards = manager.get("/standards")["standards"]
    return next(one for one in standards if one["id"] == item)["content"]["zh"]
