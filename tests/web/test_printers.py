"""What the surfaces say of printers, over a real server with a real line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import requests
from conftest import TcpPrinter, serving, until


def test_a_printer_that_falls_silent_is_told_to_monitoring_kiosk_and_tablet(
    tmp_path: Path, tcp_printer: TcpPrinter
) -> None:
    with serving(tmp_path / "var", printer=tcp_printer.url) as server:
        until(lambda: ready(server.url)["checks"]["printer"]["detail"] == "slip: ok", "the printer answers")
        tcp_printer.answers = {}
        until(lambda: ready(server.url)["checks"]["printer"]["detail"] == "slip: silent", "its silence", 30)
        assert ready(server.url)["status"] == "not ready"
        assert requests.get(f"{server.url}/readyz", timeout=5).status_code == 503
        kiosk, manager = server.as_("kiosk"), server.as_("manager")
        assert kiosk.get(f"{server.url}/api/v1/services", timeout=5).json()["paper"] is False
        hall = manager.get(f"{server.url}/api/v1/hall", timeout=5).json()
        assert [alert["params"]["status"] for alert in hall["alerts"] if alert["kind"] == "printer"] == ["silent"]
        metrics = manager.get(f"{server.url}/metrics", timeout=5).text
        assert 'lobby_printer_prints{printer="slip"} 0.0' in metrics


def ready(url: str) -> Any:
    return requests.get(f"{url}/readyz", timeout=5).json()
