"""What headquarters sends down to branches: instructions, each a signed text, and what a branch finds in it.

The signed text has the id, the kind and the branches too: nobody can hand one branch's instruction to another, or give
it a second time under another id.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Annotated, Any

from annotated_types import MaxLen, MinLen
from pydantic import StringConstraints, TypeAdapter

from lobby.branch.sent import VERSION_MAX, digest_of
from lobby.events.case import Channel
from lobby.events.instruction import InstructionKind, Why

SCHEMA = 1
ID_MAX = 2**53
"""The largest whole number that a browser reads exactly."""
WORDS_MAX = 400
"""Of an announcement: what one reads in passing."""
TEXT_MAX = 5000
TITLE_MAX = 120
Words = Annotated[str, MinLen(1), MaxLen(WORDS_MAX)]


class OrderChannel(StrEnum):
    """Where a work order 工单 comes from that headquarters hands to a branch."""

    HOTLINE = Channel.HOTLINE.value
    REGULATOR = Channel.REGULATOR.value


@dataclass(frozen=True)
class Announcement:
    """Shown to the branch's staff until the end of the day `until`."""

    zh: Words
    en: Words
    until: date
    important: bool = False


@dataclass(frozen=True)
class Order:
    """A work order 工单: the branch opens a case with this number. `came_on` is the day on which the customer told it,
    `deadline` the day until which headquarters wants it answered."""

    number: Annotated[str, MinLen(1), MaxLen(64)]
    channel: OrderChannel
    came_on: date
    text: Annotated[str, MinLen(1), MaxLen(TEXT_MAX)]
    deadline: date | None = None


class Direction(StrEnum):
    """Which way a figure is to go."""

    LESS = "less"
    MORE = "more"


@dataclass(frozen=True)
class ActionAsked:
    """A corrective action 整改项 that the branch opens: what is to change by the end of the day `due`, and the
    `measure` whose effect is told, of the whole branch. `words`: why, and from whom to learn."""

    title: Annotated[str, MinLen(1), MaxLen(TITLE_MAX)]
    due: date
    measure: Annotated[str, MaxLen(64)] = ""
    direction: Direction = Direction.LESS
    words: Annotated[str, MaxLen(TEXT_MAX)] = ""


@dataclass(frozen=True)
class Withdrawal:
    """The announcement `instruction` is taken back. `until` is its own day: after that nothing is left to take back."""

    instruction: int
    until: date


SLIDE_NAME = r"^[a-z0-9][a-z0-9_-]{0,60}\.(txt|md|jpg|jpeg|png|webp)$"
"""A name that is safe in every folder."""
SlideName = Annotated[str, StringConstraints(pattern=SLIDE_NAME)]


@dataclass(frozen=True)
class Configuration:
    """Tables of the configuration, as config.toml has them; lobby/branch/sent.py says which. It takes the place of the
    one before it as a whole: without `tables` and `slides` the branch runs with its own alone. `standards` is a
    catalogue as its file has it; `slides` has by name the file in base64."""

    version: Annotated[str, MaxLen(VERSION_MAX)]
    tables: dict[str, Any] = field(default_factory=dict)
    standards: dict[str, Any] | None = None
    slides: dict[SlideName, str] = field(default_factory=dict)


Content = Announcement | Order | Configuration | ActionAsked | Withdrawal
CONTENTS: Mapping[InstructionKind, type[Content]] = {
    InstructionKind.ANNOUNCEMENT: Announcement,
    InstructionKind.ORDER: Order,
    InstructionKind.CONFIGURATION: Configuration,
    InstructionKind.ACTION: ActionAsked,
    InstructionKind.WITHDRAWAL: Withdrawal,
}
KINDS: Mapping[type[Content], InstructionKind] = {form: kind for kind, form in CONTENTS.items()}


@dataclass(frozen=True)
class Instruction:
    """`branches`: whom it is for; None: every branch."""

    id: int
    kind: InstructionKind
    branches: tuple[str, ...] | None
    content: Content

    @property
    def signed(self) -> str:
        """The text that is signed."""
        branches = None if self.branches is None else sorted(self.branches)
        whole = {
            "schema": SCHEMA,
            "id": self.id,
            "kind": self.kind,
            "branches": branches,
            "document": document(self.content),
        }
        return json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True)
class Checked:
    """An instruction as a branch found it: `content` of one that fits, else `why` it does not, and what in it."""

    id: int
    kind: str
    hash: str
    content: Content | None = None
    why: Why | None = None
    detail: str = ""
    detail_zh: str = ""


def contents(
    tables: Mapping[str, Any], standards: Mapping[str, Any] | None, slides: Mapping[str, str]
) -> str:
    """Names the content of a configuration: the same at headquarters and in a branch where it is in force. `slides`
    have by name the SHA-256 of the file."""
    return digest_of({"tables": tables, "standards": standards, "slides": slides})


def contents_of(configuration: Configuration) -> str:
    """As `contents`."""
    files = {name: base64.b64decode(text) for name, text in configuration.slides.items()}
    slides = {name: hashlib.sha256(file).hexdigest() for name, file in files.items()}
    return contents(configuration.tables, configuration.standards, slides)


def document(content: Content) -> dict[str, Any]:
    """As JSON has it."""
    values = asdict(content)
    days = {name: day.isoformat() for name, day in values.items() if isinstance(day, date)}
    return {**values, **days}


def content_of(kind: InstructionKind, values: object) -> Content:
    """What a document says; fields that are not known are passed over. Raises ValueError."""
    content: Content = _form(kind).validate_python(values)
    return content


def digest(signed: str) -> str:
    return hashlib.sha256(signed.encode()).hexdigest()


def check(signed: str, branch: str, is_genuine: Callable[[], bool] | None) -> Checked:
    """What a branch makes of a signed text. `is_genuine` says whether the signature fits; None: the branch has no key
    of headquarters. Raises ValueError for what names no instruction: nobody could be answered."""
    whole = _whole(signed)
    id, kind = whole["id"], whole["kind"]

    def refused(why: Why) -> Checked:
        return Checked(id, kind, digest(signed), why=why)

    if is_genuine is None:
        return refused(Why.NO_KEY)
    if not is_genuine():
        return refused(Why.FORGED)
    if not _is_for(branch, whole.get("branches")):
        return refused(Why.OTHER_BRANCH)
    if kind not in CONTENTS:
        return refused(Why.UNKNOWN_KIND)
    try:
        content = content_of(InstructionKind(kind), whole.get("document"))
    except ValueError:
        return refused(Why.UNREADABLE)
    return Checked(id, kind, digest(signed), content)


def _whole(signed: str) -> dict[str, Any]:
    whole = json.loads(signed)
    if not isinstance(whole, dict):
        raise ValueError("no instruction")
    id, kind = whole.get("id"), whole.get("kind")
    if type(id) is not int or not 0 < id < ID_MAX or not isinstance(kind, str):
        raise ValueError("no instruction: it has no id or no kind")
    return {**whole, "kind": kind[:32]}


def _is_for(branch: str, branches: object) -> bool:
    if branches is None:
        return True
    return isinstance(branches, Sequence) and not isinstance(branches, str) and branch in branches


@cache
def _form(kind: InstructionKind) -> TypeAdapter[Any]:
    return TypeAdapter(CONTENTS[kind])
