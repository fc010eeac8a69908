"""The feedback card as a plain form, sent by a phone without script: the rules of the API, answered by pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from conftest import Clock
from flask.testing import FlaskClient

from app import Lobby, open_lobby
from kiosk.phone.api import FeedbackBody
from lobby.branch.model import Branch

WHOLE = {
    "score": "2",
    "reasons": ["waiting", "procedure"],
    "text": "久等",
    "contact": "13800138000",
    "consent": "on",
}
WORDS = {
    "given": {"zh": "已经提交过", "en": "handed in this card already", "ko": "이미 제출"},
    "early": {"zh": "开始办理后", "en": "once your service has begun", "ko": "처리가 시작되면"},
    "score": {"zh": "点选一个表情", "en": "one of the five faces", "ko": "다섯 표정"},
}
LANGS = ("zh", "en", "ko")
Send = Callable[..., Any]


@pytest.fixture
def phone(lobby: Lobby) -> FlaskClient:
    return lobby.app.test_client()


def ticket(lobby: Lobby, *, serving: bool = True) -> Any:
    clerk = lobby.app.test_client()
    drawn = clerk.post("/api/v1/tickets", json={"service": "cash"}).json
    manager = {"Authorization": f"Bearer {lobby.access.create_token('manager')}"}
    if serving:
        for verb, body in (("open", {}), ("call", {"ticket": drawn["id"]}), ("start", {})):
            assert (
                clerk.post(f"/api/v1/counters/1/{verb}", json=body, headers=manager).status_code
                < 300
            )
    return drawn


def card_of(ticket: Any) -> str:
    return urlsplit(ticket["links"]["feedback"]).path


def send(phone: FlaskClient, path: str, card: dict[str, Any], lang: str = "zh") -> Any:
    """Load the page, and send its form as a browser does: where it leads, with what it hides."""
    page = phone.get(f"{path}?lang={lang}").text
    form = re.search(r'<form class="card" id="card" method="post" action="([^"]+)"', page)
    hidden = re.search(r'<input type="hidden" name="csrf_token" value="([^"]+)"', page)
    assert form
    assert hidden
    return phone.post(form[1].partition("#")[0], data={"csrf_token": hidden[1], **card})


def shows(page: str, id: str) -> bool:
    start = re.search(rf'<\w+[^>]* id="{id}"[^>]*>', page)
    return start is not None and not start[0].endswith(" hidden>")


def test_a_card_is_taken_whole_and_thanked_for(lobby: Lobby, phone: FlaskClient) -> None:
    mine = ticket(lobby)
    answer = send(phone, card_of(mine), WHOLE | {"text": "久等\r\n很久"})
    assert answer.status_code == 303
    page = phone.get(answer.headers["Location"]).text
    assert shows(page, "thanks")
    assert not shows(page, "card")
    with lobby.runtime.writer.published() as state:
        given = state.feedback[mine["id"]]
    assert (given.score, given.reasons) == (2, ("waiting", "procedure"))
    reveal = lobby.runtime.subject_keys.reveal
    assert (reveal(given.text), reveal(given.contact), given.consent) == (
        "久等\n很久",
        "13800138000",
        True,
    )


def filled(page: str) -> dict[str, str]:
    """Every field of the page's card, filled in as its kind allows."""
    form = page.partition('id="card" method="post"')[2].partition("</form>")[0]
    tags = re.findall(r"<(?:input|textarea)\b[^>]*>", form)
    fields = [dict(re.findall(r'([\w-]+)="([^"]*)"', tag)) for tag in tags]
    default = {"checkbox": "on"}
    return {
        field["name"]: field.get("value") or default.get(field.get("type", ""), "words")
        for field in fields
        if field.get("type") != "hidden"
    }


def test_every_field_of_the_card_reaches_the_journal(lobby: Lobby, phone: FlaskClient) -> None:
    mine = ticket(lobby)
    card = filled(phone.get(card_of(mine)).text)
    assert card.keys() == FeedbackBody.model_fields.keys()
    assert send(phone, card_of(mine), card).status_code == 303
    with lobby.runtime.writer.published() as state:
        given = state.feedback[mine["id"]]
    assert all(getattr(given, name) for name in FeedbackBody.model_fields)


@pytest.mark.parametrize("lang", LANGS)
def test_a_second_card_is_refused_in_words(lobby: Lobby, phone: FlaskClient, lang: str) -> None:
    path = card_of(ticket(lobby))
    send(phone, path, WHOLE)
    answer = send(phone, path, WHOLE, lang)
    assert answer.status_code == 409
    assert WORDS["given"][lang] in answer.text
    assert shows(answer.text, "thanks")


@pytest.mark.parametrize("lang", LANGS)
def test_a_card_before_service_is_refused_and_kept(
    lobby: Lobby, phone: FlaskClient, lang: str
) -> None:
    answer = send(phone, card_of(ticket(lobby, serving=False)), WHOLE, lang)
    assert answer.status_code == 409
    assert WORDS["early"][lang] in answer.text
    assert shows(answer.text, "card")
    assert "久等" in answer.text


@pytest.mark.parametrize("lang", LANGS)
def test_a_card_without_a_score_names_it_and_keeps_what_was_typed(
    lobby: Lobby, phone: FlaskClient, lang: str
) -> None:
    typed = {key: value for key, value in WHOLE.items() if key != "score"}
    answer = send(phone, card_of(ticket(lobby)), typed, lang)
    assert answer.status_code == 422
    assert shows(answer.text, "refused")
    assert WORDS["score"][lang] in answer.text
    assert ">久等</textarea>" in answer.text
    assert 'value="13800138000"' in answer.text
    for kept in ('name="reasons" value="waiting" checked', 'name="consent" checked'):
        assert kept in answer.text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("score", wrong) for wrong in ("", "0", "6", "x", "²", "9" * 5000)],
        ("text", "a" * 1001),
        ("contact", "1" * 101),
        ("contact", "12"),
        ("reasons", ["ransom"]),
    ],
)
def test_a_field_that_does_not_fit_is_named(
    lobby: Lobby, phone: FlaskClient, field: str, value: Any
) -> None:
    answer = send(phone, card_of(ticket(lobby)), WHOLE | {field: value}, "en")
    assert answer.status_code == 422
    said = {
        "score": "faces",
        "text": "Your text is",
        "contact": "telephone number",
        "reasons": "from the list",
    }
    assert said[field] in answer.text


def test_a_full_text_of_many_lines_fits(lobby: Lobby, phone: FlaskClient) -> None:
    """A form's line ends in two signs; the page's own limit counts one."""
    answer = send(phone, card_of(ticket(lobby)), WHOLE | {"text": "a\r\n" * 500})
    assert answer.status_code == 303


def test_a_forged_link_is_nobodys_and_counted(lobby: Lobby) -> None:
    phone = lobby.app.test_client(use_cookies=False)
    html = {"Accept": "text/html"}
    statuses = [
        phone.post("/4403/f/forged", data=WHOLE, headers=html).status_code for _ in range(31)
    ]
    assert statuses == [404] * 30 + [429]
    assert phone.post("/api/v1/feedback/forged", json={"score": 1}).status_code == 429, (
        "one budget for both"
    )
    assert send(phone, card_of(ticket(lobby)), WHOLE).status_code == 303


@pytest.mark.parametrize("path", ["/4403/f/{}", "/api/v1/feedback/{}"])
def test_an_appointments_link_opens_no_card(lobby: Lobby, phone: FlaskClient, path: str) -> None:
    token = lobby.runtime.links.appointments.of("0" * 16)
    sent = {"json": {"score": 1}} if "api" in path else {"data": WHOLE}
    assert phone.post(path.format(token), **sent).status_code == 404


def test_no_other_page_hands_in_a_card(lobby: Lobby, phone: FlaskClient) -> None:
    path = card_of(ticket(lobby))
    foreign = phone.post(path, data=WHOLE, headers={"Sec-Fetch-Site": "cross-site"})
    phone.get(path)
    without = phone.post(path, data=WHOLE)
    assert (foreign.status_code, without.status_code) == (403, 400)
    assert send(phone, path, WHOLE).status_code == 303


def test_a_phone_that_keeps_no_cookie_hands_in_its_card(lobby: Lobby) -> None:
    phone = lobby.app.test_client(use_cookies=False)
    assert send(phone, card_of(ticket(lobby)), WHOLE).status_code == 303


def test_a_card_after_its_days_reads_that_it_is_closed(
    branch: Branch, tmp_path: Path, clock: Clock
) -> None:
    """Also where its page was loaded in time; no link of the branch's own is unknown."""
    lobby = open_lobby(branch, tmp_path, "http://lobby.test", loopback=True, demo=True, clock=clock)
    lobby.runtime.writer.notify = lobby.runtime.writer.pump
    phone = lobby.app.test_client()
    path = card_of(ticket(lobby))
    page = phone.get(f"{path}?lang=en").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    clock.forward(days=branch.rules.feedback_days + 1)
    answer = phone.post(f"{path}?lang=en", data={"csrf_token": token, **WHOLE})
    lobby.close()
    assert answer.status_code == 404
    assert "The feedback card is closed" in answer.text
