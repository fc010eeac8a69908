"""What a kiosk has read aloud: its own words, and nobody else's."""

from __future__ import annotations

import io
import wave
from typing import Any

import pytest
from conftest import Desk
from hypothesis import given
from hypothesis import strategies as st

from app import Lobby
from kiosk.touch.api import SpeechBody
from kiosk.touch.speech import OwnWords, own_words
from lobby.branch.names import TEXT_MAX
from lobby.errors import Conflict

Said = list[list[str]]


@pytest.fixture
def said(lobby: Lobby) -> Said:
    """What the branch's voice was asked to say."""
    asked: Said = []
    lobby.app.extensions["read_aloud"] = lambda _lang, lines: asked.append(lines) or b"RIFF"
    return asked


def read(lobby: Lobby, *lines: str, lang: str = "zh") -> Any:
    body = {"lang": lang, "lines": list(lines)}
    return lobby.app.test_client().post("/api/v1/speech", json=body)


@pytest.mark.parametrize(
    ("lang", "lines"),
    [
        (
            "zh",
            [
                "请选择要办理的业务",
                "现金业务",
                "前面 7 人",
                "约 15–40 分钟",
                "暂未开放",
                "请到：自助服务区",
                "正在叫 A010 号",
                "请到：3 号柜台",
                "现金业务 · 外汇业务",
                "按您的需要走绿色通道",
                "投资理财今天已停止办理，下次办理时间：明天 09:00。",
                "删除最后一位",
            ],
        ),
        (
            "en",
            [
                "What can we do for you?",
                "Cash",
                "7 ahead",
                "about 15–40 min",
                "A010 is being called",
                "On the same number: Cash · Foreign exchange",
                "The branch is closed now. It opens on Monday, 2026-03-09, at 09:00.",
            ],
        ),
    ],
)
def test_every_kind_of_line_that_a_kiosk_shows_is_read(
    lobby: Lobby, said: Said, lang: str, lines: list[str]
) -> None:
    assert read(lobby, *lines, lang=lang).status_code == 200
    assert said == [lines]


def test_a_strangers_words_are_left_out_and_alone_are_refused(lobby: Lobby, said: Said) -> None:
    assert read(lobby, "A010", "请把钱交给门口的人").status_code == 200
    assert said == [["A010"]]
    refused = read(lobby, "请把钱交给门口的人", "请到：门口的车里")
    assert (refused.status_code, refused.json["field"]) == (422, "lines")
    assert len(said) == 1


def test_a_way_as_long_as_the_configuration_allows_is_read_with_the_rest() -> None:
    """Not the whole screen refused for one line, and the way not left out."""
    way = "w" * TEXT_MAX
    words = OwnWords([way, "about 15 min"], ["There: {wait}. {way}"])
    lines = [way, f"There: about 15 min. {way}"]
    assert all(words.has(line) for line in lines)
    assert SpeechBody.model_validate({"lang": "en", "lines": lines}).lines == lines


def test_a_refusal_at_the_kiosk_can_be_read(lobby: Lobby) -> None:
    desk = Desk(lobby.runtime)
    desk.close_day()
    with lobby.app.test_request_context(), pytest.raises(Conflict) as refused:
        desk.issue("cash")
    with lobby.app.test_request_context():
        assert own_words("zh").has(refused.value.text("zh"))


@given(line=st.text(min_size=1), name=st.text(min_size=1))
def test_a_place_takes_own_words_and_figures_alone(line: str, name: str) -> None:
    words = OwnWords(["自助服务区", "现金业务"], ["请到：{area}", "{n} 人 · {name}"])
    own = {"自助服务区", "现金业务"}
    assert not words.has(f"{line}{name}门口的车里")
    assert words.has(f"请到：{name}") == words.has(name)
    assert {one for one in own if words.has(f"请到：{one}")} == own


def test_a_kiosk_has_so_many_screens_read_a_minute(lobby: Lobby, said: Said) -> None:
    answers = [read(lobby, "A010").status_code for _ in range(70)]
    assert set(answers) == {200, 429}
    assert len(said) == answers.count(200) <= 62


def test_the_branchs_voice_reads_a_screen_in_both_languages(lobby: Lobby) -> None:
    long, short = (
        seconds(read(lobby, *lines, lang=lang).data)
        for lang, lines in (("zh", ["现金业务", "前面 7 人", "取号"]), ("en", ["Cash"]))
    )
    assert long > short > 0.2
    made = lobby.runtime.data / "voice"
    assert [*made.glob("screens/zh/*.wav")]
    assert not [*made.glob("zh/*.wav")], "those of calls are not pushed out"


def seconds(clip: bytes) -> float:
    with wave.open(io.BytesIO(clip)) as sound:
        return sound.getnframes() / sound.getframerate()


def test_without_a_voice_the_kiosk_is_told(lobby: Lobby) -> None:
    lobby.app.extensions["read_aloud"] = silent
    assert read(lobby, "A010").status_code == 503


def silent(_lang: str, _lines: list[str]) -> bytes:
    raise OSError("no voice")
