"""What the lobby manager's tablet says."""

from __future__ import annotations

from app import Lobby
from lobby.state.alert import AlertKind
from staff.tablet.texts import SIGNS, tablet_texts


def test_every_kind_of_alert_has_a_sign_and_words(lobby: Lobby) -> None:
    with lobby.app.test_request_context():
        texts = tablet_texts()
    assert set(SIGNS) == set(AlertKind)
    for part in ("kinds", "alerts"):
        assert set(texts[part]) >= set(AlertKind), part
