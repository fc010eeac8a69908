"""No route is open by oversight: each says who may use it, or that everybody may; and nobody is led away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import Lobby, open_lobby
from lobby.branch.model import Branch
from web.access import ROLES
from web.paths import own_path
from web.roles import GRANTS, UnmarkedView, seal

HOSTS = (
    "evil.example",
    "/evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "@evil.example",
    ".evil.example",
)
FOREIGN = [
    ("Sec-Fetch-Site", "cross-site"),
    ("Sec-Fetch-Site", "same-site"),
    ("Origin", "http://evil.example"),
    ("Origin", "null"),
]
MODULES = re.compile(r'<script type="module" src="([^"]+)"')
BREAKERS = st.sampled_from(
    [
        "/",
        "\\",
        "%2f",
        "%5C",
        "\t",
        "\n",
        "\r",
        " ",
        "..",
        ";",
        "#",
        "?",
        ":",
        "@",
        "\u3002",
        "\x00",
        "a",
    ]
)


def test_every_route_says_who_may_use_it(lobby: Lobby) -> None:
    for rule in lobby.app.url_map.iter_rules():
        assert hasattr(lobby.app.view_functions[rule.endpoint], "needs"), rule


def test_a_view_that_does_not_say_it_is_refused_at_start(lobby: Lobby) -> None:
    lobby.app.add_url_rule("/forgotten", "forgotten", lambda: "open")
    with pytest.raises(UnmarkedView, match="forgotten"):
        seal(lobby.app)


# -- where a page leads --------------------------------------------------------------------------------
@given(st.lists(BREAKERS, max_size=6).map("".join), st.sampled_from(HOSTS), st.text(max_size=5))
def test_next_leads_to_own_paths_only(head: str, host: str, tail: str) -> None:
    for wish in (head + host + tail, "/" + head + host, f"http:{head}{host}", f"/{head}/{host}"):
        led = urlsplit(urljoin("http://lobby.test/signin", own_path(wish, "/desk")))
        assert (led.scheme, led.netloc) == ("http", "lobby.test"), wish
        assert not led.path.startswith("//")


@given(st.text())
def test_next_is_a_plain_path(wish: str) -> None:
    led = own_path(wish, "/desk")
    assert led.isascii()
    assert led.isprintable()
    assert not {"\\", "%", "#", ":"} & set(led)


@pytest.mark.parametrize(
    "path",
    ["/desk/hall", "/desk/counter/1", "/kiosk", "/board/main", "/printer", "/", "/desk?lang=en"],
)
def test_next_leads_to_every_page_of_ours(path: str) -> None:
    assert own_path(path, "/desk") == path


# -- the virtual printer's paper ------------------------------------------------------------------------
@pytest.fixture
def real(branch: Branch, tmp_path: Path) -> Iterator[Lobby]:
    """No demo: this machine's devices sign in too."""
    opened = open_lobby(branch, tmp_path, "http://lobby.test", loopback=True)
    yield opened
    opened.close()


@pytest.mark.parametrize("role", [None, "kiosk", "board", "monitor"])
@pytest.mark.parametrize("path", ["/printer", "/printer/slip/1.png", "/api/v1/printers/slip/paper"])
def test_the_virtual_printers_paper_is_for_staff(real: Lobby, role: str | None, path: str) -> None:
    """Every customer's link stands on it."""
    headers = {"Authorization": f"Bearer {real.access.create_token(role)}"} if role else {}
    answer = real.app.test_client().get(path, headers=headers, base_url="http://localhost")
    assert answer.status_code in ((302, 401) if role is None else (302, 403))
    staff = {"Authorization": f"Bearer {real.access.create_token('teller')}"}
    answer = real.app.test_client().get(path, headers=staff, base_url="http://localhost")
    assert answer.status_code == (404 if path.endswith(".png") else 200), (
        "no slip has been printed yet"
    )


# -- what a browser sends by itself --------------------------------------------------------------------
def test_no_post_with_a_session_passes_without_its_token(lobby: Lobby) -> None:
    """Public views too: sign-in, the phone's card, a booking."""
    client = lobby.app.test_client()
    client.get("/book")
    posts = [rule for rule in lobby.app.url_map.iter_rules() if "POST" in rule.methods]
    assert len(posts) > 30
    for rule in posts:
        path = re.sub(r"<[^>]+>", "1", str(rule))
        assert client.post(path, json={}).status_code in (400, 401, 403), path


def test_no_act_of_staff_passes_without_its_token(lobby: Lobby) -> None:
    """Who is signed in as administrator may do everything: what refuses is the missing token alone."""
    client = lobby.app.test_client()
    assert (
        client.post("/signin", data={"name": "admin", "password": "lobby-demo"}).status_code == 302
    )
    assert client.get("/api/v1/hall").status_code == 200
    for rule in lobby.app.url_map.iter_rules():
        if "POST" in rule.methods:
            path = re.sub(r"<[^>]+>", "1", str(rule))
            assert client.post(path, json={}).status_code == 400, path
    assert client.get("/api/v1/hall").status_code == 200, "signed in to the end"


def test_another_site_makes_no_browser_act(lobby: Lobby) -> None:
    client = lobby.app.test_client()
    right = {"name": "manager", "password": "lobby-demo"}
    for name, value in FOREIGN:
        assert client.post("/api/v1/help", json={}, headers={name: value}).status_code == 403, value
        assert client.post("/signin", data=right, headers={name: value}).status_code == 403, value
    assert (
        client.post("/api/v1/help", json={}, headers={"Origin": "http://localhost"}).status_code
        == 201
    )
    assert (
        "Set-Cookie"
        not in client.get("/healthz?lang=en", headers={"Sec-Fetch-Site": "cross-site"}).headers
    )
    assert "lang=en" in client.get("/?lang=en").headers["Set-Cookie"]


# -- one gesture is one act ----------------------------------------------------------------------------
def test_every_page_loads_the_guard_before_its_own_scripts(lobby: Lobby) -> None:
    """A page that comes later too: what listens first decides whether a press counts."""
    client = lobby.app.test_client()
    ticket = client.post("/api/v1/tickets", json={"service": "cash"}).json
    asked = {
        str(rule)
        for rule in lobby.app.url_map.iter_rules()
        if "GET" in rule.methods and not rule.arguments
    }
    asked |= {f"/{kind}/{ticket['links']['status'].rpartition('/')[2]}" for kind in "tf"}
    asked |= {"/desk/counter/1", "/board/main", "/none"}
    client.post("/signin", data={"name": "admin", "password": "lobby-demo"})
    answers = [(path, client.get(path)) for path in sorted(asked)]
    pages = [
        (path, got.text)
        for path, got in answers
        if got.mimetype == "text/html" and not got.location
    ]
    without = [path for path, page in pages if MODULES.findall(page)[:1] != ["/static/guard.js"]]
    assert without == []
    acting = {path for path, page in pages if "<button" in page or "<form" in page}
    assert {
        "/kiosk",
        "/book",
        "/desk/hall",
        "/desk/counter/1",
        "/desk/people",
        "/desk/plan",
        "/account",
    } <= acting


# -- what is kept ---------------------------------------------------------------------------------------
def test_nothing_personal_is_kept_by_a_browser_or_proxy(lobby: Lobby) -> None:
    client = lobby.app.test_client()
    ticket = client.post("/api/v1/tickets", json={"service": "cash"}).json
    status, card = (f"/4403/{kind}/{ticket['links']['status'].rpartition('/')[2]}" for kind in "tf")
    for path in (
        status,
        card,
        "/book",
        "/signin",
        "/desk",
        "/kiosk",
        "/printer",
        "/api/v1/hall",
        "/api/v1/services",
        "/4403/t/x",
    ):
        assert client.get(path).headers["Cache-Control"] == "no-store", path
    with client.get("/static/tokens.css") as style:
        assert "no-store" not in style.headers["Cache-Control"]


def test_no_get_changes_anything(lobby: Lobby) -> None:
    with lobby.runtime.writer.published() as state:
        before = state.seq
    client = lobby.app.test_client()
    for rule in lobby.app.url_map.iter_rules():
        if "GET" in rule.methods and not rule.arguments:
            assert client.get(str(rule)).status_code < 500
    with lobby.runtime.writer.published() as state:
        assert state.seq == before


# -- who may use it ---------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def stubbed(branch: Branch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lobby]:
    """Every view does nothing: what is left is who may come to it."""
    lobby = open_lobby(
        branch, tmp_path_factory.mktemp("routes"), "http://lobby.test", loopback=True
    )
    views = lobby.app.view_functions
    for endpoint, view in list(views.items()):
        if hasattr(view, "needs"):
            views[endpoint] = stub(view)
    yield lobby
    lobby.close()


def stub(view: Any) -> Any:
    def nothing(**_: object) -> tuple[str, int]:
        return "", 204

    nothing.needs = view.needs  # type: ignore[attr-defined]
    return nothing


@pytest.mark.parametrize("role", [*ROLES, None])
def test_every_route_lets_those_in_who_may_and_nobody_else(
    stubbed: Lobby, role: str | None
) -> None:
    """A board's token comes to its own board alone."""
    token = (
        stubbed.access.create_token(role, board="main" if role == "board" else None) if role else ""
    )
    headers = {"Authorization": f"Bearer {token}"} if role else {}
    client = stubbed.app.test_client()
    wrong = []
    for path, method, grant in routes(stubbed):
        status = client.open(
            path, method=method, headers=headers, base_url="http://localhost"
        ).status_code
        if status != expected(role, grant):
            wrong.append(f"{method} {path}: {status}")
    assert wrong == []


def routes(lobby: Lobby) -> Iterator[tuple[str, str, str | None]]:
    views = lobby.app.view_functions
    for rule in lobby.app.url_map.iter_rules():
        view = views[rule.endpoint]
        if hasattr(view, "needs"):
            path = re.sub(
                r"<(?:int:)?(\w+)>",
                lambda part: "1" if part[0].startswith("<int") else "main",
                str(rule),
            )
            yield from ((path, method, view.needs) for method in rule.methods & {"GET", "POST"})


def expected(role: str | None, grant: str | None) -> int:
    if grant is None:
        return 204
    if role is None:
        return 401
    return 204 if role in GRANTS[grant] else 403
