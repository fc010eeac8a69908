"""What nobody asks by hand: days that no calendar reaches, halves of letters. Each is refused by the field's name."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Annotated, Any

import pytest
from conftest import ROOT
from pydantic import BaseModel, TypeAdapter, ValidationError
from test_cases_api import Asker

from app import Lobby

YEAR_ONE = datetime(1, 1, 1, tzinfo=UTC)
DAYS = (date(1, 1, 1), date.max, YEAR_ONE, datetime.max.replace(tzinfo=UTC))
FAR = ("0001-01-01", "9999-12-31")
ASKED = (
    "/standards/standing?from={day}&to={day}",
    "/standards/proofs?day={day}",
    "/looks?from={day}",
    "/recordings?from={day}",
    "/cases/export?from={day}&to={day}&form=csv",
    "/reports/month/{day}",
)
HALF = "\ud800"


def asked_models() -> Iterator[type[BaseModel]]:
    """The shapes of all that is asked: bodies, queries, paths."""
    for path in [*ROOT.glob("staff/*/*.py"), *ROOT.glob("kiosk/*/*.py")]:
        module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for kind in vars(module).values():
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield kind


def accepted(annotation: Any, value: date) -> bool:
    try:
        return isinstance(TypeAdapter(annotation).validate_python(value, strict=True), date)
    except ValidationError:
        return False


def test_every_field_with_a_day_takes_those_of_a_branch_alone() -> None:
    fields = {
        f"{kind.__name__}.{name}": Annotated[field.annotation, *field.metadata, None]
        for kind in asked_models()
        for name, field in kind.model_fields.items()
    }
    unbounded = {name for name, form in fields.items() if any(accepted(form, day) for day in DAYS)}
    assert not unbounded
    bounded = {name for name, form in fields.items() if accepted(form, date(2026, 3, 1))}
    assert "ExportQuery.first" in bounded


@pytest.mark.parametrize("day", FAR)
def test_a_day_that_no_calendar_reaches_is_refused(lobby: Lobby, day: str) -> None:
    head = Asker(lobby, "head")
    for path in ASKED:
        answer = head.ask("GET", path.format(day=day))
        assert answer.status_code == 422, (path, answer.text)
    for page in ("cards?from={day}", "cards?to={day}", "bulletin?date={day}"):
        assert (
            head.client.get(f"/desk/{page.format(day=day)}", headers=head.headers).status_code
            == 200
        )
    loan = {"thing": "box", "borrower": "x", "due": f"{day}T12:00:00Z"}
    answer = Asker(lobby, "manager").ask("POST", "/loans", json=loan)
    assert (answer.status_code, answer.json["field"]) == (422, "due")


def test_half_a_letter_is_refused_wherever_a_text_stands(lobby: Lobby) -> None:
    manager = Asker(lobby, "manager")
    bodies: list[tuple[str, dict[str, Any]]] = [
        ("/cases", {"channel": "letter", "text": HALF}),
        ("/cases", {"channel": "letter", "against": ["x", HALF]}),
        ("/compliments", {"channel": "letter", "about": [HALF], "words": "x"}),
        ("/loans", {"thing": HALF, "borrower": "x"}),
        ("/identify", {"customer": HALF}),
        ("/tickets", {"service": "cash", "customer": HALF}),
        ("/tickets", {"service": "cash", "needs": [HALF]}),
        ("/tickets", {"service": "cash", HALF: "x"}),
    ]
    for path, body in bodies:
        content = json.dumps(body)
        answer = manager.ask("POST", path, data=content, content_type="application/json")
        assert answer.status_code == 422, (path, content, answer.text)
