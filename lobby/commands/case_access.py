"""Who may see a case and who may act on it. A handler never judges the own matter."""

from __future__ import annotations

from lobby.commands.base import Who
from lobby.errors import Forbidden, NotFound
from lobby.state.case import CASE_MOVES, Case, CaseMove
from lobby.state.queue import QueueState

HANDLERS = frozenset({"manager", "admin", "head", "office"})
"""The roles that handle every case that is not confidential; a teller handles what the teller owns."""
READERS = HANDLERS | {"inspector"}
RANKS = {"teller": 0, "manager": 1, "admin": 1, "office": 2, "head": 3}
"""Who is whose superior."""
TOP = "head"
BESIDE_TOP = "office"
"""Reviews what the head of the branch answered: nobody in the branch is above the head."""


def may_see(case: Case, who: Who) -> bool:
    """Whether the case is there at all for this person."""
    if case.owner in who.names:
        return True
    if case.confidential:
        return not who.names.isdisjoint(case.readers)
    return who.role in READERS


def may_handle(case: Case, who: Who) -> bool:
    """Whether this person may act on it."""
    if not may_see(case, who) or case.concerns(who.names) or who.role not in RANKS:
        return False
    return who.role in HANDLERS or case.owner in who.names


def is_superior(who: Who, case: Case) -> bool:
    """Whether this person may review the answer: another one than who answered and who ever owned it, of a higher
    role."""
    if not who.names.isdisjoint({case.answered_by, *case.owners}):
        return False
    rank = RANKS.get(who.role, -1)
    if case.answered_role == TOP:
        return who.role == BESIDE_TOP
    return rank > RANKS.get(case.answered_role, 0)


def may_extend(who: Who, case: Case) -> bool:
    """Whether this person may approve more time: another one than those who ever owned it, in the
    office or above."""
    return who.names.isdisjoint(case.owners) and RANKS.get(who.role, -1) >= RANKS[BESIDE_TOP]


def moves_of(case: Case, who: Who) -> list[CaseMove]:
    """What this person may do with the case as it is."""
    if not may_handle(case, who):
        return []
    barred = set()
    if not is_superior(who, case):
        barred.add(CaseMove.REVIEW)
    if case.extended or not may_extend(who, case):
        barred.add(CaseMove.EXTEND)
    if case.pause_needs_approval and not may_extend(who, case):
        barred.add(CaseMove.PAUSE)
    if case.needs_approval and not may_extend(who, case):
        barred.add(CaseMove.WITHDRAW)
    allowed = [move for move, states in CASE_MOVES.items() if case.status in states]
    return [move for move in allowed if move not in barred]


def visible(state: QueueState, id: str, who: Who) -> Case:
    """The case. Raises NotFound too where it is not for this person, who learns nothing of it."""
    case = state.quality.cases.get(id)
    if case is None or not may_see(case, who):
        raise NotFound("unknown_case", id=id)
    return case


def handled(state: QueueState, id: str, who: Who) -> Case:
    """The case, for who acts on it. Raises NotFound, and Forbidden."""
    case = visible(state, id, who)
    if case.concerns(who.names):
        raise Forbidden("own_matter", number=case.number)
    if not may_handle(case, who):
        raise Forbidden("not_handler", number=case.number)
    return case
