"""Who may do and see what: every role at every route, and every personal word in every answer.

Who may ask for a route follows from its grant (web.roles). Which words an answer has is written down here, once:
a field that comes to another role fails."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from personal import STAFF, Asker, something_personal
from werkzeug.routing import Rule

from app import Lobby, open_lobby
from lobby.branch.model import Branch
from web.access import DEVICE_ROLES
from web.roles import GRANTS

ROLES = (*DEVICE_ROLES, *STAFF)
QUALITY = frozenset({"manager", "admin", "head", "office"})
CANARIES = {
    # What stands in a case, and what its customer said.
    "complainant Nymphaea": QUALITY | {"inspector"},
    "13900004444": QUALITY | {"inspector"},
    "the letter of Nymphaea": QUALITY | {"inspector"},
    # A confidential case: those who are named, here the head.
    "complainant Secret": {"head"},
    "2026-SECRET": {"head"},
    # A card: its words on the tablet of the lobby manager, and to who answers for quality.
    "the card of Nymphaea": QUALITY | {"inspector"},
    # Why the five whys say so, of an action.
    "whys of Nymphaea": QUALITY | {"inspector"},
    # Who looks after customers in the lobby.
    "borrower Nymphaea": {"teller", "manager", "admin"},
    "visitor Nymphaea": {"teller", "manager", "admin"},
    "note for the next shift": {"teller", "manager", "admin"},
    # An incident: the person, those who are named, the head.
    "incident of Nymphaea": {"teller", "head"},
    # What was written and photographed in an inspection.
    "badge of Nymphaea": QUALITY,
}
"""What somebody said or wrote -> the roles that an answer may have it for."""
OF_OTHERS = {
    ("/api/v1/actions/<id>", "teller"),
    ("/api/v1/actions/<id>/course", "teller"),
}
"""What a role may ask for, and is refused of the things of others."""
SLOW = {"/api/v1/advice", "/api/v1/whatif", "/api/v1/staffing/<day>"}
"""Simulations, in which nobody is."""
LOOKS = ("look", "words", "open", "read", "borrower", "visitor", "contact")
"""How the paths end by which something personal is asked for."""


class Told(NamedTuple):
    """An answer, by its route."""

    rule: str
    status: int
    text: str


@pytest.fixture(scope="module")
def lobby(branch: Branch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lobby]:
    """No demo: this machine's devices sign in too."""
    data = tmp_path_factory.mktemp("who")
    opened = open_lobby(branch, data, "http://lobby.test", loopback=True)
    opened.runtime.writer.notify = opened.runtime.writer.pump
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def askers(lobby: Lobby) -> dict[str, Asker]:
    return {role: Asker(lobby, role) for role in ("", *ROLES)}


@pytest.fixture(scope="module")
def ids(lobby: Lobby, askers: dict[str, Asker]) -> dict[str, list[str]]:
    return something_personal(lobby, askers)


@pytest.fixture(scope="module")
def told(
    lobby: Lobby, askers: dict[str, Asker], ids: dict[str, list[str]]
) -> dict[str, list[Told]]:
    """By role, all that the branch tells."""
    return {role: [*_all_that_is_said_to(lobby, one, ids)] for role, one in askers.items()}


# -- who may ask ---------------------------------------------------------------------------------------------
def _guarded(lobby: Lobby) -> Iterator[tuple[Rule, str, str]]:
    """Each route that has a grant, with a method, and the grant."""
    for rule in lobby.app.url_map.iter_rules():
        grant = lobby.app.view_functions[rule.endpoint].needs
        if grant is not None:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method, grant


def test_a_role_without_the_grant_is_refused_at_every_route(
    lobby: Lobby, askers: dict[str, Asker], ids: dict[str, list[str]]
) -> None:
    wrong = []
    for rule, method, grant in _guarded(lobby):
        for role, asker in askers.items():
            if role not in GRANTS[grant]:
                status = asker.ask(method, next(_paths(rule, ids))).status_code
                if status != (403 if role else 401):
                    wrong.append((method, rule.rule, role, status))
    assert wrong == []


def test_a_role_with_the_grant_is_let_in(lobby: Lobby, told: dict[str, list[Told]]) -> None:
    grants = {rule.rule: grant for rule, method, grant in _guarded(lobby) if method == "GET"}
    refused = {
        (one.rule, role)
        for role, answers in told.items()
        for one in answers
        if one.status in (401, 403) and role in GRANTS.get(grants.get(one.rule, ""), ())
    }
    assert refused == OF_OTHERS


# -- what they see -------------------------------------------------------------------------------------------
def test_personal_words_come_to_those_alone_who_may_have_them(told: dict[str, list[Told]]) -> None:
    said = {role: "\n".join(one.text for one in answers) for role, answers in told.items()}
    seen = {words: {role for role in said if words in said[role]} for words in CANARIES}
    assert seen == {words: set(roles) for words, roles in CANARIES.items()}


def test_each_look_is_an_event(
    lobby: Lobby, askers: dict[str, Asker], ids: dict[str, list[str]]
) -> None:
    """Whatever answers with personal words, the tablet's own alerts apart, leaves who asked in the journal."""
    unseen = []
    for rule, path in _asking(lobby, ids):
        for role in STAFF:
            before = _seq(lobby)
            answer = askers[role].ask("POST", path, json={})
            text = _plain(answer)
            if any(words in text for words in CANARIES) and _seq(lobby) == before:
                unseen.append((rule.rule, role))
    assert unseen == []


def test_photos_are_seen_by_those_who_answer_for_quality(
    askers: dict[str, Asker], ids: dict[str, list[str]]
) -> None:
    [inspection], [item] = ids["inspections"], ids["items"]
    path = f"/api/v1/inspections/{inspection}/items/{item}/open"
    answers = {role: asker.ask("POST", path) for role, asker in askers.items()}
    with_photo = {role for role, answer in answers.items() if (answer.json or {}).get("photos")}
    assert with_photo == QUALITY


def _all_that_is_said_to(lobby: Lobby, asker: Asker, ids: dict[str, list[str]]) -> Iterator[Told]:
    """All answers to GET, pages too, and to the requests by which personal words are asked for."""
    today = lobby.runtime.branch.day_of(lobby.runtime.clock())
    span = f"?from={today - timedelta(days=2)}&to={today + timedelta(days=1)}"
    for rule in _readable(lobby):
        for path in _paths(rule, ids):
            answer = asker.ask("GET", path)
            if answer.status_code == 422:
                answer = asker.ask("GET", path + span)
            yield Told(rule.rule, answer.status_code, _plain(answer))
    for rule, path in _asking(lobby, ids):
        answer = asker.ask("POST", path, json={})
        yield Told(rule.rule, answer.status_code, _plain(answer))


def _readable(lobby: Lobby) -> Iterator[Rule]:
    for rule in lobby.app.url_map.iter_rules():
        read = "GET" in (rule.methods or set()) and rule.rule not in SLOW
        if read and rule.rule.startswith(("/api/", "/desk")):
            yield rule


def _plain(answer: Any) -> str:
    """As people read it: JSON has other letters in escapes."""
    if answer.is_json:
        return json.dumps(answer.json, ensure_ascii=False)
    return answer.get_data(as_text=True) if answer.mimetype.startswith("text/") else ""


def _asking(lobby: Lobby, ids: dict[str, list[str]]) -> Iterator[tuple[Rule, str]]:
    for rule, method, _ in _guarded(lobby):
        if method == "POST" and rule.rule.rpartition("/")[2] in LOOKS:
            yield from ((rule, path) for path in _paths(rule, ids))


def _paths(rule: Rule, ids: dict[str, list[str]]) -> Iterator[str]:
    """The route with ids of its noun, which stands before them; with `1` of a noun that has nothing personal."""
    parts = rule.rule.split("/")
    found = [""]
    for noun, part in zip(["", *parts], parts, strict=False):
        given = re.sub("<[^>]*>", "1", part)
        named = ids.get(noun, [given]) if part.startswith("<") else [given]
        found = [f"{path}/{one}" for path in found for one in named]
    return (path.removeprefix("/") for path in found)


def _seq(lobby: Lobby) -> int:
    seq: int = lobby.runtime._journal.db.execute("SELECT max(seq) FROM event").fetchone()[0]
    return seq
