"""What each event does to the floor. An event is a fact: nothing here refuses or decides."""

from lobby.evolve import branch, clock, ticket
from lobby.evolve.registry import FOLDS

__all__ = ["FOLDS", "branch", "clock", "ticket"]
