"""The first page and the way from the sign-in: nobody is led to a page that is closed to their role."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from app import Lobby
from web.access import ACCOUNT_ROLES


def signed_in(lobby: Lobby, role: str, counter: str | None) -> FlaskClient:
    lobby.access.create_account("li", "a long word of mine", role, counter)
    client = lobby.app.test_client()
    with client.session_transaction() as cookie:
        cookie["id"] = lobby.access.open_session("li", "127.0.0.1")
    return client


def links(client: FlaskClient) -> list[str]:
    """Where the first page leads to, without its parts' own links."""
    return re.findall(r'class="card way[^"]*" href="([^"]+)"', client.get("/").text)


@pytest.mark.parametrize("role", ACCOUNT_ROLES)
@pytest.mark.parametrize("counter", [None, "2"])
def test_every_link_opens_for_who_is_signed_in(
    lobby: Lobby, role: str, counter: str | None
) -> None:
    client = signed_in(lobby, role, counter)
    statuses = {link: client.get(link, follow_redirects=True).status_code for link in links(client)}
    assert set(statuses.values()) == {200}
    assert "/account" in statuses


@pytest.mark.parametrize("role", ["head", "office", "inspector"])
def test_who_reads_alone_begins_with_the_bulletin(lobby: Lobby, role: str) -> None:
    client = signed_in(lobby, role, None)
    answer = client.get("/desk", follow_redirects=True)
    assert (answer.status_code, answer.request.path) == (200, "/desk/bulletin")


def test_a_bound_teller_sees_the_own_counter(lobby: Lobby) -> None:
    client = signed_in(lobby, "teller", "2")
    assert [link for link in links(client) if "counter" in link and "desk" in link] == [
        "/desk/counter/2"
    ]


def test_who_is_not_signed_in_sees_all_ways(lobby: Lobby) -> None:
    assert {"/desk/hall", "/desk/people", "/desk/counter/1"} <= set(links(lobby.app.test_client()))


def desk_links(client: FlaskClient, page: str) -> set[str]:
    """The pages of staff that a page leads to."""
    text = client.get(page, follow_redirects=True).text
    return set(re.findall(r'href="(/desk/[a-z]+(?:/\d+)?)"', text))


@pytest.mark.parametrize("role", ACCOUNT_ROLES)
def test_work_leads_to_the_service_loop_in_one_touch_and_back(lobby: Lobby, role: str) -> None:
    client = signed_in(lobby, role, "2")
    work = client.get("/desk", follow_redirects=True).request.path
    ways = desk_links(client, work) - {work}
    assert {link: client.get(link).status_code for link in ways} == dict.fromkeys(ways, 200)
    assert "/desk/due" in ways
    assert role == "teller" or {"/desk/bulletin", "/desk/actions"} <= ways | {work}
    assert work in desk_links(client, "/desk/due")
