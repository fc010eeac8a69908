"""What headquarters refuses of days that are played again, and of its database; as lobby/refusals.py has them."""

from __future__ import annotations

from lobby.texts import Text

OF_HEADQUARTERS: dict[str, Text] = {
    "no_customers": Text("There are no customers of {day} that can be played"),
    "one_change": Text("One change: one more counter, one more for an area, or one less"),
    "headquarters_database": Text(
        "The database of headquarters does not answer: try again in a moment"
    ),
    "headquarters_locked": Text(
        "The tables of headquarters are being changed at present: try again in a few minutes"
    ),
    "headquarters_slow": Text(
        "The database of headquarters took too long: ask for a shorter period, or try again later"
    ),
    "old_months_away": Text(
        "Old months of the journal are in a file that is not here: mount its folder at headquarters"
    ),
    "unreadable_configuration": Text(
        "Headquarters cannot read this branch's configuration of that day, so there are no counters to choose."
        " Upgrade headquarters if the branch runs a later version."
    ),
    "not_played": Text("It could not be worked out: the log of headquarters' server says why"),
    "choose_unit": Text("Tellers are lent between branches right below one unit: {ids}"),
    "elsewhere_then": Text("On {day} the branch stood below another unit, which sees that day"),
}
