"""Fetches what headquarters has of a branch's journal, for a computer that lost it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from nats.aio.client import Client
from nats.errors import NoRespondersError

from integrations.nats_line import LineLost, connected
from integrations.shipper import ANSWER_S, Way, branch_address
from lobby.events.batch import BACK, SCHEMA, pack, unpack, unpacked
from lobby.events.envelope import SEQ, End, Row

ROWS_MAX = 500


class NotOnTheLine(Exception):
    """Headquarters has another event in the place of the last one that is here."""


class TooLarge(ValueError):
    """An event does not fit into a message of headquarters' NATS server."""


def fetch(way: Way, branch: str, since: End, take: Callable[[Sequence[Row]], None]) -> int:
    """Hand `take` every event that headquarters has after `since`; answers how many. Raises LineLost, NotOnTheLine and
    TooLarge."""
    return asyncio.run(_fetch(way, branch, since, take))


async def _fetch(way: Way, branch: str, since: End, take: Callable[[Sequence[Row]], None]) -> int:
    count = 0
    async with connected(branch_address(way, branch)) as client:
        while rows := await _piece(client, branch, since):
            take(rows)
            count += len(rows)
            last = rows[-1]
            since = End(last[1], last[SEQ], last[-1])
    return count


async def _piece(client: Client, branch: str, since: End) -> Sequence[Row]:
    ask = {"schema": SCHEMA, "after": since.seq, "hash": since.hash, "most": ROWS_MAX}
    try:
        reply = await client.request(f"{BACK}.{branch}", pack(ask), timeout=2 * ANSWER_S)
    except NoRespondersError as error:
        raise LineLost("nobody there takes events in: is lobby hq ingest at work?") from error
    answer = unpack(reply.data)
    if not answer.get("known", True):
        raise NotOnTheLine
    if answer.get("too_large"):
        seq, size_b = answer["too_large"]
        raise TooLarge(
            f"event {seq} of branch {branch} is larger than headquarters' NATS server lets through: set max_payload"
            f" there to {size_b // 2**20 + 1}MB, have it read its configuration, and begin again"
        )
    if answer.get("missing"):
        raise LineLost(f"at headquarters, {answer['missing']}; then begin again")
    if not answer["rows"]:
        return []
    return unpacked(branch, reply.data).rows
