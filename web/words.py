"""Words that customers' and staff's pages share, in the reader's language."""

from __future__ import annotations

from flask_babel import gettext as _


def need_words() -> dict[str, str]:
    """The special needs that a customer may state, in their order."""
    return {
        "elderly": _("Elderly"),
        "disabled": _("Disabled"),
        "pregnant": _("Pregnant or with a baby"),
        "military": _("Military"),
    }
