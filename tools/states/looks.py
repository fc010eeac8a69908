"""The log of looks at personal data."""

from __future__ import annotations

from states.lobby import Lobby, empty
from states.state import State, Surface

LIST = Surface((1440, 900), "main")


def looked(lobby: Lobby) -> None:
    """Words of a complaint, of a note and of a loan were read."""
    case = lobby.post("/cases", channel="letter", complainant="王小明", text="等了五十分钟")
    lobby.post(f"/cases/{case['id']}/look")
    note = lobby.post("/notes", words="点钞机送修")
    lobby.post(f"/notes/{note['id']}/read")
    loan = lobby.post("/loans", thing="glasses", borrower="穿蓝衣服的老先生")
    lobby.post(f"/loans/{loan['id']}/borrower")


INSPECTOR = {"account": "inspector"}
STATES = [
    State(
        "looks-empty",
        LIST,
        "/desk/looks?from=2020-01-01&to=2020-01-02",
        scene=empty,
        **INSPECTOR,
    ),
    State("looks", LIST, "/desk/looks", "tbody tr", scene=looked, **INSPECTOR),
    State(
        "looks-narrow",
        LIST,
        "/desk/looks",
        "tbody tr",
        scene=looked,
        size=(390, 844),
        **INSPECTOR,
    ),
]
