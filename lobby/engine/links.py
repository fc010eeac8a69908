"""The links on a slip and of an appointment: short, stable, unforgeable, and with the branch's code, so that a province
may lead them to the branch that gave them."""

from __future__ import annotations

import base64
import hashlib
import hmac

from lobby.commands.ids import ID_LETTERS
from lobby.engine.keys import APPOINTMENTS, CODES, LINKS, Keys
from lobby.errors import NotFound

MAC_BYTES = 5
"""40 bits. Who guesses meets a budget (docs/security.md): 10,000 addresses that try for a week open one card of a known
ticket with a chance of 1 in 300. More would make the QR code of a usual address larger than version 3."""


class Tokens:
    """Tokens of one kind of thing: its id and a truncated HMAC. Their letters are all small or all capital, as the
    reader likes: a QR code packs capitals, and a keyboard reader may have caps lock on."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, id: str) -> str:
        mac = hmac.digest(self._key, id.encode(), hashlib.sha256)[:MAC_BYTES]
        return id + base64.b32hexencode(mac).decode().lower()

    def read(self, token: str) -> str:
        """The id. Raises NotFound for a token we did not make."""
        token = token.lower()
        id = token[:ID_LETTERS]
        if not hmac.compare_digest(self.of(id).encode(), token.encode()):
            raise NotFound("unknown_link")
        return id


class Links:
    """Links of one branch. `base_url` is where customers' phones reach us, `code` the branch's."""

    def __init__(self, keys: Keys, base_url: str, code: str) -> None:
        self._codes = keys.of(CODES)
        self._code = code.lower()
        self.tickets = Tokens(keys.of(LINKS))
        self.appointments = Tokens(keys.of(APPOINTMENTS))
        self.base_url = base_url.rstrip("/")

    def path(self, page: str, token: str) -> str:
        """Of the ticket's page `t`, its feedback card `f`, or the appointment's page `a`."""
        return f"/{self._code}/{page}/{token}"

    def of_ticket(self, ticket: str) -> dict[str, str]:
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


def packed(link: str) -> str:
    """The link as a QR code holds it: capitals take 5.5 bits a letter, small ones 8 (ISO/IEC 18004, 7.4). Host and our
    own paths are the same in both; the scheme stays small for readers that look for it."""
    scheme, colon, rest = link.partition(":")
    return scheme + colon + rest.upper()
