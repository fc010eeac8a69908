"""The branch's voice is heard before it goes live, and its words are recorded, by who runs the lobby."""

from __future__ import annotations

import io
import math
import wave
from array import array
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import Lobby
from display.voice import kokoro, sound
from lobby.events import ClipChanged, Recorded

RATE = 24000


def of_role(lobby: Lobby, role: str) -> FlaskClient:
    """A program with a person's role: it needs no page."""
    lobby.access.create_account("li", "a long word of mine", role)
    client = lobby.app.test_client()
    with client.session_transaction() as cookie:
        cookie["id"] = lobby.access.open_session("li", "127.0.0.1")
    return client


@pytest.fixture
def manager(lobby: Lobby) -> FlaskClient:
    return of_role(lobby, "manager")


def wav(samples: array[int], rate: int = RATE) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes(samples.tobytes())
    return out.getvalue()


def tone(seconds: float, level: float = 0.3) -> array[int]:
    wave_of = (math.sin(2 * math.pi * 220 * n / RATE) for n in range(round(seconds * RATE)))
    return array("h", (round(max(-1.0, min(1.0, level * value)) * 32767) for value in wave_of))


SILENCE = array("h", bytes(RATE))


def keep(client: FlaskClient, word: str, content: bytes, lang: str = "zh") -> Any:
    token = client.get("/desk/voice").text.split('csrf-token" content="')[1].split('"')[0]
    return client.post(
        f"/api/v1/voice/recordings/{lang}/{word}",
        data=content,
        headers={"X-CSRFToken": token, "Accept-Language": "en"},
    )


def test_a_word_is_recorded_played_replaced_and_deleted(lobby: Lobby, manager: FlaskClient) -> None:
    news: list[Recorded] = []
    lobby.runtime.writer.subscribe(news.extend)
    assert "0 of " in manager.get("/desk/voice?lang=en").text
    assert keep(manager, "please", wav(SILENCE + tone(0.5) + SILENCE)).status_code == 201
    page = manager.get("/desk/voice?lang=en").text
    assert "1 of " in page
    assert "1.5 s · −" in page
    played = manager.get("/api/v1/voice/recordings/zh/please")
    samples = sound.read(io.BytesIO(played.data))
    assert sound.seconds(samples) == pytest.approx(0.6, abs=0.1), "trimmed, as calls have it"
    assert keep(manager, "please", wav(tone(1.0))).status_code == 201
    assert keep(manager, "please/delete", b"").status_code == 200
    assert manager.get("/api/v1/voice/recordings/zh/please").status_code == 404
    assert "0 of " in manager.get("/desk/voice?lang=en").text
    changes = [r.event.change for r in news if isinstance(r.event, ClipChanged)]
    assert changes == ["recorded", "recorded", "deleted"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"ID3" + bytes(400), "no sound that can be read"),
        (wav(tone(0.5), rate=1), "no sound that can be read"),
        (wav(SILENCE), "Nothing is to be heard"),
        (wav(tone(6.5)), "longer than 6 seconds"),
        (wav(tone(0.5, level=3)), "distorted"),
    ],
)
def test_what_no_voice_is_made_of_is_refused_in_words(
    manager: FlaskClient, content: bytes, says: str
) -> None:
    refused = keep(manager, "please", content)
    assert refused.status_code == 422
    assert says in refused.get_json()["detail"]
    assert manager.get("/api/v1/voice/recordings/zh/please").status_code == 404


def test_only_words_of_the_calls_are_kept(manager: FlaskClient, lobby: Lobby) -> None:
    for word in ("hello", "..%2f..%2fconfig", "A001-1"):
        assert keep(manager, word, wav(tone(0.5))).status_code == 404
    assert not list(lobby.runtime.data.glob("clips/**/*.wav"))


def test_an_upload_has_a_limit(manager: FlaskClient) -> None:
    assert keep(manager, "please", bytes(3 * 2**20)).status_code == 413


def test_a_call_is_heard_by_each_voice(
    manager: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hear(engine: str, **wish: str) -> Any:
        asked = {"engine": engine, "lang": "zh", "number": "A012", "counter": "1", **wish}
        return manager.get("/api/v1/voice/hear", query_string=asked)

    assert sound.seconds(sound.read(io.BytesIO(hear("espeak").data))) > 1
    missing = hear("recordings")
    assert missing.status_code == 409
    assert "请" in missing.get_json()["detail"]
    monkeypatch.setattr(kokoro, "is_there", lambda: False)
    assert hear("neural").status_code == 409
    assert hear("espeak", number="please leave the bank").status_code == 422
    assert hear("espeak", counter="99").status_code == 404
    for word in ("please", "A", "0", "1", "2", "number", "to", "counter-1"):
        assert keep(manager, word, wav(tone(0.4))).status_code == 201
    assert sound.seconds(sound.read(io.BytesIO(hear("recordings").data))) > 2


def test_tellers_do_not_change_what_customers_hear(lobby: Lobby) -> None:
    teller = of_role(lobby, "teller")
    assert teller.get("/desk/voice").status_code == 403
    assert teller.get("/api/v1/voice/recordings/zh/please").status_code == 403


def test_only_this_page_may_ask_for_the_microphone(manager: FlaskClient) -> None:
    assert "microphone=(self)" in manager.get("/desk/voice").headers["Permissions-Policy"]
