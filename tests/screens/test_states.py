"""Every state of every page is visited once, in Chinese on the branch as it is shipped, and every gate looks at that
visit. A failure names the gate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from conftest import Server, midday_config, serving
from gates import GATES, faults_of, visited
from states import REGISTER, SIGN_ON, STATES, Lobby, State


@pytest.fixture(scope="module")
def shipped(server: Server) -> Lobby:
    return Lobby(server.url, server.token("manager"))


@pytest.fixture(scope="module")
def registered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lobby]:
    """The shipped branch with a register of staff."""
    folder = tmp_path_factory.mktemp("registered")
    config = midday_config(folder)
    config.write_text(config.read_text() + REGISTER)
    with serving(folder / "var", config=config) as server:
        yield Lobby(server.url, server.token("manager"))


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_a_state_passes_every_gate(browser: Any, shipped: Lobby, state: State) -> None:
    with visited(browser, shipped, state, "zh") as visit:
        faults = faults_of(visit, GATES)
    assert faults == []


@pytest.mark.parametrize("state", SIGN_ON, ids=lambda state: state.name)
def test_signing_on_passes_every_gate(browser: Any, registered: Lobby, state: State) -> None:
    with visited(browser, registered, state, "zh") as visit:
        faults = faults_of(visit, GATES)
    assert faults == []
