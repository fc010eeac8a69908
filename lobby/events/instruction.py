"""What headquarters decided and the branch received: announcements to its staff, work orders 工单."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lobby.events.base import Event, Topic
from lobby.events.forms import Day


class InstructionKind(StrEnum):
    ANNOUNCEMENT = "announcement"
    ORDER = "order"
    CONFIGURATION = "configuration"
    ACTION = "action"
    WITHDRAWAL = "withdrawal"


class Outcome(StrEnum):
    """What the branch did with an instruction."""

    TAKEN = "taken"
    REFUSED = "refused"


class Why(StrEnum):
    """Why a branch refuses an instruction: it has no key of headquarters; the signature does not fit; it is for others;
    this release does not know such a kind; its document has not the form of its kind; what it says cannot be done; its
    tables do not fit the branch; a later one came before it."""

    NO_KEY = "no_key"
    FORGED = "forged"
    OTHER_BRANCH = "other_branch"
    UNKNOWN_KIND = "unknown_kind"
    UNREADABLE = "unreadable"
    NOT_POSSIBLE = "not_possible"
    NOT_FITTING = "not_fitting"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True, kw_only=True)
class InstructionReceived(Event):
    """An instruction of headquarters came, and was taken or refused. `hash` is the SHA-256 of the text that
    headquarters signed; `kind` may be one of a newer headquarters. `case` is the one of a work order, `action` the
    corrective action that was asked for, `deadline` the day until which headquarters wants an order answered; `detail`
    names the rule that a refused one does not fit, or says in English, and `detail_zh` in Chinese, which keys of a
    configuration do not."""

    TOPICS = frozenset({Topic.INSTRUCTION})

    instruction: int
    kind: str
    hash: str
    outcome: Outcome
    why: Why | None = None
    detail: str = ""
    detail_zh: str = ""
    case: str = ""
    action: str = ""
    deadline: Day | None = None


@dataclass(frozen=True, slots=True)
class AnnouncementShown(Event):
    """An announcement of headquarters stands on the staff's screens, to the end of the day `until`."""

    TOPICS = frozenset({Topic.INSTRUCTION})

    instruction: int
    zh: str
    en: str
    until: Day
    important: bool = False


@dataclass(frozen=True, slots=True)
class AnnouncementHidden(Event):
    """The lobby manager took an announcement off the branch's screens."""

    TOPICS = frozenset({Topic.INSTRUCTION})

    instruction: int
    by: str


@dataclass(frozen=True, slots=True)
class AnnouncementWithdrawn(Event):
    """Headquarters took an announcement back: it stands on no screen, and one that comes late is not shown."""

    TOPICS = frozenset({Topic.INSTRUCTION})

    instruction: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationApplied(Event):
    """With what the branch runs of the configuration that headquarters sent as `instruction`, since this start; 0: with
    none. `hash` names the content that is in force: headquarters' own, where `edited` names no table in which a later
    edit of the branch's file counts. Services in `left_out` are served by no counter. In `detail`, and `detail_zh`, why
    nothing of it is in force: the branch's file was edited so that it does not fit any more."""

    TOPICS = frozenset({Topic.INSTRUCTION})

    instruction: int
    version: str = ""
    hash: str = ""
    edited: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    detail: str = ""
    detail_zh: str = ""
