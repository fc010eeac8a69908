"""Which socket came in by which session or token: it goes when they end, within a second, whoever ends them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

import gevent

from web.access import Access, Principal

log = logging.getLogger(__name__)

LOOK_S = 0.4
"""How often it is asked whether anything was changed, here or by another process: one PRAGMA."""
EXPIRY_S = 5.0
"""How often all are looked at although nothing was changed: time alone ends sessions and tokens too."""


@dataclass(frozen=True)
class Credential:
    """By what a socket came in; neither: from an open loopback."""

    session: str = ""
    token: str = ""


class LiveSockets:
    def __init__(self, access: Access) -> None:
        self._access = access
        self._by_sid: dict[tuple[str, str], tuple[Credential, Principal]] = {}

    def joined(self, sid: str, namespace: str, credential: Credential, principal: Principal) -> None:
        self._by_sid[sid, namespace] = credential, principal

    def principal(self, sid: str, namespace: str) -> Principal | None:
        found = self._by_sid.get((sid, namespace))
        return found[1] if found else None

    def watch(self, connected: Callable[[str, str], bool], disconnect: Callable[[str, str], None]) -> None:
        """For ever, in a greenlet."""
        waited = 0.0
        while True:
            gevent.sleep(LOOK_S)
            waited += LOOK_S
            if self._access.changed() or waited >= EXPIRY_S:
                waited = 0.0
                self._look(connected, disconnect)

    def _look(self, connected: Callable[[str, str], bool], disconnect: Callable[[str, str], None]) -> None:
        valid: dict[Credential, Principal | None] = {}
        for (sid, namespace), (credential, principal) in list(self._by_sid.items()):
            if not connected(sid, namespace):
                del self._by_sid[sid, namespace]
                continue
            if credential not in valid:
                valid[credential] = self._opens(credential, principal)
            if valid[credential] != principal:
                self._end(sid, namespace, disconnect)

    def _opens(self, credential: Credential, principal: Principal) -> Principal | None:
        """Who comes in by it now. Another role or another binding is another principal."""
        if credential.session:
            found = self._access.session(credential.session)
            return found.principal if found and not found.locked and not found.pending else None
        if credential.token:
            token = self._access.token(credential.token)
            return token.principal if token else None
        return principal

    def _end(self, sid: str, namespace: str, disconnect: Callable[[str, str], None]) -> None:
        del self._by_sid[sid, namespace]
        try:
            disconnect(sid, namespace)
        except Exception:
            log.exception("a socket was not ended")
