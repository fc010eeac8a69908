"""The whole story of one ticket of any day, from the journal's facts, in words."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, TypedDict

from lobby import events as ev
from lobby.branch.model import Branch
from lobby.branch.person import spelled
from lobby.calling.discipline import words as reason_words
from lobby.customers.tiering import rule_words
from lobby.errors import NotFound
from lobby.events.codec import wait_from
from lobby.forecast.port import NO_WAIT
from lobby.forecast.words import in_all_languages, quoted_wait
from lobby.journal.visits import OF_TICKET, OVERTAKERS_OF
from lobby.reports.actors import actor
from lobby.reports.reading import reading
from lobby.texts import Text, in_language

Row = Mapping[str, Any]
FOUND_MAX = 200


class FoundTicketView(TypedDict):
    """A ticket of any day; names in the reader's language."""

    id: str
    day: str
    number: str
    service: str
    tier: str
    state: str
    counter: str | None
    issued_at: str
    wait_s: float | None
    target_wait_s: int | None


class StoryStepView(TypedDict):
    at: str
    what: Annotated[str, "in the reader's language"]
    who: Annotated[
        str, "the person by the register of staff, else the account or the part of the system"
    ]


class OvertakerView(TypedDict):
    """A ticket of the same area that was issued later and called before this one."""

    id: str
    number: str
    called_at: str
    why: str


class CardView(TypedDict):
    at: str
    score: int
    reasons: list[str]
    written: Annotated[bool, "whether there are words: they are opened apart"]


class StoryView(TypedDict):
    ticket: FoundTicketView
    why: Annotated[str, "why it was called, the last time; empty where it was not"]
    steps: list[StoryStepView]
    overtaken_by: list[OvertakerView]
    card: CardView | None


FIND = (
    "SELECT * FROM ticket WHERE day BETWEEN :first AND :last"
    " AND (:numbers = '[]' OR number IN (SELECT value FROM json_each(:numbers)))"
    f" ORDER BY day DESC, issued_at DESC LIMIT {FOUND_MAX}"
)
ONE = "SELECT * FROM ticket WHERE id = ?"
STEPS = f"SELECT seq, at, kind, counter, actor, data FROM event WHERE {OF_TICKET} ORDER BY seq"
OVERTAKERS = f"SELECT id, number, first_called_at, call_reason {OVERTAKERS_OF}"
CARD = "SELECT at, score, reasons, text FROM feedback WHERE ticket = ?"


def find(
    branch: Branch, database: Path, number: str, first: date, last: date, lang: str
) -> list[FoundTicketView]:
    """The tickets of those days with the number, or all of them; the latest first, at most FOUND_MAX."""
    numbers = json.dumps(numbers_of(branch, number))
    days = {"first": first.isoformat(), "last": last.isoformat()}
    with reading(database) as db:
        rows = db.query(FIND, {**days, "numbers": numbers})
        return [_found(branch, row, lang) for row in rows]


def numbers_of(branch: Branch, typed: str) -> list[str]:
    """The numbers that somebody in a hurry may mean: `a7` is A007, and `7` is the seventh of any series. Full-width
    signs of a Chinese keyboard count as plain ones."""
    plain = unicodedata.normalize("NFKC", typed).upper()
    sign = "".join(one for one in plain if one.isascii() and one.isalnum())
    series = sign.rstrip("0123456789")
    digits = sign[len(series) :]
    if not digits:
        return [plain.strip()] if plain.strip() else []
    services = (*branch.services, *branch.retired.services)
    every = [series] if series else sorted({service.series for service in services})
    return [f"{one}{int(digits):03d}" for one in every]


def story(branch: Branch, database: Path, id: str, lang: str) -> StoryView:
    """Raises NotFound. Reads the disk."""
    with reading(database) as db:
        ticket = next(iter(db.query(ONE, [id])), None)
        if ticket is None:
            raise NotFound("unknown_ticket", id=id)
        steps = list(db.query(STEPS, {"ticket": id, "day": ticket["day"]}))
        overtakers = list(db.query(OVERTAKERS, ticket))
        card = next(iter(db.query(CARD, [id])), None)
    teller = _Teller(branch, lang)
    return {
        "ticket": _found(branch, ticket, lang),
        "why": teller.reason(_data(ticket["call_reason"])),
        "steps": [step for row in steps if (step := teller.step(row))],
        "overtaken_by": [teller.overtaker(row) for row in overtakers],
        "card": teller.card(card) if card else None,
    }


def _local(branch: Branch, at: str) -> str:
    return datetime.fromisoformat(at).astimezone(branch.zone).isoformat(timespec="seconds")


def _found(branch: Branch, row: Row, lang: str) -> FoundTicketView:
    counter = row["counter"]
    return {
        "id": row["id"],
        "day": row["day"],
        "number": row["number"],
        "service": branch.service[row["service"]].name.in_(lang),
        "tier": branch.tier[row["tier"]].name.in_(lang),
        "state": row["state"],
        "counter": branch.counter[counter].name.in_(lang) if counter else None,
        "issued_at": _local(branch, row["issued_at"]),
        "wait_s": row["wait_s"],
        "target_wait_s": row["target_wait_s"],
    }


SAID: Mapping[str, Text] = {
    "TicketRecalled": Text("called again at {counter}"),
    "TicketStarted": Text("service begins at {counter}"),
    "TicketFinished": Text("service ends at {counter}"),
    "TicketContinued": Text("goes on with {service}"),
    "TicketNoShow": Text("did not come to {counter}"),
    "TicketReturned": Text("is in line again"),
    "TicketMoved": Text("is moved in line"),
    "TicketParked": Text("is held at {counter}"),
    "TicketResumed": Text("waits in line again"),
    "TicketTransferred": Text("is transferred to {service}, {area}"),
    "TicketDiverted": Text("is sent to {area}"),
    "TicketReleased": Text("may go to another counter than {counter}"),
    "MachinesOffered": Text("is asked to go to {area}"),
    "MachinesDeclined": Text("prefers to wait"),
    "TicketRetiered": Text("the tier becomes {tier}"),
    "TicketAmended": Text("adds needs, business or identity"),
    "TicketComing": Text("says to be coming"),
    "TicketExtended": Text("{service} is added to the visit"),
    "TicketCancelled": Text("is cancelled ({reason})"),
    "ActUndone": Text("the last act at {counter} is undone"),
    "SlipQueued": Text("a slip goes to the printer {printer}"),
    "SlipPrinted": Text("the slip is printed"),
    "SlipFailed": Text("the slip is not printed"),
    "SlipMoved": Text("the slip goes to the printer {printer}"),
    "InterventionTaken": Text("the lobby manager intervenes"),
    "ThingLent": Text("borrows: {thing}"),
    "VisitArrived": Text("comes as announced"),
    "FeedbackGiven": Text("hands in the feedback card"),
    "RecordingMade": Text("is recorded as {reference}, product {product}"),
    "RecordingRefused": Text("nothing is sold, and nothing recorded"),
    "RecordingOverridden": Text("ends without a recording, which was waived"),
    "RecordingCorrected": Text("the recording is {reference}, and not {was}"),
}
"""What each kind of event says of its ticket; other kinds are not told."""
TAKEN_BACK = Text("the last act is undone")
ISSUED = Text(
    "takes number {number} for {service} ({rule}); {ahead} ahead, quoted {wait}, target {target} min"
)
CALLED = Text("is called to {counter}: {why}")


class _Teller:
    """Tells in one language."""

    def __init__(self, branch: Branch, lang: str) -> None:
        self._branch = branch
        self._lang = lang

    def step(self, row: Row) -> StoryStepView | None:
        data = _data(row["data"])
        what = self._what(row, data)
        if what is None:
            return None
        who = self._person(str(data.get(ev.PERSON) or row["actor"]))
        return {"at": _local(self._branch, row["at"]), "what": what, "who": who}

    def _what(self, row: Row, data: Row) -> str | None:
        kind = ev.kind_now(row["kind"])
        if kind == ev.TicketIssued.__name__:
            return self._issued(data)
        if kind == ev.TicketCalled.__name__:
            why = self.reason(data.get("reason"))
            return CALLED.with_(counter=self._counter(row["counter"]), why=why).in_(self._lang)
        if kind not in SAID:
            return None
        if kind == ev.ActUndone.__name__ and data.get("counter") is None:
            return TAKEN_BACK.in_(self._lang)
        return SAID[kind].with_(**self._names(row, data)).in_(self._lang)

    def _issued(self, data: Row) -> str:
        quoted = quoted_wait(wait_from(json.dumps(data["wait"])) if data.get("wait") else NO_WAIT)
        return ISSUED.with_(
            number=data.get("number"),
            service=self._branch.service[data.get("service", "")].name,
            rule=rule_words(str(data.get("tier_rule", "")).partition(" ")[0], self._lang),
            ahead=data.get("ahead"),
            wait=dict(in_all_languages(**quoted)).get(self._lang, ""),
            target=round((data.get("target_wait_s") or 0) / 60),
        ).in_(self._lang)

    def _names(self, row: Row, data: Row) -> dict[str, object]:
        branch = self._branch
        return {
            "counter": self._counter(row["counter"] or data.get("counter")),
            "service": branch.service[data.get("service", "")].name,
            "area": branch.area[data.get("area", "")].name,
            "tier": branch.tier[data.get("tier", "")].name,
            "thing": branch.thing[data.get("thing", "")].name,
            "printer": data.get("printer", ""),
            "reason": data.get("reason", ""),
            "reference": data.get("reference", ""),
            "product": data.get("product", ""),
            "was": data.get("was", ""),
        }

    def _counter(self, id: object) -> object:
        return self._branch.counter[str(id)].name

    def _person(self, id: str) -> str:
        person = self._branch.person.get(spelled(id))
        if person:
            return f"{person.name} ({person.number})"
        return str(in_language(actor(self._branch, id), self._lang))

    def reason(self, reason: object) -> str:
        """Journals of earlier versions may have another one."""
        with suppress(KeyError, TypeError, ValueError):
            return reason_words(dict(reason)).in_(self._lang)  # type: ignore[call-overload]
        return ""

    def overtaker(self, row: Row) -> OvertakerView:
        return {
            "id": row["id"],
            "number": row["number"],
            "called_at": _local(self._branch, row["first_called_at"]),
            "why": self.reason(_data(row["call_reason"])),
        }

    def card(self, row: Row) -> CardView:
        reasons: Sequence[str] = [reason for reason in row["reasons"].split(",") if reason]
        return {
            "at": _local(self._branch, row["at"]),
            "score": row["score"],
            "reasons": list(reasons),
            "written": bool(row["text"]),
        }


def _data(text: str | None) -> Row:
    with suppress(ValueError):
        data = json.loads(text or "{}")
        if isinstance(data, dict):
            return data
    return {}


def card_text(database: Path, id: str) -> str:
    """What the customer wrote on the ticket's card, as it stands in the journal. Raises NotFound. Reads the disk."""
    with reading(database) as db:
        card = next(iter(db.query(CARD, [id])), None)
    if card is None:
        raise NotFound("unknown_ticket", id=id)
    return str(card["text"] or "")
