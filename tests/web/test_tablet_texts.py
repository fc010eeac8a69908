"""What the lobby manager's tablet says."""

from __future__ import annotations

import re

import pytest
from conftest import ROOT

from lobby.state.alert import AlertKind

ALERTS_JS = ROOT / "staff/tablet/alerts.js"


def keys(table: str) -> set[str]:
    body = re.findall(rf"export const {table} = \{{(.*?)\n\}};", ALERTS_JS.read_text(), re.DOTALL)[
        0
    ]
    return set(re.findall(r"^  (\w+):", body, re.MULTILINE))


@pytest.mark.parametrize("table", ["KINDS", "ALERTS", "SIGNS"])
def test_every_kind_of_alert_has_words_and_a_sign(table: str) -> None:
    assert keys(table) >= set(AlertKind)
