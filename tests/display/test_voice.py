"""What is said of a call, and the clips that say it."""

from __future__ import annotations

import io
import math
import os
import wave
from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path

import gevent
import pytest
from conftest import CONFIG, Desk, examples
from hypothesis import given
from hypothesis import strategies as st

from display.voice import kokoro, sound
from display.voice.clips import Clips, missing
from display.voice.screens import line_phrase
from display.voice.speaker import Speaker
from display.voice.wording import Phrase, counter_phrase, phrases, recordings, sentence
from lobby.branch.config import read_branch
from lobby.branch.model import Counter
from lobby.branch.names import Name
from lobby.branch.rules import VoiceRules
from lobby.engine.runtime import BranchRuntime

ONE = Counter("1", Name("1 号柜台", "Counter 1"), "hall", ())
"""A counter as config.toml has them."""
ESPEAK = VoiceRules(engine="espeak")
NEURAL = VoiceRules()


def tone(seconds: float, level: float = 0.3, rate: int = sound.RATE) -> array[int]:
    wave_of = (math.sin(2 * math.pi * 220 * n / rate) for n in range(round(seconds * rate)))
    return array("h", (round(level * 32767 * value) for value in wave_of))


def silence(seconds: float) -> array[int]:
    return array("h", bytes(2 * round(seconds * sound.RATE)))


def heard(clip: bytes) -> array[int]:
    return sound.read(io.BytesIO(clip))


# -- words -----------------------------------------------------------------------------------------------
def test_numbers_are_spoken_sign_by_sign() -> None:
    assert sentence("zh", phrases("zh", "A012", ONE)) == "请A零一二号，到一号柜台。"
    assert sentence("en", phrases("en", "A012", ONE)) == "Ticket A0 1 2, Counter 1, please."


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("10 号柜台", "到十号柜台。"),
        ("12 号柜台", "到十二号柜台。"),
        ("20号窗口", "到二十号窗口。"),
        ("101 室", "到一零一室。"),
        ("贵宾室", "到贵宾室。"),
    ],
)
def test_a_counters_number_is_counted(name: str, said: str) -> None:
    assert counter_phrase("zh", Counter("x", Name(name, name), "hall", ())).text == said


def test_every_word_of_every_call_is_among_the_recordings_that_a_branch_needs() -> None:
    branch = read_branch(CONFIG)
    known = recordings(branch)
    for lang in ("zh", "en"):
        for service in branch.services:
            for counter in branch.counters:
                said = phrases(lang, f"{service.series}0123456789", counter)
                assert {f"{lang}/{word}" for one in said for word in one.words} <= set(known)
    assert 50 <= len(known) <= 70


@pytest.mark.parametrize(
    ("lang", "line", "said"),
    [
        ("zh", "A010", "A零一零。"),
        ("zh", "前面 2 人", "前面两人。"),
        ("zh", "约 15–40 分钟", "约十五到四十分钟。"),
        ("zh", "超过 105 分钟", "超过一百零五分钟。"),
        ("zh", "请到 2 号柜台", "请到二号柜台。"),
        ("zh", "下次营业：明天 09:30。", "下次营业：明天九点三十分。"),
        ("zh", "周一 2026-03-09 13:05", "周一三月九日十三点零五分。"),
        ("zh", "现金业务 · 外汇业务", "现金业务，外汇业务。"),
        ("en", "A010", "A0 1 0."),
        ("en", "about 15–40 min", "about 15 to 40 minutes."),
        ("en", "What can we do for you?", "What can we do for you?"),
    ],
)
def test_a_line_of_a_screen_is_said_as_people_say_it(lang: str, line: str, said: str) -> None:
    assert line_phrase(lang, line).text == said


# -- sound -----------------------------------------------------------------------------------------------
@examples(20)
@given(
    before=st.floats(0, 0.8),
    after=st.floats(0, 0.8),
    pause=st.floats(0.3, 0.8),
    level=st.floats(0.05, 0.9),
)
def test_clips_are_trimmed_and_as_loud_as_each_other(
    before: float, after: float, pause: float, level: float
) -> None:
    parts = [silence(before), tone(0.3, level), silence(pause), tone(0.3, level), silence(after)]
    even = sound.made_even(sound.joined(parts, 0))
    assert 0.6 <= sound.seconds(even) <= 0.6 + sound.LEAD_S + sound.PAUSE_S + sound.TAIL_S + 0.05
    assert max(even) / 32767 == pytest.approx(sound.LEVEL * math.sqrt(2), rel=0.1)


@pytest.mark.parametrize(
    ("channels", "width", "rate"), [(1, 2, 44100), (2, 2, 8000), (2, 3, 48000)]
)
def test_a_recording_of_any_form_becomes_the_same_sound(
    channels: int, width: int, rate: int
) -> None:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels), file.setsampwidth(width), file.setframerate(rate)
        samples = tone(0.5, rate=rate)
        file.writeframes(
            b"".join(
                (s << 8 * (width - 2)).to_bytes(width, "little", signed=True) * channels
                for s in samples
            )
        )
    found = heard(out.getvalue())
    assert sound.seconds(found) == pytest.approx(0.5, abs=0.01)
    assert max(found) == pytest.approx(max(samples), rel=0.03)


@pytest.mark.parametrize("bad", [b"", b"RIFF", b"ID3" + bytes(500)])
def test_what_is_no_wav_is_refused(bad: bytes) -> None:
    with pytest.raises(sound.NoSound):
        sound.read(io.BytesIO(bad))


def test_silence_is_no_clip() -> None:
    with pytest.raises(sound.NoSound):
        sound.made_even(silence(1))


# -- clips -----------------------------------------------------------------------------------------------
@pytest.fixture
def clips(tmp_path: Path) -> Iterator[Clips]:
    made = Clips(tmp_path, ESPEAK)
    yield made
    made.close()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_call_is_real_speech_of_less_than_three_seconds(clips: Clips, lang: str) -> None:
    found = heard(clips.call(lang, "A001", ONE))
    assert 1.5 < sound.seconds(found) < 3
    assert max(found) > 0.2 * 32767


def test_a_call_to_a_renamed_counter_is_another(clips: Clips) -> None:
    renamed = Counter("1", Name("贵宾室", "The lounge"), "hall", ())
    assert clips.call("en", "A001", ONE) != clips.call("en", "A001", renamed)


def test_a_voice_whose_process_ended_speaks_again(clips: Clips) -> None:
    clips.call("en", "A001", ONE)
    clips.close()
    assert clips.call("en", "A002", ONE)


def test_the_banks_recording_of_a_whole_call_goes_first(tmp_path: Path) -> None:
    own = tmp_path / "clips" / "zh" / "A001-1.wav"
    own.parent.mkdir(parents=True)
    own.write_bytes(b"RIFF")
    assert Clips(tmp_path, ESPEAK).call("zh", "A001", ONE) == b"RIFF"


def record(folder: Path, words: Iterable[str], seconds: float = 0.2) -> None:
    for word in words:
        file = folder / "clips" / f"{word}.wav"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(
            sound.written(sound.joined([silence(0.5), tone(seconds), silence(0.5)], 0))
        )


def test_recorded_words_make_a_call_and_a_voice_says_the_phrase_that_lacks_one(
    clips: Clips, tmp_path: Path
) -> None:
    record(tmp_path, [f"en/{word}" for word in ("ticket", "A", "0", "counter-1", "please")])
    words = 5 * 0.2 + 4 * (sound.LEAD_S + sound.TAIL_S)
    call = heard(clips.call("en", "A00", ONE))
    assert sound.seconds(call) == pytest.approx(6 * 0.2 + 6 * 0.09 + 0.12, abs=0.1)
    spoken = heard(clips.call("en", "A07", ONE))  # nobody recorded the 7
    assert sound.seconds(spoken) > words
    assert missing(tmp_path, ["en/7", "en/A"]) == ["en/7"]


def test_a_new_recording_takes_the_place_of_the_old_one(clips: Clips, tmp_path: Path) -> None:
    words = ("en/ticket", "en/A", "en/counter-1", "en/please")
    record(tmp_path, words)
    before = clips.call("en", "A", ONE)
    record(tmp_path, words[:1], seconds=0.6)
    later = (tmp_path / "clips" / "en" / "ticket.wav").stat().st_mtime + 5
    os.utime(tmp_path / "clips" / "en" / "ticket.wav", (later, later))
    assert len(clips.call("en", "A", ONE)) > len(before) + 0.3 * sound.RATE * 2


@pytest.mark.parametrize("content", [b"no sound", sound.written(silence(1))])
def test_a_recording_that_cannot_be_used_is_said_by_the_voice(
    clips: Clips, tmp_path: Path, content: bytes
) -> None:
    record(tmp_path, ["en/ticket", "en/A", "en/counter-1", "en/please"])
    (tmp_path / "clips" / "en" / "A.wav").write_bytes(content)
    assert sound.seconds(heard(clips.call("en", "A", ONE))) > 0.5


class Counting(Clips):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder, ESPEAK)
        self.asked: list[str] = []

    def call(self, lang: str, number: str, counter: Counter) -> bytes:
        self.asked.append(number)
        if number == "mute":
            raise OSError("no voice")
        return b"RIFF"


def test_boards_that_ask_together_have_one_clip_made(tmp_path: Path) -> None:
    clips = Counting(tmp_path)
    speaker = Speaker(clips)
    asking = [gevent.spawn(speaker.clip, "zh", "A001", ONE) for _ in range(20)]
    gevent.joinall(asking, raise_error=True)
    assert clips.asked == ["A001"]


def test_a_voice_that_fails_is_said_and_tried_again(tmp_path: Path) -> None:
    speaker = Speaker(Counting(tmp_path))
    for _ in range(2):
        with pytest.raises(OSError, match="no voice"):
            speaker.clip("zh", "mute", ONE)


class Neural(Clips):
    """A neural voice that says at once what it is asked for, where it is not `broken`."""

    is_neural = True

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, NEURAL)
        self.broken = False
        self.said: list[str] = []

    def prepare(self, lang: str, phrase: Phrase) -> None:
        if self.broken:
            raise OSError("no voice")
        self.said.append(phrase.text)
        part = self._neural_part(lang, phrase)
        part.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(sound.written(tone(0.5)))


@pytest.fixture
def neural(tmp_path: Path) -> Iterator[Neural]:
    made = Neural(tmp_path)
    yield made
    made.close()


def test_counters_are_said_at_the_start_and_a_number_when_it_is_drawn(
    runtime: BranchRuntime, desk: Desk, neural: Neural, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("display.voice.speaker.AHEAD_TIMES", 0)
    desk.issue()
    speaker = Speaker(neural)
    speaker.follow(runtime)
    desk.issue(lang="en")
    wanted = {
        "到一号柜台。",
        "Counter 8, please.",
        "请A零零一号，",
        "请A零零二号，",
        "Ticket A0 0 2,",
    }
    with gevent.Timeout(10):
        while not wanted <= set(neural.said):
            gevent.sleep(0.01)
    assert "Ticket A0 0 1," not in neural.said
    assert len(neural.said) == len(set(neural.said))
    speaker.close()


def test_a_board_waits_for_no_pause_and_a_line_is_asked_for_once(
    runtime: BranchRuntime, neural: Neural, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("display.voice.speaker.AHEAD_TIMES", 1e9)  # a pause that never ends
    speaker = Speaker(neural)
    speaker.follow(runtime)
    gevent.sleep(0.05)
    speaker.read("en", ["Cash"]), speaker.read("en", ["Cash"])
    assert [one.phrase.text for one in speaker._wishes.queue].count("Cash.") == 1
    speaker.clip("en", "A007", ONE)
    assert "Ticket A0 0 7," in neural.said
    speaker.close()


def test_the_lines_of_screens_take_little_room(
    clips: Clips, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("display.voice.clips.KEPT_ON_SHELVES", 2)
    clips.read("en", [line_phrase("en", line) for line in ("Cash", "Loans", "Cards", "Gold")])
    clips.spoken("en", phrases("en", "A001", ONE)), clips.spoken("en", phrases("en", "A002", ONE))
    assert len([*tmp_path.glob("voice/screens/en/*.wav")]) == 3, "the newest beside those kept"
    assert len([*tmp_path.glob("voice/en/*.wav")]) == 3


def test_a_neural_voice_that_fails_leaves_the_call_to_the_other(
    runtime: BranchRuntime, neural: Neural
) -> None:
    neural.broken = True
    speaker = Speaker(neural)
    speaker.follow(runtime)
    assert sound.seconds(heard(speaker.clip("en", "A001", ONE))) > 1.5
    speaker.close()


def test_a_call_is_not_said_by_two_voices(neural: Neural) -> None:
    number, counter = phrases("en", "A001", ONE)
    neural.prepare("en", counter)
    both = heard(neural.call("en", "A001", ONE))
    neural.prepare("en", number)
    assert sound.seconds(heard(neural.call("en", "A001", ONE))) == pytest.approx(1.12, abs=0.01)
    assert sound.seconds(both) > 1.5


@pytest.mark.skipif(not kokoro.is_there(), reason="`make voice` has not installed the neural voice")
@pytest.mark.parametrize(
    ("lang", "text", "sounds"),
    [
        ("zh", "请A零零一号，", "ʨʰi↓ŋ ˈA li↗ŋli↗ŋi→xau↘,"),
        ("en", "Ticket A0 0 1,", "tˈɪkɪt ˌA zˈiəɹO zˈiəɹO wˈʌn,"),
    ],
)
def test_the_neural_voice_says_letters_and_digits(lang: str, text: str, sounds: str) -> None:
    assert kokoro.phonemes(lang, text) == sounds
    spoken = sound.made_even(kokoro.speak(lang, text, "zf_xiaoxiao", 1.0))
    assert 0.7 < sound.seconds(spoken) < 3
