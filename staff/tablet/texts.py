"""The words that the lobby manager's tablet builds itself from, in the reader's language."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from lobby.state.alert import AlertKind
from staff.shared.texts import undo_texts

SIGNS = {
    AlertKind.HELP: "bell",
    AlertKind.FEEDBACK: "chat",
    AlertKind.LATE: "warning",
    AlertKind.PRINTER: "printer",
    AlertKind.BOARD: "board",
    AlertKind.CROWDED: "people",
    AlertKind.BREAK: "cup",
    AlertKind.SOON: "clock",
    AlertKind.LONG: "clock",
    AlertKind.IDLE: "counter",
    AlertKind.CLOCK: "clock",
}
"""The icon of each kind of alert."""


def tablet_texts() -> dict[str, Any]:
    return {**_state(), **undo_texts(), **_todo(), **_acts(), **_line(), **_today(), **_runtime()}


def _state() -> dict[str, Any]:
    return {
        "title": _("Lobby manager's tablet"),
        "person": _("No. {number} {name}"),
        "waiting": _("waiting"),
        "min": _("{m} min"),
        "of": _("{m} of {t} min"),
        "of_usual": _("{m} min, usually {u}"),
        "late": _("Past the promise"),
        "soon": _("Soon past the promise"),
        "n_late": _("{n} late"),
        "n_soon": _("nearly late"),
        "more_people": _("{n} more"),
        "zone_calm": _("calm"),
        "calm": _("All is well"),
        "calm_long": _("Everybody is within the promise."),
        "nobody": _("Nobody is waiting."),
        "free": _("free"),
        "machines": _("machines"),
        "break_asked": _("asks for a break"),
        "here": _("Move here"),
        "to_machines": _("Send to the machines"),
        "how": _("Touch a ticket, then where it should go, or drag it there."),
        "choose_where": _("{number}: touch where it should go, or drag it there"),
        "cannot": {
            "called": _("Called already"),
            "here": _("Waits here"),
            "kept": _("Kept for this counter"),
            "closed": _("Counter closed"),
            "service": _("No {service} here"),
        },
        "appointment": _("appointment"),
        "recorded": _("recorded in sound and picture"),
        "first": _("called first"),
        "still": _("still {wait}"),
        "tier_by": _("Tier by: {rule}"),
        "serves": _("Serves: {services}"),
        "busy": _("The counter is busy; pause and close when the customer is done."),
        "comma": _(", "),
    }


def _todo() -> dict[str, Any]:
    return {
        "and_more": _("and {n} more"),
        "open_alerts": _("alerts: {n}"),
        "kinds": {
            "printer": _("Printer"),
            "board": _("Board"),
            "help": _("Help wanted"),
            "feedback": _("Bad feedback"),
            "late": _("Past the promise"),
            "soon": _("Soon past the promise"),
            "crowded": _("Crowded"),
            "idle": _("Idle counter"),
            "long": _("Long service"),
            "break": _("Break"),
            "clock": _("The computer's clock"),
        },
        "many": {
            "late": _("{n} tickets are past the promise"),
            "soon": _("{n} tickets are soon past the promise"),
            "idle": _("{n} open counters are idle"),
            "long": _("{n} services take long"),
            "help": _("{n} customers want help"),
            "feedback": _("{n} bad feedback cards"),
            "printer": _("{n} slips or printers in trouble"),
            "board": _("{n} boards are not connected"),
            "crowded": _("{n} areas are crowded"),
            "break": _("{n} tellers ask for a break"),
        },
        "alerts": {
            "printer": _("{printer}: {error}"),
            "board": _("Board not connected: {board}"),
            "help": _("A customer at the kiosk asks for help"),
            "help_at": _("A customer at {kiosk} asks for help"),
            "feedback": _("Feedback {score} of 5: {text}"),
            "feedback_apart": _("{visit}. Feedback {score} of 5: {text}"),
            "late": _("{service}, {m} of {t} min"),
            "soon": _("{service}, {m} of {t} min"),
            "crowded": _("{area}: {n} waiting, {limit} is the branch's limit"),
            "idle": _("without a customer for {m} min while some wait"),
            "long": _("{number} at {counter} for {m} min"),
            "break": _("{counter} asks for a break"),
            "clock": _(
                "it was set {way} by {span}, while the day {day} was going on. Nobody's number is ended by that."
            ),
        },
        "printers": {
            "ok": _("well"),
            "unknown": _("no answer"),
            "paper_low": _("paper low"),
            "paper_out": _("out of paper"),
            "cover_open": _("cover open"),
            "offline": _("offline"),
            "silent": _("no longer answers"),
            "paused": _("print queue stopped"),
            "fault": _("program fault"),
        },
        "visits": {
            "missed": _("Missed the call, not served"),
            "cancelled": _("Left, not served"),
            "diverted": _("Sent to the machines, not served"),
        },
        "took": _("I take it"),
        "look": _("I look after it"),
        "seen": _("Seen"),
        "call_first": _("Call {number} first"),
        "call_for": _("Call for {counter}"),
        "open_one": _("Open {counter}"),
        "grant": _("Grant"),
        "clock": {
            "ahead": _("ahead"),
            "back": _("back"),
            "goes_on": _("The time is right, the day goes on"),
            "new_day": _("Begin the new day"),
            "days": _("{n} days"),
            "hours": _("{n} hours"),
        },
        "later": _("Not now"),
        "advice": {
            "open_counter": _(
                "Open {counter}: the 90 % wait of those it serves falls from {before} to {after} min (by {lo} to {hi})"
            ),
            "open_counter_unserved": _(
                "Open {counter}: nobody serves its customers now; with it their 90 % wait is {after} min"
            ),
            "self_service_unserved": _(
                "Send {numbers} to self-service: nobody serves their area now"
            ),
            "close_counter": _(
                "{counter} may close in 20 min: the 90 % wait of those it serves stays near {after} min"
            ),
            "self_service": _(
                "Send {numbers} to self-service: the 90 % wait of their area falls from {before} to {after} min"
            ),
        },
        "send": _("Send there"),
    }


def _acts() -> dict[str, Any]:
    return {
        "reprint": _("Reprint"),
        "open": _("Open"),
        "close": _("Close"),
        "pause": _("Pause"),
        "resume": _("Resume"),
        "call_next": _("Call next"),
        "cancel_ticket": _("Cancel ticket"),
        "confirm": {
            "cancel": _("Cancel {number}? The place in line cannot be had back."),
            "close": _("Close the day? No more numbers are given; who waits is still served."),
            "open": _("Give numbers again today?"),
            "booking": _("Cancel the appointment at {at}? Somebody else may get the time."),
            "new_day": _("Begin the new day? All numbers of before end."),
            "machines": _("Send {number} to the machines? Only if the customer agrees."),
        },
        "no_reason": _("identified by the lobby manager"),
        "acts": {
            "to": _("to {to}"),
            "tier": _("tier {tier}"),
            "first": _("to be called first"),
            "last": _("last in line"),
            "resume": _("Back in line"),
            "cancel": _("Cancel ticket"),
            "took": _("alert taken"),
        },
        "steps": {
            "issued": _("number drawn"),
            "called": _("called"),
            "recalled": _("called again"),
            "started": _("service began"),
            "finished": _("service ended"),
            "parked": _("parked"),
            "resumed": _("back in line"),
            "transferred": _("transferred"),
            "moved": _("moved in line"),
            "missed": _("did not come"),
            "returned": _("back after a missed call"),
            "undone": _("taken back"),
            "diverted": _("diverted"),
            "retiered": _("tier corrected"),
            "continued": _("next business"),
        },
    }


def _line() -> dict[str, Any]:
    return {
        "lost": _("No connection. What you see is {age} old; what you do is kept and sent later."),
        "seconds": _("{s} s"),
        "on_line": _("live {at}"),
        "off_line": _("no connection"),
        "offline": _("No answer from the branch. Nothing was done; please try again."),
        "pending": _("Waiting for the connection: {what}"),
        "unsent": _("{n} acts wait for the connection: {what}"),
        "signed_out": _("{n} acts wait until you sign in again: {what}"),
        "sign_in": _("Sign in"),
        "old_act": _("Touched at {at}, not sent yet: {what}. The lobby has changed since."),
        "send_still": _("Send anyway"),
        "send_never": _("Do not send"),
        "refused": _("Touched at {at}: {what}. Not done: {why}"),
        "understood": _("Understood"),
        "did": _("Done: {what}"),
        "nobody_for": _("{what}: nobody is waiting for this counter"),
    }


def _today() -> dict[str, Any]:
    return {
        "curves": {
            "waiting": {"name": _("Waiting"), "said": _("now {now}, at most {most} at {at}")},
            "arrivals": {
                "name": _("Arrivals"),
                "said": _("{sum} so far, at most {most} in five minutes at {at}"),
            },
            "open_counters": {"name": _("Counters open"), "said": _("now {now}, at most {most}")},
        },
        "no_curve": _("Nothing has happened today yet."),
        "hourly": _("Today by hour"),
        "time": _("Time"),
        "rescues": {
            "divert": _("Diverted"),
            "retier": _("Tier corrected"),
            "move": _("Moved in line"),
            "bring_back": _("Brought back"),
            "transfer": _("Transferred"),
            "open_counter": _("Opened"),
            "close_counter": _("Closed"),
            "pause_counter": _("Paused"),
            "resume_counter": _("Resumed"),
            "answer_break": _("Break answered"),
        },
        "effect": _("{a} → {b} waiting, late {m} → {n}, 90 % wait {x} → {y} min"),
        "effect_later": _("was {a} waiting, 90 % wait {x} min; the effect shows after {e} min"),
        "no_rescues": _("Nothing had to be done yet."),
    }


def _runtime() -> dict[str, Any]:
    return {
        "printer": _("Printer"),
        "connected": _("{n} connected"),
        "unprinted": _("{n} to print"),
        "no_board": _("not connected"),
        "close_day": _("No more numbers"),
        "open_day": _("Give numbers again"),
        "missed_at": _("missed at {at}"),
        "no_missed": _("Nobody missed a call today."),
        "bookings": {
            "booked": _("expected"),
            "kept": _("came"),
            "cancelled": _("cancelled"),
            "missed": _("did not come"),
        },
        "no_bookings": _("No appointments today."),
        "cancel_booking": _("Cancel"),
        "booked": _("Booked: {service}, {at}. Code {code}; the customer types it at the kiosk."),
        "left": _("{n} left"),
        "full": _("full"),
        "no_slots": _("No times on this day."),
        "score": _("Forecast: {tier} off by {m} min, {c} % within the interval"),
    }
