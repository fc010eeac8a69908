"""Texts in the languages of their readers."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import CONFIG

from lobby.branch.config import ConfigError, read_branch
from lobby.branch.model import Branch
from lobby.branch.names import Name
from lobby.branch.record import from_json, to_json
from lobby.errors import Conflict, Invalid
from lobby.texts import FOLDER, Text, Verb, by_language, languages


def test_a_text_is_put_into_the_readers_language_with_what_stands_in_it() -> None:
    counter = Name("1 号柜台", "Counter 1")
    busy = Text(
        "{counter} still has ticket {number}: finish it first", counter=counter, number="A001"
    )
    assert busy.in_("zh") == "1 号柜台还有 A001 号未办结，请先办结"
    assert busy.in_("en") == "Counter 1 still has ticket A001: finish it first"


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
    assert refused.text("zh") == "A001 号现为“已叫号”，不能暂存"


# -- names of a branch's own ------------------------------------------------------------------------
def test_a_name_has_the_branchs_word_then_the_catalogues_then_the_english_one() -> None:
    own = Name("1 号柜台", "Counter 1", {"ko": "첫째 창구"})
    assert own.in_("ko") == "첫째 창구"
    assert Name("1 号柜台", "Counter 1").in_("ko") == "1번 창구"
    assert Name("某柜台", "Some counter").in_("ko") == "Some counter"


def test_views_have_every_language_of_the_branch() -> None:
    assert languages()[:2] == ("zh", "en")
    shipped = {file.parent.parent.name for file in FOLDER.glob("*/LC_MESSAGES/messages.po")}
    words = by_language(Name("1 号柜台", "Counter 1"))
    assert set(words) == {"en", *shipped}
    assert words["ko"] == "1번 창구"


def branch_with(tmp_path: Path, name: str) -> Branch:
    text = CONFIG.read_text().replace('{ zh = "1 号柜台", en = "Counter 1" }', name)
    file = tmp_path / "config.toml"
    file.write_text(text)
    return read_branch(file)


def test_the_configuration_names_a_thing_in_further_languages(tmp_path: Path) -> None:
    branch = branch_with(tmp_path, '{ zh = "1 号柜台", en = "Counter 1", ko = "첫째 창구" }')
    assert branch.counter["1"].name.in_("ko") == "첫째 창구"
    assert from_json(to_json(branch)).counter["1"].name == branch.counter["1"].name


@pytest.mark.parametrize("wrong", ['korean = "창구"', 'ko = ""', "ko = 1"])
def test_a_wrong_name_in_a_further_language_is_told(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(ConfigError) as told:
        branch_with(tmp_path, f'{{ zh = "1 号柜台", en = "Counter 1", {wrong} }}')
    assert f"counters.name.{wrong.split()[0]}" in told.value.text("en")


@pytest.mark.parametrize(
    ("name", "said"),
    [("1 号柜台", "准备好后，请回到 1 号柜台。"), ("贵宾室", "准备好后，请回到贵宾室。")],
)
def test_chinese_stands_apart_from_the_figure_that_a_name_begins_with(name: str, said: str) -> None:
    text = Text("When you are ready, please come back to {counter}.", counter=name)
    assert text.in_("zh") == said
