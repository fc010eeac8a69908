"""What the lobby manager's tablet says."""

from __future__ import annotations

from app import Lobby
from lobby.state.alert import AlertKind
from staff.tablet.texts import tablet_texts


def test_every_kind_of_alert_has_a_sign_and_words(lobby: Lobby) -> None:
    with lobby.app.test_request_context():
        texts = tablet_texts()
    assert texts["order"] == list(AlertKind)
    for part in ("signs", "kinds", "alerts"):
        assert set(texts[part]) >= set(AlertKind), part
