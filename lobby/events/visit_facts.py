"""The visit that a complaint is about, as it is kept with the case."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Overtaker:
    """A ticket that came later and was called before; `rule` is why."""

    number: str
    tier: str
    rule: str


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """The visit that a case is about, as the journal had it when the case was opened. `waited_s` is to the first call;
    `served_by` are those who called and served, by staff number, else by account. `overtakers` are the first of the
    `overtaken` tickets that came later and were called before."""

    number: str
    day: str
    tier: str
    service: str
    area: str
    issued_at: str
    called_at: str | None
    started_at: str | None
    ended_at: str | None
    counter: str | None
    target_wait_s: int
    waited_s: int | None
    rule: str
    served_by: tuple[str, ...] = ()
    overtaken: int = 0
    overtakers: tuple[Overtaker, ...] = ()
