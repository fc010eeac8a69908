"""The log: a line an event, in either form; no stranger's lines, no customer, no key; not a thousand times over."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Clock
from hypothesis import given
from hypothesis import strategies as st

from lobby.engine.keys import Keys, read_keys
from lobby.engine.runtime import BranchRuntime
from lobby.redaction import redacted
from web.logs import PER_MINUTE, WINDOW_S, JsonForm, Sampled, Sampler, TextForm, start
from web.loop import WORK, in_background, in_thread

CARD = "6226091234567890"
PUSH = "https://fcm.googleapis.com/fcm/send/dXNlcjE:APA91bHun4MxP5egoKMwt2KZFBaFUH-1RYqx"
HIDDEN = [
    CARD,
    "6226 0912 3456 7890",
    "13987654321",
    "lobby_N3vWq1pXzE9s0aYtUoLk7cRb2dFhJmGi",
    "Bearer abc.def-ghi",
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "the customer's card.6226091234567890",
    "http://lobby/4403/t/Xq3v_9aZk",
    "GET /api/v1/tickets/1?token=Xq3v_9aZk",
    "Cookie: session=eyJpZCI6IkFhQmIifQ.aSZaXQ.Qz-8_x",
]


def record(message: str, *args: Any, error: Exception | None = None) -> logging.LogRecord:
    caught = None
    if error:
        try:
            raise error
        except Exception:
            caught = sys.exc_info()
    return logging.LogRecord("lobby.test", logging.WARNING, __file__, 1, message, args, caught)


@pytest.mark.parametrize("secret", HIDDEN)
def test_what_names_a_customer_or_opens_a_door_is_in_no_line(secret: str) -> None:
    value = secret.rpartition(" ")[2].rpartition("/")[2].rpartition("=")[2].rpartition(".6")[2]
    for form in (TextForm(), JsonForm()):
        line = form.format(
            record("it failed: %s. And %s", secret, secret, error=ValueError(f"not {secret}."))
        )
        assert value not in line
        assert "it failed" in line
        assert "ValueError" in line


@pytest.mark.parametrize(
    "plain",
    ["2026-03-02T09:00:00.123+08:00", "192.168.100.200:8000", "0cl6c3qg2vtt0a1b", "0.123456789012"],
)
def test_what_an_operator_needs_stays(plain: str) -> None:
    assert redacted(plain) == plain


@given(st.text())
def test_nobody_writes_a_line_of_their_own(name: str) -> None:
    assert len(TextForm().format(record("no board %s", name)).splitlines()) == 1
    assert json.loads(JsonForm().format(record("no board %s", name)))["event"] == "no board %s"


def test_a_traceback_is_one_record_in_json() -> None:
    line = JsonForm().format(record("a view failed", error=ZeroDivisionError("by zero")))
    assert "\n" not in line
    assert "ZeroDivisionError: by zero" in json.loads(line)["traceback"]


def test_the_same_event_is_told_so_often_a_minute_and_then_counted() -> None:
    now = [0.0]
    sampler = Sampler(clock=lambda: now[0])
    told = sum(sampler.admits(record("refused %d", n)) for n in range(1000))
    assert told == PER_MINUTE
    assert sampler.admits(record("something else"))
    assert sampler.ended() == []
    now[0] += WINDOW_S
    assert [TextForm().format(one).partition(" ")[2] for one in sampler.ended()] == [
        "WARNING lobby.test: refused %d (980 more were not logged)"
    ]
    assert sampler.admits(record("refused %d", 1000))
    assert sampler.ended() == []


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 90)), max_size=300))
def test_no_count_is_lost(met: list[tuple[str, int]]) -> None:
    """Whenever what was met: what was told and what was counted are all of it, once the log is closed."""
    now = [0.0]
    out = io.StringIO()
    handler = Sampled(out, Sampler(per_minute=2, clock=lambda: now[0]))
    handler.setFormatter(JsonForm())
    for message, later in met:
        now[0] += later / 10
        handler.handle(record(message))
    handler.close()
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert sum(line.get("suppressed", 1) for line in lines) == len(met)


def test_a_count_is_told_with_the_next_line_of_any_kind() -> None:
    now = [0.0]
    out = io.StringIO()
    handler = Sampled(out, Sampler(clock=lambda: now[0]))
    handler.setFormatter(TextForm())
    for n in range(30):
        handler.handle(record("refused %d", n))
    now[0] += WINDOW_S
    handler.handle(record("all is well"))
    assert "10 more were not logged" in out.getvalue().splitlines()[-2]


class FullDisk(io.StringIO):
    """Takes nothing until there is room."""

    room = False

    def write(self, text: str) -> int:
        if not self.room:
            raise OSError(28, "No space left on device")
        return super().write(text)


def test_a_log_that_cannot_be_written_bares_nothing_and_counts(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """The standard library would print the error, with the card in its frames and values, to standard error."""
    disk = FullDisk()
    handler = Sampled(disk, Sampler())
    handler.setFormatter(TextForm())
    for _ in range(PER_MINUTE):
        handler.handle(record("no answer for %s", CARD, error=ValueError(CARD)))
    assert capfd.readouterr() == ("", "")
    disk.room = True
    handler.handle(record("all is well"))
    lines = [line.partition(" ")[2] for line in disk.getvalue().splitlines()]
    assert lines == [
        f"ERROR web.logs: lines could not be written ({PER_MINUTE} more were not logged)",
        "WARNING lobby.test: all is well",
    ]


@pytest.mark.parametrize("form", [TextForm(), JsonForm()])
def test_values_that_do_not_fit_their_message_are_not_shown(
    form: logging.Formatter, capfd: pytest.CaptureFixture[str]
) -> None:
    out = io.StringIO()
    handler = Sampled(out, Sampler())
    handler.setFormatter(form)
    handler.handle(record("no answer for %s of %s", CARD))
    assert "no answer for %s of %s (its values cannot be shown)" in out.getvalue()
    assert CARD not in out.getvalue()
    assert capfd.readouterr() == ("", "")


def test_the_sampler_remembers_no_more_than_it_may() -> None:
    sampler = Sampler()
    for n in range(2000):
        sampler.admits(record(f"made up {n}"))
    assert len(sampler._counts) == 500


# -- secrets ---------------------------------------------------------------------------------------------
def test_no_printed_thing_shows_the_secret(runtime: BranchRuntime) -> None:
    secret = bytes.fromhex((runtime.data / "secret.key").read_text())
    for shown in (
        repr(runtime),
        str(runtime),
        repr(runtime.keys),
        repr(vars(runtime)),
        repr(runtime.recognise),
    ):
        assert secret.hex() not in shown
        assert repr(secret)[2:-1] not in shown


@given(st.binary(min_size=32, max_size=32), st.text(min_size=1), st.text(min_size=1))
def test_each_purpose_has_a_key_of_its_own(secret: bytes, one: str, other: str) -> None:
    keys = Keys(secret)
    assert (keys.of(one) == keys.of(other)) == (one == other)
    assert secret not in (keys.of(one), keys.of(other))


@pytest.mark.parametrize("left", ["", "00" * 31, "00" * 33, "x" * 64])
def test_what_is_left_of_a_secret_is_none(tmp_path: Path, left: str) -> None:
    """From an empty file, as a power cut leaves one, anybody could derive the keys."""
    (tmp_path / "secret.key").write_text(left)
    with pytest.raises(ValueError, match=r"secret\.key is damaged"):
        read_keys(tmp_path)


@pytest.fixture
def printed(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Iterator[Any]:
    """Everything written anywhere."""

    def read() -> str:
        seen = capfd.readouterr()
        return seen.out + seen.err + "".join(TextForm().format(one) for one in caplog.records)

    return read


def test_the_addresses_of_phones_are_in_no_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Who has one can send to the phone's push service; the client logs every request."""
    names = ("httpx", "httpcore.connection")
    for name in ("httpcore", *names):
        logging.getLogger(name).setLevel(logging.NOTSET)  # as they are without the tests' tools
    start()
    for name in names:
        logging.getLogger(name).info("HTTP Request: POST %s", PUSH)
        logging.getLogger(name).warning("it is heard")
    text = capsys.readouterr().err
    assert text.count("it is heard") == 2
    assert "APA91" not in text


def test_what_fails_where_no_caller_is_prints_nothing_of_its_own(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Python prints the thing that is taken apart."""

    class Swipe:
        def __repr__(self) -> str:
            return f"Swipe({CARD})"

        def __del__(self) -> None:
            raise ValueError(f"no such card: {CARD}.")

    start()
    del_it = [Swipe()]
    del_it.clear()
    text = capsys.readouterr().err
    assert "an error without a caller" in text
    assert "no such card: [...]" in text
    assert CARD not in text


def test_a_look_up_that_fails_in_a_thread_prints_no_card(
    runtime: BranchRuntime, clock: Clock, printed: Any
) -> None:
    """gevent's pool prints the function's arguments: the card, and the branch with its secret."""

    class Broken:
        def tier_of(self, key: str) -> str:
            raise RuntimeError(f"no line for {key}")

    runtime.customers = Broken()  # type: ignore[assignment]
    with pytest.raises(RuntimeError):
        in_thread(runtime.recognise, CARD)
    in_background(runtime.recognise, CARD)
    while WORK._in_use:
        import gevent

        gevent.sleep(0.01)
    text = printed()
    assert "no line for [...]" in text
    assert CARD not in text
    assert (runtime.data / "secret.key").read_text() not in text
