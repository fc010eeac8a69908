"""The table of every state of every page. The pictures and the screens' tests both use it."""

from states import (
    actions,
    board,
    bulletin,
    card,
    care,
    cases,
    day,
    entrance,
    kiosk,
    looks,
    panel,
    people,
    phone,
    recordings,
    staff,
    standards,
)
from states.lobby import Lobby
from states.sign_on import REGISTER, SIGN_ON
from states.state import LANGS, State, go, put

STATES: list[State] = [
    *entrance.STATES,
    *kiosk.STATES,
    *actions.STATES,
    *board.STATES,
    *staff.STATES,
    *standards.STATES,
    *day.STATES,
    *people.STATES,
    *panel.STATES,
    *bulletin.STATES,
    *phone.STATES,
    *care.STATES,
    *cases.STATES,
    *recordings.STATES,
    *looks.STATES,
    *card.STATES,
]

__all__ = ["LANGS", "REGISTER", "SIGN_ON", "STATES", "Lobby", "State", "go", "put"]
