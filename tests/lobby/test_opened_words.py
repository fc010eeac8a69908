"""Whatever becomes of the keys' file, views show what they are to show, and read no file for it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import MORNING, Clock, Desk

from lobby.branch.model import Branch
from lobby.branch.rules import Privacy
from lobby.engine.runtime import BranchRuntime, open_branch
from lobby.events.personal import of_ticket
from lobby.journal.subject_keys import SubjectKeys

REASON = "a regular guest of ours"
TEXT = "it took much too long today"


def hall(runtime: BranchRuntime) -> Any:
    with runtime.writer.published() as state:
        return runtime.views.hall(state, runtime.clock())


def rules(runtime: BranchRuntime) -> list[str]:
    return [ticket["tier_rule"] for ticket in hall(runtime)["tickets"]]


def cards(runtime: BranchRuntime) -> list[str]:
    return [one["params"]["text"] for one in hall(runtime)["alerts"] if one["kind"] == "feedback"]


def speak(runtime: BranchRuntime) -> str:
    """A manager gives a reason, and a customer an opinion. Answers the customer's ticket."""
    desk = Desk(runtime)
    desk.retier(ticket=desk.issue()["id"], tier="gold", reason=REASON)
    desk.open_counter(counter="1")
    ticket: str = desk.issue()["id"]
    desk.call(counter="1", ticket=ticket)
    desk.start(counter="1"), desk.finish(counter="1")
    desk.give_feedback(ticket=ticket, score=1, text=TEXT)
    return ticket


def erase(runtime: BranchRuntime, ticket: str) -> None:
    """As another program does it."""
    with closing(SubjectKeys(runtime.data)) as keys:
        subject = keys.of(of_ticket(ticket))
        assert subject
        keys.erase([subject], MORNING)


def live_on(runtime: BranchRuntime) -> BranchRuntime:
    return runtime


def restart(runtime: BranchRuntime) -> BranchRuntime:
    runtime.close()
    return open_branch(runtime.branch, runtime.data, "http://x", runtime.clock._wall)


@pytest.mark.parametrize("after", [live_on, restart])
def test_views_read_no_file(
    branch: Branch,
    tmp_path: Path,
    clock: Clock,
    after: Callable[[BranchRuntime], BranchRuntime],
) -> None:
    runtime = open_branch(branch, tmp_path, "http://x", clock)
    speak(runtime)
    runtime = after(runtime)
    statements: list[str] = []
    runtime.subject_keys._reading.set_trace_callback(statements.append)
    assert rules(runtime) == [f"manager {REASON}"]
    assert cards(runtime) == [TEXT]
    assert statements == []
    runtime.close()


def test_what_another_program_erases_goes_with_the_next_commit(runtime: BranchRuntime) -> None:
    ticket = speak(runtime)
    erase(runtime, ticket)
    Desk(runtime).close_counter(counter="1")
    assert cards(runtime) == [""]
    assert rules(runtime) == [f"manager {REASON}"]


def test_what_another_program_erases_goes_without_a_commit(runtime: BranchRuntime) -> None:
    ticket = speak(runtime)
    erase(runtime, ticket)
    runtime.words.refresh()
    assert cards(runtime) == [""]


def test_a_look_between_sealing_and_commit_loses_no_word(
    runtime: BranchRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The watch looks at any moment."""
    commit = SubjectKeys.commit

    def looked_at(keys: SubjectKeys) -> None:
        runtime.words._version = None
        runtime.words.refresh()
        commit(keys)
        runtime.words._version = runtime.words._keys.version()

    monkeypatch.setattr(SubjectKeys, "commit", looked_at)
    speak(runtime)
    assert cards(runtime) == [TEXT]


def test_what_is_erased_by_its_age_goes_at_once(runtime: BranchRuntime, clock: Clock) -> None:
    speak(runtime)
    runtime.branch = replace(runtime.branch, privacy=Privacy(keep_days=30))
    clock.forward(days=30, hours=1)
    assert runtime.erase_aged() == 1
    assert REASON not in str(rules(runtime))
    assert cards(runtime) == [TEXT], "its case is open"


def test_keys_that_cannot_be_read_for_a_while_hide_nothing(
    runtime: BranchRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak(runtime)

    def busy(text: str) -> str:
        raise runtime._journal.Error("database is locked")

    with monkeypatch.context() as patch:
        patch.setattr(runtime.subject_keys, "opened", busy)
        Desk(runtime).retier(ticket=Desk(runtime).issue()["id"], tier="gold", reason="another")
        assert cards(runtime) == [TEXT]
    Desk(runtime).close_counter(counter="1")
    assert rules(runtime) == [f"manager {REASON}", "manager another"]


def test_no_more_is_held_than_may_be_shown(runtime: BranchRuntime, clock: Clock) -> None:
    """The reason goes with its day, the low card stays until somebody takes it on."""
    for _ in range(3):
        speak(runtime)
        clock.forward(days=1)
        runtime.writer.do("test", runtime.commands.close_counter, counter="1")
    assert cards(runtime) == [TEXT] * 3
    assert len(runtime.words) == 3
    clock.forward(days=16)
    Desk(runtime).issue()
    assert len(runtime.words) == 0
