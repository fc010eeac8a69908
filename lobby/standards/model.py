"""What a service standard is, and how long it may go unseen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Annotated

from annotated_types import Ge, Le, MinLen
from pydantic import Strict

from lobby.branch.names import STRICT, Name, ShortText
from lobby.texts import Text

POINTS_MAX = 100
RISK_MAX = 3


class Module(StrEnum):
    """Whom or what a standard is about."""

    TELLER = "teller"
    LOBBY_MANAGER = "lobby_manager"
    RELATIONSHIP_MANAGER = "relationship_manager"
    OTHER_STAFF = "other_staff"
    PREMISES = "premises"


class Method(StrEnum):
    """How a standard is looked at; `data`: the journal proves it, and nobody ticks it."""

    SELF = "self"
    PEER = "peer"
    INSPECTION = "inspection"
    DATA = "data"


class Every(StrEnum):
    """How often a standard is to be looked at."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"

    @property
    def days(self) -> int:
        """How many days after a look the next one is due."""
        return {Every.DAILY: 1, Every.WEEKLY: 7, Every.MONTHLY: 31, Every.QUARTERLY: 92}[self]


class Column(StrEnum):
    """The columns of the banking association's evaluation of outlets, of a thousand points."""

    ENVIRONMENT = "environment"
    FUNCTIONS = "functions"
    MANNER = "manner"
    EFFICIENCY = "efficiency"
    MANAGEMENT = "management"
    CONSUMER_PROTECTION = "consumer_protection"
    ACCESSIBILITY = "accessibility"


class Proof(StrEnum):
    """What the journal proves by itself, each computed in lobby/reports/proofs.py."""

    STARTS_PROMPT = "starts_prompt"
    RECALLED_FIRST = "recalled_first"
    SIGNED_ON = "signed_on"
    TRANSFERRED_ONCE = "transferred_once"
    WAITS_IN_TARGET = "waits_in_target"
    WAITS_BOUNDED = "waits_bounded"
    ALERTS_TAKEN_UP = "alerts_taken_up"
    COUNTERS_ON_TIME = "counters_on_time"
    QUOTES_HONEST = "quotes_honest"
    NOBODY_SENT_AWAY = "nobody_sent_away"
    GREEN_IN_TARGET = "green_in_target"
    ELDERS_NOT_DIVERTED = "elders_not_diverted"
    HELP_ANSWERED = "help_answered"
    LOW_CARDS_TAKEN_UP = "low_cards_taken_up"
    SLIPS_PRINTED = "slips_printed"
    BREAKS_ANSWERED = "breaks_answered"
    PAUSES_SHORT = "pauses_short"


MODULES: dict[Module, Text] = {
    Module.TELLER: Text("Tellers"),
    Module.LOBBY_MANAGER: Text("Lobby managers"),
    Module.RELATIONSHIP_MANAGER: Text("Relationship managers"),
    Module.OTHER_STAFF: Text("Other staff"),
    Module.PREMISES: Text("Premises"),
}
COLUMNS: dict[Column, Text] = {
    Column.ENVIRONMENT: Text("Environment"),
    Column.FUNCTIONS: Text("Functions"),
    Column.MANNER: Text("Manner"),
    Column.EFFICIENCY: Text("Efficiency"),
    Column.MANAGEMENT: Text("Management"),
    Column.CONSUMER_PROTECTION: Text("Consumer protection"),
    Column.ACCESSIBILITY: Text("Accessibility"),
}
METHODS: dict[Method, Text] = {
    Method.SELF: Text("self-check"),
    Method.PEER: Text("peer check"),
    Method.INSPECTION: Text("inspection"),
    Method.DATA: Text("proved by data"),
}
FREQUENCIES: dict[Every, Text] = {
    Every.DAILY: Text("every day"),
    Every.WEEKLY: Text("every week"),
    Every.MONTHLY: Text("every month"),
    Every.QUARTERLY: Text("every quarter"),
}


@dataclass(frozen=True)
class Standard:
    """One written standard: `item` is its heading, `content` what is to be so, `evidence` what shows it in under twenty
    seconds. `points` are those of the evaluation, `risk` 1 (small) to 3 (a customer is wronged or harmed)."""

    __pydantic_config__ = STRICT

    id: str
    module: Module
    item: Name
    content: Name
    evidence: Name
    column: Column
    points: Annotated[int, Strict(), Ge(1), Le(POINTS_MAX)]
    methods: Annotated[tuple[Method, ...], MinLen(1)]
    every: Every
    risk: Annotated[int, Strict(), Ge(1), Le(RISK_MAX)]
    proof: Proof | None = None

    @property
    def by_hand(self) -> bool:
        """Whether somebody has to look."""
        return self.proof is None


@dataclass(frozen=True)
class Catalogue:
    """The standards of a branch. `version` is what the bank calls it."""

    __pydantic_config__ = STRICT

    version: ShortText
    standards: Annotated[tuple[Standard, ...], MinLen(1)]

    @cached_property
    def by_id(self) -> dict[str, Standard]:
        return {standard.id: standard for standard in self.standards}

    @cached_property
    def by_hand(self) -> tuple[Standard, ...]:
        return tuple(standard for standard in self.standards if standard.by_hand)

    @cached_property
    def proved(self) -> tuple[Standard, ...]:
        """Those that the journal proves."""
        return tuple(standard for standard in self.standards if standard.proof)
