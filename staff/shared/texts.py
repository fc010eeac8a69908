"""Words of several staff pages, in the reader's language."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _


def states() -> dict[str, str]:
    return {
        "open": _("open"),
        "paused": _("paused"),
        "closed": _("closed"),
        "waiting": _("waiting"),
        "called": _("called"),
        "serving": _("being served"),
        "parked": _("parked"),
    }


def undo_texts() -> dict[str, Any]:
    """What a counter may take back."""
    return {
        "undo": _("Undo: {act} {number}"),
        "undo_left": _("{s} s"),
        "undos": {
            "call": _("the call of"),
            "start": _("the start of"),
            "finish": _("the end of"),
            "no_show": _("the no-show of"),
            "park": _("the hold of"),
            "transfer": _("the transfer of"),
            "extend": _("the service added to"),
        },
    }
