"""Texts in the languages of their readers."""

from __future__ import annotations

from lobby.branch.names import Name
from lobby.errors import Conflict, Invalid
from lobby.texts import Text, Verb


def test_a_text_is_put_into_the_readers_language_with_what_stands_in_it() -> None:
    counter = Name("1 号柜台", "Counter 1")
    busy = Text("{counter} still has ticket {number}: end it first", counter=counter, number="A001")
    assert busy.in_("zh") == "1 号柜台还有票 A001，请先办结"
    assert busy.in_("en") == "Counter 1 still has ticket A001: end it first"


def test_what_no_catalogue_has_is_english() -> None:
    assert Text("a text of nobody's").in_("zh") == "a text of nobody's"
    assert Text("There is no ticket {id}", id="x").in_("xx") == "There is no ticket x"


def test_what_is_done_and_what_is_have_words_of_their_own() -> None:
    assert (Text("called").in_("zh"), Verb("called").in_("zh")) == ("已叫号", "叫号")


def test_braces_of_a_reader_are_only_braces() -> None:
    assert Invalid("unknown_service", "service", id="{0} {x}").text("zh") == "没有这项业务：{0} {x}"
    assert Text("{0} of nobody").in_("zh") == "{0} of nobody"


def test_a_text_that_is_empty_stays_empty() -> None:
    assert Text("").in_("zh") == ""


def test_a_refusal_names_states_in_the_readers_language() -> None:
    refused = Conflict("ticket_state", number="A001", state="called", move="park")
    assert refused.text("zh") == "票 A001 现在是“已叫号”，不能暂存"
