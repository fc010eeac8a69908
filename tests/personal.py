"""A branch in which something personal is written down of every noun, each under words that can be looked for."""

from __future__ import annotations

import base64
import io
from datetime import UTC, datetime, timedelta
from typing import Any

from PIL import Image

from app import Lobby

STAFF = ("teller", "manager", "admin", "head", "office", "inspector")


class Asker:
    """One role at the branch's API and pages, with a token; "" is nobody."""

    def __init__(self, lobby: Lobby, role: str) -> None:
        self.posts = 0
        self.client = lobby.app.test_client()
        self.headers = {"Accept-Language": "en"}
        if role:
            token = lobby.access.create_token(role, name=f"{role}-1" if role in STAFF else None)
            self.headers["Authorization"] = f"Bearer {token}"

    def ask(self, method: str, path: str, **options: Any) -> Any:
        return self.client.open(path, method=method, headers=self.headers, **options)

    def post(self, path: str, **body: Any) -> Any:
        self.posts += 1
        key = {"Idempotency-Key": f"{path} {self.posts}"[-100:]}
        answer = self.client.post(f"/api/v1{path}", json=body, headers={**self.headers, **key})
        assert answer.status_code < 300, (path, answer.text)
        return answer.json if answer.is_json else None


def something_personal(lobby: Lobby, askers: dict[str, Asker]) -> dict[str, list[str]]:
    """Things of every noun that have something personal: their ids by the noun of the path."""
    manager, head, teller = askers["manager"], askers["head"], askers["teller"]
    case = manager.post(
        "/cases",
        channel="letter",
        complainant="complainant Nymphaea",
        contact="13900004444",
        text="the letter of Nymphaea",
    )
    secret = head.post(
        "/cases",
        channel="letter",
        complainant="complainant Secret",
        reference="2026-SECRET",
        confidential=True,
    )
    ticket = _low_card(lobby, manager)
    [of_card] = _case_of_card(head)
    due = (lobby.runtime.branch.day_of(lobby.runtime.clock()) + timedelta(days=9)).isoformat()
    action = manager.post("/actions", title="queue", due=due, whys=["whys of Nymphaea"])
    loan = manager.post("/loans", thing="glasses", borrower="borrower Nymphaea")
    visit = manager.post(
        "/visits",
        at=(datetime.now(UTC) + timedelta(hours=3)).isoformat(),
        service="cash",
        needs=["disabled"],
        name="visitor Nymphaea",
    )
    note = manager.post("/notes", words="note for the next shift")
    incident = teller.post("/incidents", what="incident of Nymphaea")
    inspection, item = _inspection(manager)
    return {
        "cases": [case["id"], secret["id"], of_card],
        "tickets": [ticket],
        "actions": [action["id"]],
        "loans": [loan["id"]],
        "visits": [visit["id"]],
        "notes": [note["id"]],
        "incidents": [incident["id"]],
        "inspections": [inspection],
        "items": [item],
        "cards": [ticket],
    }


def _low_card(lobby: Lobby, manager: Asker) -> str:
    ticket: str = manager.post("/tickets", service="cash")["id"]
    manager.post("/counters/1/open")
    for verb in ("next", "start", "finish"):
        manager.post(f"/counters/1/{verb}")
    token = lobby.runtime.links.tickets.of(ticket)
    card = {"score": 1, "text": "the card of Nymphaea"}
    answer = lobby.app.test_client().post(f"/api/v1/feedback/{token}", json=card)
    assert answer.status_code == 201, answer.text
    return ticket


def _case_of_card(head: Asker) -> list[str]:
    listed = head.ask("GET", "/api/v1/cases?channel=card").json["cases"]
    return [case["id"] for case in listed]


def _inspection(manager: Asker) -> tuple[str, str]:
    """A round with a note and a photo."""
    begun = manager.post("/inspections", occasion="round")
    item = begun["items"][0]["id"]
    picture = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(picture, "PNG")
    image = base64.b64encode(picture.getvalue()).decode()
    mark = {"side": "self", "verdict": "broken", "note": "badge of Nymphaea", "image": image}
    manager.post(f"/inspections/{begun['id']}/items/{item}/mark", **mark)
    return begun["id"], item
