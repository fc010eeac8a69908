"""The register of staff as banks have it: typed in config.toml, or a table that Excel saved."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import CONFIG

import doctor
from lobby.branch.config import ConfigError, read_branch
from lobby.branch.model import Branch
from lobby.branch.person import ROLES, Person
from lobby.branch.record import from_json, to_json
from lobby.engine.runtime import open_branch

LI = Person("10023", "李敏", ("teller", "manager"), "个人金融部")
WANG = Person("A7", "王强", ("inspector",))


def branch_with(folder: Path, table: str, rows: str | bytes = b"") -> Branch:
    config = folder / "config.toml"
    config.write_text(f"{CONFIG.read_text()}\n{table}\n")
    data = rows if isinstance(rows, bytes) else rows.encode()
    (folder / "staff.csv").write_bytes(data)
    return read_branch(config)


def complaints(folder: Path, table: str, rows: str | bytes = b"") -> str:
    with pytest.raises(ConfigError) as refused:
        branch_with(folder, table, rows)
    return refused.value.text("en")


def typed(number: str, roles: str = '["teller"]') -> str:
    return f'[[staff.people]]\nnumber = "{number}"\nname = "李敏"\nroles = {roles}\n'


IN_CHINESE = "工号,姓名,角色,部门,入职\r\n10023,李敏,柜员、大堂经理,个人金融部,2019\r\n,,,,\r\nA7,王强,检查员\r\n"
IN_ENGLISH = (
    'number,name,roles,unit\n10023, 李敏 ,"teller, manager",个人金融部\nA7,王强,Inspector,\n'
)


@pytest.mark.parametrize("rows", [IN_CHINESE, IN_ENGLISH])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gbk", "gb18030"])
def test_a_table_that_excel_saved_is_read(tmp_path: Path, rows: str, encoding: str) -> None:
    branch = branch_with(tmp_path, '[staff]\nfile = "staff.csv"', rows.encode(encoding))
    assert branch.staff.people == (LI, WANG)


def test_every_role_has_its_chinese_word(tmp_path: Path) -> None:
    """Those of docs/configuration.md: what a screen calls a role does not change what a file means."""
    words = ("柜员", "大堂经理", "系统管理员", "网点负责人", "服务管理部门", "检查员")
    rows = "工号,姓名,角色\n" + "".join(f"{n},李敏,{word}\n" for n, word in enumerate(words))
    branch = branch_with(tmp_path, '[staff]\nfile = "staff.csv"', rows)
    assert [person.roles for person in branch.staff.people] == [(role,) for role in ROLES]


def test_people_of_the_configuration_and_of_the_file_are_one_register(tmp_path: Path) -> None:
    both = '[staff]\nfile = "staff.csv"\n' + typed("9", '["head"]')
    branch = branch_with(tmp_path, both, IN_CHINESE)
    assert list(branch.person) == ["9", "10023", "A7"]
    assert [person.serves for person in branch.staff.people] == [False, True, False]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (
            typed("10023") + typed("10023"),
            'staff.people.number (10023): found "10023"; allowed: each staff',
        ),
        (typed("a7") + typed("A7"), "each staff number of one person"),
        (typed("1.0E+12"), "1 to 20 letters or digits"),
        (typed("１００２３"), "1 to 20 letters or digits"),
        (
            typed("7", '["cashier"]'),
            "staff.people.roles (7): found \"cashier\"; allowed: 'teller', ",
        ),
        (typed("7", "[]"), "staff.people.roles (7)"),
        ('[staff]\nfile = "nobody.csv"', "staff.file"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, table: str, said: str) -> None:
    assert said in complaints(tmp_path, table)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("工号,姓名,角色\n7,李敏,出纳\n", 'staff.csv: roles (7): found "出纳"'),
        ("工号,姓名,角色\n7,,柜员\n", "staff.csv: name (7)"),
        ("工号,姓名,角色\n,李敏,柜员\n", "staff.csv: number (#1)"),
        (
            "工号,姓名,角色\n7,李敏,柜员\n7,王强,柜员\n",
            'staff.csv: number (7): found "7"; allowed: each',
        ),
        ("工号,姓名\n7,李敏\n", "the first line must be number,name,roles,unit or 工号"),
        (b"\xff\xfe\x00", "neither UTF-8 nor GBK"),
        ("", "the first line must be"),
        ("工号,姓名,角色\n,,\n", "nobody stands below the first line"),
    ],
)
def test_a_mistake_in_the_table_is_named(tmp_path: Path, rows: str | bytes, said: str) -> None:
    assert said in complaints(tmp_path, '[staff]\nfile = "staff.csv"', rows)


def test_the_table_and_the_configuration_are_blamed_for_their_own_faults(tmp_path: Path) -> None:
    both = '[staff]\nfile = "staff.csv"\n' + typed("9", '["cashier"]')
    told = complaints(tmp_path, both, "工号,姓名,角色\n7,李敏,出纳\n").splitlines()
    assert [line.partition(": found")[0] for line in told] == [
        f"{tmp_path / 'config.toml'}: staff.people.roles (9)",
        f"{tmp_path / 'staff.csv'}: roles (7)",
    ]


def test_a_list_with_a_wrong_entry_is_not_too_short_as_well(tmp_path: Path) -> None:
    assert complaints(tmp_path, typed("7", '["cashier"]')).count("staff.people.roles") == 1


def test_the_doctor_counts_who_is_in_the_register(tmp_path: Path) -> None:
    branch_with(tmp_path, '[staff]\nfile = "staff.csv"', IN_CHINESE)
    findings = {
        finding.topic: finding
        for finding in doctor.examine(tmp_path / "config.toml", tmp_path, "en")
    }
    assert (findings["staff"].grade, findings["staff"].text) == (
        "ok",
        "2 people, 1 of whom may serve at counters",
    )


def test_a_register_in_which_nobody_serves_is_warned_of(tmp_path: Path) -> None:
    branch_with(tmp_path, typed("7", '["office"]'))
    findings = {
        finding.topic: finding
        for finding in doctor.examine(tmp_path / "config.toml", tmp_path, "zh")
    }
    assert findings["staff"].grade == "warn"


def test_an_aid_through_somebody_unknown_is_warned_of(tmp_path: Path) -> None:
    aid = '[[aids]]\nid = "sign"\nname = { zh = "手语", en = "Sign language" }\nneeds = ["disabled"]\n'
    branch_with(tmp_path, typed("7") + aid + 'people = ["7", "8"]\n')
    findings = doctor.examine(tmp_path / "config.toml", tmp_path, "zh")
    warned = {
        finding.text.partition("，")[0]: finding.grade
        for finding in findings
        if finding.topic == "aids"
    }
    assert warned["手语：员工名册中没有工号 8"] == "warn"


def test_a_register_that_was_emptied_is_warned_of(tmp_path: Path) -> None:
    branch = branch_with(tmp_path, typed("7") + typed("8"))
    open_branch(branch, tmp_path, "http://x").close()
    branch_with(tmp_path, "")
    findings = doctor.examine(tmp_path / "config.toml", tmp_path, "en")
    staff = [finding for finding in findings if finding.topic == "staff"]
    assert [finding.grade for finding in staff] == ["warn"]
    assert "had 2 people at the last start" in staff[0].text


def test_the_journal_keeps_the_register_without_its_file(tmp_path: Path) -> None:
    branch = branch_with(tmp_path, '[staff]\nfile = "staff.csv"\nshow_number = true', IN_CHINESE)
    assert from_json(to_json(branch)).staff.people == branch.staff.people
    assert from_json(to_json(branch)).staff.show_number
    assert "staff.csv" not in str(to_json(branch))
