"""The words that the page of what if builds itself from, in the reader's language."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _


def plan_texts() -> dict[str, Any]:
    return {
        "tier": _("Tier"),
        "figures": {
            "p50_wait_s": _("median, min"),
            "p90_wait_s": _("90 %, min"),
            "max_wait_s": _("longest, min"),
            "over_target_share": _("over target"),
        },
        "playing": _("Playing the day …"),
        "played": _(
            "{day}: {n} customers. Broken promises score {was} as it was, {then} then (0 is best)."
        ),
        "drawn": _("90 % wait in minutes: above as it was, below as it would have been"),
        "need": _("{n} counters for {a} customers"),
        "no_history": _("No days are recorded yet."),
        "offline": _("No answer from the branch. Nothing was done; please try again."),
    }
