"""Things on loan 便民用品."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class LoanState(StrEnum):
    OUT = "out"
    LOST = "lost"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Loan:
    """One thing that was lent. `number` is that of the customer's ticket; `borrower` is sealed."""

    id: str
    thing: str
    lent_at: datetime
    due: datetime
    by: str
    number: str = ""
    ticket: str | None = None
    borrower: str = ""
    state: LoanState = LoanState.OUT
    ended_at: datetime | None = None

    @property
    def away(self) -> bool:
        """Whether there is one less to lend."""
        return self.state is not LoanState.RETURNED

    def overdue(self, now: datetime) -> bool:
        return self.state is LoanState.OUT and now > self.due
