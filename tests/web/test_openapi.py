"""Schemathesis against the OpenAPI document, as every role: nothing that fits or does not fit it makes a 5xx, nor a
traceback in the log. HYPOTHESIS_PROFILE=long tries six times as much."""

from __future__ import annotations

from contextlib import suppress

import pytest
import requests
import schemathesis
from conftest import TIMES, Server, examples
from hypothesis import HealthCheck, given, note, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.generation.modes import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = 4
"""For each operation and each mode. To make them costs more than to ask, so that every role asks the same."""
ROLES = ("office", "head", "inspector", "manager", "nobody", "teller", "kiosk", "board")
BOUND = {"teller": ("--counter", "1"), "board": ("--board", "main")}


@pytest.mark.timeout(600 * TIMES)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_no_request_makes_a_server_error(server: Server, mode: GenerationMode) -> None:
    headers = {role: bearer(server, role) for role in ROLES}
    api = schemathesis.openapi.from_url(f"{server.url}/api/v1/openapi.json")
    operations = [found.ok() for found in api.get_all_operations()]
    assert len(operations) > 25
    with requests.Session() as session:
        for operation in operations:
            every_case_is_answered_well(operation, mode, headers, session)
    written = server.log.read_text()
    assert "Traceback" not in written, written[-4000:]


def bearer(server: Server, role: str) -> dict[str, str]:
    token = "wrong" if role == "nobody" else server.token(role, *BOUND.get(role, ()))
    return {"Authorization": f"Bearer {token}"}


FRAMING = ("transfer-encoding", "content-length", "connection", "upgrade", "expect")
"""Headers of HTTP itself, which chance may draw: a request that cannot be read has no answer of the API."""


def every_case_is_answered_well(
    operation: schemathesis.APIOperation,
    mode: GenerationMode,
    headers: dict[str, dict[str, str]],
    session: requests.Session,
) -> None:
    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        examples(EXAMPLES),
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def attempt(case: schemathesis.Case) -> None:
        for framing in FRAMING:
            (case.headers or {}).pop(framing, None)
        for role in ROLES:
            note(f"as {role}")
            case.call_and_validate(headers=headers[role], checks=CHECKS, session=session)

    with suppress(Unsatisfiable):  # an operation that takes nothing cannot be asked wrongly
        attempt()
