"""What is sealed can be read with its subject's key and by nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import MORNING, examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lobby import events as ev
from lobby.events.personal import TOKEN, Missing, of_ticket, reveal_within
from lobby.journal.subject_keys import SubjectKeys

WORDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=1000)
TICKETS = st.from_regex(r"[0-9A-Za-z-]{1,24}", fullmatch=True)
SHARED = settings(examples(25), suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[SubjectKeys]:
    with closing(SubjectKeys(tmp_path)) as opened:
        yield opened


def card(keys: SubjectKeys, ticket: str, text: str, contact: str = "") -> Any:
    sealed = keys.sealed(ev.FeedbackGiven(1, ticket=ticket, text=text, contact=contact), MORNING)
    keys.commit()
    return sealed


def gone(keys: SubjectKeys, ticket: str) -> None:
    subject = keys.of(of_ticket(ticket))
    assert subject
    keys.erase([subject], MORNING)
    keys.settle()


@SHARED
@given(TICKETS, WORDS, WORDS)
def test_what_is_sealed_is_read_again_and_stands_nowhere(
    keys: SubjectKeys, ticket: str, text: str, contact: str
) -> None:
    given_card = card(keys, ticket, text, contact)
    assert (keys.reveal(given_card.text), keys.reveal(given_card.contact)) == (text, contact)
    assert TOKEN.fullmatch(given_card.text)
    assert len(text) < 4 or text not in given_card.text


@SHARED
@given(TICKETS, TICKETS, WORDS, st.data())
def test_nothing_else_opens_it(
    keys: SubjectKeys, ticket: str, other: str, text: str, data: st.DataObject
) -> None:
    """Neither another customer's key nor a letter changed."""
    sealed = card(keys, ticket, text).text
    card(keys, f"{other}/", "something")
    assert keys.reveal(sealed.replace(of_ticket(ticket), of_ticket(f"{other}/"))) == Missing.LOST
    at = data.draw(st.integers(sealed.rindex(":") + 1, len(sealed) - 2))
    letter = "A" if sealed[at] != "A" else "B"
    assert keys.reveal(sealed[:at] + letter + sealed[at + 1 :]) == Missing.LOST


@SHARED
@given(WORDS)
def test_the_same_words_are_never_sealed_alike(keys: SubjectKeys, text: str) -> None:
    assert card(keys, "one", text).text != card(keys, "one", text).text


def test_a_text_that_is_not_sealed_is_shown_as_it_is(keys: SubjectKeys) -> None:
    """Journals of before texts were sealed are read."""
    assert keys.reveal("slow") == "slow"
    assert reveal_within("manager regular guest", keys.reveal, str) == "manager regular guest"


def test_an_event_without_words_needs_no_key(keys: SubjectKeys) -> None:
    event = ev.FeedbackGiven(5, ticket="t")
    assert keys.sealed(event, MORNING) is event
    keys.commit()
    assert keys.of(of_ticket("t")) is None


def test_who_was_erased_and_writes_again_gets_another_key(keys: SubjectKeys) -> None:
    before = card(keys, "t", "the first opinion").text
    gone(keys, "t")
    after = card(keys, "t", "the second opinion").text
    assert keys.reveal(before) == Missing.ERASED
    assert keys.reveal(after) == "the second opinion"


def test_a_key_that_is_needed_again_is_the_same_after_a_restart(
    keys: SubjectKeys, tmp_path: Path
) -> None:
    first = card(keys, "t", "one").text
    with closing(SubjectKeys(tmp_path)) as again:
        second = card(again, "t", "two").text
        assert (again.reveal(first), again.reveal(second)) == ("one", "two")


def test_no_page_of_the_file_keeps_an_erased_key(keys: SubjectKeys, tmp_path: Path) -> None:
    """Among a thousand, on pages that were full."""
    for number in range(1000):
        keys.sealed(
            ev.FeedbackGiven(1, ticket=f"t{number}", text="words"),
            MORNING + timedelta(seconds=number),
        )
    keys.commit()
    old = keys.older_than(MORNING + timedelta(seconds=900))
    assert len(old) == 900
    keys.erase(old, MORNING)
    keys.settle()
    content = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert [subject.id for subject in old if subject.key and subject.key in content] == []
    assert len(keys.older_than(MORNING + timedelta(days=1))) == 100


def test_keys_that_are_made_while_others_are_erased_are_not_lost(keys: SubjectKeys) -> None:
    """The hourly erasing runs beside the writer."""
    old = [card(keys, f"old{n}", "text") for n in range(20)]
    keys.commit()
    subjects = [subject for n in range(len(old)) if (subject := keys.of(of_ticket(f"old{n}")))]
    with ThreadPoolExecutor(1) as erasing:
        erased = [erasing.submit(keys.erase, [subject], MORNING) for subject in subjects]
        fresh = []
        for n in range(200):
            fresh.append(card(keys, f"new{n}", "text"))
            keys.commit()
        for done in erased:
            done.result()
    assert {keys.reveal(event.text) for event in fresh} == {"text"}
    assert {keys.reveal(event.text) for event in old} == {Missing.ERASED}


def test_every_event_with_words_says_whose_they_are() -> None:
    for kind, names in ev.PERSONAL_FIELDS.items():
        if names:
            assert kind.SUBJECT in {field.name for field in fields(kind)}, kind


def test_a_key_is_shown_to_nobody(keys: SubjectKeys) -> None:
    card(keys, "t", "words")
    subject = keys.of(of_ticket("t"))
    assert subject
    assert "key" not in repr(subject)
