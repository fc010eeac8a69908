"""The links on a slip: short, stable, unforgeable. A token is the ticket's id and a truncated HMAC."""

from __future__ import annotations

import base64
import hashlib
import hmac

from lobby.engine.keys import CODES, LINKS, Keys
from lobby.errors import NotFound

MAC_BYTES = 9


class Links:
    """Links of one branch. `base_url` is where customers' phones reach us."""

    def __init__(self, keys: Keys, base_url: str) -> None:
        self._keys = keys
        self.base_url = base_url.rstrip("/")

    def token(self, ticket: str) -> str:
        mac = hmac.digest(self._keys.of(LINKS), ticket.encode(), hashlib.sha256)[:MAC_BYTES]
        return f"{ticket}-{base64.urlsafe_b64encode(mac).decode()}"

    def read(self, token: str) -> str:
        """The ticket's id. Raises NotFound for a token we did not make."""
        ticket, _, _ = token.partition("-")
        if not hmac.compare_digest(self.token(ticket).encode(), token.encode()):
            raise NotFound("unknown_link")
        return ticket

    def code(self, appointment: str) -> str:
        """The six digits that check an appointment in at the kiosk."""
        mac = hmac.digest(self._keys.of(CODES), appointment.encode(), hashlib.sha256)
        return f"{int.from_bytes(mac[:8]) % 10**6:06d}"

    def of(self, ticket: str) -> dict[str, str]:
        """Both links of a ticket."""
        token = self.token(ticket)
        return {"status": f"{self.base_url}/t/{token}", "feedback": f"{self.base_url}/f/{token}"}
