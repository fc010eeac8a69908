"""Tells customers who asked for it that it is almost their turn, and that they are called: by web push, and by the
branch's own gateway (SMS, WeCom), which gets a POST.

Whom to tell is kept in memory alone, until the ticket cannot come back: nothing of it is in the journal.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from integrations.web_push import Gone, Subscription, WebPush, subscription
from lobby.engine.runtime import BranchRuntime
from lobby.events import Recorded, Topic
from lobby.state.queue import QueueState
from lobby.state.ticket import State, StepKind, Ticket
from lobby.texts import Text, by_language

log = logging.getLogger(__name__)

LOOK_S = 15.0
"""A place in line moves with every call; this often it is looked where nothing was heard."""
WATCHED_MAX = 2000
PHONES_MAX = 3
"""A ticket is on so many phones at the most."""
TIMEOUT_S = 5.0
TRIES_MAX = 3
"""What nobody took is sent again at the next look; a service that refuses is not asked for ever."""
ALMOST = Text("{number}: almost your turn, {ahead} before you. Please be near the counters.")
NEXT = Text("{number}: you are next. Please be near the counters.")
CALLED = Text("{number}: please go to {counter}")
PUT_BACK = Text("{number}: the call was withdrawn. You keep your place, please wait.")
LEFT = (State.NO_SHOW, State.CANCELLED, State.DIVERTED)
"""From these a ticket comes back until the day ends: by an undo, or into the line again."""


@dataclass
class _Watched:
    """Who is to be told of one ticket, and what was told. `called_at` is the last call that was told, unless it was
    taken back; `tries` counts what nobody took yet."""

    phones: list[Subscription] = field(default_factory=list)
    telephone: str = ""
    told: set[str] = field(default_factory=set)
    called_at: datetime | None = None
    tries: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class _Notice:
    ticket: str
    kind: str
    called_at: datetime | None
    words: dict[str, str]
    message: dict[str, str]


class Notices:
    """Looks after one branch. A thread of its own sends, so that nobody waits for a push service."""

    def __init__(self, runtime: BranchRuntime, web_push: WebPush | None = None) -> None:
        self._runtime = runtime
        self._rules = runtime.branch.notices
        base = runtime.links.base_url
        contact = f"https://{urlsplit(base).hostname}/"
        self._web_push = web_push or WebPush(runtime.data, contact)
        self._watched: dict[str, _Watched] = {}
        self._lock = threading.Lock()
        self._news = threading.Event()
        self._ended = False
        self._thread = threading.Thread(target=self._run, name="notices", daemon=True)
        """At work once somebody asked."""
        runtime.writer.subscribe(self._heard)

    # -- whom to tell -------------------------------------------------------------------------------------
    @property
    def public_key(self) -> str:
        return self._web_push.public_key

    @property
    def has_gateway(self) -> bool:
        return self._rules.url is not None

    def tell_phone(self, ticket: str, endpoint: str, p256dh: str, auth: str) -> None:
        """Raises ValueError for an address that is no known push service's, and for keys that are none."""
        if not self._web_push.known(endpoint):
            raise ValueError("no push service that is known")
        phone = subscription(endpoint, p256dh, auth)
        with self._lock:
            watched = self._of(ticket)
            others = [one for one in watched.phones if one.endpoint != endpoint]
            watched.phones = [*others, phone][-PHONES_MAX:]
        self._news.set()

    def tell_telephone(self, ticket: str, telephone: str) -> None:
        """By the gateway. Nobody's number is kept longer than the ticket lives."""
        with self._lock:
            self._of(ticket).telephone = telephone
        self._news.set()

    def _of(self, ticket: str) -> _Watched:
        while len(self._watched) >= WATCHED_MAX and ticket not in self._watched:
            del self._watched[next(iter(self._watched))]
        return self._watched.setdefault(ticket, _Watched())

    # -- at work ------------------------------------------------------------------------------------------
    def work(self) -> None:
        """In a thread, from the first who asked until `stop`."""
        with self._lock:
            if self._thread.ident is None:
                self._thread.start()

    def stop(self) -> None:
        self._ended = True
        self._news.set()
        if self._thread.ident is not None:
            self._thread.join(TIMEOUT_S)

    def _heard(self, records: Sequence[Recorded]) -> None:
        if any(Topic.QUEUE in recorded.event.TOPICS for recorded in records):
            self._news.set()

    def _run(self) -> None:
        with httpx.Client(timeout=TIMEOUT_S, trust_env=True) as client:
            while not self._ended:
                self._news.wait(LOOK_S)
                self._news.clear()
                try:
                    self.look(client)
                except Exception:
                    self._runtime.writer.fault("notices")

    def look(self, client: httpx.Client) -> None:
        """Send what is due now. What follows is sent although one fails."""
        for notice in self._due():
            taken = self._send(client, notice)
            self._sent(notice, taken=taken)

    def _sent(self, notice: _Notice, *, taken: bool) -> None:
        """It was sent: it is told, unless nobody took it and it is worth another try."""
        with self._lock:
            watched = self._watched.get(notice.ticket)
            if watched is None:
                return
            watched.tries[notice.kind] += 1
            if taken or watched.tries[notice.kind] >= TRIES_MAX:
                watched.told.add(notice.kind)
                watched.called_at = notice.called_at

    def _due(self) -> list[_Notice]:
        with self._lock, self._runtime.writer.published() as state:
            over = [id for id in self._watched if _is_over(state, id)]
            for id in over:
                del self._watched[id]
            return [notice for id in self._watched for notice in self._notices(state, id)]

    def _notices(self, state: QueueState, id: str) -> Iterator[_Notice]:
        ticket = state.tickets[id]
        watched = self._watched[id]
        if ticket.state is State.CALLED:
            kind = f"called {_instant(ticket.called_at)}"
            counter = state.branch.counter[ticket.counter or ""].name
            if kind not in watched.told:
                yield self._notice(
                    ticket, kind, CALLED.with_(number=ticket.number, counter=counter)
                )
        elif _is_put_back(ticket, watched):
            kind = f"put_back {_instant(watched.called_at)}"
            yield self._notice(ticket, kind, PUT_BACK.with_(number=ticket.number))
        elif ticket.state is State.WAITING and "almost" not in watched.told:
            ahead = self._runtime.views.ticket(state, ticket)["ahead"]
            if ahead <= self._rules.ahead:
                words = ALMOST.with_(number=ticket.number, ahead=ahead)
                yield self._notice(
                    ticket, "almost", words if ahead else NEXT.with_(number=ticket.number)
                )

    def _notice(self, ticket: Ticket, kind: str, words: Text) -> _Notice:
        spoken = by_language(words)
        link = self._runtime.links.of_ticket(ticket.id)["status"]
        text = spoken.get(ticket.lang) or spoken["en"]
        message = {"title": ticket.number, "body": text, "link": link, "tag": ticket.id}
        return _Notice(ticket.id, kind, ticket.called_at, spoken, message)

    # -- sending ------------------------------------------------------------------------------------------
    def _send(self, client: httpx.Client, notice: _Notice) -> bool:
        """Whether somebody took it, or nobody is there to take it."""
        with self._lock:
            watched = self._watched.get(notice.ticket) or _Watched()
            phones = list(watched.phones)
            telephone = watched.telephone
        taken = [self._to_phone(client, notice, phone) for phone in phones]
        if telephone and self._rules.url:
            taken.append(self._to_gateway(client, notice, telephone))
        return any(taken) or not taken

    def _to_phone(self, client: httpx.Client, notice: _Notice, phone: Subscription) -> bool:
        """Whether its service took it. An error of any kind is one phone's: the others are told."""
        try:
            self._web_push.send(client, phone, notice.message)
        except Gone:
            self._forget(notice.ticket, phone)
            return False
        except Exception as error:
            log.warning("a push service took no notice: %s", type(error).__name__)
            return False
        return True

    def _forget(self, ticket: str, phone: Subscription) -> None:
        with self._lock:
            if watched := self._watched.get(ticket):
                watched.phones = [one for one in watched.phones if one != phone]

    def _to_gateway(self, client: httpx.Client, notice: _Notice, telephone: str) -> bool:
        """Whether the gateway took it. Its token is read anew each time, and may be away."""
        body = {
            "event": notice.kind.partition(" ")[0],
            "ticket": notice.ticket,
            "telephone": telephone,
            "number": notice.message["title"],
            "text": notice.words,
            "link": notice.message["link"],
        }
        headers = {"Idempotency-Key": f"{notice.ticket}-{notice.kind.replace(' ', '-')}"}
        try:
            if self._rules.token_file:
                token = Path(self._rules.token_file).read_text().strip()
                headers["Authorization"] = f"Bearer {token}"
            client.post(self._rules.url or "", json=body, headers=headers).raise_for_status()
        except Exception as error:
            log.warning("the gateway took no notice: %s", type(error).__name__)
            return False
        return True


def _instant(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _is_put_back(ticket: Ticket, watched: _Watched) -> bool:
    """Whether the call that was told is none any more. A ticket that is sent on or missed keeps its instant."""
    back = ticket.state in (State.WAITING, State.PARKED) and ticket.called_at != watched.called_at
    return bool(watched.called_at and back and _was_undone(ticket))


def _was_undone(ticket: Ticket) -> bool:
    """Without it another instant of the call is one of a clock that was set."""
    return any(step.kind is StepKind.UNDONE for step in ticket.history)


def _is_over(state: QueueState, id: str) -> bool:
    """Whether the ticket cannot come back. With its day a ticket is none of the state's."""
    ticket = state.tickets.get(id)
    return ticket is None or (ticket.state.ended and ticket.state not in LEFT)
