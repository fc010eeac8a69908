"""Which part of the province a reader may see: what is below the unit that the account or token is bound to."""

from __future__ import annotations

from flask import abort, current_app

from headquarters.live.picture import Entry, Picture
from headquarters.live.summary import Summaries, Summary
from lobby.errors import NotFound
from web.roles import current


def picture() -> Picture:
    found: Picture = current_app.extensions["picture"]
    return found


def own_unit() -> str:
    """The unit that the reader is bound to; empty for the whole province."""
    principal = current()
    return (principal.unit if principal else None) or ""


def unit_asked(unit: str) -> str:
    """The unit that a request names, else the reader's own. NotFound for one that is not there, 403 for one that is not
    below the reader's."""
    own = own_unit()
    tree = picture().tree
    if unit:
        tree.must_have(unit)
    if own and not tree.is_below(unit or own, own):
        abort(403)
    return unit or own


def summary(unit: str) -> Summary:
    """Of what the reader may see below the unit."""
    summaries: Summaries = current_app.extensions["summaries"]
    return summaries.of(unit_asked(unit))


def entry_of(code: str) -> Entry:
    """NotFound for a branch that is not the province's, 403 for one that is not below the reader's unit."""
    entry = picture().entries.get(code)
    if entry is None:
        raise NotFound("unknown_branch", id=code)
    own = own_unit()
    if own and own not in picture().tree.path(code):
        abort(403)
    return entry
