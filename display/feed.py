"""The only place that emits. Whole states, never deltas: who missed ten messages is right after one.

The writer's thread only notifies the loop; one greenlet computes each state once per change and sends the
same bytes to all who show it.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Sequence, Set
from typing import Any, cast

import gevent
from flask import request
from flask_socketio import SocketIO, join_room, leave_room
from gevent import get_hub
from gevent.event import Event
from socketio.exceptions import ConnectionRefusedError

from display.board.news import Message, announcements
from display.board.slides import SlideDecks
from display.board.state import BOARD_TOPICS, BoardView, board_state
from lobby.branch.screens import Board
from lobby.engine.runtime import BranchRuntime
from lobby.errors import LobbyError
from lobby.events import Recorded, Topic
from lobby.heard import LastHeard
from lobby.state.alert import AlertKind
from lobby.state.queue import QueueState
from lobby.views.card import CounterTurnView, counter_card
from lobby.views.fields import Audience, for_customer, for_staff
from lobby.views.hall import BoardLineView, KioskLineView, StaffHallView
from lobby.views.views import View

log = logging.getLogger(__name__)

StaffConnecting = Callable[[object], Audience | None]
"""auth -> what the staff whose socket comes in may see; None when it may not come in."""
MayConnect = Callable[[object, str], bool]
"""(auth, grant) -> whether the socket may come in."""
MayFollow = Callable[[str], bool]
"""board -> whether the socket that asks may follow it."""

TICKET_TOPICS = frozenset({Topic.QUEUE, Topic.COUNTER, Topic.DAY, Topic.SLIP})
"""What changes a ticket as its customer sees it."""
CARD_TOPICS = frozenset({Topic.QUEUE, Topic.COUNTER, Topic.DAY, Topic.FEEDBACK})
"""What changes whose feedback card is open at a counter."""
GATHER_S = 0.02
"""After a change is shown, those within this time are shown together."""
REFRESH_S = 15.0
"""How often waits are shown anew although nothing happened."""
SLIDES_S = 5.0
"""How often it is looked whether a branch put other slides there."""


class Feed:
    """Boards, tablets, phones and the tablets at counters of one branch."""

    def __init__(
        self,
        runtime: BranchRuntime,
        sockets: SocketIO,
        may_connect: MayConnect,
        staff_connecting: StaffConnecting,
        may_follow: MayFollow,
        shows: SlideDecks,
        kiosks: Callable[[], list[KioskLineView]],
    ) -> None:
        self._runtime = runtime
        self._slides = shows
        self._kiosks = kiosks
        self._sockets = sockets
        self._may_connect = may_connect
        self._staff_connecting = staff_connecting
        self._audiences: dict[str, Audience] = {}
        self._may_follow = may_follow
        self._news: deque[Recorded] = deque()
        self._changed = Event()
        self._shown: dict[str, Any] = {}
        self._turns: dict[str, tuple[str, str] | None] = {}
        self._refreshed_s = -REFRESH_S
        boards = [board.id for board in runtime.branch.boards]
        with runtime.writer.published() as state:
            missed = state.told(AlertKind.BOARD)
        self._lit = LastHeard(boards, runtime.clock.steady_s, missed)
        self._register()

    def start(self) -> None:
        """Begin to follow the writer. Call in the loop's thread."""
        loop = get_hub().loop

        def notify(records: Sequence[Recorded]) -> None:
            loop.run_callback_threadsafe(self._take, records)

        self._runtime.writer.subscribe(notify)
        gevent.spawn(self._run)
        gevent.spawn(self._look_for_slides)

    def _take(self, records: Sequence[Recorded]) -> None:
        self._news.extend(records)
        self._changed.set()

    def _run(self) -> None:
        while True:
            self._changed.wait(REFRESH_S)
            self._changed.clear()
            try:
                self._show()
            except Exception:
                log.exception("a change was not shown")
            gevent.sleep(GATHER_S)

    def _look_for_slides(self) -> None:
        while True:
            if get_hub().threadpool.apply(self._slides.read):
                self._changed.set()
            gevent.sleep(SLIDES_S)

    def _show(self) -> None:
        news = [self._news.popleft() for _ in range(len(self._news))]
        messages = self._messages(news)
        for event, data, room, namespace in messages:
            self._sockets.emit(event, data, to=room, namespace=namespace)

    def _messages(self, news: Sequence[Recorded]) -> list[Message]:
        """Everything to send, computed under the state's lock and sent after it."""
        runtime = self._runtime
        topics = self._topics(news)
        with runtime.writer.published() as state:
            messages = self._part("calls", announcements, state, news)
            if topics & BOARD_TOPICS:
                messages += self._part("boards", self._boards, state)
            messages += self._part("staff", self._to_staff, state, news)
            if topics & TICKET_TOPICS:
                messages += self._part("phones", self._phones, state)
            if topics & CARD_TOPICS:
                messages += self._part("cards", self._cards, state)
        return messages

    def _topics(self, news: Sequence[Recorded]) -> Set[Topic]:
        """What the news change. Everything, where there is none or all was shown REFRESH_S ago: waits get shorter."""
        now_s = self._runtime.clock.steady_s()
        if news and now_s - self._refreshed_s < REFRESH_S:
            return frozenset().union(*(recorded.event.TOPICS for recorded in news))
        self._refreshed_s = now_s
        return frozenset(Topic)

    def _part(self, name: str, draw: Callable[..., list[Message]], *args: Any) -> list[Message]:
        """What fails for one kind of screen is told, and keeps nothing from the others."""
        try:
            return draw(*args)
        except Exception:
            self._runtime.writer.fault(f"feed of {name}")
            return []

    def _phones(self, state: QueueState) -> list[Message]:
        followed = (state.tickets[id] for id in self._rooms("/ticket") if id in state.tickets)
        views = (for_customer(self._runtime.views.ticket(state, ticket)) for ticket in followed)
        return [("state", view, view["id"], "/ticket") for view in views]

    def _cards(self, state: QueueState) -> list[Message]:
        """To each counter's tablet that the turn is another customer's, or nobody's."""
        found: list[Message] = []
        for counter in self._rooms("/card"):
            if counter not in state.counters:
                continue
            turn = self._turn(state, counter)
            if _whose(turn) != self._turns.get(counter):
                self._turns[counter] = _whose(turn)
                found.append(("state", turn, counter, "/card"))
        return found

    def _turn(self, state: QueueState, counter: str) -> CounterTurnView:
        runtime = self._runtime
        card = counter_card(state, counter, runtime.clock(), runtime.links.tickets.of)
        return {"counter": counter, "card": card}

    def _boards(self, state: QueueState) -> list[Message]:
        found = []
        for board in state.branch.boards:
            if not self._followed(board.id, "/board"):
                continue
            shown = self._board(state, board)
            content = {k: v for k, v in shown.items() if k not in ("seq", "at")}
            if content != self._shown.get(board.id):
                self._shown[board.id] = content
                found.append(("state", shown, board.id, "/board"))
        return found

    def _board(self, state: QueueState, board: Board) -> BoardView:
        return board_state(
            state,
            self._runtime.views,
            board,
            self._runtime.clock(),
            self._slides.revision(board.id),
        )

    def _to_staff(self, state: QueueState, news: Sequence[Recorded]) -> list[Message]:
        """To each audience the alerts that are new, then the hall, both as it may see them."""
        followed = self._rooms("/staff")
        self._audiences = {room: who for room, who in self._audiences.items() if room in followed}
        if not self._audiences:
            return []
        hall = self._hall(state)
        messages = list[tuple[str, Any, str, str]]()
        raised = [
            self._runtime.views.alert(state, state.alerts[r.seq])
            for r in news
            if r.seq in state.alerts
        ]
        for room, who in self._audiences.items():
            own = who.counters(hall)
            messages += [
                ("alert", alert, room, "/staff") for alert in raised if who.sees(alert, own)
            ]
            messages.append(("state", for_staff(hall, who), room, "/staff"))
        return messages

    def _hall(self, state: QueueState) -> StaffHallView:
        view = self._runtime.views.hall(state, self._runtime.clock())
        boards: list[BoardLineView] = [
            {"id": board.id, "connected": self._followed(board.id, "/board")}
            for board in state.branch.boards
        ]
        return {**view, "boards": boards, "kiosks": self._kiosks()}

    def followed(self) -> dict[str, int]:
        """By board, how many screens show it."""
        boards = self._runtime.branch.boards
        return {board.id: self._followed(board.id, "/board") for board in boards}

    def connections(self) -> tuple[Callable[[str, str], bool], Callable[[str, str], None]]:
        """(sid, namespace) -> whether it is connected, and what ends it."""
        server: Any = cast(Any, self._sockets).server
        return server.manager.is_connected, server.disconnect

    def dark(self, longer_than_s: float) -> list[str]:
        """The boards that had a client since the start, or were missed before it, and have had none for so long; none
        for 0."""
        for board in self._lit.ids:
            if self._followed(board, "/board"):
                self._lit.hear(board)
        return self._lit.silent(longer_than_s)

    def _rooms(self, namespace: str) -> dict[str, Any]:
        """The clients by room."""
        server: Any = cast(Any, self._sockets).server
        rooms: dict[str, Any] = server.manager.rooms.get(namespace, {})
        return rooms

    def _followed(self, room: str, namespace: str) -> int:
        """How many clients are in the room."""
        return len(self._rooms(namespace).get(room, ()))

    # -- who comes in -------------------------------------------------------------------------------
    def _register(self) -> None:
        on = self._sockets.on
        on("connect", namespace="/board")(self._board_connects)
        on("join", namespace="/board")(self._board_joins)
        on("connect", namespace="/staff")(self._staff_connects)
        on("connect", namespace="/ticket")(self._phone_connects)
        on("connect", namespace="/card")(self._tablet_connects)
        on("join", namespace="/card")(self._tablet_joins)

    def _board_connects(self, auth: object = None) -> None:
        if not self._may_connect(auth, "board"):
            raise ConnectionRefusedError("not allowed")

    def _board_joins(self, data: object = None, *_: object) -> dict[str, Any]:
        """`join {board}`: the whole state now, and after every change. Answers `{error}` or `{board}`."""
        wanted = data.get("board") if isinstance(data, dict) else None
        board = self._runtime.branch.board.get(str(wanted))
        if board is None or not self._may_follow(board.id):
            return {"error": f"no board {wanted}"}
        for other in self._runtime.branch.boards:
            leave_room(other.id)
        join_room(board.id)
        with self._runtime.writer.published() as state:
            shown = self._board(state, board)
        self._sockets.emit("state", shown, to=_sid(), namespace="/board")
        return {"board": board.id}

    def _staff_connects(self, auth: object = None) -> None:
        who = self._staff_connecting(auth)
        if who is None:
            raise ConnectionRefusedError("not allowed")
        self._audiences[who.room] = who
        join_room(who.room)
        with self._runtime.writer.published() as state:
            hall = for_staff(self._hall(state), who)
        self._sockets.emit("state", hall, to=_sid(), namespace="/staff")

    def _phone_connects(self, auth: object = None) -> None:
        try:
            ticket = self._runtime.links.tickets.read(
                str(auth.get("token") if isinstance(auth, dict) else "")
            )
        except LobbyError as refused:
            raise ConnectionRefusedError(str(refused)) from refused
        join_room(ticket)
        with self._runtime.writer.published() as state:
            view = self._ticket(state, ticket)
        self._sockets.emit("state", view, to=_sid(), namespace="/ticket")

    def _tablet_connects(self, auth: object = None) -> None:
        if not self._may_connect(auth, "card"):
            raise ConnectionRefusedError("not allowed")

    def _tablet_joins(self, data: object = None, *_: object) -> dict[str, Any]:
        """`join {counter}`: whose card is open now, and after every change. Answers `{error}` or `{counter}`."""
        counter = str(data.get("counter")) if isinstance(data, dict) else ""
        if counter not in self._runtime.branch.offered.counter:
            return {"error": f"no counter {counter}"}
        for other in self._runtime.branch.counter:
            leave_room(other)
        join_room(counter)
        with self._runtime.writer.published() as state:
            turn = self._turn(state, counter)
        self._turns[counter] = _whose(turn)
        self._sockets.emit("state", turn, to=counter, namespace="/card")
        return {"counter": counter}

    def _ticket(self, state: QueueState, id: str) -> View:
        """The ticket for its customer; of an earlier day, that it is over."""
        if ticket := state.tickets.get(id):
            return for_customer(self._runtime.views.ticket(state, ticket))
        return {"id": id, "state": "over"}


def _whose(turn: CounterTurnView) -> tuple[str, str] | None:
    """Whose card it is, and until when: what it has beside that changes each second."""
    card = turn["card"]
    if card is None:
        return None
    return card["token"], card["until"]


def _sid() -> str:
    sid: str = request.sid  # type: ignore[attr-defined]
    return sid
