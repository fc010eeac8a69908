"""Secrets that can be told again wherever they turn up, planted in a real branch, and the search for them."""

from __future__ import annotations

import base64
import io
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyotp
import requests
from browser import Browser
from conftest import Server, TcpPrinter, midday_config
from crm import Crm
from test_cli import lobby

from cli import main

CARD = "6226091234567890"
IDENTITY = "622622199001011238"
PHONE = "13987654321"
MEMBER = "HMG-CANARY77"
CONTACT = "canary-contact@lotus.example"
"""It is handed in and stands in the journal sealed."""
LOST_CONTACT = "lost-contact@lotus.example"
"""It is handed in where the card is refused, and so stands nowhere at all."""
PASSWORD = "seven canaries sing"
WRONG_PASSWORD = "eight canaries sink"
FRESH_PASSWORD = "nine canaries soar"
PIN = "82640519"
WRONG_PIN = "71538264"
CRM_TOKEN = "crm-canary-bearer"

KIOSKS = """
[[kiosks]]
id = "east"
name = { zh = "东门取号机", en = "East door kiosk" }
printer = "slip"
"""
DIRECTORY = """[directory]
file = "customers.csv"
url = "{url}"
token_file = "crm.token"
timeout_s = 0.4

[security]"""
OWN = re.compile('(?:href|action|value)="[^"]*"')
"""A page hands its asker's own address on, to the same page in another language, and what its form had."""
LISTED = f"key,tier\n{CARD},gold\n{PHONE},gold\n{MEMBER},gold\n"


def wrong_by_a_letter(secret: str) -> str:
    """Not by its last one: of that a signature in base64 does not use every bit."""
    return secret[:-2] + ("a" if secret[-2] != "a" else "b") + secret[-1]


class Nest:
    """A branch with a customer file, a customer directory, a printer that fails and a kiosk, and in it a secret of each
    kind. `known` are the secrets by name."""

    def __init__(self, folder: Path, form: str) -> None:
        self.folder = folder
        self.crm = Crm()
        self.printer = TcpPrinter()
        self.printer.cut_after = 40
        self.customers = folder / "customers.csv"
        self.customers.write_text(LISTED)
        (folder / "crm.token").write_text(CRM_TOKEN)
        config = midday_config(folder, ("[security]", DIRECTORY.format(url=self.crm.url)))
        config.write_text(config.read_text() + KIOSKS)
        self.server = Server(
            folder / "var", config=config, printer=self.printer.url, demo=False, form=form
        )
        self.server.start()
        self.url = self.server.url
        self.known = {
            "card": CARD,
            "identity number": IDENTITY,
            "phone": PHONE,
            "member": MEMBER,
            "contact": CONTACT,
            "lost contact": LOST_CONTACT,
            "directory's token": CRM_TOKEN,
            "password": PASSWORD,
            "wrong password": WRONG_PASSWORD,
            "fresh password": FRESH_PASSWORD,
            "PIN": PIN,
            "wrong PIN": WRONG_PIN,
        }
        self.answers: list[str] = []
        """Of every refusal: what its asker was told may be shown to others, too."""
        self.said: list[str] = []
        """What commands said."""
        self._told: set[tuple[str, str]] = set()
        self._plant_secret()
        self._plant_tokens()
        self._plant_accounts()
        self.plant_ticket()

    def close(self) -> None:
        process = self.server.process
        if process and process.poll() is None:
            self.server.stop()
        self.crm.close()
        self.printer.close()

    # -- planting --------------------------------------------------------------------------------------
    def plant(self, name: str, secret: str) -> str:
        """From here on it is looked for, and so is the one that a thief would try next."""
        self.known[name] = secret
        self.known[f"{name}, nearly"] = wrong_by_a_letter(secret)
        return secret

    def _plant_secret(self) -> None:
        hexed = (self.server.data / "secret.key").read_text()
        raw = bytes.fromhex(hexed)
        self.known["secret.key"] = hexed
        self.known["secret.key in base64"] = base64.b64encode(raw).decode()
        self.known["secret.key as Python shows it"] = repr(raw)[2:-1]

    def _plant_tokens(self) -> None:
        self.token = self.plant("bearer token", self.server.token("manager"))
        self.kiosk_token = self.plant(
            "kiosk's token", self.server.token("kiosk", "--kiosk", "east")
        )
        self.monitor_token = self.plant("monitor's token", self.server.token("monitor"))

    def _plant_accounts(self) -> None:
        """A teller who is signed in with a PIN, and a manager with a second factor."""
        self.make("li", "teller")
        self.make("qian", "manager")
        self.teller = Browser(self.server)
        assert self.teller.sign_in("li", PASSWORD).ok
        assert self.teller.post("/account/pin", password=PASSWORD, pin=PIN).ok
        self.plant_cookie()
        self.manager = Browser(self.server)
        self.manager.sign_in("qian", PASSWORD)
        page = self.manager.get("/account/totp").text
        shown = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
        assert shown
        self.totp = pyotp.TOTP(self.plant("TOTP secret", shown[1].replace(" ", "")))

    def make(self, name: str, role: str) -> None:
        made = lobby(
            *("account", "create", "--name", name, "--role", role, "--data", self.server.data),
            input=f"{PASSWORD}\n",
        )
        assert made.returncode == 0, made.stderr

    def plant_cookie(self) -> str:
        """The teller's, as it is now: it changes with every sign-in."""
        cookie = self.teller.session.cookies["session"]
        payload = cookie.partition(".")[0]
        held = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        self.plant("session cookie", cookie)
        self.plant("session's id", held["id"])
        return cookie

    def plant_ticket(self) -> dict[str, Any]:
        """A ticket of a customer with a card, whose links are on a slip that does not come out."""
        answer = self.kiosk().post(
            f"{self.url}/api/v1/tickets", json={"service": "cash", "customer": CARD}, timeout=20
        )
        assert answer.status_code == 201, answer.text
        self.ticket: dict[str, Any] = answer.json()
        self.link = self.ticket["links"]["status"].rpartition("/")[2]
        self.plant(f"link of {self.ticket['id']}", self.link)
        return self.ticket

    # -- asking ----------------------------------------------------------------------------------------
    def bearer(self, token: str) -> requests.Session:
        session = requests.Session()
        session.headers["Authorization"] = f"Bearer {token}"
        session.hooks["response"] = [self._noted]
        return session

    def kiosk(self) -> requests.Session:
        return self.bearer(self.kiosk_token)

    def staff(self) -> requests.Session:
        return self.bearer(self.token)

    def _noted(self, answer: requests.Response, *_: Any, **__: Any) -> None:
        if answer.status_code >= 400:
            self.answers.append(OWN.sub("", answer.text) + json.dumps(dict(answer.headers)))

    def refused(self, answer: requests.Response, *statuses: int) -> None:
        """It is one of these, and what it says is looked through as well."""
        assert answer.status_code in statuses, (answer.status_code, answer.text[:500])
        self._noted(answer)

    def run(self, *args: Any, **options: Any) -> str:
        """A command as its users start it; what it says is looked through."""
        answer = lobby(*args, **options)
        self.said.append(answer.stdout + answer.stderr)
        return self.said[-1]

    def run_here(self, *args: Any) -> str:
        """The same command in this process: to start one takes a second or two."""
        self.said.append(said_here(*args))
        return self.said[-1]

    # -- the search ------------------------------------------------------------------------------------
    def places(self) -> Iterator[tuple[str, bytes]]:
        """Where anything may stand that others read."""
        server = self.server
        yield "log", server.log.read_bytes()
        yield "answers", "\n".join(self.answers).encode()
        yield "commands", "\n".join(self.said).encode()
        yield "journal", said_here("journal", "--data", server.data).encode()
        if server.alive():
            yield (
                "metrics",
                self.bearer(self.monitor_token).get(f"{server.url}/metrics", timeout=30).content,
            )
            yield "hall", self.staff().get(f"{server.url}/api/v1/hall", timeout=30).content
        backup = self.folder / "backup.db"
        said_here("backup", backup, "--data", server.data)
        for file in [backup, *server.data.rglob("*")]:
            if file.is_file() and file.name != "secret.key":
                yield file.name, file.read_bytes()
            if file.suffix == ".db":
                yield f"{file.name}'s cells", "\n".join(cells(file)).encode()

    def found(self) -> list[str]:
        """What is told, where, and between what; each once."""
        patterns = {name: tuple(spellings(secret)) for name, secret in self.known.items()}
        hits = (
            (name, place, content, pattern.search(content))
            for place, content in self.places()
            for name, patterns_of in patterns.items()
            for pattern in patterns_of
        )
        return [shown(*hit) for hit in hits if hit[-1] and self._is_new(hit[:2])]

    def _is_new(self, where: tuple[str, str]) -> bool:
        """One fault's leak fails its own test and not those of all the faults after it."""
        new = where not in self._told
        self._told.add(where)
        return new


def shown(name: str, place: str, content: bytes, hit: re.Match[bytes] | None) -> str:
    assert hit
    return f"{name} in {place}: {content[max(0, hit.start() - 60) : hit.end() + 60]!r}"


def said_here(*args: Any) -> str:
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said), suppress(SystemExit):
        main([*map(str, args)])
    return said.getvalue()


def spellings(secret: str) -> Iterator[re.Pattern[bytes]]:
    """As it is, in an address, in hexadecimal and in base64. A few digits stand in other numbers by chance."""
    if len(secret) <= 6:
        yield re.compile(rb"(?<![\w.])" + secret.encode() + rb"(?!\w)")
        return
    raw = secret.encode()
    for spelled in {secret, quote(secret, safe=""), json.dumps(secret)[1:-1], raw.hex()}:
        yield re.compile(re.escape(spelled.encode()))
    yield re.compile(re.escape(base64.b64encode(raw[: len(raw) // 3 * 3])))
    if secret.isdecimal():
        yield re.compile(rb"(?<!\d)" + rb"[ -]?".join(bytes([digit]) for digit in raw) + rb"(?!\d)")


def cells(file: Path, beside: tuple[str, ...] = ()) -> Iterator[str]:
    """Every value of every table but some, a line each: in the file's pages they stand without anything between."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as db:
        for (table,) in db.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table'"
        ).fetchall():
            if table in beside:
                continue
            for row in db.execute(f'SELECT * FROM "{table}"'):
                yield from map(str, row)
