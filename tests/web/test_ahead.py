"""The process that looks ahead: an answer within a second, a share of the processor, an end with the server."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

import gevent
import pytest
from beside import busy, crash, double, fail, hoard
from conftest import examples, serving, until
from gevent import sleep
from gevent.event import Event
from hypothesis import given
from hypothesis import strategies as st

import web.ahead
from app import Lobby
from lobby.engine.aside import Aside, Ended
from lobby.engine.pace import Pace
from web.ahead import ANSWER_S, ASKED_MAX, FAILED_S, HANGS_S, SHARE_MAX, Ahead

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


@pytest.fixture
def ahead() -> Iterator[Ahead]:
    found = Ahead()
    yield found
    found.stop()


def runs(pid: int) -> bool:
    """Whether the process is there and no zombie."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process finds what it is to do."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent.parent))


def ask(ahead: Ahead, key: object, function: Any, *args: Any, question: str = "one") -> Any:
    told = ahead.ask(question, "lane", key, NOW, lambda: (function, args))
    return told and told.result


def test_what_is_not_ready_is_told_as_the_last_answer(ahead: Ahead) -> None:
    assert until(lambda: ask(ahead, 1, double, 21), "the first answer") == 42
    began = monotonic()
    assert ask(ahead, 2, busy, 3.0) == 42
    assert monotonic() - began < ANSWER_S + 0.5
    assert until(lambda: ask(ahead, 2, busy, 3.0) == 3.0, "the answer to the present lobby")


def test_one_who_asks_for_long_work_keeps_no_other_lane_waiting(ahead: Ahead) -> None:
    ask(ahead, 1, busy, 4.0)
    told = until(lambda: ahead.ask("two", "other", 1, NOW, lambda: (double, (4,))), "the other")
    assert told.result == 8
    assert ask(ahead, 1, busy, 4.0) is None


def test_after_a_crash_the_next_question_starts_it_again(
    ahead: Ahead, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.ahead.AGAIN_S", 0.0)
    ask(ahead, 1, crash)
    assert until(lambda: ask(ahead, 2, double, 2), "an answer of the new process") == 4


def test_it_takes_no_more_memory_than_it_may(ahead: Ahead, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.ahead.AGAIN_S", 0.0)
    with pytest.raises(MemoryError):
        until(lambda: ask(ahead, 1, hoard), "the end of it", 5)
    assert until(lambda: ask(ahead, 2, double, 2), "an answer of the new process") == 4


def test_a_question_that_is_being_prepared_is_not_begun_again(ahead: Ahead) -> None:
    """What is to be played is read from a database first; meanwhile others ask the same."""
    read: list[int] = []

    def reading() -> Any:
        read.append(1)
        gevent.sleep(0.2)
        return double, (21,)

    def asks() -> Any:
        told = until(lambda: ahead.ask("one", "lane", 1, NOW, reading), "an answer")
        return told.result

    asking = [gevent.spawn(asks) for _ in range(3)]
    gevent.joinall(asking, raise_error=True)
    assert [each.value for each in asking] == [42, 42, 42]
    assert len(read) == 1


def test_a_question_that_cannot_be_prepared_can_be_asked_again(ahead: Ahead) -> None:
    def away() -> Any:
        raise LookupError("away")

    with pytest.raises(LookupError):
        ahead.ask("one", "lane", 1, NOW, away)
    assert until(lambda: ask(ahead, 1, double, 3), "an answer") == 6


def test_who_asks_does_not_wait_until_all_is_read(ahead: Ahead) -> None:
    """What is to be played is read for a minute; the answer is that there is none yet."""
    here = Event()

    def reading() -> Any:
        here.wait()
        return double, (21,)

    assert ahead.ask("one", "lane", 1, NOW, reading) is None
    assert ahead.ask("one", "lane", 1, NOW, reading) is None
    here.set()
    assert until(lambda: ahead.ask("one", "lane", 1, NOW, reading), "the answer").result == 42


def asked_of_a_late_failure(ahead: Ahead) -> Callable[[], Any]:
    """The reading of question "one", which failed after who asked had been answered."""
    here = Event()

    def reading() -> Any:
        here.wait()
        raise LookupError("away")

    assert ahead.ask("one", "lane", 1, NOW, reading) is None
    here.set()
    gevent.idle()
    return reading


def test_a_reading_that_fails_later_is_told_to_who_asks_next(ahead: Ahead) -> None:
    reading = asked_of_a_late_failure(ahead)
    with pytest.raises(LookupError):
        ahead.ask("one", "lane", 1, NOW, reading)
    assert until(lambda: ask(ahead, 1, double, 3), "an answer") == 6


def test_a_failure_of_long_ago_is_told_to_nobody(
    ahead: Ahead, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(web.ahead, "monotonic", lambda: now[0])
    asked_of_a_late_failure(ahead)
    now[0] += FAILED_S
    assert until(lambda: ask(ahead, 1, double, 3), "an answer") == 6


def test_what_is_still_read_ends_with_the_server(ahead: Ahead) -> None:
    ended: list[bool] = []

    def reading() -> Any:
        try:
            Event().wait()
        finally:
            ended.append(True)

    assert ahead.ask("one", "lane", 1, NOW, reading) is None
    ahead.stop()
    assert ended == [True]


def test_what_is_read_while_the_process_ends_is_played_by_the_next_one(
    ahead: Ahead, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.ahead.AGAIN_S", 0.0)
    here = Event()
    read: list[int] = []

    def reading() -> Any:
        read.append(1)
        here.wait()
        return double, (21,)

    assert ahead.ask("one", "lane", 1, NOW, reading) is None
    pid = ahead.pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    until(lambda: ask(ahead, 1, double, 2, question="two"), "an answer of the next one", 60)
    here.set()
    assert until(lambda: ahead.ask("one", "lane", 1, NOW, reading), "the answer", 60).result == 42
    assert read == [1]


def test_what_ends_the_process_each_time_is_told_and_not_tried_for_ever(
    ahead: Ahead, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.ahead.AGAIN_S", 0.0)

    def failed() -> bool:
        try:
            ask(ahead, 1, crash)
        except RuntimeError as error:
            return "ended twice" in str(error)
        return False

    until(failed, "the failure", 60)
    assert until(lambda: ask(ahead, 1, double, 4, question="two"), "another answer", 60) == 8


def test_no_more_is_waited_for_than_can_be_done(
    ahead: Ahead, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.ahead.ASKED_MAX", 1)
    ask(ahead, 1, busy, 4.0)
    assert ask(ahead, 1, double, 4, question="two") is None
    assert until(lambda: ask(ahead, 1, double, 4, question="two"), "the other one") == 8


def test_one_asker_leaves_room_for_all_others(
    ahead: Ahead, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than the share is begun when the asker asks again, later."""
    monkeypatch.setattr("web.ahead.ANSWER_S", 0.01)
    begun: list[str] = []
    here = Event()

    def asked_by(asker: str, question: str) -> Any:
        sleep(0)

        def reading() -> Any:
            begun.append(question)
            here.wait()
            return double, (21,)

        return ahead.ask(f"{asker} {question}", "lane", 1, NOW, reading, asker)

    for n in range(ASKED_MAX):
        asked_by("li", f"li's {n}")
    assert len(begun) == SHARE_MAX
    for n in range(3):
        asked_by("wang", f"wang's {n}")
    assert begun[SHARE_MAX:] == ["wang's 0", "wang's 1", "wang's 2"]
    here.set()
    last = f"li's {ASKED_MAX - 1}"
    assert until(lambda: asked_by("li", last), "the answer of a later one", 60).result == 42


def test_what_fails_says_why(ahead: Ahead) -> None:
    with pytest.raises(RuntimeError, match="no such day"):
        until(lambda: ask(ahead, 1, fail), "the failure")


def test_what_was_asked_of_an_ended_process_fails() -> None:
    aside = Aside()
    asked = aside.submit("lane", busy, (30.0,))
    aside.kill()
    with pytest.raises(Ended):
        asked.result(timeout=10)


def test_it_ends_with_the_branch(lobby: Lobby) -> None:
    ahead: Ahead = lobby.app.extensions["ahead"]
    ask(ahead, 1, busy, 30.0)
    pid = ahead.pid
    assert pid
    assert runs(pid)
    ahead.stop()
    assert not runs(pid)


def test_it_ends_when_the_server_is_killed(tmp_path: Path) -> None:
    """Also in the middle of its work."""
    with serving(tmp_path / "var") as server:
        manager = server.as_("manager")
        for _ in range(30):
            manager.post(f"{server.url}/api/v1/tickets", json={"service": "cash"})
        assert manager.get(f"{server.url}/api/v1/advice").status_code == 200
        (child,) = (
            Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
            .read_text()
            .split()
        )
        server.process.send_signal(signal.SIGKILL)
        until(lambda: not runs(int(child)), "the end of the process that looks ahead")


@given(st.lists(st.tuples(st.floats(0, 5), st.floats(0, 30)), max_size=60))
@examples(100)
def test_in_no_minute_it_uses_more_than_a_quarter_of_a_core(
    steps: list[tuple[float, float]],
) -> None:
    """Whatever it works and however long nobody asks: `used`, `idle` in seconds."""
    used_s, now_s = [0.0], [0.0]
    pace = Pace(lambda: used_s[0], lambda: now_s[0], lambda s: now_s.__setitem__(0, now_s[0] + s))
    course = [(0.0, 0.0)]
    for work_s, idle_s in steps:
        for _ in range(10):  # a step of work is a small part of it
            used_s[0] += work_s / 10
            now_s[0] += work_s / 10
            pace.breathe()
            course.append((now_s[0], used_s[0]))
        now_s[0] += idle_s
    for at_s, before_s in course:
        within = [used for at, used in course if at_s <= at <= at_s + 60]
        assert within[-1] - before_s <= 15.0 + 0.5 + 1e-6


def test_advice_is_asked_for_at_a_running_branch(tmp_path: Path) -> None:
    """First nothing, then the advice for this lobby, with its age."""
    with serving(tmp_path / "var") as server:
        manager = server.as_("manager")
        get = lambda: manager.get(f"{server.url}/api/v1/advice").json()  # noqa: E731
        for _ in range(12):
            manager.post(f"{server.url}/api/v1/tickets", json={"service": "cash"})
        told = until(lambda: (found := get())["ready"] and found, "the advice")
        assert told["age_s"] < 60
        assert [one["kind"] for one in told["advice"]]


def test_a_process_with_a_long_queue_is_not_given_up_and_a_silent_one_is(
    ahead: Ahead, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(web.ahead, "monotonic", lambda: now[0])
    ask(ahead, 1, busy, 4.0, question="first")
    ask(ahead, 1, busy, 60.0, question="second")
    pid = ahead.pid
    assert pid
    now[0] += 0.9 * HANGS_S
    until(lambda: ask(ahead, 1, busy, 4.0, question="first") == 4.0, "the first", 60)
    now[0] += 0.2 * HANGS_S
    ask(ahead, 1, busy, 60.0, question="second")
    assert runs(pid)
    now[0] += HANGS_S
    ask(ahead, 1, busy, 60.0, question="second")
    until(lambda: not runs(pid), "its end", 60)
