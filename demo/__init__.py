"""A branch that lives by itself: customers, tellers and a lobby manager who walk through the running branch, faster
than life. Every act goes through the writer's door as anybody's; what the hall refuses, because somebody at a
screen was quicker, is let be."""

from demo.clock import FastClock, opening
from demo.crowd import Crowd, live_through

__all__ = ["Crowd", "FastClock", "live_through", "opening"]
