"""Almost your turn: what phones are told by web push, and the gateway by its POST.

A server of this machine plays the push service, and decrypts what it gets with the keys of the browser (RFC 8291).
"""

from __future__ import annotations

import base64
import dataclasses
import json
import os
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
from conftest import Clock, Desk
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from integrations.notices import TRIES_MAX, Notices
from integrations.web_push import (
    CURVE,
    POINT,
    Subscription,
    WebPush,
    b64,
    encrypted,
    is_known,
    read_key,
    subscription,
    unb64,
)
from lobby.branch.model import Branch
from lobby.branch.rules import Notices as Rules
from lobby.engine.runtime import open_branch

CONTACT = "https://lobby.bank.example/"
EXAMPLE = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
"""A browser's public key, that of the standard's example."""


OTHER_CURVE = ec.generate_private_key(ec.SECP384R1()).private_bytes(
    Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
)


class Browser:
    """Keys as a browser makes them, and how it reads a message."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(CURVE)
        self.public = self.key.public_key().public_bytes(*POINT)
        self.auth = b"0123456789abcdef"

    def read(self, body: bytes) -> Any:
        salt = body[:16]
        theirs = body[21 : 21 + body[20]]
        shared = self.key.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, theirs)
        )
        info = b"WebPush: info\0" + self.public + theirs
        secret = HKDF(hashes.SHA256(), 32, self.auth, info).derive(shared)
        key = HKDF(hashes.SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(secret)
        nonce = HKDF(hashes.SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(secret)
        clear = AESGCM(key).decrypt(nonce, body[21 + body[20] :], None)
        assert clear[-1] == 2
        return json.loads(clear[:-1])


class Service(HTTPServer):
    """Plays the push service and the bank's gateway."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taking)
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.status = 201
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


class Taking(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, dict(self.headers), body))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def service() -> Iterator[Service]:
    service = Service()
    thread = Thread(target=service.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield service
    service.shutdown()
    thread.join()
    service.server_close()


@pytest.fixture
def told(
    branch: Branch, tmp_path: Path, clock: Clock, service: Service
) -> Iterator[tuple[Notices, Desk]]:
    rules = Rules(url=f"{service.url}/gateway")
    branch = dataclasses.replace(branch, notices=rules)
    runtime = open_branch(branch, tmp_path, "https://lobby.test", clock)
    push = WebPush(runtime.data, CONTACT, known=lambda url: url.startswith(service.url))
    yield Notices(runtime, push), Desk(runtime)
    runtime.close()


def ask(notices: Notices, ticket: str, browser: Browser, service: Service) -> None:
    notices.tell_phone(ticket, f"{service.url}/push/1", b64(browser.public), b64(browser.auth))


def look(notices: Notices) -> None:
    with httpx.Client(trust_env=False) as client:
        notices.look(client)


def test_the_encryption_is_that_of_the_standards_example() -> None:
    """RFC 8291, appendix A."""
    own = ec.derive_private_key(
        int.from_bytes(unb64("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big"), CURVE
    )
    to = Subscription(
        "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV",
        unb64(EXAMPLE),
        unb64("BTBZMqHH6r4Tts7J_aSIgg"),
    )
    body = encrypted(
        b"When I grow up, I want to be a watermelon", to, own, unb64("DGv6ra1nlYgDCS1FRnbzlw")
    )
    assert b64(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tl"
        "zAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_a_phone_is_told_once_that_it_is_almost_its_turn_and_at_each_call(
    told: tuple[Notices, Desk], service: Service, clock: Clock
) -> None:
    notices, desk = told
    browser = Browser()
    tickets = [desk.issue("cash")["id"] for _ in range(5)]
    ask(notices, tickets[-1], browser, service)
    look(notices)
    assert service.got == []
    for ticket in tickets[:2]:
        desk.cancel(ticket=ticket)
    look(notices)
    look(notices)
    desk.open_counter(counter="1")
    desk.call(counter="1", ticket=tickets[-1])
    look(notices)
    messages = [browser.read(body) for _, _, body in service.got]
    assert [message["body"] for message in messages] == [
        "A005 快到您了，前面还有 2 人，请在柜台附近等候。",
        "请 A005 到 1 号柜台办理",
    ]
    assert messages[0]["link"].startswith("https://lobby.test/")
    desk.undo(counter="1")
    clock.forward(seconds=5)
    desk.call(counter="1", ticket=tickets[-1])
    look(notices)
    assert len(service.got) == 3
    desk.retier(ticket=tickets[-1], tier="gold", reason="a card was read")
    look(notices)
    assert len(service.got) == 3
    desk.start(counter="1")
    desk.finish(counter="1")
    look(notices)
    assert notices._watched == {}


def bodies(browser: Browser, service: Service) -> list[str]:
    return [browser.read(body)["body"] for _, _, body in service.got]


def test_a_call_that_is_taken_back_is_told_once(
    told: tuple[Notices, Desk], service: Service, clock: Clock
) -> None:
    notices, desk = told
    browser = Browser()
    id = desk.issue("cash", lang="en")["id"]
    ask(notices, id, browser, service)
    desk.open_counter(counter="1")
    for _ in range(2):
        desk.call(counter="1", ticket=id)
        look(notices)
        clock.forward(minutes=1)
        desk.put_back(counter="1")
        look(notices)
        look(notices)
    assert bodies(browser, service) == [
        "A001: please go to Counter 1",
        "A001: the call was withdrawn. You keep your place, please wait.",
        "A001: you are next. Please be near the counters.",
        "A001: please go to Counter 1",
        "A001: the call was withdrawn. You keep your place, please wait.",
    ]


def test_who_is_sent_on_was_not_called_by_mistake(
    told: tuple[Notices, Desk], service: Service, clock: Clock
) -> None:
    notices, desk = told
    browser = Browser()
    id = desk.issue("cash", lang="en")["id"]
    ask(notices, id, browser, service)
    desk.open_counter(counter="1")
    desk.call(counter="1", ticket=id)
    look(notices)
    desk.start(counter="1")
    desk.park(counter="1")
    look(notices)
    desk.resume(ticket=id)
    look(notices)
    assert not any("withdrawn" in body for body in bodies(browser, service))


def test_who_may_still_come_back_is_told_until_the_day_ends(
    told: tuple[Notices, Desk], service: Service, clock: Clock
) -> None:
    """A no-show and a cancel are taken back within seconds, the machines whenever the customer returns."""
    notices, desk = told
    browser = Browser()
    missed, cancelled = (desk.issue("cash")["id"] for _ in range(2))
    for id in (missed, cancelled):
        ask(notices, id, browser, service)
    desk.open_counter(counter="1")
    desk.cancel(ticket=cancelled)
    desk.call(counter="1", ticket=missed)
    desk.no_show(counter="1")
    look(notices)
    desk.undo(counter="1")
    look(notices)
    assert bodies(browser, service)[-1].startswith("请 A001 到")
    desk.no_show(counter="1")
    look(notices)
    assert set(notices._watched) == {missed, cancelled}
    clock.forward(days=1)
    desk.open_day(reason="a new day")
    look(notices)
    assert notices._watched == {}


def test_one_that_cannot_be_told_keeps_nobody_from_it(
    told: tuple[Notices, Desk], service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever error it is: httpx raises some that are none of its own."""
    notices, desk = told
    broken, whole = Browser(), Browser()
    first, second = (desk.issue("cash")["id"] for _ in range(2))
    notices.tell_phone(first, f"{service.url}/broken", b64(broken.public), b64(broken.auth))
    ask(notices, second, whole, service)
    send = notices._web_push.send
    tries: list[str] = []

    def failing(client: httpx.Client, to: Subscription, message: dict[str, str]) -> None:
        if to.endpoint.endswith("broken"):
            tries.append(to.endpoint)
            raise UnicodeError("no such host")
        send(client, to, message)

    monkeypatch.setattr(notices._web_push, "send", failing)
    for _ in range(TRIES_MAX + 2):
        look(notices)
    assert len(bodies(whole, service)) == 1
    assert len(tries) == TRIES_MAX


def test_a_token_that_cannot_be_read_keeps_no_phone_from_being_told(
    branch: Branch, tmp_path: Path, clock: Clock, service: Service
) -> None:
    rules = Rules(url=f"{service.url}/gateway", token_file=str(tmp_path / "none"))
    runtime = open_branch(
        dataclasses.replace(branch, notices=rules), tmp_path, "https://lobby.test", clock
    )
    push = WebPush(runtime.data, CONTACT, known=lambda url: url.startswith(service.url))
    notices, desk = Notices(runtime, push), Desk(runtime)
    first, second = (desk.issue("cash")["id"] for _ in range(2))
    notices.tell_telephone(first, "13800138000")
    ask(notices, second, Browser(), service)
    look(notices)
    runtime.close()
    assert [path for path, _, _ in service.got] == ["/push/1"]


def test_a_message_is_signed_by_the_branch_for_its_service_and_nobody_else_reads_it(
    told: tuple[Notices, Desk], service: Service
) -> None:
    notices, desk = told
    browser = Browser()
    ask(notices, desk.issue("cash")["id"], browser, service)
    look(notices)
    [(path, headers, body)] = service.got
    assert (path, headers["Content-Encoding"], headers["TTL"]) == ("/push/1", "aes128gcm", "600")
    token, key = headers["Authorization"].removeprefix("vapid t=").split(",k=")
    assert key == notices.public_key
    head, claims, signature = token.split(".")
    raw = unb64(signature)
    r_s = (int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    ec.EllipticCurvePublicKey.from_encoded_point(CURVE, unb64(key)).verify(
        encode_dss_signature(*r_s), f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256())
    )
    said = json.loads(unb64(claims))
    assert (said["aud"], said["sub"]) == (service.url, CONTACT)
    with pytest.raises(InvalidTag):
        Browser().read(body)


def test_a_subscription_that_ended_is_forgotten_and_one_that_fails_is_not(
    told: tuple[Notices, Desk], service: Service
) -> None:
    notices, desk = told
    id = desk.issue("cash")["id"]
    ask(notices, id, Browser(), service)
    service.status = 503
    look(notices)
    assert len(notices._watched[id].phones) == 1
    desk.open_counter(counter="1")
    desk.next(counter="1")
    service.status = 410
    look(notices)
    assert notices._watched[id].phones == []


def test_the_gateway_gets_words_number_and_link_under_a_key_of_its_own(
    told: tuple[Notices, Desk], service: Service
) -> None:
    notices, desk = told
    id = desk.issue("cash", lang="en")["id"]
    notices.tell_telephone(id, "13800138000")
    look(notices)
    [(path, headers, body)] = service.got
    said = json.loads(body)
    assert path == "/gateway"
    assert headers["Idempotency-Key"] == f"{id}-almost"
    assert (said["event"], said["telephone"], said["number"]) == ("almost", "13800138000", "A001")
    assert said["text"]["en"] == "A001: you are next. Please be near the counters."


@pytest.mark.parametrize(
    ("endpoint", "known"),
    [
        ("https://fcm.googleapis.com/fcm/send/abc", True),
        ("https://updates.push.services.mozilla.com/wpush/v2/abc", True),
        ("https://web.push.apple.com/abc", True),
        ("https://sg2p.notify.windows.com/w/?token=abc", True),
        ("http://fcm.googleapis.com/fcm/send/abc", False),
        ("https://fcm.googleapis.com:8443/abc", False),
        ("https://fcm.googleapis.com@10.0.0.1/abc", False),
        ("https://fcm.googleapis.com.evil.example/abc", False),
        ("https://evilpush.apple.com.example/abc", False),
        ("https://notify.windows.com.example/abc", False),
        ("https://169.254.169.254/latest/meta-data", False),
        ("https://localhost/abc", False),
        ("https://[::1]:x/abc", False),
        ("https://xn--.push.apple.com/x", False),
        ("https://evil.com\\.push.apple.com/x", False),
        ("https://a b.push.apple.com/x", False),
        ("https://web.push.apple.com", False),
        ("https://fcm.google\tapis.com/abc", False),
        ("https://web.push.apple.com:443/abc", True),
        ("file:///etc/passwd", False),
    ],
)
def test_requests_go_to_known_push_services_alone(endpoint: str, known: bool) -> None:
    assert is_known(endpoint) is known


@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [
        ("AAAA", b64(b"0123456789abcdef")),
        (b64(b"\4" + bytes(64)), b64(b"0123456789abcdef")),
        (EXAMPLE, "AAAA"),
        (EXAMPLE, "not base64!"),
    ],
)
def test_keys_that_are_none_are_refused(p256dh: str, auth: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        subscription("https://web.push.apple.com/abc", p256dh, auth)


def test_the_branchs_key_is_made_once_and_is_its_own_secret(tmp_path: Path) -> None:
    first = read_key(tmp_path)
    assert read_key(tmp_path).private_numbers() == first.private_numbers()
    assert (tmp_path / "vapid.key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("left", [b"", b"-----BEGIN PRIVATE KEY-----\nAAAA\n", OTHER_CURVE])
def test_a_key_that_is_damaged_is_put_aside_and_another_one_is_made(
    tmp_path: Path, left: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """As a power cut leaves one: the branch opens all the same."""
    (tmp_path / "vapid.key").write_bytes(left)
    made = read_key(tmp_path)
    assert "vapid.key is damaged" in caplog.text
    assert (tmp_path / "vapid.key.damaged").read_bytes() == left
    assert read_key(tmp_path).private_numbers() == made.private_numbers()


def test_the_key_is_on_the_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named: list[bool] = []
    monkeypatch.setattr(os, "fsync", lambda _: named.append((tmp_path / "vapid.key").exists()))
    read_key(tmp_path)
    assert named[0] is False


def test_base64_is_that_of_addresses() -> None:
    assert unb64(b64(bytes(range(256)))) == bytes(range(256))
    assert base64.urlsafe_b64encode(b"\xff\xfe") == b"__4="


def test_nothing_of_whom_to_tell_is_kept(told: tuple[Notices, Desk], service: Service) -> None:
    notices, desk = told
    notices.tell_telephone(desk.issue("cash")["id"], "13800138000")
    look(notices)
    for file in desk.runtime.data.rglob("*"):
        assert not file.is_file() or b"13800138000" not in file.read_bytes()
