"""What the customer's phone says before its script runs, or without one; the script says the same."""

from __future__ import annotations

from lobby.texts import Text

HEADLINES = {
    "waiting": Text("Waiting"),
    "next": Text("You are next"),
    "called": Text("It is your turn"),
    "serving": Text("Being served"),
    "parked": Text("Your place is kept"),
    "served": Text("Served. Thank you for coming."),
    "missed": Text("Your number was called"),
    "cancelled": Text("Cancelled"),
    "diverted": Text("Please go to {area}"),
    "over": Text("This visit is over."),
}
"""By the ticket's state as its customer sees it."""
AHEAD = Text("{n} ahead")
NOBODY_AHEAD = Text("No one ahead")
TARGETS = {"called": Text("Please go to {counter}"), "serving": Text("At {counter}")}
NO_COUNTER = {"next": Text("You are called when a counter opens.")}
"""While no counter is open that may serve the customer."""
NOTES = {
    "next": Text("Please stay near the counters: you may be called any moment."),
    "serving": Text("Keep this page: your opinion counts when you are done."),
    "cancelled": Text(
        "You left the line. Come again at any time and take a new number at the kiosk."
    ),
    "diverted": Text("There is no wait there, and somebody is glad to help you."),
}
HOLDS = {
    "any": Text("Come back to any counter or the lobby manager and show this number."),
    "same": Text("When you are ready, please come back to {counter}."),
    "step": Text("When that step is done, please tell the lobby manager: you will be called."),
}
COMING = Text("The teller knows that you are coming.")
REDRAWN = Text("You have a new number.")
MISSED = Text("You did not come in time. Please speak to the lobby manager.")
"""Without a script nobody draws again here: the lobby manager does."""
