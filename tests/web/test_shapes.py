"""The document names the fields that answers have, all of them and no others: types for scripts are made from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import requests
from conftest import Server

PATHS = {
    "/api/v1/hall": "/api/v1/hall",
    "/api/v1/today": "/api/v1/today",
    "/api/v1/advice": "/api/v1/advice",
    "/api/v1/services": "/api/v1/services",
    "/api/v1/counters": "/api/v1/counters",
    "/api/v1/appointments": "/api/v1/appointments",
    "/api/v1/tickets/{id}": "/api/v1/tickets/{ticket}",
    "/api/v1/boards/{id}": "/api/v1/boards/main",
    "/api/v1/boards/{id}/slides": "/api/v1/boards/main/slides",
}


def differences(doc: dict[str, Any], schema: dict[str, Any], value: Any, at: str) -> Iterator[str]:
    """Fields that the answer has and the document does not name, or the other way round."""
    if "$ref" in schema:
        schema = doc["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if value is None or "anyOf" in schema:
        real = [part for part in schema.get("anyOf", []) if part.get("type") != "null"]
        if value is not None and len(real) == 1:
            yield from differences(doc, real[0], value, at)
    elif "properties" in schema:
        named = schema["properties"]
        yield from (f"{at}.{key} is not named" for key in sorted(set(value) - set(named)))
        yield from (
            f"{at}.{key} is missing" for key in sorted(set(schema.get("required", ())) - set(value))
        )
        for key in set(value) & set(named):
            yield from differences(doc, named[key], value[key], f"{at}.{key}")
    elif schema.get("type") == "array":
        for each in value:
            yield from differences(doc, schema["items"], each, f"{at}[]")


def busy(server: Server) -> tuple[requests.Session, str]:
    """Somebody waits, is called, is served, missed the call; help and a break are asked for. A ticket in line."""
    staff = server.as_("admin")

    def post(path: str, body: dict[str, Any] | None = None) -> Any:
        answer = staff.post(f"{server.url}/api/v1/{path}", json=body, timeout=30)
        assert answer.ok, (path, answer.text)
        return answer.json()

    tickets = [post("tickets", {"service": "cash"}) for _ in range(5)]
    for counter in ("1", "2"):
        post(f"counters/{counter}/open")
        post(f"counters/{counter}/next")
    post("counters/1/start")
    post("counters/2/no-show")
    post("counters/2/next")
    post("help", {})
    post("counters/1/break")
    post(f"tickets/{tickets[-1]['id']}/move", {"place": "first"})
    return staff, tickets[-1]["id"]


def test_answers_have_the_fields_that_the_document_names(server: Server) -> None:
    staff, ticket = busy(server)
    doc = requests.get(f"{server.url}/api/v1/openapi.json", timeout=30).json()
    answers = {
        path: staff.get(server.url + asked.format(ticket=ticket), timeout=30)
        for path, asked in PATHS.items()
    }
    found = set[str]()
    for path, answer in answers.items():
        assert answer.status_code == 200, path
        schema = doc["paths"][path]["get"]["responses"]["200"]["content"]["application/json"][
            "schema"
        ]
        found |= {f"{path} {each}" for each in differences(doc, schema, answer.json(), "")}
    assert sorted(found) == []
    hall = answers["/api/v1/hall"].json()
    assert all(
        hall[part]
        for part in ("tickets", "counters", "alerts", "printers", "areas", "services", "missed")
    )
    assert answers["/api/v1/boards/{id}"].json()["calls"]
