"""The virtual printer's paper over the API."""

from __future__ import annotations

from typing import Any

from flask import current_app
from pydantic import BaseModel

from lobby.errors import NotFound
from lobby.views.views import View
from web.dispatch import runtime
from web.roles import needs
from web.schemas import SECURITY, ById, api_of

api = api_of("printer_api", __name__, "staff", SECURITY[:2])


class PaperOut(BaseModel):
    slips: list[dict[str, Any]]


@api.get("/printers/<id>/paper", responses={200: PaperOut})
@needs("staff")
def paper(path: ById) -> View:
    """What lies in the virtual printer's tray, newest last."""
    if path.id not in runtime().branch.printer:
        raise NotFound("unknown_printer", id=path.id)
    sheets: Any = current_app.extensions["papers"]
    return {"slips": sheets(path.id)}
