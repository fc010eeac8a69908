"""The administrator's page: who is there, and what is done to a row is done at once."""

from __future__ import annotations

import re
from typing import Any

import pytest

from app import Lobby

PASSWORD = "four tall cranes"


class Admin:
    """An administrator's browser at /desk/people."""

    def __init__(self, lobby: Lobby) -> None:
        self._client = lobby.app.test_client()
        self._client.post("/signin", data={"name": "admin", "password": "lobby-demo"})

    def page(self) -> str:
        return self._client.get("/desk/people").text

    def post(self, what: str, **form: str) -> Any:
        form["csrf_token"] = self.page().split('csrf-token" content="')[1].split('"')[0]
        return self._client.post(f"/desk/people/{what}", data=form)

    def makes(self, name: str, password: str = PASSWORD) -> int:
        status: int = self.post(
            "accounts", name=name, password=password, role="teller", counter="2"
        ).status_code
        return status


@pytest.fixture
def admin(lobby: Lobby) -> Admin:
    return Admin(lobby)


@pytest.mark.parametrize("act", ["disable", "remove"])
def test_an_account_is_made_and_its_owner_is_out_when_it_ends(
    lobby: Lobby, admin: Admin, act: str
) -> None:
    assert admin.makes("li") == 303
    assert "li" in admin.page()
    owner = lobby.app.test_client()
    assert owner.post("/signin", data={"name": "li", "password": PASSWORD}).status_code == 302
    assert owner.get("/api/v1/hall").status_code == 200
    assert admin.post(f"account/{act}", id="li").status_code == 303
    assert owner.get("/api/v1/hall").status_code == 401
    assert owner.post("/signin", data={"name": "li", "password": PASSWORD}).status_code in (
        400,
        422,
    )


def test_one_session_is_ended_and_the_others_go_on(lobby: Lobby, admin: Admin) -> None:
    admin.makes("li")
    here, there = lobby.app.test_client(), lobby.app.test_client()
    for browser in (here, there):
        browser.post("/signin", data={"name": "li", "password": PASSWORD})
    newest = max(
        (one for one in lobby.access.sessions() if one.account == "li"),
        key=lambda one: one.created_at,
    )
    assert newest.id in admin.page()
    assert admin.post("session/end", id=newest.id).status_code == 303
    assert sorted(browser.get("/api/v1/hall").status_code for browser in (here, there)) == [
        200,
        401,
    ]
    assert admin.post("session/end", id=newest.id).status_code == 409, "gone already"


def test_a_token_is_shut_opened_and_revoked(lobby: Lobby, admin: Admin) -> None:
    headers = {"Authorization": f"Bearer {lobby.access.create_token('office', name='province')}"}
    client = lobby.app.test_client()

    def status() -> int:
        return client.get("/api/v1/hall", headers=headers).status_code

    assert "province" in admin.page()
    told = []
    for act in ("disable", "enable", "revoke"):
        assert admin.post(f"token/{act}", id="province").status_code == 303
        told.append(status())
    assert told == [401, 200, 401]


def test_nobody_shuts_out_oneself_and_no_rule_of_names_and_passwords_is_left_out(
    admin: Admin,
) -> None:
    for act in ("disable", "remove", "no-totp"):
        assert admin.post(f"account/{act}", id="admin").status_code == 409
    assert admin.makes("li", "password1234") == 422
    assert admin.makes("a/b") == 422
    assert admin.post("account/promote", id="teller1").status_code == 404
    assert "admin" in admin.page()


def test_the_page_is_the_administrators_alone(lobby: Lobby) -> None:
    manager = lobby.app.test_client()
    manager.post("/signin", data={"name": "manager", "password": "lobby-demo"})
    assert manager.get("/desk/people").status_code == 403
    assert lobby.app.test_client().get("/desk/people").location.startswith("/signin")


def test_a_token_for_another_system_is_shown_once_and_ends_when_it_is_revoked(
    lobby: Lobby, admin: Admin
) -> None:
    made = admin.post("tokens", name="wall monitor", role="monitor", days="30")
    secret = re.search(r"<code>(lobby_[^<]+)</code>", made.text)
    assert secret
    assert secret[1] not in admin.page()
    assert "wall monitor" in admin.page()
    bearer = {"Authorization": f"Bearer {secret[1]}"}
    program = lobby.app.test_client()
    assert program.get("/metrics", headers=bearer).status_code == 200
    assert program.get("/api/v1/hall", headers=bearer).status_code == 403
    token = next(one for one in lobby.access.tokens() if one.name == "wall monitor")
    assert admin.post("token/revoke", id=token.id).status_code == 303
    assert program.get("/metrics", headers=bearer).status_code == 401


@pytest.mark.parametrize(
    "form",
    [
        {"role": "kiosk"},
        {"role": "root"},
        {"days": "0"},
        {"days": "x"},
        {"days": "99999"},
        {"days": "9" * 5000},
    ],
)
def test_a_token_that_does_not_fit_is_not_made(
    lobby: Lobby, admin: Admin, form: dict[str, str]
) -> None:
    wish = {"name": "x1", "role": "monitor", "days": "30", **form}
    assert admin.post("tokens", **wish).status_code == 422
    assert not [one for one in lobby.access.tokens() if one.name == "x1"]
