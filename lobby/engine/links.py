"""The links on a slip and of an appointment: short, stable, unforgeable, and with the branch's code, so that a province
may lead them to the branch that gave them."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from functools import lru_cache

from lobby.engine.keys import APPOINTMENTS, CODES, LINKS, Keys
from lobby.errors import NotFound
from lobby.views.ticket import LinksView

TOKEN_LETTERS = 9
"""54 bits: 42 letters are what a QR code of version 3 holds at level M, and https://lobby.example.com/4403/f/ are 33 of
them. Who guesses meets a budget (docs/security.md): 10,000 addresses that try for a year do not find one link."""

SAME_AGAIN = 1024
"""So many tokens are remembered: a ticket's is asked for at its issue, at its slip, and whenever its phone looks."""


class Tokens:
    """Tokens of one kind of thing, each a truncated HMAC of its id. An id is too long for a link: it is looked up."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._ids: dict[str, str] = {}
        self._earlier: Iterable[str] = ()
        """Ids of earlier days. A start cannot wait for their tokens: the first unknown one that is read makes them."""
        self.of = lru_cache(SAME_AGAIN)(self._of)

    def _of(self, id: str) -> str:
        mac = hmac.digest(self._key, id.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(mac).decode()[:TOKEN_LETTERS]

    def know(self, id: str) -> None:
        """From now on the token of this id is read."""
        self._ids[self.of(id)] = id

    def know_only(self, ids: Iterable[str]) -> None:
        self._ids = {}
        self._earlier = ids

    def read(self, token: str) -> str:
        """The id. Raises NotFound for a token that we did not make, or made too long ago."""
        if token not in self._ids:
            self._ids |= {self._of(id): id for id in self._earlier}
            self._earlier = ()
        if token not in self._ids:
            raise NotFound("unknown_link")
        return self._ids[token]


class Links:
    """Links of one branch. `base_url` is where customers' phones reach us, `code` the branch's."""

    def __init__(self, keys: Keys, base_url: str, code: str) -> None:
        self._codes = keys.of(CODES)
        self._code = code
        self.tickets = Tokens(keys.of(LINKS))
        self.appointments = Tokens(keys.of(APPOINTMENTS))
        self.base_url = base_url.rstrip("/")

    def path(self, page: str, token: str) -> str:
        """Of the ticket's page `t`, its feedback card `f`, or the appointment's page `a`."""
        return f"/{self._code}/{page}/{token}"

    def of_ticket(self, ticket: str) -> LinksView:
        """Both links of a ticket."""
        token = self.tickets.of(ticket)
        return {
            "status": self.base_url + self.path("t", token),
            "feedback": self.base_url + self.path("f", token),
        }

    def of_appointment(self, appointment: str) -> str:
        return self.base_url + self.path("a", self.appointments.of(appointment))

    def check_in_code(self, appointment: str) -> str:
        """The six digits that check an appointment in at the kiosk."""
        mac = hmac.digest(self._codes, appointment.encode(), hashlib.sha256)
        return f"{int.from_bytes(mac[:8]) % 10**6:06d}"
