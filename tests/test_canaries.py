"""Whatever fails, no secret turns up where others read: in no log of either form, no journal, database, backup, figure
or error. Each fault handles some of the secrets; after each everything is looked through for all of them."""

from __future__ import annotations

import json
import re
import shutil
import socket
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
import requests
import socketio
from browser import Browser
from canaries import (
    CARD,
    CONTACT,
    FRESH_PASSWORD,
    IDENTITY,
    LISTED,
    LOST_CONTACT,
    MEMBER,
    PASSWORD,
    PHONE,
    PIN,
    WRONG_PASSWORD,
    WRONG_PIN,
    Nest,
    said_here,
    wrong_by_a_letter,
)
from conftest import LOBBY, alive, free_port, until
from crm import stall
from flask import Flask
from test_cli import lobby
from test_held import held

from lobby.engine.keys import COOKIES, read_keys
from web.application import Cookies

CANARIES = (CARD, IDENTITY, PHONE, MEMBER)
FAULTS: list[Callable[[Nest], None]] = []


def fault(cause: Callable[[Nest], None]) -> Callable[[Nest], None]:
    FAULTS.append(cause)
    return cause


@pytest.fixture(scope="module", params=["text", "json"])
def nest(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Nest]:
    planted = Nest(tmp_path_factory.mktemp("nest"), request.param)
    yield planted
    planted.close()


# -- customers -------------------------------------------------------------------------------------------------
BAD_FILES = {
    "a tier that is none": f"key,tier\n{CARD},emperor\n".encode(),
    "columns the other way round": f"key,tier\ngold,{CARD}\n".encode(),
    "no header": f"{CARD},gold\n{PHONE},gold\n".encode(),
    "not UTF-8": f"key,tier\n{CARD},g\xf6ld\n".encode("latin-1"),
    "a masked number": f"key,tier\n{CARD}***,gold\n".encode(),
    "no end of a quotation": b'key,tier\n"' + CARD.encode() + b"," * 200_000,
    "twice": f"key,tier\n{CARD},gold\n{CARD},wealth\n".encode(),
}


@fault
def the_customer_file_is_bad_at_the_start(nest: Nest) -> None:
    apart = nest.folder / "apart"
    apart.mkdir()
    config = Path(shutil.copy(nest.server.config, apart))
    shutil.copy(nest.folder / "crm.token", apart)
    given = ("--config", config, "--data", apart / "var")
    for content in BAD_FILES.values():
        (apart / "customers.csv").write_bytes(content)
        assert "customers.csv" in nest.run_here("check", *given)
    assert "customers.csv" in nest.run(
        "serve", "--port", free_port(), "--log", nest.server.form, *given
    )


@fault
def the_customer_file_turns_bad_while_the_branch_runs(nest: Nest) -> None:
    for kind in ("a tier that is none", "columns the other way round", "no end of a quotation"):
        told = stays(nest)
        nest.customers.write_bytes(BAD_FILES[kind])
        until(
            lambda before=told: identified(nest, CARD) and stays(nest) > before,
            "the file was looked at",
            20,
        )
    nest.customers.write_text(LISTED)


def stays(nest: Nest) -> int:
    return nest.server.log.read_text().count("the one before stays")


def identified(nest: Nest, customer: str) -> bool:
    answer = nest.staff().post(
        f"{nest.url}/api/v1/identify", json={"customer": customer}, timeout=20
    )
    return answer.ok


def echo(handler: BaseHTTPRequestHandler) -> None:
    """Its status line is the customer's key, its headers and body the bearer token."""
    wanted = handler.headers["Authorization"]
    handler.wfile.write(f"HTTP/1.1 {PHONE} {CARD}\r\nX-{wanted}\r\n\r\n{wanted}".encode())


@fault
def the_customer_directory_answers_badly(nest: Nest) -> None:
    """After three failures in a row it is left alone."""
    for n, answer in enumerate((echo, (200, json.dumps({"tier": CARD}).encode()), stall)):
        nest.crm.answer = answer
        asked = len(nest.crm.asked)
        card = f"622609123456{7700 + n}"
        nest.known[f"card {n}"] = card
        issued = nest.kiosk().post(
            f"{nest.url}/api/v1/tickets", json={"service": "cash", "customer": card}, timeout=20
        )
        assert issued.status_code == 201
        assert len(nest.crm.asked) == asked + 1
    for customer in CANARIES:
        assert identified(nest, customer)
    assert "the customer directory gives no answer" in nest.server.log.read_text()
    assert "directory" in nest.run(
        "check", "--config", nest.server.config, "--data", nest.server.data
    )


# -- bodies and addresses ----------------------------------------------------------------------------------------
PATHS = ("tickets", "identify", "appointments/check-in", "help", "feedback/none", "appointments")


@fault
def bodies_that_are_no_json(nest: Nest) -> None:
    whole = json.dumps({"customer": CARD, "contact": LOST_CONTACT, "text": PASSWORD, "lang": PHONE})
    bodies = (
        whole[:-1],
        whole.encode("utf-16"),
        "[" * 5000 + whole,
        whole + whole,
        whole * 1000,
        f"\0{whole}",
    )
    for path in PATHS:
        for body in bodies:
            for kind in ("application/json", "text/plain", "application/x-www-form-urlencoded"):
                headers = {"Content-Type": kind}
                answer = nest.kiosk().post(
                    f"{nest.url}/api/v1/{path}", body, headers=headers, timeout=20
                )
                assert 400 <= answer.status_code < 500, (path, body, answer.text)


@fault
def bodies_of_the_wrong_shape(nest: Nest) -> None:
    for path in PATHS:
        for canary in (*CANARIES, LOST_CONTACT, PASSWORD):
            for wrong in ([canary], {canary: canary}, canary * 100, None):
                fields = (
                    "service",
                    "customer",
                    "contact",
                    "text",
                    "score",
                    "lang",
                    "tier",
                    "code",
                    canary,
                )
                body = dict.fromkeys(fields, wrong)
                answer = nest.staff().post(f"{nest.url}/api/v1/{path}", json=body, timeout=20)
                assert answer.status_code in (404, 422), (path, answer.text)
            answer = nest.staff().post(f"{nest.url}/api/v1/{path}", json=canary, timeout=20)
            assert answer.status_code in (404, 422), (path, answer.text)


@fault
def the_same_key_with_another_body(nest: Nest) -> None:
    for customer, status in ((CARD, 201), (PHONE, 422)):
        body = {"service": "cash", "customer": customer}
        headers = {"Idempotency-Key": f"key-{nest.ticket['id']}"}
        answer = nest.kiosk().post(
            f"{nest.url}/api/v1/tickets", json=body, headers=headers, timeout=20
        )
        assert answer.status_code == status


@fault
def addresses_that_carry_secrets(nest: Nest) -> None:
    nearly = wrong_by_a_letter(nest.link)
    asked = f"token={nest.link}&token={nest.token}&customer={CARD}&phone={PHONE}&password={PASSWORD}&pin={PIN}"
    for path in (
        *(
            f"/api/v1/tickets/{nest.ticket['id']}",
            "/api/v1/hall",
            "/kiosk",
            "/signin",
            "/nowhere",
            "/socket.io/",
        ),
        *(f"/4403/t/{nest.link}", f"/4403/t/{nearly}", f"/4403/f/{nearly}", f"/4403/a/{nearly}"),
        f"/{CARD}/{PHONE}",
        *(
            f"/api/v1/tickets/{CARD}",
            f"/voice/{nest.token}.wav",
            f"/kiosk/{nest.token}",
            f"/static/{IDENTITY}",
        ),
        *(f"/api/v1/boards/{CARD}", f"/%00{CARD}", f"/{'x' * 9000}{CARD}"),
    ):
        for method in ("GET", "POST", "DELETE"):
            answer = requests.request(
                method, f"{nest.url}{path}?{asked}", timeout=20, allow_redirects=False
            )
            if answer.status_code >= 400:
                nest.refused(answer, answer.status_code)
            assert answer.status_code < 500, (path, answer.text)


@fault
def requests_that_are_no_http(nest: Nest) -> None:
    """Where a length is wrong, the rest of a form is read as the next request's first line."""
    form = f"name=li&password={PASSWORD}&code={nest.totp.now()}&pin={PIN}&contact={LOST_CONTACT}".replace(
        " ", "+"
    )
    nest.known["password in a form"] = PASSWORD.replace(" ", "+")
    cookie = f"Cookie: session={nest.plant_cookie()}\r\nAuthorization: Bearer {nest.token}\r\n"
    for raw in (
        f"{form}\r\n{cookie}\r\n",
        f"POST {form}\r\n\r\n",
        f"POST /{form} HTTP/9.9\r\n{cookie}\r\n",
        f"POST /signin HTTP/1.1\r\nHost: {form}\r\n{cookie}Content-Length: {CARD}x\r\n\r\n{form}",
        f"POST /signin HTTP/1.1\r\nHost: 127.0.0.1\r\n{cookie}Content-Length: 4\r\n\r\n{form}\r\n\r\n",
        f"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nno header {form}\r\n{cookie}\r\n",
        f"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n{cookie}X: {form * 500}\r\n\r\n",
    ):
        nest.answers.append(spoken(nest, raw.encode()))


def spoken(nest: Nest, raw: bytes) -> str:
    answer = b""
    with (
        socket.create_connection(("127.0.0.1", nest.server.port), timeout=20) as line,
        suppress(ConnectionError),
    ):
        line.sendall(raw)
        line.shutdown(socket.SHUT_WR)
        while piece := line.recv(65536):
            answer += piece
    return answer.decode("latin-1")


# -- staff -------------------------------------------------------------------------------------------------------
@fault
def sign_in_goes_wrong(nest: Nest) -> None:
    browser = Browser(nest.server)
    for name, password in (
        ("li", WRONG_PASSWORD),
        (PASSWORD, WRONG_PASSWORD),
        (nest.token, PASSWORD),
        (f"li\n{PASSWORD}", PASSWORD),
        ("li", PASSWORD * 500),
    ):
        answer = browser.post(
            f"/signin?next=//{PASSWORD}/{nest.token}", name=name, password=password
        )
        assert answer.status_code in (413, 422, 429)
        nest.refused(answer, answer.status_code)
    nest.refused(
        requests.post(f"{nest.url}/signin", {"name": "li", "password": PASSWORD, "x": "y" * 70000}),
        413,
    )
    nest.refused(
        requests.post(f"{nest.url}/signin", json={"name": "li", "password": PASSWORD}), 422, 429
    )


@fault
def the_own_account_is_changed_wrongly_and_rightly(nest: Nest) -> None:
    for form in (
        {"password": WRONG_PASSWORD, "fresh": FRESH_PASSWORD, "again": FRESH_PASSWORD},
        {"password": PASSWORD, "fresh": FRESH_PASSWORD, "again": WRONG_PASSWORD},
        {"password": PASSWORD, "fresh": PASSWORD[:8], "again": PASSWORD[:8]},
    ):
        nest.refused(nest.teller.post("/account/password", **form), 422)
    for pin in ("1234", f"{PIN}x"):
        nest.refused(nest.teller.post("/account/pin", password=PASSWORD, pin=pin), 422)
    assert nest.teller.post("/lock").status_code == 204
    nest.refused(nest.teller.post("/unlock", secret=WRONG_PIN), 422)
    nest.refused(nest.teller.get("/api/v1/hall", headers={"Accept": "*/*"}), 401)
    assert nest.teller.post("/unlock?next=/account", secret=PIN).url.endswith("/account")
    nest.plant_cookie()


@fault
def the_second_factor_is_wrong_and_used_twice(nest: Nest) -> None:
    code = nest.known["TOTP code"] = nest.totp.now()
    nest.refused(nest.manager.post("/account/totp", code="000000", password=PASSWORD), 422)
    nest.refused(nest.manager.post("/account/totp", code=code, password=WRONG_PASSWORD), 422)
    page = nest.manager.post("/account/totp", code=code, password=PASSWORD)
    recovery = re.findall(r"<code>([a-z2-7-]{29})</code>", page.text)
    assert len(recovery) == 10
    for n, one in enumerate(recovery):
        nest.known[f"recovery code {n}"] = one
        nest.known[f"recovery code {n}, without gaps"] = one.replace("-", "")
    again = Browser(nest.server)
    again.sign_in("qian", PASSWORD)
    for wrong in (code, wrong_by_a_letter(recovery[0]), f"{code}{code}"):
        nest.refused(again.post("/signin/code", code=wrong), 422)
    assert again.post("/signin/code?next=/account", code=recovery[0]).ok


@fault
def a_device_enrols_wrongly_and_rightly(nest: Nest) -> None:
    made = lobby(
        "device", "code", "--role", "board", "--board", "main", "--data", nest.server.data
    ).stdout
    code = nest.known["enrolment code"] = made.strip().replace(" ", "")
    device = Browser(nest.server)
    nest.refused(device.post("/device", code=wrong_by_a_letter(code)), 422)
    nest.refused(device.post("/device", code=nest.token), 422)
    assert device.post("/device", code=made).url.endswith("/board/main")
    nest.plant("device's cookie", device.session.cookies["session"])
    nest.refused(Browser(nest.server).post("/device", code=code), 422)


@fault
def tokens_that_are_wrong_by_a_letter(nest: Nest) -> None:
    nearly = wrong_by_a_letter(nest.token)
    for value in (
        f"Bearer {nearly}",
        f"bearer  {nearly}",
        nest.token,
        f"Basic {nest.token}",
        f"Bearer {nest.token} x",
    ):
        nest.refused(
            requests.get(f"{nest.url}/api/v1/hall", headers={"Authorization": value}, timeout=20),
            401,
        )
    cookie = {"session": wrong_by_a_letter(nest.plant_cookie())}
    nest.refused(requests.get(f"{nest.url}/api/v1/hall", cookies=cookie, timeout=20), 401)
    nest.refused(nest.bearer(nest.kiosk_token).get(f"{nest.url}/api/v1/hall", timeout=20), 403)


@fault
def sockets_that_may_not_come_in(nest: Nest) -> None:
    for auth in (
        {"token": wrong_by_a_letter(nest.token)},
        {"token": [nest.token]},
        nest.token,
        {"token": nest.kiosk_token, "password": PASSWORD},
    ):
        client = socketio.Client(reconnection=False)
        with pytest.raises(socketio.exceptions.ConnectionError):
            client.connect(
                f"{nest.url}?token={nest.token}", namespaces=["/staff"], auth=auth, wait_timeout=20
            )
        client.disconnect()


@fault
def sockets_that_say_what_nobody_asked(nest: Nest) -> None:
    client = socketio.Client(reconnection=False)
    client.connect(nest.url, namespaces=["/staff"], auth={"token": nest.token}, wait_timeout=20)
    for canary in (*CANARIES, PASSWORD, nest.token):
        for event in ("board", "seen", canary):
            client.emit(event, {canary: [canary]}, namespace="/staff")
            client.emit(event, canary.encode(), namespace="/staff")
    client.disconnect()
    polled = requests.get(f"{nest.url}/socket.io/?EIO=4&transport=polling", timeout=20).text
    sid = json.loads(polled[1:])["sid"]
    for packet in (
        f"40/staff,{nest.token}",
        f'42/staff,["{CARD}"',
        f"4{PASSWORD}",
        f"9{nest.token}",
        f"b{CARD}",
    ):
        address = f"{nest.url}/socket.io/?EIO=4&transport=polling&sid={sid}&token={nest.token}"
        answer = requests.post(address, packet, timeout=20)
        nest.refused(answer, 200, 400)


# -- what customers say --------------------------------------------------------------------------------------------
@fault
def feedback_is_refused(nest: Nest) -> None:
    card = {"score": 1, "text": PHONE, "contact": LOST_CONTACT}
    for token, body, status in (
        (wrong_by_a_letter(nest.link), card, 404),
        (nest.link, {**card, "score": 9}, 422),
        (nest.link, {**card, "contact": [LOST_CONTACT]}, 422),
        (nest.link, {**card, LOST_CONTACT: "x"}, 422),
        (nest.link, card, 409),
    ):
        answer = requests.post(f"{nest.url}/api/v1/feedback/{token}", json=body, timeout=20)
        nest.refused(answer, status)


@fault
def feedback_is_given_and_given_again(nest: Nest) -> None:
    give_feedback(nest)
    again = {"score": 1, "contact": LOST_CONTACT}
    nest.refused(
        requests.post(f"{nest.url}/api/v1/feedback/{nest.link}", json=again, timeout=20), 409
    )


def give_feedback(nest: Nest) -> None:
    """After the customer was served."""
    counter = f"{nest.url}/api/v1/counters/1"
    nest.staff().post(f"{counter}/open", timeout=20)
    nest.staff().post(f"{counter}/call", json={"ticket": nest.ticket["id"]}, timeout=20)
    for verb in ("start", "finish"):
        assert nest.staff().post(f"{counter}/{verb}", timeout=20).ok
    body = {"score": 1, "text": "slow", "contact": CONTACT}
    given = requests.post(f"{nest.url}/api/v1/feedback/{nest.link}", json=body, timeout=20)
    assert given.status_code == 201, given.text


# -- the machine ---------------------------------------------------------------------------------------------------
@fault
def a_slip_does_not_come_out(nest: Nest) -> None:
    """Its links are in what the printer got a part of."""
    nest.plant_ticket()
    until(lambda: journal(nest, "SlipFailed"), "a slip fails", 60)
    until(lambda: troubles(nest), "its trouble is told", 60)


def troubles(nest: Nest) -> list[str]:
    """Of the printer, in words. They depend on whether the line broke while the slip was sent or just after."""
    details = [event["data"]["detail"] for event in journal(nest, "PrinterChanged")]
    return [detail for detail in details if "cut off" in detail or "line reset" in detail]


def journal(nest: Nest, kind: str) -> list[dict[str, Any]]:
    events = map(json.loads, said_here("journal", "--data", nest.server.data).splitlines())
    return [event for event in events if event["kind"] == kind]


@fault
def another_program_holds_the_database(nest: Nest) -> None:
    body = {"score": 1, "contact": LOST_CONTACT}
    with held(nest.server.data / "lobby.db"):
        issued = {"service": "cash", "customer": PHONE}
        assert (
            nest.kiosk().post(f"{nest.url}/api/v1/tickets", json=issued, timeout=30).status_code
            == 503
        )
        nest.refused(
            requests.post(f"{nest.url}/api/v1/feedback/{nest.link}", json=body, timeout=30),
            409,
            503,
        )
        for command in ("check", "rebuild"):
            nest.run_here(command, "--config", nest.server.config, "--data", nest.server.data)
        nest.run_here("backup", nest.folder / "held.db", "--data", nest.server.data)
    until(
        lambda: nest.kiosk().post(f"{nest.url}/api/v1/tickets", json=issued, timeout=30).ok,
        "numbers again",
        60,
    )


@fault
def a_table_of_the_access_store_is_gone(nest: Nest) -> None:
    with renamed(nest.server.data / "access.db", "session"):
        nest.refused(nest.teller.get("/api/v1/hall", headers={"Accept": "*/*"}), 500, 503)
        form = {"name": "li", "password": PASSWORD}
        nest.refused(requests.post(f"{nest.url}/signin", form, timeout=20), 500, 503)
    with renamed(nest.server.data / "access.db", "token"):
        assert nest.staff().get(f"{nest.url}/api/v1/hall", timeout=20).status_code in (500, 503)
        nest.run_here("token", "list", "--data", nest.server.data)


@fault
def a_cookie_of_our_own_is_not_as_we_make_them(nest: Nest) -> None:
    """It fails as nobody foresaw: 500, with a traceback in the log."""
    app = Flask("cookies")
    app.secret_key = read_keys(nest.server.data).of(COOKIES)
    signer = Cookies().get_signing_serializer(app)
    assert signer
    cookie = {
        "session": nest.plant("strange cookie", signer.dumps({"id": [CARD, PASSWORD, nest.token]}))
    }
    nest.refused(requests.get(f"{nest.url}/api/v1/hall", cookies=cookie, timeout=20), 500)
    assert "unhandled" in nest.server.log.read_text()


class renamed:  # noqa: N801
    """A table has another name meanwhile."""

    def __init__(self, file: Path, table: str) -> None:
        self.file = file
        self.names = (table, f"{table}_gone")

    def __enter__(self) -> None:
        self._rename(*self.names)

    def __exit__(self, *_: object) -> None:
        self._rename(*reversed(self.names))

    def _rename(self, old: str, new: str) -> None:
        with closing(sqlite3.connect(self.file, timeout=20)) as db:
            db.execute(f'ALTER TABLE "{old}" RENAME TO "{new}"')
            db.commit()


@fault
def kill_and_start_again(nest: Nest) -> None:
    nest.server.kill()
    nest.server.start()
    assert nest.teller.hall() == 200


@fault
def the_secrets_file_is_damaged(nest: Nest) -> None:
    apart = nest.folder / "damaged"
    apart.mkdir()
    whole = (nest.server.data / "secret.key").read_bytes()
    command = ("serve", "--config", nest.server.config, "--data", apart, "--port", free_port())
    for damaged in (whole[:-2], b"\xff" + whole):
        (apart / "secret.key").write_bytes(damaged)
        assert "secret.key is damaged" in nest.run(*command, "--log", nest.server.form)


@fault
def commands_are_given_secrets(nest: Nest) -> None:
    data = ("--data", nest.server.data)
    for command in (
        *(("token", verb, nest.token) for verb in ("revoke", "disable", "enable")),
        ("token", "revoke", "manager", nest.token),
        ("token", "create", "--role", nest.token),
        ("token", "create", "--role", "kiosk", "--kiosk", nest.token),
        ("token", "create", "--role", "office", "--expires", CARD),
        ("session", "revoke", f"session={nest.plant_cookie()}"),
        ("journal", "--since", f"{CARD}x"),
        ("journal", "--since", IDENTITY),
        ("serve", "--port", CARD, "--config", nest.server.config),
        ("account", "disable", PHONE),
        ("restore", f"{nest.url}/4403/t/{nest.link}"),
        (nest.token,),
    ):
        nest.run_here(*command, *data)
    for listed in ("token", "account", "session"):
        for form in ((), ("--json",)):
            assert nest.run_here(listed, "list", *data, *form)
    for command in ("check", "rebuild"):
        assert nest.run(command, "--config", nest.server.config, *data)
    assert nest.run_here("backup", nest.folder / "copy.db", *data)


@fault
def an_event_of_the_past_is_damaged(nest: Nest) -> None:
    """What was passed over is told by the check and at the start."""
    apart = nest.folder / "past"
    apart.mkdir()
    if not journal(nest, "FeedbackGiven"):
        give_feedback(nest)
    said_here("backup", apart / "lobby.db", "--data", nest.server.data)
    with closing(sqlite3.connect(apart / "lobby.db")) as db:
        for (trigger,) in db.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'trigger'"
        ).fetchall():
            db.execute(f'DROP TRIGGER "{trigger}"')
        db.execute(
            "UPDATE event SET data = json_set(data, '$.contact', ?) WHERE kind = 'FeedbackGiven'",
            [LOST_CONTACT],
        )
        db.execute(
            "UPDATE event SET data = substr(data, 1, length(data) - 1) WHERE kind = 'FeedbackGiven'"
        )
        db.commit()
    assert "FeedbackGiven" in nest.run("check", "--config", nest.server.config, "--data", apart)
    nest.run_here("rebuild", "--config", nest.server.config, "--data", apart)
    nest.said.append(started_and_stopped(nest, apart))


def started_and_stopped(nest: Nest, data: Path) -> str:
    port = free_port()
    command = [LOBBY, "serve", "--config", nest.server.config, "--data", data, "--port", str(port)]
    command += ["--log", nest.server.form]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            until(
                lambda: alive(f"http://127.0.0.1:{port}") or process.poll() is not None,
                "it serves",
                120,
            )
        finally:
            process.terminate()
        return process.communicate(timeout=30)[0]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("cause", FAULTS, ids=lambda cause: cause.__name__)
def test_no_secret_is_told(nest: Nest, cause: Callable[[Nest], None]) -> None:
    cause(nest)
    assert nest.found() == []


def test_the_search_finds_what_is_there(nest: Nest) -> None:
    """A secret written into the log, the database or the backup would not be overlooked."""
    nest.known["ticket"] = nest.ticket["id"]
    try:
        found = "\n".join(nest.found())
        for place in ("journal", "backup.db", "backup.db's cells", "lobby.db's cells"):
            assert f"ticket in {place}: " in found
    finally:
        del nest.known["ticket"]
