"""Data of earlier versions of a kind -> data of the version that its class is.

An upcaster takes the data of version n and returns that of n + 1. It is a pure function and changes no argument. To
change the meaning or the form of a kind's data: raise `V` of its class by one, and add an upcaster here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Data = dict[str, Any]
Upcaster = Callable[[Data], Data]

FORMER_KINDS: Mapping[str, str] = {
    "RescueMeasured": "InterventionMeasured",
    "RescueTaken": "InterventionTaken",
}
"""The kinds that an earlier version wrote under another name, and their names now."""


def kind_now(kind: str) -> str:
    """The kind's name in this version."""
    return FORMER_KINDS.get(kind, kind)


def _intervention_measured(data: Data) -> Data:
    """The seq of the act's event was `rescue`."""
    others = {name: value for name, value in data.items() if name != "rescue"}
    return {**others, "intervention": data["rescue"]}


UPCASTERS: Mapping[tuple[str, int], Upcaster] = {
    ("InterventionMeasured", 1): _intervention_measured,
}
"""By the kind as it is named now, and the version that the upcaster reads."""


def upcast(
    kind: str, v: int, data: Data, upcasters: Mapping[tuple[str, int], Upcaster] = UPCASTERS
) -> Data:
    """The data as the newest upcaster of the kind leaves it. Data of a version yet to come stays as it is."""
    while lift := upcasters.get((kind, v)):
        data = lift(data)
        v += 1
    return data
