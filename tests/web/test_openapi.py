"""Schemathesis against the OpenAPI document: nothing that fits or does not fit it makes a 5xx."""

from __future__ import annotations

from contextlib import suppress

import pytest
import requests
import schemathesis
from conftest import Server
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.generation.modes import GenerationMode
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance]
EXAMPLES = 6


@pytest.mark.timeout(300)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("role", ["manager", "nobody"])
def test_no_request_makes_a_server_error(server: Server, mode: GenerationMode, role: str) -> None:
    headers = {"Authorization": f"Bearer {server.token('manager') if role == 'manager' else 'wrong'}"}
    api = schemathesis.openapi.from_url(f"{server.url}/api/v1/openapi.json")
    operations = [found.ok() for found in api.get_all_operations()]
    assert len(operations) > 25
    with requests.Session() as session:
        for operation in operations:
            every_case_is_answered_well(operation, mode, headers, session)


def every_case_is_answered_well(
    operation: schemathesis.APIOperation,
    mode: GenerationMode,
    headers: dict[str, str],
    session: requests.Session,
) -> None:
    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def attempt(case: schemathesis.Case) -> None:
        case.call_and_validate(headers=headers, checks=CHECKS, session=session)

    with suppress(Unsatisfiable):  # an operation that takes nothing cannot be asked wrongly
        attempt()
