"""Every state of every page, once: the pictures and the screens' tests both go through this table."""

from states import board, desk, door, kiosk, people, phone
from states.lobby import Lobby
from states.state import LANGS, State, go, put

STATES: list[State] = [*door.STATES, *kiosk.STATES, *board.STATES, *desk.STATES, *people.STATES, *phone.STATES]

__all__ = ["LANGS", "STATES", "Lobby", "State", "go", "put"]
