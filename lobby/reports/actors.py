"""Who did something, as the journal names it: a person of the register, an account, or a part of the system."""

from __future__ import annotations

from collections.abc import Mapping

from lobby.branch.model import Branch
from lobby.texts import Readable, Text

PARTS: Mapping[str, Text] = {
    "customer": Text("the customer, by phone"),
    "device": Text("a device in the lobby"),
    "watch": Text("Lobby itself"),
    "effects": Text("Lobby itself"),
    "clock": Text("Lobby itself"),
    "system": Text("Lobby itself"),
    "headquarters": Text("headquarters"),
    "demo": Text("the demo"),
}
"""Actors that are no people and have no account."""
OF_PRINTER = "printer-"
OF_MACHINE = "cli:"


def actor(branch: Branch, id: str) -> Readable | str:
    """The person's name by the register; an account stands for itself."""
    if branch.staff_number(id):
        return branch.staff.name_of(id)
    if id.startswith(OF_PRINTER):
        return Text("the printer {printer}", printer=id.removeprefix(OF_PRINTER))
    if id.startswith(OF_MACHINE):
        return Text("the system administrator ({name})", name=id.removeprefix(OF_MACHINE))
    return PARTS.get(id, id)
