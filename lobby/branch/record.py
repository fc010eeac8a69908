"""A configuration as the journal keeps it: JSON that this and other versions read back into a Branch.

The configuration in the journal has what the rules, the screens and the reports need, including the register of staff.
It does not have who may sign in or how other systems are reached: printers' addresses, paths of files, prefixes of
cards, the tables `directory`, `security` and `budgets`. The address of a printer that answers stands in other events:
PrinterChanged and DayOpened.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import TypeAdapter

from lobby.branch.model import Branch

JOURNALLED = {
    *(
        "bank",
        "name",
        "zone",
        "areas",
        "tiers",
        "groups",
        "services",
        "counters",
        "boards",
        "volume",
        "printers",
    ),
    *(
        "kiosks",
        "rules",
        "alerts",
        "appointments",
        "staff",
        "calendar",
        "hours",
        "standards",
        "retired",
        "things",
        "aids",
        "care",
        "panel",
        "cases",
        "recording",
        "actions",
    ),
}
PREFIXES = {"card_prefixes", "member_prefixes"}
NOT_JOURNALLED: dict[str, Any] = {
    "tiers": {"__all__": PREFIXES},
    "retired": {"tiers": {"__all__": PREFIXES}},
    "boards": {"__all__": {"slides"}},
    "printers": {"__all__": {"device", "logo"}},
    "rules": {"directory"},
    "staff": {"file"},
    "standards": {"file"},
}


def to_json(branch: Branch) -> dict[str, Any]:
    """The configuration as JSON values."""
    data: dict[str, Any] = _adapter().dump_python(
        branch, mode="json", include=JOURNALLED, exclude=NOT_JOURNALLED
    )
    return data


def from_json(data: dict[str, Any]) -> Branch:
    """The branch that `to_json` wrote, without what the journal does not keep. A field that this version does not
    have is ignored; a missing field has its default. Raises ValueError where the data make no branch."""
    printers = [{**printer, "device": ""} for printer in data.get("printers", ())]
    branch: Branch = _adapter().validate_python({**data, "printers": printers}, extra="ignore")
    return branch


@cache
def _adapter() -> TypeAdapter[Branch]:
    return TypeAdapter(Branch)
