"""A crowd that plays a day on the running branch, faster than real time: customers, tellers and a lobby manager. Each
act is a command to the writer, like any other. A refused act is dropped: somebody at a screen was quicker."""

from demo.clock import FastClock, opening
from demo.crowd import Crowd, play_past_days

__all__ = ["Crowd", "FastClock", "opening", "play_past_days"]
