"""What the lobby manager's tablet says."""

from __future__ import annotations

import re

import pytest
from conftest import ROOT

from lobby.state.alert import AlertKind

TABLET = "staff/tablet/alerts.js"


def keys(file: str, table: str) -> set[str]:
    text = (ROOT / file).read_text()
    body = re.findall(rf"export const {table} = \{{(.*?)\n\}};", text, re.DOTALL)[0]
    return set(re.findall(r"^  (\w+):", body, re.MULTILINE))


@pytest.mark.parametrize(
    ("file", "table"), [("web/static/alerts.js", "KINDS"), (TABLET, "ALERTS"), (TABLET, "SIGNS")]
)
def test_every_kind_of_alert_has_words_and_a_sign(file: str, table: str) -> None:
    assert keys(file, table) >= set(AlertKind)
