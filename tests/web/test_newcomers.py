"""The waits that a kiosk shows are those of who asks: by the special needs too."""

from __future__ import annotations

from typing import Any

import requests
from conftest import Server


def services(server: Server, needs: str = "") -> dict[str, Any]:
    answer = requests.get(f"{server.url}/api/v1/services{needs}", timeout=30)
    assert answer.status_code == 200, answer.text
    return {service["id"]: service for service in answer.json()["services"]}


def test_a_special_need_is_told_of_its_own_line(server: Server) -> None:
    """Three wait in the hall, and nobody in the green channel."""
    for _ in range(3):
        ticket = {"service": "cash"}
        assert requests.post(f"{server.url}/api/v1/tickets", json=ticket, timeout=30).ok
    plain = services(server)["cash"]
    needed = services(server, "?needs=elderly")["cash"]
    assert plain["area"] != needed["area"]
    assert (plain["ahead"], needed["ahead"]) == (3, 0)
    drawn = requests.post(
        f"{server.url}/api/v1/tickets", json={"service": "cash", "needs": ["elderly"]}, timeout=30
    ).json()
    assert drawn["area"] == needed["area"]
    assert drawn["ahead"] == needed["ahead"]
    assert drawn["wait_hi_s"] == needed["wait_hi_s"]


def test_a_need_that_nobody_knows_is_refused(server: Server) -> None:
    answer = requests.get(f"{server.url}/api/v1/services?needs=haste", timeout=30)
    assert answer.status_code == 422
