"""Every state of every page is visited once, in Chinese on the branch as it is shipped, and every gate looks at that
visit. A failure names the gate."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Server
from gates import GATES, faults_of, visited
from states import STATES, Lobby, State


@pytest.fixture(scope="module")
def shipped(server: Server) -> Lobby:
    return Lobby(server.url, server.token("manager"))


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_a_state_passes_every_gate(browser: Any, shipped: Lobby, state: State) -> None:
    with visited(browser, shipped, state, "zh") as visit:
        faults = faults_of(visit, GATES)
    assert faults == []
