"""A configuration as the journal keeps it: JSON that is read back into a Branch, by other versions too.

Kept is what the rules, the screens and the reports need, the register of staff too. Who may come in and how other
systems are reached is not kept: printers' addresses, paths of files, prefixes of cards, the tables `directory`,
`security` and `budgets`.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import TypeAdapter

from lobby.branch.model import Branch

KEPT = {
    *("bank", "name", "zone", "areas", "tiers", "groups", "services", "counters", "boards", "volume", "printers"),
    *("kiosks", "rules", "alerts", "appointments", "staff", "retired"),
}
PREFIXES = {"card_prefixes", "member_prefixes"}
LEFT_OUT: dict[str, Any] = {
    "tiers": {"__all__": PREFIXES},
    "retired": {"tiers": {"__all__": PREFIXES}},
    "boards": {"__all__": {"slides"}},
    "printers": {"__all__": {"device", "logo"}},
    "rules": {"directory"},
    "staff": {"file"},
}


def kept(branch: Branch) -> dict[str, Any]:
    """The configuration as JSON has it."""
    data: dict[str, Any] = _adapter().dump_python(branch, mode="json", include=KEPT, exclude=LEFT_OUT)
    return data


def read(data: dict[str, Any]) -> Branch:
    """The branch that `kept` was made of, without what is not kept. A field that this version does not have is passed
    over, one that is missing has its default. Raises ValueError where that makes no branch."""
    printers = [{**printer, "device": ""} for printer in data.get("printers", ())]
    branch: Branch = _adapter().validate_python({**data, "printers": printers}, extra="ignore")
    return branch


@cache
def _adapter() -> TypeAdapter[Branch]:
    return TypeAdapter(Branch)
