"""Data of earlier versions of a kind -> data of the version that its class is.

An upcaster takes the data of version n and returns that of n + 1. It is a pure function and changes no argument. To
change the meaning or the form of a kind's data: raise `V` of its class by one, and add an upcaster here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Data = dict[str, Any]
Upcaster = Callable[[Data], Data]

UPCASTERS: Mapping[tuple[str, int], Upcaster] = {}
"""By kind, and the version that the upcaster reads. None yet: whatever was added so far has a default."""


def upcast(
    kind: str, v: int, data: Data, upcasters: Mapping[tuple[str, int], Upcaster] = UPCASTERS
) -> Data:
    """The data as the newest upcaster of the kind leaves it. Data of a version yet to come stays as it is."""
    while lift := upcasters.get((kind, v)):
        data = lift(data)
        v += 1
    return data
