"""Budgets: what they let through, what they remember, and that nobody pays for somebody else."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from app import Lobby
from lobby.branch.model import Branch
from web.budgets import DEPTH_MAX, KEYS_MAX, Budget, _budgets_of, depth

STEPS = st.lists(st.tuples(st.sampled_from("ab"), st.floats(0, 30)), max_size=200)


@given(STEPS, st.integers(1, 20), st.floats(1, 600))
def test_no_window_sees_more_than_the_amount_and_what_came_back(
    steps: Any, amount: int, per_s: float
) -> None:
    now = [0.0]
    budget = Budget(amount, per_s, lambda: now[0])
    taken: dict[str, list[float]] = {"a": [], "b": []}
    for key, pause in steps:
        now[0] += pause
        wait_s = budget.wait_s(key)
        assert budget.take(key) == wait_s
        if wait_s == 0:
            taken[key].append(now[0])
    for times in taken.values():
        for first, since in enumerate(times):
            for last in range(first, len(times)):
                assert last - first + 1 <= amount + (times[last] - since) * amount / per_s + 1e-6


def test_who_waits_as_long_as_told_is_let_in() -> None:
    now = [0.0]
    budget = Budget(2, 60, lambda: now[0])
    assert [budget.take("a") for _ in range(3)] == [0, 0, 30]
    now[0] += 30.001
    assert budget.take("a") == 0


def test_memory_is_bounded() -> None:
    budget = Budget(1, 60)
    for n in range(KEYS_MAX + 50):
        budget.take(str(n))
    assert len(budget._tokens) == KEYS_MAX


DOCUMENTS = st.recursive(
    st.none() | st.text() | st.integers(),
    lambda more: st.lists(more) | st.dictionaries(st.text(), more),
)


def nesting(value: Any) -> int:
    inner = (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    )
    return 0 if inner is None else 1 + max((nesting(one) for one in inner), default=0)


@given(DOCUMENTS)
def test_depth_is_that_of_the_document(value: Any) -> None:
    found = depth(json.dumps(value).encode())
    assert found == nesting(value) or (found == 1 and nesting(value) <= DEPTH_MAX)


@given(st.binary())
def test_any_body_has_a_depth(body: bytes) -> None:
    assert depth(body) >= 0


SPANS = {60: "a minute", 600: "in ten minutes", 3600: "an hour"}


def test_each_budget_stands_in_the_docs_as_it_is(branch: Branch) -> None:
    """In the order in which the code has them."""
    section = (ROOT / "docs" / "security.md").read_text().split("## Budgets")[1].split("\n## ")[0]
    told = [
        row.split(" | ")[2]
        for row in section.splitlines()
        if row.startswith("| ") and "---" not in row
    ][1:]
    have = vars(_budgets_of(branch.budgets)).values()
    named = [f"{budget._amount} {SPANS[round(budget._amount / budget._rate)]}" for budget in have]
    assert [row.split(";")[0] for row in told[: len(named)]] == named


# -- over HTTP ------------------------------------------------------------------------------------------
def bearer(lobby: Lobby, role: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {lobby.access.create_token(role)}"}


def until_refused(post: Any, most: int = 200) -> tuple[int, Any]:
    """How often it was let through, and the refusal."""
    for n in range(most):
        answer = post()
        if answer.status_code == 429:
            return n, answer
    raise AssertionError("never refused")


def test_a_kiosk_gives_so_many_numbers_a_minute_and_another_goes_on(lobby: Lobby) -> None:
    client = lobby.app.test_client()
    one = bearer(lobby, "kiosk")
    other = bearer(lobby, "kiosk")
    body = {"service": "cash"}
    count, refused = until_refused(lambda: client.post("/api/v1/tickets", json=body, headers=one))
    assert 60 <= count < 70
    assert int(refused.headers["Retry-After"]) >= 1
    assert refused.json["code"] == "too_many"
    assert "请" in refused.json["detail"]
    assert client.post("/api/v1/tickets", json=body, headers=other).status_code == 201
    assert (
        client.post("/api/v1/tickets", json=body, headers=bearer(lobby, "manager")).status_code
        == 201
    )


def test_a_kiosk_calls_for_help_so_often_and_another_goes_on(lobby: Lobby) -> None:
    client, one, other = lobby.app.test_client(), bearer(lobby, "kiosk"), bearer(lobby, "kiosk")
    count, _ = until_refused(lambda: client.post("/api/v1/help", json={}, headers=one))
    assert count == 6
    assert client.post("/api/v1/help", json={}, headers=other).status_code == 201


def test_codes_are_not_guessed_and_right_ones_cost_nothing(lobby: Lobby) -> None:
    client = lobby.app.test_client()
    kiosk = bearer(lobby, "kiosk")

    def wrong():
        return client.post("/api/v1/appointments/check-in", json={"code": "000000"}, headers=kiosk)

    count, _ = until_refused(wrong)
    assert count == 10
    read = client.post("/api/v1/identify", json={"customer": "000001"}, headers=kiosk)
    assert read.status_code == 429, "the reader is no way round it"


def test_a_holder_moves_others_about_so_often_only(lobby: Lobby) -> None:
    client = lobby.app.test_client()
    mine, other = (client.post("/api/v1/tickets", json={"service": "cash"}).json for _ in range(2))

    def let_pass(ticket: Any) -> Any:
        token = ticket["links"]["status"].rpartition("/")[2]
        return client.post(
            f"/api/v1/tickets/{ticket['id']}/yield?token={token}", json={"places": 1}
        )

    count, _ = until_refused(lambda: let_pass(mine))
    assert count == 10
    assert let_pass(other).status_code == 200
    token = mine["links"]["status"].rpartition("/")[2]
    for act in ("cancel", "redraw"):
        refused = client.post(f"/api/v1/tickets/{mine['id']}/{act}?token={token}")
        assert refused.status_code == 429, "one budget for all that a holder does"
    assert (
        client.post(
            f"/api/v1/tickets/{mine['id']}/cancel", headers=bearer(lobby, "manager")
        ).status_code
        == 200
    )


def test_forged_links_are_counted_and_true_ones_never_held_up(lobby: Lobby) -> None:
    client = lobby.app.test_client()
    ticket = client.post("/api/v1/tickets", json={"service": "cash"}).json
    count, _ = until_refused(lambda: client.post("/api/v1/feedback/forged", json={"score": 1}))
    assert count == 30
    true = ticket["links"]["feedback"].rpartition("/")[2]
    assert (
        client.post(f"/api/v1/feedback/{true}", json={"score": 1}).json["code"] == "feedback_early"
    )


@pytest.mark.parametrize("page", ["t", "f", "a", "qr"])
def test_guesses_of_links_on_pages_are_counted_and_true_ones_are_not(
    lobby: Lobby, page: str
) -> None:
    client = lobby.app.test_client()
    ticket = client.post("/api/v1/tickets", json={"service": "cash"}).json
    code = lobby.runtime.branch.code
    forged = "/qr/forged.svg" if page == "qr" else f"/{code}/{page}/forged"
    count, _ = until_refused(lambda: client.get(forged))
    assert count == 30
    for true in ticket["links"].values():
        assert client.get(urlsplit(true).path).status_code == 200


def test_one_browser_books_a_few_and_the_next_is_not_hurt(lobby: Lobby) -> None:
    def browser() -> Any:
        client = lobby.app.test_client()
        page = client.get("/book").text
        token = page.split('csrf-token" content="')[1].split('"')[0]
        body = {"service": "cards", "at": "2026-01-01T00:00:00Z"}
        return lambda: client.post(
            "/api/v1/appointments", json=body, headers={"X-CSRFToken": token}
        )

    count, _ = until_refused(browser())
    assert count == 5
    assert browser()().status_code != 429


def test_a_body_too_deep_and_a_query_too_long_are_refused_before_they_are_read(
    lobby: Lobby,
) -> None:
    client = lobby.app.test_client()
    deep = client.post("/api/v1/tickets", data=b"[" * 30_000, content_type="application/json")
    assert (deep.status_code, deep.json["code"]) == (422, "too_deep")
    assert client.get("/api/v1/services?" + "a" * 1025).status_code == 414


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16", "utf-32-be"])
@pytest.mark.parametrize("path", ["/api/v1/tickets", "/api/v1/feedback/x"])
def test_no_encoding_hides_how_deep_a_body_is(lobby: Lobby, path: str, encoding: str) -> None:
    """In UTF-16 the letter U+0122 has the byte of a quotation mark: what follows it looks like a text."""
    deep = '["\u0122", ' + "[" * 3000 + "]" * 3000 + ', "\u0122"]'
    body = deep.encode(encoding)
    answer = lobby.app.test_client().post(path, data=body, content_type="application/json")
    assert answer.status_code in (400, 404, 422), answer.status_code
