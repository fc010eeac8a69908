"""The session or token of each socket: the socket is disconnected within a second after that ends."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

import gevent

from web.access import Access, Principal

log = logging.getLogger(__name__)

LOOK_S = 0.4
"""How often the store is asked for changes of this and other processes: one PRAGMA."""
EXPIRY_S = 5.0
"""How often all sockets are checked without a change, since sessions and tokens also expire."""


@dataclass(frozen=True)
class Credential:
    """What a socket signed in with; neither: a device of the demo on this machine."""

    session: str = ""
    token: str = ""


class LiveSockets:
    def __init__(self, access: Access) -> None:
        self._access = access
        self._by_sid: dict[tuple[str, str], tuple[Credential, Principal]] = {}

    def joined(
        self, sid: str, namespace: str, credential: Credential, principal: Principal
    ) -> None:
        self._by_sid[sid, namespace] = credential, principal

    def principal(self, sid: str, namespace: str) -> Principal | None:
        entry = self._by_sid.get((sid, namespace))
        if entry:
            return entry[1]
        return None

    def watch(
        self, connected: Callable[[str, str], bool], disconnect: Callable[[str, str], None]
    ) -> None:
        """Checks the sockets for ever, in a greenlet."""
        waited = 0.0
        while True:
            gevent.sleep(LOOK_S)
            waited += LOOK_S
            if self._access.changed() or waited >= EXPIRY_S:
                waited = 0.0
                self._end_invalid(connected, disconnect)

    def _end_invalid(
        self, connected: Callable[[str, str], bool], disconnect: Callable[[str, str], None]
    ) -> None:
        valid: dict[Credential, Principal | None] = {}
        for (sid, namespace), (credential, principal) in list(self._by_sid.items()):
            if not connected(sid, namespace):
                del self._by_sid[sid, namespace]
                continue
            if credential not in valid:
                valid[credential] = self._principal_of(credential, principal)
            if valid[credential] != principal:
                self._end(sid, namespace, disconnect)

    def _principal_of(self, credential: Credential, principal: Principal) -> Principal | None:
        """The principal that the credential gives now. Another role or binding makes another principal."""
        if credential.session:
            session = self._access.session(credential.session)
            if session is None or session.locked or session.pending:
                return None
            return session.principal
        if credential.token:
            token = self._access.token(credential.token)
            if token:
                return token.principal
            return None
        return principal

    def _end(self, sid: str, namespace: str, disconnect: Callable[[str, str], None]) -> None:
        del self._by_sid[sid, namespace]
        try:
            disconnect(sid, namespace)
        except Exception:
            log.exception("a socket was not ended")
