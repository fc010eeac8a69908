"""Carries the journal to headquarters, in a process of its own: a branch never waits for it. It reads, and writes
nothing but what headquarters sends down, into the branch's inbox.

It keeps no cursor. Headquarters' database says how far it is, after every fault and twice a minute; from there on the
journal itself is what is yet to be sent. Over one connection, outbound. Where headquarters puts this journal aside, the
log says so, and a note in the data folder.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import NoRespondersError
from nats.js.errors import APIError

from integrations import instructions, standing
from integrations.early import Early
from integrations.faults import Lasting
from integrations.messages import messages
from integrations.nats_line import Address, LineLost, NotLetIn, Work, while_connected
from integrations.snapshots import AT_REST_S, SHOWING, show
from integrations.standing import Known, Place
from integrations.watchdog import Progress
from lobby.errors import Unavailable
from lobby.events.batch import (
    ASK,
    POKE,
    SCHEMA,
    STREAM,
    Batch,
    events_subject,
    inbox,
    pack,
    unpack,
)
from lobby.events.envelope import SEQ
from lobby.journal import outbox
from lobby.journal.history import Reader, reader
from lobby.journal.inbox import received

log = logging.getLogger(__name__)

LOOK_S = 1.0
"""So often it is looked for new events. What came meanwhile goes in one batch: one wait for headquarters' disks."""
ASK_S = 30.0
ANSWER_S = 5.0
"""A publish that is not acknowledged by then ends the line; a question is asked again."""
ROWS_MAX = 500
"""In a batch: 15 KB compressed, of the 1 MB that a message may have."""
AHEAD = 10 * ROWS_MAX
"""Events that headquarters has not said to have yet. Of 200 branches that send years of their journals, those of today
wait for a million others, a minute, and not for all."""
AHEAD_ASK_S = 1.0
FULL_S = 15.0
"""After a message that a full server refused."""
RESENT_MAX = 4
"""What is sent again and again and not taken is sent less often: from twice a minute down to every 8 minutes."""
NOT_LET_IN_MAX_S = 60.0
SENDING = "sending"
"""Its loop, as the log names one that hangs."""
BEGUN_S = 5.0
POKED_S = 1.0
SPREAD_S = 5.0
"""Thousands of branches whose line ends at once come back within so long, each after a time of its own: the client
itself has no such jitter, and that has brought servers down."""


class Refused(Exception):
    """Headquarters does not take this branch in, or it has no code."""


class Replaced(Exception):
    """The database is another file by now: a backup was restored."""


@dataclass(frozen=True)
class Way:
    """How headquarters is reached. `certificates`: the folder with the branch's own certificate. `rate`: at most so
    many events a second, while there is much to send."""

    url: str
    certificates: Path | None = None
    rate: int = 2000


def branch_address(way: Way, branch: str) -> Address:
    return Address(way.url, way.certificates, "branch", inbox(branch))


class Shipper:
    """Carries one journal."""

    def __init__(self, database: Path, way: Way, progress: Progress | None = None) -> None:
        self._database = database
        self._way = way
        self._progress = progress or Progress()
        self._faults = Lasting(log, "headquarters")
        self._unbegun = Lasting(log, str(database.parent))
        self._kept_out = 0
        """So many times in a row the server did not let it in."""

    async def run(self) -> None:
        """Until it is cancelled. Raises Refused, outbox.Nameless, and OSError where there is no data folder."""
        while True:
            await self._await_beginning()
            with suppress(Replaced), closing(reader(self._database)) as db:
                await self._carry(db)
            pause_s = self._pause_s()
            self._progress.came_round(SENDING, SHOWING, rest_s=pause_s)
            await asyncio.sleep(pause_s)

    async def _await_beginning(self) -> None:
        """A branch that was never started has no journal yet. Raises FileNotFoundError."""
        while not self._is_begun():
            self._unbegun.tell("the branch has no journal yet: start it, this waits for it")
            self._progress.came_round(SENDING, SHOWING, rest_s=BEGUN_S)
            await asyncio.sleep(BEGUN_S)
        self._unbegun.over()

    def _is_begun(self) -> bool:
        if self._database.exists():
            with closing(reader(self._database)) as db:
                return outbox.is_begun(db)
        if not self._database.parent.is_dir():
            raise FileNotFoundError(self._database)
        return False

    def _pause_s(self) -> float:
        """A time of its own; longer each time while the server does not let it in."""
        if not self._kept_out:
            return random.uniform(0.2, SPREAD_S)
        longest = min(SPREAD_S * 2**self._kept_out, NOT_LET_IN_MAX_S)
        return random.uniform(longest / 2, longest)

    async def _carry(self, db: Reader) -> None:
        """As long as the line and the database last."""
        branch = outbox.code(db)
        address = branch_address(self._way, branch)

        async def begin(client: Client) -> Sequence[Work]:
            log.info("connected to headquarters as branch %s", branch)
            self._kept_out = 0
            self._faults.over()
            line = _Line(client, branch, db, self._way.rate, self._database.parent, self._progress)
            await line.listen()
            shown = show(client, branch, self._database, self._progress)
            return [line.ship(), shown, self._end_when_replaced()]

        try:
            await while_connected(address, begin)
        except LineLost as error:
            self._kept_out += isinstance(error, NotLetIn)
            self._faults.tell(f"{error}; trying again")

    async def _end_when_replaced(self) -> None:
        file = self._database.stat().st_ino
        while True:
            await asyncio.sleep(AT_REST_S / 10)
            with suppress(FileNotFoundError):
                if self._database.stat().st_ino != file:
                    raise Replaced


class _Line:
    """What is sent over one connection."""

    def __init__(
        self,
        client: Client,
        branch: str,
        db: Reader,
        rate: int,
        data: Path,
        progress: Progress,
    ) -> None:
        self._client = client
        self._progress = progress
        self._branch = branch
        self._db = db
        self._rate = rate
        self._data = data
        self._poked = asyncio.Event()
        self._resent = 0
        """So many times in a row something was sent again and nothing moved."""
        self._full = Lasting(log, "headquarters")
        self._full_until = 0.0
        self._aside = Lasting(log, "put aside")
        self._stream = client.jetstream(timeout=ANSWER_S)
        self._early = Early(db)

    # -- events -----------------------------------------------------------------------------------------
    async def ship(self) -> None:
        """Send what headquarters lacks, at most AHEAD of what it says to have. What moves there is on its way, and only
        what stands still was lost: that is sent again."""
        known = await self._known()
        place = self._place(known)
        first = place.first
        asked = moved = time.monotonic()
        while True:
            first = await self._send(first, known, place)
            self._progress.came_round(SENDING)
            await asyncio.sleep(LOOK_S)
            if self._poked.is_set():
                self._poked.clear()
                await self._ask()
            is_ahead = first >= place.first + AHEAD
            if time.monotonic() - asked < (AHEAD_ASK_S if is_ahead else ASK_S):
                continue
            former, known = known, await self._known()
            place = self._place(known)
            asked = time.monotonic()
            if known != former:
                self._resent = 0
                moved = asked
            elif asked - moved > ASK_S * 2**self._resent - LOOK_S:
                self._note_resent(place.first, first)
                first = min(first, place.first)
                moved = asked

    async def _send(self, first: int, known: Known, place: Place) -> int:
        """What is next in its turn; before each piece of it what goes before its turn. Answers what is next then."""
        end = place.first + AHEAD
        while True:
            if early := self._early.span(known, place):
                self._early.went_to(await self._send_from(early.start, early.stop, early=True))
            begun = first
            first = await self._send_from(begun, min(begun + ROWS_MAX, end))
            if first == begun:
                return first

    def _note_resent(self, lacked: int, first: int) -> None:
        if lacked >= first:
            self._resent = 0
            return
        self._resent = min(self._resent + 1, RESENT_MAX)
        if self._resent > 1:
            log.warning(
                "headquarters does not take event %d and those after it, which were sent: lobby hq check says more"
                " there, and lobby check whether the journal here is whole",
                lacked,
            )

    async def _known(self) -> Known:
        """How far headquarters' database is, once somebody there answers."""
        while (answer := await self._ask()) is None:
            self._progress.came_round(SENDING)
            await asyncio.sleep(random.uniform(1.0, SPREAD_S))
        if not answer.get("takes", True):
            raise Refused(f"headquarters does not take in branch {self._branch}: see its hq.toml")
        return Known.of(answer)

    def _place(self, known: Known) -> Place:
        """Told when it changes, and by the note."""
        place = standing.place(self._db, known)
        if place.is_aside:
            self._aside.tell(standing.remedy(place, self._branch))
        else:
            self._aside.over()
        standing.note(self._data, place, self._branch)
        return place

    async def _ask(self) -> dict[str, Any] | None:
        """None while nobody is there who takes events in, or its database is away: the line itself lives, as pings
        tell, and thousands of branches need not make theirs anew."""
        ask = pack({"schema": SCHEMA, "seq": outbox.newest(self._db)})
        with suppress(NoRespondersError, TimeoutError):
            reply = await self._client.request(f"{ASK}.{self._branch}", ask, timeout=ANSWER_S)
            answer = unpack(reply.data)
            if not standing.place(self._db, Known.of(answer)).is_aside:
                await self._keep(answer.get("down"))  # a clone is not who it is for
            return answer
        return None

    # -- what headquarters sends down -------------------------------------------------------------------
    async def listen(self) -> None:
        """To be told that there is something new. A headquarters of another release tells nothing."""
        await self._client.subscribe(f"{POKE}.{self._branch}", cb=self._note_poke)

    async def _note_poke(self, message: Msg) -> None:
        """Thousands of branches that are poked at once do not ask at once."""
        await asyncio.sleep(random.uniform(0.0, POKED_S))
        self._poked.set()

    async def _keep(self, sent: Any) -> None:
        """What is new goes into the inbox; what the journal has by now is passed over. A disk that takes nothing is
        told, and events go on."""
        if not isinstance(sent, list) or not sent:
            return
        known = received(self._db)
        fresh = [one for one in sent if not isinstance(one, dict) or one.get("id") not in known]
        try:
            count = await asyncio.to_thread(instructions.keep, self._data, fresh)
        except Unavailable as error:
            log.warning("what headquarters sends down cannot be kept: %s", error)
        else:
            if count:
                log.info("headquarters sent %d instructions down", count)

    async def _send_from(self, first: int, end: int, *, early: bool = False) -> int:
        """What is in the journal from there on, up to `end`; answers what is next."""
        while first < end and time.monotonic() > self._full_until:
            rows = outbox.piece(self._db, first, ROWS_MAX)
            if not rows:
                break
            begun = time.monotonic()
            try:
                context = self._early.context(first) if early else None
                previous = outbox.hash_before(self._db, first)
                await self._publish(Batch(self._branch, previous, rows, context))
            except APIError as error:
                self._note_full(error)
                break
            self._full.over()
            first = rows[-1][SEQ] + 1
            rest_s = max(0.0, begun + len(rows) / self._rate - time.monotonic())
            self._progress.came_round(SENDING, rest_s=rest_s)
            if len(rows) == ROWS_MAX:
                await asyncio.sleep(rest_s)
        return first

    def _note_full(self, error: APIError) -> None:
        """The journal keeps it meanwhile: nothing is lost."""
        self._full.tell(f"its server takes no more at present ({error.description})")
        self._full_until = time.monotonic() + random.uniform(FULL_S / 2, FULL_S)

    async def _publish(self, batch: Batch) -> None:
        subject = events_subject(self._branch)
        for message in messages(batch, self._client.max_payload):
            await self._stream.publish(subject, message, timeout=ANSWER_S, stream=STREAM)
