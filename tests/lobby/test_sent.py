"""What headquarters sends of the configuration: which tables may come, how they join the branch's own, what is in force
after an edit, and what a branch refuses."""

from __future__ import annotations

import base64
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, examples
from forked import run
from hypothesis import given
from hypothesis import strategies as st

import doctor
from lobby.branch.config import tables, wrong_in_sent
from lobby.branch.sent import SENDABLE, joined
from lobby.engine.sent import FILE, FOLDER, SentConfiguration
from lobby.events.down import Checked, Configuration, contents_of
from lobby.events.instruction import Why
from lobby.standards.reading import catalogue_of, unreadable_standards

SHIPPED = ROOT / "config.toml"
SLIDE = base64.b64encode("春节安排\n\nNew Year".encode()).decode()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "config.toml"
    file.write_text(SHIPPED.read_text())
    return file


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "var"
    folder.mkdir()
    return folder


def opened(config: Path, data: Path) -> SentConfiguration:
    """As at a start."""
    return SentConfiguration(config, data, unreadable_standards)


def services(config: Path, *without: str) -> list[dict[str, Any]]:
    """The branch's own, as a catalogue names them: an id, a name, the letter and the usual time."""
    keys = ("id", "name", "series", "usual_s")
    own = tables(config)["services"]
    return [{key: one[key] for key in keys} for one in own if one["id"] not in without]


def sent(config: Path, **more: Any) -> Configuration:
    return Configuration("2026-12", {"services": services(config), **more})


def take(at: SentConfiguration, content: Configuration, id: int = 7) -> Checked:
    return at.take(Checked(id, "configuration", "hash", content), content)


def edit(config: Path, pattern: str, by: str) -> None:
    text = config.read_text()
    assert re.search(pattern, text)
    config.write_text(re.sub(pattern, by, text, count=1))


def test_what_was_sent_is_in_force_from_the_next_start(config: Path, data: Path) -> None:
    running = opened(config, data)
    content = sent(config, rules={"recall_max": 5})
    content.tables["services"][0]["usual_s"] = 111
    assert take(running, content).why is None
    assert running.waits
    assert running.applied.instruction == 0
    started = opened(config, data)
    assert not started.waits
    assert started.branch.rules.recall_max == 5
    assert started.branch.services[0].usual_s == 111
    assert started.branch.services[0].area == running.branch.services[0].area
    assert started.branch.counters == running.branch.counters
    assert (started.applied.instruction, started.applied.version) == (7, "2026-12")
    assert started.applied.hash == contents_of(content)


def test_a_repeat_changes_nothing_and_an_older_one_is_refused(config: Path, data: Path) -> None:
    content = sent(config, rules={"recall_max": 5})
    take(opened(config, data), content, 8)
    assert take(opened(config, data), content, 8).why is None
    older = take(opened(config, data), sent(config, rules={"recall_max": 1}), 7)
    assert (older.content, older.why) == (None, Why.SUPERSEDED)
    assert opened(config, data).branch.rules.recall_max == 5
    take(opened(config, data), sent(config, rules={"recall_max": 9}), 9)
    last = opened(config, data)
    assert last.branch.rules.recall_max == 9
    last.forget_former()
    assert [path.name for path in (data / FOLDER).iterdir()] == ["9"]


def test_one_without_tables_gives_the_branch_its_own_back(config: Path, data: Path) -> None:
    own = opened(config, data).branch
    take(opened(config, data), sent(config, rules={"recall_max": 5}), 7)
    take(opened(config, data), Configuration(""), 8)
    started = opened(config, data)
    assert started.branch == own
    assert started.applied.hash == contents_of(Configuration(""))


def test_a_new_service_is_offered_once_a_counter_serves_it(config: Path, data: Path) -> None:
    name = {"zh": "贵金属", "en": "Precious metals"}
    new = {"id": "metals", "name": name, "series": "M", "usual_s": 600}
    content = sent(config)
    content.tables["services"].append(new)
    take(opened(config, data), content)
    started = opened(config, data)
    assert started.applied.left_out == ("metals",)
    assert "metals" not in started.branch.offered.service
    edit(config, r'serves = \["corporate"\]', 'serves = ["corporate", "metals"]')
    again = opened(config, data)
    assert again.branch.service["metals"].area == "corporate"
    assert again.applied.hash == contents_of(content)


def test_a_service_that_counters_serve_is_not_taken_from_them(config: Path, data: Path) -> None:
    content = Configuration("1", {"services": services(config, "fx")})
    refused = take(opened(config, data), content)
    assert refused.why is Why.NOT_FITTING
    assert "counters.serves (3)" in refused.detail
    assert "允许" in refused.detail_zh
    assert [*(data / FOLDER).iterdir()] == []


def test_a_later_edit_in_the_branch_counts_and_is_told(config: Path, data: Path) -> None:
    content = sent(config, rules={"recall_max": 5})
    take(opened(config, data), content)
    edit(config, r"recall_max = \d+", "recall_max = 2")
    started = opened(config, data)
    assert started.branch.rules.recall_max == 2
    assert started.applied.edited == ("rules",)
    assert started.applied.hash not in {"", contents_of(content)}
    config.write_text(SHIPPED.read_text())
    undone = opened(config, data)
    assert (undone.branch.rules.recall_max, undone.applied.edited) == (5, ())
    assert undone.applied.hash == contents_of(content)


def test_an_edit_of_counters_and_hours_is_nobody_else_s_matter(config: Path, data: Path) -> None:
    content = sent(config)
    take(opened(config, data), content)
    edit(config, r'prefers = "gold"', 'prefers = "standard"')
    started = opened(config, data)
    assert (started.applied.edited, started.applied.hash) == ((), contents_of(content))


def test_an_edit_that_does_not_fit_what_was_sent_opens_the_branch_with_its_own(
    config: Path, data: Path
) -> None:
    tiers = tables(config)["tiers"]
    new = {"id": "vip", "name": {"zh": "贵宾", "en": "VIP"}, "target_wait_s": 60}
    take(opened(config, data), Configuration("1", {"tiers": [*tiers, new]}))
    assert "vip" in opened(config, data).branch.offered.tier
    named = json.dumps([one["id"] for one in tiers])
    edit(config, r'serves = \["corporate"\]', f'serves = ["corporate"]\ntiers = {named}')
    started = opened(config, data)
    assert "vip" not in started.branch.offered.tier
    assert (started.applied.instruction, started.applied.hash) == (7, "")
    assert "corporate" in started.applied.detail
    assert started.slides is None


def test_damage_in_the_data_folder_keeps_no_branch_closed(config: Path, data: Path) -> None:
    take(opened(config, data), sent(config, rules={"recall_max": 5}))
    (data / FOLDER / "7" / FILE).write_text("{")
    started = opened(config, data)
    assert started.branch.rules.recall_max == 3
    assert started.applied.instruction == 0


def test_standards_and_slides_come_too_and_are_proven_from_the_disk(
    config: Path, data: Path
) -> None:
    name = {"zh": "微笑", "en": "Smile"}
    standard = {
        "id": "smile",
        "module": "teller",
        "item": name,
        "content": name,
        "evidence": name,
        "column": "manner",
        "points": 5,
        "methods": ["peer"],
        "every": "daily",
        "risk": 1,
    }
    catalogue = {"version": "省行 2026", "standards": [standard]}
    slides = {"10-year.txt": SLIDE}
    content = Configuration("1", {"standards": {"extends": False}}, catalogue, slides)
    take(opened(config, data), content)
    started = opened(config, data)
    assert [one.id for one in catalogue_of(started.branch.standards).standards] == ["smile"]
    assert started.applied.hash == contents_of(content)
    assert started.slides
    assert [path.name for path in started.slides.iterdir()] == ["10-year.txt"]
    (started.slides / "10-year.txt").write_text("altered")
    assert opened(config, data).applied.hash != contents_of(content)


def found(config: Path, data: Path, lang: Any = "en") -> list[tuple[str, str]]:
    """What `lobby check` says of it."""
    findings = doctor.examine(config, data, lang)
    return [(one.grade, one.text) for one in findings if one.topic == "headquarters tables"]


def test_lobby_check_says_what_is_headquarters_and_what_the_branch_s_own(
    config: Path, data: Path
) -> None:
    assert found(config, data) == []
    content = sent(config, rules={"recall_max": 5})
    name = {"zh": "贵金属", "en": "Precious metals"}
    content.tables["services"].append({"id": "metals", "name": name, "series": "M", "usual_s": 600})
    take(opened(config, data), content)
    edit(config, r"recall_max = \d+", "recall_max = 2")
    (in_force, edited, left_out) = found(config, data)
    assert in_force == ("ok", "version 2026-12 of headquarters: services, rules")
    assert edited[0] == left_out[0] == "warn"
    assert "rules of config.toml were edited" in edited[1]
    assert "metals" in left_out[1]
    assert "省行" in found(config, data, "zh")[0][1]


def test_commands_read_the_branch_as_a_start_would(config: Path, data: Path) -> None:
    content = sent(config)
    name = {"zh": "贵金属", "en": "Precious metals"}
    content.tables["services"].append({"id": "metals", "name": name, "series": "M", "usual_s": 600})
    take(opened(config, data), content)
    edit(config, r'serves = \["corporate"\]', 'serves = ["corporate", "metals"]')
    words = ["--data", str(data), "--config", str(config)]
    token = run("token", "create", "--role", "teller", "--name", "t", "--counter", "1", *words)
    assert token.returncode == 0, token.stderr


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda values: (
        st.lists(values, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "area", "serves", "name", "x"]), values)
    ),
    max_leaves=8,
)
TABLES = st.dictionaries(st.sampled_from([*SENDABLE, "counters", "areas", "x"]), JSON)


@examples(60)
@given(own=TABLES, sent=TABLES)
def test_whatever_stands_there_is_complained_of_and_never_a_crash(
    own: dict[str, Any], sent: dict[str, Any]
) -> None:
    tables = joined(own, sent).tables
    assert set(sent) <= set(tables)
    for one in wrong_in_sent(sent):
        assert one.text("hq.toml", "zh")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"counters": []}, r"counters: .*each branch's own"),
        ({"hours": {}}, "hours: .*each branch's own"),
        ({"printers": []}, "printers: .*each branch's own"),
        ({"kiosks": []}, "kiosks: .*each branch's own"),
        ({"staff": {}}, "staff: .*each branch's own"),
        ({"servces": []}, "servces: .*no such key"),
        ({"rules": {"directory": "x.csv"}}, r"rules\.directory: .*each branch's own"),
        ({"standards": {"opens": "09:00"}}, r"standards\.opens: .*each branch's own"),
        ({"rules": {"recall_max": "many"}}, r"rules\.recall_max: .*whole number"),
        ({"rules": {"recal_max": 1}}, r"rules\.recal_max: .*no such key"),
        ({"services": []}, "services: .*at least 1"),
        ({"services": [{"id": "cash"}]}, r"services\.name"),
    ],
)
def test_what_may_not_be_sent_is_named_at_headquarters_and_in_the_branch(
    config: Path, data: Path, wrong: dict[str, Any], says: str
) -> None:
    complaints = [one.text("hq.toml", "en") for one in wrong_in_sent(wrong)]
    assert any(re.search(says, one) for one in complaints), complaints
    refused = take(opened(config, data), Configuration("1", wrong))
    assert refused.why is Why.NOT_FITTING
    assert next(iter(wrong)) in refused.detail


def test_the_values_of_a_refused_configuration_stay_out_of_the_journal(
    config: Path, data: Path
) -> None:
    tiers = tables(config)["tiers"]
    tiers[1]["card_prefixes"] = ["622 secret"]
    refused = take(opened(config, data), Configuration("1", {"tiers": tiers}))
    assert refused.why is Why.NOT_FITTING
    assert "secret" not in json.dumps([refused.detail, refused.detail_zh])


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda folder: (folder / "standards.json").write_text("{"), id="standards"),
        pytest.param(lambda folder: (folder / FILE).write_text("[" * 200_000), id="too deep"),
        pytest.param(lambda folder: (folder / FILE).write_bytes(b"\xff\xfe\x00"), id="no text"),
        pytest.param(
            lambda folder: (folder / "slides" / "Thumbs").mkdir(), id="a folder in slides"
        ),
    ],
)
def test_a_branch_opens_whatever_became_of_what_was_kept(
    config: Path, data: Path, damage: Any
) -> None:
    content = Configuration("1", {"rules": {"recall_max": 5}}, slides={"10.txt": SLIDE})
    assert take(opened(config, data), content).why is None
    damage(data / FOLDER / "7")
    assert opened(config, data).branch.counters


def test_what_is_damaged_is_not_in_force_and_says_so(config: Path, data: Path) -> None:
    take(opened(config, data), sent(config, rules={"recall_max": 5}))
    (data / FOLDER / "7" / "standards.json").write_text("{")
    started = opened(config, data)
    assert started.branch.rules.recall_max == tables(config)["rules"]["recall_max"]
    assert (started.applied.instruction, started.applied.hash) == (7, "")
    assert "cannot be read" in started.applied.detail
    assert not started.waits, "it does not begin anew again and again"


def test_what_was_lost_with_the_disk_is_in_force_again_once_it_comes_again(
    config: Path, data: Path
) -> None:
    """No backup has it: headquarters has it, and sees from the hash that it is not in force."""
    content = sent(config, rules={"recall_max": 5})
    take(opened(config, data), content)
    in_force = opened(config, data).applied
    shutil.rmtree(data / FOLDER)
    without = opened(config, data)
    assert without.branch.rules.recall_max == tables(config)["rules"]["recall_max"]
    assert without.applied.hash != in_force.hash
    assert take(without, content).why is None
    anew = opened(config, data)
    assert (anew.branch.rules.recall_max, anew.applied) == (5, in_force)


def test_one_that_comes_again_leaves_what_is_in_force_and_the_later_edit(
    config: Path, data: Path
) -> None:
    content = sent(config, rules={"recall_max": 5})
    take(opened(config, data), content)
    edit(config, r"recall_max = \d", "recall_max = 2")
    assert take(opened(config, data), content).why is None
    running = opened(config, data)
    assert running.applied.edited == ("rules",)
    edit(config, r'serves = \["corporate"\]', "serves = []")
    assert take(running, content).why is None
    assert (data / FOLDER / "7" / FILE).is_file()
