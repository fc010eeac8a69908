"""Who comes in, and who changes who may. No secret, no password, no name that nobody has."""

from __future__ import annotations

from dataclasses import dataclass

from lobby.events.base import Event, Topic


@dataclass(frozen=True, slots=True)
class SignedIn(Event):
    """A person signed in, from `address`; `session` is what `lobby session list` calls the session."""

    TOPICS = frozenset({Topic.ACCESS})

    account: str
    session: str
    address: str
    happened_at: str = ""


@dataclass(frozen=True, slots=True)
class SignedOut(Event):
    """The session ended; `reason`: signed_out, replaced, revoked or wrong_pin."""

    TOPICS = frozenset({Topic.ACCESS, Topic.PERSON})

    account: str
    session: str
    reason: str
    happened_at: str = ""


@dataclass(frozen=True, slots=True)
class SignInRefused(Event):
    """`count` tries from `address` were refused within a minute, for `reason`: password, code, pin, device or too_many.
    `account` is empty where no account has the name: what was typed there may be a password."""

    TOPICS = frozenset({Topic.ACCESS})

    account: str
    address: str
    reason: str
    count: int = 1
    happened_at: str = ""


@dataclass(frozen=True, slots=True)
class AccountChanged(Event):
    """An account was created, renewed, disabled, enabled or removed, or got another password, role, pin or totp.
    `role`, its counter `bound` and its owner's `staff_number` are as the change left them; a removed account's are the
    last ones."""

    TOPICS = frozenset({Topic.ACCESS})

    account: str
    change: str
    role: str
    bound: str = ""
    staff_number: str = ""
    happened_at: str = ""


@dataclass(frozen=True, slots=True)
class TokenChanged(Event):
    """A token was created, disabled, enabled or revoked; `bound` is its board, kiosk or counter."""

    TOPICS = frozenset({Topic.ACCESS})

    token: str
    name: str
    change: str
    role: str
    bound: str
    happened_at: str = ""


@dataclass(frozen=True, slots=True)
class DeviceEnrolled(Event):
    """A device at `address` typed a one-time code of the envelope's actor, and got this token."""

    TOPICS = frozenset({Topic.ACCESS})

    token: str
    name: str
    role: str
    bound: str
    address: str
    happened_at: str = ""


@dataclass(frozen=True, slots=True)
class ConfigurationChanged(Event):
    """The branch was opened with another configuration than before; `sections` of it differ, those too that the journal
    does not keep (`BranchConfigured`)."""

    TOPICS = frozenset({Topic.ACCESS})

    sections: tuple[str, ...]
    happened_at: str = ""


@dataclass(frozen=True, slots=True)
class ClipChanged(Event):
    """Somebody recorded or deleted the bank's own recording of a word of the calls, in the voice's language `lang`;
    `change`: recorded or deleted."""

    TOPICS = frozenset({Topic.ACCESS})

    lang: str
    word: str
    change: str


@dataclass(frozen=True, slots=True)
class WordsOpened(Event):
    """Somebody looked at the personal words of one thing: `noun` and `id` say of which."""

    TOPICS = frozenset({Topic.ACCESS})

    noun: str
    id: str
