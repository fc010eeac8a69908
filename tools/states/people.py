"""People and devices: the own account, the second factor, the lock, a device's code, the administrator's page."""

from __future__ import annotations

import secrets

from playwright.sync_api import Page

from states.entrance import NIGHT
from states.lobby import PASSWORD, Lobby, empty
from states.state import ENTRANCE, State, Surface

PEOPLE = Surface((1180, 820), "#accounts")
SCREEN = Surface((1080, 1920), "#keypad:not([hidden])", narrow=True)
ALERT = "[role=alert]"


def lock(page: Page, lobby: Lobby) -> None:
    """Locks the screen as the page itself does after a while."""
    page.evaluate(
        """async () => {
          const headers = {"X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content};
          await fetch("/lock", {method: "POST", headers});
          location.assign(`/lock?lang=${document.body.dataset.lang}`);
        }"""
    )
    page.wait_for_url("**/lock*")


def lock_and_fail(page: Page, lobby: Lobby) -> None:
    lock(page, lobby)
    page.fill("[name=secret]", "8264")
    with page.expect_navigation():
        page.click("button.primary")


def weak_password(page: Page, lobby: Lobby) -> None:
    form = "form[action='/account/password']"
    page.fill(f"{form} [name=password]", PASSWORD)
    page.fill(f"{form} [name=fresh]", "password1234")
    page.fill(f"{form} [name=again]", "password1234")
    with page.expect_navigation():
        page.click(f"{form} button")


def wrong_code(page: Page, lobby: Lobby) -> None:
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=code]", "000000")
    page.click("button.primary")


def wrong_device_code(page: Page, lobby: Lobby) -> None:
    for digit in "12345678":
        page.click(f"[data-digit='{digit}']")
    page.click("#keypad .primary")


def make_a_code(page: Page, lobby: Lobby) -> None:
    page.click(".enrol button")


def open_a_menu(page: Page, lobby: Lobby) -> None:
    page.click("#accounts ~ .rows li:nth-child(2) summary")


def open_the_form(page: Page, lobby: Lobby) -> None:
    page.click(".new summary")


def make_a_token(page: Page, lobby: Lobby) -> None:
    """Its name is another one each time; digits, for letters could be read as words of no catalogue."""
    page.click("#devices ~ .new summary")
    page.fill("#devices ~ .new [name=name]", f"monitor {secrets.randbelow(10**6)}")
    page.click("#devices ~ .new button.primary")


TELLER = {"account": "teller2"}
MANAGER = {"account": "manager"}
ADMIN = {"account": "admin"}
STATES = [
    State("account", ENTRANCE, "/account", scene=empty, **TELLER),
    State("account-weak", ENTRANCE, "/account", ALERT, weak_password, empty, **TELLER),
    State("account-dark", ENTRANCE, "/account", scene=empty, context=NIGHT, **TELLER),
    State("totp", ENTRANCE, "/account/totp", ".qr", scene=empty, **MANAGER),
    State("totp-wrong", ENTRANCE, "/account/totp", ALERT, wrong_code, empty, **MANAGER),
    State(
        "lock", ENTRANCE, "/account", "[name=secret]", lock, empty, spoils_session=True, **TELLER
    ),
    State(
        "lock-wrong",
        ENTRANCE,
        "/account",
        ALERT,
        lock_and_fail,
        empty,
        spoils_session=True,
        **TELLER,
    ),
    State("device", SCREEN, "/device", scene=empty),
    State("device-wrong", SCREEN, "/device", ALERT, wrong_device_code, empty),
    State("people", PEOPLE, "/desk/people", scene=empty, **ADMIN),
    State("people-code", PEOPLE, "/desk/people", ".code", make_a_code, empty, **ADMIN),
    State(
        "people-menu", PEOPLE, "/desk/people", "details[open] .menu", open_a_menu, empty, **ADMIN
    ),
    State(
        "people-token", PEOPLE, "/desk/people", ".secret", make_a_token, empty, spends=True, **ADMIN
    ),
    State("people-form", PEOPLE, "/desk/people", ".new[open]", open_the_form, empty, **ADMIN),
]
